"""Entries of the station itself: its log, its troubles, what it did with orders."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from kiosk.rules.messages.forms import Day, Digest, Form, Key, KeyId
from kiosk.rules.messages.parts import Position


@dataclass(frozen=True, slots=True)
class Opened:
    """First entry of every log: whose it is and which log it continues."""

    kind: ClassVar[str] = "log.opened"
    county: str
    station: str
    key: Key
    software: str
    predecessor: KeyId | None = None
    predecessor_through: int | None = None
    predecessor_root: Digest | None = None
    name: str = ""  # of the service point, as its sign says
    address: str = ""
    region: str = ""  # GB/T 2260
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """Something a person must know of: a device lost, a paper jam, a restart inside a run."""

    kind: ClassVar[str] = "incident"
    part: str
    problem: str
    facts: dict[str, str]
    visit: str = ""


@dataclass(frozen=True, slots=True)
class OrderDone:
    """The station verified one county order and did it, or refused it and says why."""

    kind: ClassVar[str] = "order.done"
    stream: str
    seq: int
    order: str
    digest: Digest
    done: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DayClosed:
    """A day is over: how long the log was then, its root under the station's own signature, and what was done."""

    kind: ClassVar[str] = "day.closed"
    day: Day
    size: int
    root: Digest
    checkpoint: str  # C2SP signed note
    certificates: int
    voided: int
    tests: int
    positives: int


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the doctor looked at. `problem` is a word-pack key filled by `facts`; empty when all is well."""

    part: str
    state: Annotated[str, Form(words=("ok", "warn", "fail"))]
    problem: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """The station looked itself over, because the county or a technician asked."""

    kind: ClassVar[str] = "doctor.report"
    asked: str  # stream/seq of the order; empty: a person at the station
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Entries `first` to `last` of the log."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Retired:
    """Salt and body of these entries were taken away, and whole months of blobs. Headers, tree and signatures stay."""

    kind: ClassVar[str] = "retention.done"
    before: Day
    days: int
    spans: tuple[Span, ...]
    held: int  # old enough, and kept because a case is open or the county has not confirmed them
    months: tuple[str, ...]
