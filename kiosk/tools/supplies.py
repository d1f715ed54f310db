"""The consumables page (免费提供耗材): what is left of each item by the record, and what came and went."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kiosk.rules.messages import Supply
from kiosk.rules.visits import desk
from kiosk.supplies import Item
from kiosk.tools.tool import Reach

MOVES = 12


@dataclass(frozen=True, slots=True)
class Line:
    """`left` is None where nothing was ever recorded of the item; `low`: to be asked for."""

    item: Item
    left: Decimal | None

    @property
    def low(self) -> bool:
        return self.left is not None and self.left <= self.item.low


@dataclass(frozen=True, slots=True)
class SuppliesShown:
    """`open`: the item whose movements are listed, the newest first, each with its time."""

    lines: tuple[Line, ...]
    open: Item | None
    moves: tuple[tuple[str, Supply], ...]


class Supplies:
    id = "supplies"
    roles = desk.EVERYBODY

    def __init__(self, reach: Reach, items: Sequence[Item]) -> None:
        self._reach = reach
        self._items = tuple(items)

    def shown(self, about: str) -> SuppliesShown:
        tables = self._reach.record.tables
        left = tables.work.stock()
        unknown = (Item(name, {}, unit={}, low=Decimal(0), confirmed=False) for name in left if not self._known(name))
        lines = tuple(Line(item, left.get(item.id)) for item in (*self._items, *unknown))
        opened = next((line.item for line in lines if line.item.id == about), None)
        moves = () if opened is None else tables.work.supplies(opened.id, MOVES)
        return SuppliesShown(lines, opened, tuple((tables.time_of(seq), move) for seq, move in moves))

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {}

    def heard(self, event: object) -> bool:
        return False

    def _known(self, name: str) -> bool:
        return any(item.id == name for item in self._items)
