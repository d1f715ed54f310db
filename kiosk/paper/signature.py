"""A signature that was drawn with a finger, as a small picture. What a page sends is drawn or refused."""

import json
import math
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise

from PIL import Image, ImageDraw

WIDE, HIGH = 600, 200  # dots of the picture, and the units in which a page tells its points
PEN = 4
MOST_TEXT = 64_000  # characters
MOST_STROKES = 120
MOST_POINTS = 4_000
LEAST_DRAWN = 40.0  # units of line: a slip of the finger is no signature

Point = tuple[int, int]


def strokes_of(text: str) -> tuple[tuple[Point, ...], ...]:
    """A JSON list of strokes, each a list of [x, y] in whole units of the pad; empty when it is anything else."""
    if len(text) > MOST_TEXT:
        return ()
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(told, list) or not 0 < len(told) <= MOST_STROKES:
        return ()
    strokes = tuple(_stroke(one) for one in told)
    count = sum(map(len, strokes))
    return strokes if all(strokes) and count <= MOST_POINTS and _drawn(strokes) >= LEAST_DRAWN else ()


def signature_png(strokes: Sequence[Sequence[Point]]) -> bytes:
    """PNG, 600 x 200, one bit for a dot: at most 15 kB before it is packed."""
    picture = Image.new("1", (WIDE, HIGH), 1)
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        if len(stroke) == 1:
            (x, y) = stroke[0]
            pen.ellipse((x - PEN // 2, y - PEN // 2, x + PEN // 2, y + PEN // 2), fill=0)
        else:
            pen.line(list(stroke), fill=0, width=PEN, joint="curve")
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _stroke(told: object) -> tuple[Point, ...]:
    """Empty for anything but points of the pad."""
    points = told if isinstance(told, list) and len(told) <= MOST_POINTS else ()
    read = tuple(point for one in points if (point := _point(one)) is not None)
    return read if len(read) == len(points) else ()


def _point(told: object) -> Point | None:
    if not isinstance(told, list) or len(told) != 2 or not all(type(one) is int for one in told):
        return None
    x, y = told
    return (x, y) if 0 <= x <= WIDE and 0 <= y <= HIGH else None


def _drawn(strokes: Sequence[Sequence[Point]]) -> float:
    """How long the line is."""
    return sum(math.dist(one, other) for stroke in strokes for one, other in pairwise(stroke))
