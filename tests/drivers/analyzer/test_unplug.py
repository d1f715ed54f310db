"""A thousand cables pulled, put back and swapped: no reading under a wrong instrument or channel, nothing left open."""

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import LinkError
from drivers.ports import open_port
from drivers.profile.folder import find
from drivers.profile.form import Profile
from drivers.reading import Reading
from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.pty import PtyDevice, UnpluggedError
from tests.support.held import grown, held

CYCLES = 1000
READ_ALL = bytes.fromhex("7E150400FFFFFFFF4DAA")
LEAVES = 3  # turns of the terminal: what is said in one is written in the next
NEVER, ASKED, SWAPPED, CUT, SUDDEN = "never", "before read", "swapped before read", "inside the answer", "at any time"
MOMENTS = (NEVER, NEVER, "before identify", ASKED, SWAPPED, CUT, SUDDEN)


class Loose:
    """A twin on a loose cable: where `cut` is set, its next long answer ends after that many bytes."""

    def __init__(self, twin: ResidueTwin) -> None:
        self.twin = twin
        self.cut: int | None = None
        self._last_turns = -1

    def answer(self, data: bytes) -> bytes:
        said = self.twin.answer(data)
        if self.cut is None or len(said) <= self.cut:
            return said
        said, self.cut, self._last_turns = said[: self.cut], None, LEAVES
        return said

    def tick(self) -> bytes:
        """What was said last has left when the plug goes."""
        self._last_turns -= self._last_turns >= 0
        if self._last_turns == 0:
            raise UnpluggedError
        return b""


@dataclass(frozen=True)
class Instrument:
    """`channels` tells for every record, byte by byte, in which channel it was measured."""

    cable: Loose
    channels: dict[bytes, int]


def instrument(scenario: str, day: int) -> Instrument:
    """Four records: an old one, control and two samples, at times that no other instrument has."""
    twin = ResidueTwin(scenario, day, run_seconds=0.0, started=datetime(2026, 3, day, 8, tzinfo=UTC))
    twin.start_run()
    said = twin.answer(READ_ALL)
    frames = [said[at : at + 27] for at in range(0, len(said), 27)]
    return Instrument(Loose(twin), {frame: frame[9] for frame in frames})


def impatient(profile: Profile) -> Profile:
    """Short silences; the waits for what must come are long, for they cost nothing."""
    waits = {"gap_ms": 1, "reply_ms": 10_000, "byte_ms": 5_000}
    return profile.model_copy(update={"link": profile.link.model_copy(update=waits)})


class Bench:
    """Two sockets, two instruments, and somebody who pulls and swaps the cables."""

    def __init__(self, folder: Path) -> None:
        self._free = [instrument("clean", 1), instrument("contaminated", 2)]
        self._paths = (folder / "left", folder / "right")
        self._profile = impatient(find("dayuan-tl310"))
        self._devices: dict[Path, PtyDevice] = {}
        self.wrong: list[tuple[int, Reading]] = []
        self.right = 0
        self.lost = 0
        self.plug()

    def plug(self) -> None:
        self._devices = {path: PtyDevice(one.cable, path) for path, one in self._plan().items()}

    def pull(self) -> None:
        for device in self._devices.values():
            device.close()

    def swap(self) -> None:
        self.pull()
        self._free.reverse()
        self.plug()

    def cycle(self, number: int, moment: str, side: int, chance: Random) -> None:
        """One session from opening to closing. The instrument is the one that was there when the port was opened."""
        there = self._free[side]
        there.cable.cut = chance.randrange(1, 108) if moment == CUT else None
        somebody = threading.Thread(target=self._sudden, args=[moment, chance.uniform(0.0, 0.01)])
        somebody.start()
        try:
            self._session(number, moment, there, str(self._paths[side]))
        except LinkError as lost:
            self._excuse(lost, moment)
        somebody.join()
        self.pull()
        self.plug()

    def _session(self, number: int, moment: str, there: Instrument, path: str) -> None:
        analyzer = Analyzer(self._profile, open_port(path, self._profile.link))
        try:
            self._at("before identify", moment)
            analyzer.identify()
            self._at("before read", moment)
            self._judge(number, there, analyzer.read("read_all"))
        finally:
            analyzer.close()

    def _sudden(self, moment: str, after: float) -> None:
        if moment == SUDDEN:
            threading.Event().wait(after)
            self.pull()

    def _plan(self) -> dict[Path, Instrument]:
        return dict(zip(self._paths, self._free, strict=True))

    def _at(self, now: str, moment: str) -> None:
        if moment == now:
            self.pull()
        elif moment == f"swapped {now}":
            self.swap()

    def _judge(self, number: int, there: Instrument, readings: tuple[Reading, ...]) -> None:
        good = [reading for reading in readings if there.channels.get(reading.raw) == reading.channel]
        self.right += len(good)
        self.wrong += [(number, reading) for reading in readings if reading not in good]

    def _excuse(self, lost: LinkError, moment: str) -> None:
        """At any time: also while the path is followed, whose terminal may be somebody else's by then."""
        allowed = () if moment == NEVER else ("link.lost",)
        if moment != SUDDEN and lost.code not in allowed:
            raise lost
        self.lost += 1


def test_a_thousand_cables(tmp_path: Path) -> None:
    chance = Random(20261122)
    before = held()
    bench = Bench(tmp_path)
    plugged = held()
    for number in range(CYCLES):
        if chance.random() < 0.2:
            bench.swap()
        moment = chance.choice(MOMENTS)
        bench.cycle(number, moment, chance.randrange(2), chance)
        assert grown(plugged) == (0, 0), (number, moment)
    bench.pull()
    assert bench.wrong == []
    assert grown(before) == (0, 0)
    assert bench.right == 8 * (CYCLES - bench.lost)  # four records with two quantities each
    assert CYCLES // 2 < bench.lost < CYCLES


def test_the_judge_sees_a_wrong_instrument(tmp_path: Path) -> None:
    """Two stores have no record in common."""
    one, other = instrument("clean", 1), instrument("contaminated", 2)
    assert one.channels.keys().isdisjoint(other.channels)
    assert sorted(one.channels.values()) == sorted(other.channels.values()) == [1, 2, 3, 5]
    bench = Bench(tmp_path)
    bench._free.reverse()  # and the cables stay
    bench.cycle(0, NEVER, 0, Random(1))
    bench.pull()
    assert (len(bench.wrong), bench.right) == (8, 0)


def test_the_judge_sees_a_wrong_channel(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    one = bench._free[0]
    bench._free[0] = replace(one, channels={raw: channel % 3 + 1 for raw, channel in one.channels.items()})
    bench.cycle(0, NEVER, 0, Random(1))
    bench.pull()
    assert (len(bench.wrong), bench.right) == (8, 0)
