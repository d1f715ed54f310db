"""`liangzheng pack open`: the sheet that a county's officer prints, reads and fills in. Facts in, lines out."""

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from itertools import groupby
from pathlib import Path

from kiosk.clock import system_time
from kiosk.override import Overrides
from kiosk.pack import FOLDERS, Packs, load_packs
from kiosk.pack_open import OpenItem
from kiosk.settings_form import choices
from kiosk.words import Words
from ui.command.columns import wrapped

INDENT = " " * 5
FAMILIES = ("pack.value", "verdict.drug", "product.class")  # where a value may have its word


def run(args: argparse.Namespace, words: Words) -> int:
    today = system_time().date()
    packs = load_packs(put=put_by(args.county).on(today))
    items = [item for item in packs.open if args.kind in (None, item.folder)]
    if args.json:
        print(json.dumps([asdict(item) for item in items], ensure_ascii=False, indent=1))
    else:
        print("\n".join(Sheet(words, names_of(packs, words.language)).lines(items, today)))
    return 0


def put_by(county: Path | None) -> Overrides:
    """What the county in this folder has ordered; nothing without one."""
    if county is None:
        return Overrides()
    from ui.county.given import given
    from ui.county.orders import Orders

    return given(Orders(county))


def names_of(packs: Packs, language: str) -> dict[str, str]:
    """What marks, ingredients and products are called, by their ids."""
    marks = {name: one.names[language] for name, one in packs.marks.marks.items()}
    ingredients = {name: one.names[language] for name, one in packs.drugs.ingredients.items()}
    return marks | ingredients | {name: one.names[language] for name, one in packs.products.items()}


class Sheet:
    """`names` are those of things that values name by their ids."""

    def __init__(self, words: Words, names: Mapping[str, str]) -> None:
        self._words = words
        self._names = names

    def lines(self, items: list[OpenItem], today: date) -> list[str]:
        """Grouped by kind and file, a box to tick for each."""
        say, language = self._words.say, self._words.language
        lines = [say("pack.open.title", count=len(items), day=today)]
        lines += [line for key in ("about", "marks") for line in wrapped(say(f"pack.open.{key}"))]
        for folder in sorted({item.folder for item in items}, key=_settings_first):
            lines += ["", say(f"pack.folder.{folder}")]
            for file, group in groupby((item for item in items if item.folder == folder), lambda item: item.file):
                asked = list(group)
                lines += ["", "  " + "  ".join(filter(None, (asked[0].title.get(language), file)))]
                lines += [line for nth, item in enumerate(asked, 1) for line in self._asked(nth, item)]
        return lines

    def _asked(self, nth: int, item: OpenItem) -> list[str]:
        first, *rest = wrapped(self._subject(item), INDENT)
        lines = [f"{nth:>4} {first[len(INDENT) :]}", *rest]
        source = f"{item.source} [{item.mark}]" if item.mark else item.source
        told = (*self._now(item), self._words.say("pack.open.from", source=source))
        for line in (*told, self._words.say(f"pack.open.box_{_answered_by(item)}")):
            lines += wrapped(line, INDENT)
        return lines

    def _subject(self, item: OpenItem) -> str:
        """The question, what the rule says, or what the value is of."""
        if item.question:
            return item.question[self._words.language]
        parts = (item.called.get(self._words.language, ""), self._key(item.of))
        return " · ".join(filter(None, parts)) or item.title.get(self._words.language, item.file)

    def _now(self, item: OpenItem) -> list[str]:
        """What counts until it is answered."""
        if item.folder == "rules":
            return [self._words.say("pack.open.rule", name=item.name.partition("/")[2])]
        facts = [(self._key(name), self._value(value)) for name, value in item.facts.items()]
        told = self._words.say("pack.open.facts").join(f"{name} {value}".strip() for name, value in facts)
        known = choices(item.key) if item.folder == "settings" else ()
        lines = [self._words.say("pack.open.value", value=told)] if told else []
        lines += [self._words.say("pack.open.key", key=item.key)] if item.folder == "settings" else []
        return lines + ([self._words.say("pack.open.choices", known=self._choices(known))] if known else [])

    def _key(self, name: str) -> str:
        key = f"pack.key.{name}"
        if name == "value":
            return ""
        return self._words.say(key) if self._words.knows(key) else self._names.get(name, name)

    def _value(self, value: str) -> str:
        return self._words.say("pack.open.join").join(self._word(part) for part in value.split(", ")) if value else "-"

    def _choices(self, known: tuple[str, ...]) -> str:
        """As an order writes them, each with its word."""
        said = [f"{name} {word}" if (word := self._word(name)) != name else name for name in known]
        return self._words.say("pack.open.join").join(said)

    def _word(self, name: str) -> str:
        keys = (f"{family}.{name}" for family in FAMILIES)
        key = next((key for key in keys if self._words.knows(key)), None)
        return self._names.get(name, name) if key is None else self._words.say(key)


def _settings_first(folder: str) -> tuple[bool, int]:
    return folder != "settings", FOLDERS.index(folder)


def _answered_by(item: OpenItem) -> str:
    """Our own inference has no original that it could be compared with."""
    if item.folder == "settings":
        return "setting"
    return "inference" if item.mark == "I" else "source"
