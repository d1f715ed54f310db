"""The station begins anew, in its own process, because somebody at the screen asked: while nobody is served."""

import threading
from collections.abc import Callable

from kiosk.training import Training


class Restart:
    """Asked from the attendant's thread, looked at by the program when its serving has ended.

    `into`: the training that the next start is to be; None: the station itself.
    """

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self.wanted = False
        self.into: Training | None = None

    def ask(self, into: Training | None = None) -> None:
        """As soon as nobody is served and no test runs."""
        self.wanted, self.into = True, into

    def now(self) -> None:
        """Without waiting: what is going on is practice only."""
        self.wanted = True
        self._stopping.set()

    def chore(self, running: Callable[[], bool]) -> bool:
        """While nobody is served: go, if it was asked for. Whether it did."""
        if not self.wanted or running():
            return False
        self._stopping.set()
        return True

    def taken(self) -> Training | None:
        """What the next start is; the wish is fulfilled with it."""
        into, self.into, self.wanted = self.into, None, False
        return into
