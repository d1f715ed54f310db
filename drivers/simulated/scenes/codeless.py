"""Frames without a code, full of what decoders take for one: fences, nets, checkerboards, rings, text, noise."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.random import Generator

from drivers.simulated.scenes import camera, light
from drivers.simulated.scenes.drawing import LINEAR, Grey, grey, rough_noise, soft_noise
from drivers.simulated.scenes.rooms import Room, market, page, person, shirt, table, tiles, wall


def codeless_light(rng: Generator, frames: int, size: tuple[int, int]) -> Iterator[Grey]:
    """The same room for each frame, with the noise and the small shifts of a camera."""
    rooms: tuple[Room, ...] = (wall, market, person, table, tiles, page, shirt, page)
    traps: tuple[Room, ...] = (fence, blinds, net, checkerboard, rings, keyboard, static, moire, plain, produce_label)
    makers = rooms + traps
    picture = makers[int(rng.integers(len(makers)))](rng, *size)
    lit = LINEAR[picture] * cv2.resize(light.lamps(rng, *size, 0.3, float(rng.choice((0, 0, 0.7)))), size)
    kernels = camera.lens(rng.uniform(0, 2.5), rng.uniform(0.4, 1), (rng.choice((0, 0, 6)), rng.uniform(0, 3)))
    sensor = camera.sensor(
        rng, size, float(rng.choice((0.002, 0.01, 0.03))), rng.uniform(0, 1), int(rng.integers(40, 92))
    )
    gain = rng.uniform(0.1, 0.7) / max(0.02, float(lit.mean())) if rng.random() < 0.85 else rng.uniform(0.02, 4)
    lit = camera.through(lit * np.float32(gain), kernels)
    for _ in range(frames):
        shift = [int(step) for step in rng.integers(-3, 4, 2)]
        yield camera.exposed(np.roll(lit, shift, (0, 1)), sensor, rng)


def fence(rng: Generator, width: int, height: int) -> Grey:
    """Bars of uneven width side by side, like a bar code of the wrong kind."""
    canvas = np.full((height, width), int(rng.integers(150, 250)), np.uint8)
    dark, x, unit = int(rng.integers(10, 90)), 0, rng.uniform(3, 12)
    while x < width:
        bar, gap = (max(1, int(unit * step)) for step in rng.integers(1, 5, 2))
        cv2.rectangle(canvas, (x, height // 5), (x + bar - 1, height * 4 // 5), dark, -1)
        x += bar + gap
    return _turned(canvas, rng)


def blinds(rng: Generator, width: int, height: int) -> Grey:
    period = rng.uniform(8, 60)
    y = np.arange(height, dtype=np.float32)[:, None]
    bright = rng.uniform(120, 220) + rng.uniform(20, 110) * np.sign(
        np.sin(y * 2 * np.pi / period) + rng.uniform(-0.5, 0.5)
    )
    return _turned(grey(np.clip(np.broadcast_to(bright, (height, width)), 0, 255)), rng)


def net(rng: Generator, width: int, height: int) -> Grey:
    """The netting of onion bags over what lies in them."""
    canvas = market(rng, width, height)
    step, level = int(rng.integers(8, 40)), int(rng.integers(0, 255))
    for x in range(-height, width + height, step):
        cv2.line(canvas, (x, 0), (x + height, height), level, max(1, step // 10), cv2.LINE_AA)
        cv2.line(canvas, (x, 0), (x - height, height), level, max(1, step // 10), cv2.LINE_AA)
    return canvas


def checkerboard(rng: Generator, width: int, height: int) -> Grey:
    """Squares, at random or in turn: modules without any meaning."""
    side = int(rng.integers(4, 40))
    rows, columns = height // side + 1, width // side + 1
    cells = rng.integers(0, 2, (rows, columns)) if rng.random() < 0.5 else np.indices((rows, columns)).sum(0) % 2
    board = np.kron(cells.astype(np.uint8), np.ones((side, side), np.uint8))[:height, :width]
    return _turned(grey(35 + 190 * board), rng)


def rings(rng: Generator, width: int, height: int) -> Grey:
    """Three corners as of a QR code, with nothing or with noise between them; sometimes round ones, or too many."""
    canvas = textured_page(rng, width, height)
    unit = int(rng.integers(3, 12))
    side = unit * int(rng.integers(21, 45))
    left, top = (int(rng.integers(0, max(1, space - side))) for space in (width, height))
    if rng.random() < 0.5:
        cells = rng.integers(0, 2, (side // unit, side // unit)).astype(np.uint8)
        patch = np.kron(cells, np.full((unit, unit), 200, np.uint8))
        area = canvas[top : top + patch.shape[0], left : left + patch.shape[1]]
        area[:] = 235 - patch[: area.shape[0], : area.shape[1]]
    corners = [(0, 0), (side - 7 * unit, 0), (0, side - 7 * unit), (side - 7 * unit, side - 7 * unit)]
    for x, y in corners[: int(rng.integers(2, 5))]:
        _finder(canvas, (left + x, top + y), unit, rng)
    return _turned(canvas, rng)


def textured_page(rng: Generator, width: int, height: int) -> Grey:
    return grey(np.clip(225 + 3 * rough_noise(rng, width, height, 6, 4), 0, 255))


def _finder(canvas: Grey, at: tuple[int, int], unit: int, rng: Generator) -> None:
    for inset, level in ((-1, 235), (0, 35), (1, 235), (2, 35)):
        low = (at[0] + inset * unit, at[1] + inset * unit)
        high = (at[0] + (7 - inset) * unit - 1, at[1] + (7 - inset) * unit - 1)
        if rng.random() < 0.97:
            cv2.rectangle(canvas, low, high, level, -1)


def keyboard(rng: Generator, width: int, height: int) -> Grey:
    canvas = np.full((height, width), int(rng.integers(20, 90)), np.uint8)
    side = int(rng.integers(30, 80))
    light = int(rng.integers(100, 230))
    for row, y in enumerate(range(side, height - side, side)):
        for x in range(side + row * side // 3, width - side, side):
            cv2.rectangle(canvas, (x, y), (x + side * 4 // 5, y + side * 4 // 5), light, -1, cv2.LINE_AA)
            letter = chr(int(rng.integers(65, 91)))
            cv2.putText(
                canvas, letter, (x + side // 5, y + side // 2), 0, side / 60, 20, max(1, side // 30), cv2.LINE_AA
            )
    return _turned(canvas, rng)


def static(rng: Generator, width: int, height: int) -> Grey:
    """A camera that sends noise."""
    side = int(rng.choice((1, 1, 2, 4)))
    small = rng.integers(0, 256, (height // side + 1, width // side + 1), np.uint8)
    if rng.random() < 0.5:
        small = grey((small > 127) * 255)
    return grey(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST))


def moire(rng: Generator, width: int, height: int) -> Grey:
    """Two fine grids over each other, bent."""
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bent = soft_noise(rng, width, height, 3) * 6
    first = np.sin((x + bent) * 2 * np.pi / rng.uniform(2.1, 9))
    second = np.sin((x * 0.98 + y * rng.uniform(-0.2, 0.2) + bent) * 2 * np.pi / rng.uniform(2.1, 9))
    return grey(np.clip(128 + 60 * (first + second), 0, 255))


def plain(rng: Generator, width: int, height: int) -> Grey:
    """A lens cap, a lamp in the lens, a grey sheet."""
    return np.full((height, width), int(rng.choice((0, 8, 30, 128, 250, 255))), np.uint8)


def produce_label(rng: Generator, width: int, height: int) -> Grey:
    """Labels, prices and tables of numbers on a market: text where codes usually are."""
    canvas = market(rng, width, height)
    for _ in range(int(rng.integers(1, 4))):
        w, h = int(width * rng.uniform(0.2, 0.5)), int(height * rng.uniform(0.2, 0.6))
        x, y = int(rng.integers(0, width - w)), int(rng.integers(0, height - h))
        canvas[y : y + h, x : x + w] = page(rng, w, h)
    return canvas


def _turned(canvas: Grey, rng: Generator) -> Grey:
    height, width = canvas.shape
    if rng.random() < 0.3:
        return canvas
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-90, 90), rng.uniform(0.8, 1.6))
    return grey(cv2.warpAffine(canvas, matrix, (width, height), borderMode=cv2.BORDER_REFLECT))
