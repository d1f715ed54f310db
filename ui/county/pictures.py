"""Pictures that people send from phones and desks: hostile until Pillow has drawn them anew. Nothing of a file is kept.

What is kept is a JPEG of at most 1600 px without any metadata, so no place and no owner of a phone goes with it.
"""

import io
import warnings
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from kiosk import blobs

MOST = 9  # of one note
MOST_BYTES = 8 << 20  # of one picture
MOST_PIXELS = 40_000_000  # what a phone's camera takes; more is a bomb
SIDE = 1600  # px
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
FOLDER = "blobs"


def clean(data: bytes) -> bytes | None:
    """The same picture as a JPEG of ours; None for what is no picture, or too large a one."""
    if not 0 < len(data) <= MOST_BYTES:
        return None
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=FORMATS) as found:
            warnings.simplefilter("ignore")
            if not 0 < found.width * found.height <= MOST_PIXELS:
                return None
            found.draft("RGB", (SIDE, SIDE))  # a JPEG is read at the size that is wanted
            upright = ImageOps.exif_transpose(found)
            upright.thumbnail((SIDE, SIDE))
            return _drawn(upright)
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError):
        return None  # all that Pillow's readers raise of broken files


def keep(folder: Path, month: str, pictures: Sequence[bytes]) -> None:
    """Durable when this returns. `folder`: the county's; `month`: `YYYY-MM`. Raises OSError."""
    for data in pictures:
        blobs.keep(folder / FOLDER, month, data)


def find(folder: Path, digest: str) -> bytes | None:
    """Raises FrameError for a damaged one."""
    return blobs.find(folder / FOLDER, digest)


def _drawn(picture: Image.Image) -> bytes:
    """On white where it is seen through."""
    solid = Image.new("RGB", picture.size, "white")
    seen = picture.convert("RGBA") if picture.mode in ("RGBA", "LA", "P", "PA") else picture.convert("RGB")
    solid.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    out = io.BytesIO()
    solid.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
