"""Parts of what anybody may know, said in one language: steps, marks, tests. Entries in, facts out.

What somebody typed may hold a number of a person: such numbers are masked (kiosk.rules.personal.typed).
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from kiosk.pack import Packs
from kiosk.rules.certify.certificate import ticks
from kiosk.rules.goods.marks import granted, why_not
from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import (
    Certificate,
    Credit,
    Dispatched,
    DrugsStated,
    EntryBody,
    FarmWork,
    Incoming,
    TraceLabel,
    Voucher,
)
from kiosk.rules.personal.typed import masked
from kiosk.seal import TestSummary
from ui.county.telling import Teller, moment
from ui.county.trace import MOST_DIGITS, Traced
from ui.county.tracing.chain import Recorded
from ui.county.tracing.facts import (
    BoxFact,
    ChangeFact,
    CreditFact,
    DrugFact,
    DrugsFact,
    MarkFact,
    PromiseFact,
    ReportFact,
    Step,
    StepFact,
    TestFact,
    WorkFact,
)

PUBLIC_FIELDS = ("product", "quantity", "unit", "origin", "date")  # of a certificate: what a correction may show
BLACK = "black"
MOST_TEXT, MOST_LINES = 80, 20  # letters of what somebody typed, lines of a part: a page stays small


def test_facts(tests: Iterable[TestSummary], tell: Teller) -> tuple[TestFact, ...]:
    return tuple(
        TestFact(one.method, tell.method_name(one.method), one.outcome, one.value, _sees(one.method, tell))
        for one in tests
    )


def promise_fact(traced: Traced, tell: Teller) -> PromiseFact | None:
    """The words of the day's rule; None when no pack has them."""
    wording = tell.wording(traced.code.date, traced.recorded.wording if traced.recorded else "")
    style = wording.styles.get(traced.code.style) if wording else None
    if wording is None or style is None:
        return None
    boxes = tuple(BoxFact(words, ticked) for words, ticked in ticks(style, traced.basis))
    return PromiseFact(tuple(style.promise), style.basis_label, boxes, wording.confirmed)


def work_fact(work: FarmWork) -> WorkFact:
    return WorkFact(work.on, work.what, _typed(work.given), _typed(work.amount))


def drugs_fact(stated: DrugsStated) -> DrugsFact:
    uses = tuple(DrugFact(_typed(one.name), one.last_used, one.interval_days) for one in stated.uses[:MOST_LINES])
    return DrugsFact(stated.used, uses, stated.harvest, stated.earliest)


def back_fact(source: Certificate | Incoming | str, tell: Teller, *, void: bool) -> StepFact:
    match source:
        case str():
            return _step(Step.CERTIFICATE, source, tell, void=void)
        case Certificate() as one:
            facts = (one.product, one.quantity, one.unit, one.date)
            return _step(Step.CERTIFICATE, one.number, tell, *facts, void=void)
        case Incoming() as one:
            return _step(Step.PAPER, "", tell, one.product, one.quantity, one.unit, one.issued_on)


def forward_fact(found: Recorded, tell: Teller) -> StepFact | None:
    """To whom goods went is not public; that they went is."""
    day = _day(found.kept.envelope.header.time)
    return _forward(found.body, day, tell)


def _forward(body: EntryBody, day: str, tell: Teller) -> StepFact | None:
    match body:
        case Certificate() as one:
            return _step(Step.CERTIFICATE, one.number, tell, one.product, one.quantity, one.unit, one.date)
        case Voucher() as one:
            return _step(Step.VOUCHER, one.number, tell, one.product, one.quantity, one.unit, one.date)
        case TraceLabel() as one:
            return _step(Step.LABEL, one.number, tell, one.product, date=day)
        case Dispatched() as one:
            return _step(Step.DISPATCH, "", tell, "", one.quantity, one.unit, day)
        case Incoming() as one:
            return _step(Step.COLLECTED, "", tell, one.product, one.quantity, one.unit, day)
    return None


def change_fact(body: EntryBody, time: str) -> ChangeFact | None:
    """None where the field is not one that the page shows."""
    field, old, new = (getattr(body, name, "") for name in ("field", "old", "new"))
    return ChangeFact(field, _typed(old), _typed(new), _day(time)) if field in PUBLIC_FIELDS else None


def report_fact(certificate: Certificate) -> ReportFact | None:
    proofs = certificate.proofs
    report, laboratory = _typed(proofs.report), _typed(proofs.laboratory)
    return ReportFact(report, laboratory, proofs.report_date) if report else None


def mark_facts(texts: Iterable[str], packs: Packs, tell: Teller, today: date) -> tuple[MarkFact, ...]:
    """Those that the county verified and that stand today."""
    found = [granted(text) for text in texts]
    standing = [one for one in found if why_not(one, one.product, today, packs.marks) is None]
    return tuple(
        MarkFact(
            one.mark,
            packs.marks.marks[one.mark].names.get(tell.language, one.mark),
            tell.product(one.product),
            one.number,
            "" if one.through is None else one.through.isoformat(),
        )
        for one in standing[:MOST_LINES]
    )


def credit_fact(credit: Credit | None) -> CreditFact | None:
    """A list that no document published stays inside the office."""
    if credit is None:
        return None
    blacklisted = credit.listed == BLACK and bool(credit.source)
    if not credit.grade and not blacklisted:
        return None
    return CreditFact(_cut(credit.grade), credit.since, blacklisted, _typed(credit.source) if blacklisted else "")


def amount(quantity: Decimal | None) -> str:
    if quantity is None:
        return ""
    return plain(quantity) if quantity.is_finite() and abs(quantity.adjusted()) <= MOST_DIGITS else "—"


def _step(
    step: Step,
    number: str,
    tell: Teller,
    product: str = "",
    quantity: Decimal | None = None,
    unit: str = "",
    date: str = "",
    *,
    void: bool = False,
) -> StepFact:
    name = _typed(tell.product(product)) if product else ""
    return StepFact(step, _cut(number), _typed(product), name, amount(quantity), _cut(unit), _cut(date), void)


def _typed(text: str) -> str:
    return _cut(masked(text))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…"


def _sees(method: str, tell: Teller) -> tuple[str, ...]:
    pack = tell.method(method)
    return () if pack is None else tuple(tell.word("verdict.drug", drug) for drug in pack.scope)


def _day(time: str) -> str:
    at = moment(time)
    return "" if at is None else at.date().isoformat()
