"""Rows of several readings of one sequence, joined by their channel: `first.led410` beside `last.led410`. Pure."""

from collections.abc import Mapping

from drivers.analyzer.answers import Rows
from drivers.analyzer.fields import DOUBT, Row, Value
from drivers.errors import Refused


def joined(sets: Mapping[str, Rows], join: str) -> Rows:
    """One row per channel of the last set. Refused when a set lacks a channel that another has, or nothing was read."""
    by_channel = {into: {_key(row, join): row for row in rows} for into, rows in sets.items()}
    channels = list(next(reversed(by_channel.values()), {}))
    uneven = (set(found) != set(channels) or len(found) != len(sets[into]) for into, found in by_channel.items())
    if not channels or any(uneven):
        raise Refused("analyzer.refused", field=join, value="-")
    return tuple(_row({into: found[channel] for into, found in by_channel.items()}, join) for channel in channels)


def _key(row: Row, join: str) -> str | None:
    return row.text(join)


def _row(parts: Mapping[str, Row], join: str) -> Row:
    fields: dict[str, Value] = {join: next(iter(parts.values())).fields.get(join)}
    for into, row in parts.items():  # a doubt of one reading is a doubt of what is computed from it
        fields |= {f"{into}.{name}": value for name, value in row.fields.items() if name != DOUBT}
        fields |= {DOUBT: f"{into}.{row.text(DOUBT)}"} if DOUBT in row.fields else {}
    return Row(fields, b"".join(row.raw for row in parts.values()))
