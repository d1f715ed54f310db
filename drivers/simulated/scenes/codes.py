"""What stands in the codes of the trade, and codes as dark and light modules. Drawn by segno and by our own bars."""

import base64
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import segno
from numpy.random import Generator
from numpy.typing import NDArray

from drivers.simulated.scenes.bars import check_digit, code128, ean13

Modules: TypeAlias = NDArray[np.uint8]  # 1 dark, 0 light; quiet zone not included

ALPHANUMERIC = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015
LEVELS = "LMMMQQH"  # M is what our own paper uses


def payload_of(symbology: str, dense: bool, rng: Generator) -> bytes:
    """What a code of that symbology says; `dense`: a card or certificate of ours, about 200 characters."""
    if symbology == "EAN13":
        digits = "69" + _from(rng, "0123456789", 10)
        return (digits + check_digit(digits)).encode()
    if symbology == "Code128":
        return _lot(rng).encode()
    forms = (
        (_card, _certificate) if dense else (_short, _short, _tag, _credit, _chinese, _chinese, _trace, _trace, _page)
    )
    return _pick(rng, forms)(rng)


def matrix_of(symbology: str, payload: bytes, rng: Generator) -> Modules:
    """Rows and columns of modules; a 1-D code has one row."""
    if symbology == "QRCode":
        return qr(payload, LEVELS[int(rng.integers(len(LEVELS)))])
    row = ean13(payload.decode("ascii")) if symbology == "EAN13" else code128(payload)
    return np.frombuffer(row.encode(), np.uint8)[None, :] - np.uint8(48)


def qr(payload: bytes, level: str) -> Modules:
    fits = ALPHANUMERIC.issuperset(payload)
    data = payload.decode("ascii") if fits else payload
    mode = "alphanumeric" if fits else "byte"
    code = segno.make(data, error=level, mode=mode, micro=False, boost_error=False)
    return np.array([list(row) for row in code.matrix], np.uint8)


def _pick(rng: Generator, forms: tuple[Callable[[Generator], bytes], ...]) -> Callable[[Generator], bytes]:
    return forms[int(rng.integers(len(forms)))]


def _from(rng: Generator, letters: str, length: int) -> str:
    return "".join(letters[int(place)] for place in rng.integers(len(letters), size=length))


def _base32(rng: Generator, size: int) -> str:
    return base64.b32encode(rng.bytes(size)).decode().rstrip("=")


def _card(rng: Generator) -> bytes:
    return f"HTTPS://LZ{_from(rng, '0123456789', 4)}.EXAMPLE.CN/K/{_base32(rng, int(rng.integers(105, 140)))}".encode()


def _certificate(rng: Generator) -> bytes:
    return f"HTTPS://LZ{_from(rng, '0123456789', 4)}.EXAMPLE.CN/C/{_base32(rng, int(rng.integers(110, 170)))}".encode()


def _short(rng: Generator) -> bytes:
    parts = (_from(rng, "0123456789", 6), _from(rng, CROCKFORD, 5), _from(rng, CROCKFORD, 5), _from(rng, CROCKFORD, 1))
    return f"HTTPS://LZ.EXAMPLE.CN/N/{'-'.join(parts)}".encode()


def _tag(rng: Generator) -> bytes:
    return f"HTTPS://LZ.EXAMPLE/T/T{_from(rng, CROCKFORD, 8)}".encode()


def _credit(rng: Generator) -> bytes:
    return f"9{_from(rng, '123', 1)}530427{_from(rng, CREDIT, 10)}".encode()


def _chinese(rng: Generator) -> bytes:
    """Characters of GB 2312 level 1 with digits, as UTF-8 or as GB18030."""
    count = int(rng.integers(4, 24))
    raw = b"".join(bytes((int(rng.integers(0xB0, 0xD7)), int(rng.integers(0xA1, 0xFF)))) for _ in range(count))
    text = f"{raw.decode('gb2312')} {_from(rng, '0123456789', 11)}"
    return text.encode("utf-8" if rng.random() < 0.6 else "gb18030")


def _trace(rng: Generator) -> bytes:
    return f"http://www.trace{_from(rng, '123', 1)}.example.cn/q?c={_from(rng, '0123456789', 20)}".encode()


def _page(rng: Generator) -> bytes:
    return f"https://u.example.com/{_from(rng, CROCKFORD.lower(), 22)}".encode()


def _lot(rng: Generator) -> str:
    if rng.random() < 0.4:
        return _from(rng, "0123456789", 2 * int(rng.integers(4, 10)))
    return f"{_from(rng, 'ABCDKT', 2)}{_from(rng, '0123456789', 6)}-{_from(rng, '0123456789', 3)}"
