"""Entries about oversight: gate checks, delivery of results, objections, advice, corrections."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from kiosk.rules.messages.forms import DayOrNone, DigestOrNone, Form, Hex, Number, Time, TimeOrNone
from kiosk.rules.messages.parts import Finding, Outcome, Position, Signature

GateAdvice = Annotated[str, Form(words=("admit", "test_first", "refuse"))]
GateState = Annotated[
    str,
    Form(
        words=("valid", "incomplete", "not_matching", "over_issued", "unverifiable", "void", "altered", "none"),
    ),
]


@dataclass(frozen=True, slots=True)
class GateCheck:
    """One check at a market's entry. `advice` is ours, `decision` the inspector's.

    What the law asks of a seller without papers is in `sealed` (to the county's data key); `id_tail` are its last four.
    """

    kind: ClassVar[str] = "gate.check"
    at: Time
    market: str
    stall: str
    seller: str
    product: str
    quantity: Number
    unit: str
    origin: str
    paper: Annotated[str, Form(words=("ours", "foreign", "handwritten", "other_proof", "none"))]
    number: str
    issuer: str
    issued_on: str
    state: GateState
    advice: GateAdvice
    decision: GateAdvice
    reason: str  # of the inspector, where he decides otherwise
    inspector: str
    findings: tuple[Finding, ...]
    picture: DigestOrNone = ""
    test: int | None = None  # seq of the test that was asked for
    sealed: str = ""
    id_tail: str = ""
    alarmed: tuple[str, ...] = ()  # offices: agriculture | market_regulation | origin
    region: str = ""
    position: Position | None = None
    person: Hex = ""  # keyed hash of the ID number: the same person again at this station, and nobody else learns whose
    task: str = ""


@dataclass(frozen=True, slots=True)
class ResultDelivered:
    """结果告知: signed, refused with a witness, or sent. Starts the four hours of art. 51."""

    kind: ClassVar[str] = "result.delivered"
    test: int
    sample_code: str
    subject: str
    outcome: Outcome
    how: Annotated[str, Form(words=("signed", "refused", "sent"))]
    received_at: TimeOrNone  # empty for `sent` until a receipt is known
    signatures: tuple[Signature, ...]
    deadline: TimeOrNone  # received_at + 4 h


@dataclass(frozen=True, slots=True)
class Objection:
    """异议: the subject asks for a re-test. `in_time` by the deadline of the delivery."""

    kind: ClassVar[str] = "objection"
    delivery: int
    sample_code: str
    subject: str
    asked_at: Time
    in_time: bool
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ObjectionClosed:
    """How an objection ended. Its re-test is a laboratory's: art. 51 forbids a rapid one."""

    kind: ClassVar[str] = "objection.closed"
    objection: int
    result: Annotated[str, Form(words=("upheld", "dismissed", "withdrawn"))]
    report: str
    laboratory: str
    received_at: TimeOrNone  # sample at the laboratory
    reported_at: TimeOrNone
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Advice:
    """采前自检: advice to the producer, for named roles only, never in the pass rate. Blocks plot and product."""

    kind: ClassVar[str] = "advice"
    visit: str
    subject: str
    product: str
    plot: str
    test: int
    outcome: Outcome
    wait_until: DayOrNone  # empty: until a negative test
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """One field of an earlier entry was wrong. Never a reading or a verdict. `second` is the person who agreed."""

    kind: ClassVar[str] = "correction"
    corrects: int  # seq
    field: str
    old: str
    new: str
    reason: str
    by: str
    second: str = ""
    dependents: tuple[str, ...] = ()  # numbers of certificates that rest on the corrected entry
