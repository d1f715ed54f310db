"""Every sentence a person reads, by key, from the word packs. Data in, text out; no sentence lives in code."""

import tomllib
from importlib import resources
from pathlib import Path

LANGUAGES = ("zh", "en")


class WordError(Exception):
    """A key or a blank is missing from a word pack."""


class Words:
    def __init__(self, language: str, sentences: dict[str, str]) -> None:
        self.language = language
        self._sentences = sentences

    def say(self, key: str, /, **facts: object) -> str:
        """The sentence of `key` with its blanks filled.

        Raises WordError when the key, or a blank of the sentence, is unknown.
        """
        try:
            return self._sentences[key].format(**facts)
        except KeyError as missing:
            raise WordError(f"{self.language}: {key}: {missing} is not in the word packs") from missing

    def knows(self, key: str) -> bool:
        return key in self._sentences

    def beginning(self, *beginnings: str) -> dict[str, str]:
        """The sentences, blanks and all, whose keys begin so."""
        return {key: sentence for key, sentence in self._sentences.items() if key.startswith(beginnings)}


def load_words(language: str) -> Words:
    """Read all packs of one language (`zh` or `en`); the same key in two packs is an error."""
    if language not in LANGUAGES:
        raise WordError(f"no words for {language!r}; there are {', '.join(LANGUAGES)}")
    folder = resources.files("kiosk") / "packs" / "words" / language
    sentences: dict[str, str] = {}
    for pack in sorted(folder.iterdir(), key=lambda entry: entry.name):
        for key, sentence in _flat(tomllib.loads(pack.read_text(encoding="utf-8"))).items():
            if key in sentences:
                raise WordError(f"{language}: {key} stands twice, the second time in {Path(pack.name).name}")
            sentences[key] = sentence
    return Words(language, sentences)


def _flat(table: dict[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        elif isinstance(value, str):
            flat[f"{prefix}{name}"] = value
        else:
            raise WordError(f"{prefix}{name}: a sentence was expected, not {value!r}")
    return flat
