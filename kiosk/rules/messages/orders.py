"""Orders of the county: signed instructions to one station or to all. Field values only; kiosk.downward verifies."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from kiosk.rules.messages.parts import Outcome, Subject


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


@dataclass(frozen=True, slots=True)
class PackPut:
    """A pack of the county takes the place of the shipped one. `file` is its path in the packs, `text` its TOML.

    `digest` is the SHA-256 of `text`; an empty `text` takes the county's pack away again.
    """

    kind: ClassVar[str] = "pack.put"
    file: str
    text: str
    digest: str
    in_force_from: str = ""  # ISO date; empty: at once


@dataclass(frozen=True, slots=True)
class SettingsPut:
    """County settings by name, as their text in the settings pack; what is not named stays."""

    kind: ClassVar[str] = "settings.put"
    values: dict[str, str]
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """线上布置任务: whom to sample or patrol until when. `what`: sample | patrol | gate."""

    kind: ClassVar[str] = "task.given"
    task: str
    what: str
    title: str
    until: str
    subjects: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    count: int = 1
    sample_type: str = "routine"


@dataclass(frozen=True, slots=True)
class LotReleased:
    """The county lifts the stop of a lot after a laboratory's result, or confirms it (`outcome` positive)."""

    kind: ClassVar[str] = "lot.released"
    lot: str
    outcome: Outcome
    report: str
    laboratory: str
    value: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class CertificateRevoked:
    """The county declares a certificate void."""

    kind: ClassVar[str] = "certificate.revoked"
    number: str
    reason: str
