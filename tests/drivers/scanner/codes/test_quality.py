"""Sharpness, glare and size as measured, and which one hint is given of several that are true."""

from dataclasses import replace

import numpy as np
import pytest

from drivers.scanner.codes.quality import (
    ALONE,
    BURNT,
    CRISP,
    DARK_LEVEL,
    DENSE,
    GLARE_MOST,
    SMALL_SHARE,
    hint_of,
    likely,
    measured,
)
from drivers.scanner.codes.regions import SPREAD, Place, Texture
from drivers.scanner.wire import Hint, Quality
from tests.support.pictures import SHORT, Grey, blurred, drawn, grey, hung

WHOLE = Place(490, 210, 790, 510, Texture.SQUARES, sure=True)
CODE = hung(drawn(SHORT), 300)
FINE = Quality(side=300, sharpness=CRISP, glare=GLARE_MOST)


def test_the_more_blur_the_less_sharpness() -> None:
    measures = [measured(blurred(CODE, sigma), WHOLE).sharpness for sigma in (0.4, 0.8, 1.2, 1.8, 2.5, 3.5, 5, 7)]
    assert measures == sorted(measures, reverse=True)
    assert len(set(measures)) == len(measures)
    assert measures[0] > 60
    assert measures[-1] < 10


def test_a_picture_in_motion_is_blurred_one_way_only_and_still_not_sharp() -> None:
    streak = np.ones(15) / 15
    moved = grey(np.apply_along_axis(lambda row: np.convolve(row, streak, "same"), 1, CODE))
    assert measured(CODE, WHOLE).sharpness > 3 * measured(moved, WHOLE).sharpness
    assert measured(grey(moved.T), replace(WHOLE, left=210, top=490, right=510, bottom=790)) == measured(moved, WHOLE)


def test_sharpness_does_not_ask_for_light() -> None:
    bright, dim = (measured(blurred(grey(CODE * share), 1.5), WHOLE).sharpness for share in (1.0, 0.3))
    assert dim == pytest.approx(bright, abs=5)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 1.0])
def test_glare_is_the_part_that_is_burnt_out(share: float) -> None:
    burnt = grey(np.full((720, 1280), 200))
    burnt[210 : 210 + round(300 * share), 490:790] = 255
    assert measured(burnt, WHOLE).glare == pytest.approx(100 * share, abs=6)  # cells of a tenth


def test_white_paper_is_no_glare() -> None:
    assert measured(grey(CODE * 0.97), WHOLE).glare == 0
    assert measured(grey(np.full((720, 1280), BURNT - 1)), WHOLE).glare == 0
    assert measured(grey(np.full((720, 1280), BURNT)), WHOLE).glare == 100


def test_side_is_the_longer_edge() -> None:
    assert measured(CODE, Place(100, 100, 180, 250, Texture.SQUARES, sure=True)).side == 150
    assert measured(CODE, Place(100, 100, 300, 250, Texture.SQUARES, sure=True)).side == 200


def test_what_only_the_smoothing_added_to_a_place_is_not_its_size() -> None:
    assert measured(CODE, Place(100, 100, 400, 350, Texture.SQUARES)).side == 300 - 2 * SPREAD
    assert measured(CODE, Place(100, 100, 140, 140, Texture.SQUARES)).side == 20


def dense(strength: float, texture: Texture = Texture.SQUARES, sure: bool = False) -> Place:
    return Place(0, 0, 90, 90, texture, strength, sure)


@pytest.mark.parametrize(
    ("places", "which"),
    [
        ((), None),
        ((dense(DENSE - 0.01),), None),
        ((dense(DENSE),), 0),
        ((dense(0, sure=True), dense(9)), 0),
        ((dense(4), dense(4 / ALONE + 0.01)), None),  # a room full of them is a room
        ((dense(4), dense(4 / ALONE - 0.01)), 0),
        ((dense(2), dense(9, Texture.LINES)), 1),
        ((dense(4), dense(4, Texture.LINES)), 0),  # of another texture: no rival
    ],
)
def test_something_is_held_up_where_it_is_sure_or_stands_out(places: tuple[Place, ...], which: int | None) -> None:
    assert likely(places) is (None if which is None else places[which])


def test_what_is_near_bright_and_sharp_needs_no_advice() -> None:
    assert hint_of(CODE, WHOLE, FINE) is None


@pytest.mark.parametrize(
    ("quality", "hint"),
    [
        (replace(FINE, sharpness=CRISP - 1), Hint.STEADY),
        (replace(FINE, side=int(SMALL_SHARE * 720)), Hint.NEARER),
        (replace(FINE, side=int(SMALL_SHARE * 720) + 1), None),
        (replace(FINE, glare=GLARE_MOST + 1), Hint.GLARE),
        (Quality(side=10, sharpness=0, glare=0), Hint.NEARER),  # come nearer first, then hold still
        (Quality(side=10, sharpness=0, glare=GLARE_MOST + 1), Hint.GLARE),
    ],
)
def test_one_hint_at_a_time(quality: Quality, hint: Hint | None) -> None:
    assert hint_of(CODE, WHOLE, quality) is hint


def test_in_the_dark_nothing_else_is_worth_saying() -> None:
    bad = Quality(side=10, sharpness=0, glare=0)
    assert hint_of(_lit(DARK_LEVEL - 1), WHOLE, bad) is Hint.LIGHT
    assert hint_of(_lit(DARK_LEVEL), WHOLE, bad) is Hint.NEARER


def _lit(white: int) -> Grey:
    return grey(np.where(CODE > 128, white, 5))


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 2), (5, 2000)])
def test_slivers_are_measured_too(shape: tuple[int, int]) -> None:
    sliver = Place(0, 0, shape[1], shape[0], Texture.SQUARES, sure=True)
    assert measured(grey(np.zeros(shape)), sliver) == Quality(max(shape), 0, 0)
    assert measured(grey(np.full(shape, 255)), sliver).glare == 100
