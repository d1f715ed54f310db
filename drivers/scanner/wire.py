"""What the scanner program says over its socket: one JSON object a line. Values and their lines only, no I/O.

The station treats every line as hostile: whatever is not exactly one of these forms is a FrameError.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from enum import StrEnum

from drivers.errors import FrameError

LINE_LIMIT = 4 << 20  # bytes; a still picture of 1920 x 1080 is about 600 kB
DATA_LIMIT = 1 << 13  # bytes; the largest QR code holds 2,953
MARK_LIMIT = 64  # characters of the mark that a client gives a wish for a still picture
PROBLEM = re.compile(r"[a-z_]{1,32}(\.[a-z_]{1,32}){1,3}")


class CameraState(StrEnum):
    READY = "ready"
    ABSENT = "absent"
    DARK = "dark"
    FROZEN = "frozen"


class Hint(StrEnum):
    """What the person who holds up a code could do better."""

    NEARER = "nearer"
    GLARE = "glare"
    STEADY = "steady"
    LIGHT = "light"
    AGAIN = "again"  # something was shown and could not be read


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a code, or what may be one, is to be seen."""

    side: int  # pixels along its longer edge
    sharpness: int  # 0 blurred to 100 crisp
    glare: int  # percent of it that is burnt out


@dataclass(frozen=True, slots=True)
class Seen:
    """One code as bytes; nobody has guessed its character set yet. Told at its first and at its second equal read."""

    data: bytes
    symbology: str  # QRCode | Code128 | EAN13; a scan gun names none
    decoder: str  # zxing | zbar | gun
    quality: Quality | None = None
    reads: int = 1  # equal reads of this showing: two, where a wrong read would otherwise be believed
    showing: int = 0  # counts the times that a code came into view; the same for every read of it


@dataclass(frozen=True, slots=True)
class Camera:
    """`problem` is the code of a sentence (`problem.<code>`), None when all is well."""

    state: CameraState
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A small mirror picture for the screen."""

    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Advice:
    """What would help now; None as soon as nothing needs to be said."""

    hint: Hint | None


@dataclass(frozen=True, slots=True)
class Still:
    """The whole picture that a client wished for under `mark`, as it is, not mirrored; empty when there was none."""

    mark: str
    jpeg: bytes


Message = Seen | Camera | Preview | Advice | Still


def line_of(message: Message) -> bytes:
    return json.dumps(_table(message), separators=(",", ":")).encode() + b"\n"


def _table(message: Message) -> dict[str, object]:
    match message:
        case Seen():
            return {"seen": _seen_table(message)}
        case Camera(state, problem):
            return {"camera": state.value, "problem": problem}
        case Preview(jpeg):
            return {"frame": _text(jpeg)}
        case Advice(hint):
            return {"advice": hint}
        case Still(mark, jpeg):
            return {"still": mark, "jpeg": _text(jpeg)}


def _seen_table(seen: Seen) -> dict[str, object]:
    quality = seen.quality and [seen.quality.side, seen.quality.sharpness, seen.quality.glare]
    return {
        "bytes": _text(seen.data),
        "symbology": seen.symbology,
        "decoder": seen.decoder,
        "quality": quality,
        "reads": seen.reads,
        "showing": seen.showing,
    }


def message_of(line: bytes) -> Message:
    """The message of one line; FrameError("scanner.garbled") for anything else."""
    try:
        return _message(json.loads(line))
    except (ValueError, TypeError, KeyError, RecursionError) as wrong:
        raise FrameError("scanner.garbled") from wrong


def _message(table: dict[str, object]) -> Message:
    match table:
        case {"seen": dict(seen)}:
            return _seen(seen)
        case {"camera": str(state), "problem": str() | None as problem}:
            return Camera(CameraState(state), _problem(problem))
        case {"frame": str(jpeg)}:
            return Preview(_bytes(jpeg, LINE_LIMIT))
        case {"advice": str() | None as hint}:
            return Advice(None if hint is None else Hint(hint))
        case {"still": str(mark), "jpeg": str(jpeg)}:
            return Still(mark, _bytes(jpeg, LINE_LIMIT))
    raise ValueError("none of our forms")


def _seen(table: dict[str, object]) -> Seen:
    match table:
        case {
            "bytes": str(data),
            "symbology": str(symbology),
            "decoder": str(decoder),
            "quality": list() | None as quality,
            "reads": 1 | 2 as reads,
            "showing": showing,
        }:
            numbers = _number(reads), _number(showing)
            seen = Seen(_bytes(data, DATA_LIMIT), symbology, decoder, _quality(quality), *numbers)
            if seen.data:
                return seen
    raise ValueError("not a code")


def _problem(code: str | None) -> str | None:
    """It is written into the journal and looked up among the words."""
    if code is not None and not PROBLEM.fullmatch(code):
        raise ValueError("not the code of a sentence")
    return code


def _quality(facts: list[object] | None) -> Quality | None:
    match facts:
        case None:
            return None
        case [side, sharpness, glare]:
            return Quality(_number(side), _number(sharpness), _number(glare))
    raise ValueError("not a quality")


def _number(value: object) -> int:
    """A whole one: JSON's true and 1.0 are equal to 1, too."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a whole number")
    return value


def preview_line(wanted: bool) -> bytes:
    """What a client sends to ask for mirror pictures, or to stop them."""
    return json.dumps({"preview": wanted}).encode() + b"\n"


def still_line(mark: str) -> bytes:
    """What a client sends to wish for one whole picture."""
    return json.dumps({"still": mark}).encode() + b"\n"


def wish_of(line: bytes) -> bool | str | None:
    """A client's wish: previews or none (bool), a still picture (its mark); None when it is neither."""
    try:
        table = json.loads(line)
    except (ValueError, RecursionError):
        return None
    match table:
        case {"preview": bool(wanted)}:
            return wanted
        case {"still": str(mark)} if 0 < len(mark) <= MARK_LIMIT:
            return mark
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


def text_of(data: bytes) -> str | None:
    """What stands in a code: strict UTF-8, else GB18030, as codes are written in China; None when it is neither."""
    for charset in ("utf-8", "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return None
