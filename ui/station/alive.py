"""Which pages of ours are alive: each says so every few seconds, for as long as its script runs and it draws.

Whoever started the browser asks (systemd/page), and starts it anew when nothing was heard for long: a page that is
white, frozen or crashed cannot help itself.
"""

import time
from collections.abc import Callable, Mapping

NEVER = 99_999  # seconds, of a page that was never heard


class Alive:
    """Asked and told by the threads of the pages."""

    def __init__(self, pages: tuple[str, ...], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: dict[str, float | None] = dict.fromkeys(pages)

    def beat(self, page: str) -> None:
        """This page draws."""
        if page in self._heard:
            self._heard[page] = self._clock()

    def silent(self) -> Mapping[str, int]:
        """Whole seconds since each page was heard."""
        now = self._clock()
        return {page: NEVER if at is None else int(now - at) for page, at in self._heard.items()}
