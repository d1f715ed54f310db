"""How an objection ended: a laboratory's word on the sealed reserve portion, or taken back. `about` is its seq."""

from datetime import datetime

from kiosk.rules.messages import Objection, ResultDelivered, SampleTaken
from kiosk.rules.oversight.objection import CONFIRMS, Closing, Result, closed, may_close
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import choice, fit, past_day, seq_of
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit

LISTED = 18
ASK_OF = {
    "objection/laboratory": "report",
    "objection/reserve": "seal",
    "objection/times": "reported_on",
    "objection/outcome": "result",
}


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    opened = facts.books.open_objections(LISTED)
    listed = tuple(Choice(str(seq), one.sample_code, one.by) for seq, one in opened)
    chosen = () if draft.about else (Ask("objection", Kind.CHOICE, listed),)
    result = choice("result", *Result)
    if draft.one("result") == Result.WITHDRAWN:
        return *chosen, result
    return (
        *chosen,
        result,
        Ask("laboratory", Kind.TEXT, most=40),
        Ask("report", Kind.DIGITS, letters=True, most=40),
        past_day("received_on", facts),
        past_day("reported_on", facts),
        Ask("seal", Kind.SCAN),
    )


def made(draft: Draft, facts: Facts) -> Made:
    seq = seq_of(draft, "objection")
    objection = facts.books.entry(seq)
    if not isinstance(objection, Objection):
        raise Unfit("objection", Sentence("sheet.closing.no_objection"))
    result = Result(draft.one("result"))
    closing = Closing(
        result,
        report=draft.one("report"),
        laboratory=draft.one("laboratory"),
        seal=draft.one("seal"),
        received_at=_noon(draft.one("received_on"), facts),
        reported_at=_noon(draft.one("reported_on"), facts),
        outcome=CONFIRMS.get(result),
    )
    warned = fit(may_close(closing, _sample(objection, facts)), ASK_OF, "result")
    return Made((closed(seq, closing),), warned=warned)


def _noon(day: str, facts: Facts) -> str:
    """Of a day no hour is asked."""
    return "" if not day else datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=facts.now.tzinfo).isoformat()


def _sample(objection: Objection, facts: Facts) -> SampleTaken | None:
    delivery = facts.books.entry(objection.delivery)
    code = delivery.sample_code if isinstance(delivery, ResultDelivered) else objection.sample_code
    found = facts.books.sample(code)
    return None if found is None else found[1]


SHEET = Sheet("closing", asks, made, frozenset({"inspector"}))
