"""Readings of one quantity over time as a drawing: points in, numbers and words of an SVG out. Pure.

Only what an instrument told several times makes a curve; two values are a table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby

from kiosk.rules.messages import Measured

DRAWN = ("absorbance", "absorbance_change", "inhibition")  # the first of these that was told over time
FEWEST = 3  # points of a line
MOST_LINES = 8
MOST_POINTS = 240
WIDTH, HEIGHT = 560, 240
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 34
TICKS = 4
MOST_DIGITS = 6  # before or after the point; a wilder number is not drawn


@dataclass(frozen=True, slots=True)
class Line:
    """`points` are SVG coordinates, `values` what they stand for."""

    of: str
    channel: int | None
    points: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """`timed`: the axis is seconds since the first reading, else the order in which the instrument told them."""

    quantity: str
    unit: str
    timed: bool
    lines: tuple[Line, ...]
    across: tuple[tuple[float, str], ...]  # x, label
    up: tuple[tuple[float, str], ...]  # y, label


@dataclass(frozen=True, slots=True)
class _Told:
    of: str
    channel: int | None
    points: tuple[tuple[float, Decimal], ...]


def curve(readings: Iterable[tuple[str, Measured]]) -> Curve | None:
    """`readings` are what each belongs to (blank, sample), and the reading. None where nothing was told over time."""
    told = [(of, one) for of, one in readings if one.value is not None and _is_sane(one.value)]
    for quantity in DRAWN:
        ours = [(of, one) for of, one in told if one.quantity == quantity]
        timed = bool(ours) and all(_seconds(one) is not None for _, one in ours)
        lines = [line for line in _lines(ours, timed=timed) if len(line.points) >= FEWEST][:MOST_LINES]
        if lines:
            return _drawn(quantity, ours[0][1].unit, timed, lines)
    return None


def _lines(readings: Sequence[tuple[str, Measured]], *, timed: bool) -> list[_Told]:
    def name(one: tuple[str, Measured]) -> tuple[str, int]:
        return one[0], -1 if one[1].channel is None else one[1].channel

    found = []
    for (of, channel), group in groupby(sorted(readings, key=name), key=name):
        ours = [one for _, one in group]
        points = {x: one.value for nth, one in enumerate(ours) if (x := _x(one, nth, timed)) is not None}
        ordered = tuple((x, value) for x, value in sorted(points.items()) if value is not None)
        found.append(_Told(of, None if channel < 0 else channel, ordered[:MOST_POINTS]))
    return found


def _x(one: Measured, nth: int, timed: bool) -> float | None:
    return _seconds(one) if timed else float(nth)


def _seconds(one: Measured) -> float | None:
    """By the instrument's own clock: only differences are shown."""
    try:
        return datetime.fromisoformat(one.taken_at or "").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _drawn(quantity: str, unit: str, timed: bool, lines: Sequence[_Told]) -> Curve:
    first = min(x for line in lines for x, _ in line.points)
    last = max(x for line in lines for x, _ in line.points) - first
    values = [float(value) for line in lines for _, value in line.points]
    low, high = min([0.0, *values]), max(values)
    high = high if high > low else low + 1.0

    def across(x: float) -> float:
        return round(LEFT + (x / last if last else 0.0) * (WIDTH - LEFT - RIGHT), 1)

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    return Curve(
        quantity,
        unit,
        timed,
        tuple(
            Line(
                line.of,
                line.channel,
                " ".join(f"{across(x - first)},{up(float(value))}" for x, value in line.points),
                tuple((f"{x - first:g}", str(value)) for x, value in line.points),
            )
            for line in lines
        ),
        tuple((across(x), f"{x:.4g}") for x in _steps(0.0, last)),
        tuple((up(value), f"{value:.3g}") for value in _steps(low, high)),
    )


def _steps(low: float, high: float) -> list[float]:
    return [low + (high - low) * nth / TICKS for nth in range(TICKS + 1)]


def _is_sane(value: Decimal) -> bool:
    return value.is_finite() and (value == 0 or abs(value.adjusted()) <= MOST_DIGITS)
