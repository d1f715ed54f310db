"""How much one second of a socket may bring: whoever sends more waits, and what listens keeps its time for people."""

import time
from collections.abc import Callable

MESSAGES = 50  # a second; a scanner tells some ten, and a wall of codes at once fits into BURST
BURST = 200  # messages
OCTETS = 2 << 20  # bytes a second; mirror pictures take 100 kB, a still picture 600 kB
BURST_OCTETS = 8 << 20  # the longest line, and what comes before it
LEAST = 4096  # bytes that every piece counts for: single bytes keep a core as busy as whole lines


class Allowance:
    """`clock` in seconds, any beginning. One thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock()
        self._messages, self._octets = float(BURST), float(BURST_OCTETS)

    def took(self, messages: int, octets: int) -> float:
        """One piece was heard; the seconds until the next one may be."""
        now = self._clock()
        since, self._at = now - self._at, now
        self._messages = min(BURST, self._messages + since * MESSAGES) - messages
        self._octets = min(BURST_OCTETS, self._octets + since * OCTETS) - max(octets, LEAST)
        return max(0.0, -self._messages / MESSAGES, -self._octets / OCTETS)
