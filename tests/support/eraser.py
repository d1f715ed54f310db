"""An instrument that erases each record once it was acknowledged, and a box that reads it in a process of its own."""

import queue
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources.abc import Traversable
from pathlib import Path

from drivers.analyzer.analyzer import Analyzer
from drivers.ports import Line, open_serial
from drivers.profile.folder import Shelf
from drivers.profile.form import Profile
from kiosk import leftovers, log
from kiosk.captures import TAPES, FileTape, Untaken
from kiosk.clock import Clock
from kiosk.contract import read
from kiosk.devices import AnalyzerLine, AnalyzerRead
from kiosk.record import Home, Record
from kiosk.rules.messages import Observation
from tests.support.bodies import COUNTY, START, County

NAME, STATION = "eraser", "gasa-01"
MONTH = START.isoformat()[:7]
HELLO, GET, NEXT, HEAD, END = b"\x1b\xbf", b"\x1b\xb1", b"\x24", b"\x1b\xc1", b"\x1b\xfe"

PROFILE = """
format = 1
id = "test-eraser"
revision = 1
[device]
vendor = "Test"
model = "Eraser"
analysis = "any"
evidence = "documented"
sources = ["made for this test"]
[link]
kind = "serial"
baud = 9600
gap_ms = 1
reply_ms = 2000
byte_ms = 1000
[frame]
kind = "fixed"
[identify]
exchange = "hello"
accept = [{ field = "code", in = ["21"] }]
safe = true
[exchange.hello]
idempotent = true
send = "1B BF"
reply = "1B {code:hex1}"
[exchange.read_all]
idempotent = false
consumes = true
send = "1B B1"
head = "1B C1"
reply = "@row"
next = "24"
end = ["1B FE"]
limit = 100
[record.row]
fields = [
  { id = "number", type = "u16be", at = 0 },
  { id = "channel", type = "u8", at = 2 },
  { id = "amount", type = "u16be", at = 3, max = 60000 },
]
[result]
values = [{ quantity = "concentration", field = "amount", unit = "mg/kg" }]
record = "number"
channel = "channel"
[run]
exchange = "read_all"
"""


def shelf(folder: Path, text: str = PROFILE) -> Shelf:
    """A folder of profiles with this one in it."""
    home = folder / "profiles" / "test-eraser"
    home.mkdir(parents=True, exist_ok=True)
    (home / "any.toml").write_text(text, "utf-8")
    root: Traversable = folder / "profiles"
    return Shelf((root,))


def profile(folder: Path, text: str = PROFILE) -> Profile:
    return shelf(folder, text).find("test-eraser")


def record_bytes(number: int) -> bytes:
    return number.to_bytes(2, "big") + bytes([number % 8]) + (number * 7).to_bytes(2, "big")


@dataclass
class Eraser:
    """Records go one by one; what came after a record was sent whole acknowledges it, and it is erased."""

    store: list[int] = field(default_factory=lambda: [1, 2, 3])
    _sent: bool = False
    _got: bytes = b""

    def answer(self, data: bytes) -> bytes:
        self._got += data
        said = b""
        while self._got:
            word = next((word for word in (HELLO, GET, NEXT) if self._got.startswith(word)), None)
            if word is None:
                self._got = b"" if len(self._got) > 1 else self._got
                return said
            self._got = self._got[len(word) :]
            said += self._word(word)
        return said

    def interrupted(self) -> None:
        """Nobody heard it to the end: what was not acknowledged is kept."""
        self._sent, self._got = False, b""

    def _word(self, word: bytes) -> bytes:
        if word == HELLO:
            return b"\x1b\x21"
        if word == NEXT and self._sent:
            del self.store[0]
        self._sent = bool(self.store)
        if not self.store:
            return END
        return (HEAD if word == GET else b"") + record_bytes(self.store[0])


def home(folder: Path) -> Home:
    return Home(COUNTY, STATION, "0", folder / "record.db", folder / "up", folder / "down")


def opened(folder: Path) -> Record:
    county = County()
    clock = Clock(START - timedelta(days=1), lambda: START, folder / "never")
    return Record(home(folder), county.enrol(STATION).key, county.trust, clock)


def serve(folder: Path, port: str, reads: int) -> None:
    """A box: takes up what is left, then reads `reads` times and makes everything an entry."""
    described = shelf(folder)
    heard: queue.SimpleQueue[object] = queue.SimpleQueue()
    with closing(opened(folder)) as record:
        leftovers.recorded(record, folder / "tapes", folder / "blobs", MONTH, described.all_of)
        untaken = Untaken(FileTape(folder / "tapes" / f"{NAME}{TAPES}"), described.all_of, record.last)
        found = described.find("test-eraser")

        def analyzer() -> Analyzer:
            return Analyzer(found, open_serial(port, Line(baud=9600)), tape=untaken.tape)

        line = AnalyzerLine(NAME, "read_all", analyzer, heard.put, untaken)
        line.start()
        for _ in range(reads):
            line.read()
            while not isinstance(event := heard.get(), AnalyzerRead):
                continue
            take(record, event, folder)
        line.stop()


def take(record: Record, event: AnalyzerRead, folder: Path) -> None:
    """As the attendant does where no test is waiting."""
    before = record.last
    capture = leftovers.keep(folder / "blobs", MONTH, event.capture)
    leftovers.record_rest(record, event.identity, event.readings, capture, before)
    if event.taken is not None:
        event.taken(record.last)


def observed(folder: Path) -> list[int]:
    """Numbers of the records that stand in entries, as often as they stand there."""
    bodies = [read(payload).entry for _, payload in log.payloads(folder / "up")]
    told = [reading for body in bodies if isinstance(body, Observation) for reading in body.readings]
    return sorted(reading.record or 0 for reading in told)
