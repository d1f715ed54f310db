"""A producer's row as somebody would type it: names, not ids, so that a table that was exported can be imported."""

import json
from collections.abc import Mapping

from kiosk.pack import Packs
from kiosk.words import Words
from ui.county.people.asking import certifications_of
from ui.county.people.kinds import load_sorts
from ui.county.sql import Row

PLAIN = ("id", "name", "contact", "origin", "region", "village", "code", "controller", "adviser")
BETWEEN = {"zh": "；"}  # between several; `; ` in other languages


class Typed:
    """In one language."""

    def __init__(self, packs: Packs, words: Words) -> None:
        self._packs = packs
        self._words = words

    def cells(self, row: Row) -> dict[str, str]:
        """By the columns of a table (ui.county.people.facts.COLUMNS)."""
        sort, between = load_sorts().get(row["sort"]), BETWEEN.get(self._words.language, "; ")
        marks = ("/".join((self.mark(one.mark), self.product(one.product), one.until, one.number)).rstrip("/")
                 for one in certifications_of(row))  # fmt: skip
        return {name: str(row[name]) for name in PLAIN} | {
            "sort": row["sort"] if sort is None else self._named(sort.names, sort.id),
            "products": between.join(map(self.product, json.loads(row["products"]))),
            "scale": self._words.say("county.yes" if row["scale"] else "county.no"),
            "certifications": between.join(marks),
        }

    def fields(self, row: Row, home: str, most: int) -> dict[str, str]:
        """By the fields of the form; who has said no place lives round the station that took him in."""
        told = self.cells(row) | {"sort": row["sort"], "region": row["region"] or home}
        told["scale"] = told["scale"] if row["scale"] else ""
        for nth, one in enumerate(certifications_of(row)[:most]):
            parts = (one.mark, self.product(one.product), one.since, one.until, one.number)
            names = (f"{name}.{nth}" for name in ("mark", "product", "since", "until", "number"))
            told |= dict(zip(names, parts, strict=True))
        return told

    def product(self, name: str) -> str:
        known = self._packs.products.get(name)
        return name if known is None else self._named(known.names, name)

    def mark(self, name: str) -> str:
        known = self._packs.marks.marks.get(name)
        return name if known is None else self._named(known.names, name)

    def _named(self, names: Mapping[str, str], name: str) -> str:
        return names.get(self._words.language, name)
