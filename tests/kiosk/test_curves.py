"""Curves are for people: no faster than they can be seen, never too long, and only of what the instrument tells."""

from decimal import Decimal

from drivers.reading import Reading
from kiosk.curves import EVERY, MOST, Curves


class Watch:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def reading(channel: int | None, value: str | None, quantity: str = "absorbance") -> Reading:
    return Reading(channel, quantity, None if value is None else Decimal(value), "AU", b"")


def test_no_channel_is_told_faster_than_twice_a_second() -> None:
    watch = Watch()
    curves = Curves(watch)
    told = []
    for nth in range(10):
        told.append(curves.add([reading(1, f"0.{nth}"), reading(2, "0.5")]))
        watch.now += EVERY / 2
    assert told == [True, False] * 5
    assert curves.of(1) == (tuple(Decimal(f"0.{nth}") for nth in (0, 2, 4, 6, 8)), "AU")
    assert len(curves.of(2)[0]) == 5
    assert curves.of(3) == ((), "")


def test_a_long_run_keeps_its_shape_and_not_every_point() -> None:
    watch = Watch()
    curves = Curves(watch)
    for nth in range(3 * MOST):
        curves.add([reading(1, str(nth))])
        watch.now += EVERY
    points, _ = curves.of(1)
    assert len(points) <= MOST
    assert points == tuple(sorted(points))
    assert (points[0], points[-1]) == (Decimal(0), Decimal(3 * MOST - 1))


def test_what_has_no_value_and_what_is_no_course_is_not_drawn() -> None:
    curves = Curves(Watch())
    assert not curves.add([reading(1, None), reading(2, "21.5", "temperature"), reading(3, "NaN")])
    assert not curves.begun
    assert curves.add([reading(1, "0.4", "absorbance_change"), reading(1, "0.9")])
    assert curves.of(1)[0] == (Decimal("0.9"),)
    curves.clear()
    assert not curves.begun
