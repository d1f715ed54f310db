"""Ends the demo's programs when the demo was killed and could not: it reads from a pipe that only the demo holds open.

`123` is a process that runs, `-123` one that has ended; at the end of the input, whatever still runs is asked to end.
"""

import os
import signal
import sys
from collections.abc import Iterable


def outlived(lines: Iterable[str]) -> list[int]:
    """The processes that were named and not taken back, newest first."""
    running: dict[int, None] = {}
    for line in lines:
        number = int(line)
        if number > 0:
            running[number] = None
        else:
            running.pop(-number, None)
    return list(reversed(running))


def main() -> None:
    for number in outlived(sys.stdin):
        try:
            os.kill(number, signal.SIGTERM)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main()
