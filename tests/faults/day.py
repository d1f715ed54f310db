"""One day of a box's year, from the power's return to the next cut: turns, an outage, paper-outs, unplugs, odd clocks.

Everything is drawn from the seed and the day, and time is made here: the same day always writes the same bytes.
"""

import hashlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from kiosk import record
from kiosk.clock import Clock
from kiosk.rules.messages import EntryBody, Incident, PrintOutcome, Reprint
from tests.faults.box import Box, Plan, Say, Site
from tests.faults.promises import speak
from tests.support.bodies import START, a_print

CUTS = ("between", "promised", "torn", "segment", "tables")  # where in an entry's way the power goes
JUMPS = ("two years back", "ten years on", "1970")
LINE_EVERY = 20  # turns between two exchanges with the county


@dataclass(frozen=True, slots=True)
class Weather:
    """What goes wrong on a day. `outage` are the turns without a line; no jump: the clock is synchronised."""

    jump: str
    outage: range
    paper_out: int | None  # turn
    unplugged: int | None  # turn
    cut: str
    order: bool


def weather(seed: int, day: int, turns: int) -> Weather:
    draw = Random(f"{seed}/{day}/weather")
    begin = draw.randrange(turns)
    return Weather(
        jump=JUMPS[day // 30 % 3] if day % 30 == 10 and day < 360 else "",
        outage=range(begin, begin + draw.randrange(1, turns)),
        paper_out=draw.randrange(turns) if day % 7 == 3 and day < 364 else None,
        unplugged=draw.randrange(turns) if (day + 1) * 100 // 365 > day * 100 // 365 else None,
        cut=draw.choice(CUTS),
        order=day % 3 == 0,
    )


class Day:
    """`say` as of a Box, and `size` with kilobytes in memory and open descriptors, at the beginning and at the end."""

    def __init__(self, site: Site, seed: int, day: int, turns: int, say: Say) -> None:
        self._day, self._turns, self._say = day, turns, say
        self._weather = weather(seed, day, turns)
        self._true = START.replace(hour=8) + timedelta(days=day)
        self._began = self._true
        self._flushed = threading.Event()
        self._armed = ""
        vars(record)["secrets"] = _Salts(Random(f"{seed}/{day}/salts"))
        synchronised = site.folder / "synchronised"
        synchronised.unlink(missing_ok=True)
        if not self._weather.jump:
            synchronised.touch()
        clock = Clock(START - timedelta(days=1), self._wall, synchronised, self._uptime)
        self._box = Box(site, Plan(seed), say, self._flush, clock)

    def work(self) -> None:
        """Never returns: the power goes at its end."""
        box = self._box
        box.take_up()
        self._tell_size()
        for turn in range(self._turns):
            self._true += timedelta(seconds=120)
            self._trouble(turn)
            box.turn()
            if turn % LINE_EVERY == 0 and turn not in self._weather.outage:
                box.exchange(give=self._weather.order and turn == 0, at=self._true)
            if turn % 50 == 49:
                box.record.checkpoint()
        self._tell_size()
        self._cut()

    def _trouble(self, turn: int) -> None:
        box, today = self._box, self._weather
        if turn == today.unplugged:
            visit = f"v-{box.record.last + 1}"
            box.move(visit, "testing", None, Incident("analyzer", "analyzer.lost", {}, visit))
            box.record.close_visit(visit)
            self._say("closed", visit)
        if turn == today.paper_out:
            vars(box)["printed"] = self._paper_out

    def _paper_out(self, visit: str, number: str) -> None:
        """Half of a paper came out; the second copy is whole."""
        del vars(self._box)["printed"]
        self._say("paper", number, 1)
        steps: list[EntryBody] = [
            Incident("printer", "printer.paper_out", {}, visit),
            a_print(number, 1, PrintOutcome.UNKNOWN),
            Reprint(number, 2, "spoiled"),
        ]
        for body in steps:
            self._box.move(visit, "printing", None, body)
        self._say("paper", number, 2)
        self._box.move(visit, "done", None, a_print(number, 2))

    # --- the cut ------------------------------------------------------------------------------------------------

    def _cut(self) -> None:
        cut = self._weather.cut
        if cut != "between":
            self._armed = cut
            sound = self._box.record._commit
            vars(self._box.record)["_commit"] = self._commits(sound)
            self._box.record.append(Incident("box", "box.last", {"day": str(self._day)}))
            self._say("entry", self._box.record.last, self._newest())
        _die()

    def _newest(self) -> str:
        kept = self._box.record
        return hashlib.sha256(kept.tables.payload(kept.last) or b"").hexdigest()

    def _commits(self, sound: Callable[..., None]) -> Callable[..., None]:
        """The commit of the last entry, up to where the power goes."""

        def commit(*facts: object) -> None:
            if self._armed in ("tables", "promised"):
                sound(*facts)
            if self._armed == "segment":
                self._flushed.wait()
            if self._armed != "promised":
                _die()

        return commit

    def _flush(self, handle: int) -> None:
        if self._armed in ("torn", "tables"):
            threading.Event().wait()  # it never came to that
        os.fdatasync(handle)
        if self._armed:
            self._flushed.set()

    # --- time and size ------------------------------------------------------------------------------------------

    def _wall(self) -> datetime:
        jumped = {
            "": self._true,
            "two years back": self._true - timedelta(days=730),
            "ten years on": self._true + timedelta(days=3652),
            "1970": datetime(1970, 1, 1, tzinfo=UTC).astimezone(self._true.tzinfo) + (self._true - self._began),
        }
        return jumped[self._weather.jump]

    def _uptime(self) -> float:
        return (self._true - self._began).total_seconds()

    def _tell_size(self) -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        handles = len(list(Path("/proc/self/fd").iterdir()))
        self._say("size", pages * os.sysconf("SC_PAGESIZE") // 1024, handles)


class _Salts:
    """What the record takes `secrets` for, from a seed."""

    def __init__(self, draw: Random) -> None:
        self._draw = draw

    def token_bytes(self, size: int) -> bytes:
        return self._draw.randbytes(size)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def program(site: Site, seed: int, day: int, turns: int) -> list[str]:
    """A day is a program of its own: its memory is nobody else's."""
    return [sys.executable, "-m", "tests.faults.day", str(site.folder), *map(str, (seed, day, turns))]


def main() -> int:
    folder, *numbers = sys.argv[1:]
    seed, day, turns = map(int, numbers)
    Day(Site(Path(folder)), seed, day, turns, partial(speak, sys.stdout.fileno())).work()
    return 0


if __name__ == "__main__":
    sys.exit(main())
