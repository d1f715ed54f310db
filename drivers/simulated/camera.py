"""A camera in front of which somebody holds up, one after the other, the pictures of a folder.

Put a picture in and it is held up; take it out and it is gone. How a picture becomes a frame is passed in.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from drivers.errors import LinkError

Frame = TypeVar("Frame")

FRAMES = 10  # a second: a camera makes us wait for the next one, too
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp"})


class FolderCamera(Generic[Frame]):
    """Name order, `rate` pictures a second, the folder read again after the last. Empty: `grey`. Gone: LinkError."""

    still = True  # pictures stand still: identical frames are no fault here

    def __init__(
        self,
        folder: Path,
        read: Callable[[Path], Frame | None],
        grey: Frame,
        rate: float = 4.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._read = read
        self._grey = grey
        self._rate = rate
        self._clock = clock
        self._waiting: list[Path] = []
        self._held: Frame = grey
        self._until = self._shown = float("-inf")

    def newest(self, timeout: float) -> Frame:
        """The picture held up now; one that cannot be read (half written) is passed over."""
        time.sleep(max(0.0, self._shown + 1 / FRAMES - self._clock()))
        now = self._shown = self._clock()
        if now >= self._until:
            self._held = self._next()
            self._until = now + 1 / self._rate
        return self._held

    def darken(self, dark: bool) -> None:
        """A picture file is as bright as it is."""

    def close(self) -> None:
        self._waiting.clear()

    def _next(self) -> Frame:
        if not self._waiting:
            self._waiting = self._listed()
        while self._waiting:
            frame = self._read(self._waiting.pop(0))
            if frame is not None:
                return frame
        return self._grey

    def _listed(self) -> list[Path]:
        try:
            return sorted(path for path in self._folder.iterdir() if path.suffix.lower() in PICTURES and _is_file(path))
        except OSError as gone:
            raise LinkError("scanner.absent", camera=str(self._folder)) from gone


def _is_file(path: Path) -> bool:
    """No pipe, no device, no loop of links."""
    try:
        return path.is_file()
    except OSError:
        return False
