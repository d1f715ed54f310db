"""Memory that was needed once: the C library keeps what is freed for later, and the box has better use for it.

Where that library is not glibc nothing happens here, and nothing is wrong.
"""

import ctypes

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8  # malloc.h
LARGE = 256 * 1024  # bytes: a picture of a page


def thrifty() -> None:
    """Before there are threads: they share one pool, since Python lets one of them work at a time, and what is large
    goes back as soon as it is free (mallopt(3))."""
    told = getattr(ctypes.CDLL(None), "mallopt", None)
    if told is not None:
        told(ARENA_MAX, 1)
        told(MMAP_THRESHOLD, LARGE)
        told(TRIM_THRESHOLD, LARGE)


def give_back() -> None:
    """All that lies free now (malloc_trim(3))."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
