"""Orders of the county: signed instructions to one station or to all. Field values only; kiosk.downward verifies."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from kiosk.rules.messages.forms import Day, DayOrNone, Digest, Form, Number
from kiosk.rules.messages.parts import Card, Outcome, SampleType, Subject


@dataclass(frozen=True, slots=True)
class SubjectsUpsert:
    """County order: these producers exist, with these facts, and have these cards."""

    kind: ClassVar[str] = "subjects.upsert"
    subjects: tuple[Subject, ...]
    cards: tuple[Card, ...] = ()


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
