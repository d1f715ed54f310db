"""What a pack would change: two TOML tables in, the keys that differ out. Says nothing of whether they are right."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.pack_open import Table, entries, plain


class Kind(StrEnum):
    APPEARS = "appears"
    VANISHES = "vanishes"
    CHANGES = "changes"
    CONFIRMED = "confirmed"  # newly: somebody has compared it with its source
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Change:
    kind: Kind
    key: str
    old: str
    new: str


def changes(old: Table, new: Table) -> list[Change]:
    """By key, in the order of the new table; a table that is wholly new or gone is one change."""
    return _compared("", old, new)


def _compared(place: str, old: Table, new: Table) -> list[Change]:
    found: list[Change] = []
    for name in (*new, *(name for name in old if name not in new)):
        key = f"{place}{name}"
        before, after = _named(old.get(name)), _named(new.get(name))
        if isinstance(before, dict) and isinstance(after, dict):
            found += _compared(f"{key}.", before, after)
        elif before != after:
            found.append(_change(name, key, before, after))
    return found


def _change(name: str, key: str, before: object, after: object) -> Change:
    if before is None:
        return Change(Kind.APPEARS, key, "", _short(after))
    if after is None:
        return Change(Kind.VANISHES, key, _short(before), "")
    if name == "confirmed" and isinstance(after, bool):
        return Change(Kind.CONFIRMED if after else Kind.UNCONFIRMED, key, plain(before), plain(after))
    return Change(Kind.CHANGES, key, plain(before), plain(after))


def _named(value: object) -> object:
    """A list of tables as a table of them, by their ids or their places."""
    if not isinstance(value, list) or not value or not all(isinstance(part, dict) for part in value):
        return value
    return entries(value)


def _short(value: object) -> str:
    """Of a whole table its name or value is enough."""
    if not isinstance(value, dict):
        return plain(value)
    said = value.get("name", value.get("value", value.get("text", "")))
    return plain(said.get("zh", "") if isinstance(said, dict) else said)
