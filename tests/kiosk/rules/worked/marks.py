"""The worked rows of `packs/rules/marks.toml`, put to the real rules."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from kiosk.rules.goods import marks as rules
from kiosk.rules.goods.marks import Marks, granted
from tests.support import lots as made
from tests.support.marks import marks

Given = dict[str, str]


def _said(text: str, product: str, today: date, rule: str, known: Marks) -> str:
    return made.told(rules.why_not(granted(text), product, today, known), rule)


def _mark(rule: str, given: Given) -> str:
    return _said(f"{given['mark']}/tomato/2027-06-30", "tomato", made.NOON.date(), rule, marks())


def _granted(rule: str, given: Given) -> str:
    return _said(given["granted"], given.get("product", "tomato"), made.NOON.date(), rule, marks())


def _not_begun(given: Given) -> str:
    begun = replace(marks().marks["green"], begun=date.fromisoformat(given["begun"]))
    known = Marks({"green": begun}, {})
    return _said("green/tomato/2027-06-30", "tomato", date.fromisoformat(given["today"]), "marks/not_begun", known)


def _expired(given: Given) -> str:
    text = f"green/tomato/{given['through']}"
    return _said(text, "tomato", date.fromisoformat(given["today"]), "marks/expired", marks())


WORKED: dict[str, Callable[[Given], str]] = {
    "marks/unknown": partial(_mark, "marks/unknown"),
    "marks/certificate": partial(_mark, "marks/certificate"),
    "marks/legacy": partial(_mark, "marks/legacy"),
    "marks/not_begun": _not_begun,
    "marks/product": partial(_granted, "marks/product"),
    "marks/undated": partial(_granted, "marks/undated"),
    "marks/expired": _expired,
}
