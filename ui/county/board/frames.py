"""The light board's stream: of each view only the tiles that are not as they were. Used by many threads.

Lights change with time alone too, so a frame bears a number of its own, not that of the database. A browser that comes
back with a number of another run, or one that is long gone, gets the whole board.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ui.county.board.view import Tile, Town, View
from ui.county.live import Frame

KEPT = 20  # views back that a browser may come from
AGAIN = timedelta(seconds=10)  # after which lights are looked at again though nothing was committed
FIRST_BELOW = 10**14  # where a run begins to count: two runs do not meet


@dataclass(frozen=True, slots=True)
class Step:
    """From what a browser has to `view`; `whole` when that is not known, or stations came or went."""

    view: View
    whole: bool
    tiles: tuple[Tile, ...] = ()
    towns: tuple[Town, ...] = ()


@dataclass(frozen=True, slots=True)
class _Now:
    version: int
    at: datetime
    number: int
    view: View


class Frames:
    """Of one language and one scope."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = secrets.randbelow(FIRST_BELOW)
        self._kept: dict[int, View] = {}
        self._now: _Now | None = None

    def frame(
        self,
        since: int | None,
        version: int,
        now: datetime,
        look: Callable[[], View],
        draw: Callable[[int, Step], bytes],
    ) -> Frame:
        """`version` is the database's; `look` reads the present view, `draw` encodes a step to its number."""
        current = self._current(version, now, look)
        if since == current.number:
            return Frame(since, current.number, b"")
        before = None if since is None else self._kept.get(since)
        return Frame(since, current.number, draw(current.number, step(before, current.view)))

    def _current(self, version: int, now: datetime, look: Callable[[], View]) -> _Now:
        with self._lock:
            known = self._now
            if known is not None and version <= known.version and abs(now - known.at) < AGAIN:
                return known
            view = look()
            if known is None or known.view != view:
                self._number += 1
                self._kept[self._number] = view
                self._kept.pop(self._number - KEPT, None)
            self._now = _Now(version, now, self._number, view)
            return self._now


def step(before: View | None, view: View) -> Step:
    """What differs; a town's own line when its counts or its name do."""
    if before is None or _places(before) != _places(view):
        return Step(view, whole=True)
    tiles, towns = [], []
    for old, new in zip(before.towns, view.towns, strict=True):
        tiles += [tile for was, tile in zip(old.tiles, new.tiles, strict=True) if was != tile]
        if (old.name, old.counts) != (new.name, new.counts):
            towns.append(new)
    return Step(view, whole=False, tiles=tuple(tiles), towns=tuple(towns))


def _places(view: View) -> tuple[object, ...]:
    """Where everything stands on the page."""
    towns = tuple((town.code, tuple(tile.station for tile in town.tiles)) for town in view.towns)
    return (*towns, tuple((point.tile.station, point.x, point.y) for point in view.points), view.unplaced)
