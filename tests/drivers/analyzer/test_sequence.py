"""Sequences with a person in them: who gives up, comes late, blanks too early; what is given back in any case."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from drivers.analyzer.analyzer import Analyzer
from drivers.analyzer.fields import DOUBT, Row
from drivers.analyzer.joined import joined
from drivers.errors import DeviceError, FrameError, LinkError, Refused
from drivers.profile.folder import Shelf, find, shipped
from drivers.profile.form import Profile

GO, SHUTTER, LIGHT, ZERO, READ = b"G412\r", b"SO\r", b"T\r", b"Z\r", b"A\r"


@dataclass
class Wire:
    """An instrument in virtual time: `answers` to what it hears, after `slow` seconds, "" for silence."""

    answers: Callable[[bytes], bytes]
    slow: float = 0.0
    now: float = 0.0
    said: list[bytes] = field(default_factory=list)
    coming: bytes = b""
    due: float = 0.0
    closed: bool = False

    def write(self, data: bytes) -> None:
        self.said.append(data)
        self.coming, self.due = self.answers(data), self.now + self.slow

    def read(self, size: int, timeout: float) -> bytes:
        if self.coming and self.due <= self.now + timeout:
            self.now = max(self.now, self.due)
            data, self.coming = self.coming[:size], self.coming[size:]
            return data
        self.now += timeout
        return b""

    def drain(self) -> bytes:
        return b""

    def close(self) -> None:
        self.closed = True

    def clock(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def opened(self, profile: Profile) -> Analyzer:
        return Analyzer(profile, self, self.clock, self.pause)


@dataclass
class Hands:
    """Does what is asked, each thing after `takes` seconds; gives up at `gives_up`."""

    wire: Wire
    gives_up: str = ""
    takes: float = 30.0
    method: float | None = None  # the method's own reaction time
    did: list[str] = field(default_factory=list)

    def asked(self, word: str) -> None:
        if word == self.gives_up:
            raise Refused("analyzer.person", field="operator", value=word)
        self.wire.now += self.takes
        self.did.append(word)

    def waiting(self, seconds: int) -> float:
        self.did.append(f"wait {seconds}")
        return float(seconds) if self.method is None else self.method


@dataclass
class Jenway:
    """`silent_to`: the command that it does not answer; `shown`: what it shows, the zero first."""

    silent_to: bytes = b"-"
    shown: list[str] = field(default_factory=lambda: ["0.000", "0.347", "0.347"])

    def __call__(self, data: bytes) -> bytes:
        if data == self.silent_to or data not in (LIGHT, READ):
            return b""
        return b"100.0\t412\r\n" if data == LIGHT else f"{self.shown.pop(0)}\t412\r\n".encode()


@dataclass
class Colorimeter:
    """Keeps its blank as long as its port is open; `refuses` the next blank."""

    blank: int = 1
    refuses: bool = False

    def __call__(self, data: bytes) -> bytes:
        if data == b"[0]\n" and self.refuses:
            return b"[0,calibration failed]\r\n"
        if data == b"[0]\n":
            self.blank = 20_000
            return b"[1]\r\n"
        if data == b"[4]\n":
            return b"[1,%d,%d,%d,%d]\r\n" % ((self.blank,) * 4)
        half = ",".join(["10000"] * 4 + ["5.0000000e-01"] * 4 + ["3.0103001e-01"] * 4)
        return f"[1,{half}]\r\n".encode()


def optics(light: Callable[[], int]) -> Callable[[bytes], bytes]:
    """A DY-3500 whose eight holes all let `light` through."""

    def answer(data: bytes) -> bytes:
        assert data == b"\x1b\x1b"
        hole = (light() + 1000).to_bytes(4, "little") * 4
        return b"\x1b\x01\x84" + (1000).to_bytes(4, "little") + hole * 8 + b"\x00"

    return answer


def jenway(tmp_path: Path, old: str = "", new: str = "") -> Profile:
    """The shipped description, changed."""
    text = shipped().place("jenway-6300").read_text("utf-8")
    assert old in text
    folder = tmp_path / "jenway-6300"
    folder.mkdir()
    (folder / "any.toml").write_text(text.replace(old, new), "utf-8")
    return Shelf((tmp_path,)).find("jenway-6300")


def refused(analyzer: Analyzer, person: Hands | None, name: str = "") -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        analyzer.read(name, person=person)
    return caught.value


def test_what_the_person_does_stands_between_what_is_said() -> None:
    wire = Wire(Jenway())
    analyzer, person = wire.opened(find("jenway-6300")), Hands(wire)
    (reading,) = analyzer.read(person=person)
    assert reading.value == Decimal("0.347")
    assert person.did == ["insert_blank", "insert_sample"]
    assert wire.said == [GO, SHUTTER, LIGHT, ZERO, READ, READ, READ, SHUTTER]
    marks = [line for line in analyzer.transcript.splitlines() if line[:1] in (".", ">")]
    places = [n for n, line in enumerate(marks) if line[0] == "."]
    assert [marks[n] for n in places] == [". insert_blank", ". insert_sample"]
    assert places == [2, 6]


def test_with_nobody_there_it_ends_at_the_first_thing_to_do_and_gives_back() -> None:
    wire = Wire(Jenway())
    problem = refused(wire.opened(find("jenway-6300")), None)
    assert (problem.code, problem.facts["value"]) == ("analyzer.person", "insert_blank")
    assert wire.said == [GO, SHUTTER, SHUTTER]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("insert_blank", [GO, SHUTTER]),
        ("insert_sample", [GO, SHUTTER, LIGHT, ZERO, READ]),
    ],
)
def test_a_person_who_gives_up_leaves_the_instrument_as_it_was(word: str, said: list[bytes], tmp_path: Path) -> None:
    profile = jenway(tmp_path, "[frame]", '[session]\nopen = ["go"]\nclose = ["go"]\n\n[frame]')
    wire = Wire(Jenway())
    problem = refused(wire.opened(profile), Hands(wire, gives_up=word))
    assert (problem.code, problem.facts["value"]) == ("analyzer.person", word)
    assert wire.said == [GO, *said, SHUTTER, GO]


def test_what_broke_is_told_though_giving_back_breaks_too(tmp_path: Path) -> None:
    profile = jenway(tmp_path, 'always = ["open_shutter"]', 'always = ["look", "open_shutter"]')
    wire = Wire(Jenway(silent_to=READ, shown=[]))
    problem = refused(wire.opened(profile), Hands(wire))
    assert isinstance(problem, LinkError)
    assert wire.said == [GO, SHUTTER, LIGHT, ZERO, READ, READ, READ, READ, SHUTTER]  # each asked twice


def test_giving_back_that_fails_is_told_and_the_rest_is_given_back(tmp_path: Path) -> None:
    profile = jenway(tmp_path, 'always = ["open_shutter"]', 'always = ["look", "open_shutter"]')
    wire = Wire(Jenway(shown=["0.000", "0.347", "0.347", "?", "?"]))
    assert isinstance(refused(wire.opened(profile), Hands(wire)), FrameError)
    assert wire.said[-3:] == [READ, READ, SHUTTER]


def test_a_sequence_works_after_one_that_failed() -> None:
    device = Jenway(shown=["0.3", "0.000", "0.347", "0.347"])
    wire = Wire(device)
    analyzer = wire.opened(find("jenway-6300"))
    assert refused(analyzer, Hands(wire)).facts["value"] == "0.3"
    device.silent_to = LIGHT
    assert refused(analyzer, Hands(wire)).code == "analyzer.silent"
    device.silent_to = b"-"
    assert [reading.value for reading in analyzer.read(person=Hands(wire))] == [Decimal("0.347")]


def test_a_blank_is_used_again_until_it_is_too_old() -> None:
    wire = Wire(Colorimeter())
    analyzer, person = wire.opened(find("iorodeo-colorimeter")), Hands(wire)
    assert len(analyzer.read(person=person)) == 4
    blanked = wire.said.count(b"[0]\n")
    wire.now += 800.0
    assert [reading.value for reading in analyzer.read("next", person=person)] == [Decimal("0.3010")] * 4
    wire.now += 100.0
    problem = refused(analyzer, person, "next")
    assert (problem.code, problem.facts["field"]) == ("analyzer.needs", "blank")
    assert wire.said.count(b"[0]\n") == blanked == 1
    assert len(analyzer.read(person=person)) == 4


def test_a_person_who_takes_too_long_needs_a_new_blank() -> None:
    wire = Wire(Colorimeter())
    problem = refused(wire.opened(find("iorodeo-colorimeter")), Hands(wire, takes=901.0))
    assert (problem.code, problem.facts["value"]) == ("analyzer.needs", "901 s")
    assert wire.said == [b"[0]\n"]


def test_a_port_opened_again_needs_a_new_blank() -> None:
    wire = Wire(Colorimeter())
    profile = find("iorodeo-colorimeter")
    wire.opened(profile).read(person=Hands(wire))
    problem = refused(wire.opened(profile), Hands(wire), "next")
    assert (problem.code, problem.facts["field"], problem.facts["value"]) == ("analyzer.needs", "blank", "-")


def test_a_blank_that_failed_is_no_blank_though_one_before_was_good() -> None:
    device = Colorimeter()
    wire = Wire(device)
    analyzer, person = wire.opened(find("iorodeo-colorimeter")), Hands(wire)
    analyzer.read(person=person)
    device.refuses = True
    assert refused(analyzer, person).facts["value"] == "calibration_failed"
    assert refused(analyzer, person, "next").code == "analyzer.needs"


def test_what_was_asked_by_itself_needs_the_blank_as_well() -> None:
    wire = Wire(Colorimeter(blank=20_000))
    assert refused(wire.opened(find("iorodeo-colorimeter")), None, "measure").code == "analyzer.needs"
    assert wire.said == []


@pytest.mark.parametrize(("method", "lasts"), [(None, 180.0), (600.0, 600.0)])
def test_the_wait_is_the_profiles_or_the_methods(method: float | None, lasts: float) -> None:
    wire = Wire(optics(lambda: 50_000 if wire.now < 60 else 25_000 if wire.now < lasts else 10_000))
    person = Hands(wire, method=method)
    readings = wire.opened(find("dayuan-dy3500")).read(person=person)
    assert person.did == ["insert_blank", "insert_cuvettes", "wait 180"]
    assert lasts < wire.now - 60 < lasts + 1
    change = [reading.value for reading in readings if reading.quantity == "absorbance_change"]
    assert change == [Decimal("0.39794")] * 8


def test_without_a_person_to_ask_the_wait_is_the_profiles(tmp_path: Path) -> None:
    text = shipped().place("dayuan-dy3500").read_text("utf-8").split("\n")
    folder = tmp_path / "dayuan-dy3500"
    folder.mkdir()
    (folder / "any.toml").write_text("\n".join(line for line in text if "operator =" not in line), "utf-8")
    wire = Wire(optics(lambda: 50_000))
    assert len(wire.opened(Shelf((tmp_path,)).find("dayuan-dy3500")).read()) == 16
    assert 180 < wire.now < 181


def test_a_person_may_take_long_but_the_reading_after_may_not() -> None:
    wire = Wire(optics(lambda: 50_000))
    analyzer = wire.opened(find("dayuan-dy3500"))
    assert len(analyzer.read(person=Hands(wire, takes=3600.0))) == 16
    wire.slow = 3.9  # every reading is made twice: 7.8 s, and 15 s are allowed
    assert len(analyzer.read(person=Hands(wire))) == 16


def test_a_reading_that_is_too_slow_is_refused(tmp_path: Path) -> None:
    text = shipped().place("dayuan-dy3500").read_text("utf-8").replace("within_s = 15", "within_s = 7")
    folder = tmp_path / "dayuan-dy3500"
    folder.mkdir()
    (folder / "any.toml").write_text(text, "utf-8")
    wire = Wire(optics(lambda: 50_000), slow=3.9)
    problem = refused(wire.opened(Shelf((tmp_path,)).find("dayuan-dy3500")), Hands(wire))
    assert (problem.code, problem.facts["field"], problem.facts["value"]) == ("analyzer.late", "read", "8 s")


def test_an_instrument_without_holes_stops_the_sequence_at_once() -> None:
    wire = Wire(lambda _: b"\x1b\x00")
    person = Hands(wire)
    problem = refused(wire.opened(find("dayuan-dy3500")), person)
    assert (problem.code, problem.facts["field"]) == ("analyzer.refused", "read")
    assert person.did == ["insert_blank"]


def rows(*channels: int, **fields: int) -> tuple[Row, ...]:
    return tuple(Row({"slot": channel, **fields}, bytes([channel])) for channel in channels)


def test_sets_are_joined_by_their_channel_not_by_their_order() -> None:
    both = joined({"one": rows(1, 2, a=5), "other": rows(2, 1, a=7)}, "slot")
    assert [row.fields["slot"] for row in both] == [2, 1]
    assert both[0].fields == {"slot": 2, "one.slot": 2, "one.a": 5, "other.slot": 2, "other.a": 7}
    assert both[0].raw == b"\x02\x02"


def test_single_rows_without_a_channel_are_joined() -> None:
    (row,) = joined({"c": (Row({"v": 1}, b"c"),), "t": (Row({"v": 2}, b"t"),)}, "slot")
    assert (row.fields["c.v"], row.fields["t.v"]) == (1, 2)


@pytest.mark.parametrize(
    "sets",
    [
        {"one": rows(1, 2), "other": rows(1)},
        {"one": rows(1), "other": rows(1, 2)},
        {"one": rows(1, 1), "other": rows(1)},
        {"one": (), "other": ()},
        {},
    ],
)
def test_sets_that_do_not_fit_are_refused(sets: dict[str, tuple[Row, ...]]) -> None:
    with pytest.raises(Refused):
        joined(sets, "slot")


def test_a_doubt_of_one_reading_is_a_doubt_of_the_result() -> None:
    doubted = (Row({"slot": 1, DOUBT: "lamp:off"}, b""),)
    (row,) = joined({"first": rows(1), "last": doubted}, "slot")
    assert row.text(DOUBT) == "last.lamp:off"
