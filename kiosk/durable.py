"""Files that are there after a power cut: whole, or as they were before. Bytes in; says nothing of what they mean."""

import os
from pathlib import Path

BESIDE = ".new"  # behind the name of a file while it is written


def write_whole(file: Path, data: bytes, mode: int = 0o640) -> None:
    """Put a file in place of what stood there, at once and for good. Raises OSError."""
    beside = file.with_name(file.name + BESIDE)
    os.close(written(beside, data, mode))
    beside.replace(file)
    flush_folder(file.parent)


def written(file: Path, data: bytes, mode: int = 0o640) -> int:
    """A handle of a file that holds just these bytes, durable but for its name. Nothing is left of what did not fit.

    A link that lies there is not followed: a stick may hold anything.
    """
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(os.dup(handle), "wb") as out:
            out.write(data)
        os.fsync(handle)
    except OSError:
        os.close(handle)
        file.unlink(missing_ok=True)
        raise
    return handle


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
