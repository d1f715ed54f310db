"""A hand that fills a sheet at a real box: each open question answered as its kind is, until the summary stands."""

from collections.abc import Callable, Mapping

from kiosk.rules.sheets.sheet import Ask, Kind
from kiosk.screen import Screen
from tests.kiosk.test_attendant import Served
from tests.support.desk import BADGES, PIN, SIGNED, touch

MOST = 80  # questions of a sheet


def opened(served: Served, sheet: str, about: str = "") -> Screen:
    return touch(served, "sheet", f"{sheet} {about}".strip())


def fills(
    served: Served, sheet: str, about: str = "", waits: Callable[[], None] = lambda: None, /, **answers: str
) -> Screen:
    """To the summary. A question that `answers` does not name is passed over, read, signed or photographed.

    `waits` comes before every moment that is stamped.
    """
    opened(served, sheet, about)
    for _ in range(MOST):
        ask = asked(served)
        if ask is None:
            return served.attendant.screen()
        if ask.stamp:
            waits()
        answer(served, ask, answers)
        now = asked(served)
        assert now is None or now.id != ask.id, f"{ask.id}: {served.attendant.screen().visit.notice}"
    raise AssertionError("the sheet does not end")


def done(
    served: Served, sheet: str, about: str = "", waits: Callable[[], None] = lambda: None, /, **answers: str
) -> Screen:
    fills(served, sheet, about, waits, **answers)
    return touch(served, "sheet_done")


def asked(served: Served) -> Ask | None:
    sheet = served.attendant.screen().sheet
    assert sheet is not None, served.attendant.screen().visit
    return sheet.at


def answer(served: Served, ask: Ask, answers: Mapping[str, str]) -> None:
    told = answers.get(ask.id.replace("/", "_"))
    match ask.kind:
        case Kind.SIGNATURE:
            touch(served, "sign", SIGNED)
        case Kind.READ:
            touch(served, "answer", "yes")
        case Kind.PICTURE if told is not None or not ask.optional:
            touch(served, "picture")
            touch(served, "taken")
        case Kind.STAFF if told is not None:
            served.shows(BADGES[told])
            served.until(lambda screen: screen.sheet is not None and bool(screen.sheet.draft.taken))
            touch(served, "staff_pin", PIN)
        case _ if told is None and ask.optional:
            touch(served, "skip")
        case Kind.TEXT | Kind.NAME:
            assert told is not None, f"{ask.id} is asked"
            touch(served, "letter", "clear")
            for one in told:
                touch(served, "take", one)
            touch(served, "taken")
        case _:
            assert told is not None, f"{ask.id} is asked"
            touch(served, "answer", told)
