"""Things that carry a code: card, paper slip, label, box, phone. A picture of each, with its outline and its code."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from drivers.simulated.scenes.codes import Modules
from drivers.simulated.scenes.drawing import Grey, grey, line_of_text, rounded, soft_noise, textured
from drivers.simulated.scenes.hands import Box


@dataclass(frozen=True, slots=True)
class Print:
    """How the code is put on: pixels a module, display levels of ink and paper, style."""

    pixels: int
    ink: int
    paper: int
    quiet: float  # modules of light around the code
    growth: float = 0.0  # modules that ink spreads, negative: shrinks
    style: str = "plain"  # plain | inverted | dots | logo


@dataclass(frozen=True, slots=True)
class Thing:
    """`picture` and `outline` (0 outside, 255 inside) are of one shape; all the thing and its code lie within."""

    picture: Grey
    outline: Grey
    code: Box
    whole: Box


def thing_of(carrier: str, modules: Modules, how: Print, rng: Generator) -> Thing:
    """The carrier with its printing; the code's middle is the middle of the picture."""
    code = printed(modules, how, rng)
    if carrier == "phone":
        return _phone(code, how, rng)
    wide, tall = {"card": (2.6, 1.45), "slip": (1.25, 2.2), "label": (1.3, 1.35), "box": (1.9, 1.7)}[carrier]
    width, height = (
        int(code.shape[1] * wide * rng.uniform(0.85, 1.2)),
        int(code.shape[0] * tall * rng.uniform(0.9, 1.2)),
    )
    side = (max(width, code.shape[1] + 8), max(height, code.shape[0] + 8))
    return _paper(carrier, code, side, how, rng)


def printed(modules: Modules, how: Print, rng: Generator) -> Grey:
    """The code in display levels with its quiet zone."""
    rows = modules if modules.shape[0] > 1 else np.repeat(modules, round(modules.shape[1] * rng.uniform(0.3, 0.6)), 0)
    dark = np.kron(rows, np.full((how.pixels, how.pixels), 255, np.uint8))
    if how.style == "dots":
        dark = _dotted(modules, how.pixels)
    quiet = max(1, round(how.quiet * how.pixels * (1 if modules.shape[0] > 1 else 2.8)))  # EAN-13 wants 11 modules
    dark = np.pad(dark, quiet if modules.shape[0] > 1 else ((how.pixels, how.pixels), (quiet, quiet)))
    dark = _grown(dark, how.growth * how.pixels)
    if how.style == "logo":
        _logo(dark, rng)
    light = 255 - dark if how.style == "inverted" else dark
    return grey(how.paper + (light / 255.0) * (how.ink - how.paper))


def _dotted(modules: Modules, pixels: int) -> Grey:
    """Round modules, as fashionable codes have them; the three corners stay whole."""
    side = modules.shape[0]
    canvas = np.zeros((side * pixels, side * pixels), np.uint8)
    for row, column in np.argwhere(modules):
        middle = (int((column + 0.5) * pixels * 16), int((row + 0.5) * pixels * 16))
        cv2.circle(canvas, middle, int(pixels * 7.5), 255, -1, cv2.LINE_AA, 4)
    whole = np.kron(modules, np.full((pixels, pixels), 255, np.uint8))
    corner = 7 * pixels
    for rows, columns in (
        (slice(corner), slice(corner)),
        (slice(corner), slice(-corner, None)),
        (slice(-corner, None), slice(corner)),
    ):
        canvas[rows, columns] = whole[rows, columns]
    return canvas


def _grown(dark: Grey, pixels: float) -> Grey:
    """Ink that spreads or shrinks by part of a pixel or more: blurred, then cut higher or lower."""
    if abs(pixels) < 0.3:
        return dark
    sigma = abs(pixels) * 1.2
    blurred = cv2.GaussianBlur(dark, (0, 0), sigma).astype(np.float32)
    cut = 127 - 100 * np.sign(pixels) * min(1.0, abs(pixels) / (sigma + 0.3))
    return grey(np.clip((blurred - cut) * 6 + 127, 0, 255))


def _logo(dark: Grey, rng: Generator) -> None:
    """A picture over the middle, as payment codes have it."""
    height, width = dark.shape
    side = int(min(height, width) * rng.uniform(0.12, 0.24))
    left, top = (width - side) // 2, (height - side) // 2
    cv2.rectangle(dark, (left - 3, top - 3), (left + side + 3, top + side + 3), 0, -1)
    cv2.rectangle(dark, (left, top), (left + side, top + side), int(rng.integers(90, 220)), -1)
    cv2.circle(dark, (left + side // 2, top + side // 2), side // 3, int(rng.integers(0, 90)), -1, cv2.LINE_AA)


def _paper(carrier: str, code: Grey, side: tuple[int, int], how: Print, rng: Generator) -> Thing:
    width, height = side
    canvas = np.full((height, width), how.paper, np.uint8)
    if carrier == "box" or (carrier == "label" and rng.random() < 0.4):
        canvas = textured(canvas, soft_noise(rng, width, height, 3), 6)
        _bands(canvas, rng, how)
    left, top = _place(carrier, code, side, rng)
    _writing(canvas, rng, (left, top, code.shape[1], code.shape[0]), how)
    canvas[top : top + code.shape[0], left : left + code.shape[1]] = code
    if rng.random() < 0.5:
        cv2.rectangle(canvas, (3, 3), (width - 4, height - 4), how.ink, max(1, how.pixels // 4), cv2.LINE_AA)
    radius = int(min(width, height) * (0.06 if carrier in ("card", "label") else 0.0))
    outline = rounded((height, width), (0, 0, width - 1, height - 1), radius)
    return _centred(canvas, outline, (left, top, code.shape[1], code.shape[0]), how)


def _place(carrier: str, code: Grey, side: tuple[int, int], rng: Generator) -> tuple[int, int]:
    free = (side[0] - code.shape[1], side[1] - code.shape[0])
    across = rng.uniform(0.85, 0.97) if carrier == "card" else rng.uniform(0.2, 0.8)
    down = rng.uniform(0.6, 0.95) if carrier == "slip" else rng.uniform(0.3, 0.7)
    return int(free[0] * across), int(free[1] * down)


def _bands(canvas: Grey, rng: Generator, how: Print) -> None:
    """The loud printing of a package: coloured areas."""
    height, width = canvas.shape
    for _ in range(int(rng.integers(1, 5))):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        level = int(rng.integers(how.ink, how.paper))
        if rng.random() < 0.5:
            cv2.rectangle(canvas, (0, y), (width, y + height // int(rng.integers(3, 8))), level, -1)
        else:
            cv2.circle(canvas, (x, y), int(rng.integers(width // 8, width // 3)), level, -1, cv2.LINE_AA)


def _writing(canvas: Grey, rng: Generator, code: Box, how: Print) -> None:
    """A heading and lines of text around the code."""
    height, width = canvas.shape
    size = max(3, int(code[2] * rng.uniform(0.045, 0.09)))
    line_of_text(canvas, rng, (size, size), int(size * 1.7), int(width * 0.7), how.ink)
    for y in range(4 * size, height - 2 * size, int(size * 1.9)):
        beside = code[1] - size < y < code[1] + code[3] + size
        length = (code[0] if beside else width) - 3 * size
        if length > 2 * size and rng.random() < 0.85:
            line_of_text(canvas, rng, (size, y), size, int(length * rng.uniform(0.5, 1)), how.ink)


def _phone(code: Grey, how: Print, rng: Generator) -> Thing:
    width = int(code.shape[1] * rng.uniform(1.12, 1.6))
    height = max(int(width * rng.uniform(1.7, 2.15)), code.shape[0] + width // 3)
    bezel = max(2, int(width * rng.uniform(0.02, 0.07)))
    canvas = np.full((height + 2 * bezel, width + 2 * bezel), int(rng.integers(12, 40)), np.uint8)
    screen = canvas[bezel : bezel + height, bezel : bezel + width]
    screen[:] = how.paper if rng.random() < 0.5 else int(how.paper * rng.uniform(0.35, 0.9))
    left, top = (width - code.shape[1]) // 2, int((height - code.shape[0]) * rng.uniform(0.3, 0.6))
    _interface(screen, rng, (left, top, code.shape[1], code.shape[0]), how)
    screen[top : top + code.shape[0], left : left + code.shape[1]] = code
    outline = rounded(canvas.shape, (0, 0, canvas.shape[1] - 1, canvas.shape[0] - 1), width // 12)
    return _centred(canvas, outline, (left + bezel, top + bezel, code.shape[1], code.shape[0]), how)


def _interface(screen: Grey, rng: Generator, code: Box, how: Print) -> None:
    """Status bar, title, a line below the code, a button."""
    height, width = screen.shape
    size = max(3, width // 22)
    cv2.rectangle(screen, (0, 0), (width, 3 * size), int(how.paper * rng.uniform(0.3, 1.0)), -1)
    line_of_text(screen, rng, (size, size // 2), size * 2 // 3, width // 3, how.ink)
    line_of_text(screen, rng, (width // 4, max(4 * size, code[1] - 3 * size)), int(size * 1.3), width // 2, how.ink)
    below = code[1] + code[3] + size
    for row in range(int(rng.integers(1, 5))):
        line_of_text(screen, rng, (size, below + row * size * 2), size, int(width * rng.uniform(0.4, 0.9)), how.ink)
    cv2.rectangle(
        screen, (2 * size, height - 4 * size), (width - 2 * size, height - 2 * size), int(how.paper * 0.6), -1
    )


def _centred(canvas: Grey, outline: Grey, code: Box, how: Print) -> Thing:
    """Pads until the code's middle is the picture's, with room for the hand that holds the thing."""
    height, width = canvas.shape
    x, y = code[0] + code[2] // 2, code[1] + code[3] // 2
    room = int(min(1.6 * min(width, height), 50 * how.pixels))
    half_width, half_height = max(x, width - x) + room, max(y, height - y) + room
    border = (half_height - y, half_height - (height - y), half_width - x, half_width - (width - x))
    picture = grey(cv2.copyMakeBorder(canvas, *border, cv2.BORDER_CONSTANT, value=(90,)))
    mask = grey(cv2.copyMakeBorder(outline, *border, cv2.BORDER_CONSTANT, value=(0,)))
    left, top = border[2], border[0]
    return Thing(picture, mask, (code[0] + left, code[1] + top, code[2], code[3]), (left, top, width, height))
