"""Numbers as an instrument gives them: exact decimals, from scaled integers and from floats of 32 and 64 bits. Pure."""

import math
import struct
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator


def _exact(number: object) -> object:
    return Decimal(number) if isinstance(number, int) and not isinstance(number, bool) else number


# of a profile: TOML is read with `parse_float=Decimal`
Number = Annotated[Decimal, BeforeValidator(_exact, json_schema_input_type=float)]


def real(data: bytes) -> Decimal | None:
    """The shortest decimal that gives these 4 or 8 big-endian bytes again; None for infinities and not-a-number."""
    form = ">f" if len(data) == 4 else ">d"
    (value,) = struct.unpack(form, data)
    if not math.isfinite(value):
        return None
    if len(data) == 8:
        return _plain(repr(value))
    for digits in range(1, 9):
        text = f"{value:.{digits}g}"
        if _rounds_to(float(text), data):
            return _plain(text)
    return _plain(f"{value:.9g}")  # nine digits always give a 32-bit float again


def _rounds_to(value: float, data: bytes) -> bool:
    try:
        return struct.pack(">f", value) == data
    except OverflowError:  # rounded up past the largest float
        return False


def _plain(text: str) -> Decimal:
    """Without exponent and without a minus before zero."""
    return Decimal(format(Decimal(text), "f")) or Decimal(0)


def scaled(number: int, scale: Decimal | None) -> Decimal:
    return Decimal(number) if scale is None else Decimal(number) * scale
