"""The safe screen of a station that cannot serve: why, in words, and what to do. What lies on the disk is not touched.

Damage stays damage, however often the program starts: the screen stands until somebody has looked. A disk that refuses
may be well again in a minute: then the service manager starts us anew.
"""

import threading
import time
from collections.abc import Callable

from starlette.applications import Starlette

from kiosk.clock import Now
from kiosk.error_words import sentence_of
from kiosk.log import Damaged
from kiosk.notify import notify
from kiosk.record import Foreign, RolledBack, Unreadable, Unwritable
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Visit
from kiosk.screen import Link, Screen
from kiosk.vigil import Vigil, answering
from ui.station.serve import served

SHOWN = 60.0  # seconds that the safe screen stands before the service manager starts us again
BEAT = 0.5  # seconds

# what kept the record from opening → its sentence; the first that fits
REASONS: tuple[tuple[type[Exception], str], ...] = (
    (Damaged, "problem.record.damaged"),
    (RolledBack, "problem.record.rolled_back"),
    (Foreign, "problem.record.foreign"),
    (Unwritable, "problem.record.disk"),
    (Unreadable, "problem.record.tables"),
    (OSError, "problem.record.disk"),
)
PASSING = ("problem.record.disk", "problem.record.refused")
NEWER = "newer software"  # tables.py says so of tables that it does not know


class Closed:
    """Stands in for the attendant: one screen, and nothing is served."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.beats = 0

    def screen(self) -> Screen:
        return self._screen

    def act(self, action: str, value: str, visit: str, place: str) -> Screen:
        return self._screen

    def wait(self, version: int, timeout: float) -> Screen:
        time.sleep(timeout)
        return self._screen

    def preview(self) -> bytes | None:
        return None

    def rest(self, stopping: threading.Event, seconds: float, mended: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not stopping.wait(BEAT) and not mended():
            self.beats += 1


def why(wrong: Exception) -> Sentence:
    """In words; `found` of its facts names what the technician is told of it, with facts of its own."""
    key = next((key for kind, key in REASONS if isinstance(wrong, kind)), "problem.record.refused")
    key = "problem.record.newer" if NEWER in str(wrong) else key
    found = sentence_of(wrong)
    return Sentence(key) if found is None else Sentence(key, {"found": found.key, **found.facts})


def closed(
    reason: Sentence,
    now: Now,
    unconfirmed: tuple[str, ...],
    app: Callable[[Closed], Starlette],
    address: tuple[str, int],
    stopping: threading.Event,
    mended: Callable[[], bool],
) -> int:
    """Show it until `stopping`, for a while where it may pass, or until it is `mended`; the exit code."""
    screen = Screen(
        version=1,
        visit=Visit(id="-"),
        offered=(),
        may_go_back=False,
        may_abandon=False,
        run_ready=False,
        kilograms=None,
        products=(),
        devices=(),
        link=Link(0, 0, ""),
        now=now,
        unconfirmed=unconfirmed,
        halted=reason,
    )
    stands = Closed(screen)
    with served(app(stands), *address), Vigil(lambda: stands.beats, answering(*address)):
        notify("READY=1")
        stands.rest(stopping, SHOWN if reason.key in PASSING else float("inf"), mended)
    return 1
