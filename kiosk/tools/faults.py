"""The faults page (报故障): what was reported from this box, and whether the county has seen it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.rules.visits import desk
from kiosk.tools.tool import Reach
from kiosk.work_rows import Fault

MOST = 12


@dataclass(frozen=True, slots=True)
class FaultsShown:
    """The newest first; `parts` are what may be reported as broken."""

    faults: tuple[Fault, ...]
    parts: tuple[str, ...]


class Faults:
    id = "faults"
    roles = desk.EVERYBODY

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def shown(self, about: str) -> FaultsShown:
        parts = tuple(device.part for device in self._reach.devices())
        return FaultsShown(tuple(self._reach.record.tables.work.faults(MOST)), parts)

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {}

    def heard(self, event: object) -> bool:
        return False
