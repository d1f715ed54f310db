"""The days that a sheet offers: none that the question cannot take."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.rules.sheets import calibration, closing, farming
from kiosk.rules.sheets.sheet import Ask, Draft, Kind, Sheet, fits
from kiosk.screen import SheetShown
from kiosk.words import load_words
from tests.support.books import Told, facts
from tests.ui.station.scripted import AT, Scripted
from ui.station import sheet_view
from ui.station.view import View

TODAY = AT.date()
PAST = Ask("on", Kind.DAY, latest=TODAY.isoformat())
ANY = Ask("on", Kind.DAY)


def asked(ask: Ask, months: int = 0) -> View:
    """The page of a month, so many after this one."""
    attendant = Scripted()
    attendant.show(sheet=SheetShown("farming", Draft("farming"), (ask,), ask))
    return View(attendant.screen(), load_words("zh"), (), attendant.method, sheet_view.MONTH + months)


def off(view: View) -> list[date]:
    return [date.fromisoformat(one.value) for one in sheet_view.month(view)[1] if one.off]


def test_days_to_come_stand_there_and_cannot_be_tapped() -> None:
    assert off(asked(PAST)) == [TODAY + timedelta(days=nth) for nth in range(1, 32 - TODAY.day)]
    assert off(asked(PAST, -1)) == []
    assert len(off(asked(PAST, 1))) == 30
    assert off(asked(ANY)) == off(asked(ANY, 1)) == []


@pytest.mark.parametrize(
    ("latest", "months", "on"),
    [
        ("2026-03-18", 0, False),
        ("2026-03-18", -1, True),
        ("2026-03-31", 0, False),
        ("2026-04-01", 0, True),
        ("2027-01-01", 9, True),
        ("2026-12-31", 9, False),
        ("", 12, True),
    ],
)
def test_a_month_without_a_day_that_answers_is_not_led_to(latest: str, months: int, on: bool) -> None:
    assert sheet_view.goes_on(asked(replace(ANY, latest=latest), months)) is on


def test_the_days_beside_the_month_are_those_that_answer() -> None:
    assert [fits(PAST, (one.value,)) for one in sheet_view.days(asked(PAST))] == [True] * sheet_view.DAYS
    assert not fits(PAST, ((TODAY + timedelta(days=1)).isoformat(),))
    assert fits(ANY, ("2099-01-01",))


class Books(Told):
    def open_objections(self, most: int) -> tuple[()]:
        return ()


@pytest.mark.parametrize(
    ("sheet", "days"), [(farming.SHEET, 1), (calibration.SHEET, 1), (closing.SHEET, 2)], ids=lambda one: str(one)[:12]
)
def test_what_has_been_is_asked_for_up_to_today(sheet: Sheet, days: int) -> None:
    known = facts(Books())
    asks = [ask for ask in sheet.asks(Draft(sheet.id, "1"), known) if ask.kind is Kind.DAY]
    assert [ask.latest for ask in asks] == [known.now.date().isoformat()] * days
