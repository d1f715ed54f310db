"""The desk of staff: the tiles that each role is offered, and the pages behind them. turn.py says where they lead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.rules.visits.turn import Stage, Visit, moved


class Opens(StrEnum):
    """What a tile leads to; also the action of its tap."""

    SHEET = "sheet"
    TOOL = "tool"
    LOADING = "loading"


@dataclass(frozen=True, slots=True)
class Tile:
    """`id` of the sheet or tool; its words are `desk.<id>`. `sign` is an icon."""

    id: str
    opens: Opens
    roles: frozenset[str]
    sign: str


CLERK, INSPECTOR, TECHNICIAN, OFFICER = "clerk", "inspector", "technician", "officer"
FRONT = frozenset({CLERK, INSPECTOR, OFFICER})  # who stands before people
EVERYBODY = frozenset({CLERK, INSPECTOR, TECHNICIAN, OFFICER})

# In the order of the screen: what is done most often comes first.
TILES: tuple[Tile, ...] = (
    Tile("run", Opens.LOADING, frozenset({INSPECTOR}), "test"),
    Tile("sampling", Opens.SHEET, frozenset({INSPECTOR}), "hand"),
    Tile("samples", Opens.TOOL, frozenset({INSPECTOR}), "letter"),
    Tile("tasks", Opens.TOOL, frozenset({INSPECTOR, OFFICER}), "paper"),
    Tile("cases", Opens.TOOL, frozenset({INSPECTOR, OFFICER}), "attention"),
    Tile("gate", Opens.SHEET, frozenset({INSPECTOR}), "halt"),
    Tile("patrol", Opens.SHEET, frozenset({INSPECTOR}), "yes"),
    Tile("reading", Opens.SHEET, frozenset({INSPECTOR}), "camera"),
    Tile("reagent", Opens.SHEET, frozenset({INSPECTOR}), "bottle"),
    Tile("slaughter", Opens.SHEET, frozenset({INSPECTOR}), "split"),
    Tile("review", Opens.SHEET, frozenset({OFFICER}), "good"),
    Tile("newcomer", Opens.SHEET, FRONT, "person"),
    Tile("card", Opens.SHEET, FRONT, "badge"),
    Tile("pin", Opens.SHEET, FRONT, "keys"),
    Tile("supply", Opens.SHEET, EVERYBODY, "hand"),
    Tile("farming", Opens.SHEET, FRONT, "paper"),
    Tile("loss", Opens.SHEET, FRONT, "spoiled"),
    Tile("handover", Opens.SHEET, FRONT, "split"),
    Tile("devices", Opens.TOOL, frozenset({TECHNICIAN}), "tools"),
    Tile("network", Opens.TOOL, frozenset({TECHNICIAN}), "cloud"),
    Tile("printers", Opens.TOOL, frozenset({TECHNICIAN}), "print"),
    Tile("analyzers", Opens.TOOL, frozenset({TECHNICIAN}), "test"),
    Tile("checkup", Opens.TOOL, frozenset({TECHNICIAN, OFFICER}), "yes"),
    Tile("records", Opens.TOOL, frozenset({TECHNICIAN, OFFICER}), "paper"),
    Tile("scan_test", Opens.TOOL, frozenset({TECHNICIAN}), "camera"),
    Tile("screen_setup", Opens.TOOL, frozenset({TECHNICIAN}), "light"),
    Tile("supplies", Opens.TOOL, EVERYBODY, "spoiled"),
    Tile("fault", Opens.SHEET, EVERYBODY, "report"),
    Tile("faults", Opens.TOOL, EVERYBODY, "attention"),
    Tile("training", Opens.TOOL, EVERYBODY, "person"),
)


def tiles(roles: Sequence[str], tiles: Sequence[Tile] = TILES) -> tuple[Tile, ...]:
    return tuple(tile for tile in tiles if tile.roles & set(roles))


def tool_opened(visit: Visit, tool: str, about: str = "") -> Visit:
    return moved(replace(visit, tool=f"{tool} {about}".strip()), "tool_opened", Stage.TOOL)
