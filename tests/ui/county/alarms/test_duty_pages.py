"""The list of who is on duty, and the page on which somebody says that he has seen an alarm."""

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from kiosk.pack import load_packs
from kiosk.rules.messages import AlarmSeen, Complaint, DutyPut, OrderAsked
from kiosk.rules.messages import TestJudged as Judged
from kiosk.words import load_words
from tests.support.alarm_teller import alarm_teller
from tests.support.cases import positive
from tests.support.gateway import running_gateway
from tests.ui.county.conftest import DEADLINE, Desk, served
from ui.county.acted import Acted
from ui.county.alarms.channels import FILE
from ui.county.cases.told import told
from ui.county.migration import open_reader
from ui.county.telling import Teller
from ui.county.web.doors import COOKIE

ZH = load_words("zh")
OWN = {"sec-fetch-site": "same-origin", "accept": "text/html"}
PAGE = {"name": "王所长", "channel": "page", "account": "wang", "step": "1"}


@pytest.fixture
def web(desk: Desk) -> Iterator[httpx.Client]:
    desk.accounts.put("wang", "officer")
    desk.take(desk.box.opened("530427100"), desk.box.write(positive()), desk.box.write(Complaint("goods", "x")))
    with served(desk) as address, httpx.Client(base_url=address, timeout=DEADLINE, headers=OWN) as client:
        client.cookies.set(COOKIE, desk.accounts.token("wang"))
        yield client


def acts(desk: Desk) -> list[object]:
    with closing(open_reader(desk.file)) as sql:
        return [deed.act for deed in reversed(Acted(sql).page().deeds)]


def test_somebody_is_put_on_duty_and_taken_off(desk: Desk, web: httpx.Client) -> None:
    assert ZH.say("county.duty.nobody") in web.get("/duty").text
    assert web.post("/duty", data={**PAGE, "regions": "530427 530427100001"}).status_code == 303
    (put,) = [act for act in acts(desk) if isinstance(act, DutyPut)]
    assert (put.name, put.regions, put.by, put.address) == ("王所长", ("530427", "530427100001"), "wang", "")
    page = web.get("/duty").text
    assert "王所长" in page
    assert f'action="/duty/{put.duty}/end"' in page
    assert web.post(f"/duty/{put.duty}/end").status_code == 303
    assert "王所长" not in web.get("/duty").text
    assert web.post(f"/duty/{put.duty}/end").status_code == 404


WRONG = (
    ({"name": " "}, "name"),
    ({"channel": "sms"}, "channel"),
    ({"channel": "pigeon"}, "channel"),
    ({"account": ""}, "page_account"),
    ({"account": "nobody"}, "account"),
    ({"step": "0"}, "step"),
    ({"step": "x"}, "step"),
    ({"regions": "5304"}, "regions"),
    ({"until": "tomorrow"}, "day"),
)


def test_what_is_wrong_is_said(web: httpx.Client) -> None:
    for fields, wrong in WRONG:
        answer = web.post("/duty", data=PAGE | fields)
        assert (answer.status_code, fields) == (422, fields)
        assert ZH.say(f"county.duty.wrong.{wrong}") in answer.text, wrong


def test_an_sms_asks_for_a_telephone(desk: Desk, web: httpx.Client) -> None:
    file = desk.accounts.desks.folder / FILE
    file.write_text('[sms]\nurl = "https://sms.example.cn/"\nkey = "k"\n', "utf-8")
    file.chmod(0o600)
    sms = {"name": "x", "channel": "sms", "step": "2"}
    assert web.post("/duty", data=sms | {"address": "李明"}).status_code == 422
    assert web.post("/duty", data=sms | {"address": "13900005678"}).status_code == 303
    file.chmod(0o644)
    page = web.get("/duty").text
    assert ZH.say("county.duty.channels.open", file=FILE) in page
    assert ZH.say("county.duty.not_ready") in page


def test_a_channel_is_tried_before_it_is_needed(desk: Desk, web: httpx.Client) -> None:
    file = desk.accounts.desks.folder / FILE
    with running_gateway() as gateway:
        file.write_text(f'[sms]\nurl = "{gateway.address}/"\nkey = "k"\ntimeout_s = 2\n', "utf-8")
        file.chmod(0o600)
        web.post("/duty", data={"name": "x", "channel": "sms", "step": "2", "address": "13900005678"})
        (put,) = [act for act in acts(desk) if isinstance(act, DutyPut)]
        assert ZH.say("county.duty.tried") in web.post(f"/duty/{put.duty}/try").text
        gateway.way = "refuses"
        reason = ZH.say("county.told.status")
        assert ZH.say("county.duty.not_tried", reason=reason) in web.post(f"/duty/{put.duty}/try").text
    assert len(gateway.got) == 2
    assert ZH.say("county.told.trial", time="11-22 10:00") == gateway.got[0]["body"]["text"]
    assert web.post("/duty/nobody/try").status_code == 404


def test_one_tap_and_the_station_knows(desk: Desk, web: httpx.Client) -> None:
    web.post("/duty", data=PAGE)
    alarm_teller(desk.file, desk.accounts.desks.folder, desk.now).look()
    page = web.get("/alarms").text
    assert page.count(ZH.say("county.duty.yours")) == 2
    assert page.index(ZH.say("county.told.kind.positive")) < page.index(ZH.say("county.told.kind.complaint"))
    for seq in (2, 3):
        assert web.post(f"/alarms/{desk.box.log}/{seq}/seen").status_code == 303
        web.post(f"/alarms/{desk.box.log}/{seq}/seen")
    asked = [(act.stream, act.order) for act in acts(desk) if isinstance(act, OrderAsked)]
    assert asked == [("gasa", AlarmSeen.kind)] * 2, "a second tap says nothing"
    assert ZH.say("county.duty.all_seen", hours=24) in web.get("/alarms").text
    assert ZH.say("county.case.next.repeat") in web.get(f"/case/{desk.box.log}/2").text


def test_an_entry_that_is_no_alarm_cannot_be_seen(desk: Desk, web: httpx.Client) -> None:
    for seq in (1, 99, 2**40):
        assert web.post(f"/alarms/{desk.box.log}/{seq}/seen").status_code == 303
    assert [act for act in acts(desk) if isinstance(act, OrderAsked)] == []


def test_acts_are_told_without_names_and_telephones() -> None:
    tell = Teller(ZH, load_packs(texts=False))
    said = told(DutyPut("d-1", "王所长", "sms", "13900005678", 2), tell)
    assert said == ZH.say("county.duty.put", step=2, channel="sms")
    judged = told(Judged("ab" * 16, 2, agreed=False, note="读数太高", by="wang"), tell)
    assert judged == f"{ZH.say('county.case.line.judged_doubted')} · 读数太高"
