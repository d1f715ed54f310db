"""Everything that the screen may have to say, prompt by prompt, in the order in which it should be recorded."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import Unit
from kiosk.rules.sheets.shelf import SHEETS
from kiosk.voice.numbers import needed
from kiosk.words import Words

SAID = "voice.say."
TURN, NUMBER = "turn.", "number."
STOPS = ("。", ".", "!", "！")  # a question of a sheet ends otherwise; what ends so is told, not asked


@dataclass(frozen=True, slots=True)
class Prompt:
    """`key` is also the name of its file in a pack."""

    key: str
    text: str


def promise_key(line: str) -> str:
    """A promise is a dated text: other words are another prompt, which nobody has recorded yet."""
    return f"promise.{hashlib.sha256(line.encode()).hexdigest()[:8]}"


def prompts(words: Words, products: Iterable[Product], promises: Iterable[str]) -> Mapping[str, Prompt]:
    """By key, most heard first. `promises` are the lines of every wording that may be promised now."""
    listed = (
        *_said(words, TURN),
        *(Prompt(promise_key(line), line) for line in promises),
        *(one for one in _said(words, NUMBER) if needed(one.key.removeprefix(NUMBER), words.language)),
        *(Prompt(f"unit.{unit}", words.say(f"unit.{unit}")) for unit in Unit),
        *(Prompt(f"product.{one.id}", one.names.get(words.language, one.id)) for one in products),
        *(one for one in _said(words, "") if not one.key.startswith((TURN, NUMBER))),
        *_asked(words),
    )
    return {one.key: one for one in listed}


def question_key(sheet: str, ask: str) -> str:
    return f"sheet.{sheet}.{ask}"


def _asked(words: Words) -> Iterator[Prompt]:
    """The questions of sheets: of those that anybody fills first, then of the staff's."""
    for sheet in sorted(SHEETS.values(), key=lambda sheet: bool(sheet.roles)):
        for key, text in words.beginning(question_key(sheet.id, "")).items():
            if key.count(".") == 2 and "{" not in text and not text.endswith(STOPS):
                yield Prompt(key, text)


def _said(words: Words, kind: str) -> Iterator[Prompt]:
    for key, text in words.beginning(f"{SAID}{kind}").items():
        yield Prompt(key.removeprefix(SAID), text)
