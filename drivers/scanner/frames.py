"""Frames: what a camera or a picture file gives, and what is made of a whole one."""

import os
import stat
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from drivers.errors import LinkError, Refused
from drivers.scanner.camera.picture_size import buffered, see_through, size_of

if TYPE_CHECKING:
    import numpy as np
    from cv2.typing import MatLike
    from numpy.typing import NDArray

Frame: TypeAlias = "MatLike"  # rows of BGR or of grey pixels, one byte each
Grey: TypeAlias = "NDArray[np.uint8]"  # rows of grey pixels

MOST_BYTES = 1 << 26  # of a picture file
MOST_PIXELS = 1 << 26  # 67 million; a telephone's largest photograph has 50 million
MOST_BUFFERED = 200 << 20  # bytes that a progressive JPEG may take; a photograph of 50 million pixels takes 150 MB
WHOLE_PIXELS = 1 << 24  # above 17 million pixels grey and half the size are enough, and fit into our memory
CLEAR_PIXELS = 1 << 22  # what may be seen through and is larger is read without its alpha channel: that takes memory
LONG, SHORT = 1920, 1080  # of a camera's frame; more costs time and reads nothing more at arm's length
LEAST = 16  # pixels along an edge: below that it is garbage


def read_picture(path: Path) -> Frame:
    """A picture file as a frame, a very large one grey and reduced.

    LinkError("scanner.file") when it cannot be opened; Refused: `scanner.picture` when it is no picture,
    `scanner.too_large` beyond what fits into our memory.
    """
    raw = _bytes_of(path)
    width, height = size_of(raw) or (0, 0)
    if width * height > MOST_PIXELS or len(raw) > MOST_BYTES or buffered(raw) > MOST_BUFFERED:
        raise Refused("scanner.too_large", file=str(path))
    frame = decoded(raw, width * height)
    if frame is None:
        raise Refused("scanner.picture", file=str(path))
    return frame


def decoded(raw: bytes, pixels: int = 0) -> "Frame | None":
    """None when OpenCV cannot make a picture of it. `pixels`: as its head says; many are read with less care."""
    import numpy as np

    cv2 = opencv()
    kind = cv2.IMREAD_COLOR
    if pixels > WHOLE_PIXELS:
        kind = cv2.IMREAD_REDUCED_GRAYSCALE_2
    elif pixels <= CLEAR_PIXELS and see_through(raw):
        kind = cv2.IMREAD_UNCHANGED
    try:
        frame: Frame | None = cv2.imdecode(np.frombuffer(raw, np.uint8), kind) if raw else None
    except cv2.error:  # more pixels than OpenCV accepts
        return None
    return frame if frame is None or frame.shape[2:] != (4,) else _on_paper(frame)


def _on_paper(frame: Frame) -> Frame:
    """A picture that may be seen through, as if it lay on white paper; 16 bits become 8."""
    import numpy as np

    most = 65535 if frame.dtype == np.uint16 else 255
    share = frame[:, :, 3:] / np.float32(most)
    laid: Frame = (frame[:, :, :3] * (255.0 / most) * share + 255 * (1 - share)).astype(np.uint8)
    return laid


def sound(raw: object) -> "Frame | None":
    """What a camera gave, as a frame no larger than we look at; None when it is not a picture."""
    import numpy as np

    if not isinstance(raw, np.ndarray) or raw.dtype != np.uint8 or raw.ndim not in {2, 3}:
        return None
    if min(raw.shape[:2]) < LEAST or raw.shape[2:] not in {(), (3,)}:
        return None
    frame = _fitted(raw)
    return frame if min(frame.shape[:2]) >= LEAST else None


def _fitted(frame: Frame) -> Frame:
    cv2 = opencv()
    height, width = frame.shape[:2]
    scale = min(LONG / max(height, width), SHORT / min(height, width))
    if scale >= 1:
        return frame
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small: Frame = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    return small


def gray_of(frame: Frame) -> memoryview:
    """The frame as `decode` wants it."""
    import numpy as np

    cv2 = opencv()
    gray = frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    return np.ascontiguousarray(gray).data


def glance(gray: memoryview) -> tuple[float, int]:
    """Mean brightness and a fingerprint of a picture, from every fourth row: cheap enough for each frame."""
    import numpy as np

    rows = np.asarray(gray)[::4]
    return float(rows.mean()), zlib.crc32(rows.tobytes())


def small_of(gray: memoryview) -> Frame:
    """The scene in 64 x 36 grey cells, each the mean of its pixels: enough to see that something moves."""
    import numpy as np

    cv2 = opencv()
    small: Frame = cv2.resize(np.asarray(gray), (64, 36), interpolation=cv2.INTER_AREA)
    return small


def mirror_of(frame: Frame, width: int = 320) -> bytes:
    """The frame as a person sees himself, as a small JPEG."""
    cv2 = opencv()
    height = max(1, frame.shape[0] * width // frame.shape[1])
    small = cv2.flip(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA), 1)
    _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 70])
    return bytes(jpeg)


def still_of(frame: Frame) -> bytes:
    """The whole frame as it is, as a JPEG to be kept."""
    _, jpeg = opencv().imencode(".jpg", frame, [opencv().IMWRITE_JPEG_QUALITY, 88])
    return bytes(jpeg)


@cache
def opencv() -> Any:
    """OpenCV, single-threaded (two cores serve the whole box) and quiet: we say in our own words what is wrong.

    Its own limit holds for kinds of pictures whose size we do not read ourselves; it is read when OpenCV loads.
    """
    os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MOST_PIXELS))
    import cv2

    cv2.setNumThreads(1)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2


def _bytes_of(path: Path) -> bytes:
    """At most one byte more than is accepted. Never waits: a pipe by the name of a picture has no writer."""
    try:
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise LinkError("scanner.file", file=str(path))
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as wrong:  # ValueError: a name with a zero byte
        raise LinkError("scanner.file", file=str(path)) from wrong


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)
