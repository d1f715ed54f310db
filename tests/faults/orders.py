"""Orders that are not the county's, not the next, or cannot be done: none is executed, and the true one once.

`units` are judged by what lies in the tables and by the entries' own text; nothing of the product says here what is
right. Half of them come through the uplink's door, half lie in down/ as a broken uplink would leave them.
"""

import base64
import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.clock import Clock
from kiosk.contract import ContractError
from kiosk.downward import Downward
from kiosk.enrolment import TrustFile
from kiosk.live_trust import LiveTrust
from kiosk.order_checks import hindrance
from kiosk.record import Home, Record
from kiosk.trust import SealError, Use
from kiosk.words import load_words
from tests.faults.forge import STREAMS, Forge, Wrong
from tests.support.bodies import START, Station
from tests.support.office import Office, new_key

CASES, CASES_IN_UNIT = 10_000, 200
KILLS, KILLS_IN_UNIT = 120, 8
TRUE_EVERY = 5  # wrong ones before the true order comes
ROOT = Path(__file__).resolve().parents[2]
BOOKS = {"entry", "node", "cursor", "receipt"}  # what every entry changes
POINTS = ("appended", "published", "weighed", "segment", "committed", "obeyed")


class Target:
    """A station in a folder of its own, and what can be seen of it from outside."""

    def __init__(self, folder: Path, office: Office, box: Station) -> None:
        self.folder = folder
        self._office, self._box = office, box
        trust = office.trust
        trust = trust.merged(
            [office.grant(Use.ORDER, new_key("revoked"))],
            [office.revocation(Use.ORDER, new_key("revoked"), "2026-01-02")],
        )
        (folder / "trust.json").write_bytes(trust.bytes())
        self.record = self._open()
        self.next = dict.fromkeys(STREAMS, 1)

    def _open(self) -> Record:
        return opened(self.folder, self._office.name, self._box.key)

    def restart(self) -> None:
        self.record.close()
        self.record = self._open()

    def downward(self) -> Downward:
        return Downward(self.folder / "down", self._office.name, "gasa", TrustFile(self.folder / "trust.json"))

    def plant(self, stream: str, seq: int, payload: bytes, frame: Callable[[bytes], bytes] | None = None) -> None:
        """What a broken uplink leaves: a log that holds only this."""
        folder = self.folder / "down" / stream
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        whole = struct.pack(">II", len(payload), zlib.crc32(payload)) + payload
        (folder / f"{seq:020d}.seg").write_bytes(b"LZSEG1\n\n" + (frame(whole) if frame else whole))
        (folder / "through").write_text(f"{seq}\n")

    def lists(self) -> dict[str, list[Any]]:
        """Every row that orders could have changed."""
        with closing(sqlite3.connect(self.folder / "record.db")) as sql:
            names = [name for (name,) in sql.execute("select name from sqlite_master where type = 'table'")]
            return {name: sql.execute(f"select * from {name}").fetchall() for name in names if name not in BOOKS}  # noqa: S608

    def told(self, after: int = 0) -> list[dict[str, Any]]:
        """Bodies of the entries `order.done` behind entry `after`."""
        with closing(sqlite3.connect(self.folder / "record.db")) as sql:
            rows = sql.execute(
                "select envelope from entry where kind = 'order.done' and seq > ? order by seq", (after,)
            )
            return [json.loads(row)["body"] for (row,) in rows]


def opened(folder: Path, county: str, key: Any, **more: Any) -> Record:
    home = Home(county, "gasa", "0", folder / "record.db", folder / "up", folder / "down")
    clock = Clock(START - timedelta(days=1), lambda: START, folder / "never")
    trust = LiveTrust(TrustFile(folder / "trust.json").now)
    settings = {"hindrance": hindrance(load_words("en")), "flush": lambda _: None} | more
    return Record(home, key, trust, clock, **settings)


def units(seed: int, count: int | None) -> Iterator[tuple[str, Callable[[], Sequence[str]]]]:
    """`count` wrong orders (default 10,000), and a kill for every 80 of them."""
    cases = CASES if count is None else count
    for nth, start in enumerate(range(0, cases, CASES_IN_UNIT)):
        way = ("carried", "planted")[nth % 2]
        here = min(CASES_IN_UNIT, cases - start)
        yield f"orders {way} {nth}", partial(_wrong_orders, seed * 100_003 + nth, way, here)
    kills = max(KILLS_IN_UNIT, KILLS * cases // CASES)
    for nth in range(0, kills, KILLS_IN_UNIT):
        yield f"orders killed {nth}", partial(_killed, seed * 100_003 + nth, min(KILLS_IN_UNIT, kills - nth))


def _wrong_orders(seed: int, way: str, cases: int) -> Sequence[str]:
    chance, office = random.Random(seed), Office()
    with tempfile.TemporaryDirectory(prefix="orders-") as folder:
        box = office.enrol("gasa")
        target, forge = Target(Path(folder), office, box), Forge(office, box, chance, carried=way == "carried")
        trial = Trial(target, forge, chance, target.downward() if way == "carried" else None)
        try:
            for nth in range(cases):
                trial.wrong_one()
                if nth % TRUE_EVERY == TRUE_EVERY - 1:
                    trial.true_one()
            trial.end()
        finally:
            target.record.close()
            if trial.down is not None:
                trial.down.close()
        return trial.wrong


class Trial:
    """Brings one order after the other to one station and writes down what should not have happened."""

    def __init__(self, target: Target, forge: Forge, chance: random.Random, down: Downward | None) -> None:
        self.target, self.down = target, down
        self.wrong: list[str] = []
        self._forge, self._chance = forge, chance
        self._waiting: set[tuple[str, int]] = set()  # numbers at which something false was told already

    def wrong_one(self) -> None:
        stream = self._chance.choice(sorted(STREAMS))
        seq = self.target.next[stream]
        case = self._forge.wrong(stream, seq)
        before, last = self.target.lists(), self.target.record.last
        appended = self._brought(stream, seq, case)
        self.target.record.obey()
        told = self.target.told(last)
        if self.target.lists() != before:
            self._say(stream, seq, case, "the lists changed")
        if case.county:
            self._refused(stream, seq, case, told)
        else:
            self._not_the_countys(stream, seq, case, told, appended)

    def true_one(self) -> None:
        stream = self._chance.choice(sorted(STREAMS))
        seq = self.target.next[stream]
        case = Wrong("the true order", self._forge.true(stream, seq), county=True)
        last = self.target.record.last
        self._brought(stream, seq, case)
        self.target.record.obey()
        self.target.record.obey()
        told = [(body["stream"], body["seq"], body["done"]) for body in self.target.told(last)]
        rows = [card for card, _ in self.target.lists()["revoked_card"]]
        if told != [(stream, seq, True)] or rows.count(f"{stream}-{seq}") != 1:
            self._say(stream, seq, case, f"not done once: {told}")
        self.target.next[stream] = seq + 1

    def end(self) -> None:
        """After a restart nothing is done again, and each number was decided once."""
        last = self.target.record.last
        self.target.restart()
        self._waiting.clear()
        self.target.record.obey()
        again = [body for body in self.target.told(last) if body["order"]]
        decided = [(body["stream"], body["seq"]) for body in self.target.told() if body["order"]]
        if again or len(decided) != len(set(decided)):
            self.wrong.append(f"decided again after a restart: {again or decided}")
        if any(row[0].startswith("evil") for row in self.target.lists()["revoked_card"]):
            self.wrong.append("a forged order was executed")

    def _brought(self, stream: str, seq: int, case: Wrong) -> bool:
        """True when it lies in down/ now."""
        if self.down is None:
            damaged = self._chance.random() < 0.15 and not case.county
            self.target.plant(stream, seq, case.payload, self._damage() if damaged else None)
            return not damaged
        try:
            return self.down.orders([case.payload]).fresh > 0
        except (ContractError, SealError):
            return False

    def _damage(self) -> Callable[[bytes], bytes]:
        cut = self._chance.randrange(1, 12)
        kinds: tuple[Callable[[bytes], bytes], ...] = (
            lambda frame: frame[:-cut],
            lambda frame: frame[:4] + bytes(4) + frame[8:],
            lambda frame: bytes(len(frame)),
            lambda frame: b"\xff\xff\xff\xff" + frame[4:],
            lambda frame: b"",
        )
        return self._chance.choice(kinds)

    def _refused(self, stream: str, seq: int, case: Wrong, told: list[dict[str, Any]]) -> None:
        found = [body for body in told if (body["stream"], body["seq"]) == (stream, seq) and body["order"]]
        if len(told) != 1 or len(found) != 1 or found[0]["done"] or not found[0]["reason"]:
            self._say(stream, seq, case, f"not refused with one entry: {told}")
        self.target.next[stream] = seq + 1

    def _not_the_countys(
        self, stream: str, seq: int, case: Wrong, told: list[dict[str, Any]], lies_there: bool
    ) -> None:
        expected = int(lies_there and (stream, seq) not in self._waiting)
        if self.down is not None and lies_there:
            self._say(stream, seq, case, "the uplink let it in")
        if len(told) != expected or any(body["done"] or body["order"] or not body["reason"] for body in told):
            self._say(stream, seq, case, f"told {len(told)} times, {expected} expected: {told}")
        if told:
            self._waiting.add((stream, seq))

    def _say(self, stream: str, seq: int, case: Wrong, problem: str) -> None:
        self.wrong.append(f"{stream}/{seq} {case.what}: {problem} — {base64.b64encode(case.payload).decode()[:400]}")


# --- killed between receipt and execution -----------------------------------------------------------------------------


def _killed(seed: int, kills: int) -> Sequence[str]:
    """Each kill is one order: brought, killed somewhere, started again, and by then done once."""
    chance, office, wrong = random.Random(seed), Office(), list[str]()
    with tempfile.TemporaryDirectory(prefix="orders-") as folder:
        target = Target(Path(folder), office, office.enrol("gasa"))
        target.record.close()
        for seq in range(1, kills + 1):
            point = chance.choice(POINTS)
            ended = _child(folder, str(seq), point)
            if ended != -signal.SIGKILL:
                wrong.append(f"order {seq} was not killed at {point}: {ended}")
            if _child(folder, str(seq), "-") != 0:
                wrong.append(f"order {seq}: the station does not start after a kill at {point}")
            done = [body for body in target.told() if body["seq"] == seq]
            cards = [card for card, _ in target.lists()["revoked_card"]]
            if [body["done"] for body in done] != [True] or cards != [f"all-{nth}" for nth in range(1, seq + 1)]:
                wrong.append(f"order {seq}, killed at {point}: {done} {cards}")
    return wrong


def _child(folder: str, seq: str, point: str) -> int:
    command = [sys.executable, "-m", "tests.faults.orders", folder, seq, point]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)
    return ended.returncode


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _publish_none(seq: int) -> None:
    _die()


def _be_the_box(folder: Path, seq: int, point: str) -> None:
    """Uplink and station of a box that brings and does one order; dies at `point`."""
    office = Office()
    box = office.enrol("gasa")

    def reached(here: str) -> None:
        if here == point:
            _die()

    def weighed(*_: object) -> str:
        reached("weighed")
        return ""

    def flushed(handle: int) -> None:
        os.fdatasync(handle)
        reached("segment" if begun else "")

    begun = False
    record = opened(folder, office.name, box.key, hindrance=weighed, flush=flushed)
    begun = True
    down = Downward(folder / "down", office.name, "gasa", TrustFile(folder / "trust.json"))
    if point == "appended":
        down._orders[f"{office.name}.all"].publish = _publish_none  # type: ignore[method-assign]
    forge = Forge(office, box, random.Random(seq))
    down.orders([forge.true("all", seq)])
    reached("published")
    if point == "committed":
        record._writer.publish = _publish_none  # type: ignore[method-assign]  # after both flushes
    record.obey()
    reached("obeyed")
    down.close()
    record.close()


if __name__ == "__main__":
    _be_the_box(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
