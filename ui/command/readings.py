"""Readings for a terminal: a table of what there is, one line as it comes, facts for JSON."""

from collections.abc import Sequence

from drivers.reading import Reading
from drivers.transcript import facts_of
from kiosk.words import Words
from ui.command.columns import table

COLUMNS = (
    "channel", "item", "quantity", "value", "unit", "record", "taken_at", "method", "device_verdict", "state",
)  # fmt: skip


def table_of(readings: Sequence[Reading], words: Words) -> list[str]:
    """A head and a line for each; columns that are empty throughout are left out."""
    rows = [cells_of(reading, words) for reading in readings]
    used = [n for n in range(len(COLUMNS)) if any(row[n] for row in rows)]
    head = [words.say(f"command.analyzer.column.{name}") for name in COLUMNS]
    return table([[row[n] for n in used] for row in (head, *rows)]) if rows else []


def line_of(reading: Reading, words: Words) -> str:
    return "  ".join(cell for cell in cells_of(reading, words) if cell)


def cells_of(reading: Reading, words: Words) -> list[str]:
    facts = facts_of(reading)
    key = f"command.profile.quantity.{reading.quantity}"
    named = words.say(key) if words.knows(key) else reading.quantity
    told = {**facts, "quantity": named, "item": reading.item}
    return ["" if told.get(name) is None else str(told[name]) for name in COLUMNS]


def json_of(readings: Sequence[Reading]) -> list[dict[str, object]]:
    return [facts_of(reading) | {"raw": reading.raw.hex()} for reading in readings]
