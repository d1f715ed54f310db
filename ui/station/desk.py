"""Who is asked for what at the door, and the desk of staff, in words."""

from dataclasses import dataclass

from kiosk.rules.visits.desk import tiles
from ui.station.view import View

BADGE = 1  # leaf of the number pad on which the number of a badge is keyed in
SLOTS = 20  # tiles on one leaf of the desk
FEWER = 15  # where something is told above them


@dataclass(frozen=True, slots=True)
class DeskTile:
    """`action` and `value` are what its tap sends; `count` what waits behind it."""

    action: str
    value: str
    label: str
    sign: str
    count: str = ""


@dataclass(frozen=True, slots=True)
class DeskTiles:
    shown: tuple[DeskTile, ...]
    more: int | None = None  # the next leaf


def roles(view: View) -> str:
    staff = view.screen.staff
    named = [] if staff is None else [view.say(f"desk.role.{role}") for role in staff.roles]
    return view.say("screen.list_and").join(named)


def shown(view: View) -> DeskTiles:
    """What these roles may do, with what waits behind it."""
    staff = view.screen.staff
    every = [_tile(view, tile.opens, tile.id, tile.sign) for tile in tiles(() if staff is None else staff.roles)]
    slots = FEWER if view.notice or view.screen.counts.get("alarms") else SLOTS
    if len(every) <= slots:
        return DeskTiles(tuple(every))
    here = slots - 1
    leaves = -(-len(every) // here)
    begin = view.leaf % leaves * here
    return DeskTiles(tuple(every[begin : begin + here]), (view.leaf + 1) % leaves)


def asked(view: View) -> str:
    """The title where somebody has to prove who he is."""
    return view.title if view.screen.proof == "tail" else view.say(f"screen.proving.{view.screen.proof}.title")


def how(view: View) -> str:
    return view.say("screen.proving.how" if view.screen.proof == "tail" else f"screen.proving.{view.screen.proof}.how")


def beside(view: View) -> str:
    """Name of the staff who stands beside him."""
    return "" if view.screen.staff is None else view.screen.staff.name


def _tile(view: View, action: str, value: str, sign: str) -> DeskTile:
    count = view.screen.counts.get(value, 0)
    return DeskTile(action, value, view.say(f"desk.{value}"), sign, str(count) if count else "")
