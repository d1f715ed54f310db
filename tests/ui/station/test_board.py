"""The public board on a display of its own: results without anybody's name, notices in between, leaves that turn."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from kiosk.clock import ClockState, Now
from kiosk.rules.messages import NoticePut, Outcome, Subject
from kiosk.screen import BoardLine, House
from kiosk.words import load_words
from tests.support import looks
from tests.ui.station.conftest import TOKEN, Served
from tests.ui.station.scripted import AT, Scripted
from ui.station.board import ROWS, TURNS, leaf
from ui.station.view import View

PRODUCTS = ("cowpea", "celery", "tomato", "ginger")
LINES = tuple(
    BoardLine(
        f"{8 + nth // 6:02}:{nth * 7 % 60:02}",
        PRODUCTS[nth % 4],
        "",
        Outcome.NEGATIVE if nth % 3 else Outcome.POSITIVE,
        "GB/T 5009.199-2003",
        confirmed=nth % 5 > 0,
    )
    for nth in range(20)
)
NOTICE = NoticePut("n1", "publicity", "农产品质量安全法", "承诺达标合格证不收钱。", "2026-01-01", "2027-01-01")


def view(attendant: Scripted, turned: int = 0) -> View:
    attendant.show(now=Now(AT + timedelta(seconds=turned * TURNS), ClockState.NTP))
    return View(attendant.screen(), load_words("zh"), (), attendant.method)


def test_leaves_turn_by_themselves_with_a_notice_in_between() -> None:
    attendant = Scripted()
    attendant.show(board=LINES, house=House(notices=(NOTICE,)))
    turned = [leaf(view(attendant, nth)) for nth in range(4)]
    assert {one.of for one in turned} == {4}
    assert sorted(one.nth for one in turned) == [1, 2, 3, 4]
    by_number = sorted(turned, key=lambda one: one.nth)
    assert by_number[1].notice == NOTICE
    assert [len(one.rows) for one in by_number] == [ROWS, 0, ROWS, len(LINES) - 2 * ROWS]


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 800), (1024, 600)])
def test_it_stands_whole_on_every_display(
    served: Served, chromium: Browser, farmer: Subject, size: tuple[int, int]
) -> None:
    served.attendant.show_card(farmer)
    served.attendant.show(board=LINES[:ROWS])
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(f"{served.address}/enter?token={TOKEN}")
    page.goto(f"{served.address}/board")
    expect(page.locator("table.board tbody tr")).to_have_count(ROWS)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert looks.axe(page) == []
    foot = page.locator(".board-foot").bounding_box()
    assert foot is not None
    assert foot["y"] + foot["height"] <= size[1]
    assert farmer.name not in page.content()
    assert farmer.contact not in page.content()
    assert page.locator("button, a").count() == 0
    served.attendant.show(board=LINES[:1])
    expect(page.locator("table.board tbody tr")).to_have_count(1)  # without a reload
    served.attendant.show(board=None)
    expect(page.get_by_text(load_words("zh").say("board.off"))).to_be_visible()
    context.close()
