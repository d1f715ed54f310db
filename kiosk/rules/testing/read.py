"""What is wrong with the readings that a verdict needs, as the word key that tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from drivers.reading import Reading


@dataclass(frozen=True, slots=True)
class Read:
    """One value of one quantity, or the word key of why there is none."""

    value: Decimal | None
    missing: str = ""


def one(readings: Sequence[Reading], quantity: str) -> Read:
    found = [reading for reading in readings if reading.quantity == quantity]
    missing = fault([found])
    return Read(None, missing) if missing else Read(found[0].value)


def fault(found: Sequence[Sequence[Reading]]) -> str:
    """`found` are the readings of each quantity that is needed; empty when each is there once and can be used."""
    readings = [reading for same in found for reading in same]
    if any(len(same) > 1 for same in found):
        return "verdict.read_twice"
    if not all(found):
        return "verdict.no_reading"
    if any(reading.value is None or not reading.value.is_finite() for reading in readings):
        return "verdict.no_value"
    if any(reading.quantity.startswith("absorbance") and reading.unit != "AU" for reading in readings):
        return "verdict.other_unit"
    if any(_dark(reading) for reading in readings):
        return "verdict.no_light"
    return ""


def of_blank(missing: str) -> str:
    """The same fault, told of the blank."""
    return "verdict.no_blank" if missing == "verdict.no_reading" else missing.replace("verdict.", "verdict.blank_")


def _dark(reading: Reading) -> bool:
    return reading.quantity.startswith("intensity") and reading.value is not None and reading.value <= 0
