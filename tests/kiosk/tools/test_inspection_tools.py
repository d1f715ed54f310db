"""The inspector's pages on a real record: what waits, whose turn it is, what goes on with each case."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.rules.messages import (
    Credit,
    CreditPut,
    LotDeclared,
    Outcome,
    Rating,
    SampleType,
    SubjectsUpsert,
    TaskGiven,
    Verdict,
)
from kiosk.tools.cases import KINDS, Cases, CasesShown
from kiosk.tools.samples import Samples, SamplesShown
from kiosk.tools.tasks import Tasks, TasksShown
from tests.kiosk.tools.at_desk import AtDesk, at_desk
from tests.support import oversight, staff_work
from tests.support.bodies import FARMER

POSITIVE = Verdict(Outcome.POSITIVE, "x/positive", "verdict.positive", {})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AtDesk]:
    with at_desk(tmp_path) as made:
        yield made


def cases(desk: AtDesk, kind: str = "") -> CasesShown:
    shown = desk.on(Cases(desk.reach), kind)
    assert isinstance(shown, CasesShown)
    return shown


def a_case(desk: AtDesk) -> int:
    """Seq of a positive supervision test."""
    now = desk.reach.clock.now().at
    record = desk.reach.record
    record.append(LotDeclared("L9", "s1", "tomato", Decimal(100), "kg", "100 kg", "Gasa"))
    sample = oversight.sample(sample_type=SampleType.SUPERVISION, taken_at=now.isoformat(), seals=("S-1", "S-2"))
    record.append(sample)
    code = sample.sample_code
    record.append(oversight.test(verdict=POSITIVE, lot="L9", sample_code=code, sample_type=SampleType.SUPERVISION))
    return record.last


def test_samples_wait_until_they_are_tested(desk: AtDesk) -> None:
    now = desk.reach.clock.now().at
    desk.reach.record.append(oversight.sample(taken_at=now.isoformat(), seals=("S-1", "S-2")))
    tool = Samples(desk.reach)
    shown = desk.on(tool)
    assert isinstance(shown, SamplesShown)
    ((seq, sample),) = shown.samples
    desk.tap(tool, "print_labels", sample.sample_code)
    desk.tap(tool, "print_sheet", sample.sample_code)
    desk.tap(tool, "print_labels", "nobody's")
    assert desk.slips == [("seals", seq), ("sampling", seq)]
    desk.reach.record.append(oversight.test(sample_code=sample.sample_code))
    after = desk.on(tool)
    assert isinstance(after, SamplesShown)
    assert after.samples == ()


def test_a_positive_goes_from_told_to_objected_to_closed(desk: AtDesk) -> None:
    test = a_case(desk)
    assert {kind: count for kind, count in cases(desk).counts.items() if count} == {
        "undelivered": 1, "positives": 1, "unreviewed": 1, "corrections": 3,
    }  # fmt: skip
    (told,) = cases(desk, "undelivered").cases
    assert (told.seq, told.outcome) == (test, "positive")
    (positive,) = cases(desk, "positives").cases
    assert (positive.lot, positive.sent, positive.seen_by) == ("L9", False, "")
    now = desk.reach.clock.now().at
    delivered = staff_work.delivered(test)
    desk.reach.record.append(replace(delivered, received_at=now.isoformat(), deadline=now.isoformat()))
    (running,) = cases(desk, "running").cases
    assert running.until == now.isoformat()
    assert cases(desk, "undelivered").cases == ()
    desk.reach.record.append(staff_work.objected(desk.reach.record.last))
    assert cases(desk, "running").cases == ()
    (objection,) = cases(desk, "objections").cases
    assert objection.seq == desk.reach.record.last
    desk.reach.record.append(staff_work.settled(objection.seq))
    assert cases(desk, "objections").cases == ()


def test_a_lot_that_is_only_suspect_has_its_way_to_disposal(desk: AtDesk) -> None:
    record = desk.reach.record
    record.append(LotDeclared("L9", "s1", "tomato", Decimal(100), "kg", "100 kg", "Gasa"))
    record.append(oversight.test(verdict=replace(POSITIVE, outcome=Outcome.SUSPECT), lot="L9"))
    (case,) = cases(desk, "positives").cases
    assert (case.outcome, case.lot, case.sent) == ("suspect", "L9", False)
    record.append(oversight.disposal(lot="L9", quantity=Decimal(100)))
    assert cases(desk, "positives").cases == ()


def test_what_may_be_corrected_is_found_behind_many_entries_that_may_not(desk: AtDesk) -> None:
    record = desk.reach.record
    record.append(oversight.sample())
    sample = record.last
    for _ in range(300):
        record.append(Rating("good"))
    assert sample in [one.seq for one in cases(desk, "corrections").cases]


def test_no_case_is_none(desk: AtDesk) -> None:
    assert set(cases(desk).counts) == set(KINDS)
    for kind in KINDS:
        assert cases(desk, kind).cases == ()


def test_whose_turn_it_is_comes_first_and_the_done_ones_last(desk: AtDesk) -> None:
    """The county's orders: the urgent task first, in it whoever is on its list, then whoever nothing was drawn from."""
    today = desk.reach.clock.now().at.date()
    until = (today + timedelta(days=3)).isoformat()
    desk.house.order(
        SubjectsUpsert(tuple(replace(FARMER, id=one, name=one.upper()) for one in ("a", "b", "c"))),
        CreditPut((Credit("c", "D", "watch", "2026-01-01"),)),
        TaskGiven("t-1", "patrol", "Patrol", until, ("b",), why="random"),
        TaskGiven("t-2", "sample", "Risk", until, ("a", "b", "c"), count=2, why="risk"),
    )
    desk.reach.record.obey()
    tool = Tasks(desk.reach)
    shown = desk.on(tool, "t-2")
    assert isinstance(shown, TasksShown)
    assert [one.task.task for one in shown.tasks] == ["t-2", "t-1"]
    assert [one.id for one in shown.subjects] == ["c", "a", "b"]
    desk.reach.record.append(oversight.sample(subject="c", task="t-2", taken_at=f"{until}T09:00:00+08:00"))
    after = desk.on(tool, "t-2")
    assert isinstance(after, TasksShown)
    assert after.open is not None
    assert (after.open.done, after.open.is_done) == (1, False)
    assert [(one.id, one.done) for one in after.subjects] == [("a", False), ("b", False), ("c", True)]


def test_a_task_that_names_nobody_says_who_is_at_risk_and_why(desk: AtDesk) -> None:
    """The county's list first, then whose goods failed, then who sold such goods; a merchant of others is no case."""
    now = desk.reach.clock.now().at
    until = (now.date() + timedelta(days=3)).isoformat()
    desk.house.order(
        SubjectsUpsert(tuple(replace(FARMER, id=one, name=one.upper()) for one in ("a", "b", "c", "d"))),
        CreditPut((Credit("d", "D", "watch", "2026-01-01"),)),
        TaskGiven("t-2", "sample", "Risk", until, products=("cowpea",), count=4, why="risk"),
    )
    record = desk.reach.record
    record.obey()
    suspect, today = replace(POSITIVE, outcome=Outcome.SUSPECT), now.isoformat()
    record.append(LotDeclared("L1", "a", "cowpea", Decimal(100), "kg", "100 kg", "Gasa"))
    record.append(oversight.test(verdict=suspect, subject="b", product="cowpea", started_at=today))
    record.append(oversight.test(verdict=POSITIVE, subject="c", product="tomato", started_at=today))
    shown = desk.on(Tasks(desk.reach), "t-2")
    assert isinstance(shown, TasksShown)
    assert [(one.id, one.reasons) for one in shown.subjects] == [
        ("d", ("watch",)),
        ("b", ("failed",)),
        ("a", ("goods",)),
    ]
