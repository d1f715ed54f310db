"""A camera's own settings, as codes need them: V4L2 controls of an opened node.

Numbers: linux/videodev2.h and linux/v4l2-controls.h; meanings: kernel documentation, "User Controls" and "Camera
Control Reference". Only controls that VIDIOC_QUERYCTRL names are set, within its range; what a camera refuses is said
once in the log and never fatal. Tried on composed answers of a kernel, on no real camera.
"""

import logging
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from fcntl import ioctl as kernel_ioctl
from pathlib import Path
from typing import TypeAlias

logger = logging.getLogger(__name__)

Ioctl: TypeAlias = Callable[[int, int, bytearray], int]  # (descriptor, request, argument in place); OSError

# _IOWR('V', number, size): both directions << 30 | size << 16 | 'V' << 8 | number (asm-generic/ioctl.h)
G_CTRL = 0xC008561B  # VIDIOC_G_CTRL, 27, struct v4l2_control of 8 bytes
S_CTRL = 0xC008561C  # VIDIOC_S_CTRL, 28
QUERYCTRL = 0xC0445624  # VIDIOC_QUERYCTRL, 36, struct v4l2_queryctrl of 68 bytes
_CONTROL = struct.Struct("=Ii")  # id, value
_QUERY = struct.Struct("=II32s4iI2I")  # id, type, name, minimum, maximum, step, default, flags, reserved
_UNUSABLE = 0x0001 | 0x0004  # V4L2_CTRL_FLAG_DISABLED, _READ_ONLY


class Control(IntEnum):
    POWER_LINE_FREQUENCY = 0x00980918  # V4L2_CID_BASE + 24
    SHARPNESS = 0x0098091B  # + 27
    BACKLIGHT_COMPENSATION = 0x0098091C  # + 28
    EXPOSURE_AUTO = 0x009A0901  # V4L2_CID_CAMERA_CLASS_BASE + 1
    EXPOSURE_ABSOLUTE = 0x009A0902  # + 2, units of 100 µs
    EXPOSURE_AUTO_PRIORITY = 0x009A0903  # + 3
    FOCUS_ABSOLUTE = 0x009A090A  # + 10
    FOCUS_AUTO = 0x009A090C  # + 12


FIFTY_HERTZ = 1  # V4L2_CID_POWER_LINE_FREQUENCY_50HZ: China's mains; otherwise lamps draw bands over the code
MANUAL, APERTURE_PRIORITY = 1, 3  # V4L2_EXPOSURE_MANUAL; what webcams call automatic (kernel uvc_ctrl.c)


@dataclass(frozen=True, slots=True)
class Range:
    minimum: int
    maximum: int
    step: int
    default: int

    def fitted(self, value: int) -> int:
        inside = min(max(value, self.minimum), self.maximum)
        return inside - (inside - self.minimum) % max(self.step, 1)


class Controls:
    """`focus`: a fixed distance in the camera's own units, None for continuous autofocus."""

    def __init__(self, node: Path, focus: int | None = None, ioctl: Ioctl = kernel_ioctl) -> None:
        self._node = node
        self._focus = focus
        self._ioctl = ioctl
        self._told: set[Control] = set()

    def settle(self) -> None:
        """After each open. Exposure is made automatic again: a killed program may have left it dark."""
        with _Opened(self._node) as line:
            self._set(line, Control.POWER_LINE_FREQUENCY, FIFTY_HERTZ)
            self._set(line, Control.EXPOSURE_AUTO_PRIORITY, 0)  # a dim room must not halve the frame rate
            self._automatic(line)
            self._focused(line)
            for made in (Control.SHARPNESS, Control.BACKLIGHT_COMPENSATION):
                self._as_made(line, made)  # stronger draws halos round modules, weaker blurs; its maker knows best

    def darken(self, dark: bool) -> None:
        """Half the exposure of now, or the camera's own judgement again."""
        with _Opened(self._node) as line:
            if not dark:
                self._automatic(line)
            elif (now := self._get(line, Control.EXPOSURE_ABSOLUTE)) is not None:
                self._set(line, Control.EXPOSURE_AUTO, MANUAL)
                self._set(line, Control.EXPOSURE_ABSOLUTE, now // 2)

    def _automatic(self, line: int) -> None:
        known = self._range(line, Control.EXPOSURE_AUTO)
        if known is not None:
            automatic = known.default if known.default != MANUAL else APERTURE_PRIORITY
            self._set(line, Control.EXPOSURE_AUTO, automatic)

    def _focused(self, line: int) -> None:
        self._set(line, Control.FOCUS_AUTO, int(self._focus is None))
        if self._focus is not None:
            self._set(line, Control.FOCUS_ABSOLUTE, self._focus)

    def _as_made(self, line: int, control: Control) -> None:
        known = self._range(line, control)
        if known is not None:
            self._set(line, control, known.default)

    def _set(self, line: int, control: Control, value: int) -> None:
        known = self._range(line, control)
        if known is None:
            return
        try:
            self._ioctl(line, S_CTRL, bytearray(_CONTROL.pack(control, known.fitted(value))))
        except OSError as refused:
            self._say(control, refused)

    def _get(self, line: int, control: Control) -> int | None:
        answer = bytearray(_CONTROL.pack(control, 0))
        if self._range(line, control) is None:
            return None
        try:
            self._ioctl(line, G_CTRL, answer)
        except OSError as refused:
            self._say(control, refused)
            return None
        return int(_CONTROL.unpack(answer)[1])

    def _range(self, line: int, control: Control) -> Range | None:
        """None for a control that the camera has not, or that nobody may set."""
        if line < 0:
            return None
        answer = bytearray(_QUERY.pack(control, 0, b"", 0, 0, 0, 0, 0, 0, 0))
        try:
            self._ioctl(line, QUERYCTRL, answer)
        except OSError:  # EINVAL: no such control
            return None
        _, _, _, minimum, maximum, step, default, flags, *_ = _QUERY.unpack(answer)
        return None if flags & _UNUSABLE else Range(minimum, maximum, step, default)

    def _say(self, control: Control, refused: OSError) -> None:
        if control not in self._told:
            self._told.add(control)
            logger.warning("the camera refuses %s: %s", control.name.lower(), refused.strerror)


class _Opened:
    """A descriptor of the node for settings, beside the one that streams; -1 when it cannot be opened."""

    def __init__(self, node: Path) -> None:
        self._node = node
        self._line = -1

    def __enter__(self) -> int:
        try:
            self._line = os.open(self._node, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as refused:  # pictures matter more than settings
            logger.warning("the settings of %s cannot be opened: %s", self._node, refused.strerror)
        return self._line

    def __exit__(self, *_: object) -> None:
        if self._line >= 0:
            os.close(self._line)
