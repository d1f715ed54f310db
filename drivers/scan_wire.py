"""What the scanner program says over its socket: one JSON object a line. Values and their lines only, no I/O.

The station treats every line as hostile: whatever is not exactly one of these forms is a FrameError.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from enum import StrEnum

from drivers.errors import FrameError

LINE_LIMIT = 1 << 20  # bytes; a preview picture of 320 px is about 20 kB
DATA_LIMIT = 1 << 13  # bytes; the largest QR code holds 2,953


class CameraState(StrEnum):
    READY = "ready"
    ABSENT = "absent"
    DARK = "dark"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Seen:
    """One code as bytes; nobody has guessed its character set yet."""

    data: bytes
    symbology: str  # QRCode | Code128 | EAN13
    decoder: str  # zxing | zbar


@dataclass(frozen=True, slots=True)
class Camera:
    """`problem` is the code of a sentence (`problem.<code>`), None when all is well."""

    state: CameraState
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A small mirror picture for the screen."""

    jpeg: bytes


Message = Seen | Camera | Preview


def line_of(message: Message) -> bytes:
    return json.dumps(_table(message), separators=(",", ":")).encode() + b"\n"


def _table(message: Message) -> dict[str, object]:
    match message:
        case Seen(data, symbology, decoder):
            return {"seen": {"bytes": _text(data), "symbology": symbology, "decoder": decoder}}
        case Camera(state, problem):
            return {"camera": state.value, "problem": problem}
        case Preview(jpeg):
            return {"frame": _text(jpeg)}


def message_of(line: bytes) -> Message:
    """The message of one line; FrameError("scanner.garbled") for anything else."""
    try:
        return _message(json.loads(line))
    except (ValueError, TypeError, KeyError, RecursionError) as wrong:
        raise FrameError("scanner.garbled") from wrong


def _message(table: dict[str, object]) -> Message:
    match table:
        case {"seen": {"bytes": str(data), "symbology": str(symbology), "decoder": str(decoder)}}:
            return Seen(_bytes(data, DATA_LIMIT), symbology, decoder)
        case {"camera": str(state), "problem": str() | None as problem}:
            return Camera(CameraState(state), problem)
        case {"frame": str(jpeg)}:
            return Preview(_bytes(jpeg, LINE_LIMIT))
    raise ValueError("none of our forms")


def preview_line(wanted: bool) -> bytes:
    """What a client sends to ask for mirror pictures, or to stop them."""
    return json.dumps({"preview": wanted}).encode() + b"\n"


def wants_preview(line: bytes) -> bool | None:
    """The wish in a client's line; None when it is not one."""
    try:
        table = json.loads(line)
    except (ValueError, RecursionError):
        return None
    match table:
        case {"preview": bool(wanted)}:
            return wanted
    return None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str, limit: int) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as wrong:
        raise ValueError("not base64") from wrong
    if len(data) > limit:
        raise ValueError("too long")
    return data
