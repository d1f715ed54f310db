"""The prompts of one language as the house has them now: its words, products, and each wording to be promised."""

from collections.abc import Mapping

from kiosk.pack import Packs
from kiosk.voice.prompts import Prompt, prompts
from kiosk.words import Words


def listed(words: Words, packs: Packs) -> Mapping[str, Prompt]:
    """A superseded wording is promised no more; one that is still to come is recorded in time."""
    styles = (style for one in packs.wordings if one.printable for style in one.styles.values())
    lines = (line for style in styles for line in style.promise)
    return prompts(words, packs.products.values(), dict.fromkeys(lines))
