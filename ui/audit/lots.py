"""How much of a lot there is: declared, drawn from others, certified, sent on, lost. Entries' bodies in, balances out.

A lot made of others takes from them in the order they are named, the first used up before the second is touched; what
was sent without a certificate that stands, was lost, or went into another lot can get none any more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from sys import intern
from typing import Any

from ui.audit.view import text

OURS = "ours"
NOTHING = Decimal(0)


@dataclass(slots=True)
class Lot:
    """All in one unit; what came in another does not count."""

    unit: str
    product: str
    declared: Decimal = NOTHING
    certified: Decimal = NOTHING  # on certificates that stand
    bare: Decimal = NOTHING  # sent without one that stands
    gone: Decimal = NOTHING  # lost, or part of another lot
    kin: frozenset[str] = frozenset()  # lots that it was split from or made of

    @property
    def left(self) -> Decimal:
        """What there is for certificates, those that stand included."""
        return self.declared - self.gone - self.bare

    @property
    def free(self) -> Decimal:
        return max(self.left - self.certified, NOTHING)


@dataclass(slots=True)
class Standing:
    """A certificate of a lot that is not void. `sent`: so much of the lot travelled under it."""

    lot: Lot
    amount: Decimal
    sent: Decimal = NOTHING


class Lots:
    """`hides`: whether a lot that is named and not there may lie where nobody sees it."""

    def __init__(self, hides: Callable[[], bool]) -> None:
        self._hides = hides
        self._lots: dict[str, Lot] = {}
        self._declared: dict[int, tuple[Lot, Decimal]] = {}  # by entry, for corrections
        self._papers: dict[str, Standing] = {}

    def lot(self, name: str) -> Lot | None:
        return self._lots.get(name)

    def declare(self, seq: int, body: dict[str, Any]) -> None:
        name, unit, amount = intern(text(body, "lot")), intern(text(body, "unit")), quantity(body)
        lot = self._lots.setdefault(name, Lot(unit, intern(text(body, "product"))))
        named = [one for one in (text(body, "parent", ""), *body.get("sources", ())) if one]
        lot.kin |= set(named)
        if lot.unit == unit:
            lot.declared += self._drawn(named, unit, amount) if named else amount
            self._declared[seq] = (lot, amount)

    def take_in(self, seq: int, body: dict[str, Any]) -> None:
        """A paper that a buyer brought holds its quantity once: ours by its number, any other by its entry."""
        if body["quantity"] is not None:
            name = text(body, "number", "") if body["paper"] == OURS else ""
            fresh = Lot(intern(text(body, "unit")), intern(text(body, "product")), quantity(body))
            self._lots.setdefault(name or f"seq:{seq}", fresh)

    def correct(self, seq: int, new: str) -> None:
        """Upwards it counts as corrected; downwards it undoes nothing of the past."""
        found = self._declared.get(seq)
        if found is not None and Decimal(new) > found[1]:
            found[0].declared += Decimal(new) - found[1]
            self._declared[seq] = (found[0], Decimal(new))

    def certify(self, number: str, lot: Lot, amount: Decimal) -> None:
        if number not in self._papers:
            lot.certified += amount
            self._papers[number] = Standing(lot, amount)

    def void(self, number: str) -> None:
        """Its quantity is free again, but for what travelled under it."""
        paper = self._papers.pop(number, None)
        if paper is not None:
            paper.lot.certified -= paper.amount
            paper.lot.bare += min(paper.sent, paper.amount)

    def send(self, body: dict[str, Any]) -> None:
        lot, amount = self._lots.get(text(body, "lot")), quantity(body)
        if lot is None or lot.unit != body["unit"]:
            return
        paper = self._papers.get(text(body, "certificate", ""))
        if paper is None or paper.lot is not lot:
            lot.bare += amount
            return
        lot.bare += amount - (min(paper.sent + amount, paper.amount) - min(paper.sent, paper.amount))
        paper.sent += amount

    def lose(self, body: dict[str, Any]) -> None:
        lot = self._lots.get(text(body, "lot"))
        if lot is not None and lot.unit == body["unit"]:
            lot.gone += quantity(body)

    def batch(self, name: str) -> set[str]:
        """This lot and all that it was split from or made of."""
        found, ahead = {name}, [name]
        while ahead:
            lot = self._lots.get(ahead.pop())
            fresh = (lot.kin if lot is not None else frozenset()) - found
            found |= fresh
            ahead += fresh
        return found

    def _drawn(self, named: list[str], unit: str, wanted: Decimal) -> Decimal:
        """So much of what is wanted the sources give."""
        if self._hides() and not all(one in self._lots for one in named):
            return wanted
        given = NOTHING
        for source in dict.fromkeys(named):
            lot = self._lots.get(source)
            share = min(wanted - given, NOTHING if lot is None or lot.unit != unit else lot.free)
            if lot is not None:
                lot.gone += share
            given += share
        return given


def quantity(body: dict[str, Any]) -> Decimal:
    """More than nothing. Raises ValueError or InvalidOperation."""
    amount = Decimal(text(body, "quantity"))
    if not amount.is_finite() or amount <= 0:
        raise ValueError("no quantity")
    return amount
