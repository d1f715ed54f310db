"""From a recipe to frames: what stays is prepared once, what the hand moves is drawn for each frame."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from drivers.simulated.scenes import camera, light, marks, shapes
from drivers.simulated.scenes.codes import Modules
from drivers.simulated.scenes.drawing import LINEAR, Grey, Plane, plane
from drivers.simulated.scenes.hands import hold
from drivers.simulated.scenes.kinds import Recipe
from drivers.simulated.scenes.rooms import room
from drivers.simulated.scenes.shapes import Pose, Surface
from drivers.simulated.scenes.things import Print, Thing, thing_of


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that stays while a hand holds one thing before one camera."""

    recipe: Recipe
    modules: int  # across the code
    size: tuple[int, int]
    scale: float  # pixels of the frame for one of 1280 x 720
    sheet: Plane  # channels: light from the thing, its outline, and for a screen what glows
    density: float  # pixels of the sheet for one of the frame
    surface: Surface
    room: Plane
    light: Plane
    mirrored: Plane
    camera: camera.Sensor
    shake: Callable[[str, float], float]


ARM = 170  # pixels beyond the picture of a thing: there its last row goes on, which is the arm of the hand


def stage(recipe: Recipe, modules: Modules, size: tuple[int, int], rng: Generator) -> Stage:
    """The order of drawing from `rng` is part of what a seed means."""
    scale = min(size[0] / 1280, size[1] / 720) if size[0] > size[1] else size[0] / 720
    pixels = int(np.clip(np.ceil(1.5 * recipe.module * scale), 3, 24))
    density = pixels / (recipe.module * scale)
    how = Print(pixels, recipe.ink, recipe.paper, recipe.quiet, recipe.growth, recipe.style)
    carried = thing_of(recipe.carrier, modules, how, rng)
    bent = _bent(recipe, carried, density * scale, rng)
    _aged(recipe, carried, rng)
    skin = np.zeros_like(carried.outline)
    if rng.random() < 0.8:
        skin = hold(carried.picture, carried.outline, carried.whole, carried.code, rng)
    return Stage(
        recipe, modules.shape[1], size, scale, _sheet(recipe, carried, bent, density * scale, skin), density, bent,
        _room(rng, size, recipe), light.lamps(rng, *size, rng.uniform(0, 0.35), recipe.shadow),
        light.reflection(rng, 256), camera.sensor(rng, size, recipe.noise, recipe.halo, recipe.jpeg),
        _shaking(rng),
    )  # fmt: skip


def _bent(recipe: Recipe, carried: Thing, density: float, rng: Generator) -> Surface:
    """The shape of the sheet, in units of a 1280 x 720 frame; worn creases go onto the picture at once."""
    height, width = carried.picture.shape
    half = float(np.hypot(width, height)) / 2 / density
    reach = carried.code[2] / density / 2
    slopes, axis = np.zeros(shapes.SAMPLES), rng.uniform(-0.3, 0.3)
    if recipe.folds:
        axis = float(rng.choice((0.0, np.pi / 2))) + rng.normal(0, 0.15)
        slopes = shapes.folded(rng, half, reach, recipe.folds, recipe.slope)
        turns = np.flatnonzero(np.abs(np.diff(np.sign(slopes))) > 0)
        along = (turns / shapes.SAMPLES * 2 - 1) * half * density
        marks.creased(carried, rng, [(axis, float(offset)) for offset in along[:6]], half * density)
    if recipe.bend:
        axis = float(rng.choice((0.0, 0.0, np.pi / 2))) + rng.normal(0, 0.05)
        slopes = slopes + shapes.rolled(half, reach / recipe.bend)
        _bottle(carried, axis, 1.3 * reach / recipe.bend * density, rng)
    cells = int(np.clip(half / max(reach, 1) * rng.uniform(2, 5), 3, 24))
    bumps = shapes.crumpled(rng, half, cells, recipe.crumple * 0.35, rng.random() < 0.6)
    return shapes.surface(slopes, axis, bumps, half)


def _bottle(carried: Thing, axis: float, rim: float, rng: Generator) -> None:
    """Around the label comes what it sticks on, as far round as can be seen."""
    height, width = carried.picture.shape
    x, y = np.meshgrid(np.arange(width) - width / 2, np.arange(height) - height / 2)
    body = np.abs(x * np.cos(axis) + y * np.sin(axis)) < rim
    carried.picture[carried.outline < 128] = rng.integers(20, 230)
    carried.outline[:] = np.where(body, 255, 0)
    for edge in (np.s_[:2], np.s_[-2:], np.s_[:, :2], np.s_[:, -2:]):
        carried.outline[edge] = 0


def _aged(recipe: Recipe, carried: Thing, rng: Generator) -> None:
    carried.picture[:] = marks.dirty_print(carried.picture, rng, 2.0)
    if recipe.fade < 1:
        marks.faded(carried.picture, rng, recipe.fade)
    if recipe.damage:
        marks.damaged(carried, rng, recipe.damage)
    if recipe.cracks:
        marks.cracked(carried, rng, recipe.cracks)


def _sheet(recipe: Recipe, carried: Thing, bent: Surface, density: float, skin: Grey) -> Plane:
    light = LINEAR[carried.picture]
    if recipe.folds or recipe.bend or recipe.crumple:
        light = light * shapes.lit(bent, carried.picture.shape, density, 0.5)
    inside = carried.outline.astype(np.float32) / 255
    layers = [light * inside, inside]
    if recipe.moire:
        layers.append(1 - skin.astype(np.float32) / 255)
    return plane(cv2.merge([plane(layer) for layer in layers]))


def _room(rng: Generator, size: tuple[int, int], recipe: Recipe) -> Plane:
    """A screen shines by itself: the room around it may be darker than around paper, or brighter."""
    most = 1.5 if recipe.carrier == "phone" else 1.0
    return plane(LINEAR[room(rng, *size)] * np.float32(rng.uniform(0.3, most)))


def _shaking(rng: Generator) -> Callable[[str, float], float]:
    """For each thing that shakes a slow and a fast wave; 0 at the first moment."""
    names = ("x", "y", "roll", "tilt", "yaw", "scale", "focus", "speed", "light", "glare_x", "glare_y")
    waves = {name: (rng.uniform(0.3, 1.2, 2) * (1, 4), rng.uniform(0, 6.28, 2)) for name in names}

    def shake(name: str, moment: float) -> float:
        pace, phase = waves[name]
        swing = np.sin(2 * np.pi * pace * moment + phase) - np.sin(phase)
        return float(swing @ (1.0, 0.35))

    return shake


def filmed(scene: Stage, frames: int, fps: float, rng: Generator) -> Iterator[Grey]:
    start = _start(scene, rng)
    angle = rng.uniform(0, np.pi)
    fringe = (rng.uniform(5, 40), rng.uniform(0, 2 * np.pi), rng.uniform(30, 400))
    shine = _shine(scene, rng)
    for number in range(frames):
        moment = number / fps
        pose = _held(scene, start, moment)
        light = _lit(scene, _seen(scene, pose, moment, angle, fringe, shine), moment, fringe)
        yield camera.exposed(light, scene.camera, rng)


def _shine(scene: Stage, rng: Generator) -> NDArray[np.float64]:
    """Where the mirror picture lies on the thing (right, down) and how wide it is, by the size of the code."""
    side = scene.recipe.module * scene.modules
    return np.array([*(rng.normal(0, 0.42, 2) * side), side * rng.uniform(0.9, 2.6)])


def _start(scene: Stage, rng: Generator) -> Pose:
    """Somewhere in the frame, the whole code inside."""
    recipe = scene.recipe
    turns = (np.deg2rad(angle) for angle in (recipe.roll, recipe.tilt, recipe.yaw))
    free = np.maximum(0, np.array(scene.size) / scene.scale / 2 - 15 - 0.62 * recipe.module * scene.modules)
    x, y = np.clip(rng.normal(0, 1, 2) * (170, 80), -free, free)
    return Pose(float(x), float(y), *turns)


def _held(scene: Stage, start: Pose, moment: float) -> Pose:
    shake, wobble = scene.shake, scene.recipe.wobble
    return Pose(
        start.x + 7 * wobble * shake("x", moment),
        start.y + 6 * wobble * shake("y", moment),
        start.roll + 0.02 * wobble * shake("roll", moment),
        start.tilt + 0.04 * wobble * shake("tilt", moment),
        start.yaw + 0.04 * wobble * shake("yaw", moment),
        start.scale * (1 + 0.02 * wobble * shake("scale", moment)),
    )


def _seen(
    scene: Stage, pose: Pose, moment: float, angle: float, fringe: tuple[float, ...], shine: NDArray[np.float64]
) -> Plane:
    """The room with the thing in front of it, as the lens draws them."""
    picture = scene.room.copy()
    left, top, right, bottom = _part(scene, pose)
    kernels = _lens(scene, moment, angle)
    if right - left < 2 or bottom - top < 2:
        return picture
    drawn = camera.through(_drawn(scene, pose, (left, top, right, bottom), fringe), kernels)
    behind = picture[top:bottom, left:right]
    glare = _glared(scene, pose, moment, shine, (left, top, right, bottom)) * drawn[..., 1]
    picture[top:bottom, left:right] = behind * (1 - drawn[..., 1]) + drawn[..., 0] + glare
    return picture


def _part(scene: Stage, pose: Pose) -> tuple[int, int, int, int]:
    """The part of the frame that the thing can touch, with room for its blur."""
    height, width = scene.sheet.shape[:2]
    half = (width / scene.density / scene.scale / 2, height / scene.density / scene.scale / 2)
    bulge = float(np.abs(scene.surface.height).max() * 0.3 + np.abs(scene.surface.bumps).max())
    edges = np.array(shapes.covered(pose, half, bulge)) * scene.scale
    middle = np.array([scene.size[0], scene.size[1]] * 2) / 2
    grown = edges + middle + np.array([-1, -1, 1, 1]) * ARM * scene.scale
    low, high = np.clip(grown[:2], 0, scene.size), np.clip(grown[2:], 0, scene.size)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _lens(scene: Stage, moment: float, angle: float) -> list[Plane]:
    recipe, shake = scene.recipe, scene.shake
    defocus = abs(recipe.defocus * (1 + 0.25 * shake("focus", moment)))
    speed = abs(recipe.motion * (1 + 0.4 * shake("speed", moment)))
    return camera.lens(defocus * scene.scale, recipe.soft * scene.scale, (speed * scene.scale, angle + moment))


def _drawn(scene: Stage, pose: Pose, part: tuple[int, int, int, int], fringe: tuple[float, ...]) -> Plane:
    """The thing's light and outline in that part of the frame, still sharp."""
    left, top, right, bottom = part
    size = (right - left, bottom - top)
    middle = (left - scene.size[0] / 2, top - scene.size[1] / 2)
    u, v = shapes.chart(scene.surface, pose, size, middle, scene.scale)
    height, width = scene.sheet.shape[:2]
    dense = np.float32(scene.density * scene.scale)
    x, y = u * dense + np.float32((width - 1) / 2), v * dense + np.float32((height - 1) / 2)
    drawn = plane(cv2.remap(scene.sheet, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    if scene.recipe.moire:
        waves = light.fringes(u, v, fringe[0], fringe[1], pose.x + pose.y, scene.recipe.moire)
        drawn[..., 0] *= 1 + waves * drawn[..., 2]
    return plane(drawn[..., :2])


def _glared(
    scene: Stage, pose: Pose, moment: float, shine: NDArray[np.float64], part: tuple[int, int, int, int]
) -> Plane | np.float32:
    """The mirror picture moves against the thing when the hand tilts it."""
    if not scene.recipe.glare:
        return np.float32(0)
    left, top, right, bottom = part
    away = shine[:2] + 60 * np.array([scene.shake("glare_x", moment), scene.shake("glare_y", moment)])
    middle = np.array(scene.size) / 2 + (np.array((pose.x, pose.y)) + away) * scene.scale - (left, top)
    placed = light.placed(scene.mirrored, middle, shine[2] * scene.scale, (right - left, bottom - top))
    return placed * np.float32(scene.recipe.glare)


def _lit(scene: Stage, surface: Plane, moment: float, fringe: tuple[float, ...]) -> Plane:
    recipe = scene.recipe
    gain = recipe.exposure * (1 + 0.08 * scene.shake("light", moment))
    field = plane(cv2.resize(scene.light, scene.size)) * np.float32(gain)
    if recipe.flicker:
        field *= light.bands(scene.size[1], fringe[2] * scene.scale, moment * 40 + fringe[1], recipe.flicker)
    return plane(surface * field + np.float32(recipe.veil * min(1.0, gain)))
