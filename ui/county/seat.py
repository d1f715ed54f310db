"""Which of a county's intakes this one is: its name at the broker, and what it hears. Values only.

One intake hears every topic. Several share them (MQTT 5 §4.8.2): the broker gives each message to one of them, and what
one that died did not confirm reaches another when the station sends it again. Whoever knew the name of their group
could join it and make messages vanish: mosquitto asks for the right to hear only after it has chosen one of the group.
"""

import re
from dataclasses import dataclass

from kiosk.wire import Topics
from ui.county.rights import INTAKE, UPWARD

NAME = re.compile(rf"{INTAKE}(\.[2-9])?")  # with a dot, which no station's code may have
SESSION_S = 30 * 24 * 3600
# A dead intake's share waits for it no longer than this; another one gets it when the station sends again.
SHARED_SESSION_S = 60
TOLD_TO_ALL = ("status",)  # retained, which a shared subscription would not get


@dataclass(frozen=True, slots=True)
class Seat:
    name: str = INTAKE
    shared: bool = False

    @property
    def session_s(self) -> int:
        return SHARED_SESSION_S if self.shared else SESSION_S

    def filters(self, topics: Topics, group: str) -> list[str]:
        return [self._filter(topics, group, channel) for channel in UPWARD]

    def left(self, topics: Topics, group: str) -> list[str]:
        """Filters that an earlier run in the other way may have left in this name's session."""
        other = Seat(self.name, not self.shared)
        return sorted({*other.filters(topics, group)} - {*self.filters(topics, group)})

    def _filter(self, topics: Topics, group: str, channel: str) -> str:
        plain = topics.of("+", channel)
        return f"$share/{group}/{plain}" if self.shared and channel not in TOLD_TO_ALL else plain
