"""What a person is to be told, before it is in any language: a key of the word packs and the facts for its blanks."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """A fact that a pack has in several languages stands once more for each of them: `unit`, `unit.zh`, `unit.en`."""

    key: str
    facts: dict[str, str] = field(default_factory=dict)
