"""Parts of more than one body: who, what was measured, what was judged."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from kiosk.rules.messages.forms import Digest, DigestOrNone, Form, Hex, Number


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
    """How we know who stood in front of the box: the proof that joined the card."""

    SHOWN = "shown"  # the card was shown, nothing more was asked
    TAIL = "tail"  # the phone tail was keyed in
    PIN = "pin"
    STAFF = "staff"  # staff vouched


class Present(StrEnum):
    """Who stood there. Staff may help; the promise is never theirs alone."""

    SELF = "self"  # the subject himself
    FAMILY = "family"
    AUTHORISED = "authorised"  # an employee, or somebody with a written authority
    HELPED = "helped"  # the subject, helped by staff


class Repeat(StrEnum):
    """What a further test of the same goods is; three different words of the trade."""

    PARALLEL = "parallel"  # 平行: the same extract beside it in the same run
    RETEST = "retest"  # 复测: the same sample again, after a positive or suspect
    RECHECK = "recheck"  # 复检: after an objection, by a laboratory, never by a rapid method (art. 51)


SubjectKind = Annotated[
    str, Form(words=("farmer", "family_farm", "cooperative", "enterprise", "buyer", "market", "other"))
]
Paper = Annotated[str, Form(words=("ours", "foreign", "handwritten", "other_proof"))]
SampleSource = Annotated[str, Form(words=("grown", "bought", "consigned"), empty=True)]


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
    kind: SubjectKind
    name: str
    contact: str  # the number he chose to have printed
    origin: str
    region: str = ""  # GB/T 2260
    code: str = ""  # 统一社会信用代码 or 一码通, when he has one
    products: tuple[str, ...] = ()
    controller: str = ""  # internal quality controller (内控人员), named in his control statement
    marks: tuple[str, ...] = ()  # ids of certification marks that the county verified


@dataclass(frozen=True, slots=True)
class Card:
    """Whose a card is, by the number printed on it; what a person may key in is 8 digits."""

    number: str
    subject: str


@dataclass(frozen=True, slots=True)
class Device:
    """The analyzer that measured, as `drivers.reading.Identity` gave it."""

    profile: str
    revision: int
    digest: Digest
    model: str
    firmware: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One quantity of one channel, with the frame that carried it (its first 1024 bytes; the capture has them all)."""

    channel: int | None
    quantity: str
    value: Number | None
    unit: str
    raw: Hex
    record: int | None = None
    taken_at: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a named rule said of the case that the entry records. `effect`: warn | stop."""

    rule: str
    effect: Annotated[str, Form(words=("warn", "stop"))]
    reason: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed or refused, in which role; `blob` is the SHA-256 of the signature's picture, empty on paper."""

    role: Annotated[str, Form(words=("sampler", "inspector", "subject", "witness", "reviewer", "controller"))]
    name: str
    signed: bool
    blob: DigestOrNone = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where on earth, in degrees of WGS 84; never GCJ-02 or BD-09, which maps of the country use."""

    longitude: Number
    latitude: Number
