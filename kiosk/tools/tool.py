"""What a tool is: one page of the staff's desk, and what of the station it may use.

A tool that works long (a network, a printer) works in a thread of its own and posts what came of it; the attendant's
thread hands it back to `heard`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from kiosk.clock import Clock
from kiosk.devices import PrintJob
from kiosk.open_visit import OpenVisit
from kiosk.pictures import Pictures
from kiosk.proving import Badges
from kiosk.record import Record
from kiosk.rules.visits.turn import Visit
from kiosk.runs import Expected
from kiosk.screen import DeviceState


@dataclass(frozen=True, slots=True)
class Reach:
    """What a tool or a sheet may use. Everything but `post` belongs to the attendant's thread."""

    open: OpenVisit
    record: Record
    clock: Clock
    devices: Callable[[], tuple[DeviceState, ...]]
    observe: Callable[[str], None]  # read one analyzer now; its readings stand in its DeviceState
    slip: Callable[[str, int], None]  # print the piece of this name about an entry
    show: Callable[[], None]  # draw the screen again
    post: Callable[[object], None]  # from any thread: comes back by `heard`
    badges: Badges
    pictures: Pictures
    print: Callable[[PrintJob], None] = lambda _: None  # a page to try; its PrintEnded is heard too
    expected: Callable[[Visit], Expected] = lambda _: Expected()  # when a result may be there


class Tool(Protocol):
    """`roles`: of staff, any of them; empty: whoever stands at the box."""

    @property
    def id(self) -> str: ...

    @property
    def roles(self) -> frozenset[str]: ...

    def shown(self, about: str) -> object:
        """A frozen value for its page; `about` is what stands behind the tool's name in the tap that opened it."""

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        """What a finger may ask while its page stands open, by the name of the button."""

    def heard(self, event: object) -> bool:
        """Whether this event of a thread was its own. While its page stands open it hears codes and advice first."""
