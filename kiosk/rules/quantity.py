"""How much: what was typed, and its kilograms where the unit has them. Decimal throughout; nothing is rounded."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kiosk.rules.errors import Unusable
from kiosk.rules.sentence import Sentence

# A lorry is some tens of tonnes: more digits than this are a slip of the finger.
MOST = Decimal(999999)
FINEST = -3  # one gram


class Unit(StrEnum):
    KG = "kg"
    JIN = "jin"  # 斤, half a kilogram
    BOX = "box"  # 箱
    BUNDLE = "bundle"  # 把
    HEAD = "head"  # 头

    @property
    def counted(self) -> bool:
        return self in (Unit.BOX, Unit.BUNDLE, Unit.HEAD)


IN_KILOGRAMS = {Unit.KG: Decimal(1), Unit.JIN: Decimal("0.5")}


@dataclass(frozen=True, slots=True)
class Quantity:
    amount: Decimal
    unit: Unit

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.unit}"


def quantity(typed: str, unit: Unit) -> Quantity:
    """What a person keyed in, as a quantity.

    Raises Unusable: not a number, nothing, too much, finer than a gram, or half a box.
    """
    if not _is_number(typed):
        raise Unusable("rules.quantity_unread", typed=typed[:12])
    amount = Decimal(typed)
    if amount <= 0:
        raise Unusable("rules.quantity_none")
    if amount > MOST:
        raise Unusable("rules.quantity_much", most=plain(MOST))
    if Decimal(plain(amount)) != amount.quantize(Decimal(1) if unit.counted else Decimal(1).scaleb(FINEST)):
        raise Unusable("rules.quantity_whole" if unit.counted else "rules.quantity_fine", typed=typed)
    return Quantity(Decimal(plain(amount)), unit)


def kilograms(amount: Quantity) -> Decimal | None:
    """None for units that say nothing about weight."""
    factor = IN_KILOGRAMS.get(amount.unit)
    return None if factor is None else Decimal(plain(amount.amount * factor))


def recorded(amount: Quantity) -> tuple[Decimal, Unit, str]:
    """Amount, unit and what was typed, as an entry keeps them: kilograms wherever there are any."""
    weight = kilograms(amount)
    return (amount.amount, amount.unit, str(amount)) if weight is None else (weight, Unit.KG, str(amount))


def told(amount: Quantity) -> Sentence:
    """The quantity as it is printed: kilograms first, what was typed in brackets when that was something else."""
    facts = {"amount": plain(amount.amount)}
    weight = kilograms(amount)
    if weight is not None:
        facts["kilograms"] = plain(weight)
    return Sentence(f"unit.amount.{amount.unit}", facts)


def plain(amount: Decimal) -> str:
    """`320`, not `320.0` or `3.2E+2`."""
    return f"{amount.normalize():f}"


def _is_number(typed: str) -> bool:
    whole, _, part = typed.partition(".")
    return typed.isascii() and whole.isdigit() and len(typed) <= 16 and (part.isdigit() or "." not in typed)
