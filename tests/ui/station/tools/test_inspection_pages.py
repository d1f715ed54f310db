"""The inspector's pages in a real browser, full and empty: they fit both screens, targets are a finger's."""

from datetime import datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Browser

from kiosk.clock import BEIJING
from kiosk.rules.messages import SampleTaken, SampleType, Scene, TaskGiven
from kiosk.rules.visits.turn import Stage, Turn, Visit
from kiosk.tools.cases import KINDS, Case, CasesShown
from kiosk.tools.samples import SamplesShown
from kiosk.tools.tasks import Drawn, TaskLine, TasksShown
from tests.ui.station.conftest import Served, chromium, language, served
from tests.ui.station.tools.test_tool_pages import SIZES, opened, well

__all__ = ["chromium", "language", "served"]

AT = datetime(2026, 3, 18, 9, 41, tzinfo=BEIJING).isoformat()
TASK = TaskGiven("t-1", "sample", "豇豆、韭菜：今天该抽的", "2026-03-31", ("a", "b"), ("cowpea",), 4, why="risk")
LINE = TaskLine(TASK, 1)
SAMPLE = SampleTaken(
    "GASA01-1234ABCD", SampleType.SUPERVISION, Scene.BASE, "a", "李四", "cowpea", "", "戛洒镇", AT, "王强",
    test_grams=Decimal(500), seals=("GASA01-1234ABCD-1", "GASA01-1234ABCD-2"),
)  # fmt: skip
CASE = Case(7, "GASA01-1234ABCD", "李四", "cowpea", "positive", AT, AT, "L9", sent=True)
PEOPLE = tuple(
    Drawn(str(nth), f"新平县戛洒镇种植合作社{nth}", ("black", "failed") if nth == 0 else (), nth > 3)
    for nth in range(6)
)
PAGES: dict[str, object] = {
    "tasks": TasksShown((LINE,) * 8),
    "tasks none": TasksShown(()),
    "tasks t-1": TasksShown((LINE,), LINE, PEOPLE),
    "samples": SamplesShown(((3, SAMPLE),) * 9),
    "samples none": SamplesShown(()),
    "cases": CasesShown(dict.fromkeys(KINDS, 3)),
    **{f"cases {kind}": CasesShown({}, kind, (CASE,) * 8) for kind in KINDS},
    "cases corrections": CasesShown(
        {}, "corrections", (Case(3, "GASA01-1", "李四", "cowpea", kind="sample.taken"),) * 3
    ),
    "cases positives": CasesShown({}, "positives", ()),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_well_in_every_look(served: Served, chromium: Browser, name: str) -> None:
    visit = Visit("v-1", turn=Turn.STAFF, stage=Stage.TOOL, tool=name, staff="li")
    served.attendant.show(visit=visit, tool=PAGES[name], place=f"tool/{name}")
    page = opened(served, chromium, "zh", SIZES[0])
    assert well(page, served, name) == []
    page.context.close()
