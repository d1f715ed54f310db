"""How much: what was typed, and its kilograms where the unit or a weight for each piece gives them.

Decimal throughout; nothing is rounded, nothing is lost when a quantity is shared out.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from kiosk.rules.errors import Unusable
from kiosk.rules.ruling import Ruling, stop
from kiosk.rules.sentence import Sentence

# A lorry is some tens of tonnes: more digits than this are a slip of the finger.
MOST = Decimal(999999)
FINEST = -3  # one gram
MOST_PAPERS = 500  # of one lot at once: a box each (一箱一证)
TYPED = re.compile(r"(?P<amount>\S+) (?P<unit>[a-z]+)(?: x (?P<each>\S+))?")


class Unit(StrEnum):
    KG = "kg"
    JIN = "jin"  # 斤, half a kilogram
    BOX = "box"  # 箱
    BUNDLE = "bundle"  # 把
    HEAD = "head"  # 头: pigs, cattle, sheep
    BIRD = "bird"  # 只: poultry
    EGG = "egg"  # 枚
    TAIL = "tail"  # 尾: fish

    @property
    def counted(self) -> bool:
        return self not in IN_KILOGRAMS

    @property
    def packed(self) -> bool:
        """A package has the weight that somebody put into it: kilograms each can be told."""
        return self in (Unit.BOX, Unit.BUNDLE)


IN_KILOGRAMS = {Unit.KG: Decimal(1), Unit.JIN: Decimal("0.5")}


@dataclass(frozen=True, slots=True)
class Quantity:
    """`each` are the kilograms of one box or bundle, where somebody told them."""

    amount: Decimal
    unit: Unit
    each: Decimal | None = None

    def __str__(self) -> str:
        """`20 box x 5`, as an entry keeps what was typed; `parse` reads it again."""
        weighed = "" if self.each is None else f" x {plain(self.each)}"
        return f"{plain(self.amount)} {self.unit}{weighed}"


def quantity(typed: str, unit: Unit, each: str = "") -> Quantity:
    """What a person keyed in, as a quantity; `each` are kilograms for one box or bundle, empty when not asked.

    Raises Unusable: not a number, nothing, too much, finer than a gram, half a box, or a weight for each jin.
    """
    amount = _number(typed)
    if amount != amount.quantize(Decimal(1) if unit.counted else Decimal(1).scaleb(FINEST)):
        raise Unusable("rules.quantity_whole" if unit.counted else "rules.quantity_fine", typed=typed)
    if not each:
        return Quantity(amount, unit)
    if not unit.packed:
        raise Unusable("rules.quantity_each", typed=each)
    weight = _number(each)
    if weight != weight.quantize(Decimal(1).scaleb(FINEST)):
        raise Unusable("rules.quantity_fine", typed=each)
    if amount * weight > MOST:
        raise Unusable("rules.quantity_much", most=plain(MOST))
    return Quantity(amount, unit, weight)


def parse(text: str) -> Quantity:
    """`320 jin` or `20 box x 5`, as an entry keeps what was typed. Raises Unusable."""
    parts = TYPED.fullmatch(text)
    if parts is None or parts["unit"] not in list(Unit):
        raise Unusable("rules.quantity_unread", typed=text[:12])
    return quantity(parts["amount"], Unit(parts["unit"]), parts["each"] or "")


def kilograms(amount: Quantity) -> Decimal | None:
    """None when nothing says what it weighs."""
    factor = IN_KILOGRAMS.get(amount.unit, amount.each)
    return None if factor is None else Decimal(plain(amount.amount * factor))


def weighable(amount: Quantity) -> Ruling | None:
    """Where weight matters, a box or bundle needs its kilograms; animals and eggs are counted."""
    if kilograms(amount) is not None or not amount.unit.packed:
        return None
    return stop("quantity/each", "quantity.each_wanted", amount=plain(amount.amount), unit=amount.unit)


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
    if amount.each is None:
        return Sentence(f"unit.amount.{amount.unit}", facts)
    return Sentence(f"unit.weighed.{amount.unit}", {**facts, "each": plain(amount.each)})


def shares(amount: Quantity, papers: int) -> tuple[Quantity, ...] | Ruling:
    """分几张: as even as whole steps allow, the first papers one step more; together exactly the whole.

    A step is one piece of what is counted; of what is weighed it is the last digit that was typed, or finer when there
    would not be a step for every paper.
    """
    step = _step(amount, papers)
    if not 1 <= papers <= MOST_PAPERS or step is None:
        facts = {"papers": str(papers), "most": str(MOST_PAPERS), "amount": plain(amount.amount), "unit": amount.unit}
        return stop("quantity/shares", "quantity.papers", **facts)
    least, more = divmod(amount.amount / step, papers)
    parts = [(least + (1 if nth < more else 0)) * step for nth in range(papers)]
    return tuple(replace(amount, amount=Decimal(plain(part))) for part in parts)


def sums_exactly(whole: Decimal, parts: tuple[Decimal, ...]) -> Ruling | None:
    """Papers whose quantities somebody keyed in one by one."""
    together = sum(parts, Decimal(0))
    if together == whole:
        return None
    facts = {"whole": plain(whole), "together": plain(together), "differ": plain(abs(whole - together))}
    return stop("quantity/sum", "quantity.sum_less" if together < whole else "quantity.sum_more", **facts)


def plain(amount: Decimal) -> str:
    """`320`, not `320.0` or `3.2E+2`."""
    return f"{amount.normalize():f}"


def _step(amount: Quantity, papers: int) -> Decimal | None:
    """None when there are more papers than pieces or grams."""
    last = -len(plain(amount.amount).partition(".")[2])
    places = [0] if amount.unit.counted else range(last, FINEST - 1, -1)
    steps = (Decimal(1).scaleb(place) for place in places)
    return next((step for step in steps if amount.amount / step >= papers), None)


def _number(typed: str) -> Decimal:
    """A number above nothing and not beyond a lorry."""
    if not _is_number(typed):
        raise Unusable("rules.quantity_unread", typed=typed[:12])
    number = Decimal(typed)
    if number <= 0:
        raise Unusable("rules.quantity_none")
    if number > MOST:
        raise Unusable("rules.quantity_much", most=plain(MOST))
    return Decimal(plain(number))


def _is_number(typed: str) -> bool:
    whole, _, part = typed.partition(".")
    return typed.isascii() and whole.isdigit() and len(typed) <= 16 and (part.isdigit() or "." not in typed)
