"""What anybody may know of a paper: the trace page draws it, the public interface sends it. Values only.

No personal data beyond what the certificate itself says; of the contact on it only the tail. An empty text: not known.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from kiosk.rules.messages import Basis, Outcome
from kiosk.verify import Verdict
from ui.county.trace import Standing, Void


class Step(StrEnum):
    """What goods stood on before, or what was made of them."""

    CERTIFICATE = "certificate"
    VOUCHER = "voucher"
    LABEL = "label"
    DISPATCH = "dispatch"
    COLLECTED = "collected"  # a buyer collected the paper
    PAPER = "paper"  # somebody else's, kept and not verified


@dataclass(frozen=True, slots=True)
class TestFact:
    """A rapid test, for screening only. `sees`: the groups of drugs that its method can see."""

    method: str
    method_name: str
    outcome: Outcome
    value: str
    sees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkFact:
    """One line of the producer's own record of production."""

    on: str
    what: str
    given: str
    amount: str


@dataclass(frozen=True, slots=True)
class DrugFact:
    name: str
    last_used: str
    interval_days: int | None


@dataclass(frozen=True, slots=True)
class DrugsFact:
    """What its producer says was used on the batch; `used` and no `drugs`: he does not know what."""

    used: bool
    drugs: tuple[DrugFact, ...]
    harvest: str
    earliest: str


@dataclass(frozen=True, slots=True)
class StepFact:
    """One step back or forward."""

    step: Step
    number: str
    product: str
    product_name: str
    quantity: str
    unit: str
    date: str
    void: bool


@dataclass(frozen=True, slots=True)
class MarkFact:
    mark: str
    name: str
    product_name: str
    number: str
    until: str


@dataclass(frozen=True, slots=True)
class BrandFact:
    name: str
    since: str


@dataclass(frozen=True, slots=True)
class CreditFact:
    """`blacklisted` only where a published document (`source`) says so, and while it does."""

    grade: str
    since: str
    blacklisted: bool
    source: str


@dataclass(frozen=True, slots=True)
class ReportFact:
    """A laboratory's report that the promise rests on."""

    number: str
    laboratory: str
    date: str


@dataclass(frozen=True, slots=True)
class ChangeFact:
    """A correction of what was recorded; the paper still says what it said."""

    field: str
    old: str
    new: str
    on: str


@dataclass(frozen=True, slots=True)
class BoxFact:
    """One box of the promise, in the words of the paper."""

    words: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """What is promised, in the words of the rule of that day; `confirmed`: compared with the rule's own text."""

    words: tuple[str, ...]
    label: str
    boxes: tuple[BoxFact, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class CheckFact:
    """`sealed`: the code's signature was checked. `standing` is how it stands to the county's records."""

    sealed: bool
    standing: Standing
    void: Void
    station: str
    parts: int
    reprints: int


@dataclass(frozen=True, slots=True)
class CertificateFact:
    """承诺达标合格证 of this county. The promise is the producer's; the station only carries it."""

    kind: Literal["certificate"]
    county: str
    number: str
    page: str
    subject: str
    product: str
    product_name: str
    quantity: str
    unit: str
    origin: str
    date: str
    contact_tail: str
    basis: tuple[Basis, ...]
    promise: PromiseFact | None
    tests: tuple[TestFact, ...]
    check: CheckFact
    drugs: DrugsFact | None
    work: tuple[WorkFact, ...]
    back: tuple[StepFact, ...]
    forward: tuple[StepFact, ...]
    changes: tuple[ChangeFact, ...]
    report: ReportFact | None
    marks: tuple[MarkFact, ...]
    brands: tuple[BrandFact, ...]
    credit: CreditFact | None
    complaints: str


@dataclass(frozen=True, slots=True)
class LineFact:
    """What one line of a paper says; `first`: read before the others."""

    line: str
    label: str
    value: str
    first: bool


@dataclass(frozen=True, slots=True)
class PaperFact:
    """入市追溯凭证 or 追溯标识: a paper with a number that promises nothing."""

    kind: Literal["voucher", "label"]
    county: str
    number: str
    page: str
    lines: tuple[LineFact, ...]
    certificate: str
    station: str
    standing: Standing
    void: Void
    complaints: str


@dataclass(frozen=True, slots=True)
class ForeignFact:
    """Another county's certificate, as far as its code and that county's keys say. `page`: that county's own."""

    kind: Literal["foreign"]
    county: str
    county_name: str
    number: str
    page: str
    verdict: Verdict
    why: str
    doubts: tuple[str, ...]
    subject: str
    product: str
    product_name: str
    quantity: str
    unit: str
    origin: str
    date: str
    basis: tuple[Basis, ...]
    tests: tuple[TestFact, ...]


Fact = CertificateFact | PaperFact | ForeignFact
