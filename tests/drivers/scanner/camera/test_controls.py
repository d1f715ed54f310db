"""What is asked of a camera's settings, against a kernel that answers as videodev2.h says. No real camera was tried."""

import errno
import logging
import struct
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drivers.scanner.camera.controls import G_CTRL, QUERYCTRL, S_CTRL, Control, Controls

QUERY, CONTROL = "=II32siiiiI8x", "=Ii"
DISABLED, READ_ONLY, INACTIVE = 0x1, 0x4, 0x10


@dataclass
class Setting:
    minimum: int
    maximum: int
    step: int
    default: int
    value: int
    flags: int = 0


@dataclass
class Webcam:
    """A webcam's controls behind `ioctl`: what it lacks is EINVAL, what is out of range ERANGE."""

    settings: dict[int, Setting]
    refuses: set[int] = field(default_factory=set)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def ioctl(self, line: int, request: int, argument: bytearray) -> int:
        assert line >= 0
        assert len(argument) == request >> 16 & 0x3FFF  # the size that the request itself states (_IOC_SIZE)
        number = struct.unpack_from("=I", argument)[0]
        setting = self.settings.get(number)
        if setting is None:
            raise OSError(errno.EINVAL, "Invalid argument")
        if request == QUERYCTRL:
            facts = (setting.minimum, setting.maximum, setting.step, setting.default, setting.flags)
            argument[:] = struct.pack(QUERY, number, 1, b"a name", *facts)
        elif request == G_CTRL:
            argument[:] = struct.pack(CONTROL, number, setting.value)
        elif request == S_CTRL:
            self._set(number, setting, struct.unpack(CONTROL, argument)[1])
        return 0

    def _set(self, number: int, setting: Setting, value: int) -> None:
        self.asked.append((Control(number).name, value))
        if number in self.refuses:
            raise OSError(errno.EIO, "Input/output error")
        if not setting.minimum <= value <= setting.maximum or (value - setting.minimum) % setting.step:
            raise OSError(errno.ERANGE, "Numerical result out of range")
        setting.value = value

    def value(self, control: Control) -> int:
        return self.settings[control].value


def webcam() -> Webcam:
    """Left as a killed program in the dark leaves it."""
    return Webcam(
        {
            Control.POWER_LINE_FREQUENCY: Setting(0, 2, 1, 2, 2),
            Control.SHARPNESS: Setting(0, 255, 1, 24, 255),
            Control.BACKLIGHT_COMPENSATION: Setting(0, 1, 1, 0, 1),
            Control.EXPOSURE_AUTO: Setting(0, 3, 1, 3, 1),
            Control.EXPOSURE_ABSOLUTE: Setting(3, 2047, 4, 251, 83),
            Control.EXPOSURE_AUTO_PRIORITY: Setting(0, 1, 1, 0, 1),
            Control.FOCUS_ABSOLUTE: Setting(0, 250, 5, 0, 0),
            Control.FOCUS_AUTO: Setting(0, 1, 1, 1, 0),
        }
    )


@pytest.fixture
def node(tmp_path: Path) -> Path:
    place = tmp_path / "video0"
    place.touch()
    return place


def test_an_opened_camera_is_set_for_codes(node: Path) -> None:
    camera = webcam()
    Controls(node, None, camera.ioctl).settle()
    assert {Control(number).name: setting.value for number, setting in camera.settings.items()} == {
        "POWER_LINE_FREQUENCY": 1,  # 50 Hz
        "SHARPNESS": 24,
        "BACKLIGHT_COMPENSATION": 0,
        "EXPOSURE_AUTO": 3,
        "EXPOSURE_ABSOLUTE": 83,
        "EXPOSURE_AUTO_PRIORITY": 0,
        "FOCUS_ABSOLUTE": 0,
        "FOCUS_AUTO": 1,
    }


@pytest.mark.parametrize(("asked", "got"), [(0, 0), (33, 30), (9999, 250)])
def test_a_fixed_focus_is_set_within_what_the_camera_can(node: Path, asked: int, got: int) -> None:
    camera = webcam()
    Controls(node, asked, camera.ioctl).settle()
    assert (camera.value(Control.FOCUS_AUTO), camera.value(Control.FOCUS_ABSOLUTE)) == (0, got)


def test_exposure_stays_automatic_when_its_maker_ships_it_by_hand(node: Path) -> None:
    camera = webcam()
    camera.settings[Control.EXPOSURE_AUTO].default = 1
    Controls(node, None, camera.ioctl).settle()
    assert camera.value(Control.EXPOSURE_AUTO) == 3


def test_the_dark_is_half_of_now_and_ends(node: Path) -> None:
    camera = webcam()
    controls = Controls(node, None, camera.ioctl)
    controls.settle()
    controls.darken(True)
    assert (camera.value(Control.EXPOSURE_AUTO), camera.value(Control.EXPOSURE_ABSOLUTE)) == (1, 39)  # 41, by its step
    controls.darken(False)
    assert camera.value(Control.EXPOSURE_AUTO) == 3


def test_what_a_camera_has_not_is_not_asked_of_it(node: Path) -> None:
    camera = Webcam({Control.SHARPNESS: Setting(0, 9, 1, 5, 1)})
    controls = Controls(node, 40, camera.ioctl)
    controls.settle()
    controls.darken(True)
    controls.darken(False)
    assert camera.asked == [("SHARPNESS", 5)]


@pytest.mark.parametrize(("flags", "asked"), [(DISABLED, 0), (READ_ONLY, 0), (INACTIVE, 1)])
def test_what_nobody_may_set_is_left(node: Path, flags: int, asked: int) -> None:
    camera = Webcam({Control.POWER_LINE_FREQUENCY: Setting(0, 2, 1, 2, 2, flags)})
    Controls(node, None, camera.ioctl).settle()
    assert len(camera.asked) == asked


def test_a_refusal_is_said_once_and_stops_nothing(node: Path, caplog: pytest.LogCaptureFixture) -> None:
    camera = webcam()
    camera.refuses = {Control.POWER_LINE_FREQUENCY}
    controls = Controls(node, None, camera.ioctl)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            controls.settle()
    assert [record.getMessage() for record in caplog.records] == [
        "the camera refuses power_line_frequency: Input/output error"
    ]
    assert camera.value(Control.FOCUS_AUTO) == 1


def test_a_node_that_is_no_device_is_left_as_it_is(node: Path, tmp_path: Path) -> None:
    for place in (node, tmp_path / "gone"):
        controls = Controls(place, 3)  # the kernel's own ioctl: ENOTTY on a file
        controls.settle()
        controls.darken(True)
