"""Entries about oversight: gate checks, delivery of results, objections, advice, corrections."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from kiosk.rules.messages.parts import Finding, Outcome, Signature


@dataclass(frozen=True, slots=True)
class GateCheck:
    """One check at a market's entry. `advice` is ours, `decision` the inspector's: admit | test_first | refuse.

    `state`: valid | incomplete | not_matching | over_issued | unverifiable | none. What the law asks of a seller
    without papers is in `sealed` (to the county's data key); `id_tail` are its last four.
    """

    kind: ClassVar[str] = "gate.check"
    at: str
    market: str
    stall: str
    seller: str
    product: str
    quantity: Decimal
    unit: str
    origin: str
    paper: str  # ours | foreign | handwritten | other_proof | none
    number: str
    issuer: str
    issued_on: str
    state: str
    advice: str
    decision: str
    reason: str  # of the inspector, where he decides otherwise
    inspector: str
    findings: tuple[Finding, ...]
    picture: str = ""
    test: int | None = None  # seq of the test that was asked for
    sealed: str = ""
    id_tail: str = ""
    alarmed: tuple[str, ...] = ()  # offices: agriculture | market_regulation | origin


@dataclass(frozen=True, slots=True)
class ResultDelivered:
    """结果告知: `how` = signed | refused (with a witness) | sent. Starts the four hours of art. 51."""

    kind: ClassVar[str] = "result.delivered"
    test: int
    sample_code: str
    subject: str
    outcome: Outcome
    how: str
    received_at: str  # empty for `sent` until a receipt is known
    signatures: tuple[Signature, ...]
    deadline: str  # received_at + 4 h


@dataclass(frozen=True, slots=True)
class Objection:
    """异议: the subject asks for a re-test. `in_time` by the deadline of the delivery."""

    kind: ClassVar[str] = "objection"
    delivery: int
    sample_code: str
    subject: str
    asked_at: str
    in_time: bool
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ObjectionClosed:
    """`result`: upheld | dismissed | withdrawn. `method_rapid` may not be true: art. 51 forbids a rapid re-test."""

    kind: ClassVar[str] = "objection.closed"
    objection: int
    result: str
    report: str
    laboratory: str
    received_at: str  # sample at the laboratory
    reported_at: str
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
    wait_until: str  # ISO date; empty: until a negative test
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
