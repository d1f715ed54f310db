"""What goes at the county: the stations' rule over all logs, on both databases; noted, and nothing of it is left."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk import blobs
from kiosk.clock import BEIJING, ClockState, Now
from kiosk.contract import verify
from kiosk.rules.messages import CaseNoted, Incident, LotDeclared, LotReleased, Outcome, Span, UserPut
from kiosk.trust import make_key, public_bytes
from tests.support.bodies import County, Station, a_test
from tests.support.oversight import certificate, disposal, incoming
from ui.county import retention
from ui.county.act_tables import OFFICE
from ui.county.acts import Acts
from ui.county.database import Arrived, Database, Refused, Where, envelope_of, open_reader
from ui.county.migration import open_writer
from ui.county.orders import Orders
from ui.county.retention import Decision, carry_out, decide

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=BEIJING)
TODAY = date(2029, 1, 10)
NOW = Now(datetime(2029, 1, 10, 3, 0, tzinfo=BEIJING), ClockState.NTP)
DAYS = 730


@dataclass
class Office:
    """A county folder with a database, and the boxes that report to it."""

    folder: Path
    where: Where
    county: County

    def box(self, name: str = "gasa-01") -> Station:
        return replace(self.county.enrol(name), at=BEGAN)

    def arrive(self, box: Station, *, receipted: bool = True) -> None:
        """All that the box wrote, each entry received an hour after it was made."""
        with closing(Database(self.where)) as database:
            for entry in box.entries:
                received = (datetime.fromisoformat(entry.header.time) + timedelta(hours=1)).isoformat()
                head = database.take([Arrived(box.name, entry)], received).heads[box.log]
            if receipted:
                database.receipted(box.log, head.through, self.county.receipt(box.log, head.through, head.root))

    def decide(self, after: int = 0) -> Decision:
        return decide(self.folder, self.where, TODAY, DAYS, after)

    def rows(self, query: str) -> Sequence[tuple[object, ...]]:
        with closing(open_reader(self.where)) as sql:
            return [tuple(row) for row in sql.execute(query)]


@pytest.fixture
def office(tmp_path: Path, where: Where) -> Office:
    folder = tmp_path / "county"
    (folder / "keys").mkdir(parents=True)
    made = Office(folder, where, County())
    (folder / "trust.json").write_bytes(made.county.trust.bytes())
    make_key(folder / "keys" / "order.key")
    Database(where).close()
    return made


def incident(nth: int = 1) -> Incident:
    return Incident("printer", "printer.paper_out", {"nth": str(nth)})


def lot(name: str) -> LotDeclared:
    return LotDeclared(name, "s1", "tomato", Decimal(1), "kg", "1 kg", "新平县", visit=f"v-{name}")


def of(box: Station, *seqs: int) -> dict[str, tuple[Span, ...]]:
    return {box.log: tuple(Span(seq, seq) for seq in seqs)}


def test_old_receipted_entries_go_and_headers_stay_true(office: Office) -> None:
    box = office.box()
    for nth in range(3):
        box.write(incident(nth))
    office.arrive(box)
    decision = office.decide()
    assert (decision.spans, decision.old, decision.going) == ({box.log: (Span(1, 3),)}, 3, 3)
    assert carry_out(office.folder, office.where, decision, "Wang", NOW) == 3
    with closing(open_reader(office.where)) as sql:
        kept = [envelope_of(row) for row in sql.execute("select * from entry order by seq")]
    for envelope, first in zip(kept, box.entries, strict=True):
        assert (envelope.body, envelope.salt, envelope.header) == (None, None, first.header)
        verify(envelope, public_bytes(box.key))
    assert office.decide().going == 0


def test_what_is_young_or_without_a_receipt_stays(office: Office) -> None:
    box, other = office.box(), office.box("gasa-02")
    box.write(incident())
    box.at = NOW.at - timedelta(days=3)
    box.write(incident())
    office.arrive(box)
    other.write(incident())
    office.arrive(other, receipted=False)
    assert office.decide().spans == of(box, 1)
    assert office.decide().old == 2


def test_a_paper_that_another_station_took_in_lately_keeps_its_case(office: Office) -> None:
    box, market = office.box(), office.box("market-01")
    box.write(certificate(number="C1", lot="A"))
    box.write(lot("B"))
    office.arrive(box)
    market.at = NOW.at - timedelta(days=3)
    market.write(incoming(paper="ours", number="C1"))
    office.arrive(market)
    assert office.decide().spans == of(box, 2)


def acts_of(office: Office) -> Acts:
    key = office.folder / "keys" / "office.key"
    make_key(key)
    return Acts(office.where, key, "530427", lambda: Now(BEGAN, ClockState.NTP), lambda: None)


def test_what_the_office_did_never_goes(office: Office) -> None:
    """Accounts, producers and cases are made of it again."""
    acts_of(office).do(lambda act: act.says(UserPut("wang", "Wang", ("officer",))))
    with closing(Database(office.where)) as database:
        (log,) = database.unwitnessed(OFFICE)
        head = database.head(log)
        assert head is not None
        database.receipted(log, head.through, office.county.receipt(log, head.through, head.root))
    assert (office.decide().spans, office.decide().old) == ({}, 0)


def test_a_case_that_the_office_carries_on_stays_until_it_is_closed(office: Office) -> None:
    """For the station it has ended: the goods were destroyed."""
    box, acts = office.box(), acts_of(office)
    box.write(replace(a_test("82"), lot="B"))
    box.write(disposal(lot="B", tests=(1,)))
    office.arrive(box)
    assert office.decide().spans == {box.log: (Span(1, 2),)}
    at = BEGAN.isoformat(timespec="milliseconds")
    acts.do(lambda act: act.says(CaseNoted(box.log, 1, "police", at, number="3")))
    assert office.decide().spans == {}
    acts.do(lambda act: act.says(CaseNoted(box.log, 1, "closed", at, text="done")))
    assert office.decide().spans == {box.log: (Span(1, 2),)}


def test_an_open_case_goes_when_the_county_ends_it(office: Office) -> None:
    box, other = office.box(), office.box("gasa-02")
    box.write(replace(a_test("82"), lot="A"))
    office.arrive(box)
    other.write(replace(a_test("82"), lot="B"))
    other.write(disposal(lot="B", tests=(1,)))
    office.arrive(other)
    assert office.decide().spans == {other.log: (Span(1, 2),)}
    Orders(office.folder).give("all", LotReleased("A", Outcome.NEGATIVE, "R1", "Laboratory"), BEGAN)
    assert office.decide().going == 3


def test_a_clock_that_nothing_vouched_for_counts_from_its_arrival(office: Office) -> None:
    box = replace(office.box(), clock="floor")
    box.write(incident())
    with closing(Database(office.where)) as database:
        head = database.take([Arrived(box.name, *box.entries)], NOW.at.isoformat()).heads[box.log]
        database.receipted(box.log, head.through, office.county.receipt(box.log, head.through, head.root))
    assert (office.decide().going, office.decide().old) == (0, 0)


def test_every_window_is_weighed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 8)
    monkeypatch.setattr(retention, "OVERLAP", 3)
    monkeypatch.setattr(retention, "STEP", 4)
    box = office.box()
    box.write(replace(a_test("82"), visit="v-open"))
    for nth in range(20):
        box.write(lot(f"L{nth // 2}"))
    office.arrive(box)
    decision, seqs = office.decide(), set[int]()
    while True:
        seqs |= {seq for span in decision.spans.get(box.log, ()) for seq in range(span.first, span.last + 1)}
        carry_out(office.folder, office.where, decision, "Wang", NOW)
        if not decision.then:
            break
        decision = office.decide(decision.then)
    assert seqs == set(range(2, 22))


def test_what_was_put_aside_goes_by_its_arrival(office: Office) -> None:
    with closing(Database(office.where)) as database:
        database.park("topic", b"old", "reason", BEGAN.isoformat())
        database.park("topic", b"young", "reason", NOW.at.isoformat())
    assert office.decide().parked == 1
    carry_out(office.folder, office.where, office.decide(), "Wang", NOW)
    assert office.rows("select bytes from parked") == [(len(b"young"),)]


def test_months_of_blobs_go_with_the_entries_that_name_them(office: Office) -> None:
    kept = office.folder / "blobs"
    kept.mkdir()
    named, free = blobs.keep(kept, "2026-11", b"frames"), blobs.keep(kept, "2026-10", b"others")
    assert free
    blobs.keep(kept, "2028-12", b"young")
    box = office.box()
    box.write(replace(a_test("82"), capture=named))
    office.arrive(box)
    assert office.decide().months == ("2026-10",)
    box.write(disposal(tests=(1,)))
    office.arrive(box)
    carry_out(office.folder, office.where, office.decide(), "Wang", NOW)
    assert [one.name for one in kept.iterdir()] == ["2028-12"]


def test_who_took_what_is_on_record_for_good(office: Office) -> None:
    box = office.box()
    box.write(incident())
    office.arrive(box)
    carry_out(office.folder, office.where, office.decide(), "Wang", NOW)
    noted = office.rows("select who, older_than, days, log, first_seq, last_seq from retired")
    assert noted == [("Wang", "2027-01-11", DAYS, box.log, 1, 1)]
    with closing(open_writer(office.where)) as sql:
        for change in ("delete from retired", "update retired set who = 'x'"):
            with pytest.raises(Refused), sql.transaction():
                sql.execute(change)


def test_nothing_of_a_person_is_left_in_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "county"
    (folder / "orders").mkdir(parents=True)
    office = Office(folder, folder / "county.db", County())
    (folder / "keys").mkdir()
    (folder / "trust.json").write_bytes(office.county.trust.bytes())
    box = office.box()
    names = [f"张三丰{nth:03}" for nth in range(40)]
    for name in names:
        box.write(replace(a_test(), subject_name=name, visit=name))
    office.arrive(box)
    assert [name for name in names if name.encode() in _bytes(folder)] == names
    carry_out(folder, office.where, office.decide(), "Wang", NOW)
    assert [name for name in names if name.encode() in _bytes(folder)] == []


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
