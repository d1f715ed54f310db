"""What stands in a sheet that is being filled: whose names, how much of it may be seen, one sign less. Values only."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kiosk.rules.sheets.sheet import Ask, Draft, Facts, Kind

TAIL = 4
DOTS = "••••"


def names(asks: Iterable[Ask], draft: Draft, facts: Facts) -> Mapping[str, str]:
    """Of the people in the answers, by their ids; of a badge that was shown, too."""
    people = {one for ask in asks if ask.kind is Kind.SUBJECT for one in draft.all(ask.id)}
    staff = {one for ask in asks if ask.kind is Kind.STAFF for one in (*draft.all(ask.id), *draft.taken)}
    named = [(one, facts.books.subject(one)) for one in people] + [(one, facts.books.staff(one)) for one in staff]
    return {id_: person.name for id_, person in named if person is not None}


def masked_tail(value: str) -> str:
    """As much of it as may be shown and stored."""
    return f"{DOTS}{value[-TAIL:]}" if len(value) > 2 * TAIL else DOTS


def erased(draft: Draft) -> Draft:
    """The last letter; without one, the last character of what was taken."""
    if draft.letters or not draft.taken:
        return replace(draft, letters=draft.letters[:-1])
    *before, last = draft.taken
    return replace(draft, taken=tuple(filter(None, (*before, last[:-1]))))
