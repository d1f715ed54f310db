"""A cheap webcam: lens, shutter, sensor, its own sharpening, JPEG. Linear light in, grey bytes out."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from drivers.simulated.scenes.drawing import GAMMA, Grey, Plane, grey, plane

LEVELS = 4096


@dataclass(frozen=True, slots=True)
class Sensor:
    """Tone curve and noise for each of LEVELS steps of light, and a sheet of noise to cut from."""

    tone: Plane
    grain: Plane
    noise: Plane
    halo: float
    quality: int


def sensor(rng: Generator, size: tuple[int, int], noise: float, halo: float, quality: int) -> Sensor:
    """`noise`: standard deviation of the read noise in linear light; shot noise comes with it."""
    contrast = rng.uniform(0, 0.6)
    light = np.arange(LEVELS, dtype=np.float32) / (LEVELS - 1)
    tone = 255 * _curved(plane(light), contrast)
    spread = np.sqrt(noise**2 + 0.25 * noise * light) * 0.6
    up = 255 * _curved(plane(light + spread), contrast)
    grain = np.minimum(up - tone, 38) * np.clip((1.03 - light) * 12, 0.15, 1)  # burnt-out pixels all say 255
    sheet = rng.standard_normal((size[1] + 64, size[0] + 64), np.float32)
    rough = cv2.GaussianBlur(sheet, (0, 0), 0.7) * 2.0  # a camera smooths its noise into small blots
    return Sensor(plane(tone), plane(grain), plane(0.6 * sheet + 0.5 * rough), halo, quality)


def _curved(light: Plane, contrast: float) -> Plane:
    """Display values for linear light: the usual gamma, pulled into an S as cameras do that want to please."""
    flat = light ** np.float32(1 / GAMMA)
    return plane(flat + contrast * (np.clip(flat, 0, 1) ** 2 * (3 - 2 * np.clip(flat, 0, 1)) - np.clip(flat, 0, 1)))


def lens(defocus: float, soft: float, motion: tuple[float, float]) -> list[Plane]:
    """Kernels one after the other: disc of `defocus` pixels radius, gaussian `soft`, line (length, angle)."""
    kernels = []
    if defocus > 0.3:
        kernels.append(disc(defocus))
    if soft > 0.2:
        reach = int(np.ceil(2.5 * soft))
        line = np.exp(-((np.arange(-reach, reach + 1) / soft) ** 2) / 2)
        kernels.append(plane(np.outer(line, line) / line.sum() ** 2))
    if motion[0] > 1:
        kernels.append(streak(*motion))
    return kernels


def disc(radius: float) -> Plane:
    reach = int(np.ceil(radius))
    x, y = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return plane(kernel / kernel.sum())


def streak(length: float, angle: float) -> Plane:
    reach = int(np.ceil(length / 2)) + 1
    canvas = np.zeros((2 * reach + 1, 2 * reach + 1), np.uint8)
    way = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    ends = [tuple(int(v) for v in np.round((reach + sign * way) * 256)) for sign in (-1, 1)]
    cv2.line(canvas, ends[0], ends[1], 255, 1, cv2.LINE_AA, 8)
    if not canvas.any():
        canvas[reach, reach] = 255
    return plane(canvas / float(canvas.sum()))


def through(picture: Plane, kernels: list[Plane]) -> Plane:
    for kernel in kernels:
        picture = plane(cv2.filter2D(picture, -1, kernel, borderType=cv2.BORDER_REPLICATE))
    return picture


def exposed(light: Plane, camera: Sensor, rng: Generator) -> Grey:
    """What the camera sends: toned, noisy, sharpened, as JPEG and back."""
    steps = np.clip(light * np.float32(LEVELS - 1), 0, LEVELS - 1).astype(np.uint16)
    x, y = (int(part) for part in rng.integers(0, 64, 2))
    noise = camera.noise[y : y + light.shape[0], x : x + light.shape[1]]
    picture = np.clip(camera.tone[steps] + camera.grain[steps] * noise, 0, 255).astype(np.uint8)
    if camera.halo:
        blurred = cv2.GaussianBlur(picture, (0, 0), 1.2)
        picture = grey(cv2.addWeighted(picture, 1 + camera.halo, blurred, -camera.halo, 0))
    done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, camera.quality])
    return grey(cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE)) if done else picture
