"""Readings over time as a drawing: what makes a curve, where its points lie, and what is never drawn."""

from dataclasses import replace
from decimal import Decimal

from kiosk.rules.messages import Measured
from ui.county.tracing.curve import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, curve


def read(value: str, at: int | None = None, channel: int | None = 1, quantity: str = "absorbance") -> Measured:
    taken = None if at is None else f"2026-11-22T09:{at // 60:02}:{at % 60:02}"
    return Measured(channel, quantity, Decimal(value), "AU", "", taken_at=taken)


def test_a_sequence_is_drawn_from_its_first_reading_to_its_last() -> None:
    drawn = curve([("sample", read("0.1", 10)), ("sample", read("0.2", 70)), ("sample", read("0.4", 130))])
    assert drawn is not None
    assert (drawn.timed, drawn.quantity, drawn.unit) == (True, "absorbance", "AU")
    assert drawn.lines[0].values == (("0", "0.1"), ("60", "0.2"), ("120", "0.4"))
    points = [tuple(map(float, point.split(","))) for point in drawn.lines[0].points.split()]
    assert (points[0][0], points[-1]) == (LEFT, (WIDTH - RIGHT, TOP))
    assert points[1] == ((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) / 2)
    assert [label for _, label in drawn.across] == ["0", "30", "60", "90", "120"]


def test_order_of_telling_stands_where_there_is_no_clock() -> None:
    drawn = curve([("", read("0.3")), ("", read("0.2")), ("", read("-0.1"))])
    assert drawn is not None
    assert (drawn.timed, drawn.lines[0].values) == (False, (("0", "0.3"), ("1", "0.2"), ("2", "-0.1")))


def test_each_channel_and_the_blank_has_a_line_of_its_own() -> None:
    told = [(of, read("0.1", at, channel)) for of, channel in (("blank", 1), ("sample", 2)) for at in range(3)]
    drawn = curve(told)
    assert drawn is not None
    assert [(line.of, line.channel) for line in drawn.lines] == [("blank", 1), ("sample", 2)]


def test_two_values_are_a_table_and_wild_ones_are_nothing() -> None:
    few = [("", read("0.1", 1)), ("", read("0.2", 2))]
    assert curve(few) is None
    assert curve([]) is None
    wild = [("", read(value, at)) for at, value in enumerate(("1E+400000", "NaN", "-1E-900000", "Infinity"))]
    assert curve([*few, *wild]) is None
    assert curve([*few, ("", replace(few[0][1], value=None))]) is None


def test_a_flat_line_is_still_drawn() -> None:
    drawn = curve([("", read("0", at)) for at in range(3)])
    assert drawn is not None
    assert {point.split(",")[1] for point in drawn.lines[0].points.split()} == {str(float(HEIGHT - BOTTOM))}
