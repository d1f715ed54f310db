"""Pens for things and rooms: lines of writing, soft noise, light curves. Pictures hold display levels 0 to 255."""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Grey: TypeAlias = NDArray[np.uint8]
Plane: TypeAlias = NDArray[np.float32]  # linear light, 1.0 a white sheet in even light

GAMMA = 2.2
LINEAR: Plane = ((np.arange(256) / 255.0) ** GAMMA).astype(np.float32)


def plane(picture: object) -> Plane:
    return np.asarray(picture, np.float32)


def grey(picture: object) -> Grey:
    return np.asarray(picture, np.uint8)


def soft_noise(rng: Generator, width: int, height: int, cells: int) -> Plane:
    """Smooth noise of standard deviation 1 with about `cells` bumps across."""
    rows = max(2, cells * height // max(width, 1))
    coarse = rng.standard_normal((rows + 1, cells + 1), np.float32)
    return plane(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))


def rough_noise(rng: Generator, width: int, height: int, coarsest: int, octaves: int) -> Plane:
    """Noise of several sizes, each finer one weaker: plaster, wood, cloth. Built small, stretched once at the end."""
    cells, rows = coarsest, max(2, coarsest * height // max(width, 1))
    total = rng.standard_normal((rows, cells), np.float32)
    for octave in range(1, octaves):
        cells, rows = cells * 2, rows * 2
        finer = rng.standard_normal((rows, cells), np.float32) * np.float32(0.6**octave)
        total = plane(cv2.resize(total, (cells, rows), interpolation=cv2.INTER_CUBIC)) + finer
    return plane(cv2.resize(total, (width, height), interpolation=cv2.INTER_LINEAR))


def textured(canvas: Grey, noise: Plane, strength: float) -> Grey:
    return grey(np.clip(canvas + noise * strength, 0, 255))


def line_of_text(canvas: Grey, rng: Generator, at: tuple[int, int], size: int, length: int, level: int) -> None:
    """One line, `size` pixels tall: Latin letters and digits, or strokes in squares that look like hanzi."""
    if size < 4:
        cv2.line(canvas, at, (at[0] + length, at[1]), level, max(1, size // 2), cv2.LINE_AA)
    elif rng.random() < 0.6:
        _hanzi(canvas, rng, at, size, length, level)
    else:
        _latin(canvas, rng, at, size, length, level)


def _latin(canvas: Grey, rng: Generator, at: tuple[int, int], size: int, length: int, level: int) -> None:
    letters = "ABCDEHKLMNRSTUVXaeimnorstuw0123456789  :-./"
    count = max(1, int(length / (size * 0.8)))
    text = "".join(letters[int(place)] for place in rng.integers(len(letters), size=count))
    font = cv2.FONT_HERSHEY_SIMPLEX if rng.random() < 0.6 else cv2.FONT_HERSHEY_COMPLEX
    cv2.putText(canvas, text, (at[0], at[1] + size), font, size / 22, level, max(1, size // 9), cv2.LINE_AA)


def _hanzi(canvas: Grey, rng: Generator, at: tuple[int, int], size: int, length: int, level: int) -> None:
    for left in range(at[0], at[0] + length - size, round(size * 1.12)):
        if rng.random() < 0.88:
            _glyph(canvas, rng, (left, at[1]), size, level)


def _glyph(canvas: Grey, rng: Generator, at: tuple[int, int], size: int, level: int) -> None:
    """Four to eight strokes, mostly straight across or down."""
    thick = max(1, size // 11)
    for _ in range(int(rng.integers(4, 9))):
        x, y = rng.integers(0, size, 2) + at
        reach = int(rng.integers(size // 3, size + 1))
        across = rng.random()
        ends = (min(x + reach, at[0] + size), y) if across < 0.45 else (x, min(y + reach, at[1] + size))
        if across > 0.85:
            ends = (max(at[0], x - reach // 2), min(y + reach, at[1] + size))
        cv2.line(canvas, (int(x), int(y)), (int(ends[0]), int(ends[1])), level, thick, cv2.LINE_AA)


def rounded(shape: tuple[int, int], box: tuple[int, int, int, int], radius: int) -> Grey:
    """A mask (0 or 255) of a rectangle (left, top, width, height) with round corners."""
    mask = np.zeros(shape, np.uint8)
    left, top, width, height = box
    radius = max(0, min(radius, width // 2 - 1, height // 2 - 1))
    cv2.rectangle(mask, (left + radius, top), (left + width - radius, top + height), 255, -1)
    cv2.rectangle(mask, (left, top + radius), (left + width, top + height - radius), 255, -1)
    for x in (left + radius, left + width - radius):
        for y in (top + radius, top + height - radius):
            cv2.circle(mask, (x, y), radius, 255, -1, cv2.LINE_AA)
    return mask


def blot(rng: Generator, size: int, ragged: float) -> NDArray[np.int32]:
    """The outline of a stain about `size` pixels across, around (0, 0)."""
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = size / 2 * (1 + ragged * rng.standard_normal(24))
    return np.stack([radius * np.cos(turns), radius * np.sin(turns)], 1).astype(np.int32)
