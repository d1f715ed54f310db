"""What somebody has to come for, by ids: a tone is heard once for each. The words stand in the strip (queue.py)."""

from collections.abc import Iterator

from kiosk.rules.visits.turn import Stage
from kiosk.screen import TimerShown
from ui.station.queue import CALLING
from ui.station.view import View

CASES = (Stage.RETESTING, Stage.STOPPED)  # what a run came to that nobody was there to see


def calls(view: View) -> str:
    """Clocks that are over, analyzers that fell silent or are free for somebody, runs aside that found something."""
    return " ".join(_calls(view))


def _calls(view: View) -> Iterator[str]:
    screen = view.screen
    for run in screen.runs:
        if run.over:
            yield f"over:{run.run}"
        if run.problem is not None:
            yield f"silent:{run.run}"
    for one in screen.aside:
        if one.stage in CASES:
            yield f"found:{one.visit}:{one.stage}"
        if one.over:
            yield f"late:{one.visit}"
        if one.called:
            yield f"free:{one.visit}"
    for timer in _timers(view):
        if timer.phase in CALLING:
            yield f"step:{screen.visit.id}:{timer.step}:{timer.phase}"


def _timers(view: View) -> tuple[TimerShown, ...]:
    loading = view.screen.loading
    return (*view.screen.timers, *(() if loading is None else loading.timers))
