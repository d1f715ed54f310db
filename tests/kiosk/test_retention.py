"""What may go: old, receipted, of no open case; never by a doubtful clock; months of blobs only when none is needed."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk import blobs, log, retention
from kiosk.checkpoint import sign_kept
from kiosk.clock import BEIJING, Clock, ClockState, Now
from kiosk.record import Home, Record
from kiosk.retention import Retention, drop
from kiosk.rules.messages import (
    Dispatched,
    EntryBody,
    Incident,
    LotDeclared,
    Objection,
    Outcome,
    PinSet,
    ResultDelivered,
    Retired,
    Span,
)
from tests.support.bodies import COUNTY, County, Station, a_test
from tests.support.oversight import disposal
from tests.support.staff_work import card, newcomer, signed, supply

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=BEIJING)
LATER = datetime(2029, 1, 10, 3, 0, tzinfo=BEIJING)
DAYS = 730


@dataclass
class Box:
    """A station with a record whose clock we hold in our hand."""

    folder: Path
    county: County = field(default_factory=County)
    time: datetime = BEGAN
    vouched: bool = True

    def __post_init__(self) -> None:
        self.station: Station = self.county.enrol("gasa-01")
        agreed = self.folder / "synchronised"
        agreed.touch()
        home = Home(COUNTY, "gasa-01", "0", self.folder / "record.db", self.folder / "up", self.folder / "down")
        clock = Clock(BEGAN - timedelta(days=400), lambda: self.time, agreed)
        self.record = Record(home, self.station.key, self.county.trust, clock)
        self.blobs = self.folder / "blobs"
        self.blobs.mkdir()

    def add(self, *bodies: EntryBody) -> list[int]:
        return [self.record.append(body).header.seq for body in bodies]

    def receipt(self) -> None:
        """The county has all that is there now."""
        size = self.record.last
        self._bring("receipts", self.county.receipt(self.record.log, size, self.record.tables.root(size), self.time))
        assert self.record.hear_receipts() is not None

    def county_keeps(self, digest: str, *, by: str = "") -> None:
        witness = County(by).witness if by else self.county.witness
        self._bring("kept", sign_kept(digest, BEGAN, f"liangzheng/{COUNTY}/witness", witness))

    def county_restored(self) -> None:
        """The uplink heard a receipt lower than the one before."""
        self._bring("kept", self.county.receipt(self.record.log, 1, b"r" * 32, BEGAN))

    def _bring(self, name: str, note: str) -> None:
        writer = log.Writer(self.folder / "down" / name)
        writer.append(note.encode())
        writer.flush()
        writer.publish(writer.last)
        writer.close()

    def retention(self) -> Retention:
        record = self.record
        down = self.folder / "down"
        return Retention(record.tables, lambda: record.last, self.blobs, down, lambda: self.county.trust, lambda: DAYS)

    def decide(self, at: datetime = LATER) -> Retired:
        """Today's first decision."""
        found = [one for one in self.retention().look(at.date()) if one is not None]
        assert len(found) == 1
        return found[0]

    def gone(self, at: datetime = LATER) -> list[int]:
        return [seq for span in self.decide(at).spans for seq in range(span.first, span.last + 1)]


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    made = Box(tmp_path)
    yield made
    made.record.close()


def lot(name: str) -> LotDeclared:
    return LotDeclared(name, "s1", "tomato", Decimal(1), "kg", "1 kg", "新平县", visit=f"v-{name}")


def incident(nth: int = 1) -> Incident:
    return Incident("printer", "printer.paper_out", {"nth": str(nth)})


def test_old_and_receipted_entries_go_and_the_first_never(box: Box) -> None:
    seqs = box.add(incident(), lot("A"), incident())
    box.receipt()
    assert box.gone() == seqs
    decided = box.decide()
    assert (decided.spans, decided.held, decided.days) == ((Span(2, 4),), 0, DAYS)


def test_the_day_after_the_last_day_and_not_before(box: Box) -> None:
    seqs = box.add(incident())
    box.receipt()
    last_day = date(2028, 11, 21)
    at = datetime(last_day.year, last_day.month, last_day.day, 23, tzinfo=BEIJING)
    assert box.gone(at) == []
    assert box.decide(at).before == "2026-11-22"
    assert box.gone(at + timedelta(days=1)) == seqs
    assert box.decide(at + timedelta(days=1)).before == "2026-11-23"


def test_what_the_county_has_not_receipted_stays(box: Box) -> None:
    old = box.add(incident())
    box.receipt()
    box.add(incident(), incident())
    assert box.gone() == old
    assert box.decide().held == 2


def test_what_today_rests_on_stays_however_old_it_is(box: Box) -> None:
    """A newcomer whom the county never answered, his card, what he signed, what came since the last count."""
    standing = box.add(newcomer(), card(), PinSet("n-1", "bb", "w"), signed(edition="2"), supply("counted", "5"))
    box.receipt()
    assert (box.gone(), box.decide().held) == ([], len(standing))
    box.add(PinSet("n-1", "cc", "w"), signed(edition="3"), supply("counted", "4"))
    box.receipt()
    assert box.gone() == standing[2:]


def test_an_old_lot_with_a_young_sale_stays_whole(box: Box) -> None:
    box.add(lot("A"))
    alone = box.add(lot("B"))
    box.time = LATER - timedelta(days=10)
    box.add(Dispatched("A", Decimal(1), "kg", "1 kg", "Market"))
    box.receipt()
    assert box.gone() == alone
    assert box.decide().held == 1


def test_open_cases_stay_until_they_end(box: Box) -> None:
    failed = replace(a_test("82"), lot="A", visit="v-A")
    box.add(lot("A"), failed)
    box.receipt()
    assert box.gone() == []
    assert box.decide().held == 2
    ended = box.add(disposal(lot="A", tests=(3,)))
    box.receipt()
    assert box.gone() == [2, 3, *ended]


def test_an_objection_that_nobody_closed_stays(box: Box) -> None:
    at = BEGAN.isoformat()
    delivered = ResultDelivered(2, "v-1-1", "s1", Outcome.NEGATIVE, "signed", at, (), at)
    box.add(a_test(), delivered, Objection(3, "v-1-1", "s1", at, in_time=True, by="Li"))
    box.receipt()
    assert box.gone() == []


def test_a_clock_that_nothing_vouches_for_takes_nothing_away(box: Box) -> None:
    box.add(incident())
    box.receipt()
    looking = box.retention()
    for state in (ClockState.UNKNOWN, ClockState.FLOOR):
        assert all(looking.due(Now(LATER, state)) is None for _ in range(50))
    assert _due(looking, LATER) is not None


def test_how_old_an_entry_is_a_clock_that_can_be_believed_says(box: Box) -> None:
    """A new box without a battery writes today what its clock calls years ago."""
    (box.folder / "synchronised").unlink()
    doubtful = box.add(incident(), lot("A"))
    box.receipt()
    assert box.gone() == []
    (box.folder / "synchronised").touch()
    box.time = LATER
    box.add(incident())
    assert box.gone() == []
    box.time = LATER + timedelta(days=DAYS + 2)
    assert box.gone(box.time) == doubtful
    box.receipt()
    assert box.gone(box.time) == [*doubtful, doubtful[-1] + 1]


def test_once_a_day_in_small_steps(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "STEP", 2)
    box.add(*(incident(nth) for nth in range(9)))
    box.receipt()
    looking = box.retention()
    first = [looking.due(Now(LATER, ClockState.NTP)) for _ in range(40)]
    assert [one is not None for one in first].count(True) == 1
    assert first.index(next(one for one in first if one is not None)) == 5
    assert _due(looking, LATER + timedelta(days=1)) is not None


def test_more_than_one_decision_can_weigh(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case across the edge is seen whole by the next decision; a case that never closes blocks nothing."""
    monkeypatch.setattr(retention, "AT_ONCE", 8)
    monkeypatch.setattr(retention, "OVERLAP", 3)
    box.add(replace(a_test("82"), visit="v-open"))
    seqs = box.add(*(lot(f"L{nth // 2}") for nth in range(21)))
    box.receipt()
    taken: set[int] = set()
    looking = box.retention()
    while (found := _due(looking, LATER)) is not None:
        taken |= {seq for span in found.spans for seq in range(span.first, span.last + 1)}
    assert taken == set(seqs)


def _due(looking: Retention, at: datetime) -> Retired | None:
    answers = (looking.due(Now(at, ClockState.NTP)) for _ in range(200))
    return next((one for one in answers if one is not None), None)


def test_a_month_goes_when_no_entry_needs_its_blobs(box: Box) -> None:
    digest = blobs.keep(box.blobs, "2026-11", b"frames of the run")
    young = blobs.keep(box.blobs, "2028-12", b"of a later run")
    test = replace(a_test(), capture=digest)
    box.add(test)
    box.receipt()
    assert box.decide().months == ("2026-11",)
    box.time = LATER
    box.add(replace(a_test(), capture=digest, visit="v-9", run="r-9", sample_code="x"))
    assert box.decide().months == ()
    box.county_keeps(young)
    assert box.decide().months == ()
    box.county_keeps(digest, by="other county")
    assert box.decide().months == ()
    box.county_keeps(digest)
    assert box.decide().months == ("2026-11",)
    box.county_restored()
    assert box.decide().months == ()
    box.county_keeps(digest)
    assert box.decide().months == ("2026-11",)


def test_a_month_whose_last_day_is_young_stays(box: Box) -> None:
    blobs.keep(box.blobs, "2026-11", b"frames")
    assert box.decide(datetime(2028, 11, 29, tzinfo=BEIJING)).months == ()
    assert box.decide(datetime(2028, 11, 30, tzinfo=BEIJING)).months == ("2026-11",)


def test_dropped_months_are_gone_and_nothing_else(box: Box) -> None:
    blobs.keep(box.blobs, "2026-11", b"frames")
    blobs.keep(box.blobs, "2026-12", b"others")
    (box.folder / "2026-01").mkdir()
    (box.blobs / "2026-10").symlink_to(box.folder / "up")
    for _ in range(2):
        drop(box.blobs, ("2026-11", "2026-10", "../2026-01", "..", ""))
    assert sorted(one.name for one in box.blobs.iterdir()) == ["2026-10", "2026-12"]
    assert (box.folder / "2026-01").is_dir()
    assert (box.folder / "up").is_dir()
