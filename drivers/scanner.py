"""Camera to code bytes: the only OpenCV, zxing-cpp and zbar. Bytes leave here, never a decoder's guess of their text.

The three libraries load when first needed, so that a program that only proofreads paper does not pay for cameras.
"""

import logging
import threading
import zlib
from collections.abc import Callable
from ctypes import c_char_p, c_void_p, cast, string_at
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from drivers.errors import LinkError, Refused
from drivers.scan_wire import Seen
from drivers.simulated.camera import FolderCamera

if TYPE_CHECKING:
    from cv2 import VideoCapture
    from cv2.typing import MatLike

Frame: TypeAlias = "MatLike"  # rows of BGR pixels

logger = logging.getLogger(__name__)

_ZBAR_TYPES = {64: "QRCode", 128: "Code128", 13: "EAN13"}  # zbar.h, enum zbar_symbol_type_e
_ZBAR_ALL = 0
_ZBAR_ENABLE = 0  # zbar.h, enum zbar_config_e
_ZBAR_BINARY = 4  # bytes as they stand in the code; without it zbar guesses Big5 or Shift-JIS
_ZBAR_GREY = 0x30303859  # fourcc "Y800"


def decode(gray: memoryview, second_opinion: bool = True) -> tuple[Seen, ...]:
    """The codes in a 2-D buffer of grey bytes (rows, columns): zxing first, zbar when it sees none."""
    found = _zxing(gray)
    if found or not second_opinion:
        return found
    zbar = _zbar()
    return zbar(gray) if zbar else ()


def read_codes(gray: memoryview) -> tuple[bytes, ...]:
    """Only the bytes of the codes: what a proofreader of paper asks for."""
    return tuple(seen.data for seen in decode(gray))


def text_of(data: bytes) -> str | None:
    """The text of a code: strict UTF-8, else GB18030. None when it is neither, or holds a control character."""
    for charset in ("utf-8", "gb18030"):
        try:
            text = data.decode(charset)
        except UnicodeDecodeError:
            continue
        return text if text.isprintable() else None
    return None


def _zxing(gray: memoryview) -> tuple[Seen, ...]:
    import zxingcpp

    wanted = zxingcpp.BarcodeFormats(
        [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.EAN13]
    )
    return tuple(
        Seen(bytes(code.bytes), code.format.name, "zxing")
        for code in zxingcpp.read_barcodes(gray, formats=wanted)
        if code.bytes
    )


@cache
def _zbar() -> Callable[[memoryview], tuple[Seen, ...]] | None:
    """zbar in its binary mode; None, said once in the log, where Debian's libzbar0 is not installed."""
    try:
        from pyzbar import wrapper
    except ImportError:
        logger.warning("libzbar0 is missing: hard codes get no second opinion (apt install libzbar0)")
        return None

    def second_opinion(gray: memoryview) -> tuple[Seen, ...]:
        scanner, image = wrapper.zbar_image_scanner_create(), wrapper.zbar_image_create()
        try:
            wrapper.zbar_image_scanner_set_config(scanner, _ZBAR_ALL, _ZBAR_ENABLE, 0)
            for symbology in _ZBAR_TYPES:
                wrapper.zbar_image_scanner_set_config(scanner, symbology, _ZBAR_ENABLE, 1)
            wrapper.zbar_image_scanner_set_config(scanner, 64, _ZBAR_BINARY, 1)
            pixels, (height, width) = gray.tobytes(), gray.shape or (0, 0)
            wrapper.zbar_image_set_format(image, _ZBAR_GREY)
            wrapper.zbar_image_set_size(image, width, height)
            wrapper.zbar_image_set_data(image, cast(c_char_p(pixels), c_void_p), len(pixels), None)
            wrapper.zbar_scan_image(scanner, image)
            return tuple(_zbar_symbols(wrapper, image))
        finally:
            wrapper.zbar_image_destroy(image)
            wrapper.zbar_image_scanner_destroy(scanner)

    return second_opinion


def _zbar_symbols(wrapper: Any, image: object) -> list[Seen]:
    found = []
    symbol = wrapper.zbar_image_first_symbol(image)
    while symbol:
        data = string_at(wrapper.zbar_symbol_get_data(symbol), wrapper.zbar_symbol_get_data_length(symbol))
        symbology = _ZBAR_TYPES.get(symbol.contents.type)
        if data and symbology:
            found.append(Seen(data, symbology, "zbar"))
        symbol = wrapper.zbar_symbol_next(symbol)
    return found


class Frames(Protocol):
    """Something that shows pictures. `still`: identical pictures are no sign of a fault."""

    @property
    def still(self) -> bool: ...

    def newest(self, timeout: float) -> Frame:
        """The newest picture; LinkError when the camera is gone or gives none within `timeout` seconds."""

    def close(self) -> None: ...


def open_frames(source: str) -> Frames:
    """A camera (`/dev/…` or its number), a video file or a folder of pictures; LinkError("scanner.absent") if none."""
    if source.isdecimal() or source.startswith("/dev/"):
        return FilmedFrames(_open_camera(source), source)
    place = Path(source)
    if place.is_dir():
        return FolderCamera(place, _picture_or_none, _grey_frame())
    if place.is_file():
        return FilmedFrames(_open_film(source), source, film=True)
    raise LinkError("scanner.absent", camera=source)


class FilmedFrames:
    """Reads all the time in a thread and keeps only the newest frame: the driver's queue holds stale ones.

    A film is shown at its own speed, again and again.
    """

    def __init__(self, capture: "VideoCapture", source: str, film: bool = False) -> None:
        self.still = film
        self._capture = capture
        self._source = source
        self._fresh: Frame | None = None
        self._lost = False
        self._change = threading.Condition()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read_on, name=f"camera {source}", daemon=True)
        self._thread.start()

    def newest(self, timeout: float) -> Frame:
        with self._change:
            self._change.wait_for(lambda: self._lost or self._fresh is not None, timeout)
            frame, self._fresh = self._fresh, None
            if frame is None:
                raise LinkError("scanner.absent" if self._lost else "scanner.silent", camera=self._source)
            return frame

    def close(self) -> None:
        """A driver may hang in a read for seconds; its thread then ends by itself."""
        self._stop.set()
        self._thread.join(timeout=1.0)

    def _read_on(self) -> None:
        while not self._stop.is_set():
            there, frame = self._capture.read()
            if not there and self.still:
                there, frame = self._rewound()
            with self._change:
                self._fresh, self._lost = (frame, False) if there else (None, True)
                self._change.notify_all()
            if not there or self._stop.wait(self._pause()):
                break
        self._capture.release()

    def _rewound(self) -> tuple[bool, Frame]:
        cv2 = _opencv()
        self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
        return self._capture.read()

    def _pause(self) -> float:
        if not self.still:
            return 0.0  # the camera itself makes us wait
        speed = self._capture.get(_opencv().CAP_PROP_FPS)
        return 1 / speed if speed > 0 else 0.1


def _open_camera(source: str) -> "VideoCapture":
    cv2 = _opencv()
    device = Path(f"/dev/video{source}" if source.isdecimal() else source)
    if not device.exists():
        raise LinkError("scanner.absent", camera=source)
    capture: VideoCapture = cv2.VideoCapture(str(device.resolve()), cv2.CAP_V4L2)
    if not capture.isOpened():
        capture.release()
        raise LinkError("scanner.absent", camera=source)
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, 1280)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, 720)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


def _open_film(source: str) -> "VideoCapture":
    capture: VideoCapture = _opencv().VideoCapture(source)
    if not capture.isOpened():
        capture.release()
        raise Refused("scanner.picture", file=source)
    return capture


def read_picture(path: Path) -> Frame:
    """A picture file as a frame; LinkError when it cannot be opened, Refused when it is not a picture."""
    import numpy as np

    cv2 = _opencv()
    try:
        raw = path.read_bytes()
    except OSError as wrong:
        raise LinkError("scanner.file", file=str(path)) from wrong
    try:
        frame: Frame | None = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR) if raw else None
    except cv2.error:  # more pixels than OpenCV accepts
        frame = None
    if frame is None:
        raise Refused("scanner.picture", file=str(path))
    return frame


def _picture_or_none(path: Path) -> "Frame | None":
    try:
        return read_picture(path)
    except (LinkError, Refused):
        return None


def gray_of(frame: Frame) -> memoryview:
    """The frame as `decode` wants it."""
    import numpy as np

    cv2 = _opencv()
    gray = np.ascontiguousarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY))
    return gray.data


def glance(gray: memoryview) -> tuple[float, int]:
    """Mean brightness and a fingerprint of a picture, from every fourth row: cheap enough for each frame."""
    import numpy as np

    rows = np.asarray(gray)[::4]
    return float(rows.mean()), zlib.crc32(rows.tobytes())


def mirror_of(frame: Frame, width: int = 320) -> bytes:
    """The frame as a person sees himself, as a small JPEG."""
    cv2 = _opencv()
    height = max(1, frame.shape[0] * width // frame.shape[1])
    small = cv2.resize(cv2.flip(frame, 1), (width, height), interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 70])
    return bytes(jpeg)


def _grey_frame() -> Frame:
    import numpy as np

    return np.full((720, 1280, 3), 128, np.uint8)


@cache
def _opencv() -> Any:
    """OpenCV, single-threaded (two cores serve the whole box) and quiet: we say in our own words what is wrong."""
    import cv2

    cv2.setNumThreads(1)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2
