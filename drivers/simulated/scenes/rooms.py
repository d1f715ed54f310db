"""Rooms behind a code, and nothing but rooms: walls, shelves, tables, people, pages. Display levels; no code in any."""

from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np
from numpy.random import Generator

from drivers.simulated.scenes.drawing import Grey, grey, line_of_text, rough_noise, soft_noise, textured

Room: TypeAlias = Callable[[Generator, int, int], Grey]


def room(rng: Generator, width: int, height: int) -> Grey:
    """A room of any sort, as sharp as things far behind the focus are."""
    makers: tuple[Room, ...] = (wall, market, market, person, person, table, tiles, page, shirt)
    picture = makers[int(rng.integers(len(makers)))](rng, width, height)
    return grey(cv2.GaussianBlur(picture, (0, 0), height / 720 * rng.uniform(0.4, 3.0)))


def wall(rng: Generator, width: int, height: int) -> Grey:
    """Plaster with a poster, a switch, a cable, a shelf edge."""
    canvas = textured(_even(rng, width, height, 70, 200), rough_noise(rng, width, height, 4, 6), rng.uniform(2, 9))
    for _ in range(int(rng.integers(1, 5))):
        x, y, w, h = _box(rng, width, height, 0.08, 0.4)
        cv2.rectangle(canvas, (x, y), (x + w, y + h), int(rng.integers(20, 240)), -1)
        if rng.random() < 0.5:
            _poster(canvas, rng, (x, y, w, h))
    _cables(canvas, rng)
    return canvas


def market(rng: Generator, width: int, height: int) -> Grey:
    """Crates and heaps of produce under a roof with lamps."""
    canvas = _even(rng, width, height, 40, 130)
    for _ in range(int(rng.integers(1, 4))):
        _heap(canvas, rng, _box(rng, width, height, 0.3, 0.8))
    for _ in range(int(rng.integers(2, 7))):
        _crate(canvas, rng, _box(rng, width, height, 0.1, 0.35))
    for _ in range(int(rng.integers(0, 4))):
        _lamp(canvas, rng)
    return textured(canvas, rough_noise(rng, width, height, 8, 5), 5)


def person(rng: Generator, width: int, height: int) -> Grey:
    """Who holds the card: head, hair, shoulders in a shirt, before a wall or a market."""
    canvas = (wall if rng.random() < 0.5 else market)(rng, width, height)
    canvas = grey(cv2.GaussianBlur(canvas, (0, 0), height / 240))
    x, skin = int(width * rng.uniform(0.3, 0.7)), int(rng.integers(110, 190))
    top = int(height * rng.uniform(0.05, 0.3))
    head = (int(height * 0.13), int(height * 0.18))
    cloth = int(rng.integers(25, 220))
    cv2.ellipse(
        canvas,
        (x, top + int(height * 0.85)),
        (int(height * 0.5), int(height * 0.52)),
        0,
        0,
        360,
        cloth,
        -1,
        cv2.LINE_AA,
    )
    _stripes(canvas, rng, (x, top + int(height * 0.4), int(height * 0.45)), cloth)
    cv2.ellipse(canvas, (x, top + head[1]), head, 0, 0, 360, skin, -1, cv2.LINE_AA)
    cv2.ellipse(canvas, (x, top + head[1] // 2), (head[0], head[1] * 2 // 3), 0, 180, 360, 30, -1, cv2.LINE_AA)
    for side in (-1, 1):
        eye = (x + side * head[0] // 2, top + head[1])
        cv2.ellipse(canvas, eye, (head[0] // 6, head[0] // 10), 0, 0, 360, 35, -1, cv2.LINE_AA)
    cv2.ellipse(
        canvas, (x, top + int(head[1] * 1.5)), (head[0] // 3, head[0] // 12), 0, 0, 360, skin - 50, -1, cv2.LINE_AA
    )
    return textured(canvas, rough_noise(rng, width, height, 6, 4), 4)


def table(rng: Generator, width: int, height: int) -> Grey:
    """Wood: noise drawn out along one direction, with boards and things lying about."""
    grain = soft_noise(rng, width, height, 6) + 1.5 * np.asarray(
        cv2.resize(rng.standard_normal((height // 3, 12), np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    )
    canvas = textured(_even(rng, width, height, 70, 190), grain, rng.uniform(3, 9))
    for y in range(int(rng.integers(40, 200)), height, int(rng.integers(100, 260))):
        cv2.line(canvas, (0, y), (width, y), 30, 2, cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 5))):
        _clutter(canvas, rng, _box(rng, width, height, 0.05, 0.3))
    return canvas


def tiles(rng: Generator, width: int, height: int) -> Grey:
    """Wall or floor tiles with dark joints, seen at a slant."""
    side = int(rng.integers(24, 150))
    level = int(rng.integers(120, 235))
    canvas = np.full((height, width), level, np.uint8)
    joint = max(20, level - int(rng.integers(20, 110)))
    for x in range(0, width, side):
        cv2.line(canvas, (x, 0), (x, height), joint, max(1, side // 25), cv2.LINE_AA)
    for y in range(0, height, side):
        cv2.line(canvas, (0, y), (width, y), joint, max(1, side // 25), cv2.LINE_AA)
    canvas = textured(canvas, rough_noise(rng, width, height, 5, 5), 6)
    return _slanted(canvas, rng)


def page(rng: Generator, width: int, height: int) -> Grey:
    """A form or newspaper: columns of text, ruled lines, boxes."""
    canvas = np.full((height, width), int(rng.integers(190, 245)), np.uint8)
    size = int(rng.integers(7, 26))
    columns = int(rng.integers(1, 4))
    for column in range(columns):
        left = width * column // columns + size
        for y in range(size, height - size, int(size * rng.uniform(1.5, 2.0))):
            line_of_text(canvas, rng, (left, y), size, int((width / columns - 2 * size) * rng.uniform(0.6, 1)), 40)
    for _ in range(int(rng.integers(0, 6))):
        x, y, w, h = _box(rng, width, height, 0.05, 0.4)
        cv2.rectangle(canvas, (x, y), (x + w, y + h), 60, 2, cv2.LINE_AA)
    return _slanted(canvas, rng)


def shirt(rng: Generator, width: int, height: int) -> Grey:
    """Cloth: stripes or checks with soft creases."""
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    creases = soft_noise(rng, width, height, 4) * rng.uniform(5, 30)
    angle, period = rng.uniform(0, np.pi), rng.uniform(8, 70)
    wave = np.sin((x * np.cos(angle) + y * np.sin(angle) + creases) * 2 * np.pi / period)
    if rng.random() < 0.4:
        wave = wave + np.sin((y * np.cos(angle) - x * np.sin(angle) + creases) * 2 * np.pi / period)
    shade = soft_noise(rng, width, height, 5) * 12
    return grey(np.clip(rng.uniform(70, 180) + rng.uniform(15, 90) * np.tanh(2 * wave) + shade, 0, 255))


def _even(rng: Generator, width: int, height: int, least: int, most: int) -> Grey:
    """A surface that is lighter towards one side."""
    slope = soft_noise(rng, width, height, 1) * rng.uniform(5, 30)
    return grey(np.clip(rng.uniform(least, most) + slope, 0, 255))


def _box(rng: Generator, width: int, height: int, least: float, most: float) -> tuple[int, int, int, int]:
    w, h = (int(side * rng.uniform(least, most)) for side in (width, height))
    return int(rng.integers(-w // 3, width - w // 2)), int(rng.integers(-h // 3, height - h // 2)), w, h


def _poster(canvas: Grey, rng: Generator, box: tuple[int, int, int, int]) -> None:
    x, y, w, h = box
    size = max(5, h // int(rng.integers(6, 16)))
    level = int(rng.integers(0, 256))
    for row in range(y + size, y + h - size, size * 2):
        line_of_text(canvas, rng, (max(0, x + size), max(0, row)), size, max(size * 2, w - 2 * size), level)


def _cables(canvas: Grey, rng: Generator) -> None:
    height, width = canvas.shape
    for _ in range(int(rng.integers(0, 3))):
        points = np.stack([np.linspace(0, width, 8), height * rng.uniform(0.1, 0.9) + 40 * rng.standard_normal(8)], 1)
        cv2.polylines(canvas, [points.astype(np.int32)], False, int(rng.integers(10, 90)), 3, cv2.LINE_AA)


def _heap(canvas: Grey, rng: Generator, box: tuple[int, int, int, int]) -> None:
    """Round produce, each with its own shadow and highlight."""
    size = max(6, int(canvas.shape[0] * rng.uniform(0.02, 0.07)))
    level = int(rng.integers(60, 200))
    count = min(260, box[2] * box[3] // (size * size))
    for _ in range(count):
        x, y = int(rng.integers(box[0], box[0] + box[2])), int(rng.integers(box[1], box[1] + box[3]))
        radius = max(3, int(size * rng.uniform(0.7, 1.2)))
        shape = (radius, max(2, int(radius * rng.uniform(0.6, 1))))
        angle = float(rng.integers(180))
        cv2.ellipse(canvas, (x + radius // 4, y + radius // 4), shape, angle, 0, 360, level // 3, -1, cv2.LINE_AA)
        cv2.ellipse(
            canvas, (x, y), shape, angle, 0, 360, int(np.clip(level + rng.integers(-25, 25), 0, 255)), -1, cv2.LINE_AA
        )
        cv2.circle(
            canvas, (x - radius // 3, y - radius // 3), max(1, radius // 4), min(255, level + 60), -1, cv2.LINE_AA
        )


def _crate(canvas: Grey, rng: Generator, box: tuple[int, int, int, int]) -> None:
    x, y, w, h = box
    level = int(rng.integers(50, 220))
    cv2.rectangle(canvas, (x, y), (x + w, y + h), level, -1)
    slats = int(rng.integers(2, 6))
    for row in range(1, slats):
        cv2.line(
            canvas, (x, y + h * row // slats), (x + w, y + h * row // slats), level // 3, max(2, h // 30), cv2.LINE_AA
        )
    if rng.random() < 0.5:
        _poster(canvas, rng, (x + w // 4, y + h // 4, w // 2, h // 3))


def _lamp(canvas: Grey, rng: Generator) -> None:
    height, width = canvas.shape
    x, y = int(rng.integers(width)), int(rng.integers(height // 4))
    cv2.ellipse(
        canvas,
        (x, y),
        (int(rng.integers(10, 120)), int(rng.integers(4, 20))),
        float(rng.integers(-20, 20)),
        0,
        360,
        255,
        -1,
        cv2.LINE_AA,
    )


def _clutter(canvas: Grey, rng: Generator, box: tuple[int, int, int, int]) -> None:
    """A cup, a pen, a paper."""
    x, y, w, h = box
    level = int(rng.integers(15, 250))
    choice = rng.random()
    if choice < 0.3:
        cv2.circle(canvas, (x + w // 2, y + w // 2), max(4, w // 3), level, -1, cv2.LINE_AA)
        cv2.circle(canvas, (x + w // 2, y + w // 2), max(3, w // 4), level // 2, -1, cv2.LINE_AA)
    elif choice < 0.6:
        cv2.line(canvas, (x, y), (x + w, y + h), level, max(3, h // 20), cv2.LINE_AA)
    else:
        cv2.rectangle(canvas, (x, y), (x + w, y + h), level, -1)
        _poster(canvas, rng, box)


def _stripes(canvas: Grey, rng: Generator, body: tuple[int, int, int], cloth: int) -> None:
    x, top, half = body
    step = int(rng.integers(10, 60))
    if rng.random() < 0.5:
        for left in range(x - half + step, x + half - step, step):
            cv2.line(
                canvas,
                (left, top + half // 4),
                (left, canvas.shape[0]),
                max(0, cloth - 40),
                max(2, step // 4),
                cv2.LINE_AA,
            )


def _slanted(canvas: Grey, rng: Generator) -> Grey:
    """Seen from the side: the corners move by up to a third of the picture, outwards."""
    height, width = canvas.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    away = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float32) * (width, height)
    moved = (corners + away * rng.uniform(0.0, 0.35, (4, 2))).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    return grey(cv2.warpPerspective(canvas, matrix, (width, height), borderMode=cv2.BORDER_REFLECT))
