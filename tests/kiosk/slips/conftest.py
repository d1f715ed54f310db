"""One service point for all: reading the packs is the slow part."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass

import pytest

from kiosk.pack import load_packs
from kiosk.slips.desk import Desk
from kiosk.words import load_words
from ui.command.paper_examples import HOST, Examples

PACKS = load_packs(texts=False)


def desk_in(language: str) -> Desk:
    words = load_words(language)
    return Desk(words, words.say("slips.example.place"), HOST, PACKS.products, PACKS.methods)


@pytest.fixture(scope="session")
def desk() -> Desk:
    return desk_in("zh")


@pytest.fixture(scope="session")
def known(desk: Desk) -> Examples:
    return Examples(desk)


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts(getattr(value, field.name))]
    return [text for one in value for text in texts(one)] if isinstance(value, tuple) else []


@pytest.fixture(scope="session")
def said() -> Callable[[object], str]:
    """Every word that stands on a face."""
    return lambda face: "\n".join(texts(face))
