"""A record that has grown: looking at all of it, starting on it, and what one certificate costs the card."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from kiosk import log
from kiosk.clock import Clock, build_time
from kiosk.contract import read
from kiosk.rebuild import rebuild
from kiosk.record import Home, Record
from kiosk.trust import read_trust
from tests.bench.commit import write_bytes
from tests.bench.row import Row, alternating, milliseconds
from tests.faults.backlog import Backlog
from tests.faults.box import Box, Plan, Site
from tests.faults.ground import ground
from tests.support.broker import COUNTY

SHORT, LONG = 1_000, 50_000  # entries
STATIONS = ("gasa-01", "shuitang-1")
ROUNDS = 3
STARTS = 15
TURNS = 100
STEP = timedelta(milliseconds=100)  # the long log is over before now
FLUSH = re.compile(r"\b(?:fsync|fdatasync|sync_file_range|msync)\(")


def rows(entries: int | None) -> Iterator[Row]:
    with ground(STATIONS) as on:  # only for what it enrols: no program runs
        short, long = map(_Grown, on.boxes.values(), (SHORT, entries or LONG))
        yield from long.looked_at()
        mine, theirs = alternating(long.start, short.start, STARTS)
        name = f"record: start, {long.entries} entries"
        yield Row(name, "ms", tuple(mine), f"with {SHORT}", tuple(theirs))
        pairs = [(long.recovery(), short.recovery()) for _ in range(STARTS)]
        mine, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        yield Row(f"{name}, one to recover", "ms", tuple(mine), f"with {SHORT}", tuple(theirs))
    yield from _card()


class _Grown:
    """A record of about so many entries, both copies."""

    def __init__(self, box: Backlog, entries: int) -> None:
        self._box = box
        self._home = Home(
            COUNTY, box.folder.name, "0", box.folder / "record.db", box.folder / "up", box.folder / "down"
        )
        self._trust = read_trust(box.folder / "trust.json")
        self.start()
        self.entries = box.add(entries - 1, STEP)
        rebuild(self._home, box.key, self._trust).file.replace(self._home.tables)

    def start(self) -> None:
        self._open().close()

    def recovery(self) -> float:
        """Milliseconds of a start on an entry that the tables do not have."""
        self._box.add(1, STEP)
        opened: list[Record] = []
        took = milliseconds(lambda: opened.append(self._open()))
        if opened[0].took_over != 1:
            raise ValueError("nothing was recovered")
        opened[0].close()
        return took

    def looked_at(self) -> Iterator[Row]:
        """Entries a second, beside the signatures alone; and bytes of the segments."""
        size = sum(file.stat().st_size for file in self._home.up.glob("*.seg")) / 1e6
        command = [sys.executable, "-m", "ui.command.main", "record", "verify", str(self._box.folder)]
        ways: dict[str, Callable[[], object]] = {
            "record verify": lambda: subprocess.run(command, check=True, capture_output=True),
            "full check": self._check,
        }
        for name, way in ways.items():
            mine, theirs = alternating(way, self._signatures, ROUNDS)
            rates, floor = (tuple(self.entries / took * 1000 for took in each) for each in (mine, theirs))
            yield Row(f"{name}: {self.entries} entries", "1/s", rates, "its signatures alone", floor)
            yield Row(f"{name}: segments", "MB/s", tuple(size / took * 1000 for took in mine))

    def _open(self) -> Record:
        return Record(self._home, self._box.key, self._trust, Clock(build_time()))

    def _check(self) -> None:
        with closing(self._open()) as record:
            while not (checked := record.check(SHORT)).ended:
                pass
            if checked.problem:
                raise ValueError(checked.problem)

    def _signatures(self) -> None:
        """Includes reading the envelopes, as nothing can be verified without."""
        public = self._box.key.public_key()
        for _, payload in log.payloads(self._home.up):
            envelope = read(payload)
            public.verify(envelope.signature, envelope.header.bytes())


# --- the card -----------------------------------------------------------------------------------------------------


def _card() -> Iterator[Row]:
    """Of one certificate's turn: test, certificate, print, their visits; the tables' own checkpoints as they come."""
    (few, bytes_few), (many, bytes_many) = _worked(TURNS), _worked(2 * TURNS)
    yield Row("certificate: flushes", "", ((many - few) / TURNS,))
    yield Row("certificate: written to disk", "B", ((bytes_many - bytes_few) / TURNS,))


def _worked(turns: int) -> tuple[int, int]:
    """Flushes of a process with so many turns, as strace sees them; bytes, as the kernel counts them."""
    with tempfile.TemporaryDirectory(prefix="liangzheng-bench-") as name:
        told = Path(name) / "calls"
        program = f"from tests.bench.record import turns; turns({name!r}, {turns})"
        command = ["strace", "-f", "-qq", "-o", str(told), "-e", "trace=fsync,fdatasync,sync_file_range,msync"]
        done = subprocess.run([*command, sys.executable, "-c", program], check=True, capture_output=True, text=True)
        return len(FLUSH.findall(told.read_text())), int(done.stdout)


def turns(folder: str, count: int) -> None:
    """Runs in a process of its own and says how many bytes it wrote."""
    site = Site(Path(folder) / "box")
    site.make()
    box = Box(site, Plan(segment_bytes=log.SEGMENT_BYTES), lambda *_: None)
    for _ in range(count):
        box.turn()
    sys.stdout.write(f"{int(write_bytes())}\n")
