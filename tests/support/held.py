"""What a process holds: nothing of it may grow by what happens to a device."""

import threading
from pathlib import Path


def held() -> tuple[int, int]:
    """Descriptors and threads; the one that counts is counted every time."""
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()
