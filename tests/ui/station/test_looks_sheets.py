"""The questions of sheets in every look: both panels, all languages and sizes of letters; axe-core finds nothing."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kiosk.rules.messages import Subject
from tests.kiosk.test_attendant import Served
from tests.support import looks
from tests.support.desk import DeskBox, touch
from tests.support.looks import Look
from tests.ui.station.test_sheets import box, served, shown
from ui.station.sheet_view import MONTH

__all__ = ["box", "served"]  # fixtures

SHOTS = Path(os.environ.get("LIANGZHENG_SHOTS", "/nonexistent"))
# A sheet, the taps until the question stands, and which leaf of it.
STANDS: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...] = (
    ("complaint", (), ""),
    ("complaint", (("answer", "paper"),), ""),
    ("complaint", (("answer", "paper"),), "1"),
    ("complaint", (("answer", "service"),), ""),
    ("complaint", (("answer", "service"), ("letter", "z"), ("letter", "h")), ""),
    ("complaint", (("answer", "service"), ("skip", ""), ("picture", ""), ("picture", ""), ("picture", "")), ""),
    ("complaint", (("answer", "service"), ("skip", ""), ("skip", "")), ""),
    ("complaint", (("answer", "paper"), ("skip", ""), ("skip", ""), ("skip", ""), ("skip", "")), ""),
    ("complaint", (("answer", "service"),), "99"),
    ("newcomer", (), ""),
    ("newcomer", (), "1"),
    ("fault", (), ""),
    ("farming", (), ""),
    ("farming", (("letter", "l"),), ""),
    ("farming", (("answer", "s-1"),), ""),
    ("farming", (("answer", "s-1"),), "1"),
    ("farming", (("answer", "s-1"), ("letter", "j")), ""),
    ("farming", (("answer", "s-1"), ("answer", "cowpea"), ("answer", "sown")), ""),
    ("farming", (("answer", "s-1"), ("answer", "cowpea"), ("answer", "sown")), str(MONTH)),
    ("agreement notice", (("answer", "s-1"),), ""),
    ("agreement pledge", (("answer", "s-1"), ("answer", "yes")), ""),
)


def _named(stands: tuple[str, tuple[tuple[str, str], ...], str]) -> str:
    sheet, taps, leaf = stands
    return "-".join((sheet.replace(" ", "-"), *(value or action for action, value in taps), *filter(None, (leaf,))))


@pytest.mark.parametrize("stands", STANDS, ids=_named)
def test_a_question_is_well_in_every_look(
    box: DeskBox,
    served: Served,
    chromium: Browser,
    farmer: Subject,
    stands: tuple[str, tuple[tuple[str, str], ...], str],
) -> None:
    sheet, taps, leaf = stands
    page = chromium.new_context().new_page()
    touch(served, "sheet", sheet)
    for action, value in taps:
        touch(served, action, value)

    def picture(look: Look) -> None:
        if SHOTS.is_dir():
            page.screenshot(path=SHOTS / f"sheet-{_named(stands)}-{look}.png")

    with shown(served) as entrance:
        address = entrance.partition("/enter")[0]
        page.goto(entrance)
        page.goto(f"{address}/?leaf={leaf}")
        assert looks.wrong(page, address, picture) == []
    page.context.close()
