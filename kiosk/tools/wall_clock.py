"""The box's clock set by hand, through timedatectl: a program with arguments, never a shell (timedatectl(1)).

The station itself may not touch the clock (ProtectClock=); systemd/50-liangzheng-network.rules lets its user ask timed.
"""

import contextlib
import os
import subprocess
from datetime import datetime

PROGRAM = "timedatectl"
WAITS = 20  # seconds


class ClockRefused(Exception):
    """`said`: what the program said; empty where there is none."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class WallClock:
    """Blocks: for a thread of its own."""

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program

    def set(self, to: datetime) -> None:
        """While a time service is asked for, the clock cannot be set: it rests meanwhile. Raises ClockRefused."""
        self._do("set-ntp", "false")
        try:
            self._do("set-time", f"{to:%Y-%m-%d %H:%M:%S}")
        finally:
            with contextlib.suppress(ClockRefused):
                self._do("set-ntp", "true")

    def _do(self, *arguments: str) -> None:
        try:
            done = subprocess.run(
                (self._program, "--no-ask-password", *arguments),
                capture_output=True,
                timeout=WAITS,
                check=False,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
        except (OSError, subprocess.TimeoutExpired) as absent:
            raise ClockRefused("") from absent
        if done.returncode != 0:
            raise ClockRefused(done.stderr.decode("utf-8", "replace").strip()[:160])
