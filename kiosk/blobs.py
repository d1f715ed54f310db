"""Raw captures and photographs: content-addressed files in monthly folders, durable before an entry names them.

A file is named by the SHA-256 of what was kept; with `.zlib` behind the name it holds it deflated.
"""

import hashlib
import os
import zlib
from pathlib import Path

from drivers.errors import FrameError
from kiosk.durable import flush_folder

PACKED = ".zlib"
MOST_UNPACKED = 16 << 20  # bytes; what is larger is not packed by us


def keep(folder: Path, month: str, data: bytes, pack: bool = False) -> str:
    """Store bytes durably and return their SHA-256, hex. `month` is `YYYY-MM`. The same bytes are stored once a month.

    Raises OSError.
    """
    digest = hashlib.sha256(data).hexdigest()
    pack = pack and len(data) <= MOST_UNPACKED
    home = folder / month
    home.mkdir(parents=True, exist_ok=True)
    file = home / (digest + PACKED if pack else digest)
    if not file.exists():
        _write(file, zlib.compress(data, 9) if pack else data)
    for touched in (home, folder, folder.parent):  # also when it was there: who made it may have died before this
        flush_folder(touched)
    return digest


def find(folder: Path, digest: str) -> bytes | None:
    """The bytes of a hash, or None when their month has been dropped. FrameError when they are not what was kept."""
    for file in (*folder.glob(f"*/{digest}"), *folder.glob(f"*/{digest}{PACKED}")):
        return read(file)
    return None


def read(file: Path) -> bytes:
    """The bytes of one blob, however it lies there. FrameError `capture.damaged` when they are not what was kept."""
    kept = file.read_bytes()
    try:
        data = _unpacked(kept) if file.suffix == PACKED else kept
    except zlib.error as wrong:
        raise FrameError("capture.damaged", file=file.name) from wrong
    if hashlib.sha256(data).hexdigest() != file.name.removesuffix(PACKED):
        raise FrameError("capture.damaged", file=file.name)
    return data


def _unpacked(kept: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(kept, MOST_UNPACKED)
    if not unpacking.eof:
        raise zlib.error("cut off, or too large")
    return data


def _write(file: Path, data: bytes) -> None:
    fresh = file.with_suffix(".new")
    with fresh.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
