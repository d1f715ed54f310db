"""One scripted turn at the box, as a farmer would take it: card, lot, test, promise, paper. Presses, waits, looks."""

from pathlib import Path

from kiosk.rules.messages import Subject
from kiosk.rules.visits.turn import Stage
from ui.demo.bench import Bench
from ui.demo.hand import Hand, HandError, Page

SOON, RUN, PRINT = 20.0, 60.0, 60.0  # seconds: a page, a run of the analyzer, a print
PRODUCT, AMOUNT, UNIT = "cowpea", "320", "jin"
MEASURED = (Stage.RESULT, Stage.RETESTING, Stage.STOPPED)


def take_turn(bench: Bench, hand: Hand, person: Subject, card: Path) -> Page:
    """From the idle screen to the end of the visit; the page that the person leaves with. Raises HandError."""
    show_card(bench, hand, card)
    name_lot(hand, person)
    page = test(hand)
    if page.stage is Stage.STOPPED:
        return page
    return promise(hand)


def show_card(bench: Bench, hand: Hand, card: Path) -> None:
    hand.until((Stage.IDLE,), SOON)
    bench.hold_up(card)
    try:
        hand.until((Stage.PROVING, Stage.PRODUCT), SOON)
    finally:
        bench.take_away()


def name_lot(hand: Hand, person: Subject) -> None:
    """Product and quantity, and the phone tail whenever the box asks for it."""
    give_tail(hand, person)
    hand.tap("product", value=PRODUCT)
    hand.tap("quantity", amount=AMOUNT, unit=UNIT)
    give_tail(hand, person)
    hand.tap("drugs_none")


def give_tail(hand: Hand, person: Subject) -> None:
    if hand.page().stage is Stage.PROVING:
        hand.tap("tail", value=person.contact[-4:])


def test(hand: Hand) -> Page:
    """The first test, and the repeats when they are asked for."""
    if hand.page().stage is Stage.TEST_CHOICE:
        hand.tap("test")
    page = hand.until(MEASURED, RUN)
    while page.stage is Stage.RETESTING:
        hand.tap("retest")
        page = hand.until(MEASURED, RUN)
    return page


def promise(hand: Hand) -> Page:
    """The promise on the widest basis that the box offers, and the paper."""
    if hand.page().stage is Stage.RESULT:
        hand.tap("result_read")
    offered = hand.until((Stage.PROMISE,), SOON).html
    basis = "control+self_test" if 'value="control+self_test"' in offered else "control"
    hand.tap("promise", value=basis)
    page = hand.until((Stage.DONE, Stage.UNPRINTED, Stage.UNSURE, Stage.PROMISE, Stage.STOPPED), PRINT)
    if page.stage is not Stage.DONE:
        raise HandError(f"the paper did not come out: the screen stands at {page.stage}")
    return page
