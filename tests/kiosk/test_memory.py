"""What is freed goes back to the system: shown by the pages of a process of its own."""

import subprocess
import sys

BLOCKS = """
from pathlib import Path
{before}
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1])
import ctypes
from kiosk.memory import give_back
take = ctypes.CDLL(None)
take.malloc.restype = ctypes.c_void_p
held = [take.malloc({size}) for _ in range({count})]
for one in held:
    ctypes.memset(one, 1, {size})
last = take.malloc(64)
full = resident()
for one in held:
    take.free(ctypes.c_void_p(one))
free = resident()
give_back()
print(full, free, resident())
"""


def pages(size: int, count: int, before: str = "") -> tuple[int, int, int]:
    """Resident pages while the blocks are held, when they are free, and when they were given back."""
    script = BLOCKS.format(size=size, count=count, before=before)
    said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    full, free, given = map(int, said.split())
    return full, free, given


def test_what_lies_free_goes_back_when_told() -> None:
    full, free, given = pages(4096, 2000)
    assert full - free < 200
    assert full - given > 1500


def test_a_thrifty_program_gives_a_picture_back_at_once() -> None:
    full, free, _ = pages(4 << 20, 4, "from kiosk.memory import thrifty; thrifty()")
    assert full - free > 3500
