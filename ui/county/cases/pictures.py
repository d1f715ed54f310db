"""Pictures that people at the office add to a case, drawn anew as those of phones are (ui.county.pictures)."""

from collections.abc import Sequence
from pathlib import Path

from drivers.errors import FrameError
from kiosk import blobs
from ui.county.cases.errors import BadPicture
from ui.county.pictures import FOLDER, MOST_BYTES, clean, find

MOST_PICTURES = 6  # of one step
TYPES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}  # by their first bytes


def kept(folder: Path, month: str, files: Sequence[bytes]) -> tuple[str, ...]:
    """Digests of the pictures, drawn anew and durable. `folder`: the county's; `month`: `YYYY-MM`.

    Raises BadPicture before any is kept, and OSError.
    """
    if len(files) > MOST_PICTURES:
        raise BadPicture("picture_count", most=MOST_PICTURES)
    drawn = [clean(file) if type_of(file) else None for file in files]
    if None in drawn:
        raise BadPicture("picture_form", most=MOST_BYTES >> 20)
    return tuple(blobs.keep(folder / FOLDER, month, picture) for picture in drawn if picture is not None)


def shown(folder: Path, digest: str) -> tuple[bytes, str] | None:
    """Bytes and media type; None for what is not there, is damaged, or is no picture."""
    try:
        data = find(folder, digest)
    except FrameError:
        return None
    media = "" if data is None else type_of(data)
    return None if data is None or not media else (data, media)


def type_of(data: bytes) -> str:
    return next((media for head, media in TYPES.items() if data.startswith(head)), "")
