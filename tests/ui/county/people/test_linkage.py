"""四挂钩: six months of records before somebody applies, two years after wrong entries (seed 001)."""

from datetime import date

import pytest

from ui.county.people.linkage import Answer, Excluded, later, linked

TODAY = date(2026, 11, 22)
SPRING, SUMMER = date(2026, 3, 1), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("enrolled", "recorded", "excluded", "answer", "may_from", "days"),
    [
        (SPRING, SPRING, (), Answer.MAY, date(2026, 9, 1), 0),
        (SPRING, SUMMER, (), Answer.NOT_YET, date(2027, 1, 1), 40),  # the later of the two begins the six months
        (SUMMER, SPRING, (), Answer.NOT_YET, date(2027, 1, 1), 40),
        (date(2026, 5, 22), SPRING, (), Answer.MAY, TODAY, 0),  # the day itself
        (date(2026, 5, 23), SPRING, (), Answer.NOT_YET, date(2026, 11, 23), 1),
        (None, SPRING, (), Answer.NOT_ENROLLED, None, 0),
        (SPRING, None, (), Answer.NO_RECORDS, None, 0),
        (SPRING, SPRING, (Excluded(date(2025, 1, 10)),), Answer.EXCLUDED, date(2027, 1, 11), 50),
        (SPRING, SPRING, (Excluded(date(2024, 11, 22)),), Answer.EXCLUDED, date(2026, 11, 23), 1),  # the last day
        (SPRING, SPRING, (Excluded(date(2024, 11, 21)),), Answer.MAY, date(2026, 9, 1), 0),  # over since today
        (SPRING, SPRING, (Excluded(date(2025, 1, 10), date(2026, 12, 31)),), Answer.EXCLUDED, date(2027, 1, 1), 40),
        (SPRING, SPRING, (Excluded(date(2027, 1, 1)),), Answer.MAY, date(2026, 9, 1), 0),  # not begun
    ],
)
def test_who_may_apply(
    enrolled: date | None,
    recorded: date | None,
    excluded: tuple[Excluded, ...],
    answer: Answer,
    may_from: date | None,
    days: int,
) -> None:
    told = linked(enrolled, recorded, excluded, TODAY)
    assert (told.answer, told.may_from, told.days) == (answer, may_from, days)
    assert told.confirmed is False  # nobody has read the county's own scheme


def test_a_month_that_is_shorter_ends_with_its_last_day() -> None:
    assert later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert later(date(2024, 2, 29), 24) == date(2026, 2, 28)
    assert later(date(2026, 6, 30), 6) == date(2026, 12, 30)
