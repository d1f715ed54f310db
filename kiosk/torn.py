"""torn/ beside the segments of a log: what power cuts left half written, kept as evidence until retention takes it.

A file is `<seq, 20 digits>-<offset>-<CRC-32>.bin`. A start is never refused for want of one.
"""

import contextlib
import os
import zlib
from pathlib import Path

from kiosk.durable import flush_folder, written

TORN = "torn"
DIGITS = 20


def keep(segment: Path, offset: int, seq: int) -> None:
    """What lies from `offset` on, where entry `seq` is written next."""
    log, folder = segment.parent, segment.parent / TORN
    with contextlib.suppress(OSError):
        lost = segment.read_bytes()[offset:]
        folder.mkdir(exist_ok=True)
        os.close(written(folder / f"{seq:020d}-{offset}-{zlib.crc32(lost):08x}.bin", lost))
        flush_folder(folder)
        flush_folder(log)


def forget(log: Path, through: int) -> None:
    """A frame that was torn may hold what retention takes from the entry that was then written in its place.

    What bears no number of ours goes too. Raises OSError.
    """
    for file in (log / TORN).glob("*.bin"):
        seq = file.name[:DIGITS]
        if not (seq.isascii() and seq.isdecimal()) or int(seq) <= through:
            file.unlink()
