"""Every sentence a person reads, by key, from the word packs. Data in, text out; no sentence lives in code."""

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

LANGUAGES = ("zh", "en")  # that are complete, by the tests; a county may add folders of its own


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


def languages(folder: Traversable | None = None) -> tuple[str, ...]:
    """Every language is a folder of words, named by its tag: ours first, then what a county added."""
    found = {entry.name for entry in (folder or _folder()).iterdir() if entry.is_dir() and entry.name.isalpha()}
    return (*(ours for ours in LANGUAGES if ours in found), *sorted(found - set(LANGUAGES)))


def load_words(language: str, folder: Traversable | None = None) -> Words:
    """Read all packs of one language; the same key in two packs is an error."""
    among = folder or _folder()
    if language not in languages(among):
        raise WordError(f"no words for {language!r}; there are {', '.join(languages(among))}")
    sentences: dict[str, str] = {}
    for pack in sorted((among / language).iterdir(), key=lambda entry: entry.name):
        for key, sentence in _flat(tomllib.loads(pack.read_text(encoding="utf-8"))).items():
            if key in sentences:
                raise WordError(f"{language}: {key} stands twice, the second time in {Path(pack.name).name}")
            sentences[key] = sentence
    return Words(language, sentences)


def _folder() -> Traversable:
    return resources.files("kiosk") / "packs" / "words"


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
