"""Codes as pictures for tests: drawn by segno, bent, hung in a grey room. The decoders under test draw none of them."""

import cv2
import numpy as np
import segno
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

SHORT = b"HTTPS://LZ.EXAMPLE.CN/N/530427-ABCDE-00001-X"


def drawn(payload: bytes, module: int = 8, quiet: int = 6, error: str = "m", mask: int | None = None) -> Grey:
    """A QR code as it should be, `quiet` modules of white around it."""
    code = segno.make(payload, mode="byte", error=error, mask=mask, micro=False, boost_error=False)
    return of_modules(np.array([list(row) for row in code.matrix], np.uint8), module, quiet)


def of_modules(modules: Grey, module: int = 4, quiet: int = 6) -> Grey:
    """Dark modules are 1."""
    framed = np.pad(255 * (1 - modules), quiet, constant_values=255)
    return grey(np.kron(framed, np.ones((module, module))))


def grey(picture: object) -> Grey:
    return np.ascontiguousarray(np.clip(np.asarray(picture), 0, 255), np.uint8)


def hung(code: Grey, side: int, at: tuple[int, int] | None = None, level: int = 128) -> Grey:
    """In front of an even wall, 1280 x 720; `at` is its left upper corner, else it hangs in the middle."""
    room = grey(np.random.default_rng(1).normal(level, 2, (720, 1280)))
    left, top = at or ((1280 - side) // 2, (720 - side) // 2)
    room[top : top + side, left : left + side] = cv2.resize(code, (side, side), interpolation=cv2.INTER_AREA)
    return room


def creased(picture: Grey, pixels: float) -> Grey:
    """Folded down a line left of its middle: `pixels` lower there than at its edges."""
    height, width = picture.shape
    x, y = _places(height, width)
    return _moved(picture, x, y + pixels * np.maximum(0, 1 - np.abs(x / width - 0.45) / 0.45))


def waved(picture: Grey, pixels: float) -> Grey:
    height, width = picture.shape
    x, y = _places(height, width)
    return _moved(picture, x + pixels * np.sin(8 * y / height), y + pixels * np.sin(7 * x / width + 1))


def bulged(picture: Grey, share: float) -> Grey:
    """Larger in its middle by about this share."""
    height, width = picture.shape
    x, y = _places(height, width)
    right, below = x - width / 2, y - height / 2
    towards = share * np.maximum(0, 1 - (right**2 + below**2) / (width / 2) ** 2)
    return _moved(picture, x - right * towards, y - below * towards)


def rolled(picture: Grey, angle: float) -> Grey:
    """Around a bottle as far as `angle` radians to each side, seen from a little above."""
    height, width = picture.shape
    x, y = _places(height, width)
    across = 2 * x / width - 1
    around = np.arcsin(np.clip(across * np.sin(angle), -1, 1)) / angle
    return _moved(picture, (around + 1) * width / 2, y + 0.4 * angle * 100 * (1 - across**2))


def slanted(picture: Grey, share: float) -> Grey:
    """Seen from the side: its left upper corner moved inwards by this share of its width."""
    height, width = picture.shape
    inwards = share * width
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.array([[inwards, 0.4 * inwards], [-0.2 * inwards, 0], [0, 0], [0, -0.6 * inwards]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    return grey(cv2.warpPerspective(picture, matrix, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=255))


def blurred(picture: Grey, sigma: float) -> Grey:
    return grey(cv2.GaussianBlur(picture, (0, 0), sigma))


def noisy(picture: Grey, rng: np.random.Generator, deviation: float) -> Grey:
    """Half its contrast, and as much noise."""
    return grey(picture * 0.5 + 60 + rng.normal(0, deviation, picture.shape))


def glared(picture: Grey, rng: np.random.Generator, size: float, spots: int = 3) -> Grey:
    """Round spots, burnt out, anywhere on its inner part; `size` their radius by the picture's width."""
    height, width = picture.shape
    burnt = picture.copy()
    for x, y in rng.uniform(0.2, 0.8, (spots, 2)) * (width, height):
        cv2.circle(burnt, (int(x), int(y)), int(size * width), 255, -1)
    return burnt


def _places(height: int, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = np.meshgrid(np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64))
    return x, y


def _moved(picture: Grey, x: NDArray[np.float64], y: NDArray[np.float64]) -> Grey:
    there = x.astype(np.float32), y.astype(np.float32)
    return grey(cv2.remap(picture, *there, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255))
