"""Still pictures for the record: whole and not mirrored, kept as blobs before an entry names them."""

from collections.abc import Callable
from pathlib import Path

from kiosk import blobs
from kiosk.record import Unwritable

WAITS = 0.8  # seconds that a person's turn may stand still for a picture


class Pictures:
    """`still` answers within its seconds with a JPEG, or with nothing; `month` is the `YYYY-MM` of now."""

    def __init__(self, still: Callable[[float], bytes], captures: Path, month: Callable[[], str]) -> None:
        self._still = still
        self._captures = captures
        self._month = month

    def take(self) -> str:
        """The digest of what the camera sees now; empty when it sees nothing. Raises Unwritable."""
        picture = self._still(WAITS)
        if not picture:
            return ""
        try:
            return blobs.keep(self._captures, self._month(), picture)
        except OSError as refused:
            raise Unwritable(f"picture: {refused}") from refused
