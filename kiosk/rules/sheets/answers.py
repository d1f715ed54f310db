"""Answers as the entries want them: numbers, moments, signatures, and the questions that several sheets ask alike."""

from decimal import Decimal

from kiosk.rules.errors import Unusable
from kiosk.rules.goods.quantity import Quantity, Unit, quantity
from kiosk.rules.messages import Signature
from kiosk.rules.ruling import Ruling, first_stop
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Unfit

SIGNED, REFUSED = "signed", "refused"
MOST_PICTURES = 3
SEQ_DIGITS = 12


def choice(ask: str, *values: str, optional: bool = False) -> Ask:
    return Ask(ask, Kind.CHOICE, tuple(map(Choice, values)), optional=optional)


def task_ask(draft: Draft, facts: Facts, what: str) -> tuple[Ask, ...]:
    """For which task of the county; asked where there is any, and told already where the sheet was opened on one."""
    tasks = tuple(Choice(task.task, task.title) for task in facts.books.tasks() if task.what == what)
    if not tasks:
        return ()
    first = (draft.about,) if draft.about in {task.value for task in tasks} else ()
    return (Ask("task", Kind.CHOICE, tasks, optional=True, first=first),)


def pictures(ask: str = "pictures", *, optional: bool = True) -> Ask:
    return Ask(ask, Kind.PICTURE, optional=optional, most=MOST_PICTURES)


def amount(draft: Draft, ask: str) -> Quantity:
    """Raises Unfit, with the rules' own words, for what is no quantity."""
    values = draft.all(ask)
    typed, unit = (*values, "", "")[:2]
    try:
        return quantity(typed, Unit(unit or Unit.KG))
    except Unusable as wrong:
        raise Unfit(ask, Sentence(f"problem.{wrong.code}", wrong.facts)) from wrong


def number(draft: Draft, ask: str) -> Decimal | None:
    """Of a plain number without a unit of its own; None where it was passed over."""
    if not draft.one(ask):
        return None
    try:
        return quantity(draft.one(ask), Unit.KG).amount
    except Unusable as wrong:
        raise Unfit(ask, Sentence(f"problem.{wrong.code}", wrong.facts)) from wrong


def hands(draft: Draft, *, official: bool) -> tuple[Ask, ...]:
    """Who signs: he who samples, then the subject; a refusal stands before a witness (supervision.attested)."""
    if not official:
        return ()
    asks = [Ask("sampler_signature", Kind.SIGNATURE), choice("subject_signs", SIGNED, REFUSED)]
    if draft.one("subject_signs") == SIGNED:
        asks.append(Ask("subject_signature", Kind.SIGNATURE))
    elif draft.one("subject_signs") == REFUSED:
        asks += [Ask("witness", Kind.NAME), Ask("witness_signature", Kind.SIGNATURE)]
    return tuple(asks)


def signatures(draft: Draft, facts: Facts, subject: str) -> tuple[Signature, ...]:
    """Of `hands`; `subject` is the name that stands on the sheet."""
    if not draft.answered("sampler_signature"):
        return ()
    signed = draft.one("subject_signs") == SIGNED
    told = [
        Signature("sampler", who(facts), True, draft.one("sampler_signature")),
        Signature("subject", subject, signed, draft.one("subject_signature") if signed else ""),
    ]
    if not signed:
        told.append(Signature("witness", draft.one("witness"), True, draft.one("witness_signature")))
    return tuple(told)


def who(facts: Facts) -> str:
    """The name of the member of staff who fills the sheet; empty where nobody logged on."""
    return "" if facts.staff is None else facts.staff.name


def past_day(ask: str, facts: Facts) -> Ask:
    """Of something that has been: no day to come is offered."""
    return Ask(ask, Kind.DAY, latest=facts.now.date().isoformat())


def at(facts: Facts) -> str:
    return facts.now.isoformat(timespec="seconds")


def fit(rulings: tuple[Ruling, ...], asks: dict[str, str], otherwise: str) -> tuple[Ruling, ...]:
    """What warns. Raises Unfit for what stops: `asks` says, by the rule's clause, which answer has to change."""
    stopped = first_stop(rulings)
    if stopped is not None:
        clause = stopped.say.key.rpartition(".")[2]
        raise Unfit(asks.get(stopped.rule, asks.get(clause, otherwise)), stopped.say)
    return rulings


def seq_of(draft: Draft, ask: str = "") -> int:
    """The entry that the sheet is about: it was opened on it, or `ask` chose it; 0 where neither."""
    told = draft.about or draft.one(ask)
    return int(told) if told.isascii() and told.isdigit() and len(told) < SEQ_DIGITS else 0


def name_of(subject: str, facts: Facts) -> tuple[str, ...]:
    """As what stands in a field already; nothing where nobody has this id."""
    known = facts.books.subject(subject)
    return () if known is None else (known.name,)
