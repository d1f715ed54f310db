"""Bytes at the wrong time: two messages in one breath, answers to questions that were given up, talk without end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from drivers.analyzer.analyzer import Analyzer
from drivers.analyzer.frames import crc
from drivers.errors import DeviceError, FrameError, Refused
from drivers.profile.folder import Shelf, find, shipped
from drivers.profile.form import Profile
from drivers.profile.link import Check
from drivers.profile.sent import Days

Late = list[tuple[float, bytes]]  # seconds after the question, and what is said then

TURBIDITY = """format = 1
id = "maker-turbidity"
revision = 1
[device]
vendor = "Maker"
model = "Turbidity"
analysis = "turbidity"
evidence = "documented"
integrity = "none"
sources = ["made up for the tests"]
[link]
kind = "serial"
baud = 9600
initiative = "device"
gap_ms = 100
reply_ms = 3000
byte_ms = 500
[frame]
kind = "line"
end = "\\r\\n"
[identify]
weak = true
safe = false
[exchange.print]
idempotent = false
hear = "{value:number}{unit:word}"
[result]
values = [{ quantity = "turbidity", field = "value", unit = "@unit" }]
[run]
exchange = "print"
"""
SUMMED = ("[frame]", '[frame]\nafter = 2\nchecks = [{ algo = "sum", to = -4, at = -2, form = "hex" }]')
ASKED = (
    ('initiative = "device"\n', ""),
    (
        'hear = "{value:number}{unit:word}"',
        'say = "R"\nreply = "{value:number}{unit:word}"\nuntil = "silence"\nlimit = 9',
    ),
    ("idempotent = false", "idempotent = true"),
)
CONFIRMED = ("[run]", "[confirm]\nprint = { times = 2, equal = true }\n[run]")


@dataclass
class Line:
    """A line in virtual time: `device` hears what we say; each of `coming` arrives as one piece when it is due."""

    device: Callable[[bytes], Late] = lambda _: []
    coming: Late = field(default_factory=list)
    now: float = 0.0
    said: list[bytes] = field(default_factory=list)

    def write(self, data: bytes) -> None:
        self.said.append(data)
        self.coming += [(self.now + late, piece) for late, piece in self.device(data)]
        self.coming.sort(key=lambda one: one[0])

    def read(self, size: int, timeout: float) -> bytes:
        until = self.now + timeout
        if not self.coming or self.coming[0][0] > until:
            self.now = until
            return b""
        due, data = self.coming.pop(0)
        self.now = max(self.now, due)
        if data[size:]:
            self.coming.insert(0, (due, data[size:]))
        return data[:size]

    def drain(self) -> bytes:
        dropped = b""
        while self.coming and self.coming[0][0] <= self.now:
            dropped += self.coming.pop(0)[1]
        return dropped

    def close(self) -> None:
        pass

    def clock(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def opened(self, profile: Profile) -> Analyzer:
        return Analyzer(profile, self, self.clock, self.pause)


def profile(tmp_path: Path, *changes: tuple[str, str], text: str = TURBIDITY) -> Profile:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "maker-turbidity" / "any.toml"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    return Shelf((tmp_path,)).load(file)


def values(analyzer: Analyzer, times: int = 1) -> list[str]:
    """What is told, one listening after the other; of a failure its code."""
    told: list[str] = []
    for _ in range(times):
        try:
            told += [str(reading.value) for reading in analyzer.listen(3.0)]
        except DeviceError as problem:
            told.append(problem.code)
    return told


def summed(text: bytes) -> bytes:
    return text + b"\r\n" + b"%02X" % (sum(text) % 256)


def test_what_came_in_one_breath_is_told_one_after_the_other(tmp_path: Path) -> None:
    analyzer = Line(coming=[(0, b"0.1234NTU\r\n0.5NTU\r\n")]).opened(profile(tmp_path))
    assert values(analyzer, 3) == ["0.1234", "0.5"]


def test_the_beginning_of_the_next_message_is_not_lost(tmp_path: Path) -> None:
    """Lost, 0.1234 would become 234."""
    line = Line(coming=[(0, b"0.5NTU\r\n0.1"), (0.01, b"234NTU\r\n")])
    assert values(line.opened(profile(tmp_path)), 2) == ["0.5", "0.1234"]


def test_what_was_heard_early_stands_in_both_transcripts(tmp_path: Path) -> None:
    analyzer = Line(coming=[(0, b"0.5NTU\r\n0.1NTU\r\n")]).opened(profile(tmp_path))
    values(analyzer, 2)
    heard = [line for line in analyzer.transcript.splitlines() if line[:1] == "<"]
    assert [bytes.fromhex(line[2:]) for line in heard] == [b"0.5NTU\r\n0.1NTU\r\n", b"0.1NTU\r\n"]


def test_a_line_feed_alone_is_no_message(tmp_path: Path) -> None:
    line = Line(coming=[(0, b"0.5NTU\r"), (0.01, b"\n"), (2, b"0.6NTU\r"), (3, b"\n")])
    assert values(line.opened(profile(tmp_path, ('end = "\\r\\n"', 'end = "\\r"'))), 4) == ["0.5", "0.6"]


def test_a_broken_message_is_told_and_the_one_behind_it_not_lost(tmp_path: Path) -> None:
    line = Line(coming=[(0, summed(b"0.1NTU")[:-1] + b"?" + summed(b"0.5NTU"))])
    assert values(line.opened(profile(tmp_path, SUMMED)), 3) == ["analyzer.checksum", "0.5"]


def test_a_broken_last_message_is_no_end(tmp_path: Path) -> None:
    answer = summed(b"0.1NTU") + summed(b"0.5NTU")[:-1] + b"?"
    line = Line(lambda _: [(0.1, answer)])
    with pytest.raises(FrameError, match=r"analyzer\.checksum"):
        line.opened(profile(tmp_path, *ASKED, SUMMED, CONFIRMED)).read()


def test_a_number_is_never_cut_for_the_sake_of_its_unit(tmp_path: Path) -> None:
    """Of 123.4 whose unit was lost, 4 is not the unit."""
    assert values(Line(coming=[(0, b"123.4\r\n")]).opened(profile(tmp_path))) == ["analyzer.text"]


SLIP = """hear = "@slip"
until = "silence"
limit = 3
[record.slip]
text = { kind = "slip", row = "{value} NTU" }
fields = [{ id = "value", type = "number" }]"""


@pytest.mark.parametrize(("rows", "told"), [(3, ["0.1", "0.1", "0.1"]), (4, ["analyzer.answer"])])
def test_a_slip_that_is_longer_than_allowed_is_not_cut(rows: int, told: list[str], tmp_path: Path) -> None:
    changes = (('hear = "{value:number}{unit:word}"', SLIP), ("@unit", "NTU"))
    assert values(Line(coming=[(0, b"0.1 NTU\r\n" * rows)]).opened(profile(tmp_path, *changes))) == told


def babble(piece: bytes) -> Late:
    return [(n / 100, piece) for n in range(200_000)]


@pytest.mark.parametrize("piece", [b"\x00\xff\x10", b"7", b"\r", b"\x05"])
@pytest.mark.parametrize("name", ["dayuan-tl310", "dayuan-dy5000", "mettler-mt-sics", "iorodeo-colorimeter"])
def test_talk_without_end_is_given_up(name: str, piece: bytes) -> None:
    line = Line(lambda _: [], coming=babble(piece))
    asked = find(name)
    run = "weight" if name == "mettler-mt-sics" else "samples" if name == "iorodeo-colorimeter" else ""
    with pytest.raises(DeviceError):
        line.opened(asked).read(run, Days(date(2018, 3, 31), date(2018, 3, 31)))
    assert line.now < 300


@pytest.mark.parametrize("piece", [b"\x00\xff\x10", b"7", b"\r"])
@pytest.mark.parametrize("name", ["spectronic-20d", "astm-e1394", "biomerieux-minividas"])
def test_talk_without_end_is_not_listened_to_for_ever(name: str, piece: bytes) -> None:
    line = Line(coming=babble(piece))
    values(line.opened(find(name)))
    assert line.now < 300


CRC = Check.model_validate({"algo": "crc", "width": 8, "poly": 0x31, "at": -2})


def framed(body: str) -> bytes:
    inner = bytes.fromhex(body)
    return b"\x7e" + inner + bytes([crc(inner, CRC)]) + b"\xaa"


def test_the_answer_to_a_question_given_up_is_not_the_answer_to_the_next_one() -> None:
    """No records on 30 March, two on the 31st; all is answered late at first."""
    none, two = framed("13 05 00 12 03 1E 00 00"), framed("13 05 00 12 03 1F 02 00")
    record = "11 14 00 02 00 00 00 {n} 00 C5 A9 D2 A9 00 00 12 03 1F 0A 1E 05 98 0D"
    both = framed(record.format(n="01")) + framed(record.format(n="02"))
    delays = iter([2.2, 1.0, 0.9])

    def device(data: bytes) -> Late:
        if data[1] == 0x10:
            return [(0.05, both)]
        return [(next(delays, 0.05), two if data[6] == 31 else none)]

    readings = Line(device).opened(find("dayuan-lz4000t")).read("", Days(date(2018, 3, 30), date(2018, 3, 31)))
    assert [reading.record for reading in readings] == [1, 2]


def test_no_records_and_then_records_contradict_each_other() -> None:
    line = Line(lambda _: [(0.1, b"\x1b\x00" + bytes(range(1, 135)))])
    with pytest.raises(FrameError, match=r"analyzer\.answer"):
        line.opened(find("dayuan-dy3500")).read("read")


def test_an_instrument_is_given_back_when_it_has_stopped_talking(tmp_path: Path) -> None:
    """A plate reader that does not hear while it sends; we give up at the first line of the plate."""
    text = shipped().place("biorad-680").read_text("utf-8").replace("retries  = 1", "retries = 0")
    free_at = 0.0
    heard: list[bytes] = []
    plate = [b"ERE 0000 BIO-RAD Model 680\r", b"Ref. filter:490\r", *([b" 0.100" * 12 + b"\r"] * 8)]

    def device(data: bytes) -> Iterator[tuple[float, bytes]]:
        nonlocal free_at
        if line.now >= free_at:
            heard.append(data)
            if data.endswith(b"RTPLATE\r"):
                free_at = line.now + len(plate) * 0.2
                yield from ((n * 0.2, part) for n, part in enumerate(plate, 1))
            else:
                yield 0.1, b"ERE 0000 \r"

    line = Line(lambda data: list(device(data)))
    with pytest.raises(Refused, match="dual_wavelength"):
        line.opened(profile(tmp_path, text=text)).read()
    assert heard[-1] == b"EIA.READER RL\r"


def test_a_range_of_numbers_without_end_is_refused() -> None:
    def device(data: bytes) -> Late:
        head = bytes([3, 0xFE, data[2], 0, 0, 0, 0, 0])
        body = bytes(8) + b"\x00\x00\xff\xff" if data[2] == 0x43 else b""
        head += len(body).to_bytes(2, "little")
        sums = [0, 0]
        for n, part in enumerate((head, body)):
            for byte in part:
                sums[n] ^= byte
        return [(0.01, head + bytes(sums) + body)]

    days = Days(date(2018, 3, 1), date(2018, 3, 31))
    changed = find("dayuan-lz3000")
    exchange = changed.exchange["range"].model_copy(
        update={"reply": "43 {_x3:hex5} 0C 00 {_sums:hex2} {_x12:hex6} {first:u16le} {end:u32le}"}
    )
    odd = changed.model_copy(update={"exchange": {**changed.exchange, "range": exchange}})
    with pytest.raises(Refused, match=r"0\.\.4294901760"):
        Line(device).opened(odd).read("", days)


def test_numbers_of_a_slip_stay_exact(tmp_path: Path) -> None:
    reading = Line(coming=[(0, b"+0.10NTU\r\n")]).opened(profile(tmp_path)).listen(1.0)[0]
    assert (reading.value, str(reading.value)) == (Decimal("0.1"), "0.10")
