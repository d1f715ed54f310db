"""What people do in their turn at the screen: the card, the telephone's end, the goods, what was used, the promise."""

from playwright.sync_api import expect

from tests.support.stage import card
from tests.support.touch import SOON, Touch


def comes(touch: Touch, who: int = 0, to: str = "product") -> None:
    """His card, to the products or where he was; a first comer keys in the end of his telephone number."""
    touch.stands_at("idle")
    touch.stage.hold_up(card(touch.stage, who))
    expect(touch.page.locator(f"[data-stage=proving], [data-stage={to}]")).to_be_visible(timeout=SOON)
    touch.take_away()
    if touch.place == "proving":
        keys_tail(touch, who)
    touch.stands_at(to)


def comes_first(touch: Touch, who: int = 0, to: str = "product") -> None:
    """For the first time at this station: the county wants the end of the telephone number."""
    touch.stands_at("idle")
    touch.hold_up(card(touch.stage, who), until="proving")
    keys_tail(touch, who)
    touch.stands_at(to)


def keys_tail(touch: Touch, who: int = 0) -> None:
    touch.stands_at("proving")
    touch.key_in(touch.stage.people[who].contact[-4:])
    touch.press("tail")


def brings(touch: Touch, amount: str, unit: str = "", product: str = "cowpea") -> None:
    touch.stands_at("product")
    touch.choose(product)
    weighs(touch, amount, unit)


def weighs(touch: Touch, amount: str, unit: str = "") -> None:
    """Without a unit: the one that stands there."""
    touch.stands_at("quantity")
    if unit:
        touch.choose(unit)
    touch.key_in(amount)
    touch.press("quantity")


def erases(touch: Touch, digits: int) -> None:
    for _ in range(digits):
        touch.tap('[data-key-press="erase"]')


def used_nothing(touch: Touch) -> None:
    touch.stands_at("drugs")
    touch.press("drugs_none")


def wants_no_test(touch: Touch) -> None:
    """Nothing was sprayed, nothing is measured: to the promise."""
    used_nothing(touch)
    touch.stands_at("test_choice")
    touch.press("no_test")
    touch.stands_at("promise")


def wants_a_test(touch: Touch) -> None:
    """Nothing was sprayed; whoever wants to know has it measured."""
    used_nothing(touch)
    touch.stands_at("test_choice")
    touch.press("test")


def promises(touch: Touch, basis: str = "") -> None:
    """To the paper. `basis`: of several ways to know it, the one that he names."""
    touch.stands_at("promise")
    if basis:
        touch.choose(basis)
    touch.press("promise")
    touch.stands_at("done")


def ends(touch: Touch) -> None:
    """Room for the next person."""
    touch.press("next")
    touch.stands_at("idle")


def voids(touch: Touch, *why: str) -> None:
    """What was promised last is wrong: `why`, and what became of its paper."""
    touch.stands_at("voiding")
    for one in why:
        touch.choose(one)
    touch.press("void")
    touch.stands_at("done")
