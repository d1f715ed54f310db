"""Things that look like codes and say nothing that we read: other symbologies, wrong check digits, ruined QR codes."""

from collections.abc import Callable, Iterator
from random import Random

import numpy as np
import zxingcpp
from numpy.random import Generator, default_rng

from drivers.simulated.scenes import bars
from drivers.simulated.scenes.codes import Modules, qr
from drivers.simulated.scenes.drawing import Grey
from drivers.simulated.scenes.film import filmed, stage
from drivers.simulated.scenes.kinds import recipe

FPS = 30.0
FORMAT = 9  # modules from a corner up to and with the format information of a QR code
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SQUARES = ("MicroQRCode", "DataMatrix", "Aztec", "RMQRCode", "PDF417")
LINES = (
    "Code39",
    "Code93",
    "Codabar",
    "ITF",
    "EAN8",
    "DataBar",
)  # a UPC-E is a GTIN in short, and zbar rightly says which
_LENGTHS = {"EAN8": 7, "DataBar": 13, "ITF": 14}
_ALPHABETS = dict.fromkeys((*_LENGTHS, "Codabar"), "0123456789")


def decoy(name: str, how: str, seed: int, frames: int, size: tuple[int, int]) -> Iterator[Grey]:
    """A hand holds it up as it would a code; `how` is a kind of scene."""
    rng = default_rng([sum(name.encode()), seed])
    modules = {**DECOYS, **MISPRINTS}[name](Random(seed), rng)
    symbology = "EAN13" if modules.shape[0] == 1 else "QRCode"
    yield from filmed(stage(recipe(how, symbology, modules.shape[1], rng), modules, size, rng), frames, FPS, rng)


def _foreign(symbology: str) -> Callable[[Random, Generator], Modules]:
    """A right code of a symbology that we do not read."""

    def drawn(draw: Random, _: Generator) -> Modules:
        length = _LENGTHS.get(symbology, draw.randrange(4, 11))
        text = "".join(draw.choices(_ALPHABETS.get(symbology, LETTERS), k=length))
        text = f"A{text}B" if symbology == "Codabar" else text
        code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, symbology))
        dark: Modules = (np.asarray(code.to_image(scale=1, add_quiet_zones=False)) == 0).astype(np.uint8)
        return dark if symbology in SQUARES else dark[dark.shape[0] // 2][None, :]

    return drawn


def _wrong_check(draw: Random, _: Generator) -> Modules:
    """An EAN-13 whose last digit is not the one that the others ask for."""
    digits = "69" + "".join(draw.choices("0123456789", k=10))
    right = bars.check_digit(digits)
    row, wrong = bars.ean13(digits + right), str((int(right) + draw.randrange(1, 10)) % 10)
    return _row(row[:-10] + bars._digit(wrong, "C") + row[-3:])


def _wrong_sum(draw: Random, _: Generator) -> Modules:
    """A Code 128 whose last word is not the one that the others ask for."""
    row = bars.code128(bytes(draw.choices(range(33, 127), k=draw.randrange(3, 13))))
    right = row[-24:-13]
    words = (bars.code128(bytes([letter]))[11:22] for letter in draw.sample(range(33, 127), 2))
    return _row(row[:-24] + next(word for word in words if word != right) + row[-13:])


def _empty_corners(draw: Random, rng: Generator) -> Modules:
    """All fixed patterns of a QR code, and chance where its words stand."""
    return _ruined(draw, rng, 1.0)


def _some_ruined(draw: Random, rng: Generator) -> Modules:
    """More words wrong than its error correction mends."""
    return _ruined(draw, rng, draw.choice((0.15, 0.2, 0.35, 0.5)))


def _ruined(draw: Random, rng: Generator, part: float) -> Modules:
    modules = qr(rng.bytes(draw.randrange(8, 90)), draw.choice("LMQ"))
    words = ~_fixed(modules.shape[0])
    hit = (rng.random(modules.shape) < part) & words
    modules[hit] = rng.integers(0, 2, modules.shape)[hit] if part == 1.0 else 1 - modules[hit]
    return modules


def _fixed(side: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Corners with the format information, timing, and the last alignment pattern."""
    fixed = np.zeros((side, side), np.bool_)
    fixed[:FORMAT, :FORMAT] = fixed[:FORMAT, 1 - FORMAT :] = fixed[1 - FORMAT :, :FORMAT] = True
    fixed[6], fixed[:, 6] = True, True
    if side > 21:
        fixed[-9:-4, -9:-4] = True
    return fixed


def _row(modules: str) -> Modules:
    return np.frombuffer(modules.encode(), np.uint8)[None, :] - np.uint8(48)


MISPRINTS: dict[str, Callable[[Random, Generator], Modules]] = {"EAN13": _wrong_check, "Code128": _wrong_sum}
DECOYS: dict[str, Callable[[Random, Generator], Modules]] = {
    "corners": _empty_corners,
    "ruined": _some_ruined,
    **{name: _foreign(name) for name in (*SQUARES, *LINES)},
}
