"""Grey pixels to code bytes: the only zxing-cpp and zbar. Bytes leave here, never a decoder's guess of their text.

Both load when first needed, so that a program that only proofreads paper pays for nothing else.
"""

import logging
from collections.abc import Callable, Iterator
from ctypes import c_char_p, c_void_p, cast, string_at
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from drivers.scanner.wire import Seen

Corners = tuple[tuple[int, int], ...]  # x, y of the four corners, clockwise, in pixels

logger = logging.getLogger(__name__)


class Wanted(Enum):
    """Which symbologies a look searches for: lines cost three times what squares do (performance.md §5.1)."""

    SQUARES = ("QRCode",)
    LINES = ("Code128", "EAN13")
    ALL = ("QRCode", "Code128", "EAN13")


@dataclass(frozen=True, slots=True)
class Found:
    """A code that was read, or (`seen` is None) one that stands there and could not be."""

    seen: Seen | None
    corners: Corners


def read_codes(gray: memoryview) -> tuple[bytes, ...]:
    """Only the bytes of the codes in a picture drawn by us: what a proofreader of paper asks for."""
    found = zxing(gray) or zbar(gray)
    return tuple(one.seen.data for one in found if one.seen is not None)


def zxing(
    gray: memoryview, wanted: Wanted = Wanted.ALL, failed: bool = False, one_threshold: bool = False
) -> list[Found]:
    """The first decoder. `failed`: also codes that it found and could not read; `one_threshold`: one black level for
    the whole picture, as on a screen that lights itself.

    Lines whose check fails somewhere in the picture are not believed anywhere in it: of a misprinted code zxing reads
    one row wrongly in such a way that the check fits.
    """
    import zxingcpp

    binarizer = zxingcpp.Binarizer.GlobalHistogram if one_threshold else zxingcpp.Binarizer.LocalAverage
    codes = zxingcpp.read_barcodes(gray, formats=_formats(wanted), binarizer=binarizer, return_errors=True)
    read = [Found(_seen(code), _corners(code)) for code in codes]
    if not all(code.valid for code in codes if code.format.name in Wanted.LINES.value):
        read = [one for one in read if one.seen is None or one.seen.symbology not in Wanted.LINES.value]
    return [one for one in read if failed or one.seen is not None]


@cache
def _formats(wanted: Wanted) -> Any:
    """Of QR codes only the large kind that everybody means: its small relatives have next to no error correction."""
    import zxingcpp

    kinds = {"QRCode": "QRCodeModel2"}
    names = (kinds.get(name, name) for name in wanted.value)
    return zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in names])


def _seen(code: Any) -> Seen | None:
    return Seen(bytes(code.bytes), code.format.name, "zxing") if code.valid and code.bytes else None


def _corners(code: Any) -> Corners:
    place = code.position
    around = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return tuple((point.x, point.y) for point in around)


_ZBAR_TYPES = {64: "QRCode", 128: "Code128", 13: "EAN13"}  # zbar.h, enum zbar_symbol_type_e
_ZBAR_ALL = 0
_ZBAR_ENABLE, _ZBAR_BINARY, _ZBAR_X_DENSITY, _ZBAR_Y_DENSITY = 0, 4, 256, 257  # zbar.h, enum zbar_config_e
_ZBAR_GREY = 0x30303859  # fourcc "Y800"


def zbar(gray: memoryview, wanted: Wanted = Wanted.ALL, every: int = 1) -> list[Found]:
    """The second opinion, nothing where Debian's libzbar0 is missing. `every`: only each such row and column."""
    look = _zbar()
    return look(gray, wanted, every) if look else []


@cache
def _zbar() -> Callable[[memoryview, Wanted, int], list[Found]] | None:
    """zbar in its binary mode, without which it guesses Big5 or Shift-JIS; None, said once, without the library."""
    try:
        from pyzbar import wrapper
    except ImportError:
        logger.warning("libzbar0 is missing: hard codes get no second opinion (apt install libzbar0)")
        return None

    def second_opinion(gray: memoryview, wanted: Wanted, every: int) -> list[Found]:
        scanner, image = wrapper.zbar_image_scanner_create(), wrapper.zbar_image_create()
        try:
            for symbology, config, value in _zbar_settings(wanted, every):
                wrapper.zbar_image_scanner_set_config(scanner, symbology, config, value)
            held, (height, width) = gray.tobytes(), gray.shape or (0, 0)
            wrapper.zbar_image_set_format(image, _ZBAR_GREY)
            wrapper.zbar_image_set_size(image, width, height)
            wrapper.zbar_image_set_data(image, cast(c_char_p(held), c_void_p), len(held), None)
            wrapper.zbar_scan_image(scanner, image)
            return list(_zbar_symbols(wrapper, image))
        finally:
            wrapper.zbar_image_destroy(image)
            wrapper.zbar_image_scanner_destroy(scanner)

    return second_opinion


def _zbar_settings(wanted: Wanted, every: int) -> Iterator[tuple[int, int, int]]:
    """Symbology, setting and value; symbology 0 stands for all."""
    yield _ZBAR_ALL, _ZBAR_ENABLE, 0
    for number, name in _ZBAR_TYPES.items():
        if name in wanted.value:
            yield number, _ZBAR_ENABLE, 1
    yield 64, _ZBAR_BINARY, 1
    yield _ZBAR_ALL, _ZBAR_X_DENSITY, every
    yield _ZBAR_ALL, _ZBAR_Y_DENSITY, every


def _zbar_symbols(wrapper: Any, image: object) -> Iterator[Found]:
    symbol = wrapper.zbar_image_first_symbol(image)
    while symbol:
        data = string_at(wrapper.zbar_symbol_get_data(symbol), wrapper.zbar_symbol_get_data_length(symbol))
        symbology = _ZBAR_TYPES.get(symbol.contents.type)
        if data and symbology:
            yield Found(Seen(data, symbology, "zbar"), _zbar_corners(wrapper, symbol))
        symbol = wrapper.zbar_symbol_next(symbol)


def _zbar_corners(wrapper: Any, symbol: object) -> Corners:
    """Of the upright rectangle about the points that zbar names: for a code of lines they lie anywhere on it."""
    count = wrapper.zbar_symbol_get_loc_size(symbol)
    across = [wrapper.zbar_symbol_get_loc_x(symbol, one) for one in range(count)] or [0]
    down = [wrapper.zbar_symbol_get_loc_y(symbol, one) for one in range(count)] or [0]
    left, right, top, bottom = min(across), max(across), min(down), max(down)
    return ((left, top), (right, top), (right, bottom), (left, bottom))
