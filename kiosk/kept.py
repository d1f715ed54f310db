"""A thread that serves a device for ever: what ends with a DeviceError is told once and begun anew after a pause."""

import threading
from collections.abc import Callable

from drivers.errors import DeviceError

RETRY_FIRST, RETRY_LAST = 0.5, 5.0  # seconds between two tries to open a lost device
JOINED_WITHIN = 5.0


class Kept:
    """`tell` hears of each trouble once until the device is `back`, `lost` every time."""

    def __init__(
        self,
        part: str,
        serve: Callable[[], None],
        tell: Callable[[DeviceError], None],
        lost: Callable[[DeviceError], None] | None = None,
    ) -> None:
        self._serve = serve
        self._tell = tell
        self._lost = lost
        self._stop = threading.Event()
        self._told = ""
        self._pause = RETRY_FIRST
        self._thread = threading.Thread(target=self._run, name=part, daemon=True)

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    @property
    def troubled(self) -> bool:
        """Was trouble told, and not yet that it is over?"""
        return bool(self._told)

    def start(self) -> None:
        self._thread.start()

    def stop(self, wake: Callable[[], None]) -> None:
        self._stop.set()
        wake()
        self._thread.join(timeout=JOINED_WITHIN)

    def back(self) -> None:
        self._told, self._pause = "", RETRY_FIRST

    def stopped_within(self, seconds: float) -> bool:
        return self._stop.wait(seconds)

    def trouble(self, problem: DeviceError) -> None:
        if problem.code != self._told:
            self._told = problem.code
            self._tell(problem)
        if self._lost is not None:
            self._lost(problem)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._serve()
            except DeviceError as problem:
                self.trouble(problem)
                self._stop.wait(self._pause)
                self._pause = min(self._pause * 2, RETRY_LAST)
