"""交接班: what one shift leaves to the next, read by the next one, who proves himself with badge and PIN."""

from kiosk.rules.messages import Handover
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Ask, Draft, Facts, Kind, Made, Sheet, Unfit

NOTE_MOST = 120
NAMED = 6  # sample codes that the text names; the entry has them all


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    return (
        Ask("read", Kind.READ, text=_left(facts)),
        Ask("note", Kind.TEXT, optional=True, most=NOTE_MOST),
        Ask("next", Kind.STAFF),
    )


def made(draft: Draft, facts: Facts) -> Made:
    leaving, arriving = facts.staff, facts.books.staff(draft.one("next"))
    if leaving is None or arriving is None or arriving.id == leaving.id:
        raise Unfit("next", Sentence("sheet.handover.same"))
    entry = Handover(
        at=facts.now.isoformat(timespec="seconds"),
        leaving=leaving.id,
        arriving=arriving.id,
        runs=facts.runs,
        samples=_codes(facts),
        alarms=tuple(facts.books.unseen_alarms()),
        note=draft.one("note"),
    )
    return Made((entry,), slip="handover", said=Sentence("sheet.handover.done", {"name": arriving.name}))


def _codes(facts: Facts) -> tuple[str, ...]:
    return tuple(sample.sample_code for _, sample in facts.books.samples_waiting())


def _left(facts: Facts) -> tuple[Sentence, ...]:
    codes, alarms = _codes(facts), facts.books.unseen_alarms()
    named = ", ".join(codes[:NAMED])
    return (
        Sentence("sheet.handover.runs", {"count": str(len(facts.runs))}),
        Sentence("sheet.handover.samples", {"count": str(len(codes)), "samples": named}),
        Sentence("sheet.handover.alarms", {"count": str(len(alarms))}),
    )


SHEET = Sheet("handover", asks, made, frozenset({"clerk", "inspector", "officer"}))
