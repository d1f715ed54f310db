"""What a page about one entry consists of."""

from dataclasses import dataclass

from ui.county.telling import Teller

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ReadingLine:
    of: str
    channel: str
    quantity: str
    value: str
    raw: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """`facts` are (label, value); `links` (label, words, address); `warnings` whole sentences; `checks` (state ok, warn
    or fail, sentence); `note` a signed text as it stands.
    """

    facts: tuple[Pair, ...]
    warnings: tuple[str, ...] = ()
    readings: tuple[ReadingLine, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    raw: str = ""
    checks: tuple[Pair, ...] = ()
    note: str = ""


def pairs(tell: Teller, **values: str) -> tuple[Pair, ...]:
    """Labels and values; what is empty is left out."""
    return tuple((tell.say(f"county.fact.{name}"), value) for name, value in values.items() if value)
