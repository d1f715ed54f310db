"""试剂登记: a lot from its box, a lot that gets our label, and what is over."""

import pytest

from kiosk.rules.messages import ReagentOpened
from kiosk.rules.scan import tags
from kiosk.rules.scan.tags import Tag
from tests.kiosk.test_attendant import Served
from tests.support.desk import DeskBox, touch
from tests.support.law import PACKS
from tests.support.sheets import answer, asked, done, opened

METHOD = PACKS.methods["gbt-5009-199-2003-card"].rule


def test_a_lot_is_asked_for_once(box: DeskBox, served: Served) -> None:
    done(served, "reagent", has="named", lot="B2026-1", event="received", method=METHOD, expires="2027-01-31")
    done(served, "reagent", has="named", lot="B2026-1", event="opened")
    came, opened = box.entries(ReagentOpened)
    assert isinstance(came, ReagentOpened)
    assert isinstance(opened, ReagentOpened)
    assert (came.event, opened.event, opened.method, opened.expires) == ("received", "opened", METHOD, "2027-01-31")


def test_a_box_without_a_number_gets_one(box: DeskBox, served: Served) -> None:
    done(served, "reagent", has="bare", event="opened", method=METHOD)
    (entry,) = box.entries(ReagentOpened)
    assert isinstance(entry, ReagentOpened)
    assert tags.parse_tag(entry.lot, Tag.REAGENT) == entry.lot
    assert box.slips[-1][0] == "reagent"


def test_what_is_over_is_not_opened(box: DeskBox, served: Served) -> None:
    screen = done(served, "reagent", has="named", lot="B1", event="opened", method=METHOD, expires="2020-01-31")
    assert screen.visit.notice is not None
    assert (screen.visit.notice.key, box.entries(ReagentOpened)) == ("sheet.reagent.over", [])


@pytest.mark.parametrize(
    "code", ["(01)09521234543213(10)K7-42(17)270131", "https://id.example/01/09521234543213/10/K7-42?17=270131"]
)
def test_a_makers_own_code_says_lot_and_expiry(box: DeskBox, served: Served, code: str) -> None:
    opened(served, "reagent")
    touch(served, "answer", "named")
    served.shows(code)
    served.until(
        lambda screen: screen.sheet is not None and screen.sheet.at is not None and screen.sheet.at.id != "lot"
    )
    asks = []
    while (ask := asked(served)) is not None:
        asks.append(ask.id)
        answer(served, ask, {"event": "opened", "method": METHOD})
    touch(served, "sheet_done")
    (entry,) = box.entries(ReagentOpened)
    assert isinstance(entry, ReagentOpened)
    assert (entry.lot, entry.expires, entry.code) == ("K7-42", "2027-01-31", code)
    assert "expires" not in asks


def test_a_makers_code_without_a_lot_wants_it_keyed(box: DeskBox, served: Served) -> None:
    told = {"has": "named", "lot": "(01)09521234543213", "event": "opened", "method": METHOD}
    screen = done(served, "reagent", **told)
    assert screen.visit.notice is not None
    assert (screen.visit.notice.key, box.entries(ReagentOpened)) == ("sheet.reagent.no_lot", [])


def test_a_box_that_is_over_by_its_code_is_put_away(box: DeskBox, served: Served) -> None:
    over = {"has": "named", "lot": "(10)K7(17)200131", "method": METHOD}
    screen = done(served, "reagent", **over, event="opened")
    assert screen.visit.notice is not None
    assert (screen.visit.notice.key, box.entries(ReagentOpened)) == ("sheet.reagent.over", [])
    touch(served, "sheet_leave")
    done(served, "reagent", **over, event="used_up")
    assert len(box.entries(ReagentOpened)) == 1
