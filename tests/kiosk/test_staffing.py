"""Staff at the box: badge and PIN to the desk, beside somebody, in place of a colleague; cards of the box itself."""

from datetime import date
from pathlib import Path

import pytest

from kiosk.rules.messages import Card, CardGiven, CardRevoked, Present, Rating, SubjectsUpsert
from kiosk.rules.scan.numbers import card_number
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.visits.turn import Stage
from kiosk.seal import CardCode, link, seal_card
from tests.kiosk.test_attendant import Served
from tests.support.bodies import FARMER, HOST, a_key
from tests.support.desk import BADGES, CLERK, INSPECTOR, LATE, PIN, DeskBox, box, logs_on, ready, served, touch

__all__ = ["box", "served"]  # fixtures

OLD, NEW = (card_number(bytes([nth]) * 8) for nth in (1, 2))
ISSUED = date(2026, 3, 1)


def proves(served: Served, role: str) -> None:
    """A badge in somebody's turn, and its PIN."""
    served.shows(BADGES[role])
    served.until(lambda screen: screen.helper is not None)
    touch(served, "badge_pin", PIN)


# --- the desk ---


def test_badge_and_pin_lead_to_the_desk_and_out_again(served: Served) -> None:
    screen = logs_on(served)
    assert screen.visit.stage is Stage.DESK
    assert screen.staff is not None
    assert (screen.staff.name, screen.staff.roles) == (CLERK.name, ("clerk",))
    assert touch(served, "log_off").visit.stage is Stage.IDLE


def test_a_badge_alone_opens_nothing(served: Served) -> None:
    served.shows(BADGES["clerk"])
    served.until(lambda screen: screen.proof == "badge")
    screen = touch(served, "badge_pin", "0000")
    assert (screen.visit.stage, screen.visit.notice) == (
        Stage.PROVING,
        Sentence("entrance.pin_wrong", {"left": "4"}),
    )


def test_a_badge_whose_time_is_over_is_refused_by_name(served: Served) -> None:
    served.shows(BADGES["late"])
    screen = served.until(lambda screen: screen.visit.notice is not None)
    over = Sentence("entrance.badge_over", {"name": LATE.name, "until": LATE.until})
    assert (screen.visit.stage, screen.visit.notice) == (Stage.IDLE, over)


def test_the_number_of_a_badge_may_be_keyed_in(served: Served) -> None:
    touch(served, "number")
    touch(served, "badge", "S-nothing")
    assert served.attendant.screen().visit.notice == Sentence("entrance.badge_unread")
    touch(served, "badge", BADGES["clerk"].lower())
    assert touch(served, "badge_pin", PIN).visit.stage is Stage.DESK


def test_another_member_takes_over_and_what_was_open_comes_back_with_its_badge(served: Served) -> None:
    logs_on(served)
    touch(served, "sheet", "supply")
    served.shows(BADGES["inspector"])
    served.until(lambda screen: screen.helper is not None)
    screen = touch(served, "badge_pin", PIN)
    assert screen.staff is not None
    assert (screen.visit.stage, screen.staff.id) == (Stage.DESK, INSPECTOR.id)
    touch(served, "log_off")
    assert logs_on(served).visit.stage is Stage.FILLING


# --- beside somebody ---


def test_staff_beside_a_farmer_are_recorded_as_help_and_he_goes_on(box: DeskBox, served: Served) -> None:
    served.shows(box.card)
    served.at(Stage.PRODUCT)
    proves(served, "clerk")
    visit = served.attendant.screen().visit
    assert (visit.stage, visit.staff, visit.present) == (Stage.PRODUCT, CLERK.id, Present.HELPED)


def test_a_tap_on_the_page_below_does_nothing_while_a_pin_is_asked(box: DeskBox, served: Served) -> None:
    served.shows(box.card)
    below = served.at(Stage.PRODUCT)
    served.shows(BADGES["clerk"])
    served.until(lambda screen: screen.helper is not None)
    served.attendant.act("product", "cowpea", below.visit.id, below.place)
    assert served.attendant.screen().visit.stage is Stage.PRODUCT
    touch(served, "badge_leave")
    assert served.attendant.screen().helper is None


@pytest.mark.parametrize("proof", [Proof.TAIL, Proof.STAFF, Proof.PIN])
def test_staff_vouch_for_somebody_they_know(tmp_path: Path, proof: Proof) -> None:
    box = DeskBox(tmp_path)
    box.answers |= {"proof": proof, "staff_may_vouch": True}
    with box.serves() as served:
        ready(served)
        served.shows(box.card)
        assert not served.at(Stage.PROVING).may_vouch
        assert touch(served, "vouch").visit.stage is Stage.PROVING
        proves(served, "clerk")
        assert touch(served, "vouch").visit.stage is Stage.PRODUCT


def test_who_stands_there_is_told_in_one_tap(box: DeskBox, served: Served) -> None:
    served.shows(box.card)
    served.at(Stage.PRODUCT)
    assert touch(served, "present", "family").visit.present is Present.FAMILY
    assert touch(served, "present", "helped").visit.present is Present.FAMILY


def test_a_turn_is_rated_once(box: DeskBox, served: Served) -> None:
    for action, value in (
        ("sheet", "fault printer"),
        ("answer", "other"),
        ("skip", ""),
        ("sheet_done", ""),
        ("rate", "good"),
        ("rate", "bad"),
        ("rate", "?"),
    ):
        touch(served, action, value)
    assert [one.score for one in box.entries(Rating)] == ["good"]


# --- cards of the box ---


def given_card(box: DeskBox, number: str, key: object = None) -> str:
    code = CardCode(number, FARMER.id, FARMER.name, ISSUED)
    return link(HOST, "K", seal_card(code, key or box.station.key))  # type: ignore[arg-type]


def replaced(box: DeskBox, served: Served) -> CardGiven:
    """The farmer's card is lost; the clerk gives another, and leaves."""
    logs_on(served)
    for action, value in (("sheet", "card"), ("answer", FARMER.id), ("answer", "lost"), ("sheet_done", "")):
        touch(served, action, value)
    touch(served, "log_off")
    (given,) = box.entries(CardGiven)
    return given


def test_a_lost_card_is_refused_by_name_and_the_new_one_opens_at_once(tmp_path: Path) -> None:
    box = DeskBox(tmp_path)
    box.bring(SubjectsUpsert((), (Card(OLD, FARMER.id),)))
    code = link(HOST, "K", seal_card(CardCode(OLD, FARMER.id, FARMER.name, ISSUED), box.county.card))
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 4)
        given = replaced(box, served)
        served.shows(code)
        screen = served.until(lambda screen: screen.visit.notice is not None)
        assert screen.visit.notice == Sentence("entrance.card_lost_of", {"card": OLD, "name": FARMER.name})
        assert given.replaces == OLD
        served.shows(given_card(box, given.card))
        served.at(Stage.PRODUCT)


@pytest.mark.parametrize("forger", ["nobody", "another station"])
def test_a_card_signed_by_another_key_with_a_number_of_this_box_opens_nothing(tmp_path: Path, forger: str) -> None:
    box = DeskBox(tmp_path)
    key = a_key("thief") if forger == "nobody" else box.county.enrol("dc-02").key
    with box.serves() as served:
        given = replaced(box, ready(served))
        served.shows(given_card(box, given.card, key))
        assert served.until(lambda screen: screen.visit.notice is not None).visit.stage is Stage.IDLE


def test_a_card_of_this_box_whose_number_nobody_was_given_opens_nothing(box: DeskBox, served: Served) -> None:
    served.shows(given_card(box, NEW))
    screen = served.until(lambda screen: screen.visit.notice is not None)
    assert screen.visit.notice == Sentence("entrance.card_forged")


def test_the_county_may_take_back_a_card_that_the_box_gave(box: DeskBox, served: Served) -> None:
    given = replaced(box, served)
    before = served.attendant.screen().link.recorded
    box.bring(CardRevoked(given.card, "lost"))
    served.until(lambda screen: screen.link.recorded > before)
    served.shows(given_card(box, given.card))
    assert served.until(lambda screen: screen.visit.notice is not None).visit.stage is Stage.IDLE
