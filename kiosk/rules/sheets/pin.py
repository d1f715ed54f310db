"""设密码: somebody chooses a PIN for this station, with staff beside him. What is kept of it is a keyed hash."""

from kiosk.rules.messages import PinSet
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.people import helper, helper_ask, subject_ask, subject_of
from kiosk.rules.sheets.sheet import Ask, Draft, Facts, Hides, Kind, Made, Sheet, Unfit

LEAST, MOST = 4, 6  # digits


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    return (
        *helper_ask(facts),
        *subject_ask(facts),
        Ask("pin", Kind.DIGITS, most=MOST, least=LEAST, hides=Hides.HASH),
        Ask("again", Kind.DIGITS, most=MOST, least=LEAST, hides=Hides.HASH),
    )


def made(draft: Draft, facts: Facts) -> Made:
    """The two hashes are made with the same random number, so that the same digits are the same."""
    by, subject = helper(draft, facts), subject_of(draft, facts)
    if draft.one("pin") != draft.one("again"):
        raise Unfit("again", Sentence("sheet.pin.other"))
    said = Sentence("sheet.pin.done", {"name": subject.name})
    return Made((PinSet(subject.id, draft.one("pin"), by.id),), said=said)


SHEET = Sheet("pin", asks, made)
