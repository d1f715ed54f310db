"""The network page: what is connected, which Wi-Fi there is, a password by our own keys, the modem's access point."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import desk
from kiosk.tools.errand import Ended, Errand
from kiosk.tools.network import Network, NetworkError, Plug, Wifi
from kiosk.tools.tool import Reach

logger = logging.getLogger(__name__)

ERASE = "erase"
LETTERS, CAPITALS, NUMBERS, SIGNS = BOARDS = "abc", "ABC", "12#", "(~)"  # each leads to the next
LEAST_PASSWORD, MOST_TYPED = 8, 63  # of WPA, IEEE 802.11 annex J
WIFI, APN = "wifi", "apn"


@dataclass(frozen=True, slots=True)
class State:
    """What nmcli said the last time."""

    plugs: tuple[Plug, ...] = ()
    wifis: tuple[Wifi, ...] = ()
    known: tuple[str, ...] = ()
    apn: str | None = None


@dataclass(frozen=True, slots=True)
class NetworkShown:
    """`page`: "" the list, `wifi` a password for `name`, `apn`. `typed` is what the keys have given so far."""

    state: State
    looked: bool
    busy: str
    told: Sentence | None
    page: str
    name: str
    typed: str
    visible: bool
    board: str

    @property
    def enough(self) -> bool:
        return len(self.typed) >= LEAST_PASSWORD if self.page == WIFI else bool(self.typed)


class Networking:
    id = "network"
    roles = frozenset({desk.TECHNICIAN})

    def __init__(self, reach: Reach, network: Network) -> None:
        self._reach = reach
        self._network = network
        self._errand = Errand(reach.post, NetworkError)
        self._state = State()
        self._looked = False
        self._told: Sentence | None = None
        self._page, self._typed, self._visible, self._board = "", "", False, LETTERS

    def shown(self, about: str) -> NetworkShown:
        if not self._looked and not self._errand.busy and self._told is None:
            self._look()
        if about != self._page:
            self._page, self._typed, self._visible, self._board = about, self._state.apn or "", False, LETTERS
            self._typed = self._typed if about == APN else ""
        page, _, name = about.partition(" ")
        facts = self._state, self._looked, self._errand.busy, self._told
        return NetworkShown(*facts, page, name, self._typed, self._visible, self._board)

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {
            "look": lambda _: self._look(),
            "join": self._join,
            "forget": self._forget,
            "apn": lambda _: self._set_apn(),
            "key": self._key,
            "reveal": lambda _: self._reveal(),
        }

    def heard(self, event: object) -> bool:
        ended = self._errand.heard(event)
        if ended is not None:
            self._ended(ended)
            self._reach.show()
        return ended is not None

    def _ended(self, ended: Ended) -> None:
        if isinstance(ended.error, NetworkError):
            logger.info("network, %s: %s", ended.name, ended.error.code)
            facts = {name: str(value) for name, value in ended.error.facts.items()}
            self._told = Sentence(f"network.problem.{ended.error.code}", facts)
        elif isinstance(ended.result, State):
            self._state, self._looked = ended.result, True
            self._told = None if ended.name == "look" else Sentence(f"network.done.{ended.name}")

    # --- what takes long ------------------------------------------------------------------------------------------

    def _look(self) -> None:
        self._told = None
        self._errand.run("look", self._looked_at)

    def _join(self, name: str) -> None:
        password, network = self._typed, self._network
        self._run("join", lambda: network.join(name, password))

    def _forget(self, name: str) -> None:
        self._run("forget", lambda: self._network.forget(name))

    def _set_apn(self) -> None:
        apn = self._typed
        if apn:
            self._run("apn", lambda: self._network.set_apn(apn))

    def _run(self, name: str, work: Callable[[], None]) -> None:
        def done() -> State:
            work()
            return self._looked_at()

        self._told = None
        self._errand.run(name, done)
        self._leave()

    def _looked_at(self) -> State:
        network = self._network
        plugs = network.plugs()
        wifi = any(plug.kind == "wifi" for plug in plugs)
        modem = any(plug.kind == "gsm" for plug in plugs)
        return State(
            plugs,
            network.wifis() if wifi else (),
            network.known() if wifi else (),
            (network.apn() or "") if modem else None,
        )

    # --- keys -----------------------------------------------------------------------------------------------------

    def _key(self, key: str) -> None:
        if key in BOARDS:
            self._board = key
        elif key == ERASE:
            self._typed = self._typed[:-1]
        elif len(key) == 1 and key.isprintable() and len(self._typed) < MOST_TYPED:
            self._typed += key
        self._reach.show()

    def _reveal(self) -> None:
        self._visible = not self._visible
        self._reach.show()

    def _leave(self) -> None:
        """Back to the list; what was typed is forgotten."""
        self._typed = ""
        self._reach.open.step(desk.tool_opened(self._reach.open.visit, self.id))
