"""A program that does what the station's record does, and tells every promise on its standard output.

`python -m tests.faults.clerk FOLDER --turns N …` is a program of its own; a Clerk is a fork of this one, for thousands.
"""

import argparse
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from kiosk.log import LogError
from kiosk.record import RecordError
from kiosk.trust import SealError
from tests.faults.box import Plan, Site, worked
from tests.faults.promises import Pipe, speak

REFUSED = 3  # the clerk stopped by itself and said why
NAMED = (RecordError, LogError, SealError, OSError, sqlite3.Error)


class Clerk:
    """A forked child at work in a folder, its promises in a pipe."""

    def __init__(self, work: Callable[[int], None], *, held: bool = False) -> None:
        """`held`: it waits for SIGCONT before its first call, so that a tracer can be attached."""
        hears, says = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(hears)
            _child(lambda: work(says), says, held=held)
        os.close(says)
        self._pipe = Pipe(hears)
        if held:
            os.waitpid(self.pid, os.WUNTRACED)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def promises(self) -> list[str]:
        """Everything that it said until it ended."""
        return self._pipe.lines()

    def said(self) -> list[str]:
        """What it has said since it was last asked."""
        return self._pipe.now()

    def ended(self) -> int:
        """Exit status, negative for a signal."""
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


def clerk(site: Site, plan: Plan, *, held: bool = False) -> Clerk:
    return Clerk(lambda says: worked(site, plan, says), held=held)


def _child(work: Callable[[], None], says: int, *, held: bool) -> NoReturn:
    """Never comes back to the code of the parent."""
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if held:
            os.kill(os.getpid(), signal.SIGSTOP)
        work()
        status = 0
    except NAMED as refused:
        speak(says, "stopped", type(refused).__name__)
        status = REFUSED
    finally:
        os._exit(status)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--sessions", type=int, default=1)
    parser.add_argument("--mode", choices=("sound", "lazy", "early"), default="sound")
    args = parser.parse_args()
    out = sys.stdout.fileno()
    try:
        worked(Site(args.folder), Plan(args.seed, args.turns, args.mode, args.sessions), out)
    except NAMED as refused:
        speak(out, "stopped", type(refused).__name__)
        sys.stderr.write(f"{type(refused).__name__}: {refused}\n")
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
