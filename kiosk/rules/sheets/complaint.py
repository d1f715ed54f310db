"""举报: what anybody tells the county, in his own words or with a picture. How to reach him is sealed."""

from kiosk.rules.messages import Complaint
from kiosk.rules.scan.numbers import parse_number
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Hides, Kind, Made, Sheet, Then, Unfit

ABOUT = ("paper", "goods", "drugs", "service", "other")
OF_A_PAPER = ("paper", "goods")
TEXT_MOST, CONTACT_MOST, PICTURES = 200, 12, 3


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    about = Ask("about", Kind.CHOICE, tuple(map(Choice, ABOUT)))
    number = Ask("number", Kind.SCAN, optional=True, codes=("certificate", "number"))
    return (
        about,
        *((number,) if draft.one("about") in OF_A_PAPER else ()),
        Ask("text", Kind.TEXT, optional=True, most=TEXT_MOST),
        Ask("pictures", Kind.PICTURE, optional=True, most=PICTURES),
        Ask("contact", Kind.DIGITS, optional=True, most=CONTACT_MOST, hides=Hides.SEAL),
    )


def made(draft: Draft, facts: Facts) -> Made:
    text, pictures = draft.one("text"), draft.all("pictures")
    if not text and not pictures and not draft.one("number"):
        raise Unfit("text", Sentence("sheet.complaint.empty"))
    told = Complaint(
        about=draft.one("about"),
        text=text,
        number=_number(draft),
        sealed=draft.one("contact"),
        pictures=pictures,
    )
    return Made((told,), Then.DONE, said=Sentence("sheet.complaint.done"))


def _number(draft: Draft) -> str:
    """Of what was held up or keyed in; a code that names no number is kept as it reads."""
    told = draft.one("number") if draft.one("about") in OF_A_PAPER else ""
    return parse_number(told) or told


SHEET = Sheet("complaint", asks, made)
