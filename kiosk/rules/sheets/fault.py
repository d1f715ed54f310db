"""报故障: a person says that something is broken; what the station itself says of the part goes with it."""

from kiosk.rules.messages import FaultReported
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet

WHAT = ("broken", "wrong_value", "paper", "network", "other")
HOUSE = ("screen", "network", "scanner", "printer", "other")  # parts that are there whether they answer or not
NOTE_MOST = 100


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    parts = dict.fromkeys((*facts.parts, *HOUSE))
    every = tuple(Choice(part, "" if part in NAMED else part) for part in parts)
    return (
        *(() if draft.about else (Ask("part", Kind.CHOICE, every),)),
        Ask("what", Kind.CHOICE, tuple(map(Choice, WHAT))),
        Ask("note", Kind.TEXT, optional=True, most=NOTE_MOST),
    )


def made(draft: Draft, facts: Facts) -> Made:
    part = draft.about or draft.one("part")
    by = "" if facts.staff is None else facts.staff.id
    entry = FaultReported(part, draft.one("what"), draft.one("note"), by, facts.parts.get(part, ""))
    return Made((entry,), said=Sentence("sheet.fault.done"))


NAMED = frozenset({*HOUSE, "camera", "label_printer"})  # the others have names of their own
SHEET = Sheet("fault", asks, made)
