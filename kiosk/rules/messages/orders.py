"""Orders of the county: signed instructions to one station or to all. Field values only; kiosk.downward verifies."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from kiosk.rules.messages.forms import Day, DayOrNone, Digest, Form, KeyId, Number, Time
from kiosk.rules.messages.given import Credit, KeyGrant, KeyRevoked, Staff
from kiosk.rules.messages.parts import Card, Outcome, SampleType, Subject


@dataclass(frozen=True, slots=True)
class SubjectsUpsert:
    """County order: these producers exist, with these facts, and have these cards."""

    kind: ClassVar[str] = "subjects.upsert"
    subjects: tuple[Subject, ...]
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectsWithdrawn:
    """County order: these producers are no longer in the county's list, and their cards open nothing."""

    kind: ClassVar[str] = "subjects.withdrawn"
    subjects: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SubjectsMerged:
    """County order: these were one producer all along. Their cards are his from now on; what was recorded stays."""

    kind: ClassVar[str] = "subjects.merged"
    into: str
    subjects: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SubjectsSnapshot:
    """One part of the whole list of producers and cards. The last part of an edition takes the place of all before."""

    kind: ClassVar[str] = "subjects.snapshot"
    edition: str
    part: int
    of: int
    subjects: tuple[Subject, ...]
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class CreditPut:
    """County order: credit grades, and who stands on the 黑名单 until when. It marks; it stops nobody."""

    kind: ClassVar[str] = "credit.put"
    credits: tuple[Credit, ...]


@dataclass(frozen=True, slots=True)
class CardRevoked:
    """County order: a card was lost; `card` is the number printed on it."""

    kind: ClassVar[str] = "card.revoked"
    card: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PackPut:
    """A pack of the county takes the place of the shipped one. `file` is its path in the packs, `text` its TOML.

    `digest` is the SHA-256 of `text`; an empty `text` takes the county's pack away again.
    """

    kind: ClassVar[str] = "pack.put"
    file: str
    text: str
    digest: Digest
    in_force_from: DayOrNone = ""  # empty: at once


@dataclass(frozen=True, slots=True)
class SettingsPut:
    """County settings by name, as their text in the settings pack; what is not named stays."""

    kind: ClassVar[str] = "settings.put"
    values: dict[str, str]
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """线上布置任务: whom to sample or patrol, or which gate to keep, until when."""

    kind: ClassVar[str] = "task.given"
    task: str
    what: Annotated[str, Form(words=("sample", "patrol", "gate"))]
    title: str
    until: Day
    subjects: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    count: int = 1
    sample_type: SampleType = SampleType.ROUTINE
    why: Annotated[str, Form(words=("random", "risk", "complaint"), empty=True)] = ""  # 双随机, 高风险, 举报


@dataclass(frozen=True, slots=True)
class LotReleased:
    """The county lifts the stop of a lot after a laboratory's result, or confirms it (`outcome` positive)."""

    kind: ClassVar[str] = "lot.released"
    lot: str
    outcome: Outcome
    report: str
    laboratory: str
    value: Number | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class CertificateRevoked:
    """The county declares a certificate void."""

    kind: ClassVar[str] = "certificate.revoked"
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeysPut:
    """Keys that the county's root grants, and keys that it takes back. Each bears the root's own signature."""

    kind: ClassVar[str] = "keys.put"
    grants: tuple[KeyGrant, ...]
    revoked: tuple[KeyRevoked, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskWithdrawn:
    """The county takes a task back."""

    kind: ClassVar[str] = "task.withdrawn"
    task: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StaffPut:
    """Accounts and badges of people who work at stations; `withdrawn` are ids whose badge opens nothing any more."""

    kind: ClassVar[str] = "staff.put"
    staff: tuple[Staff, ...]
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticePut:
    """A message or publicity that the station shows between two days."""

    kind: ClassVar[str] = "notice.put"
    notice: str
    what: Annotated[str, Form(words=("message", "publicity"))]
    title: str
    text: str
    since: Day
    until: Day


@dataclass(frozen=True, slots=True)
class NoticeWithdrawn:
    """The county takes a message or publicity back."""

    kind: ClassVar[str] = "notice.withdrawn"
    notice: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DoctorAsked:
    """The station looks itself over and answers with an entry `doctor.report`."""

    kind: ClassVar[str] = "doctor.asked"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UpdateGiven:
    """Software that the station is to run. Only the version and the hash: what it is and whence is the installer's."""

    kind: ClassVar[str] = "update.given"
    version: str
    digest: Digest
    since: DayOrNone = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AlarmSeen:
    """Somebody at the county has seen this entry of a station: a positive (县里已看到), a complaint, a fault."""

    kind: ClassVar[str] = "alarm.seen"
    log: KeyId
    seq: int
    by: str
    at: Time
    note: str = ""
