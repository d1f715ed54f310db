"""The electronic certificate for the family's telephone: the short link of the paper, as a code on the screen."""

from functools import lru_cache
from itertools import groupby

from kiosk.paper.shown_code import QUIET, modules
from ui.station.view import View


def side(view: View) -> int:
    """Modules across, with the white border; 0 where there is nothing to show."""
    return len(modules(view.screen.trace)) + 2 * QUIET if view.screen.trace else 0


def path(view: View) -> str:
    """The dark modules as one path of an SVG whose unit is a module."""
    return _path(view.screen.trace)


@lru_cache(maxsize=4)
def _path(link: str) -> str:
    drawn = []
    for y, row in enumerate(modules(link), QUIET):
        x = QUIET
        for dark, run in groupby(row):
            length = len(list(run))
            drawn += [f"M{x} {y}h{length}v1h-{length}z"] if dark else []
            x += length
    return "".join(drawn)
