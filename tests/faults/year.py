"""Part `year`: 365 days on a fast clock, each ended by a power cut, 200 certificates a day; a month is a unit.

The same seed writes the same bytes. Months build on each other; each is done in a copy that takes its place when it is
whole. Cuts, outages, paper-outs, jumps of the clock and unplugs are those of tests/faults/day.py.
"""

import hashlib
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from tests.faults.book import HOME, Found, Units
from tests.faults.box import Site
from tests.faults.day import program, weather
from tests.faults.inspector import MAGIC, Entry, parsed, segment
from tests.faults.promises import Promises
from tests.faults.recorder import ROOT

TURNS = 200  # a day; 73,000 in a year
MONTHS = (*range(0, 331, 30), 365)  # first days
GROWTH = 1.05  # of memory, after the first month


@dataclass
class State:
    """What is known of the log until now, from its bytes alone."""

    entries: int = 0
    certificates: int = 0
    trace: str = ""  # SHA-256 over every payload, in order
    peaks: list[tuple[int, str]] = field(default_factory=list)  # of the tree: leaves and hash of each whole part
    vouched: str = ""  # the latest time that something vouched for
    latest: str = ""
    memory: int = 0  # the most of the first month, kB


def units(seed: int, count: int | None) -> Units:
    folder = HOME / f"year-{seed}"
    for month in range(12 if count is None else count):
        yield f"month {month + 1}", _month(folder, seed, month)


def _month(folder: Path, seed: int, month: int) -> Callable[[], Sequence[str]]:
    return lambda: lived(folder, seed, range(MONTHS[month], MONTHS[month + 1]), TURNS)


def lived(folder: Path, seed: int, days: range, turns: int) -> Found:
    """Live these days in a copy of what the days before left, and look at all of it."""
    before, now = folder / f"day-{days.start}", folder / "now"
    shutil.rmtree(now, ignore_errors=True)
    if days.start:
        shutil.copytree(before, now)
        state = State(**json.loads((now / "state.json").read_text()))
    else:
        now.mkdir(parents=True)
        Site(now / "box").make()
        state = State()
    site, year = Site(now / "box"), Year(seed, turns, state)
    wrong = [sentence for day in days for sentence in year.day(site, day)] or list(year.look(site))
    (now / "state.json").write_text(json.dumps(asdict(year.state)))
    now.rename(folder / f"day-{days.stop}")
    shutil.rmtree(before, ignore_errors=True)
    return Found(
        wrong, {"days": len(days), "certificates": year.state.certificates - state.certificates, **year.weather}
    )


class Year:
    def __init__(self, seed: int, turns: int, state: State) -> None:
        self.state = replace(state)
        self.weather: dict[str, int] = {"outages": 0, "cuts": 0, "paper-outs": 0, "jumps": 0, "unplugs": 0}
        self._first = not state.entries
        self._seed = seed
        self._turns = turns
        self._promises = Promises()
        self._papers: set[str] = set()

    def day(self, site: Site, day: int) -> list[str]:
        """Live one day; afterwards nothing is on the disk that was not flushed."""
        done = subprocess.run(
            program(site, self._seed, day, self._turns), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
        )
        said = done.stdout.splitlines()
        today = weather(self._seed, day, self._turns)
        _count(self.weather, outages=1, cuts=1)
        _count(self.weather, **{"paper-outs": today.paper_out is not None, "unplugs": today.unplugged is not None})
        _count(self.weather, jumps=bool(today.jump))
        sizes = [line.split()[1:] for line in said if line.startswith("size ")]
        self._promises.hear(line for line in said if not line.startswith("size "))
        if today.cut in ("torn", "tables"):
            _cut_tail(site.folder / "up")
        if done.returncode != -9 or len(sizes) != 2:
            return [f"day {day}: the power did not go when it should have: {done.returncode}"]
        return [f"day {day}: {sentence}" for sentence in self._grown(*sizes)]

    def _grown(self, morning: Sequence[str], evening: Sequence[str]) -> Iterator[str]:
        if morning[1] != evening[1]:
            yield f"{morning[1]} descriptors in the morning, {evening[1]} in the evening"
        if self._first:
            self.state.memory = max(self.state.memory, int(evening[0]))
        elif int(evening[0]) > self.state.memory * GROWTH:
            yield f"{evening[0]} kB in memory, {self.state.memory} in the first month"

    # --- the log ------------------------------------------------------------------------------------------------

    def look(self, site: Site) -> Iterator[str]:
        """Everything that was there is still there, byte for byte; what is new follows from it."""
        site.open().close()  # recovers from the last cut
        before, trace, seq = self.state.entries, hashlib.sha256(), 0
        wrong: list[str] = []
        with closing(sqlite3.connect(f"file:{site.home.tables}?mode=ro", uri=True)) as tables:
            rows = tables.execute("select envelope from entry order by seq")
            for file in sorted((site.folder / "up").glob("*.seg")):
                for payload in segment(file.read_bytes(), seq):
                    seq += 1
                    trace.update(payload)
                    row = rows.fetchone()
                    if row is None or row[0] != payload:
                        wrong.append(f"entry {seq} differs between segment and tables")
                    if seq == before and trace.hexdigest() != self.state.trace:
                        wrong.append("an entry of an earlier month has changed")
                    if seq > before:
                        wrong += self._new(seq, parsed(payload, site.key.public_key().public_bytes_raw()))
            if rows.fetchone() is not None:
                wrong.append("the tables hold entries that no segment has")
            kept = tables.execute("select count(*), count(distinct number) from certificate").fetchone()
        self.state.entries, self.state.trace = seq, trace.hexdigest()
        yield from wrong[:10]
        yield from self._whole(site, kept)

    def _new(self, seq: int, entry: Entry) -> Iterator[str]:
        header, body = entry.header, entry.body
        if header["seq"] != seq or not entry.genuine:
            yield f"entry {header['seq']} stands at place {seq}, or is not what the station signed"
        if self._promises.entries.get(seq, entry.digest) != entry.digest:
            yield f"entry {seq} is not the one that was promised"
        vouched = header["clock"] in ("ntp", "county")
        if header["time"] < (self.state.vouched if vouched else self.state.latest):
            yield f"entry {seq}: {header['time']} ({header['clock']}) is before {self.state.latest}"
        self.state.vouched = max(self.state.vouched, header["time"]) if vouched else self.state.vouched
        self.state.latest = header["time"] if vouched else max(self.state.latest, header["time"])
        self._grow(entry.leaf)
        if header["kind"] == "certificate":
            self.state.certificates += 1
            self._papers.add(body["number"])
            if body["date"] > header["time"][:10]:
                yield f"certificate {body['number']} bears {body['date']}, was recorded {header['time']}"

    def _grow(self, leaf: bytes) -> None:
        """RFC 6962: equal parts join."""
        size, digest = 1, leaf
        while self.state.peaks and self.state.peaks[-1][0] == size:
            _, left = self.state.peaks.pop()
            size, digest = 2 * size, hashlib.sha256(b"\x01" + bytes.fromhex(left) + digest).digest()
        self.state.peaks.append((size, digest.hex()))

    def _whole(self, site: Site, kept: tuple[int, int]) -> Iterator[str]:
        if kept != (self.state.certificates, self.state.certificates):
            yield f"{kept[0]} certificates in the tables, {kept[1]} numbers, {self.state.certificates} in the log"
        if lost := {number for number, _ in self._promises.papers} - self._papers:
            yield f"{len(lost)} papers are in somebody's hand and not in the record: {sorted(lost)[:3]}"
        if gone := [seq for seq in self._promises.entries if seq > self.state.entries]:
            yield f"entries {gone[:3]} were promised and are gone"
        yield from self._promises.broken
        record = site.open()
        try:
            if record.last != self.state.entries or record.tables.root(record.last) != self._root():
                yield "the tree is not that of the log"
        finally:
            record.close()

    def _root(self) -> bytes:
        *parts, last = [bytes.fromhex(digest) for _, digest in self.state.peaks]
        for part in reversed(parts):
            last = hashlib.sha256(b"\x01" + part + last).digest()
        return last


def _count(weather: dict[str, int], **more: int) -> None:
    for what, number in more.items():
        weather[what] += int(number)


def _cut_tail(folder: Path) -> None:
    """Throw away the last entry of the segments, which was not flushed."""
    through = int((folder / "through").read_text())
    file = max(folder.glob("*.seg"))
    at, seq, data = len(MAGIC), int(file.stem) - 1, file.read_bytes()
    for payload in segment(data, seq):
        if seq == through:
            break
        seq, at = seq + 1, at + 8 + len(payload)
    with file.open("r+b") as out:
        out.truncate(at)
