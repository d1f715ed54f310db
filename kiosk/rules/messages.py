"""The contract: the body of every entry and order, as frozen values.

Field names follow domain.md §4.1. Times are ISO 8601 with offset, numbers that were measured are Decimal
(strings on the wire), byte strings are lower-case hex. A new field needs a default; a changed meaning needs a new kind.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar


class Outcome(StrEnum):
    NEGATIVE = "negative"
    SUSPECT = "suspect"
    POSITIVE = "positive"
    INVALID = "invalid"


class SampleType(StrEnum):
    SUPERVISION = "supervision"  # 监督抽查
    ROUTINE = "routine"  # 例行监测
    SELF = "self"  # 自检
    COMMISSIONED = "commissioned"  # 委托检验
    CONSUMER = "consumer"  # 消费者送检


class Scene(StrEnum):
    BASE = "base"  # 基地
    PURCHASE = "purchase"  # 收购
    WHOLESALE = "wholesale"  # 批发
    RETAIL = "retail"  # 零售
    SLAUGHTER = "slaughter"  # 屠宰


class Basis(StrEnum):
    CONTROL = "control"  # 质量安全控制符合要求
    SELF_TEST = "self_test"  # 自行检测合格
    COMMISSIONED_TEST = "commissioned_test"  # 委托检测合格


class Presence(StrEnum):
    """Who stood in front of the box, and how we know."""

    SHOWN = "shown"  # the card was shown, nothing more was asked
    TAIL = "tail"  # the phone tail was keyed in
    STAFF = "staff"  # staff vouched


class PrintOutcome(StrEnum):
    PRINTED = "printed"  # the printer returned our job number
    CONFIRMED = "confirmed"  # a person said that the paper is whole
    UNKNOWN = "unknown"
    FAILED = "failed"  # no byte of the job reached the printer


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rule` names the method pack and clause; `reason` is a word-pack key filled by `facts`."""

    outcome: Outcome
    rule: str
    reason: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """A producer as the county knows him (主体)."""

    id: str
    kind: str  # farmer | family_farm | cooperative | enterprise | buyer | other
    name: str
    contact: str  # the number he chose to have printed
    origin: str
    region: str = ""  # GB/T 2260
    code: str = ""  # 统一社会信用代码 or 一码通, when he has one
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Device:
    """The analyzer that measured, as `drivers.reading.Identity` gave it."""

    profile: str
    revision: int
    digest: str
    model: str
    firmware: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Measured:
    channel: int | None
    quantity: str
    value: Decimal | None
    unit: str
    raw: str
    record: int | None = None
    taken_at: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """First entry of every log: whose it is and which log it continues."""

    kind: ClassVar[str] = "log.opened"
    county: str
    station: str
    key: str
    software: str
    predecessor: str | None = None
    predecessor_through: int | None = None
    predecessor_root: str | None = None


@dataclass(frozen=True, slots=True)
class Test:
    """One sample in one run; a repeat is a new test that names the first (`retest_of` = its seq)."""

    kind: ClassVar[str] = "test"
    visit: str
    run: str
    sample_code: str
    sample_type: SampleType
    scene: Scene
    subject: str
    subject_name: str
    product: str
    origin: str
    method: str
    method_confirmed: bool
    device: Device
    blank: tuple[Measured, ...]
    sample: tuple[Measured, ...]
    value: Decimal | None
    unit: str
    verdict: Verdict
    device_value: Decimal | None
    device_verdict: str | None
    disagrees: bool
    capture: str  # SHA-256 of the blob with every byte of the session
    reagent_lot: str = ""
    retest_of: int | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """An instrument was read outside a run: a value for the log, no verdict."""

    kind: ClassVar[str] = "observation"
    device: Device
    readings: tuple[Measured, ...]
    capture: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The producer's 承诺达标合格证, as recorded before the first byte went to a printer."""

    kind: ClassVar[str] = "certificate"
    number: str
    style: int
    wording: str
    wording_confirmed: bool
    visit: str
    subject: Subject
    presence: Presence
    product: str
    quantity: Decimal
    unit: str
    quantity_typed: str
    origin: str
    date: str
    basis: tuple[Basis, ...]
    tests: tuple[int, ...]  # seq of the tests that support it
    promise: str  # SHA-256 of the promised words
    text: str  # SHA-256 of every printed word
    code: str  # COSE_Sign1, hex
    clock_trusted: bool


@dataclass(frozen=True, slots=True)
class Reprint:
    """Copy 2, 3 … of a certificate is about to be printed, marked 补打; recorded before its first byte."""

    kind: ClassVar[str] = "reprint"
    number: str
    copy: int
    reason: str


@dataclass(frozen=True, slots=True)
class Print:
    """What became of one copy; copy 1 is the original, later ones are marked 补打."""

    kind: ClassVar[str] = "print"
    number: str
    copy: int
    outcome: PrintOutcome
    evidence: str
    reason: str = ""


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
    digest: str
    done: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SubjectsUpsert:
    """County order: these producers exist, with these facts."""

    kind: ClassVar[str] = "subjects.upsert"
    subjects: tuple[Subject, ...]


@dataclass(frozen=True, slots=True)
class CardRevoked:
    """County order: a card was lost; `card` is the number printed on it."""

    kind: ClassVar[str] = "card.revoked"
    card: str
    reason: str = ""


EntryBody = Opened | Test | Observation | Certificate | Reprint | Print | Incident | OrderDone
OrderBody = SubjectsUpsert | CardRevoked

ENTRY_KINDS: dict[str, type[EntryBody]] = {
    body.kind: body for body in (Opened, Test, Observation, Certificate, Reprint, Print, Incident, OrderDone)
}
ORDER_KINDS: dict[str, type[OrderBody]] = {body.kind: body for body in (SubjectsUpsert, CardRevoked)}
