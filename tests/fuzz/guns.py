"""Targets: what scan guns send, damaged. A code is whole and without control characters, or there is none."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random

from drivers.scanner.guns import keys
from drivers.scanner.guns.gun import CR, ENDS, ETX, GS, STX, Scan, Stream, Unread
from drivers.scanner.guns.keys import (
    CHORDS,
    EV_KEY,
    EV_SYN,
    EVENT,
    PAUSE,
    PRESSED,
    RELEASED,
    SHIFTS,
    SYN_DROPPED,
    Keys,
)
from drivers.scanner.wire import DATA_LIMIT, text_of
from tests.fuzz.mutate import damaged
from tests.fuzz.sealed import World
from tests.fuzz.target import Broken, Target
from tests.support.wedge import ATTACKS, Wedge

KEYBOARD, SERIAL = 0, 1  # the first byte of an input; the second: how many bytes come at once
SILENCE = b"\x00\x00silence"
NEXT = b"LZ1"  # what somebody shows after it all
TEXTS = ("6901234567892", "HTTPS://LZ.EXAMPLE.CN/K/ABCDEFGH2345", "]C10109506000134352{a}~", "x")
LATEST = 1 << 61  # seconds: something must still come after it
SAID = (
    b"6901234567892\r\n",
    b"]C10109506000134352\x1d10ABC\r",
    b"\x02HTTPS://LZ.EXAMPLE.CN/K/ABC\x03",
    "姓名：张三\t".encode(),
    "姓名：张三\r".encode("gb18030"),
    b"ABC" + SILENCE + b"\x02DEF" + SILENCE + b"\x1b[2J\r",
    b"x" * (DATA_LIMIT + 2) + b"\r",
    b"\xc2\x85\r\n",
)
Event = tuple[int, int, int, int, int]


def targets(_: World) -> tuple[Target, ...]:
    return (_guns(),)


def _guns() -> Target:
    typed = cache(_typed)

    def breed(draw: Random) -> bytes:
        if draw.random() < 0.5:
            return bytes([SERIAL, draw.randrange(256)]) + damaged(draw, SAID)
        events = bytearray(b"".join(draw.choices(typed(), k=draw.choice((1, 2, 4)))))
        for _ in range(draw.choice((0, 1, 3))):
            at = draw.randrange(len(events) // EVENT.size + 1) * EVENT.size
            events[at : at + draw.choice((0, EVENT.size))] = _event(draw)
        return bytes([KEYBOARD, draw.randrange(256)]) + (
            damaged(draw, (bytes(events),)) if draw.random() < 0.3 else events
        )

    def check(data: bytes) -> bool:
        mode, size = (*data[:2], 0, 0)[:2]
        told = _keyboard(data[2:], size + 1) if mode == KEYBOARD else _serial(data[2:].split(SILENCE), size + 1)
        for code in told:
            _clean(code)
        return bool(told)

    return Target("scanner.guns", breed, check)


def _clean(code: bytes) -> None:
    signs = text_of(code) or ""
    if not 0 < len(code) <= DATA_LIMIT or any(unicodedata.category(one) == "Cc" and ord(one) != GS for one in signs):
        raise Broken(f"a code with what may not be in it: {code[:80]!r}")


# --- keyboards ---


def _typed() -> tuple[bytes, ...]:
    """What a gun types, what an attack types, and times between them."""
    by, told = Wedge(), []
    for text in TEXTS:
        told.append(by.text(f"{text}\n"))
        by.pause(0.4)
    for attack in ATTACKS.values():
        told.append(attack(by))
        by.pause()
    return (*told, by.text("LZ") + by.event(EV_SYN, SYN_DROPPED, 0) + by.text("1\n"), by.tap("LEFTSHIFT"))


def _event(draw: Random) -> bytes:
    kind = draw.choice((EV_KEY, EV_KEY, EV_KEY, EV_SYN, 4, draw.randrange(1 << 16)))
    code = draw.choice((0, 3, 28, 29, 42, 56, draw.randrange(128), draw.randrange(1 << 16)))
    value = draw.choice((0, 1, 1, 2, -1, draw.randrange(1 << 31)))
    seconds = 1000 + draw.choice((0, 1, draw.randrange(-5, 30), draw.randrange(-(1 << 63), 1 << 62)))
    return EVENT.pack(seconds, draw.randrange(1 << 20), kind, code, value)


def _keyboard(data: bytes, size: int) -> list[bytes]:
    whole = EVENT.iter_unpack(data + bytes(-len(data) % EVENT.size))
    data = b"".join(EVENT.pack(min(seconds, LATEST), *rest) for seconds, *rest in whole)
    data += _after_all(data)
    at_once, one_by_one = Keys(), Keys()
    told = [scan for at in range(0, len(data), size) for scan in at_once.typed(data[at : at + size])]
    by_event = [one_by_one.typed(data[at : at + EVENT.size]) for at in range(0, len(data), EVENT.size)]
    if told != [scan for scans in by_event for scan in scans]:
        raise Broken("what it reads depends on how the bytes come in")
    _all_whole(tuple(EVENT.iter_unpack(data)), by_event)
    if told[-1:] != [NEXT]:
        raise Broken("the next code is not read")
    return [scan for scan in told[:-1] if isinstance(scan, bytes)]


def _after_all(data: bytes) -> bytes:
    """All keys are let go, and after a pause a gun reads the next code."""
    times = [time * 1_000_000 + micros for time, micros, *_ in EVENT.iter_unpack(data)]
    by = Wedge()
    by.now = max((*times, 0)) + 2 * PAUSE
    up = b"".join(by.event(EV_KEY, code, RELEASED) for code in (*SHIFTS, *CHORDS, *_pressed(data)))
    return by.event(EV_SYN, 0, 0) + up + by.text(f"{NEXT.decode()}\n")


def _pressed(data: bytes) -> Iterator[int]:
    return (code for _, _, kind, code, value in EVENT.iter_unpack(data) if kind == EV_KEY and value == PRESSED)


def _all_whole(events: Sequence[Event], told: Sequence[Sequence[Scan]]) -> None:
    """Each code is all that was typed since the end before it or a pause, and nothing was refused since that pause."""
    begins = paused = last = None
    for place, (seconds, micros, kind, code, value) in enumerate(events):
        now = seconds * 1_000_000 + micros
        if kind == EV_SYN and code == SYN_DROPPED:
            last = max(now, last or now)
        if kind == EV_KEY and value == PRESSED:
            if last is not None and now - last > PAUSE:
                begins = paused = place
            last = now
        for scan in told[place]:
            if isinstance(scan, bytes):
                _whole(events[begins or 0 : place], scan)
                _none_refused(told, paused or 0, place)
        if kind == EV_KEY and value == PRESSED and code in keys.ENDS:
            begins = place + 1


def _whole(events: Sequence[Event], code: bytes) -> None:
    if any(kind == EV_SYN and number == SYN_DROPPED for _, _, kind, number, _ in events):
        raise Broken(f"a code of which a part was lost: {code!r}")
    typed = [key for _, _, kind, key, value in events if kind == EV_KEY and value == PRESSED and key not in SHIFTS]
    may = [{table.get(key) for table in (keys.PLAIN, keys.SHIFTED, keys.PAD)} for key in typed]
    if len(may) != len(code) or any(sign not in signs for sign, signs in zip(code, may, strict=True)):
        raise Broken(f"a part of a code: {code!r}")


def _none_refused(told: Sequence[Sequence[Scan]], since: int, until: int) -> None:
    """What the pause itself ended may be told with the first key after it."""
    half = Unread("scanner.gun_half")
    refused = [one for place in range(since, until) for one in told[place] if isinstance(one, Unread)]
    if refused and (refused != [half] or half not in told[since]):
        raise Broken("the rest of a code that was refused")


# --- serial lines ---


def _serial(said: Sequence[bytes], size: int) -> list[bytes]:
    at_once, one_by_one = Stream(), Stream()
    codes: list[bytes] = []
    for part in (*said, NEXT + bytes([CR])):
        told = [scan for at in range(0, len(part), size) for scan in at_once.took(part[at : at + size])]
        by_byte = [one_by_one.took(bytes([byte])) for byte in part]
        by_byte.append(one_by_one.silent())
        if told + at_once.silent() != [scan for scans in by_byte for scan in scans]:
            raise Broken("what it reads depends on how the bytes come in")
        codes += _all_stood_there(part, by_byte)
    if codes[-1:] != [NEXT]:
        raise Broken("the next code is not read")
    return codes[:-1]


def _all_stood_there(part: bytes, told: Sequence[Sequence[Scan]]) -> Iterator[bytes]:
    refused = False
    for place, scan in ((place, scan) for place, scans in enumerate(told) for scan in scans):
        if isinstance(scan, Unread):
            refused = True
            continue
        before = part[: place - len(scan)][-1:]
        if refused or part[place - len(scan) : place] != scan or (before and before[0] not in {*ENDS, STX, ETX}):
            raise Broken(f"a part of a code, or the rest of one that was refused: {scan[:80]!r}")
        yield scan
