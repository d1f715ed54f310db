"""更正: one field of an earlier entry was typed wrong. `about` is the seq of the entry, as it counts today.

What was recorded stays. Only what a person typed or told may be corrected (oversight/correctable.py).
"""

from kiosk.rules.messages import Correction, EntryBody
from kiosk.rules.oversight.correctable import Class, class_of, classes
from kiosk.rules.oversight.correction import DATES, NUMBERS, corrected, may_correct, text
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import fit, seq_of, who
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit

NAMES = ("subject_name", "producer", "issuer", "to")
CODES = ("number", "quarantine", "task", "contact", "producer_contact")
ASK_OF = {
    **dict.fromkeys(("correction/new", "correction/old"), "new"),
    "correction/reason": "reason",
    "correction/second": "second",
}


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    now = counts(draft, facts)
    fields = () if now is None else tuple(Choice(name, "", text(now, name)) for name in fields_of(now))
    field = draft.one("field")
    rests = facts.books.resting(seq_of(draft))[1]
    return (
        Ask("field", Kind.CHOICE, fields),
        *((_new(field, text(now, field)),) if now is not None and field in fields_of(now) else ()),
        Ask("reason", Kind.TEXT, most=80),
        *((Ask("rests", Kind.READ, text=tuple(one.say for one in rests)),) if rests else ()),
        *((Ask("second", Kind.STAFF),) if facts.settings.second_reviewer else ()),
    )


def made(draft: Draft, facts: Facts) -> Made:
    seq, now, field = seq_of(draft), counts(draft, facts), draft.one("field")
    if now is None or field not in fields_of(now):
        raise Unfit("field", Sentence("sheet.correction.nothing"))
    second = facts.books.staff(draft.one("second"))
    numbers, rests = facts.books.resting(seq)
    wanted = Correction(
        corrects=seq,
        field=field,
        old=text(now, field),
        new=draft.one("new"),
        reason=draft.one("reason"),
        by=who(facts),
        second="" if second is None else second.name,
        dependents=numbers,
    )
    rulings = may_correct(seq, now, wanted, second_reviewer=facts.settings.second_reviewer)
    warned = (*fit(rulings, ASK_OF, "field"), *rests)
    return Made((wanted,), warned=warned, said=None if warned else Sentence("sheet.correction.done"))


def counts(draft: Draft, facts: Facts) -> EntryBody | None:
    """The entry with every earlier correction in it."""
    seq = seq_of(draft)
    entry = facts.books.entry(seq)
    return None if entry is None else corrected(seq, entry, facts.books.corrections_of(seq)).entry


def fields_of(entry: EntryBody) -> tuple[str, ...]:
    return tuple(name for name in classes(entry.kind) if class_of(entry, name) is Class.CLERICAL)


def _new(field: str, present: str) -> Ask:
    first = (present,) if present else ()
    if field in NUMBERS:
        return Ask("new", Kind.NUMBER, first=first)
    if field in DATES:
        return Ask("new", Kind.DAY, first=first)
    if field == "product":
        return Ask("new", Kind.PRODUCT, first=first)
    if field in CODES:
        return Ask("new", Kind.DIGITS, letters=True, most=40, first=first)
    return Ask("new", Kind.NAME if field in NAMES else Kind.TEXT, most=40, first=first)


SHEET = Sheet("correction", asks, made, frozenset({"inspector", "officer"}))
