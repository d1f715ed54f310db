"""Still pictures for the record: whole and not mirrored, kept as blobs before an entry names them."""

import time
from collections.abc import Callable
from pathlib import Path

from kiosk import blobs
from kiosk.record import Unwritable

WAITS = 0.8  # seconds that a person's turn may stand still for a picture
RESTS = 2.0  # seconds after one that did not come: who holds up ten papers does not wait ten times


class Pictures:
    """`still` answers within its seconds with a JPEG, or with nothing; `month` is the `YYYY-MM` of now.

    `clock` in seconds, any beginning. One thread.
    """

    def __init__(
        self,
        still: Callable[[float], bytes],
        captures: Path,
        month: Callable[[], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._still = still
        self._captures = captures
        self._month = month
        self._clock = clock
        self._rests_until: float | None = None

    def take(self) -> str:
        """The digest of what the camera sees now; empty when it sees nothing. Raises Unwritable."""
        if self._rests_until is not None and self._clock() < self._rests_until:
            return ""
        picture = self._still(WAITS)
        if not picture:
            self._rests_until = self._clock() + RESTS
            return ""
        try:
            return blobs.keep(self._captures, self._month(), picture)
        except OSError as refused:
            raise Unwritable(f"picture: {refused}") from refused
