"""异议: the tested party asks for a re-test by a laboratory. In time within four hours of the delivery (art. 51).

Opened on the entry of the delivery (`Draft.about` is its seq), from the page of open cases.
"""

from datetime import datetime

from kiosk.rules.messages import ResultDelivered
from kiosk.rules.oversight.objection import clock, moment, objected
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import name_of, seq_of
from kiosk.rules.sheets.sheet import Ask, Draft, Facts, Kind, Made, Sheet, Unfit

LAW = Sentence("sheet.objection.law")


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    told = _delivery(draft, facts)
    running = () if told is None else clock(_received(told), facts.now, trusted=facts.trusted)
    return (
        Ask("read", Kind.READ, text=(*(one.say for one in running), LAW)),
        Ask("by", Kind.NAME, first=() if told is None else name_of(told.subject, facts)),
        Ask("reason", Kind.TEXT, optional=True, most=80),
    )


def made(draft: Draft, facts: Facts) -> Made:
    told = _delivery(draft, facts)
    if told is None:
        raise Unfit("read", Sentence("sheet.objection.no_delivery"))
    by, reason = draft.one("by"), draft.one("reason")
    entry = objected(seq_of(draft), told, _received(told), facts.now, by=by, reason=reason)
    said = Sentence("sheet.objection.in_time" if entry.in_time else "sheet.objection.late")
    return Made((entry,), slip="objection", said=said)


def _delivery(draft: Draft, facts: Facts) -> ResultDelivered | None:
    entry = facts.books.entry(seq_of(draft))
    return entry if isinstance(entry, ResultDelivered) else None


def _received(told: ResultDelivered) -> datetime | None:
    return moment(told.received_at) if told.received_at else None


SHEET = Sheet("objection", asks, made, frozenset({"inspector"}))
