"""Where each pixel of a frame lands on a bent sheet held before a camera. Unit: a pixel of a 1280 x 720 frame."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from drivers.simulated.scenes.drawing import Plane, plane, soft_noise

STEP = 8  # the map is computed for every eighth pixel and stretched
SAMPLES = 512
ROUNDS = 6  # of finding the height under a ray
LIGHT = (-0.35, -0.55)  # where most rooms have their lamp: above, to one side

Curve: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Surface:
    """Bent along one axis (`across` → `height`, and `along`: the way on the paper), and bumpy in both."""

    axis: float
    across: Curve
    height: Curve
    along: Curve
    bumps: Plane  # heights over the square of half side `half` around the middle
    half: float


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the hand holds the sheet: middle in the frame, turns in radians, size factor."""

    x: float
    y: float
    roll: float
    tilt: float
    yaw: float
    scale: float = 1.0


def surface(slopes: Curve, axis: float, bumps: Plane, half: float) -> Surface:
    """A sheet whose slope runs as `slopes` (SAMPLES values from -half to half), middle kept in the middle."""
    across = np.linspace(-half, half, SAMPLES)
    step = across[1] - across[0]
    height, along = np.cumsum(slopes) * step, np.cumsum(np.sqrt(1 + slopes**2)) * step
    return Surface(axis, across, height - height[SAMPLES // 2], along - along[SAMPLES // 2], bumps, half)


def folded(rng: Generator, half: float, reach: float, count: int, slope: float) -> Curve:
    """Creases within `reach` of the middle; between them the paper leans one way, then the other."""
    across = np.linspace(-half, half, SAMPLES)
    slopes = np.full(SAMPLES, rng.uniform(-0.3, 0.3) * slope)
    sign = 1.0 if rng.random() < 0.5 else -1.0
    for crease in np.sort(rng.uniform(-reach, reach, count)):
        sign = -sign
        slopes[across > crease] = sign * slope * rng.uniform(0.4, 1.0)
    width = max(1, int(reach / half * SAMPLES * 0.02)) | 1
    return np.asarray(np.convolve(np.pad(slopes, width, "edge"), np.ones(width) / width, "same")[width:-width])


def rolled(half: float, radius: float) -> Curve:
    """A bottle of that radius, bulging to the camera; beyond its rim the paper runs away steeply."""
    across = np.linspace(-half, half, SAMPLES) / radius
    inside = np.clip(across, -0.97, 0.97)
    return np.asarray(-inside / np.sqrt(1 - inside**2))


def crumpled(rng: Generator, half: float, cells: int, strength: float, sharp: bool) -> Plane:
    """Heights of crumpled paper: `sharp` gives facets with ridges, else soft dents."""
    side = 256
    field = soft_noise(rng, side, side, cells)
    if sharp:
        field = plane(1.2 * np.abs(field) + 0.8 * np.abs(soft_noise(rng, side, side, cells * 2)))
    return plane(field * (strength * half / cells))


def lit(sheet: Surface, shape: tuple[int, int], oversampling: float, depth: float) -> Plane:
    """How bright each part of the paper is for leaning to or from the lamp; 1 where it lies flat."""
    rows, columns = shape[0] // 4 + 1, shape[1] // 4 + 1
    u, v = _grid(columns, rows, 4 / oversampling)
    lean_u, lean_v = _leaning(sheet, u, v)
    shade = 1 + depth * (LIGHT[0] * lean_u + LIGHT[1] * lean_v)
    return plane(cv2.resize(plane(np.clip(shade, 0.15, 1.6)), (shape[1], shape[0])))


def _grid(columns: int, rows: int, step: float) -> tuple[Plane, Plane]:
    u = (np.arange(columns, dtype=np.float32) - (columns - 1) / 2) * step
    v = (np.arange(rows, dtype=np.float32) - (rows - 1) / 2) * step
    return np.broadcast_to(u, (rows, columns)), np.broadcast_to(v[:, None], (rows, columns))


def _leaning(sheet: Surface, u: Plane, v: Plane) -> tuple[Plane, Plane]:
    """The slope of the paper in u and v at places on the paper."""
    cos, sin = np.cos(sheet.axis), np.sin(sheet.axis)
    slopes = np.gradient(sheet.height, sheet.across)
    bend = np.interp(u * cos + v * sin, sheet.along, slopes)
    rise_v, rise_u = np.gradient(sheet.bumps, 2 * sheet.half / sheet.bumps.shape[0])
    return plane(bend * cos + _bump(sheet, plane(rise_u), u, v)), plane(bend * sin + _bump(sheet, plane(rise_v), u, v))


def _bump(sheet: Surface, field: Plane, x: Plane, y: Plane) -> Plane:
    side = field.shape[0]
    scale = side / (2 * sheet.half)
    place_x, place_y = plane(x * scale + side / 2), plane(y * scale + side / 2)
    return plane(cv2.remap(field, place_x, place_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def chart(
    sheet: Surface, pose: Pose, size: tuple[int, int], corner: tuple[float, float], scale: float
) -> tuple[Plane, Plane]:
    """Places on the paper (u, v; middle 0, 0) for the pixels of a part of the frame: its size, and its `corner` from
    the optical axis, in frame pixels of which `scale` are one of ours."""
    columns, rows = size[0] // STEP + 2, size[1] // STEP + 2
    x = corner[0] + (np.arange(columns) + 0.5) * STEP - 0.5
    y = corner[1] + (np.arange(rows) + 0.5) * STEP - 0.5
    u, v = _met(sheet, pose, *np.meshgrid(x / scale, y / scale))
    stretched = (columns * STEP, rows * STEP)
    return tuple(plane(cv2.resize(plane(part), stretched))[: size[1], : size[0]] for part in (u, v))  # type: ignore[return-value]


def _met(sheet: Surface, pose: Pose, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[Plane, Plane]:
    """Follows the rays through frame pixels (already relative to the optical axis) to the bent sheet."""
    turn, focal = turned(pose), FOCAL
    rays = np.stack([x, y, np.full_like(x, focal)]).reshape(3, -1)
    way = turn.T @ rays
    eye = -turn.T @ np.array([pose.x, pose.y, focal]) / pose.scale
    way_z = np.where(np.abs(way[2]) < 1e-3, 1e-3, way[2])
    height = np.zeros(way.shape[1])
    for _ in range(ROUNDS):
        reach = (-height - eye[2]) / way_z
        height = 0.25 * height + 0.75 * _height(sheet, eye[0] + reach * way[0], eye[1] + reach * way[1], x.shape)
    reach = (-height - eye[2]) / way_z
    return _unrolled(sheet, eye[0] + reach * way[0], eye[1] + reach * way[1], x.shape)


def _height(sheet: Surface, x: Curve, y: Curve, shape: tuple[int, ...]) -> Curve:
    s = x * np.cos(sheet.axis) + y * np.sin(sheet.axis)
    bumps = _bump(sheet, sheet.bumps, plane(x.reshape(shape)), plane(y.reshape(shape)))
    return np.asarray(np.interp(s, sheet.across, sheet.height) + bumps.ravel())


def _unrolled(sheet: Surface, x: Curve, y: Curve, shape: tuple[int, ...]) -> tuple[Plane, Plane]:
    cos, sin = np.cos(sheet.axis), np.sin(sheet.axis)
    s, t = x * cos + y * sin, y * cos - x * sin
    beyond = np.abs(s) > sheet.half
    along = np.where(beyond, s, np.interp(s, sheet.across, sheet.along))
    return plane((along * cos - t * sin).reshape(shape)), plane((along * sin + t * cos).reshape(shape))


FOCAL = 1200.0  # pixels at 1280 x 720: a webcam that sees 56 degrees across


def turned(pose: Pose) -> NDArray[np.float64]:
    """The rotation of the sheet: roll in its plane, then tilt and yaw out of it."""
    turns = []
    for axis, angle in ((2, pose.roll), (0, pose.tilt), (1, pose.yaw)):
        vector = np.zeros(3)
        vector[axis] = angle
        turns.append(np.asarray(cv2.Rodrigues(vector)[0], np.float64))
    return turns[2] @ turns[1] @ turns[0]


def covered(pose: Pose, half: tuple[float, float], bulge: float) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in the frame (from the optical axis) of a sheet of those half sides, with its relief."""
    corners = np.array([[x, y, z] for x in (-half[0], half[0]) for y in (-half[1], half[1]) for z in (-bulge, bulge)])
    placed = (turned(pose) @ corners.T).T * pose.scale + np.array([pose.x, pose.y, FOCAL])
    seen = placed[:, :2] * (FOCAL / np.maximum(placed[:, 2], FOCAL / 4))[:, None]
    return float(seen[:, 0].min()), float(seen[:, 1].min()), float(seen[:, 0].max()), float(seen[:, 1].max())
