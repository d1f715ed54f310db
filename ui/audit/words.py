"""The sentences of an audit, by key, in both languages. Data in, text out."""

import tomllib
from importlib import resources
from typing import Any

LANGUAGES = ("zh", "en")


class Words:
    def __init__(self, language: str, table: dict[str, Any]) -> None:
        self.language = language
        self.table = table

    def text(self, room: str, key: str, /, **facts: object) -> str:
        """The sentence of a key of a room, its blanks filled."""
        sentence: str = self.table[room][key]
        return sentence.format(**facts)


def words_in(language: str) -> Words:
    """Chinese for any language that there are no words in."""
    name = language if language in LANGUAGES else LANGUAGES[0]
    file = resources.files("ui.audit") / "words" / f"{name}.toml"
    return Words(name, tomllib.loads(file.read_text("utf-8")))
