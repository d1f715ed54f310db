"""No question of the rooms of cases looks through a table that grows; both databases say so."""

from contextlib import closing
from datetime import datetime

import pytest

from kiosk.clock import BEIJING
from kiosk.rules.messages import Complaint
from tests.support.bodies import County
from tests.support.cases import bound, correction, delivered, disposal, positive, taken
from tests.ui.county.test_plans import explaining, walked
from ui.county.accounts.scope import WHOLE, Scope
from ui.county.alarms.duties import is_seen, of_account, unseen
from ui.county.cases.book import VIEWS, CaseBook
from ui.county.cases.reviews import ReviewBook
from ui.county.database import Arrived, Database
from ui.county.migration import open_reader
from ui.county.sql import Where

RECEIVED = "2026-11-22T09:40:00.000+08:00"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=BEIJING)


@pytest.fixture
def filled(where: Where) -> tuple[Where, str]:
    box = County().enrol("gasa")
    box.opened()
    for nth in range(20):
        box.write(taken())
        first = box.write(positive(lot=f"lot-{nth}")).header.seq
        for body in (bound(late=True), positive("77", first), delivered(first), disposal(first), correction(first)):
            box.write(body)
        box.write(Complaint("goods", "x"))
    with closing(Database(where)) as database:
        database.take([Arrived("gasa", entry) for entry in box.entries], RECEIVED)
    return where, box.log


@pytest.mark.parametrize("scope", [WHOLE, Scope(("530427",), ("gasa",))])
def test_every_question_reads_an_index(filled: tuple[Where, str], scope: Scope) -> None:
    where, log = filled
    with closing(open_reader(where)) as sql:
        told = explaining(sql)
        book, reviews = CaseBook(told, scope), ReviewBook(told, scope)  # type: ignore[arg-type]
        for view in VIEWS:
            for station in ("", "gasa"):
                book.page(view, "2026-11-22T02:00:00.000Z", station, "0")
        book.urgent("2026-11-22T02:00:00.000Z")
        assert book.one(log, 3) is not None
        for waits in (True, False):
            reviews.page(waits=waits, before="2026|x/1")
        assert reviews.one(log, 3) is not None
        assert unseen(told, NOW.replace(hour=0), scope)  # type: ignore[arg-type]
        is_seen(told, log, 3)  # type: ignore[arg-type]
        of_account(told, "wang", NOW, 24)  # type: ignore[arg-type]
    assert len(told.seen) > 20
    assert walked(told) == {}
