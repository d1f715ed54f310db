"""Entries about papers: what a producer or buyer promised, what was printed, what was taken back."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from kiosk.rules.messages.forms import Day, DayOrNone, Digest, DigestOrNone, Form, Hex, Number
from kiosk.rules.messages.parts import Basis, Finding, Presence, Present, Subject


class PrintOutcome(StrEnum):
    PRINTED = "printed"  # the printer returned our job number
    CONFIRMED = "confirmed"  # a person said that the paper is whole
    UNKNOWN = "unknown"
    FAILED = "failed"  # no byte of the job reached the printer


VoidReason = Annotated[
    str,
    Form(words=("wrong_product", "wrong_quantity", "wrong_subject", "not_sold", "spoiled", "positive", "other")),
]


@dataclass(frozen=True, slots=True)
class Proofs:
    """What the ticked boxes rest on, box by box."""

    control: str = ""  # the statement of the producer's own control; name of the internal controller where he has one
    tests: tuple[int, ...] = ()  # seq of our tests
    report: str = ""  # number of a laboratory's report
    laboratory: str = ""
    report_date: DayOrNone = ""
    report_picture: DigestOrNone = ""
    drugs: int | None = None  # seq of the statement about drugs
    incoming: tuple[str, ...] = ()  # of a buyer: numbers, or "seq:<n>" of papers without one


@dataclass(frozen=True, slots=True)
class Certificate:
    """The 承诺达标合格证, as recorded before the first byte went to a printer."""

    kind: ClassVar[str] = "certificate"
    number: str
    style: int
    wording: str
    wording_confirmed: bool
    visit: str
    subject: Subject
    presence: Presence
    product: str
    quantity: Number
    unit: str
    quantity_typed: str
    origin: str
    date: Day
    basis: tuple[Basis, ...]
    tests: tuple[int, ...]  # seq of the tests that support it
    promise: Digest  # of the promised words
    text: Digest  # of every printed word
    code: Hex  # COSE_Sign1
    clock_trusted: bool
    lot: str = ""
    present: Present = Present.SELF
    proofs: Proofs = Proofs()
    rules: tuple[str, ...] = ()  # names of the rules that allowed it
    findings: tuple[Finding, ...] = ()  # what warned
    parts: tuple[str, ...] = ()  # 随货联, 存根联 … of one issue; none of them is a reprint
    nth: int = 0  # of a split lot: this is paper `nth` of `of`
    of: int = 0
    replaces: str = ""  # number of the voided certificate that this one replaces
    marks: tuple[str, ...] = ()  # verified certification marks that are printed


@dataclass(frozen=True, slots=True)
class Voided:
    """开错了: the certificate is void. Its quantity is free again; never deleted: number and reason stay public."""

    kind: ClassVar[str] = "certificate.voided"
    number: str
    reason: VoidReason
    by: str
    paper: Annotated[str, Form(words=("taken_back", "not_printed", "destroyed", "missing"))]
    visit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reprint:
    """Copy 2, 3 … of a numbered paper is about to be printed, marked 补打; recorded before its first byte."""

    kind: ClassVar[str] = "reprint"
    number: str
    copy: int
    reason: str
    part: str = ""  # of an issue in parts: 随货联, 存根联; each is counted by itself


@dataclass(frozen=True, slots=True)
class Print:
    """What became of one copy; copy 1 is the original, later ones are marked 补打."""

    kind: ClassVar[str] = "print"
    number: str
    copy: int
    outcome: PrintOutcome
    evidence: str
    reason: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Voucher:
    """入市追溯凭证 of goods on their way to a market (domain.md §4.2). Not the statutory certificate."""

    kind: ClassVar[str] = "voucher"
    number: str
    visit: str
    subject: Subject
    product: str
    lot: str
    quantity: Number
    unit: str
    quantity_typed: str
    origin: str
    date: Day
    to: str
    code: str
    certificate: str = ""
    trace_code: str = ""  # national 追溯码, where there is one


@dataclass(frozen=True, slots=True)
class TraceLabel:
    """追溯标识 on packed goods: so many labels of one lot."""

    kind: ClassVar[str] = "label"
    number: str
    visit: str
    subject: str
    product: str
    lot: str
    labels: int
    code: str
    certificate: str = ""
    marks: tuple[str, ...] = ()
