"""A tool at the desk of a real record: a reach whose thread is the test's, and a visit that stands on its page."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.devices import PrintJob
from kiosk.open_visit import OpenVisit
from kiosk.rules.visits.turn import Stage, Turn, Visit
from kiosk.screen import DeviceState
from kiosk.tools.tool import Reach, Tool
from tests.support.house import House
from tests.support.law import law
from tests.support.waiting import wait_for


@dataclass
class AtDesk:
    house: House
    reach: Reach
    posted: "queue.SimpleQueue[object]" = field(default_factory=queue.SimpleQueue)
    slips: list[tuple[str, int]] = field(default_factory=list)
    printed: list[PrintJob] = field(default_factory=list)

    def on(self, tool: Tool, about: str = "") -> object:
        """Its page stands open."""
        visit = Visit("v-1", turn=Turn.STAFF, stage=Stage.TOOL, tool=f"{tool.id} {about}".strip(), staff="li")
        self.reach.open.visit = visit
        return tool.shown(about)

    def tap(self, tool: Tool, action: str, value: str = "") -> object:
        tool.steps()[action](value)
        return tool.shown(self.reach.open.visit.tool.partition(" ")[2])

    def hear(self, tool: Tool) -> object:
        """What its thread posted, as the attendant's thread hands it back."""
        wait_for(lambda: not self.posted.empty(), "the errand ends")
        assert tool.heard(self.posted.get())
        return tool.shown(self.reach.open.visit.tool.partition(" ")[2])


@contextmanager
def at_desk(folder: Path, devices: tuple[DeviceState, ...] = ()) -> Iterator[AtDesk]:
    house = House(folder)
    with house.record() as record:
        opened = OpenVisit(record, lambda *_: law(house.time), lambda _: None)
        desk = AtDesk(house, None)  # type: ignore[arg-type]
        desk.reach = Reach(
            open=opened,
            record=record,
            clock=house.clock,
            devices=lambda: devices,
            observe=lambda _: None,
            slip=lambda name, seq: desk.slips.append((name, seq)),
            show=lambda: None,
            post=desk.posted.put,
            badges=None,  # type: ignore[arg-type]
            pictures=None,  # type: ignore[arg-type]
            print=desk.printed.append,
        )
        yield desk
