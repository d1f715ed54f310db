"""The devices page in words: how each one is, where it hangs, since when, what to do."""

from dataclasses import dataclass

from kiosk.tools.devices import DeviceSeen, DevicesShown
from ui.station import technician
from ui.station.technician import Card, Held
from ui.station.tools.panel import BAD, GOOD, Button, Panel, Row, day_and_time, fault, leafed
from ui.station.view import DEVICES_OF_THE_HOUSE, View

SOCKETS = (1, 2, 3, 4)  # drawn of a hub; a number beyond them is drawn as one more
WIDTH = 110  # of one socket in the drawing
LISTED = 3  # readings on a leaf: each with its bytes
FACTS = 3  # of what it says of itself: model, firmware, profile
SHOWN = 40  # characters of a place's end


@dataclass(frozen=True, slots=True)
class Socket:
    number: int
    x: int
    here: bool


@dataclass(frozen=True, slots=True)
class OneDevice:
    """`sockets`: the row that its cable is plugged into; empty where no name tells. `held`: on a leaf of readings."""

    panel: Panel
    facts: tuple[tuple[str, str], ...]
    what_to_do: str
    sockets: tuple[Socket, ...]
    hub: str
    where: str
    held: tuple[Held, ...]


def listed(view: View) -> Panel:
    shown = _shown(view)
    rows, more = leafed(view, [_row(view, one) for one in shown.devices])
    none = "" if shown.devices else view.say("screen.tech.none")
    title = view.say("screen.tech.title")
    return Panel(title, rows, (fault(view, "station"),), notice=none, more=more)


def one(view: View) -> OneDevice | None:
    opened = _shown(view).open
    if opened is None:
        return None
    device = opened.state
    card = next(card for card in technician.cards(view) if card.part == device.part)
    kind = device.part if device.part in DEVICES_OF_THE_HOUSE else "analyzer"
    since = () if not opened.lost.last else ((view.say("tools.devices.lost_last"), day_and_time(opened.lost.last)),)
    facts = (
        *card.facts[:FACTS],
        *since,
        (view.say("tools.devices.lost_today"), view.say("tools.devices.times", count=opened.lost.today)),
    )
    read = Button("read", view.say("screen.tech.read"), device.part, "again", "first")
    buttons = ((read,) if card.readable else ()) + (fault(view, device.part),)
    held, more = _held(view, card)
    return OneDevice(
        Panel(card.name, notice=card.problem, buttons=buttons, up="devices", more=more),
        facts,
        view.say(f"tools.devices.do.{kind}") if card.problem else "",
        _sockets(opened.socket),
        ".".join(map(str, opened.socket)),
        opened.where[-SHOWN:] or view.say("tools.devices.nowhere"),
        held,
    )


def _held(view: View, card: Card) -> tuple[tuple[Held, ...], int | None]:
    """What was read stands first where all is well; where it is not, what to do does."""
    leaves = [card.held[begin : begin + LISTED] for begin in range(0, len(card.held), LISTED)]
    leaves.insert(0 if card.problem else len(leaves), ())
    leaf = view.leaf % len(leaves)
    return leaves[leaf], (leaf + 1) % len(leaves) if len(leaves) > 1 else None


def _row(view: View, seen: DeviceSeen) -> Row:
    card = next(card for card in technician.cards(view) if card.part == seen.state.part)
    about = card.problem or " ".join(value for _, value in card.facts[:1])
    open_it = Button("tool", view.say("tools.open"), f"devices {seen.state.part}", "more", "plain")
    return Row(card.name, about, state=BAD if card.problem else GOOD, button=open_it)


def _sockets(way: tuple[int, ...]) -> tuple[Socket, ...]:
    if not way:
        return ()
    numbers = SOCKETS if way[-1] in SOCKETS else (*SOCKETS, way[-1])
    return tuple(Socket(number, 20 + at * WIDTH, number == way[-1]) for at, number in enumerate(numbers))


def _shown(view: View) -> DevicesShown:
    shown = view.screen.tool
    return shown if isinstance(shown, DevicesShown) else DevicesShown((), None)
