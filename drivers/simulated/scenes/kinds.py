"""How hard each kind of scene is: ranges from which a seed draws. One decoder alone reads some of each, never all."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator


@dataclass(frozen=True, slots=True)
class Recipe:
    """Lengths in pixels of a 1280 x 720 frame, angles in degrees, ink and paper in display levels."""

    carrier: str
    module: float  # pixels a module
    roll: float = 0.0
    tilt: float = 0.0
    yaw: float = 0.0
    ink: int = 45
    paper: int = 232
    quiet: float = 4.0
    growth: float = 0.0
    style: str = "plain"
    fade: float = 1.0  # contrast that is left
    folds: int = 0
    slope: float = 0.0
    crumple: float = 0.0
    bend: float = 0.0  # code's half width over the bottle's radius
    damage: float = 0.0
    cracks: float = 0.0
    defocus: float = 0.5
    soft: float = 0.55
    motion: float = 0.0
    exposure: float = 0.9
    veil: float = 0.0
    glare: float = 0.0
    shadow: float = 0.0
    moire: float = 0.0
    flicker: float = 0.0
    noise: float = 0.004
    halo: float = 0.4
    jpeg: int = 82
    wobble: float = 1.0


PAPER = ("card", "slip", "label", "box")


def recipe(kind: str, symbology: str, modules: int, rng: Generator) -> Recipe:
    """What befalls a code of `modules` across; ValueError for a kind that there is not."""
    if kind not in RECIPES:
        raise ValueError(f"no kind of scene: {kind}")
    drawn = RECIPES[kind](_mild(symbology, modules, rng), rng)
    most = ((690 if kind == "close" else 560) if symbology == "QRCode" else 900) / (modules + 8)
    return replace(drawn, module=min(drawn.module, most))


def _mild(symbology: str, modules: int, rng: Generator) -> Recipe:
    """An ordinary photograph, nothing wrong: on this each kind puts its own trouble."""
    paper = PAPER if symbology == "QRCode" else ("label", "box", "box")
    least, most = (3.4, 6.5) if symbology == "QRCode" else (2.4, 4.5)
    return Recipe(
        carrier=paper[int(rng.integers(len(paper)))],
        module=rng.uniform(least, most) * (1.0 if modules < 50 or symbology != "QRCode" else 0.85),
        roll=rng.normal(0, 6),
        tilt=rng.normal(0, 7),
        yaw=rng.normal(0, 7),
        ink=int(rng.integers(25, 75)),
        paper=int(rng.integers(205, 246)),
        growth=rng.normal(0, 0.06),
        defocus=rng.uniform(0, 0.9),
        soft=rng.uniform(0.4, 0.8),
        exposure=rng.uniform(0.55, 1.1),
        noise=float(rng.choice((0.002, 0.004, 0.008))),
        halo=rng.uniform(0, 0.9),
        jpeg=int(rng.integers(55, 92)),
    )


def _easy(mild: Recipe, rng: Generator) -> Recipe:
    return replace(
        mild,
        defocus=0.3,
        soft=0.5,
        halo=0.3,
        jpeg=88,
        noise=0.002,
        growth=0.0,
        module=max(mild.module, 4.0),
        wobble=0.5,
    )


def _fold(mild: Recipe, rng: Generator) -> Recipe:
    carrier = ("slip", "slip", "label")[int(rng.integers(3))]
    return replace(mild, carrier=carrier, folds=int(rng.integers(1, 5)), slope=rng.uniform(0.15, 0.75))


def _crumple(mild: Recipe, rng: Generator) -> Recipe:
    carrier = ("slip", "label")[int(rng.integers(2))]
    return replace(mild, carrier=carrier, crumple=rng.uniform(0.4, 1.5), module=mild.module * 1.1)


def _blur(mild: Recipe, rng: Generator) -> Recipe:
    return replace(mild, defocus=mild.module * rng.uniform(0.35, 1.0), soft=rng.uniform(0.6, 1.6))


def _motion(mild: Recipe, rng: Generator) -> Recipe:
    return replace(mild, motion=mild.module * rng.uniform(0.7, 3.2), wobble=2.0)


def _glare(mild: Recipe, rng: Generator) -> Recipe:
    return replace(mild, glare=10 ** rng.uniform(-0.7, 0.5), tilt=rng.normal(0, 10))


def _dark(mild: Recipe, rng: Generator) -> Recipe:
    """A camera that leaves it dark, or one that turns up its gain until there is more noise than picture."""
    blurred = replace(mild, motion=rng.uniform(0, 4), jpeg=int(rng.integers(40, 80)))
    if rng.random() < 0.5:
        return replace(blurred, exposure=rng.uniform(0.1, 0.45), noise=rng.uniform(0.01, 0.05))
    return replace(blurred, exposure=10 ** rng.uniform(-2.0, -1.2), noise=rng.uniform(0.0015, 0.008))


def _bright(mild: Recipe, rng: Generator) -> Recipe:
    return replace(
        mild,
        exposure=rng.uniform(1.3, 4.5),
        veil=rng.uniform(0.02, 0.35),
        soft=rng.uniform(0.6, 1.5),
        ink=int(rng.integers(50, 130)),
    )


def _faded(mild: Recipe, rng: Generator) -> Recipe:
    return replace(
        mild,
        carrier="slip",
        fade=rng.uniform(0.09, 0.45),
        growth=rng.uniform(-0.2, 0.1),
        noise=rng.uniform(0.004, 0.012),
    )


def _screen(mild: Recipe, rng: Generator) -> Recipe:
    return replace(
        mild,
        carrier="phone",
        style="inverted" if rng.random() < 0.12 else "plain",
        quiet=rng.uniform(1, 4),
        cracks=rng.uniform(0.1, 0.9) if rng.random() < 0.5 else 0.0,
        moire=rng.uniform(0.04, 0.35),
        flicker=rng.uniform(0, 0.5),
        glare=rng.uniform(0, 1.0),
        veil=rng.uniform(0.0, 0.3),
        paper=int(rng.integers(110, 240)),
        exposure=rng.uniform(0.35, 1.5),
        defocus=rng.uniform(0.3, mild.module * 0.6),
    )


def _perspective(mild: Recipe, rng: Generator) -> Recipe:
    steep, turn = rng.uniform(46, 71), rng.uniform(0, 2 * np.pi)
    return replace(
        mild, tilt=steep * np.cos(turn), yaw=steep * np.sin(turn), roll=rng.uniform(-30, 30), module=mild.module * 1.1
    )


def _damage(mild: Recipe, rng: Generator) -> Recipe:
    return replace(mild, damage=rng.uniform(0.08, 0.8))


def _curved(mild: Recipe, rng: Generator) -> Recipe:
    return replace(
        mild,
        carrier="label",
        bend=rng.uniform(0.4, 0.85),
        crumple=max(0.0, rng.normal(0, 0.1)),
        glare=rng.uniform(0, 0.6),
        tilt=rng.normal(0, 14),
    )


def _small(mild: Recipe, rng: Generator) -> Recipe:
    return replace(mild, module=rng.uniform(1.1, 2.3), defocus=rng.uniform(0, 0.7), soft=rng.uniform(0.4, 0.8))


def _low_contrast(mild: Recipe, rng: Generator) -> Recipe:
    paper = int(rng.integers(70, 230))
    return replace(
        mild,
        paper=paper,
        ink=max(20, paper - int(rng.integers(7, 45))),
        noise=rng.uniform(0.003, 0.012),
        veil=rng.uniform(0, 0.2),
    )


def _shadow(mild: Recipe, rng: Generator) -> Recipe:
    return replace(
        mild,
        shadow=rng.uniform(0.85, 0.99),
        exposure=rng.uniform(0.7, 3.0),
        defocus=mild.module * rng.uniform(0.1, 0.5),
        veil=rng.uniform(0, 0.05),
    )


def _rotated(mild: Recipe, rng: Generator) -> Recipe:
    return replace(
        mild,
        roll=rng.uniform(-180, 180),
        tilt=rng.normal(0, 20),
        yaw=rng.normal(0, 20),
        defocus=mild.module * rng.uniform(0.2, 0.85),
    )


def _dense(mild: Recipe, rng: Generator) -> Recipe:
    return replace(
        mild, module=rng.uniform(1.6, 4.2), defocus=rng.uniform(0.3, 1.9), tilt=rng.normal(0, 12), yaw=rng.normal(0, 12)
    )


def _close(mild: Recipe, rng: Generator) -> Recipe:
    """Held so near that it fills the picture and the lens cannot focus."""
    return replace(
        mild, module=rng.uniform(7, 30), defocus=rng.uniform(3, 14), soft=rng.uniform(0.8, 2), motion=rng.uniform(0, 8)
    )


def _odd(mild: Recipe, rng: Generator) -> Recipe:
    style = ("inverted", "dots", "logo", "logo", "plain")[int(rng.integers(5))]
    return replace(
        mild,
        style=style,
        quiet=rng.uniform(0.3, 3),
        growth=rng.normal(0, 0.25),
        defocus=mild.module * rng.uniform(0.1, 0.6),
    )


def _bars(mild: Recipe, rng: Generator) -> Recipe:
    return replace(
        mild,
        module=rng.uniform(1.3, 3.4),
        roll=rng.normal(0, 25),
        tilt=rng.normal(0, 15),
        yaw=rng.normal(0, 20),
        defocus=rng.uniform(0.3, 2.2),
        motion=rng.uniform(0, 4),
        bend=rng.uniform(0.2, 0.8) if rng.random() < 0.4 else 0.0,
    )


def _mixed(mild: Recipe, rng: Generator) -> Recipe:
    """A bad day: a few troubles at once, each halfway."""
    return replace(
        mild,
        folds=int(rng.integers(0, 3)),
        slope=rng.uniform(0.1, 0.4),
        crumple=rng.uniform(0, 0.25),
        fade=rng.uniform(0.25, 1.0),
        damage=rng.uniform(0.05, 0.4) if rng.random() < 0.5 else 0.0,
        glare=rng.uniform(0, 0.7),
        shadow=rng.uniform(0, 0.7) if rng.random() < 0.5 else 0.0,
        tilt=rng.normal(0, 22),
        yaw=rng.normal(0, 22),
        roll=rng.normal(0, 30),
        defocus=mild.module * rng.uniform(0.1, 0.5),
        motion=mild.module * rng.uniform(0, 1.0),
        exposure=rng.uniform(0.15, 1.3),
    )


RECIPES: dict[str, Callable[[Recipe, Generator], Recipe]] = {
    "easy": _easy,
    "fold": _fold,
    "crumple": _crumple,
    "blur": _blur,
    "motion": _motion,
    "glare": _glare,
    "dark": _dark,
    "bright": _bright,
    "faded": _faded,
    "screen": _screen,
    "perspective": _perspective,
    "damage": _damage,
    "curved": _curved,
    "small": _small,
    "low_contrast": _low_contrast,
    "shadow": _shadow,
    "rotated": _rotated,
    "dense": _dense,
    "close": _close,
    "odd": _odd,
    "bars": _bars,
    "mixed": _mixed,
}
