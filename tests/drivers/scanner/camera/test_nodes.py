"""Which cameras there are and what a name means, from folders as the kernel and udev make them."""

import os
from pathlib import Path

import pytest

from drivers.errors import LinkError
from drivers.scanner.camera.nodes import cameras, is_camera, node_of
from drivers.sockets import Usb

LEFT = "platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.2:1.0"
LEFT_TAG = "platform-fd500000_pcie-pci-0000_01_00_0-usb-0_1_2_1_0"
RIGHT = "platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.4:1.0"
C270 = {"idVendor": "046d", "idProduct": "0825", "product": "C270 HD WEBCAM"}


class Machine:
    """`/sys` and `/dev` of a small board, below a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "sys/class/video4linux").mkdir(parents=True)
        (root / "dev/v4l/by-path").mkdir(parents=True)

    def node(self, number: int, index: int, port: str, usb: dict[str, str] | None) -> None:
        device = self.root / f"sys/devices/{'platform' if usb is None else 'usb1'}/{port}/{port}:1.0"
        entry = device / "video4linux" / f"video{number}"
        entry.mkdir(parents=True)
        for fact, value in (usb or {}).items():
            (device.parent / fact).write_text(f"{value}\n", "utf-8")
        (entry / "index").write_text(f"{index}\n", "utf-8")
        (entry / "device").symlink_to(os.path.relpath(device, entry))
        link = self.root / f"sys/class/video4linux/video{number}"
        link.symlink_to(os.path.relpath(entry, link.parent))
        (self.root / f"dev/video{number}").touch()

    def camera(self, number: int, port: str, path: str) -> None:
        """As uvcvideo shows one: pictures and, on the next number, metadata."""
        for index in (0, 1):
            self.node(number + index, index, port, C270)
            self.name(f"dev/v4l/by-path/{path}-video-index{index}", number + index)

    def name(self, link: str, number: int) -> None:
        place = self.root / link
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(os.path.relpath(self.root / f"dev/video{number}", place.parent))

    def unplug(self, number: int, path: str) -> None:
        for index in (0, 1):
            (self.root / f"dev/v4l/by-path/{path}-video-index{index}").unlink()
            (self.root / f"dev/video{number + index}").unlink()
            (self.root / f"sys/class/video4linux/video{number + index}").unlink()

    def opens(self, source: str) -> str:
        return node_of(source, self.root).name


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """The board's own codec nodes come first, as on a Raspberry Pi."""
    made = Machine(tmp_path)
    made.node(10, 0, "fe9801000.codec", None)
    made.camera(0, "1-1.2", LEFT)
    return made


def test_a_camera_is_its_picture_node_under_its_steady_name(machine: Machine) -> None:
    (only,) = cameras(machine.root)
    assert only.where == f"/dev/v4l/by-path/{LEFT}-video-index0"
    assert only.device == "/dev/video0"
    assert only.usb == Usb("046d", "0825", name="C270 HD WEBCAM")


def test_every_way_to_name_it_leads_to_it(machine: Machine) -> None:
    for source in ("auto", "0", "/dev/video0", f"/dev/v4l/by-path/{LEFT}-video-index0", "usb:046d:0825"):
        assert is_camera(source)
        assert machine.opens(source) == "video0"


@pytest.mark.parametrize("source", ["auto", "usb:046d:0825", f"/dev/v4l/by-path/{LEFT}-video-index0"])
def test_it_is_found_again_under_another_number(machine: Machine, source: str) -> None:
    machine.unplug(0, LEFT)
    with pytest.raises(LinkError, match=r"scanner\.absent"):
        machine.opens(source)
    machine.root.joinpath("sys/devices/usb1").rename(machine.root / "gone")
    machine.camera(2, "1-1.2", LEFT)
    assert machine.opens(source) == "video2"


def test_between_two_cameras_nobody_guesses(machine: Machine) -> None:
    machine.camera(2, "1-1.4", RIGHT)
    with pytest.raises(LinkError) as several:
        machine.opens("auto")
    assert several.value.code == "scanner.several"
    for path in (LEFT, RIGHT):
        assert f"/dev/v4l/by-path/{path}-video-index0" in str(several.value.facts["cameras"])
    with pytest.raises(LinkError, match=r"scanner\.several"):
        machine.opens("usb:046d:0825")
    assert machine.opens(f"/dev/v4l/by-path/{LEFT}-video-index0") == "video0"


def test_our_own_rule_names_it_where_udev_does_not(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.node(0, 0, "1-1.2", C270)
    assert [node.where for node in cameras(machine.root)] == ["/dev/video0"]
    machine.name(f"dev/liangzheng/camera-{LEFT_TAG}", 0)
    assert [node.where for node in cameras(machine.root)] == [f"/dev/liangzheng/camera-{LEFT_TAG}"]
    assert machine.opens("usb:046d:0825") == "video0"


def test_films_and_folders_are_no_cameras_and_a_bare_machine_has_none(tmp_path: Path) -> None:
    assert not any(map(is_camera, ("film.avi", "/srv/pictures", "automatic")))
    assert cameras(tmp_path) == ()
    for source in ("auto", "3", "usb:dead:beef", "/dev/video3"):
        with pytest.raises(LinkError, match=r"scanner\.absent"):
            node_of(source, tmp_path)
