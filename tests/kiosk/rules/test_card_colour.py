"""The enzyme card: a colour beside the blank card's, a name, and never a number."""

from dataclasses import replace
from itertools import product

import pytest

from kiosk.pack import Packs
from kiosk.rules.errors import Unusable
from kiosk.rules.messages import Outcome, Verdict
from kiosk.rules.testing.assayed import Assayed
from kiosk.rules.testing.card_colour import CardSeen, judge_card
from kiosk.rules.testing.methods import BatchControl, Card, CardColour, MethodPack, TimedStep

NEG, SUS, POS, INV = Outcome.NEGATIVE, Outcome.SUSPECT, Outcome.POSITIVE, Outcome.INVALID
BLUE, WHITE = CardColour.SKY_BLUE, CardColour.WHITE
RULE = "GB/T 5009.199-2003 (card)"

# domain.md §2.2, written out
TABLE = {"white": POS, "faint_blue": POS, "sky_blue": NEG, "like_blank": NEG, "other": INV}


@pytest.fixture(scope="module")
def card(packs: Packs) -> MethodPack:
    return packs.methods["gbt-5009-199-2003-card"]


def seen(colour: CardColour, blank: CardColour | None = BLUE, by: str = "Li") -> CardSeen:
    return CardSeen(colour, blank, by)


@pytest.mark.parametrize(("colour", "blank"), list(product(CardColour, [*CardColour, None])))
def test_every_colour_beside_every_blank(card: MethodPack, colour: CardColour, blank: CardColour | None) -> None:
    told = judge_card(card, seen(colour, blank))
    assert told.verdict.outcome is (TABLE[colour] if blank is BLUE else INV)
    assert (told.value, told.unit, told.limit, told.shown, told.disagrees) == (None, "", None, "", False)


@pytest.mark.parametrize(("colour", "outcome"), [(WHITE, POS), (BLUE, NEG), (CardColour.LIKE_BLANK, NEG)])
def test_who_saw_it_is_told(card: MethodPack, colour: CardColour, outcome: Outcome) -> None:
    verdict = Verdict(outcome, f"{RULE}/colour", f"verdict.card_{outcome}", {"by": "Wang"})
    assert judge_card(card, seen(colour, by=" Wang ")) == Assayed(None, "", verdict, item="op-carbamate")


@pytest.mark.parametrize(
    ("reading", "clause", "reason"),
    [
        (seen(CardColour.OTHER), "colour", "card_other_colour"),
        (seen(BLUE, None), "blank_card", "no_blank_card"),
        (seen(BLUE, WHITE), "blank_card", "blank_card_pale"),
        (seen(WHITE, CardColour.FAINT_BLUE), "blank_card", "blank_card_pale"),
        (seen(BLUE, by=""), "reader", "read_by_nobody"),
        (seen(BLUE, None, by=" "), "reader", "read_by_nobody"),
    ],
)
def test_what_makes_a_card_invalid(card: MethodPack, reading: CardSeen, clause: str, reason: str) -> None:
    assert judge_card(card, reading).verdict == Verdict(INV, f"{RULE}/{clause}", f"verdict.{reason}", {})


def test_the_pack_says_which_colours_are_positive(card: MethodPack) -> None:
    only_white = replace(card, how=Card((WHITE,)))
    assert judge_card(only_white, seen(CardColour.FAINT_BLUE)).verdict.outcome is NEG
    assert judge_card(only_white, seen(WHITE)).verdict.outcome is POS


def test_window_and_positive_control_where_the_pack_asks_them(card: MethodPack) -> None:
    timed = replace(card, steps=(TimedStep("read", {}, 180, 300),))
    assert judge_card(timed, seen(BLUE)).verdict.reason == "verdict.window_unknown"
    assert judge_card(timed, seen(BLUE), elapsed=179).verdict.reason == "verdict.window_early"
    assert judge_card(timed, seen(BLUE), elapsed=301).verdict.reason == "verdict.window_late"
    assert judge_card(timed, seen(BLUE), elapsed=180).verdict.outcome is NEG
    assert judge_card(timed, seen(BLUE), elapsed=300).verdict.outcome is NEG
    strict = replace(card, controls=(BatchControl.BLANK, BatchControl.POSITIVE))
    assert judge_card(strict, seen(BLUE)).verdict.reason == "verdict.no_positive_control"
    wrong = judge_card(strict, seen(BLUE), positive=SUS).verdict
    assert wrong == Verdict(INV, f"{RULE}/control", "verdict.positive_control_wrong", {})
    assert judge_card(strict, seen(WHITE), positive=POS).verdict.outcome is POS


def test_an_item_that_the_card_does_not_know(card: MethodPack) -> None:
    told = judge_card(card, seen(BLUE), item="iron")
    assert (told.item, told.verdict.reason) == ("iron", "verdict.no_item")
    assert judge_card(card, seen(BLUE), item="op-carbamate").verdict.outcome is NEG


def test_only_cards_have_a_colour(method: MethodPack) -> None:
    with pytest.raises(Unusable) as refused:
        judge_card(method, seen(BLUE))
    assert (refused.value.code, refused.value.facts) == ("rules.not_card", {"method": "GB/T 5009.199-2003"})
