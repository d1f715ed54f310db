"""Raw captures and photographs: content-addressed files in monthly folders, durable before an entry names them."""

import hashlib
import os
from pathlib import Path


def keep(folder: Path, month: str, data: bytes) -> str:
    """Store bytes durably and return their SHA-256, hex. `month` is `YYYY-MM`. The same bytes are stored once."""
    digest = hashlib.sha256(data).hexdigest()
    home = folder / month
    home.mkdir(parents=True, exist_ok=True)
    file = home / digest
    if file.exists():
        return digest
    fresh = file.with_suffix(".new")
    with fresh.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
    for touched in (home, folder):
        handle = os.open(touched, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return digest


def find(folder: Path, digest: str) -> bytes | None:
    """The bytes of a hash, or None when their month has been dropped."""
    for file in folder.glob(f"*/{digest}"):
        return file.read_bytes()
    return None
