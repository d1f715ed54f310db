"""Light on a scene: lamps, shadow edges, glare, the fringes between two grids of pixels. Linear light."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from drivers.simulated.scenes.drawing import Plane, plane, soft_noise

COARSE = 8  # light changes slowly: every eighth pixel is enough


def lamps(rng: Generator, width: int, height: int, vignette: float, shadow: float) -> Plane:
    """How much light falls on each part of the frame, coarse; `shadow`: how much an edge of shade takes away."""
    w, h = width // COARSE, height // COARSE
    x, y = np.meshgrid(np.linspace(-1, 1, w, dtype=np.float32), np.linspace(-0.6, 0.6, h, dtype=np.float32))
    angle = rng.uniform(0, 2 * np.pi)
    field = 1 + rng.uniform(0, 0.2) * (x * np.cos(angle) + y * np.sin(angle)) - vignette * (x**2 + y**2)
    if shadow:
        field = field * (1 - shadow * _shade(rng, w, h))
    return plane(field)


def _shade(rng: Generator, w: int, h: int) -> Plane:
    """1 in the shade: of a straight edge, of slats, or of a hand; sharper when what throws it is near."""
    mask = np.zeros((h, w), np.float32)
    choice = rng.random()
    if choice < 0.5:
        _half(mask, rng)
    elif choice < 0.75:
        for _ in range(int(rng.integers(2, 6))):
            _band(mask, rng)
    else:
        for _ in range(int(rng.integers(2, 5))):
            _finger(mask, rng)
    return plane(cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.5, 4)))


def _half(mask: Plane, rng: Generator) -> None:
    h, w = mask.shape
    angle = rng.uniform(0, 2 * np.pi)
    middle = np.array([w / 2 + rng.uniform(-w, w) / 10, h / 2 + rng.uniform(-h, h) / 6])
    along, away = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    corners = [
        middle - 9 * w * along,
        middle + 9 * w * along,
        middle + 9 * w * (along + away),
        middle + 9 * w * (away - along),
    ]
    cv2.fillPoly(mask, [np.array(corners, np.int32)], 1.0)


def _band(mask: Plane, rng: Generator) -> None:
    h, w = mask.shape
    ends = (int(rng.integers(w)), 0), (int(rng.integers(w)), h)
    cv2.line(mask, *ends, 1.0, int(rng.integers(3, 14)))


def _finger(mask: Plane, rng: Generator) -> None:
    h, w = mask.shape
    tip = (int(w * rng.uniform(0.35, 0.65)), int(h * rng.uniform(0.3, 0.7)))
    cv2.line(mask, (int(rng.integers(w)), h), tip, 1.0, int(rng.integers(5, 14)))


def reflection(rng: Generator, side: int) -> Plane:
    """What a shiny surface mirrors, 0 to 1 over a square: a lamp, a tube, or a window with its bars."""
    mask = np.zeros((side, side), np.float32)
    middle, angle = (side / 2, side / 2), rng.uniform(0, 180)
    choice = rng.random()
    if choice < 0.4:
        axes = (int(side * rng.uniform(0.06, 0.16)), int(side * rng.uniform(0.05, 0.14)))
        cv2.ellipse(mask, (side // 2, side // 2), axes, angle, 0, 360, 1.0, -1)
    else:
        wide, tall = (
            (0.36, rng.uniform(0.025, 0.06)) if choice < 0.7 else (rng.uniform(0.12, 0.25), rng.uniform(0.12, 0.25))
        )
        box = cv2.boxPoints((middle, (side * wide * 2, side * tall * 2), angle))
        cv2.fillConvexPoly(mask, box.astype(np.int32), 1.0)
    core = cv2.GaussianBlur(mask, (0, 0), side * rng.uniform(0.006, 0.03))
    halo = cv2.GaussianBlur(mask, (0, 0), side * 0.1)
    rough = 1 + 0.25 * soft_noise(rng, side, side, 10)
    return plane(np.clip(core * rough + 0.3 * halo, 0, None))


def placed(mirrored: Plane, middle: NDArray[np.float64], reach: float, size: tuple[int, int]) -> Plane:
    """The reflection with its middle there and `reach` pixels across, on a frame of that size."""
    scale = reach / mirrored.shape[0]
    shift = (middle[0] - reach / 2, middle[1] - reach / 2)
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], np.float32)
    return plane(cv2.warpAffine(mirrored, matrix, size))


def fringes(u: Plane, v: Plane, period: float, angle: float, phase: float, strength: float) -> Plane:
    """Moiré: bright and dark waves around 0 over a screen, bent a little as the two grids are never parallel."""
    wave = 2 * np.pi / period
    along = u * np.float32(np.cos(angle) * wave) + v * np.float32(np.sin(angle) * wave)
    across = v * np.float32(np.cos(angle) * wave * 0.23) - u * np.float32(np.sin(angle) * wave * 0.23)
    bent = along + np.float32(0.8) * np.sin(across)
    return plane(np.float32(strength) * np.cos(bent + np.float32(phase)))


def bands(rows: int, period: float, phase: float, strength: float) -> Plane:
    """A lamp or screen that flickers, seen by a shutter that rolls: one factor a row."""
    y = np.arange(rows, dtype=np.float32)
    return plane(1 - strength * (0.5 + 0.5 * np.sin(y * np.float32(2 * np.pi / period) + np.float32(phase))))[:, None]
