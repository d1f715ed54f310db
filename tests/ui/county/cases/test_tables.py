"""The tables of cases: one case for each positive, the same in whatever order the logs arrive, on both databases."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import contract
from kiosk.contract import Envelope, key_id
from kiosk.rules.messages import ActBody, CaseNoted, FieldNoted, Outcome
from kiosk.rules.messages import TestJudged as Judged
from kiosk.trust import public_bytes
from tests.support.bodies import SALT, START, County, Station, a_test
from tests.support.cases import CODE, bound, correction, delivered, disposal, ended, objected, positive, taken
from ui.county.accounts.scope import WHOLE, Scope
from ui.county.act_tables import OFFICE
from ui.county.cases.book import Case, CaseBook
from ui.county.cases.course import State
from ui.county.cases.reviews import ReviewBook
from ui.county.database import Arrived, Database
from ui.county.migration import open_reader
from ui.county.rebuilding import rebuild
from ui.county.sameness import table_hashes
from ui.county.sql import Where

RECEIVED = "2026-11-22T09:40:00.000+08:00"
NOW = "2026-11-22T06:30:00.000Z"


class Told:
    """A county's memory into which entries and acts come in the order that a test wants."""

    def __init__(self, where: Where) -> None:
        self.where = where
        self.county = County()
        self.box = self.county.enrol("gasa")
        self.desk = Station(self.county.name, OFFICE, self.county.office)
        self.database = Database(where)

    def take(self, *entries: Envelope, station: str = "gasa") -> None:
        self.database.take([Arrived(station, entry) for entry in entries], RECEIVED)

    def act(self, body: ActBody, minutes: int = 0) -> Envelope:
        """An act of the office, so long after the box's last entry."""
        self.desk.at = self.box.at + timedelta(minutes=minutes)
        seq = len(self.desk.entries) + 1
        time = self.desk.at.isoformat(timespec="milliseconds")
        log = key_id(public_bytes(self.county.office))
        envelope = contract.write(body, log=log, seq=seq, time=time, clock="ntp", salt=SALT, key=self.county.office)
        self.desk.entries.append(envelope)
        return envelope

    def case(self, seq: int = 2) -> Case | None:
        with closing(open_reader(self.where)) as sql:
            return CaseBook(sql, WHOLE).one(self.box.log, seq)

    def the_case(self, seq: int = 2) -> Case:
        found = self.case(seq)
        assert found is not None
        return found


@pytest.fixture
def told(where: Where) -> Iterator[Told]:
    made = Told(where)
    yield made
    made.database.close()


def noted(told: Told, what: str, **facts: object) -> CaseNoted:
    return CaseNoted(told.box.log, 2, what, START.isoformat(), **facts)  # type: ignore[arg-type]


def test_a_positive_opens_one_case_and_a_negative_none(told: Told) -> None:
    box = told.box
    told.take(box.opened(), box.write(positive()), box.write(a_test("3.2", nth=2)))
    case = told.the_case()
    assert (case.stands.state, case.row["lot"], case.row["sample_code"]) == (State.OPEN, "lot-1", CODE)
    assert told.case(3) is None
    told.take(box.write(positive("77", 2)), box.write(positive("79", 2)))
    assert (told.the_case().stands.state, len(told.the_case().items)) == (State.CONFIRMED, 3)
    assert told.case(4) is None, "a repeat has no case of its own"


def test_a_repeat_that_is_positive_opens_the_case_of_the_first(told: Told) -> None:
    box = told.box
    told.take(box.opened(), box.write(a_test("3.2")), box.write(positive(retest_of=2)))
    assert told.the_case().stands.state is State.SUSPECT


def test_everything_of_the_sample_and_the_lot_belongs_to_it(told: Told) -> None:
    box = told.box
    told.take(box.opened(), box.write(taken("v-2-1")), box.write(taken()), box.write(bound()), box.write(positive()))
    told.take(box.write(positive("77", 5)), box.write(positive("79", 5)), box.write(delivered(5)))
    told.take(told.act(CaseNoted(box.log, 5, "seen", START.isoformat())), station=OFFICE)
    case = told.the_case(5)
    assert [item.kind for item in case.items] == [
        "sample.taken", "tube.bound", "test", "test", "test", "result.delivered", "case.noted",
    ]  # fmt: skip
    assert case.stands.wait is not None
    assert (case.stands.wait.what, case.stands.wait.until) == ("object", "2026-11-22T06:00:00.000Z")
    told.take(box.write(objected(8)), box.write(ended(9)))
    assert told.the_case(5).stands.state is State.LAB_POSITIVE
    told.take(box.write(disposal(5)))
    assert told.the_case(5).stands.state is State.DISPOSED


def test_goods_disposed_of_by_their_lot_alone(told: Told) -> None:
    box = told.box
    told.take(box.opened(), box.write(positive()), box.write(disposal(lot="lot-2")), box.write(disposal()))
    assert [item.name[1] for item in told.the_case().items] == [2, 4]


def test_another_station_with_the_same_numbers_is_another_story(told: Told) -> None:
    other = told.county.enrol("there")
    told.take(told.box.opened(), told.box.write(positive()))
    told.take(other.opened(), other.write(disposal()), other.write(delivered(2)), station="there")
    assert [item.kind for item in told.the_case().items] == ["test"]


def test_what_an_officer_noted_on_his_phone_belongs_to_it(told: Told) -> None:
    box = told.box
    gone, kept = disposal(), disposal(measure="sealed")
    notes = [
        FieldNoted(digit * 32, "wang", START.isoformat(), "2026-11-22", disposal=one, log=box.log, seq=2)
        for digit, one in (("a", kept), ("b", gone))
    ]
    told.take(told.act(CaseNoted(box.log, 2, "seen", START.isoformat())), told.act(notes[0], 1), station=OFFICE)
    told.take(box.opened(), box.write(positive()))
    assert told.the_case().stands.state is State.OPEN
    told.take(told.act(notes[1], 2), station=OFFICE)
    assert told.the_case().stands.state is State.DISPOSED


STORY: tuple[Callable[[Told], Envelope], ...] = (
    lambda told: told.box.opened(),
    lambda told: told.box.write(positive()),
    lambda told: told.box.write(positive("77", 2)),
    lambda told: told.box.write(positive("79", 2)),
    lambda told: told.box.write(delivered(2)),
    lambda told: told.box.write(bound(late=True)),
    lambda told: told.box.write(correction(2)),
    lambda told: told.act(noted(told, "seen")),
    lambda told: told.act(noted(told, "sent", who="县检测中心", until="2026-11-25"), 1),
    lambda told: told.act(noted(told, "result", who="县检测中心", number="R-1", outcome=Outcome.POSITIVE), 2),
    lambda told: told.act(Judged(told.box.log, 2, agreed=True, by="wang"), 3),
    lambda told: told.box.write(disposal(2)),
    lambda told: told.act(noted(told, "closed", text="已经无害化处理"), 9),
)


def arrives(told: Told, first: str) -> None:
    entries = [make(told) for make in STORY]
    own = [entry for entry in entries if entry.header.log == told.box.log]
    acts = [entry for entry in entries if entry.header.log != told.box.log]
    match first:
        case "box":
            told.take(*own)
            told.take(*acts, station=OFFICE)
        case "office":
            told.take(*acts, station=OFFICE)
            told.take(*own)
        case _:
            for entry in entries:
                told.take(entry, station="gasa" if entry in own else OFFICE)


def hashes(where: Where) -> dict[str, str]:
    with closing(open_reader(where)) as sql:
        found = table_hashes(sql)
    return {name: found[name] for name in ("case_file", "case_step", "review", "judgment")}


@pytest.mark.parametrize("first", ["office", "by turns"])
def test_the_order_of_logs_makes_no_difference(told: Told, tmp_path: Path, first: str) -> None:
    straight = Told(tmp_path / "straight.db")
    with closing(straight.database):
        arrives(straight, "box")
    arrives(told, first)
    assert hashes(told.where) == hashes(straight.where)
    case = told.the_case()
    assert (case.stands.state, case.stands.seen, len(case.items)) == (State.CLOSED, True, 11)
    with closing(open_reader(told.where)) as sql:
        looked = ReviewBook(sql, WHOLE).page(waits=False).rows
        assert [row["why"] for row in looked if row["seq"] == 2] == ["positive late corrected"]
    assert rebuild(told.where).differed == ()


def test_a_reason_after_the_judgment_asks_again(told: Told) -> None:
    box = told.box
    told.take(box.opened(), box.write(positive()))
    told.take(told.act(Judged(box.log, 2, agreed=True, by="wang")), station=OFFICE)
    assert waiting(told) == []
    told.take(box.write(correction(2)))
    assert waiting(told) == [(2, "positive corrected")]
    told.take(told.act(Judged(box.log, 2, agreed=False, note="?", by="wang"), 1), station=OFFICE)
    assert waiting(told) == []


@pytest.mark.parametrize("late_first", [True, False])
def test_a_tube_bound_late_asks_for_a_review(told: Told, late_first: bool) -> None:
    box, bodies = told.box, (bound(late=True), a_test("3.2"))
    first, second = bodies if late_first else bodies[::-1]
    told.take(box.opened(), box.write(first), box.write(second))
    assert waiting(told) == [(3 if late_first else 2, "late")]


def waiting(told: Told) -> list[tuple[int, str]]:
    with closing(open_reader(told.where)) as sql:
        return [(row["seq"], row["why"]) for row in ReviewBook(sql, WHOLE).page(waits=True).rows]


def test_the_list_has_the_urgent_on_top_and_pages_without_a_gap(told: Told) -> None:
    box = told.box
    told.take(box.opened(), *(box.write(positive(lot=f"lot-{nth}")) for nth in range(2, 62)))
    at = START.isoformat()
    acts = [CaseNoted(box.log, seq, "seen", at) for seq in range(2, 62)]
    acts += [CaseNoted(box.log, 9, "closed", at, text="合格"), CaseNoted(box.log, 30, "sent", at, until="2026-11-23")]
    told.take(*(told.act(act, 1) for act in acts), station=OFFICE)
    told.take(box.write(positive(lot="lot-99")))
    with closing(open_reader(told.where)) as sql:
        book, seqs, before = CaseBook(sql, WHOLE), list[int](), ""
        while True:
            page = book.page("all", NOW, before=before)
            seqs += [row["seq"] for row in page.rows]
            before = page.more
            if not before:
                break
        assert seqs[:2] == [62, 30], "nobody has seen it; then what has a day"
        assert seqs[-1] == 9
        assert sorted(seqs) == list(range(2, 63))
        assert [row["seq"] for row in book.page("urgent", NOW).rows] == [62]
        assert [row["seq"] for row in book.page("closed", NOW).rows] == [9]
        assert book.urgent(NOW) == 1
        assert book.page("open", NOW, station="there").rows == ()
        assert CaseBook(sql, Scope(("530426",))).page("all", NOW).rows == ()
        assert CaseBook(sql, Scope(("530426",))).one(box.log, 9) is None
