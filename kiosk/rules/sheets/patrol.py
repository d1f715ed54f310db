"""日常巡查: line by line what was found at a subject's, what was advised, who signed. The lines are a pack."""

from kiosk.rules.messages import Patrol, PatrolItem
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import at, hands, pictures, signatures, task_ask, who
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet

FOUND = tuple(map(Choice, ("good", "poor", "none")))
ITEM, NOTE = "item/", "note/"


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    return (
        *task_ask(draft, facts, "patrol"),
        Ask("subject", Kind.SUBJECT),
        *(one for line in facts.books.patrol_lines() for one in _of_line(draft, line.id, line.names)),
        Ask("advice", Kind.TEXT, optional=True, most=80),
        pictures(),
        Ask("companion", Kind.STAFF, optional=True),
        *hands(draft, official=True),
    )


def made(draft: Draft, facts: Facts) -> Made:
    subject = facts.books.subject(draft.one("subject"))
    name = "" if subject is None else subject.name
    companion = facts.books.staff(draft.one("companion"))
    patrol = Patrol(
        subject=draft.one("subject"),
        subject_name=name,
        place="" if subject is None else subject.origin,
        at=at(facts),
        inspector=who(facts),
        items=tuple(
            PatrolItem(line.id, draft.one(ITEM + line.id), draft.one(NOTE + line.id))
            for line in facts.books.patrol_lines()
        ),
        companion="" if companion is None else companion.name,
        advice=draft.one("advice"),
        task=draft.one("task"),
        pictures=draft.all("pictures"),
        signatures=signatures(draft, facts, name),
    )
    return Made((patrol,), said=Sentence("sheet.patrol.done"))


def _of_line(draft: Draft, line: str, names: tuple[tuple[str, str], ...]) -> tuple[Ask, ...]:
    """What is poor is told in words."""
    found = Ask(ITEM + line, Kind.CHOICE, FOUND, names=names)
    if draft.one(ITEM + line) != "poor":
        return (found,)
    return found, Ask(NOTE + line, Kind.TEXT, optional=True, most=40, names=names)


SHEET = Sheet("patrol", asks, made, frozenset({"inspector"}))
