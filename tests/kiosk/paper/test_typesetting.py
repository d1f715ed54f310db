"""Where lines break. Every character is as wide as 10 dots here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.paper.typesetting import balanced, wrap


def ten(text: str) -> int:
    return 10 * len(text)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("豆角", 100, ("豆角",)),
        ("豆角豆角豆角", 40, ("豆角豆角", "豆角")),
        ("农药、兽药", 20, ("农", "药、", "兽药")),  # no line begins with a comma
        ("红果（大棚）", 30, ("红果", "（大", "棚）")),  # no line ends with an opening bracket
        ("电话13808770000", 110, ("电话", "13808770000")),  # numbers stay whole
        ("530427-7K3M9-A", 80, ("530427-", "7K3M9-A")),  # but may break after a hyphen
        ("138 0877", 50, ("138", "0877")),  # the space at a break is not printed
    ],
)
def test_lines_break_where_a_printer_would(text: str, width: int, lines: tuple[str, ...]) -> None:
    assert wrap(text, width, ten) == lines


def test_a_number_wider_than_the_line_does_not_fit() -> None:
    assert wrap("电话13808770000", 100, ten) is None


def test_no_character_ends_alone_when_it_can_have_company() -> None:
    assert wrap("一二三四五六七", 60, ten) == ("一二三四五六", "七")
    assert balanced("一二三四五六七", 60, ten, 10) == ("一二三四", "五六七")


@given(st.text("豆角、（）；农药 a1-", max_size=60), st.integers(40, 300))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    lines = balanced(text, width, ten, 10)
    if lines is not None:
        assert all(ten(line) <= width for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        plain = wrap(text, width, ten)
        assert plain is not None
        assert len(lines) == len(plain)
