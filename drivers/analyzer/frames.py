"""Framed binary protocols: wrap a body, take the next sound frame out of a stream of bytes. Pure."""

from dataclasses import dataclass

from drivers.errors import FrameError
from drivers.profile.form import Check, Framed, size_of


@dataclass(frozen=True, slots=True)
class Taken:
    """`frame` is None as long as there is none; `rest` is what the next call must see again."""

    frame: bytes | None
    rest: bytes
    trouble: str | None = None  # the code of what was wrong with the bytes passed over


def crc(data: bytes, check: Check) -> int:
    """Bit by bit: frames are short, and any width, direction and start value is one loop."""
    top, mask, value = 1 << (check.width - 1), (1 << check.width) - 1, check.init
    for byte in data:
        value ^= (_mirrored(byte, 8) if check.refin else byte) << (check.width - 8)
        for _ in range(8):
            value = ((value << 1) ^ check.poly if value & top else value << 1) & mask
    return (_mirrored(value, check.width) if check.refout else value) ^ check.xorout


def wrap(body: bytes, form: Framed) -> bytes:
    """A request: `body` already holds code, length and data, as the profile writes it."""
    frame = form.start + body
    return frame + _crc_bytes(frame, form) + form.end


def body(frame: bytes, form: Framed) -> bytes:
    """What lies between the start and the check: code, length, data."""
    return frame[len(form.start) : len(frame) - len(form.end) - form.check.width // 8]


def take(stream: bytes, form: Framed, ended: bool) -> Taken:
    """The first sound frame. Junk before it is dropped; a broken one is passed over and named in `trouble`.

    `ended` says that nothing more comes: then a frame that never became whole is junk like any other.
    """
    trouble: str | None = None
    at = stream.find(form.start)
    while at >= 0:
        flaw = _flaw(stream[at:], form)
        if flaw is None:
            end = at + _size(stream[at:], form)
            return Taken(stream[at:end], stream[end:], trouble)
        if flaw == "more" and not ended:
            return Taken(None, stream[at:], trouble)
        trouble = _worse(trouble, "analyzer.length" if flaw == "more" else flaw)
        at = stream.find(form.start, at + 1)
    if stream and ended:
        trouble = trouble or "analyzer.noise"
    return Taken(None, b"" if trouble else _tail(stream, form), trouble)


def fault(trouble: str | None) -> FrameError:
    return FrameError(trouble or "analyzer.length")


def _flaw(stream: bytes, form: Framed) -> str | None:
    """Of a candidate that begins with `start`: None when sound, `more` when bytes are missing, else a code."""
    head = form.length.at + size_of(form.length.type)
    if len(stream) < head:
        return "more"
    size = _size(stream, form)
    if size > form.max:
        return "analyzer.length"
    if len(stream) < size:
        return "more"
    frame = stream[:size]
    checked = frame[: size - len(form.end) - form.check.width // 8]
    if _crc_bytes(checked, form) + form.end != frame[len(checked) :]:
        return "analyzer.checksum"
    return None


def _size(stream: bytes, form: Framed) -> int:
    at, kind = form.length.at, form.length.type
    field = stream[at : at + size_of(kind)]
    counted = int.from_bytes(field, "little" if kind.endswith("le") else "big") + form.length.adds
    return at + len(field) + counted + form.check.width // 8 + len(form.end)


def _crc_bytes(frame: bytes, form: Framed) -> bytes:
    return crc(frame[form.check.start :], form.check).to_bytes(form.check.width // 8, "big")


def _worse(one: str | None, other: str) -> str:
    """A checksum says more than a length: it was a whole frame."""
    return one if one == "analyzer.checksum" else other


def _tail(stream: bytes, form: Framed) -> bytes:
    """The end of the stream that may be the beginning of a start mark."""
    keep = len(form.start) - 1
    return stream[-keep:] if keep else b""


def _mirrored(number: int, width: int) -> int:
    return int(f"{number:0{width}b}"[::-1], 2)
