"""The devices page: each device, where it hangs, since when it is well or away, and what it answers when asked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.screen import DeviceState
from kiosk.tools.losses import Losses, Lost
from kiosk.tools.tool import Reach

# udev's path_id: `…-usb-0:1.2:1.0…`: which socket of which hub, from the box outward (systemd's udev-builtin-path_id)
SOCKET = re.compile(r"usb-[0-9]+:([0-9]+(?:\.[0-9]+)*):")
MOST_BYTES = 24  # readings that are shown with their bytes


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """`where` as station.toml has it; `socket` the numbers of the sockets on the way, empty where no name tells."""

    state: DeviceState
    where: str
    socket: tuple[int, ...]
    lost: Lost


@dataclass(frozen=True, slots=True)
class DevicesShown:
    """`open`: the one whose page it is; None: the list."""

    devices: tuple[DeviceSeen, ...]
    open: DeviceSeen | None


class Devices:
    """`places`: where each device is said to hang, by its name."""

    id = "devices"
    roles: frozenset[str] = frozenset()

    def __init__(self, reach: Reach, places: Mapping[str, str]) -> None:
        self._reach = reach
        self._places = places
        self._losses = Losses(reach.record)

    def shown(self, about: str) -> DevicesShown:
        day = self._reach.clock.now().text[:10]
        seen = tuple(self._seen(state, day) for state in self._reach.devices())
        return DevicesShown(seen, next((one for one in seen if one.state.part == about), None))

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {}

    def heard(self, event: object) -> bool:
        return False

    def _seen(self, state: DeviceState, day: str) -> DeviceSeen:
        where = self._places.get(state.part, "")
        return DeviceSeen(state, where, socket_of(where), self._losses.of(state.part, day))


def socket_of(where: str) -> tuple[int, ...]:
    """Of `/dev/serial/by-path/…-usb-0:1.2:1.0-port0`: (1, 2)."""
    found = SOCKET.search(where)
    return () if found is None else tuple(map(int, found[1].split(".")))
