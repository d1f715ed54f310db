"""Every page of the county is drawn from either database, the same."""

import re
from contextlib import closing

import pytest

from kiosk.rules.messages import Incident, PrintOutcome, Reprint
from tests.support.bodies import a_print, a_test
from tests.ui.county.conftest import Desk, officer, served
from ui.county.sql import Where


@pytest.fixture
def desk_on_either(where: Where) -> Desk:
    return Desk(where)


def test_pages(desk_on_either: Desk) -> None:
    desk = desk_on_either
    with closing(desk), served(desk) as address, officer(desk, address) as web:
        assert web.get("/").status_code == 200
        certificate = desk.box.certificate(tests=(2,))
        desk.take(desk.box.opened(), desk.box.write(a_test("72")), desk.box.write(a_test("70", retest_of=2)))
        desk.take(desk.box.write(certificate), desk.box.write(a_print(certificate.number, 1, PrintOutcome.UNKNOWN)))
        desk.take(desk.box.write(Reprint(certificate.number, 2, "spoiled")), desk.box.entry(1, a_test()))
        desk.take(desk.box.write(Incident("printer", "printer.paper_out", {})))
        desk.database.park("liangzheng/1/530427/gasa/up", b"x", "not JSON", "2026-11-22T09:40:00.000+08:00")
        desk.box.write(a_test())
        desk.take(desk.box.write(a_test("61")))
        pages = ("/", "/stations", *(f"/entry/{desk.box.log}/{seq}" for seq in range(1, 10)))
        for page in (*pages, f"/entry/{desk.box.log}/2/proof.json", f"/N/{certificate.number}", "/healthz"):
            answer = web.get(page)
            assert answer.status_code == (404 if page.endswith("/8") else 200), page
        with web.stream("GET", "/live", headers={"last-event-id": "1"}) as live:
            first = next(live.iter_text())
        assert re.match(r"id: \d+\nevent: change\n", first)
        assert "豆角" in first
