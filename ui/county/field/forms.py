"""The forms of a phone as the bodies of a note: what a station's sheets record, filled by hand away from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kiosk.rules.goods.quantity import kilograms, recorded
from kiosk.rules.messages import (
    Disposal,
    FieldNoted,
    GateCheck,
    Patrol,
    PatrolItem,
    SampleTaken,
    SampleType,
    Scene,
    Signature,
)
from kiosk.rules.oversight import supervision
from kiosk.rules.oversight.disposal import AWAY, FOR_GOOD, Fate, Held, Measure, may_dispose
from kiosk.rules.ruling import Ruling, first_stop
from kiosk.rules.sentence import Sentence
from ui.county.field.books import Books
from ui.county.field.errors import Unfit
from ui.county.field.gate_form import gate_of
from ui.county.field.sample_code import sample_code
from ui.county.field.sent import ID, LONG, NAME, Answers, Sent, is_time

FOUND = ("good", "poor", "none")
POOR = "poor"
SIGNED, REFUSED = "signed", "refused"
MEASURES = tuple(one for one in Measure if one is not Measure.RELEASED)  # only the county's order on a report frees
OFFICIAL = tuple(str(one) for one in supervision.OFFICIAL)
SEAL_ENDS = ("-1", "-2")  # the portion that is tested, and the one in reserve
FIELD_OF = {
    "disposal/quantity": "quantity",
    "disposal/too_much": "quantity",
    "disposal/unit": "quantity",
    "supervision/test_portion": "test_grams",
    "supervision/reserve_portion": "reserve_grams",
    "supervision/subject_signature": "witness",
}
CLAUSES = ("place", "origin", "product", "subject")

Form = GateCheck | Patrol | SampleTaken | Disposal


@dataclass(frozen=True, slots=True)
class Filled:
    """`case`: log and seq of the first test of the case that it belongs to."""

    body: Form
    case: tuple[str, int] | None = None


def note_of(kind: str, sent: Sent, by: str, books: Books) -> FieldNoted:
    """The act of a note. Raises Unfit with everything that has to be corrected."""
    answers = Answers(sent)
    if kind not in KINDS or not ID.fullmatch(sent.id):
        answers.wrong("form", Sentence("county.field.wrong.form"))
    if not is_time(sent.at):
        answers.wrong("form", Sentence("county.field.wrong.time"))
    answers.done()
    filled = KINDS[kind](sent, books)
    log, seq = filled.case or ("", None)
    body = filled.body
    return FieldNoted(
        id=sent.id,
        by=by,
        at=sent.at,
        on=sent.today.isoformat(),
        gate=body if isinstance(body, GateCheck) else None,
        patrol=body if isinstance(body, Patrol) else None,
        sample=body if isinstance(body, SampleTaken) else None,
        disposal=body if isinstance(body, Disposal) else None,
        log=log,
        seq=seq,
    )


def _gate(sent: Sent, books: Books) -> Filled:
    return Filled(gate_of(sent, books))


def _patrol(sent: Sent, books: Books) -> Filled:
    answers = Answers(sent)
    numbered = {digest: nth for nth, digest in enumerate(answers.pictures(), 1)}
    patrol = Patrol(
        subject=answers.text("subject", NAME, optional=True),
        subject_name=answers.text("subject_name", NAME),
        place=answers.text("place", optional=True),
        at=sent.at,
        inspector=sent.name,
        items=tuple(_item(line.id, answers, numbered) for line in books.packs.patrol),
        companion=answers.text("companion", optional=True),
        advice=answers.text("advice", LONG, optional=True),
        task=answers.text("task", NAME, optional=True),
        pictures=tuple(numbered),
        position=answers.position(),
    )
    answers.done()
    return Filled(patrol)


def _item(line: str, answers: Answers, numbered: Mapping[str, int]) -> PatrolItem:
    """What is poor is told in words or shown; `#2` in its note is the note's second picture, which shows it."""
    found = answers.choice(f"item.{line}", FOUND)
    if found != POOR:
        return PatrolItem(line, found)
    mine = dict.fromkeys(numbered[digest] for name, digest in answers.sent.pictures if name == f"picture.{line}")
    note = answers.text(f"note.{line}", optional=True)
    if not note and not mine:
        answers.wrong(f"note.{line}", Sentence("county.field.wrong.poor"))
    return PatrolItem(line, found, " ".join((*((note,) if note else ()), *(f"#{nth}" for nth in mine))))


def _sample(sent: Sent, books: Books) -> Filled:
    answers = Answers(sent)
    kind = SampleType(answers.choice("type", SampleType))
    supervised, code = kind is SampleType.SUPERVISION, sample_code(sent.id)
    seen = answers.amount("seen", optional=True)
    name = answers.text("subject_name", NAME)
    sample = SampleTaken(
        sample_code=code,
        sample_type=kind,
        scene=Scene(answers.choice("scene", Scene)),
        subject=answers.text("subject", NAME, optional=True),
        subject_name=name,
        product=answers.product(),
        lot="",
        origin=answers.text("origin", optional=kind not in OFFICIAL),
        taken_at=sent.at,
        sampler=sent.name,
        place=answers.text("place", optional=kind not in OFFICIAL),
        quantity_seen=None if seen is None else kilograms(seen),
        test_grams=answers.grams("test_grams") if supervised else None,
        reserve_grams=answers.grams("reserve_grams") if supervised else None,
        seals=tuple(code + end for end in SEAL_ENDS) if supervised else (),
        signatures=_signatures(answers, sent.name, name) if supervised else (),
        pictures=answers.pictures(),
        task=answers.text("task", NAME, optional=True),
        region=sent.region,
        position=answers.position(),
    )
    answers.done()
    named = replace(sample, subject=sample.subject or name)  # away from the list a producer has a name and no id
    rulings = (*supervision.code(sample, _Used(books)), *supervision.slip(named))
    _fit(rulings, answers, "subject_name")
    return Filled(sample)


def _signatures(answers: Answers, sampler: str, subject: str) -> tuple[Signature, ...]:
    """On the paper slip: the phone keeps who signed it, the paper bears the hands."""
    signed = answers.choice("subject_signs", (SIGNED, REFUSED)) == SIGNED
    told = (Signature("sampler", sampler, True), Signature("subject", subject, signed))
    return told if signed else (*told, Signature("witness", answers.text("witness", NAME), True))


def _disposal(sent: Sent, books: Books) -> Filled:
    answers = Answers(sent)
    case = answers.case()
    test = None if case is None else books.case(*case)
    if case is None or test is None:
        answers.wrong("case", Sentence("county.field.wrong.case"))
        raise Unfit(answers.problems)
    measure = Measure(answers.choice("measure", MEASURES))
    told = answers.amount("quantity", optional=measure not in AWAY)
    amount, unit = (None, "kg") if told is None else recorded(told)[:2]
    disposal = Disposal(
        lot=test.lot,
        subject=test.subject,
        product=test.product,
        measure=measure.value,
        quantity=amount,
        unit=str(unit),
        place=answers.text("place"),
        by=sent.name,
        tests=(case[1],),
        pictures=answers.pictures(least=1),
        witness=answers.text("witness", NAME, optional=True) if measure in FOR_GOOD else "",
    )
    answers.done()
    # How much of the lot is left, its station knows: here it is one that failed, in whatever unit was told.
    _fit(may_dispose(disposal, Held(disposal.lot, Fate.STOPPED, None, disposal.unit)), answers, "measure")
    return Filled(disposal, case)


def _fit(rulings: tuple[Ruling, ...], answers: Answers, otherwise: str) -> None:
    """Raises Unfit for what stops, beside the field that has to change."""
    stopped = first_stop(rulings)
    if stopped is not None:
        clause = stopped.say.key.rpartition(".")[2]
        answers.wrong(FIELD_OF.get(stopped.rule, clause if clause in CLAUSES else otherwise), stopped.say)
        answers.done()


class _Used:
    """Sample codes that were given."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self._books.has_sample(code)


KINDS: Mapping[str, Callable[[Sent, Books], Filled]] = {
    "gate": _gate,
    "patrol": _patrol,
    "sample": _sample,
    "disposal": _disposal,
}
