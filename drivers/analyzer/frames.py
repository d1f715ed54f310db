"""What one message is on the wire: wrap ours, take the next sound one out of a stream of bytes. Pure."""

from dataclasses import dataclass

from drivers.errors import FrameError
from drivers.profile.kinds import size_of
from drivers.profile.link import Check, Framed, Line


@dataclass(frozen=True, slots=True)
class Taken:
    """`frame` is None as long as there is none; `rest` is what the next call must see again."""

    frame: bytes | None
    rest: bytes
    trouble: str | None = None  # the code of what was wrong with the bytes passed over


def wrap(body: bytes, form: Framed | Line) -> bytes:
    """A request: `body` already holds code, length and data, as the profile writes it."""
    if isinstance(form, Line):
        bare = form.start.encode("latin-1") + body + form.end.encode("latin-1") + bytes(form.after)
        return _sealed(bare, form.checks)
    size = sum(len(_shown(0, check)) for check in form.checks if check.at < 0) + len(form.end)
    bare = form.start + body
    return _sealed(bare + bytes(size - len(form.end)) + form.end, form.checks)


def body(frame: bytes, form: Framed | Line) -> bytes:
    """What lies between the start and the end, or the check before it: code, length, data."""
    if isinstance(form, Line):
        return frame[len(form.start) : len(frame) - form.after - len(form.end)]
    return frame[len(form.heard) : len(frame) - _tail(form)]


def take(stream: bytes, form: Framed | Line, ended: bool) -> Taken:
    """The first sound message. Junk before it is dropped; a broken one is passed over and named in `trouble`.

    `ended` says that nothing more comes: then one that never became whole is junk like any other.
    """
    if isinstance(form, Line):
        return _take_line(stream, form, ended)
    trouble: str | None = None
    at = stream.find(form.heard)
    while at >= 0:
        flaw = _flaw(stream[at:], form)
        if flaw is None:
            end = at + _size(stream[at:], form)
            return Taken(stream[at:end], stream[end:], trouble)
        if flaw == "more" and not ended:
            return Taken(None, stream[at:], trouble)
        trouble = _worse(trouble, "analyzer.length" if flaw == "more" else flaw)
        at = stream.find(form.heard, at + 1)
    if stream and ended:
        trouble = trouble or "analyzer.noise"
    return Taken(None, b"" if trouble else _kept(stream, form.heard), trouble)


def fault(trouble: str | None) -> FrameError:
    return FrameError(trouble or "analyzer.length")


def checked(frame: bytes, checks: tuple[Check, ...]) -> bool:
    """Do all sums of a whole message agree?"""
    return all(_stands(frame, check) for check in checks)


def total(data: bytes, check: Check) -> int:
    """The sum of `data` as the profile describes it."""
    if check.algo == "crc":
        return crc(data, check)
    if check.algo == "xor":
        value = check.init
        for byte in data:
            value ^= byte
        return value ^ check.xorout
    value = check.init + sum(data)
    return (-value if check.algo == "lrc" else value) & (1 << check.width) - 1 ^ check.xorout


def crc(data: bytes, check: Check) -> int:
    """Bit by bit: frames are short, and any width, direction and start value is one loop."""
    top, mask, value = 1 << (check.width - 1), (1 << check.width) - 1, check.init
    for byte in data:
        value ^= (_mirrored(byte, 8) if check.refin else byte) << (check.width - 8)
        for _ in range(8):
            value = ((value << 1) ^ check.poly if value & top else value << 1) & mask
    return (_mirrored(value, check.width) if check.refout else value) ^ check.xorout


def _take_line(stream: bytes, form: Line, ended: bool) -> Taken:
    start, end = form.start.encode("latin-1"), form.end.encode("latin-1")
    trouble: str | None = None
    begin = stream.find(start)
    while begin >= 0:
        stop = stream.find(end, begin + len(start))
        whole = stop + len(end) + form.after
        if stop < 0 or len(stream) < whole:
            return _unfinished(stream[begin:], form, ended, trouble)
        later = stream.rfind(start, begin, stop) if start else begin  # a start inside: the first was noise or cut off
        frame = stream[later:whole]
        if checked(frame, form.checks):
            return Taken(frame, stream[whole:], trouble or ("analyzer.noise" if later else None))
        trouble = "analyzer.checksum"
        begin = stream.find(start, later + len(start) if start else whole)
    rest = b"" if ended else _kept(stream, start)
    return Taken(None, rest, trouble or ("analyzer.noise" if stream and ended else None))


def _unfinished(line: bytes, form: Line, ended: bool, trouble: str | None) -> Taken:
    """A line that begins with its start and has not come to its end."""
    if not ended and len(line) <= form.max:
        return Taken(None, line, trouble)
    if ended and form.silence and not form.after and line[len(form.start) :]:
        return Taken(line + form.end.encode("latin-1"), b"", trouble)
    return Taken(None, b"", trouble or ("analyzer.length" if line.strip(b"\r\n") else None))


def _flaw(stream: bytes, form: Framed) -> str | None:
    """Of a candidate that begins with `start`: None when sound, `more` when bytes are missing, else a code."""
    if len(stream) < form.length.at + size_of(form.length.type):
        return "more"
    size = _size(stream, form)
    if size > form.max or size < _head(form) + _tail(form):
        return "analyzer.length"
    if len(stream) < size:
        return "more"
    frame = stream[:size]
    return None if checked(frame, form.checks) and frame.endswith(form.end) else "analyzer.checksum"


def _size(stream: bytes, form: Framed) -> int:
    at, kind = form.length.at, form.length.type
    field = stream[at : at + size_of(kind)]
    counted = int.from_bytes(field, "little" if kind.endswith("le") else "big") + form.length.adds
    return counted if form.length.counts == "frame" else _head(form) + counted + _tail(form)


def _head(form: Framed) -> int:
    return form.head or form.length.at + size_of(form.length.type)


def _tail(form: Framed) -> int:
    """Bytes after the data: sums counted from the frame's end, and the end mark. A sum in the head has a place ≥ 0."""
    return max([-check.at for check in form.checks if check.at < 0], default=len(form.end))


def _stands(frame: bytes, check: Check) -> bool:
    at = check.at if check.at >= 0 else len(frame) + check.at
    expected = _shown(total(frame[check.start : check.to], check), check)
    found = frame[at : at + len(expected)]
    return (found.upper() if check.form == "hex" else found) == expected


def _shown(value: int, check: Check) -> bytes:
    data = value.to_bytes(check.width // 8, check.order)
    return data.hex().upper().encode() if check.form == "hex" else data


def _sealed(frame: bytes, checks: tuple[Check, ...]) -> bytes:
    for check in checks:
        at = check.at if check.at >= 0 else len(frame) + check.at
        data = _shown(total(frame[check.start : check.to], check), check)
        frame = frame[:at] + data + frame[at + len(data) :]
    return frame


def _worse(one: str | None, other: str) -> str:
    """A checksum says more than a length: it was a whole frame."""
    return one if one == "analyzer.checksum" else other or "analyzer.noise"


def _kept(stream: bytes, start: bytes) -> bytes:
    """The end of the stream that may be the beginning of a start mark."""
    keep = len(start) - 1
    return stream[-keep:] if keep > 0 else b""


def _mirrored(number: int, width: int) -> int:
    return int(f"{number:0{width}b}"[::-1], 2)
