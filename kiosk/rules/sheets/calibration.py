"""校准登记: what an analyzer's calibration certificate says: its number, its day, and a picture of it.

Its day counts from then on (quality_control.instrument); the entry's own day is only when somebody wrote it down.
"""

from kiosk.rules.messages import Control
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import past_day
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit

CALIBRATION = "calibration"
NUMBER_MOST = 24


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    """`about` is the analyzer's name; without it, it is asked."""
    analyzers = tuple(Choice(name, name, device.model) for name, device in facts.devices.items())
    return (
        *(() if draft.about else (Ask("analyzer", Kind.CHOICE, analyzers),)),
        Ask("certificate", Kind.DIGITS, letters=True, most=NUMBER_MOST),
        past_day("day", facts),
        Ask("picture", Kind.PICTURE, most=1),
    )


def made(draft: Draft, facts: Facts) -> Made:
    name = draft.about or draft.one("analyzer")
    device = facts.devices.get(name)
    if device is None:
        ask = "certificate" if draft.about else "analyzer"
        raise Unfit(ask, Sentence("sheet.calibration.silent", {"part": name}))
    day = draft.one("day")
    if day > facts.now.date().isoformat():
        raise Unfit("day", Sentence("sheet.calibration.ahead", {"day": day}))
    entry = Control(
        what=CALIBRATION,
        run="",
        method="",
        device=device,
        readings=(),
        passed=True,
        findings=(),
        capture=draft.one("picture"),
        certificate=draft.one("certificate"),
        certified_on=day,
    )
    return Made((entry,), said=Sentence("sheet.calibration.done", {"part": name, "day": day}))


SHEET = Sheet(CALIBRATION, asks, made, frozenset({"technician"}))
