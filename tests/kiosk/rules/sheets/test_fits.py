"""What a tap can have meant: nothing that no key of ours sends becomes an answer."""

import pytest

from kiosk.rules.sheets.sheet import LONGEST, Ask, Choice, Kind, fits

CHOICES = (Choice("a"), Choice("b"))


@pytest.mark.parametrize(
    ("ask", "values", "right"),
    [
        (Ask("q", Kind.CHOICE, CHOICES), ("a",), True),
        (Ask("q", Kind.CHOICE, CHOICES), ("c",), False),
        (Ask("q", Kind.CHOICE), ("a",), False),
        (Ask("q", Kind.TEXT, CHOICES), ("c",), True),
        (Ask("q", Kind.TEXT, most=2), ("ccc",), False),
        (Ask("q", Kind.TEXT), ("c" * (LONGEST + 1),), False),
        (Ask("q", Kind.TEXT), ("a\x00b",), False),
        (Ask("q", Kind.TEXT), ("",), False),
        (Ask("q", Kind.TEXT), (), False),
        (Ask("q", Kind.NUMBER), ("1.5",), True),
        (Ask("q", Kind.NUMBER), ("1e5",), False),
        (Ask("q", Kind.NUMBER), ("-1",), False),
        (Ask("q", Kind.NUMBER), (".5",), False),
        (Ask("q", Kind.NUMBER, units=("kg",)), ("1", "kg"), True),
        (Ask("q", Kind.NUMBER, units=("kg",)), ("1", "ton"), False),
        (Ask("q", Kind.NUMBER, units=("kg",)), ("1",), False),
        (Ask("q", Kind.DIGITS, most=4, least=4), ("0123",), True),
        (Ask("q", Kind.DIGITS, most=4, least=4), ("012",), False),
        (Ask("q", Kind.DIGITS), ("12A",), False),
        (Ask("q", Kind.DIGITS, letters=True), ("12A-B",), True),
        (Ask("q", Kind.DAY), ("2026-02-28",), True),
        (Ask("q", Kind.DAY), ("2026-02-30",), False),
        (Ask("q", Kind.DAY), ("20260228",), False),
        (Ask("q", Kind.STAFF), ("u-1",), False),
        (Ask("q", Kind.PICTURE), ("d" * 64,), False),
        (Ask("q", Kind.SIGNATURE), ("d" * 64,), False),
        (Ask("q", Kind.SEVERAL, CHOICES), ("a",), False),
    ],
)
def test_what_fits(ask: Ask, values: tuple[str, ...], right: bool) -> None:
    assert fits(ask, values) is right
