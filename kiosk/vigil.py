"""Signs of life to the service manager (sd_notify(3), WatchdogSec=): only while every part of the program gets on.

A part that hangs stops them, and the program is killed and started again; the visit is taken up where it was.
"""

import http.client
import os
import threading
from collections.abc import Callable
from typing import Self

from kiosk.notify import notify

EVERY = 5.0  # seconds between two signs, where no service manager says how long it waits
SIGNS = 6  # in the time that it waits
ANSWERS_WITHIN = 3.0  # seconds that the touch screen's server may take


class Vigil:
    """`beats` grow while their part gets on; `answers` asks the touch screen's server. Use in a `with`."""

    def __init__(self, beats: Callable[[], int], answers: Callable[[], bool]) -> None:
        self._beats = beats
        self._answers = answers
        self._every = _every()
        self._seen = -1
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="vigil", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def looked(self) -> bool:
        """Whether all went on since the last look."""
        beats = self._beats()
        went_on, self._seen = beats != self._seen, beats
        return went_on and self._answers()

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            if self.looked():
                notify("WATCHDOG=1")


def answering(host: str, port: int) -> Callable[[], bool]:
    """Whether a web server on this machine answers anything at all; a refusal is an answer."""

    def answers() -> bool:
        line = http.client.HTTPConnection(host.strip("[]"), port, timeout=ANSWERS_WITHIN)
        try:
            line.request("GET", "/alive")
            line.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
        return True

    return answers


def _every() -> float:
    """Seconds; sd_watchdog_enabled(3)."""
    try:
        return int(os.environ["WATCHDOG_USEC"]) / 1e6 / SIGNS
    except (KeyError, ValueError):
        return EVERY
