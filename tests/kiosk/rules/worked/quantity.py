"""The worked rows of `packs/rules/quantity.toml`, put to the real rules."""

from collections.abc import Callable
from decimal import Decimal

from kiosk.rules.goods import quantity as rules
from kiosk.rules.goods.quantity import Quantity, parse, plain
from tests.support.lots import told

Given = dict[str, str]


def _each(given: Given) -> str:
    return told(rules.weighable(parse(given["typed"])), "quantity/each")


def _shares(given: Given) -> str:
    parts = rules.shares(parse(given["typed"]), int(given["papers"]))
    if not isinstance(parts, tuple):
        return told(parts, "quantity/shares")
    return " + ".join(_plain(part) for part in parts)


def _plain(part: Quantity) -> str:
    return plain(part.amount)


def _sum(given: Given) -> str:
    parts = tuple(Decimal(part) for part in given["parts"].split(" + "))
    return told(rules.sums_exactly(Decimal(given["whole"]), parts), "quantity/sum")


WORKED: dict[str, Callable[[Given], str]] = {
    "quantity/each": _each,
    "quantity/shares": _shares,
    "quantity/sum": _sum,
}
