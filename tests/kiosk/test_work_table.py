"""The work of staff in the record's tables: what waits, what is done, what is left, what the county has seen."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import AlarmSeen, CertificateRevoked, EntryBody, Rating, Reviewed
from kiosk.rules.oversight import gate
from kiosk.work_table import WorkTable
from tests.kiosk.test_record import Box
from tests.support.lots import certificate, declared, voided
from tests.support.open_box import OpenBox, sound
from tests.support.oversight import SETTINGS, TODAY, WORDINGS, check, goods, incoming, sample
from tests.support.oversight import test as made
from tests.support.rich_record import fill, of, receipted
from tests.support.staff_work import (
    AT,
    control,
    delivered,
    farm_work,
    fault,
    handover,
    objected,
    patrol,
    positive,
    reagent,
    settled,
    supply,
)

DAY = "2026-11-22"
GIVEN = incoming(paper="ours", issued_on=DAY)
# A partial index holds only what is open; what is sorted was found by an index first.
PARTS = "test_positive|test_failed|test_unreviewed|test_untold|entry_about_open|credit_listed"
GROWS = re.compile(rf"SCAN (?!.*USING (COVERING )?INDEX ({PARTS}))")


class Bench(OpenBox):
    @property
    def work(self) -> WorkTable:
        return self.record.tables.work

    def add(self, *bodies: EntryBody) -> list[int]:
        return [self.record.append(body).header.seq for body in bodies]

    def retire(self, *seqs: int) -> None:
        receipted(self.box, self.record)
        self.record.retire(of(*((seq, seq) for seq in sorted(seqs))))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with sound(Bench(tmp_path)) as bench:
        yield bench


def codes(bench: Bench, since: str = "") -> list[str]:
    return [body.sample_code for _, body in bench.work.samples_waiting(since)]


def test_a_sample_waits_until_it_is_tested(bench: Bench) -> None:
    bench.add(sample(), sample(sample_code="S-0002"), replace(sample(), stall="13"))
    assert (codes(bench), codes(bench, DAY), codes(bench, "2027-01-01")) == (["S-0001", "S-0002", "S-0001"],) * 2 + (
        [],
    )
    newest = bench.work.sample("S-0001")
    assert newest is not None
    assert newest[1].stall == "13"
    (test, again) = bench.add(made(), made(retest_of=5))
    assert (codes(bench), [seq for seq, _ in bench.work.tests_of("S-0001")]) == (["S-0002"], [test, again])
    bench.retire(test)
    assert codes(bench) == ["S-0002"]
    bench.retire(again)
    assert codes(bench) == ["S-0001", "S-0002", "S-0001"]
    assert (bench.work.sample("nobody"), bench.work.tests_of("")) == (None, [])


def test_a_sheet_of_a_sample_that_is_tested_already_waits_for_nothing(bench: Bench) -> None:
    bench.add(made(), sample())
    assert codes(bench) == []


def test_a_test_waits_for_a_second_person(bench: Bench) -> None:
    first, second = bench.add(made(), made(sample_code="S-2"))
    assert [seq for seq, _ in bench.work.unreviewed(9)] == [second, first]
    assert [seq for seq, _ in bench.work.unreviewed(1)] == [second]
    (review,) = bench.add(Reviewed(first, "w-2", True))
    assert [seq for seq, _ in bench.work.unreviewed(9)] == [second]
    assert bench.work.reviews_of(first) == [(review, Reviewed(first, "w-2", True))]
    bench.retire(review)
    assert [seq for seq, _ in bench.work.unreviewed(9)] == [second, first]


def test_a_case_from_delivery_to_its_end(bench: Bench) -> None:
    supervised = sample().sample_type
    test, own = bench.add(positive(sample_type=supervised), positive(sample_code="S-2"))
    assert [seq for seq, _ in bench.work.undelivered(9)] == [test]
    (told,) = bench.add(delivered(test))
    (asked,) = bench.add(objected(told))
    assert (bench.work.undelivered(9), [seq for seq, _ in bench.work.open_objections(9)]) == ([], [asked])
    (ended,) = bench.add(settled(asked))
    assert bench.work.open_objections(9) == []
    assert [seq for seq, _ in bench.work.events_of(test)] == [told, asked, ended]
    assert bench.work.events_of(own) == []
    bench.retire(ended)
    assert [seq for seq, _ in bench.work.open_objections(9)] == [asked]
    bench.retire(told)
    assert [seq for seq, _ in bench.work.undelivered(9)] == [test]


def test_what_is_done_for_a_task(bench: Bench) -> None:
    seqs = bench.add(sample(task="t-1"), patrol("t-1"), gate_check("t-1"), sample(task=""), patrol(""), gate_check())
    assert (bench.work.done_of("t-1"), bench.work.done_of("t-2")) == (3, 0)
    assert [seq for seq, _ in bench.work.about("patrol", 9, "s1", "other")] == [seqs[4], seqs[1]]
    assert [seq for seq, _ in bench.work.about("patrol", 1, "s1")] == [seqs[4]]
    bench.retire(seqs[1])
    assert bench.work.done_of("t-1") == 2


def gate_check(task: str = "") -> EntryBody:
    judged = gate.judge(goods(), None, today=TODAY, settings=SETTINGS, wordings=WORDINGS)
    return check(judged, None, task=task)


def test_stock_is_what_came_less_what_went_since_the_last_count(bench: Bench) -> None:
    assert bench.work.stock() == {}
    first = bench.add(supply("received", "100"), supply("used", "2.5"), supply("given", "10", subject="s1"))
    assert bench.work.stock() == {"tips": Decimal("87.5")}
    assert [bench.work.counts_in(seq, supply("used", "1")) for seq in first] == [True, True, True]
    counted = bench.add(supply("counted", "80"), supply("used", "1"), supply("received", "3", "gloves", "box"))
    assert bench.work.stock() == {"tips": Decimal(79), "gloves": Decimal(3)}
    assert [bench.work.counts_in(seq, supply("used", "1")) for seq in (*first, *counted[:2])] == [False] * 3 + [
        True
    ] * 2
    assert [(row.item, row.unit, row.left) for row in bench.work.stock_rows()] == [
        ("gloves", "box", Decimal(3)),
        ("tips", "piece", Decimal(79)),
    ]
    assert [body.event for _, body in bench.work.supplies("tips", 2)] == ["used", "counted"]
    bench.retire(*first)
    assert bench.work.stock()["tips"] == Decimal(79)
    bench.retire(counted[1])
    assert bench.work.stock()["tips"] == Decimal(80)


def test_how_people_were_served(bench: Bench) -> None:
    good, bad, again = bench.add(Rating("good"), Rating("bad"), Rating("good"))
    assert bench.work.ratings(DAY) == {"good": 2, "bad": 1}
    assert bench.work.ratings("2026-11-21") == {}
    bench.retire(bad, again)
    assert (bench.work.ratings(DAY), good) == ({"good": 1}, good)


def test_reagents_controls_faults_and_shifts(bench: Bench) -> None:
    bench.add(reagent(), reagent("R-2"), reagent(event="opened"), reagent(event="thawed"))
    assert [body.event for _, body in bench.work.reagent_events("R-1")] == ["received", "opened", "thawed"]
    assert [(body.lot, body.event) for _, body in bench.work.reagents(9)] == [("R-1", "thawed"), ("R-2", "received")]
    assert [body.lot for _, body in bench.work.reagents(1)] == ["R-1"]
    bench.add(control(), control("positive"), control(profile="q"), control("positive"))
    assert [body.what for _, body in bench.work.controls("p")] == ["positive", "positive", "blank"]
    assert [body.what for _, body in bench.work.controls("p", "blank")] == ["blank"]
    assert len(bench.work.controls("p", "positive", 1)) == 1
    assert bench.work.handover() is None
    (seq, newer) = bench.add(handover(), replace(handover(), note="key under the mat"))
    assert bench.work.handover() == (newer, replace(handover(), note="key under the mat"))
    bench.add(farm_work(), farm_work("harvested"))
    assert [getattr(body, "what", "") for _, body in bench.work.about("farm.work", 9, "s1")] == ["harvested", "sprayed"]
    assert seq < newer


def test_the_county_has_seen_what_it_says_it_has_seen(bench: Bench) -> None:
    broken, alarm, fine = bench.add(fault(), positive(), made())
    assert [(one.seq, one.product, one.sent, one.seen_by) for one in bench.work.alarms()] == [
        (alarm, "tomato", False, "")
    ]
    receipted(bench.box, bench.record)
    bench.order(AlarmSeen(bench.record.log, alarm, "Chen", AT))
    bench.order(AlarmSeen(bench.record.log, broken, "Zhao", AT))
    bench.order(AlarmSeen("0" * 32, fine, "Zhao", AT))
    (one,) = bench.work.alarms()
    assert (one.sent, one.seen_by, one.seen_at) == (True, "Chen", AT)
    assert [(one.seq, one.body.part, one.seen_by) for one in bench.work.faults(9)] == [(broken, "printer", "Zhao")]
    assert (bench.work.seen(fine), bench.work.alarms(since="2027-01-01")) == (None, [])


def test_a_repeat_is_no_new_alarm(bench: Bench) -> None:
    (first,) = bench.add(positive())
    receipted(bench.box, bench.record)
    (again,) = bench.add(positive(retest_of=first))
    assert [(one.seq, one.sent, one.seen_by) for one in bench.work.alarms()] == [(first, True, "")]
    bench.order(AlarmSeen(bench.record.log, again, "Chen", AT))
    assert [(one.seq, one.seen_by) for one in bench.work.alarms()] == [(first, "Chen")]


def test_a_subject_sees_his_own_papers(bench: Bench) -> None:
    bench.add(declared("A"), certificate("C1", lot="A"), certificate("C2", lot="A"), voided("C1"))
    bench.add(certificate("C3", lot="A"))
    bench.order(CertificateRevoked("C3", "forged"))
    told = bench.work.papers_of("s1", "older", most=9)
    assert [(paper.number, paper.void) for paper in told] == [("C3", True), ("C2", False), ("C1", True)]
    assert [paper.number for paper in bench.work.papers_of("s1", most=1)] == ["C3"]
    assert bench.record.tables.lots.of_subject("s1", "older") == ["A"]


@pytest.mark.parametrize(
    ("typed", "usual"),
    [
        ((), None),
        (("320 jin",), Quantity(Decimal(320), Unit.JIN)),
        (("100 kg", "300 kg", "200 kg"), Quantity(Decimal(200), Unit.KG)),
        (("100 kg", "150 kg", "400 jin"), Quantity(Decimal(300), Unit.JIN)),
        (("900 kg", "10 box", "30 box", "20 box"), Quantity(Decimal(20), Unit.BOX)),
        (("10 box x 5", "40 box", "30 box x 5"), Quantity(Decimal(10), Unit.BOX, Decimal(5))),
        (("9999 kg", *(f"{nth} kg" for nth in range(1, 11))), Quantity(Decimal(5), Unit.KG)),
    ],
)
def test_the_usual_quantity_is_the_middle_one(bench: Bench, typed: tuple[str, ...], usual: Quantity | None) -> None:
    papers = [certificate(f"C{nth}", lot="") for nth, _ in enumerate(typed)]
    bench.add(*(replace(paper, quantity_typed=one) for paper, one in zip(papers, typed, strict=True)))
    product = papers[0].product if papers else "tomato"
    assert bench.work.usual(product, "s1", "older") == usual
    assert bench.work.usual("pear", "s1") is None


def test_tests_are_counted_by_the_reagent_they_were_made_with(bench: Bench) -> None:
    first, second, _, third = bench.add(*(replace(made(), reagent_lot=lot) for lot in ("R-1", "R-1", "", "R-1")))
    assert [bench.work.tests_with(lot) for lot in ("R-1", "R-2", "")] == [3, 0, 0]
    assert [bench.work.tests_with("R-1", seq) for seq in (first, second, third)] == [2, 1, 0]
    bench.retire(first, second)
    assert bench.work.tests_with("R-1") == 1


def test_what_was_brought_last_time_says_its_origin(bench: Bench) -> None:
    assert bench.record.tables.last_lot("s1") is None
    bench.add(replace(certificate("C1", lot=""), origin="Gasa"))
    last = bench.record.tables.last_lot("s1", "older")
    assert last is not None
    assert last.origin == "Gasa"


def test_a_paper_is_known_again_among_many_by_reading_only_its_like(bench: Bench) -> None:
    """A buyer of years holds up one more paper: what he brought before costs nothing."""
    first, *_ = bench.add(*(replace(GIVEN, number=f"C{nth}") for nth in range(40)))
    read: list[int] = []

    def body(seq: int) -> EntryBody:
        read.append(seq)
        return bench.record.tables._body(seq)

    work = WorkTable(bench.record._sql, body)
    seen = Seen(Paper.OURS, number="C0", issuer=GIVEN.issuer)
    assert [seq for seq, _ in work.papers_like(seen, GIVEN.receiver)] == [first] == read
    assert work.papers_like(seen, "somebody else") == []
    by_hand = replace(GIVEN, number="", paper="handwritten", picture="cd" * 32)
    (bare,) = bench.add(by_hand)
    assert [seq for seq, _ in work.papers_like(Seen(Paper.HANDWRITTEN, picture="cd" * 32), GIVEN.receiver)] == [bare]
    told = Seen(Paper.HANDWRITTEN, issuer=by_hand.issuer, product=by_hand.product, issued_on=by_hand.issued_on)
    assert [seq for seq, _ in work.papers_like(told, GIVEN.receiver)] == [bare]
    bench.retire(first)
    assert work.papers_like(seen, GIVEN.receiver) == []


def test_every_question_reads_an_index(tmp_path: Path) -> None:
    """Nothing may cost more because the log is longer (performance.md)."""
    box = Box(tmp_path)
    with closing(box.open()) as record:
        fill(box, record)
        asked: list[str] = []
        connection: sqlite3.Connection = record._sql
        connection.set_trace_callback(asked.append)
        work, people, subject = record.tables.work, record.tables.people, ("n-1", "s1")
        work.samples_waiting(), work.tests_of("S-0001"), work.sample("S-0001"), work.unreviewed(5), work.undelivered(5)
        work.reviews_of(3), work.events_of(3), work.open_objections(5), work.alarms(), work.seen(3), work.done_of("t-1")
        work.supplies("tips", 3), work.faults(5), work.reagent_events("R-1"), work.reagents(5), work.controls("p")
        work.tests_with("R-1", 3), work.failed(5), work.failed_lots(5), work.correctable(5)
        work.papers_like(Seen(Paper.OURS, number="C1", issuer="A"), *subject)
        work.papers_like(Seen(Paper.HANDWRITTEN, picture="ab" * 32, issuer="A", product="tomato"), *subject)
        record.tables.lots.growers("tomato", DAY, 5), record.tables.orders.subjects.all_listed()
        work.handover(), work.about("patrol", 5, *subject), work.ratings(DAY), work.papers_of(*subject)
        work.usual("tomato", *subject), record.tables.last_lot(*subject), record.tables.lots.of_subject(*subject)
        people.subject("n-1"), people.holder("1"), people.is_lost("1"), people.cards_of(*subject), people.pin(*subject)
        people.agreement("notice", *subject), record.tables.orders.same("n-1"), record.tables.orders.is_revoked("1")
        connection.set_trace_callback(None)
        plans = {query: connection.execute(f"explain query plan {query}").fetchall() for query in set(asked)}
    assert len(plans) > 30
    slow = [(plan, query) for query, steps in plans.items() for *_, plan in steps if GROWS.search(plan)]
    assert slow == []
