"""What an instrument said. Values only: no port, no clock, no judgement."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered: the profile that described it and what the device said of itself."""

    profile: str
    revision: int
    digest: str  # SHA-256 of the resolved profile, hex: the exact description that was used
    vendor: str
    model: str
    firmware: str | None  # None where the protocol carries no firmware number
    evidence: str  # documented | captured | certified
    serial: str | None = None  # the instrument's own number, where the wire carries one


@dataclass(frozen=True, slots=True)
class Reading:
    """One quantity of one channel, with the frame that carried it.

    `quantity` is a word of the profile format (`inhibition`, `absorbance_change`, `concentration` …).
    `value` is None when the instrument marked it as not available; `unit` is the instrument's or the manual's.
    `taken_at` is the device's own clock: shown, never used for ordering.
    """

    channel: int | None
    quantity: str
    value: Decimal | None
    unit: str
    raw: bytes
    record: int | None = None
    taken_at: str | None = None
    method: str | None = None
    device_verdict: str | None = None
    state: str | None = None  # the instrument's, or why its number must not be used
    item: str | None = None  # what the instrument says it measured
