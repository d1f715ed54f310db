"""Wrong PINs, tails and numbers: counted over turns and restarts, and a turn that waits opens only to who proved it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.arriving import PACE
from kiosk.proving import PACE as OF_BADGES
from kiosk.record import Record
from kiosk.rules.messages import Presence
from kiosk.rules.settings import Proof
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Visit
from kiosk.saved_visit import to_json
from kiosk.screen import Screen
from kiosk.tries import TRIES, Pace, Tries
from tests.kiosk.test_attendant import Box, Served
from tests.support.bodies import FARMER
from tests.support.desk import BADGES, PIN, DeskBox, ready, touch

TAIL = FARMER.contact[-4:]
SLOW = Pace(most=3, rest=60.0, longest=200.0)
SLIP = "T1234567"


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture
def record(box: Box) -> Iterator[Record]:
    with closing(box.record()) as opened:
        yield opened


def shown(served: Served, box: Box, at: Stage = Stage.PROVING) -> Screen:
    """His card, once the list of producers has been obeyed."""
    served.until(lambda screen: screen.link.recorded >= 2)
    served.shows(box.card)
    return served.at(at)


def key(visit: Visit) -> str:
    """Of what the person is told."""
    return "" if visit.notice is None else visit.notice.key


# --- the count ---


def test_a_count_goes_on_after_a_restart(record: Record) -> None:
    assert [Tries(record).wrong("a", SLOW) for _ in range(3)] == [2, 1, 0]


def test_a_rest_begins_anew_with_a_restart(record: Record) -> None:
    now = [0.0]
    tries = Tries(record, lambda: now[0])
    for _ in range(SLOW.most):
        tries.wrong("a", SLOW)
    now[0] = 59.5
    assert (tries.rests("a"), tries.rests("b")) == (1, 0)
    assert Tries(record, lambda: 1000.0).rests("a") == SLOW.rest
    now[0] = 60.0
    assert tries.rests("a") == 0
    tries.settle()
    assert Tries(record, lambda: 1000.0).rests("a") == 0


def test_each_rest_is_twice_as_long_until_it_was_right(record: Record) -> None:
    now = [0.0]
    tries = Tries(record, lambda: now[0])
    rests = []
    for _ in range(4):
        tries.rest("a", SLOW)
        rests.append(tries.rests("a"))
        now[0] += rests[-1]
    assert rests == [60, 120, 200, 200]
    tries.right("a")
    assert record.tables.open_visits() == []
    tries.rest("a", SLOW)
    assert tries.rests("a") == SLOW.rest


def test_a_count_that_nobody_can_read_is_none(record: Record) -> None:
    record.save_visit(TRIES + "a", '{"wrong": 2}', None)
    assert Tries(record).wrong("a", SLOW) == SLOW.most - 1


# --- badges ---


def test_a_restart_gives_no_further_tries_of_a_badge(tmp_path: Path) -> None:
    box = DeskBox(tmp_path)
    for nth in range(OF_BADGES.most):
        with box.serves() as served:
            ready(served)
            served.shows(BADGES["clerk"])
            served.until(lambda screen: screen.proof == "badge")
            expected = "wrong" if nth + 1 < OF_BADGES.most else "rests"
            assert key(touch(served, "badge_pin", "1234").visit) == f"entrance.pin_{expected}"
    with box.serves() as served:
        served.until(lambda screen: screen.proof == "badge")
        right = touch(served, "badge_pin", PIN).visit
        assert (right.stage, key(right)) == (Stage.PROVING, "entrance.pin_rests")


# --- subjects ---


def test_wrong_tails_are_counted_over_turns_and_restarts(box: Box) -> None:
    box.answers = {"proof": Proof.TAIL}
    told = []
    for _ in range(PACE.most):
        with box.serves() as served:
            shown(served, box)
            told.append(key(served.tap("tail", "0000").visit))
            served.tap("abandon")
            served.tap("next")
    assert told == [*["visit.tail_wrong"] * (PACE.most - 1), "entrance.proof_rests"]
    with box.serves() as served:
        shown(served, box)
        resting = served.tap("tail", TAIL).visit
        assert (resting.stage, key(resting)) == (Stage.PROVING, "entrance.proof_rests")


# --- what waits aside ---


def waiting(box: Box, presence: Presence) -> None:
    """A turn of the farmer that waits aside, as the station saved it."""
    goods = Visit("v-1", stage=Stage.TEST_CHOICE, subject=FARMER, card="K-1", presence=presence, slip=SLIP)
    with closing(box.record()) as record:
        record.save_visit("v-1", to_json(turn.parked(replace(goods, product="cowpea")), record.last), None)


def test_a_turn_that_was_proved_asks_again_whoever_shows_its_card(box: Box) -> None:
    waiting(box, Presence.TAIL)
    box.answers = {"proof": Proof.TAIL}
    with box.serves() as served:
        shown(served, box)
        assert served.tap("tail", "0000").visit.stage is Stage.PROVING
        taken_up = served.tap("tail", TAIL).visit
        assert (taken_up.id, taken_up.stage) == ("v-1", Stage.TEST_CHOICE)


def test_its_slip_says_no_more_than_its_card(box: Box) -> None:
    waiting(box, Presence.PIN)
    box.answers = {"proof": Proof.TAIL}
    with box.serves() as served:
        served.shows(SLIP)
        served.at(Stage.PROVING)
        assert served.tap("tail", TAIL).visit.id == "v-1"


@pytest.mark.parametrize("proof", [Proof.NONE, Proof.TAIL])
def test_a_turn_that_a_card_alone_began_opens_by_it(box: Box, proof: Proof) -> None:
    waiting(box, Presence.SHOWN)
    box.answers = {"proof": proof}
    with box.serves() as served:
        assert shown(served, box, Stage.TEST_CHOICE).visit.id == "v-1"


def test_where_every_turn_wants_its_pin_so_does_one_that_waits(box: Box) -> None:
    waiting(box, Presence.SHOWN)
    box.answers = {"proof": Proof.PIN}
    with box.serves() as served:
        shown(served, box)
        assert served.tap("abandon").visit.id != "v-1"
