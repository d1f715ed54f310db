"""A signature drawn by a finger: a small picture of what was drawn, or nothing."""

import json
from io import BytesIO

import pytest
from PIL import Image

from kiosk.paper.signature import HIGH, MOST_POINTS, MOST_STROKES, WIDE, signature_png, strokes_of

LINE = [[20, 20], [580, 180]]


def test_what_was_drawn_stands_in_the_picture() -> None:
    png = signature_png(strokes_of(json.dumps([LINE, [[300, 10]]])))
    picture = Image.open(BytesIO(png))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "1", (WIDE, HIGH))
    assert [picture.getpixel(point) for point in ((300, 100), (300, 10), (20, 180))] == [0, 0, 255]


def test_the_wildest_signature_is_a_small_file() -> None:
    wild = [[[x * 37 % (WIDE + 1), x * 53 % (HIGH + 1)] for x in range(40)] for _ in range(MOST_STROKES - 21)]
    assert len(signature_png(strokes_of(json.dumps(wild)))) <= 20_000


@pytest.mark.parametrize(
    "told",
    [
        [],
        [[]],
        [LINE, []],
        [LINE, "x"],
        [LINE, [[1, 2, 3]]],
        [LINE, [[True, 2]]],
        [LINE, [[1.5, 2]]],
        [LINE, [[-1, 2]]],
        [LINE, [[WIDE + 1, 2]]],
        [[[5, 5]]],
        [[[5, 5], [8, 8]]],
        [LINE] * (MOST_STROKES + 1),
        [[[0, 0], [9, 9]] * MOST_POINTS],
        {"a": LINE},
        7,
    ],
)
def test_anything_else_is_no_signature(told: object) -> None:
    assert strokes_of(json.dumps(told)) == ()


@pytest.mark.parametrize("text", ["", "x", "[" * 50_000, "9" * 70_000])
def test_what_is_no_json_is_none(text: str) -> None:
    assert strokes_of(text) == ()
