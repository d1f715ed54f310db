"""What an instrument prints → its text: ESC/POS commands and their parameters, and pictures, taken out. Pure.

An unknown command stays where it is: then the text around it is not what the profile describes, and is refused.
"""

import re

# command letters by the number of parameter bytes (ESC/POS as generally known)
_ESC = {0: rb"2<@FLSimo", 1: rb" !%\-3=?AEGJMQRTUVadelrt{", 2: rb"\\$c", 3: rb"p"}
_GS = {0: rb":", 1: rb"!BHIafhrw", 2: rb"$LPW\\"}
_FS = {0: rb"&.", 1: rb"!\-CW", 2: rb"S"}


def _commands(lead: bytes, letters: dict[int, bytes]) -> bytes:
    return b"|".join(lead + b"[" + some + b"]" + b"." * count for count, some in letters.items())


_FIXED = re.compile(
    b"|".join((_commands(rb"\x1b", _ESC), _commands(rb"\x1d", _GS), _commands(rb"\x1c", _FS)))
    + rb"|\x1dV(?:[AB\x41\x42].|[01\x00\x01])|[\x00\x0c\x0e\x0f\x11-\x14\x18]",
    re.DOTALL,
)
_RASTER = re.compile(rb"\x1dv0.(..)(..)", re.DOTALL)  # bytes in a row, rows; both little-endian
_IMAGE = re.compile(rb"\x1b\*(.)(..)", re.DOTALL)  # mode, columns; modes 32 and 33 have three bytes a column
_START = re.compile(rb"[\x1b-\x1d\x00\x0c\x0e\x0f\x11-\x14\x18]")


def unprinted(data: bytes) -> bytes:
    text, at = b"", 0
    while (start := _START.search(data, at)) is not None:
        text += data[at : start.start()]
        at = start.start() + _size(data, start.start())
        text += data[start.start() : at] if at == start.end() and data[start.start()] in b"\x1b\x1c\x1d" else b""
    return text + data[at:]


def _size(data: bytes, at: int) -> int:
    """Bytes of the command that begins at `at`; 1 of one that is not known."""
    if raster := _RASTER.match(data, at):
        return raster.end() - at + _number(raster[1]) * _number(raster[2])
    if image := _IMAGE.match(data, at):
        return image.end() - at + _number(image[2]) * (3 if image[1] in b"\x20\x21" else 1)
    fixed = _FIXED.match(data, at)
    return fixed.end() - at if fixed else 1


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")
