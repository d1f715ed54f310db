"""Who helps with a sheet and whom it is about: the questions that sheets about people ask alike, and their answers."""

from kiosk.rules.messages import Staff, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Ask, Draft, Facts, Kind, Unfit

HELPER, WHO = "staff", "who"
HELPS = frozenset({"clerk", "inspector", "officer"})


def helper_ask(facts: Facts) -> tuple[Ask, ...]:
    """Badge and PIN first, where the sheet was opened by nobody known."""
    return () if facts.staff is not None else (Ask(HELPER, Kind.STAFF),)


def helper(draft: Draft, facts: Facts) -> Staff:
    """Raises Unfit where no member of staff stands behind the sheet."""
    person = facts.staff or facts.books.staff(draft.one(HELPER))
    if person is None or not HELPS & set(person.roles):
        raise Unfit(HELPER, Sentence("sheet.staff_wanted"))
    return person


def subject_ask(facts: Facts, *, optional: bool = False) -> tuple[Ask, ...]:
    """Asked where nobody is being served."""
    return () if facts.subject is not None else (Ask(WHO, Kind.SUBJECT, optional=optional),)


def subject_of(draft: Draft, facts: Facts) -> Subject:
    """Raises Unfit for an id that nobody has."""
    found = facts.subject or facts.books.subject(draft.one(WHO))
    if found is None:
        raise Unfit(WHO, Sentence("sheet.nobody"))
    return found
