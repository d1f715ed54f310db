"""A panel that is turned, shifted and stretched: five touches find the matrix that sets it right."""

import random
from math import cos, radians, sin

import pytest

from kiosk.tools.touch import (
    STRAIGHT,
    TARGETS,
    Matrix,
    Point,
    applied,
    composed,
    fitted,
    property_of,
    read,
)

CORNERS: tuple[Point, ...] = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.37, 0.61))


def turned(degrees: float, by: Point = (0.0, 0.0), scale: float = 1.0) -> Matrix:
    c, s = scale * cos(radians(degrees)), scale * sin(radians(degrees))
    return c, -s, 0.5 - 0.5 * (c - s) + by[0], s, c, 0.5 - 0.5 * (s + c) + by[1]


SKEWS = [STRAIGHT, turned(3), turned(0, (0.04, -0.02)), turned(-2, (0.01, 0.03), 0.93), turned(90), turned(180)]


@pytest.mark.parametrize("skew", SKEWS)
def test_a_skew_is_undone_everywhere(skew: Matrix) -> None:
    """`skew` takes a point of the screen to where the panel says that the finger was."""
    matrix = fitted([applied(skew, target) for target in TARGETS])
    assert matrix is not None
    for corner in CORNERS:
        assert applied(matrix, applied(skew, corner)) == pytest.approx(corner, abs=1e-6)


def test_a_second_calibration_counts_from_the_panel_again() -> None:
    skew, first = turned(2, (0.02, 0.0)), turned(-5, (0.0, 0.01))
    seen = [applied(first, applied(skew, target)) for target in TARGETS]
    matrix = fitted(seen, first)
    assert matrix is not None
    assert applied(matrix, applied(skew, (0.2, 0.7))) == pytest.approx((0.2, 0.7), abs=1e-6)
    assert composed(STRAIGHT, first) == pytest.approx(first)


def test_fingers_that_tremble_are_evened_out_and_a_careless_one_is_refused() -> None:
    shaky = random.Random(7)
    touched = [(x + shaky.uniform(-0.008, 0.008), y + shaky.uniform(-0.008, 0.008)) for x, y in TARGETS]
    matrix = fitted(touched)
    assert matrix is not None
    assert applied(matrix, (0.5, 0.5)) == pytest.approx((0.5, 0.5), abs=0.02)
    assert fitted([*touched[:4], (0.4, 0.4)]) is None
    assert fitted([(0.5, 0.5)] * 5) is None


def test_what_is_written_is_read_again() -> None:
    matrix = turned(3, (0.01, 0.02))
    assert property_of(matrix).startswith("LIBINPUT_CALIBRATION_MATRIX=")
    assert read(property_of(matrix)) == pytest.approx(matrix, abs=1e-6)
    assert read("nonsense") == STRAIGHT
