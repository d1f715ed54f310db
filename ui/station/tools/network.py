"""The network page in words, and our own keys for a password."""

from kiosk.tools.network import Plug, Wifi
from kiosk.tools.networking import BOARDS, CAPITALS, LETTERS, NUMBERS, SIGNS, NetworkShown, State
from ui.station.tools.panel import BAD, GOOD, QUIET, Button, Panel, Row, fault, leafed
from ui.station.view import View

ROWS_OF = {
    LETTERS: ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    CAPITALS: ("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"),
    NUMBERS: ("1234567890", "@#$%&*-_+=", ".,!?:;/ "),
    SIGNS: ("()[]{}<>|\\", "\"'`^~"),
}
BARS = (0, 25, 50, 75)
EMPTY = NetworkShown(State(), False, "", None, "", "", "", False, LETTERS)


def shown(view: View) -> NetworkShown:
    tool = view.screen.tool
    return tool if isinstance(tool, NetworkShown) else EMPTY


def listed(view: View) -> Panel:
    network = shown(view)
    state = network.state
    found = [*(_plug(view, plug) for plug in state.plugs), *_apn(view, state)]
    found += [_wifi(view, wifi, state) for wifi in state.wifis]
    rows, more = leafed(view, found)
    none = view.say("tools.network.none") if network.looked and not state.plugs else ""
    return Panel(
        view.say("desk.network"),
        rows,
        (Button("look", view.say("tools.network.look"), sign="again", off=bool(network.busy)), fault(view, "network")),
        notice=view.tell(network.told) if network.told is not None else none,
        busy=view.say(f"tools.network.busy.{network.busy}") if network.busy else "",
        more=more,
    )


def typing(view: View) -> Panel:
    """A password, or an access point."""
    network = shown(view)
    if network.page == "apn":
        done = Button("apn", view.say("tools.network.use"), sign="yes", look="first", off=not network.enough)
        return Panel(view.say("tools.network.apn"), buttons=(done,), up="network")
    join = Button("join", view.say("tools.network.join"), network.name, "yes", "first", off=not network.enough)
    return Panel(view.say("tools.network.password", name=network.name), buttons=(join,), up="network")


def typed(view: View) -> str:
    network = shown(view)
    secret = network.page == "wifi" and not network.visible
    return "•" * len(network.typed) if secret else network.typed


def keys(view: View) -> tuple[str, ...]:
    return ROWS_OF[shown(view).board]


def board(view: View) -> str:
    """What the key that turns the board leads to."""
    return BOARDS[(BOARDS.index(shown(view).board) + 1) % len(BOARDS)]


def _plug(view: View, plug: Plug) -> Row:
    key = f"tools.network.state.{plug.state.split(' ')[0]}"
    state = view.say(key) if view.words.knows(key) else plug.state
    about = f"{state} · {plug.connection}" if plug.up and plug.connection else state
    sign = "cloud" if plug.up else "no"
    return Row(view.say(f"tools.network.kind.{plug.kind}"), about, sign, GOOD if plug.up else BAD)


def _apn(view: View, state: State) -> tuple[Row, ...]:
    if state.apn is None:
        return ()
    change = Button("tool", view.say("tools.change"), "network apn", "keys", "plain")
    return (
        Row(view.say("tools.network.apn"), state.apn or view.say("tools.network.apn_none"), "cloud", button=change),
    )


def _wifi(view: View, wifi: Wifi, state: State) -> Row:
    bars = sum(wifi.signal > bar for bar in BARS)
    lock = view.say("tools.network.locked" if wifi.locked else "tools.network.open")
    about = view.say("tools.network.signal", bars=bars, lock=lock)
    if wifi.joined or wifi.name in state.known:
        leave = Button("forget", view.say("tools.network.forget"), wifi.name, "close", "plain")
        return Row(
            wifi.name,
            view.say("tools.network.joined") if wifi.joined else about,
            "cloud",
            GOOD if wifi.joined else QUIET,
            button=leave,
        )
    if not wifi.locked:
        return Row(
            wifi.name, about, "cloud", button=Button("join", view.say("tools.network.join"), wifi.name, "yes", "plain")
        )
    key = Button("tool", view.say("tools.network.join"), f"network wifi {wifi.name}", "keys", "plain")
    return Row(wifi.name, about, "cloud", button=key)
