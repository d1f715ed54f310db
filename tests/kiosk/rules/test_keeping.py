"""Parts and reprints; how long a record is kept."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.certify.keeping import Sheet, kept_through, may_retire, papers_used, sheets, six_months_after
from kiosk.rules.ruling import stop


def test_parts_of_one_issue_are_no_reprints() -> None:
    assert sheets(("goods", "stub"), 1) == (Sheet("goods", 1, 2, 0), Sheet("stub", 2, 2, 0))
    assert sheets(("goods", "stub"), 3) == (Sheet("goods", 1, 2, 2), Sheet("stub", 2, 2, 2))
    assert sheets((), 1) == (Sheet("", 1, 1, 0),)


def test_paper_that_is_used() -> None:
    assert [papers_used(parts, 3) for parts in ((), ("goods",), ("goods", "stub"))] == [3, 3, 6]


@pytest.mark.parametrize(
    ("day", "later"),
    [
        ("2026-02-01", "2026-08-01"),
        ("2026-08-30", "2027-02-28"),
        ("2026-08-31", "2027-02-28"),
        ("2027-08-29", "2028-02-29"),
        ("2027-08-31", "2028-02-29"),
        ("2028-02-29", "2028-08-29"),
        ("2026-05-31", "2026-11-30"),
        ("2026-06-30", "2026-12-30"),
        ("2026-07-31", "2027-01-31"),
        ("2026-12-31", "2027-06-30"),
    ],
)
def test_six_months_over_the_ends_of_months(day: str, later: str) -> None:
    assert six_months_after(date.fromisoformat(day)) == date.fromisoformat(later)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_six_months_are_the_same_day_or_the_last(day: date) -> None:
    later = six_months_after(day)
    months = (later.year - day.year) * 12 + later.month - day.month
    assert months == 6
    assert later.day == min(day.day, calendar.monthrange(later.year, later.month)[1])


def test_the_countys_days_when_they_are_more() -> None:
    day = date(2026, 11, 22)
    assert kept_through(day, 730) == date(2028, 11, 21)
    assert kept_through(day, 0) == kept_through(day, 181) == date(2027, 5, 22)
    assert kept_through(day, 182) == date(2027, 5, 23)


def test_the_day_after_it_may_go() -> None:
    day, through = date(2026, 8, 31), date(2027, 2, 28)
    keep = stop("certificate/keep", "certificate.keep", through="2027-02-28")
    assert may_retire(day, through, 30, case_open=False, receipted=True) == keep
    after = through + timedelta(days=1)
    assert may_retire(day, after, 30, case_open=False, receipted=True) is None
    case = stop("certificate/keep_case", "certificate.keep_case")
    assert may_retire(day, after, 30, case_open=True, receipted=False) == case
    receipt = stop("certificate/keep_receipt", "certificate.keep_receipt")
    assert may_retire(day, after, 30, case_open=False, receipted=False) == receipt
