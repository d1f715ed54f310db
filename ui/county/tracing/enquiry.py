"""Somebody asks for a code or a number: everything that he may know, from the seal, the records and the orders.

An address that is no code or number, a forged one, one that nobody reported, one whose content is gone: kiosk's own
errors of ui.county.trace. Of another county of which nothing is at hand: Stranger.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.pack import Packs
from kiosk.rules.messages import Certificate, Dispatched, Incoming, TraceLabel, Voucher
from kiosk.rules.scan.numbers import parse_number
from kiosk.seal import read_certificate
from kiosk.trust import Broken, Trust
from kiosk.verify import COUNTY_DIGITS, judge_token
from ui.county.ordered import Heard, Ordered
from ui.county.reader import Reader
from ui.county.sheet_paper import BIG, paper_lines
from ui.county.telling import Teller, tail_of
from ui.county.trace import (
    Standing,
    Stranger,
    Traced,
    TracedPaper,
    Unknown,
    Void,
    by_code,
    by_number,
    token_of,
    void_of,
)
from ui.county.tracing.chain import Chain, brands
from ui.county.tracing.elsewhere import Elsewhere
from ui.county.tracing.facts import (
    BrandFact,
    CertificateFact,
    CheckFact,
    Fact,
    ForeignFact,
    LineFact,
    PaperFact,
    StepFact,
)
from ui.county.tracing.telling_facts import (
    amount,
    back_fact,
    change_fact,
    credit_fact,
    drugs_fact,
    forward_fact,
    mark_facts,
    promise_fact,
    report_fact,
    test_facts,
    work_fact,
)

FORWARD = (Certificate.kind, Voucher.kind, TraceLabel.kind, Dispatched.kind, Incoming.kind)
MOST_STEPS = 30


@dataclass(frozen=True, slots=True)
class Sources:
    """Where answers come from. `neighbours` is the folder of what is known of other counties."""

    trust: Callable[[], Trust]
    ordered: Ordered
    packs: Packs
    neighbours: Path
    complaints: str = ""  # where anybody may report


class Enquiry:
    """`page` gives the address of a page of this county for its path."""

    def __init__(self, sources: Sources, page: Callable[[str], str], today: Callable[[], date]) -> None:
        self._of = sources
        self._elsewhere = Elsewhere(sources.neighbours)
        self._page = page
        self._today = today

    def code(self, text: str, reader: Reader, tell: Teller) -> Fact:
        """Raises Unreadable, Unknown, Stranger."""
        token, trust = token_of(text), self._of.trust()
        county = _county_of(token)
        if county != trust.county:
            return self._foreign(token, county, text, tell)
        heard = self._of.ordered.heard()
        return self._certificate(by_code(text, reader, trust, heard), reader, heard, tell)

    def number(self, text: str, reader: Reader, tell: Teller) -> Fact:
        """Raises Unreadable, Unknown, Gone, Stranger."""
        trust = self._of.trust()
        number = parse_number(text)
        if number is not None and number[:COUNTY_DIGITS] != trust.county:
            county = number[:COUNTY_DIGITS]
            raise Stranger(county, self._elsewhere.page(county, f"/N/{number}"))
        heard = self._of.ordered.heard()
        found = by_number(text, reader, trust, heard)
        if isinstance(found, TracedPaper):
            return self._paper(found, tell)
        return self._certificate(found, reader, heard, tell)

    # --- a certificate of this county -----------------------------------------------------------------------------

    def _certificate(self, traced: Traced, reader: Reader, heard: Heard, tell: Teller) -> CertificateFact:
        code, recorded, today = traced.code, traced.recorded, self._today()
        chain = None if recorded is None else Chain(reader, code.log, traced.station, recorded)
        subject = code.subject_id if recorded is None else recorded.subject.id
        stated = None if chain is None else chain.drugs()
        return CertificateFact(
            kind="certificate",
            county=self._of.trust().county,
            number=code.number,
            page=self._page(f"/N/{code.number}"),
            subject=traced.subject,
            product=traced.product,
            product_name=tell.product(traced.product),
            quantity=traced.quantity,
            unit=code.unit,
            origin=traced.origin,
            date=code.date.isoformat(),
            contact_tail=tail_of(traced.contact),
            basis=traced.basis,
            promise=promise_fact(traced, tell),
            tests=test_facts(traced.tests, tell),
            check=_check(traced),
            drugs=None if stated is None else drugs_fact(stated),
            work=() if chain is None else tuple(work_fact(one) for one in chain.work()),
            back=() if chain is None else tuple(_back(chain, reader, heard, tell))[:MOST_STEPS],
            forward=() if chain is None else tuple(_forward(chain, tell))[:MOST_STEPS],
            changes=()
            if chain is None
            else tuple(
                fact
                for one in chain.corrections(traced.seq)
                if (fact := change_fact(one.body, one.kept.envelope.header.time)) is not None
            ),
            report=None if recorded is None else report_fact(recorded),
            marks=mark_facts(heard.marks(subject), self._of.packs, tell, today),
            brands=tuple(BrandFact(*one) for one in brands(reader, subject, today)),
            credit=credit_fact(heard.credit(subject, today)),
            complaints=self._of.complaints,
        )

    # --- other papers ---------------------------------------------------------------------------------------------

    def _paper(self, found: TracedPaper, tell: Teller) -> PaperFact:
        number = found.paper.number
        return PaperFact(
            kind="voucher" if isinstance(found.paper, Voucher) else "label",
            county=self._of.trust().county,
            number=number,
            page=self._page(f"/N/{number}"),
            lines=tuple(LineFact(*one, first=one[0] in BIG) for one in paper_lines(found, tell)),
            certificate=parse_number(found.paper.certificate) or "",
            station=found.kept.station,
            standing=found.standing,
            void=found.void,
            complaints=self._of.complaints,
        )

    def _foreign(self, token: bytes, county: str, text: str, tell: Teller) -> ForeignFact:
        """By that county's list, as a station of ours would judge it. Raises Unknown, Stranger."""
        known, today = self._elsewhere.of(county), self._today()
        address = self._elsewhere.page(county, f"/C/{text.upper()}")
        if known is None:
            raise Stranger(county, address)
        judged = judge_token(token, [known], today)
        code = judged.code
        if code is None:
            raise Unknown(judged.number)
        return ForeignFact(
            kind="foreign",
            county=county,
            county_name=self._of.packs.regions.name(county, today),
            number=code.number,
            page=address,
            verdict=judged.verdict,
            why=tell.sentence(judged.why.key, judged.why.facts),
            doubts=tuple(tell.sentence(one.key, one.facts) for one in judged.doubts),
            subject=code.subject,
            product=code.product,
            product_name=tell.product(code.product),
            quantity=amount(code.quantity),
            unit=code.unit,
            origin=code.origin,
            date=code.date.isoformat(),
            basis=code.basis,
            tests=test_facts(code.tests, tell),
        )


def _back(chain: Chain, reader: Reader, heard: Heard, tell: Teller) -> Iterator[StepFact]:
    for source in chain.back():
        void = isinstance(source, Certificate) and _is_void(source.number, reader, heard)
        yield back_fact(source, tell, void=void)


def _is_void(number: str, reader: Reader, heard: Heard) -> bool:
    row = reader.certificate(number)
    return row is not None and void_of(number, row["station"], reader, heard) is not Void.NOBODY


def _forward(chain: Chain, tell: Teller) -> Iterator[StepFact]:
    for kind in FORWARD:
        for found in chain.forward(kind):
            fact = forward_fact(found, tell)
            if fact is not None:
                yield fact


def _check(traced: Traced) -> CheckFact:
    return CheckFact(
        sealed=not traced.by_number and traced.standing is not Standing.UNTOLD,
        standing=traced.standing,
        void=traced.void,
        station=traced.station,
        parts=traced.printed.parts,
        reprints=traced.printed.again,
    )


def _county_of(token: bytes) -> str:
    """The county that a code names. Raises Unknown for one that nobody sealed."""
    try:
        number = read_certificate(token).code.number
    except Broken as forged:
        raise Unknown(str(forged)) from forged
    if parse_number(number) != number:
        raise Unknown(number)
    return number[:COUNTY_DIGITS]
