"""What a process holds: nothing of it may grow by what happens to a device."""

import threading
from pathlib import Path


def held() -> tuple[int, int]:
    """Descriptors and threads; the one that counts is counted every time."""
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


def grown(before: tuple[int, int]) -> tuple[int, int]:
    """By how much more is held than `before`; what an earlier test left behind may go meanwhile."""
    descriptors, threads = held()
    return max(0, descriptors - before[0]), max(0, threads - before[1])
