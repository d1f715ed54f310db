"""The case of one test's result: a fold that does not care in which order its entries are read."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.messages import Objection, ObjectionClosed, Outcome, ResultDelivered
from kiosk.rules.oversight import objection
from kiosk.rules.oversight.dispute import AtLaboratory, Case, Event, Stage, case
from kiosk.rules.oversight.objection import How
from tests.support import oversight as made

NINE = datetime(2026, 11, 22, 9, tzinfo=timezone(timedelta(hours=8)))


def delivery(received: datetime | None = NINE, test: int = 5) -> ResultDelivered:
    return objection.delivered(
        How.SENT, received, made.signatures(), test=test, sample_code="S", subject="s1", outcome=Outcome.POSITIVE
    )


def asked(to: int = 10, *, in_time: bool = True) -> Objection:
    return Objection(to, "S", "s1", "2026-11-22T10:00:00+08:00", in_time, "Li")


def at_laboratory(of: int = 12) -> AtLaboratory:
    return AtLaboratory(of, "Lab", "A2", "2026-11-23T09:00:00+08:00")


def end(of: int = 12, result: str = "upheld", report: str = "R1", laboratory: str = "Lab") -> ObjectionClosed:
    return ObjectionClosed(of, result, report, laboratory, "", "", Outcome.NEGATIVE)


STORY: tuple[tuple[int, Event], ...] = (
    (10, delivery(None)),
    (11, delivery(NINE + timedelta(hours=1))),
    (12, asked()),
    (13, delivery()),
    (14, at_laboratory()),
    (15, end()),
    (16, asked(in_time=False)),
    (17, end(result="withdrawn")),
    (20, delivery(test=6)),
    (21, asked(to=20)),
    (22, end(of=21)),
)


@pytest.mark.parametrize(
    ("through", "stage"),
    [(9, Stage.UNDELIVERED), (10, Stage.SENT), (11, Stage.DELIVERED), (12, Stage.OBJECTED), (13, Stage.OBJECTED),
     (14, Stage.AT_LABORATORY), (15, Stage.CLOSED), (22, Stage.CLOSED)],
)  # fmt: skip
def test_a_case_goes_step_by_step(through: int, stage: Stage) -> None:
    assert case(5, [one for one in STORY if one[0] <= through]).stage is stage


def test_the_whole_case() -> None:
    assert case(5, STORY) == Case(
        Stage.CLOSED,
        received=NINE,
        objection=12,
        late=(16,),
        laboratory=at_laboratory(),
        closed=end(),
        history=(10, 11, 12, 13, 14, 15, 16, 17),
    )


def test_the_first_receipt_starts_the_clock() -> None:
    assert case(5, STORY[:2]).deadline == NINE + timedelta(hours=5)
    assert case(5, STORY).deadline == NINE + timedelta(hours=4)
    assert case(5, STORY[:1]).deadline is None


def test_a_late_objection_opens_nothing() -> None:
    told = case(5, [(10, delivery()), (16, asked(in_time=False)), (17, end(of=16)), (18, at_laboratory(16))])
    assert told == Case(Stage.DELIVERED, received=NINE, late=(16,), history=(10, 16))


@pytest.mark.parametrize(
    ("ended", "stage"),
    [(end(report=""), Stage.AT_LABORATORY), (end(laboratory=""), Stage.AT_LABORATORY),
     (end(result="withdrawn", report="", laboratory=""), Stage.CLOSED), (end(of=99), Stage.AT_LABORATORY)],
)  # fmt: skip
def test_only_a_report_or_a_withdrawal_closes(ended: ObjectionClosed, stage: Stage) -> None:
    assert case(5, [(10, delivery()), (12, asked()), (14, at_laboratory()), (15, ended)]).stage is stage


def test_a_withdrawal_needs_no_laboratory_before_it() -> None:
    told = case(5, [(10, delivery()), (12, asked()), (13, end(result="withdrawn"))])
    assert (told.stage, told.laboratory) == (Stage.CLOSED, None)


def test_a_second_objection_in_time_is_kept() -> None:
    told = case(5, [(10, delivery()), (12, asked()), (13, asked()), (14, end(of=13))])
    assert (told.objection, told.stage, told.history) == (12, Stage.CLOSED, (10, 12, 13, 14))


def test_a_receipt_that_cannot_be_read_starts_nothing() -> None:
    naive = replace(delivery(), received_at="2026-11-22T09:00:00")
    assert case(5, [(10, naive)]).stage is Stage.SENT


@given(st.permutations(STORY), st.lists(st.sampled_from(STORY)))
def test_neither_order_nor_repetition_matters(
    shuffled: list[tuple[int, Event]], again: list[tuple[int, Event]]
) -> None:
    assert case(5, [*shuffled, *again]) == case(5, STORY)


@given(st.sets(st.sampled_from(range(len(STORY)))))
def test_nothing_of_a_case_is_lost(places: set[int]) -> None:
    events = [STORY[place] for place in places]
    told = case(5, events)
    deliveries = {seq for seq, one in events if isinstance(one, ResultDelivered) and one.test == 5}
    assert deliveries <= set(told.history)
    assert set(told.late) <= set(told.history)


def test_the_stages_are_spelled_so() -> None:
    stages = ["undelivered", "sent", "delivered", "objected", "at_laboratory", "closed"]
    assert [str(one) for one in Stage] == stages
