"""What every page of the technician is made of: rows that say how something is, and buttons. No HTML."""

from collections.abc import Sequence
from dataclasses import dataclass

from ui.station.view import View

ROWS = 4  # on one leaf: two beside two, whatever size the letters have
GOOD, BAD, QUIET = "good", "bad", ""


@dataclass(frozen=True, slots=True)
class Button:
    action: str
    label: str
    value: str = ""
    sign: str = ""
    look: str = ""
    why: str = ""
    off: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """`state`: good, bad or neither; its word and icon stand beside the colour. `mark`: 现场改的, 未核实."""

    title: str
    about: str = ""
    sign: str = ""
    state: str = QUIET
    mark: str = ""
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """`up`: what the way back opens; empty: the desk. `more`: the next leaf, where the rows need several."""

    title: str
    rows: tuple[Row, ...] = ()
    buttons: tuple[Button, ...] = ()
    lead: str = ""
    notice: str = ""
    busy: str = ""
    up: str = ""
    more: int | None = None


def leafed(view: View, rows: Sequence[Row], most: int = ROWS) -> tuple[tuple[Row, ...], int | None]:
    leaves = max(1, -(-len(rows) // most))
    leaf = view.leaf % leaves
    return tuple(rows[leaf * most : leaf * most + most]), (leaf + 1) % leaves if leaves > 1 else None


def fault(view: View, part: str) -> Button:
    """报故障: what the county is told of a part."""
    return Button("sheet", view.say("tools.fault"), f"fault {part}", "attention", "plain")


def day_and_time(text: str) -> str:
    """`2026-03-18 09:41` of an ISO 8601 moment."""
    return text[:16].replace("T", " ")
