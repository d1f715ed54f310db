"""The shortest part of an input of lines that still breaks its target: tests/fuzz/shrink.py <target> <file>."""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.every import all_targets
from tests.fuzz.target import Tally, Target, tried


def shrunk(data: bytes, breaks: Callable[[bytes], bool]) -> bytes:
    """Halves first, then quarters, down to single lines; the first line stays, for it says which county it is."""
    first, *lines = data.split(b"\n")
    size = len(lines)
    while size:
        at = 0
        while at < len(lines):
            fewer = [*lines[:at], *lines[at + size :]]
            if breaks(b"\n".join([first, *fewer])):
                lines = fewer
            else:
                at += size
        size //= 2
    return b"\n".join([first, *lines])


def told(target: Target, data: bytes) -> str:
    """What breaks, without what is another each time; empty when nothing does."""
    tally = Tally()
    tried(target, data, tally)
    return "".join(fault.told.partition(":")[0] for fault in tally.faults)


def main() -> int:
    target, file = all_targets()[sys.argv[1]], Path(sys.argv[2])
    data = file.read_bytes()
    fault = told(target, data)
    if not fault:
        return 1
    short = shrunk(data, lambda fewer: told(target, fewer) == fault)
    file.with_suffix(".short").write_bytes(short)
    sys.stdout.write(short.decode("ascii", "replace") + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
