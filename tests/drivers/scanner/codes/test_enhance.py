"""Each change does what it says to pixels, keeps the picture that it was given, and helps a decoder."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from drivers.scanner.codes import enhance
from drivers.scanner.codes.decoders import Wanted, zxing
from tests.support.pictures import SHORT, Grey, blurred, drawn, grey

CODE = drawn(SHORT, module=4)

CHANGES: dict[str, Callable[[Grey], Grey]] = {
    "two levels": lambda gray: enhance.two_levels(gray, 21, 4),
    "two levels, wide": lambda gray: enhance.two_levels(gray, 51, 2),
    "bolder": enhance.bolder,
    "thinner": enhance.thinner,
    "calmer": enhance.calmer,
    "evened": enhance.evened,
    "enlarged": lambda gray: enhance.enlarged(gray, 2),
    "sharpened": lambda gray: enhance.sharpened(gray, 4, 3),
    "reduced": lambda gray: enhance.reduced(gray, 100),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (40, 60)])
def test_any_picture_can_be_changed_and_stays_as_it_was(name: str, shape: tuple[int, int]) -> None:
    given = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    kept = given.copy()
    changed = CHANGES[name](given)
    assert changed.dtype == np.uint8
    assert changed.ndim == 2
    assert np.array_equal(given, kept)


@pytest.mark.parametrize("name", CHANGES)
def test_a_good_code_stays_readable(name: str) -> None:
    changed = np.ascontiguousarray(CHANGES[name](CODE))
    assert read(changed) == [SHORT]


@pytest.mark.parametrize("block", [21, 51])
def test_black_is_what_is_darker_than_its_surroundings_by_so_much(block: int) -> None:
    spotted = grey(np.full((101, 101), 100))
    spotted[30, 30], spotted[70, 70] = 97, 90
    levels = enhance.two_levels(spotted, block, 6)
    assert levels[30, 30] == 255
    assert levels[70, 70] == 0
    assert int((levels == 0).sum()) == 1
    assert not enhance.two_levels(spotted, block, -4).any()


def test_two_levels_read_what_lies_half_in_shadow() -> None:
    shadow = np.linspace(1.0, 0.02, CODE.shape[1])
    shaded = grey(CODE * 0.5 * shadow + 40 * shadow)
    levels = enhance.two_levels(shaded, 21, 1)
    assert set(np.unique(levels)) == {0, 255}
    assert read(levels) == [SHORT]


def test_bolder_and_thinner_move_the_edge_of_the_ink_by_one_pixel() -> None:
    spotted = grey(np.full((20, 20), 200))
    spotted[5:10, 5:10] = 30
    assert int((enhance.bolder(spotted) == 30).sum()) == 36
    assert int((enhance.thinner(spotted) == 30).sum()) == 16
    assert (enhance.bolder(CODE) <= CODE).all()
    assert (enhance.thinner(CODE) >= CODE).all()


def test_calmer_takes_noise_and_leaves_the_light() -> None:
    noise = grey(np.random.default_rng(0).normal(120, 20, (200, 200)))
    calm = [enhance.calmer(noise, sigma) for sigma in (1.0, 2.0)]
    assert noise.std() > 3 * calm[0].std() > 3 * 1.5 * calm[1].std()
    assert calm[0].mean() == pytest.approx(noise.mean(), abs=0.6)


def test_evened_gives_each_part_its_contrast() -> None:
    rng = np.random.default_rng(0)
    faded = grey(np.hstack([rng.normal(30, 3, (200, 200)), rng.normal(220, 3, (200, 200))]))
    even = enhance.evened(faded)
    for part in (np.s_[:, :150], np.s_[:, 250:]):
        assert even[part].std() > 3 * faded[part].std()
    assert not np.array_equal(enhance.evened(faded, tiles=8), enhance.evened(faded, tiles=2))


@pytest.mark.parametrize(
    ("shape", "times", "longest", "expected"),
    [
        ((100, 200), 2, 1000, (200, 400)),
        ((100, 200), 1.5, 1000, (150, 300)),
        ((300, 800), 2, 1000, (375, 1000)),  # no longer than that
        ((300, 1000), 2, 1000, (300, 1000)),
        ((300, 1200), 2, 1000, (300, 1200)),  # never made smaller
        ((300, 1200), 2, 2000, (500, 2000)),
        ((100, 200), 1, 1000, (100, 200)),
    ],
)
def test_enlarged(shape: tuple[int, int], times: float, longest: int, expected: tuple[int, int]) -> None:
    given = grey(np.zeros(shape))
    changed = enhance.enlarged(given, times, longest)
    assert changed.shape == expected
    assert (changed is given) == (shape == expected)


@pytest.mark.parametrize(
    ("shape", "longest", "expected"),
    [
        ((100, 200), 200, (100, 200)),
        ((100, 200), 100, (50, 100)),
        ((400, 100), 100, (100, 25)),
        ((5, 2000), 100, (1, 100)),
        ((1, 5000), 560, (1, 560)),
        ((5000, 1), 560, (560, 1)),
    ],
)
def test_reduced(shape: tuple[int, int], longest: int, expected: tuple[int, int]) -> None:
    given = grey(np.full(shape, 77))
    changed = enhance.reduced(given, longest)
    assert changed.shape == expected
    assert (changed is given) == (shape == expected)
    assert (changed == 77).all()


def test_sharpened_makes_the_steps_steep_again() -> None:
    soft = blurred(CODE, 3)
    steep = [int(np.abs(np.diff(picture.astype(int))).max()) for picture in (soft, enhance.sharpened(soft, 4, 3))]
    assert steep[1] > 2 * steep[0]
    flat = grey(np.full((50, 50), 90))
    assert np.array_equal(enhance.sharpened(flat, 4, 3), flat)


def read(gray: Grey) -> list[bytes]:
    return [one.seen.data for one in zxing(gray.data, Wanted.SQUARES) if one.seen is not None]


@pytest.mark.parametrize("degrees", [-60, -30, 10, 45, 80])
def test_level_turns_lines_upright(degrees: int) -> None:
    stripes = grey(np.tile(np.repeat([0, 255], 4), (256, 32)))
    turned = cv2.warpAffine(stripes, cv2.getRotationMatrix2D((128, 128), degrees, 1), (256, 256))[64:192, 64:192]
    middle = enhance.level(grey(turned))
    rows, columns = middle.shape
    part = middle[rows // 2 - 30 : rows // 2 + 30, columns // 2 - 30 : columns // 2 + 30].astype(float)
    assert part.std(axis=1).mean() > 3 * part.std(axis=0).mean()
