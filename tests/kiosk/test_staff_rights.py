"""What only staff may do, and when that ends: with the badge taken back, with the turn set aside, with wrong PINs."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from kiosk.proving import PACE, Badges
from kiosk.rules.messages import StaffPut
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Turn, Visit
from kiosk.tries import Tries
from tests.kiosk.test_attendant import Served
from tests.support.bodies import START
from tests.support.desk import BADGES, CLERK, PIN, DeskBox, box, logs_on, served, touch

__all__ = ["box", "served"]  # fixtures

DESK = (Stage.DESK, Stage.TOOL, Stage.LOADING)
DAY = 24 * 3600.0


def beside(served: Served, box: DeskBox) -> None:
    served.shows(box.card)
    served.at(Stage.PRODUCT)
    served.shows(BADGES["clerk"])
    served.until(lambda screen: screen.helper is not None)
    assert touch(served, "badge_pin", PIN).visit.staff == CLERK.id


def test_a_badge_that_is_taken_back_leaves_the_desk(box: DeskBox, served: Served) -> None:
    assert logs_on(served).visit.stage is Stage.DESK
    box.bring(StaffPut((), (CLERK.id,)))
    assert served.at(Stage.IDLE).visit.staff == ""


def test_a_badge_that_is_taken_back_helps_nobody(box: DeskBox, served: Served) -> None:
    beside(served, box)
    box.bring(StaffPut((), (CLERK.id,)))
    assert served.until(lambda screen: screen.visit.staff == "").visit.stage is Stage.PRODUCT


def test_who_helped_is_not_there_when_the_turn_is_taken_up() -> None:
    helped = Visit("v", stage=Stage.TEST_CHOICE, staff=CLERK.id)
    assert turn.resumed(turn.parked(helped)).staff == ""
    own = replace(helped, turn=Turn.STAFF, stage=Stage.LOADING)
    assert turn.resumed(turn.parked(own)).staff == CLERK.id


def test_the_bench_is_for_those_who_have_its_tile(served: Served) -> None:
    logs_on(served)
    assert touch(served, "loading").visit.stage is Stage.DESK
    touch(served, "log_off")
    logs_on(served, "inspector")
    assert touch(served, "loading").visit.stage is Stage.LOADING


def test_nobody_comes_to_the_desk_by_a_tap(box: DeskBox, served: Served) -> None:
    """Every action that there is, at the idle screen, at the keypad, and where a farmer stands."""
    counter = served.attendant._counter
    actions = sorted(counter._steps())
    values = ("", CLERK.id, "gate", "supply", "devices", "1", "A-001 2")
    for place in (Stage.IDLE, Stage.KEYING, Stage.PRODUCT):
        if place is Stage.PRODUCT:
            served.shows(box.card)
            served.at(Stage.PRODUCT)
        for action in actions:
            for value in values:
                screen = touch(served, action, value)
                assert screen.visit.stage not in DESK, (place, action, value)
                assert screen.visit.staff == "", (place, action, value)


def test_tries_of_a_pin_become_rare(box: DeskBox, tmp_path: Path) -> None:
    now = 0.0
    with closing(box.record()) as record:
        record.obey()
        badges = Badges(record.tables.orders, START.date, Tries(record, lambda: now))
        tried = 0
        while now < DAY:
            wrong = badges.wrong(CLERK.id, "1234")
            assert wrong is not None
            tried += wrong.key == "entrance.pin_wrong"
            if wrong.key == "entrance.pin_rests":
                tried += 1
                now += float(wrong.facts["seconds"])
        assert tried <= PACE.most * (7 + DAY / PACE.longest)
        assert badges.wrong(CLERK.id, PIN) is None
        for _ in range(PACE.most):
            wrong = badges.wrong(CLERK.id, "1234")
        assert wrong is not None
        assert float(wrong.facts["seconds"]) == PACE.rest
