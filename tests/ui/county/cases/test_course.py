"""The law of a case, step by step: where it stands, what is due next and until when, what forbids to close it."""

from itertools import permutations

import pytest

from ui.county.cases.course import Standing, State, Step, Wait, end_of, obstacle_to, stamp, standing

FIRST = stamp("2026-11-22T09:30:00.000+08:00")
LONG = "样品已经全部用完，县里另行处理"


def at(minute: int) -> str:
    return stamp(f"2026-11-22T10:{minute:02}:00.000+08:00")


def stands(*steps: Step, screened: State = State.CONFIRMED, seen: bool = True) -> Standing:
    return standing(screened, FIRST, [*([Step("seen", at(0))] if seen else []), *steps])


SENT, PASSED, FAILED = Step("sent", at(10)), Step("result", at(20), "negative"), Step("result", at(20), "positive")
GONE, SEALED = Step("disposal", at(30), "destroyed"), Step("disposal", at(5), "sealed")
DELIVERED = Step("delivered", at(5), "signed", stamp("2026-11-22T14:05:00.000+08:00"))
OBJECTED = Step("objected", at(8), "in_time")


@pytest.mark.parametrize(
    ("steps", "state", "waits"),
    [
        ((), State.CONFIRMED, "send"),
        ((SEALED,), State.CONFIRMED, "send"),
        ((Step("bound", at(1), "late"), Step("sample", at(2))), State.CONFIRMED, "send"),
        ((DELIVERED,), State.CONFIRMED, "object"),
        ((DELIVERED, OBJECTED), State.AT_LAB, "report"),
        ((DELIVERED, Step("objected", at(8), "late")), State.CONFIRMED, "object"),
        ((OBJECTED, Step("objection_closed", at(9), "withdrawn")), State.CONFIRMED, "send"),
        ((OBJECTED, Step("objection_closed", at(9), "upheld")), State.LAB_NEGATIVE, "close"),
        ((OBJECTED, Step("objection_closed", at(9), "dismissed")), State.LAB_POSITIVE, "dispose"),
        ((SENT,), State.AT_LAB, "report"),
        ((SENT, PASSED), State.LAB_NEGATIVE, "close"),
        ((SENT, FAILED), State.LAB_POSITIVE, "dispose"),
        ((SENT, PASSED, Step("sent", at(40))), State.AT_LAB, "report"),
        ((SENT, FAILED, SEALED), State.LAB_POSITIVE, "dispose"),
        ((SENT, FAILED, GONE), State.DISPOSED, "close"),
        ((SENT, FAILED, Step("disposed", at(30))), State.DISPOSED, "close"),
        ((SENT, FAILED, GONE, Step("enforcement", at(40))), State.HANDED_OVER, "answer"),
        ((FAILED, GONE, Step("police", at(40)), Step("answered", at(50))), State.DISPOSED, "close"),
        ((PASSED, Step("closed", at(50))), State.CLOSED, None),
        ((PASSED, Step("closed", at(50)), Step("reopened", at(51))), State.LAB_NEGATIVE, "close"),
        ((Step("closed", at(50)), Step("note", at(55)), Step("seen", at(56))), State.CLOSED, None),
    ],
)
def test_where_it_stands_in_whatever_order_it_arrives(steps: tuple[Step, ...], state: State, waits: str | None) -> None:
    told = {(found.state, None if found.wait is None else found.wait.what)
            for order in permutations(steps) for found in [stands(*order)]}  # fmt: skip
    assert told == {(state, waits)}


def test_before_anything_else_somebody_has_to_look() -> None:
    for steps in ((), (DELIVERED,), (GONE,), (Step("note", at(1)),)):
        assert stands(*steps, seen=False).wait == Wait("see", FIRST, "report_hours")
    assert not stands(Step("note", at(1)), seen=False).seen
    assert stands(SENT, seen=False).seen, "who sends it to a laboratory has seen it"


def test_repeats_are_awaited_without_an_hour() -> None:
    assert stands(screened=State.OPEN).wait == Wait("repeat")


def test_the_four_hours_run_from_the_first_delivery_that_has_them() -> None:
    later = Step("delivered", at(50), "signed", stamp("2026-11-22T14:50:00.000+08:00"))
    unknown = Step("delivered", at(1), "sent")
    for steps in permutations((unknown, DELIVERED, later)):
        assert stands(*steps).wait == Wait("object", DELIVERED.until, "objection/four_hours")


def test_the_report_is_due_on_the_agreed_day_or_after_seven_working_days() -> None:
    agreed = Step("sent", at(10), until=end_of("2026-11-25"))
    assert stands(agreed).wait == Wait("report", "2026-11-25T15:59:59.999Z", "own")
    assert stands(SENT).wait == Wait("report", end_of("2026-12-01"), "objection/seven_days"), (
        "a Sunday, then 7 weekdays"
    )


@pytest.mark.parametrize(
    ("steps", "obstacles"),
    [
        ((), ()),
        ((SENT,), ("at_lab",)),
        ((OBJECTED,), ("objecting",)),
        ((SENT, FAILED), ("not_disposed",)),
        ((SENT, FAILED, SEALED), ("not_disposed",)),
        ((SENT, FAILED, GONE), ()),
        ((SENT, PASSED), ()),
        ((SENT, FAILED, Step("sent", at(40))), ("at_lab", "not_disposed")),
    ],
)
def test_what_stands_in_the_way_of_closing(steps: tuple[Step, ...], obstacles: tuple[str, ...]) -> None:
    found = stands(*steps)
    assert found.obstacles == obstacles
    for reason, anyway in ((LONG, False), ("短", True)):
        assert obstacle_to("closed", found, reason, anyway=anyway) == (obstacles[0] if obstacles else "")
    assert obstacle_to("closed", found, LONG, anyway=True) == ""


def test_what_is_closed_takes_a_reopening_or_a_remark() -> None:
    closed, opened = stands(PASSED, Step("closed", at(50))), stands()
    for what in ("sent", "result", "disposed", "closed", "taken", "police"):
        assert obstacle_to(what, closed, LONG, anyway=True) == "closed"
    for what in ("reopened", "note", "seen"):
        assert obstacle_to(what, closed, LONG, anyway=False) == ""
    assert obstacle_to("reopened", opened, LONG, anyway=False) == "not_closed"


@pytest.mark.parametrize("text", ["", "gestern", "2026-11-22T09:30:00"])
def test_what_is_no_time_is_no_stamp(text: str) -> None:
    assert stamp(text) == ""
