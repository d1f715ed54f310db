"""Cards as a PDF: one on a page of its own size, or sheets of A4 with cut marks, one person a card."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.rules.scan.numbers import shown_card
from kiosk.words import Words
from ui.county.people.texts import visible

if TYPE_CHECKING:
    from kiosk.paper.card import CardFace


@dataclass(frozen=True, slots=True)
class Printed:
    """`code` is the text that the program with the card key sealed."""

    number: str
    name: str
    code: str


def as_card(one: Printed, words: Words) -> bytes:
    """Raises kiosk.paper.errors.PaperError."""
    from kiosk.paper.card import load_card_press  # fonts: half a second, and few pages draw
    from kiosk.paper.electronic import as_pdf

    press = load_card_press()
    return as_pdf((press.draw(_face(one, words)),), press.dots_per_mm, words.say("paper.card.title"))


def as_sheets(cards: Sequence[Printed], words: Words) -> bytes:
    """Raises kiosk.paper.errors.PaperError."""
    from kiosk.paper.card import load_card_press
    from kiosk.paper.electronic import as_pdf
    from kiosk.paper.labels import laid_out, load_sheet

    sheet = load_sheet("card-a4")
    press = load_card_press(sheet.dots_per_mm)
    pages = laid_out([press.draw(_face(one, words)) for one in cards], sheet)
    return as_pdf(pages, sheet.dots_per_mm, words.say("paper.card.title"))


def _face(one: Printed, words: Words) -> "CardFace":
    from kiosk.paper.card import CardFace

    title, label, hint, named = (words.say(f"paper.card.{part}") for part in ("title", "number", "hint", "name"))
    return CardFace(title, visible(one.name), label, shown_card(one.number), hint, one.code, named)
