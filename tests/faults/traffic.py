"""A long backlog through a bad line: what the county holds in the end is what the boxes wrote, once each, in order.

Real mosquitto, real `liangzheng uplink` and `liangzheng county run`; kills are SIGKILL. Judged by tests.faults.ledger.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kiosk.upward import Upward
from kiosk.wire import Backoff
from tests.faults.book import Found, Unit
from tests.faults.ground import Ground, ground
from tests.faults.ledger import audited
from tests.support.proxy import BLACK_HOLE, HALF_OPEN, PASS, Proxy
from tests.support.waiting import settled

STATIONS = ("gasa-01", "shuitang-1")
OURS = STATIONS[0]
SHARE = 10_000  # entries of one unit
BLOBS = 6
WITHIN = 120.0
QUIET_S = 2.0  # a line swallows what is said until both have been mute for so long; the programs test it after 5


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    do: Callable[[Ground], None]


def silenced(mode: str, where: Callable[[Ground], Proxy]) -> Callable[[Ground], None]:
    def do(on: Ground) -> None:
        swallowing = where(on)
        swallowing.mode = mode
        settled(lambda: swallowing.swallowed, QUIET_S)
        swallowing.mode = PASS

    return do


def line(on: Ground) -> Proxy:
    return on.line


def office(on: Ground) -> Proxy:
    return on.office


BROKER = Fault("broker killed", lambda on: on.kill("broker"))
UPLINK = Fault("uplink killed", lambda on: on.kill(OURS))
INTAKE = Fault("intake killed", lambda on: on.kill("county"))
RESET = Fault("line reset", lambda on: on.line.reset())
OFFICE_RESET = Fault("intake's line reset", lambda on: on.office.reset())
HOLE = Fault("line silent", silenced(BLACK_HOLE, line))
OFFICE_HOLE = Fault("intake's line silent", silenced(BLACK_HOLE, office))
HALF = Fault("line half open", silenced(HALF_OPEN, line))
OFFICE_HALF = Fault("intake's line half open", silenced(HALF_OPEN, office))
COPY = Fault("copied", lambda on: on.copy())
RESTORE = Fault("county restored", lambda on: on.restore())

SETS = (
    (BROKER, UPLINK, RESET),
    (BROKER, INTAKE, HOLE),
    (BROKER, OFFICE_RESET, UPLINK),
    (BROKER, HALF, INTAKE),
    (BROKER, OFFICE_HOLE, UPLINK),
    (BROKER, INTAKE, RESET),
    (COPY, BROKER, OFFICE_HALF, RESTORE),
    (BROKER, UPLINK, HOLE),
    (BROKER, INTAKE, OFFICE_RESET),
    (BROKER, UPLINK, HALF, INTAKE),
)
WHOLE = tuple(fault for faults in SETS for fault in faults)


def drained(entries: int, faults: Sequence[Fault], blobs: int = BLOBS) -> Found:
    """A backlog of `entries` in two boxes, most of them in one; the faults come evenly while it drains."""
    with ground(STATIONS) as on:
        for station, part in zip(STATIONS, (entries - entries // 5, entries // 5), strict=True):
            on.boxes[station].add(part)
            on.boxes[station].blobs(blobs)
        wrong = list[str]()
        for name in ("broker", "county", *STATIONS):
            on.start(name)
        began = time.monotonic()
        for nth, fault in enumerate(faults, 1):
            wrong += on.await_(entries * nth // (len(faults) + 1), WITHIN, f"before: {fault.name}")
            fault.do(on)
        wrong += on.await_(entries, WITHIN, "at the end")
        seconds = time.monotonic() - began
        wrong += on.await_settled(entries, WITHIN)
        wrong += audited(on.database, [box.folder for box in on.boxes.values()], on.broker.folder)
    counts = {"entries": entries, "faults": len(faults), "entries per second, sum over units": round(entries / seconds)}
    return Found(wrong, counts)


def offline() -> Found:
    """Thirty days without a line, then everything at once; the first receipt is thirty days older than the last."""
    with ground(STATIONS[:1]) as on:
        box = on.boxes[OURS]
        box.add(100)
        box.blobs(BLOBS)
        for name in ("broker", "county", OURS):
            on.start(name)
        wrong = on.await_settled(100, WITHIN)
        on.programs.kill(OURS)
        box.add(9000, timedelta(days=30) / 9000)
        on.start(OURS)
        wrong += on.await_settled(9100, WITHIN)
        wrong += audited(on.database, [box.folder], on.broker.folder)
    return Found(wrong, {"entries": 9100, "days offline": 30})


def clocks() -> Found:
    """The box's clock goes two years back and ten forward while its log drains, and the log goes on."""
    with ground(STATIONS[:1]) as on:
        box, wrong, total = on.boxes[OURS], list[str](), 0
        for name in ("broker", "county"):
            on.start(name)
        for nth, jump in enumerate((timedelta(), timedelta(days=-730), timedelta(days=3650), timedelta(days=-2900))):
            box.at += jump
            total = box.add(1500)
            if nth == 0:
                on.start(OURS)
        wrong += on.await_settled(total, WITHIN)
        wrong += audited(on.database, [box.folder], on.broker.folder)
    return Found(wrong, {"entries": total, "jumps of the clock": 3})


def patience() -> Found:
    """After ten thousand attempts in vain an entry still travels again, and no later than the longest wait."""
    upward, now, wrong = Upward(Backoff(60.0, 900.0, lambda: 1.0)), 0.0, list[str]()
    upward.begin(0)
    for attempt in range(10_000):
        span = upward.next(1, now)
        if span is None:
            wrong.append(f"attempt {attempt}: not sent again after {now:.0f} s")
            break
        upward.sent(attempt, span, 1, now)
        upward.taken(attempt)
        now += 900.0 * 1.25
    return Found(wrong, {"attempts": 10_000})


def units(seed: int, count: int | None) -> Iterator[Unit]:
    """`count` shares of the backlog, each with its own set of faults; then the rest. The seed turns the sets."""
    sets = list(SETS)
    random.Random(seed).shuffle(sets)
    for nth, faults in enumerate(sets[:count], 1):
        yield f"share {nth}: {', '.join(fault.name for fault in faults)}", lambda f=faults: drained(SHARE, f)  # type: ignore[misc]
    yield "no fault", lambda: drained(SHARE * 2, ())
    yield "thirty days offline", offline
    yield "clocks", clocks
    yield "patience", patience
    if count is None:
        yield "whole backlog, every fault", lambda: drained(SHARE * 10, WHOLE)
