"""What time and hands do to a printed code: fading, stains, scratches, tears, worn creases, cracked glass."""

import cv2
import numpy as np
from numpy.random import Generator

from drivers.simulated.scenes.drawing import Grey, blot, grey, rough_noise, soft_noise
from drivers.simulated.scenes.things import Thing


def faded(picture: Grey, rng: Generator, left: float) -> None:
    """Thermal paper after a summer: `left` of the contrast, in clouds; white stripes where the head's dots died."""
    height, width = picture.shape
    clouds = 1 + 0.35 * soft_noise(rng, width, height, 3)
    kept = np.clip(left * clouds, 0.02, 1)
    stripes = np.ones(width, np.float32)
    for _ in range(int(rng.integers(0, 7))):
        x, wide = int(rng.integers(width)), int(rng.integers(1, max(2, width // 120)))
        stripes[x : x + wide] = rng.uniform(0.0, 0.5)
    paper = float(picture.max())
    grain = rough_noise(rng, width, height, 30, 3) * 3
    tired = paper * (1 - 0.25 * (1 - left) * (1 + 0.4 * soft_noise(rng, width, height, 2)))
    picture[:] = np.clip(tired - (paper - picture) * kept * stripes + grain, 0, 255)


def damaged(thing: Thing, rng: Generator, amount: float) -> None:
    """`amount` from 0 to 1: how much of the code is lost to some of what happens to paper."""
    harms = (_stain, _scratch, _worn, _torn, _scribble, _sticker, _hole)
    for _ in range(int(rng.integers(1, 4))):
        harms[int(rng.integers(len(harms)))](thing, rng, amount)


def _spot(thing: Thing, rng: Generator) -> tuple[int, int]:
    left, top, width, height = thing.code
    return int(left + width * rng.uniform(0, 1)), int(top + height * rng.uniform(0, 1))


def _stain(thing: Thing, rng: Generator, amount: float) -> None:
    """Mud, ink or oil: dark and opaque, or a veil."""
    mask = np.zeros_like(thing.picture)
    for _ in range(int(rng.integers(1, 5))):
        size = max(4, int(thing.code[2] * amount * rng.uniform(0.1, 0.5)))
        cv2.fillPoly(mask, [blot(rng, size, 0.2) + np.array(_spot(thing, rng), np.int32)], 255, cv2.LINE_AA)
    soft = cv2.GaussianBlur(mask, (0, 0), max(0.6, thing.code[2] * 0.004)) / 255.0
    level, cover = rng.uniform(20, 230), rng.uniform(0.5, 1)
    thing.picture[:] = np.clip(thing.picture + soft * cover * (level - thing.picture), 0, 255)


def _scratch(thing: Thing, rng: Generator, amount: float) -> None:
    level = int(thing.picture.max()) if rng.random() < 0.7 else 40
    for _ in range(int(2 + 10 * amount)):
        start = np.array(_spot(thing, rng))
        way = rng.standard_normal(2) * thing.code[2] * 0.5
        points = [start + way * part + rng.standard_normal(2) * 3 for part in (0, 0.3, 0.6, 1)]
        cv2.polylines(
            thing.picture, [np.array(points, np.int32)], False, level, max(1, thing.code[2] // 110), cv2.LINE_AA
        )


def _worn(thing: Thing, rng: Generator, amount: float) -> None:
    """Rubbed off in flecks, as on a card from a trouser pocket."""
    height, width = thing.picture.shape
    flecks = rough_noise(rng, width, height, 14, 4) + 0.8 * soft_noise(rng, width, height, 3)
    bare = np.clip((flecks - (2.3 - 1.6 * amount)) * 2.5, 0, 1)
    paper = float(thing.picture.max())
    thing.picture[:] = thing.picture + bare * (paper - thing.picture)


def _torn(thing: Thing, rng: Generator, amount: float) -> None:
    """A corner is gone, with a ragged edge."""
    left, top, width, height = thing.code
    right, low = rng.random() < 0.5, rng.random() < 0.5
    corner = np.array((left + width * right, top + height * low))
    inward = np.array((-1 if right else 1, -1 if low else 1)) * (width, height) * amount * rng.uniform(0.15, 0.45, 2)
    ends = corner + inward * (1, 0), corner + inward * (0, 1)
    ragged = [ends[0] * (1 - t) + ends[1] * t + rng.standard_normal(2) * 3 for t in np.linspace(0, 1, 9)]
    outside = [ends[1] - inward * (6, 0), corner - inward * 6, ends[0] - inward * (0, 6)]
    cv2.fillPoly(thing.outline, [np.array([*ragged, *outside], np.int32)], 0)


def _scribble(thing: Thing, rng: Generator, amount: float) -> None:
    """A pen or a stamp across the code."""
    points = [np.array(_spot(thing, rng)) for _ in range(int(3 + 5 * amount))]
    thick = max(1, int(thing.code[2] * rng.uniform(0.008, 0.03)))
    cv2.polylines(thing.picture, [np.array(points, np.int32)], False, int(rng.integers(30, 120)), thick, cv2.LINE_AA)


def _sticker(thing: Thing, rng: Generator, amount: float) -> None:
    """A price tag or a piece of tape over an edge."""
    size = thing.code[2] * (0.12 + 0.33 * amount) * rng.uniform(0.6, 1.1)
    box = cv2.boxPoints((_edge(thing, rng), (size * 1.5, size), float(rng.uniform(0, 90))))
    cv2.fillConvexPoly(thing.picture, box.astype(np.int32), int(rng.integers(60, 250)), cv2.LINE_AA)


def _hole(thing: Thing, rng: Generator, amount: float) -> None:
    """Punched through, as receipts on a spike."""
    at, size = _edge(thing, rng), thing.code[2] * (0.03 + 0.1 * amount)
    cv2.circle(thing.outline, (int(at[0]), int(at[1])), max(2, int(size)), 0, -1, cv2.LINE_AA)


def _edge(thing: Thing, rng: Generator) -> tuple[float, float]:
    """A place near the rim of the code, seldom its middle."""
    left, top, width, height = thing.code
    turn, reach = rng.uniform(0, 2 * np.pi), rng.uniform(0.3, 0.55)
    return left + width * (0.5 + reach * float(np.cos(turn))), top + height * (0.5 + reach * float(np.sin(turn)))


def creased(thing: Thing, rng: Generator, places: list[tuple[float, float]], half: float) -> None:
    """Ink that broke along folds: (angle, offset in pixels from the middle) of each."""
    middle = np.array((thing.picture.shape[1] / 2, thing.picture.shape[0] / 2))
    paper = int(thing.picture.max())
    for angle, offset in places:
        away, along = np.array((np.cos(angle), np.sin(angle))), np.array((-np.sin(angle), np.cos(angle)))
        steps = np.linspace(-half, half, 40)[:, None]
        line = middle + away * offset + along * steps + away * rng.standard_normal((40, 1)) * 0.8
        cv2.polylines(thing.picture, [line.astype(np.int32)], False, paper, max(1, thing.code[2] // 100), cv2.LINE_AA)


def cracked(thing: Thing, rng: Generator, amount: float) -> None:
    """Glass broken from one point: rays, rings between them, each a thin bright or dark line."""
    middle = np.array(_spot(thing, rng))
    reach = thing.code[2] * (0.4 + amount)
    turns = np.sort(rng.uniform(0, 2 * np.pi, int(4 + 10 * amount)))
    thick = max(1, thing.code[2] // 160)
    for turn in turns:
        steps = np.linspace(0, reach * rng.uniform(0.4, 1), 7)[:, None]
        ray = middle + steps * (np.cos(turn), np.sin(turn)) + rng.standard_normal((7, 2)) * steps * 0.05
        cv2.polylines(thing.picture, [ray.astype(np.int32)], False, int(rng.choice((35, 200, 240))), thick, cv2.LINE_AA)
    for ring in rng.uniform(0.05, 0.5, int(1 + 3 * amount)):
        web = middle + reach * ring * np.stack([np.cos(turns), np.sin(turns)], 1)
        cv2.polylines(thing.picture, [web.astype(np.int32)], False, int(rng.choice((60, 210))), thick, cv2.LINE_AA)


def dirty_print(picture: Grey, rng: Generator, strength: float) -> Grey:
    """No print is even: specks and slow changes of tone."""
    height, width = picture.shape
    return grey(np.clip(picture + strength * rough_noise(rng, width, height, 5, 6), 0, 255))
