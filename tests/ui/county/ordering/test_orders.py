"""The page of orders: what is filled in becomes an order, what is not fit is said, what was given can be taken back."""

from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from kiosk.rules.messages import (
    CertificateRevoked,
    DoctorAsked,
    NoticePut,
    NoticeWithdrawn,
    OrderBody,
    SampleType,
    TaskGiven,
    TaskWithdrawn,
)
from tests.support.browser import chromium_running
from tests.support.looks import axe
from tests.support.signing import SigningOffice
from tests.ui.county.conftest import Desk, officer, served
from ui.county.office import OfficeError
from ui.county.ordering.wishes import taken_back, wish
from ui.county.web.doors import COOKIE

TODAY = date(2026, 3, 2)
NUMBER = "5304270123456789A"
TASK = {"what": "patrol", "title": "春季巡查", "until": "2026-12-31", "count": "3", "why": "risk"}
NOTICE = {"what": "publicity", "title": "宣传周", "text": "带证上市", "since": "2026-12-01", "until": "2026-12-31"}


@pytest.mark.parametrize(
    ("kind", "fields", "body"),
    [
        (
            "task.given",
            TASK | {"subjects": "s-1, s-2", "sample_type": "supervision"},
            TaskGiven("t", "patrol", "春季巡查", "2026-12-31", ("s-1", "s-2"), (), 3, SampleType.SUPERVISION, "risk"),
        ),
        ("notice.put", NOTICE, NoticePut("t", "publicity", "宣传周", "带证上市", "2026-12-01", "2026-12-31")),
        ("doctor.asked", {"reason": " 为  什么 "}, DoctorAsked("为 什么")),
    ],
)
def test_what_is_filled_in_is_the_order(kind: str, fields: dict[str, str], body: OrderBody) -> None:
    assert wish(kind, fields, "t", TODAY) == body


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("task.given", TASK | {"title": "  "}, "office.wish_no_title"),
        ("task.given", TASK | {"title": "长" * 61}, "office.wish_long"),
        ("task.given", TASK | {"until": "31.12.2026"}, "office.wish_day"),
        ("task.given", TASK | {"until": "2026-03-01"}, "office.wish_past"),
        ("task.given", TASK | {"count": "0"}, "office.wish_count"),
        ("task.given", TASK | {"count": "٣"}, "office.wish_count"),
        ("task.given", TASK | {"what": "arrest"}, "office.wish_word"),
        ("notice.put", NOTICE | {"until": "2026-11-30"}, "office.wish_until"),
        ("notice.put", NOTICE | {"text": ""}, "office.wish_no_text"),
        ("certificate.revoked", {"number": "123", "reason": "x"}, "office.wish_number"),
        ("pack.put", {}, "office.wish_kind"),
    ],
)
def test_what_is_not_fit_is_said(kind: str, fields: dict[str, str], code: str) -> None:
    with pytest.raises(OfficeError) as wrong:
        wish(kind, fields, "t", TODAY)
    assert wrong.value.code == code


def test_tasks_and_notices_can_be_taken_back_and_nothing_else() -> None:
    task, notice = wish("task.given", TASK, "t", TODAY), wish("notice.put", NOTICE, "n", TODAY)
    assert (taken_back(task, "x"), taken_back(notice, "")) == (TaskWithdrawn("t", "x"), NoticeWithdrawn("n", ""))
    assert taken_back(CertificateRevoked(NUMBER, "x"), "") is None


@pytest.fixture
def web(desk: Desk) -> Iterator[httpx.Client]:
    with served(desk) as address, officer(desk, address) as client:
        client.headers["origin"] = address
        yield client


def test_from_the_form_to_the_station_and_back(desk: Desk, web: httpx.Client) -> None:
    assert "待签发" not in web.get("/orders").text
    assert web.post("/orders/new/task.given", data=TASK).status_code == 303
    page = web.get("/orders").text
    assert "春季巡查" in page
    assert "待签发" in page
    SigningOffice(desk, desk.accounts.desks.folder).signs()
    page = web.get("/orders").text
    assert "1 个站中 0 个已收到" in page or "0 个站中 0 个已收到" in page
    back = page[page.index("/orders/", page.index('<form method="post" action="/orders/')) :].partition('"')[0]
    assert web.post(back).status_code == 303
    assert web.get("/orders").text.count("待签发") == 1


def test_a_wrong_field_is_said_and_nothing_typed_is_lost(web: httpx.Client) -> None:
    answer = web.post("/orders/new/task.given", data=TASK | {"until": "2020-01-01"})
    assert answer.status_code == 422
    assert "2020-01-01 已经过去了" in answer.text
    assert 'value="春季巡查"' in answer.text


def test_who_sees_one_station_speaks_to_it_alone(desk: Desk) -> None:
    with served(desk) as address, httpx.Client(base_url=address, headers={"origin": address}) as client:
        desk.take(desk.box.opened("530427100"))
        desk.accounts.put("wang", "officer", regions=("530427100",))
        client.cookies.set(COOKIE, desk.accounts.token("wang"))
        form = client.get("/orders/new/task.given").text
        assert "<option>gasa</option>" in form
        assert "给所有服务站" not in form
        assert client.post("/orders/new/task.given", data=TASK | {"stream": "all"}).status_code == 422
        assert client.post("/orders/new/task.given", data=TASK | {"stream": "other"}).status_code == 422
        assert client.post("/orders/new/task.given", data=TASK | {"stream": "gasa"}).status_code == 303


def test_the_pages_can_be_used_by_everybody(desk: Desk) -> None:
    """axe-core, in both languages."""
    desk.accounts.put("wang", "officer")
    with served(desk) as address, chromium_running() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 800})
        page.context.add_cookies([{"name": COOKIE, "value": desk.accounts.token("wang"), "url": address}])
        for language in ("zh", "en"):
            for path in ("orders", "orders/new/task.given", "orders/new/notice.put", "orders/new/certificate.revoked"):
                page.goto(f"{address}/{path}?lang={language}")
                assert axe(page) == [], path
