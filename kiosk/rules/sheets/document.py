"""A text that a person reads and signs at the screen. Values only; the texts are packs (packs/agreements)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Document:
    """`edition` names the text that was in force; `confirmed`: the county has put it in its own words."""

    what: str  # notice | pledge
    edition: str
    in_force_from: date
    title: str
    paragraphs: tuple[str, ...]
    confirmed: bool

    @property
    def digest(self) -> str:
        """SHA-256 of title and paragraphs, joined by line feeds, UTF-8; hex."""
        return sha256("\n".join((self.title, *self.paragraphs)).encode()).hexdigest()


def documents_on(today: date, documents: Iterable[Document]) -> Mapping[str, Document]:
    """Of each kind the newest that is in force."""
    begun = (one for one in documents if one.in_force_from <= today)
    return {one.what: one for one in sorted(begun, key=lambda one: one.in_force_from)}
