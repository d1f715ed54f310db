"""How often to look: at full rate while something happens, seldom when nothing has moved for a while. Pure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cv2.typing import MatLike

MOVED = 8  # grey levels by which one cell of the small picture differs; a cell is hundreds of pixels, its noise below 1
LIT = 24  # grey levels by which the whole picture differs: a lamp was switched, something covers the lens
ADAPTS = 0.1  # of the difference that each look takes over: daylight drifts, a hand does not
QUIET_AFTER = 5.0  # seconds
QUIET_INTERVAL = 0.25  # seconds between two looks at a room in which nothing moves
ANYWAY = 2.0  # seconds between two readings of a scene that has not moved: the difference is no proof
EARLY = 0.75  # of an interval: a camera makes us wait for its frame, and who comes too late misses it


class MotionWatch:
    """Compares small grey pictures with a slow memory of the scene."""

    def __init__(self) -> None:
        self._scene: MatLike | None = None

    def moved(self, small: "MatLike") -> bool:
        """`small`: rows of grey cells, always of one size; the first picture counts as movement."""
        import numpy as np

        seen = small.astype(np.float32)
        if self._scene is None or self._scene.shape != seen.shape:
            self._scene = seen
            return True
        difference = seen - self._scene
        whole = float(np.median(difference))  # lamps flicker over the whole picture
        moved = abs(whole) >= LIT or float(np.abs(difference - whole).max()) >= MOVED
        self._scene = seen if moved else self._scene + ADAPTS * difference
        return moved


class Pace:
    """`looked` after each picture, then `interval` seconds until the next; `reads` before the picture is read."""

    def __init__(self, fps: int) -> None:
        self._full = EARLY / fps
        self._moved = float("-inf")
        self._read = float("-inf")
        self._quiet = False

    def looked(self, moved: bool, now: float) -> None:
        if moved:
            self._moved = now
        self._quiet = now - self._moved >= QUIET_AFTER

    @property
    def quiet(self) -> bool:
        return self._quiet

    @property
    def interval(self) -> float:
        return QUIET_INTERVAL if self._quiet else self._full

    def reads(self, now: float) -> bool:
        """Whether this picture is worth a reading: always, unless nothing has moved and one was read just now."""
        worth = not self._quiet or now - self._read >= ANYWAY
        if worth:
            self._read = now
        return worth
