"""Pages of producers: who is seen by whom, what a change says to the stations, who is the same, grades, cards."""

import io
import json
import zipfile
from dataclasses import replace
from html import unescape

import httpx
import pytest

from kiosk.rules.messages import OrderAsked, SubjectProposed
from kiosk.verify import County as Judging
from kiosk.verify import Verdict
from kiosk.verify_proof import judge_proof
from kiosk.words import load_words
from tests.ui.county.people.conftest import LI, NEW, OTHER, TOWN, WANG, Village
from ui.county.accounts.roles import RIGHTS, Right, Role
from ui.county.signed import Book
from ui.county.web.doors import COOKIE

SAY = load_words("zh").say
FORM = {"name": "张三", "sort": "farmer", "contact": "13700001111", "origin": "戛洒镇", "region": f"{TOWN}001"}


def text(answer: httpx.Response) -> str:
    return unescape(answer.text)


def becomes(village: Village, browser: httpx.Client, *roles: str, **scope: tuple[str, ...]) -> None:
    village.desk.accounts.put("li", *roles, **scope)
    browser.cookies.clear()
    browser.cookies.set(COOKIE, village.desk.accounts.token("li"))


def orders(village: Village) -> list[tuple[str, object]]:
    return [(kind, json.loads(told)) for kind, told in village.asked()]


# --- who is seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        ({"regions": (TOWN,)}, {LI.id, NEW.id}),  # who lives there, and whom a box there took in
        ({"regions": (f"{TOWN}002",)}, set()),
        ({"stations": ("gasa",)}, {LI.id, NEW.id}),
        ({"regions": (OTHER,), "stations": ("gasa",)}, {LI.id, NEW.id, WANG.id}),
        ({}, {LI.id, NEW.id, WANG.id}),
    ],
)
def test_nobody_out_of_scope_is_there(
    village: Village, browser: httpx.Client, scope: dict[str, tuple[str, ...]], sees: set[str]
) -> None:
    becomes(village, browser, "officer", **scope)
    page, table = text(browser.get("/people")), browser.get("/people.csv").text
    for one in (LI, NEW, WANG):
        there = one.id in sees
        assert (f'href="/people/{one.id}"' in page) is there
        assert (one.id in table) is there
        assert (one.id in text(browser.get("/people", params={"q": one.name}))) is there
        for path in ("", "/edit", "/same", "/pack.zip", "/entries?of=tests"):
            assert browser.get(f"/people/{one.id}{path}").status_code == (200 if there else 404), path
        for path in ("edit", "merge", "withdraw", "confirm", "credit", "note"):
            if not there:
                assert browser.post(f"/people/{one.id}/{path}", data=FORM).status_code == 404, path
    assert village.asked() == []


def test_entries_of_other_places_stay_out_of_a_file(village: Village, browser: httpx.Client) -> None:
    far = village.desk.county.enrol("there")
    village.desk.take(far.opened(f"{OTHER}001"), far.write(far.certificate(subject=LI, product="豆角在彼")), box=far)
    assert "豆角在彼" in text(browser.get(f"/people/{LI.id}"))
    becomes(village, browser, "township", regions=(TOWN,))
    assert "豆角在彼" not in text(browser.get(f"/people/{LI.id}"))
    names = zipfile.ZipFile(io.BytesIO(browser.get(f"/people/{LI.id}/pack.zip").content)).namelist()
    assert not any(far.log[:8] in name for name in names)


def test_a_role_does_what_it_may(village: Village, browser: httpx.Client) -> None:
    for nth, role in enumerate(Role):
        becomes(village, browser, role)
        sees, changes = Right.PEOPLE in RIGHTS[role], Right.REGISTER in RIGHTS[role]
        for path in ("/people", f"/people/{LI.id}", "/people/sync", "/people.csv"):
            assert browser.get(path).status_code == (200 if sees else 403), (role, path)
        for path in ("/people/new", "/people/import", "/people/cards", f"/people/{LI.id}/edit"):
            assert browser.get(path).status_code == (200 if changes else 403), (role, path)
        form = {**FORM, "contact": f"137000022{nth:02}"}
        assert browser.post("/people/new", data=form).status_code == (303 if changes else 403), role
        assert ("/people/new" in browser.get("/people").text) is changes
        opens = sees and Right.ENTRY in RIGHTS[role]
        assert browser.get(f"/people/{LI.id}/pack.zip").status_code == (200 if opens else 403)
        assert (f"/entry/{village.desk.box.log}/" in browser.get(f"/people/{LI.id}").text) is opens


# --- one more, other facts -------------------------------------------------------------------------------------------


def test_a_new_producer_is_told_to_every_station(village: Village, browser: httpx.Client) -> None:
    marks = {"mark.0": "green", "product.0": "番茄", "number.0": "LB-9", "until.0": "2027-01-01", "scale": "是"}
    address = browser.post("/people/new", data={**FORM, **marks, "products": "番茄"}).headers["location"]
    page = text(browser.get(address))
    assert "张三" in page
    assert "LB-9" in page
    ((kind, order),) = orders(village)
    assert kind == "subjects.upsert"
    assert order["subjects"][0]["marks"] == ["green/tomato/2027-01-01/LB-9"]  # type: ignore[index]
    assert order["subjects"][0]["products"] == ["tomato"]  # type: ignore[index]
    ((stream, about, by),) = [
        (act.stream, act.about, act.by)
        for act in (json_act(body) for (body,) in village.rows("select body from entry where kind = 'order.asked'"))
    ]
    assert (stream, about, by) == ("all", address.removeprefix("/people/"), "officer")


def json_act(body: object) -> OrderAsked:
    return OrderAsked(**json.loads(bytes(body)))  # type: ignore[call-overload]


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(village: Village, browser: httpx.Client) -> None:
    answer = browser.post("/people/new", data={**FORM, "contact": "x", "code": "93530427MA6N000092"})
    page = text(answer)
    assert answer.status_code == 422
    assert SAY("problem.people.contact", told="x") in page
    assert SAY("problem.people.code_check", code="93530427MA6N000092", right="1") in page
    assert 'value="张三"' in page
    assert 'name="seen"' in page
    odd = {"mark.0": "green", "product.0": "<b>", "number.0": "11010519491231002X", "until.0": "2027-01-01"}
    page = text(browser.post("/people/new", data={**FORM, **odd}))
    assert SAY("problem.people.markup") in page
    assert SAY("problem.people.id_number") in page
    assert village.asked() == []
    assert browser.post("/people/new", data={**FORM, "code": "93530427MA6N000092", "seen": "on"}).status_code == 303


def test_the_same_again_is_asked_about_first(village: Village, browser: httpx.Client) -> None:
    same = {**FORM, "name": LI.name, "contact": LI.contact}
    answer = browser.post("/people/new", data=same)
    assert answer.status_code == 422
    assert f'href="/people/{LI.id}"' in answer.text
    assert village.asked() == []
    assert browser.post("/people/new", data={**same, "again": "on"}).status_code == 303


def test_who_is_elsewhere_is_not_named(village: Village, browser: httpx.Client) -> None:
    becomes(village, browser, "township", regions=(OTHER,))
    answer = browser.post("/people/new", data={**FORM, "region": OTHER, "code": LI.code})
    assert answer.status_code == 422
    assert SAY("problem.people.double_elsewhere") in text(answer)
    assert LI.name not in text(answer)
    assert LI.id not in text(answer)
    table = f"姓名,类别,电话,地址,信用代码\n张三,农户,13700001111,平甸乡,{LI.code}\n"
    address = browser.post("/people/import", files={"file": ("x.csv", table.encode())}).headers["location"]
    page = text(browser.get(address))
    assert SAY("problem.people.double_elsewhere") in page
    assert LI.name not in page


def test_other_facts_keep_what_the_form_shows(village: Village, browser: httpx.Client) -> None:
    page = text(browser.get(f"/people/{LI.id}/edit"))
    assert 'value="LB-1234"' in page
    assert 'value="2025-01-01"' in page
    assert 'value="番茄"' in page
    browser.post(f"/people/{LI.id}/edit", data={**FORM, "name": "李新名", "id": WANG.id})
    assert village.rows("select name from subject where id in (?, ?) order by id", LI.id, WANG.id) == [
        ("李新名",), (WANG.name,),
    ]  # fmt: skip


def test_who_is_withdrawn_leaves_the_list_and_keeps_his_file(village: Village, browser: httpx.Client) -> None:
    assert browser.post(f"/people/{WANG.id}/withdraw", data={"reason": "不种了"}).status_code == 303
    assert orders(village) == [("subjects.withdrawn", {"reason": "不种了", "subjects": [WANG.id]})]
    assert WANG.name not in text(browser.get("/people"))
    assert WANG.name in text(browser.get("/people", params={"show": "withdrawn"}))
    assert SAY("county.people.is_withdrawn") in text(browser.get(f"/people/{WANG.id}"))
    assert browser.post(f"/people/{WANG.id}/withdraw", data={"reason": "x"}).status_code == 409


# --- newcomers -------------------------------------------------------------------------------------------------------


def test_a_newcomer_is_compared_and_merged(village: Village, browser: httpx.Client) -> None:
    page = text(browser.get(f"/people/{NEW.id}/same"))
    assert f'name="into" value="{LI.id}"' in page
    assert browser.post(f"/people/{NEW.id}/merge", data={"into": LI.id}).headers["location"] == f"/people/{LI.id}"
    assert orders(village) == [("subjects.merged", {"into": LI.id, "reason": "", "subjects": [NEW.id]})]
    file = text(browser.get(f"/people/{LI.id}"))
    assert NEW.id in file
    assert f'href="/people/{LI.id}"' in browser.get(f"/people/{NEW.id}").text
    assert NEW.id not in text(browser.get("/people", params={"show": "confirm"}))
    assert browser.get(f"/people/{NEW.id}/edit").status_code == 409
    assert browser.post(f"/people/{NEW.id}/edit", data=FORM).status_code == 409


def test_a_newcomer_is_confirmed_as_he_is(village: Village, browser: httpx.Client) -> None:
    assert browser.post(f"/people/{NEW.id}/confirm").status_code == 303
    assert village.rows("select state, region, origin from subject where id = ?", NEW.id) == [
        ("listed", TOWN, NEW.origin)  # he lives round the station that took him in
    ]
    assert orders(village)[0][0] == "subjects.upsert"


def test_a_newcomer_with_a_wrong_fact_is_corrected_first(village: Village, browser: httpx.Client) -> None:
    odd = replace(NEW, id="gasa-odd", name="=1+1", contact="")
    village.desk.take(village.desk.box.write(SubjectProposed(odd, "南蚌村", "staff-1")))
    answer = browser.post(f"/people/{odd.id}/confirm")
    assert answer.status_code == 422
    assert SAY("problem.people.formula") in text(answer)
    assert village.asked() == []


@pytest.mark.parametrize("into", [NEW.id, "nobody", ""])
def test_nobody_is_merged_into_himself_or_nobody(village: Village, browser: httpx.Client, into: str) -> None:
    assert browser.post(f"/people/{NEW.id}/merge", data={"into": into}).status_code in (404, 409)
    assert village.asked() == []


# --- credit ----------------------------------------------------------------------------------------------------------

GRADE = {"grade": "C", "risk": "high", "listed": "black", "since": "2026-11-01", "notice": "新农告〔2026〕7号"}


UNFIT: list[tuple[dict[str, str], str]] = [
    ({"notice": ""}, "notice"),
    ({}, "listed_until"),
    ({"until": "2026-10-01"}, "days_order"),
    ({"until": "soon"}, "day"),
    ({"reason": ""}, "reason"),
    ({"grade": "<b>"}, "choice"),
    ({"reason": "x" * 201}, "long"),
    ({"listed": "grey", "for_ever": "on"}, "choice"),
]


def test_nobody_is_blacklisted_without_notice_and_end(village: Village, browser: httpx.Client) -> None:
    facts = {"told": "soon", "since": "2026-11-01", "until": "2026-10-01", "most": 200}
    for bent, code in UNFIT:
        answer = browser.post(f"/people/{LI.id}/credit", data={**GRADE, "reason": "两次不合格", **bent})
        assert answer.status_code == 422, code
        assert SAY(f"problem.people.{code}", **facts) in text(answer)
    assert village.asked() == []


def test_a_grade_is_told_kept_and_over_when_it_ends(village: Village, browser: httpx.Client) -> None:
    graded = {**GRADE, "reason": "两次不合格", "until": "2026-11-22"}
    assert browser.post(f"/people/{LI.id}/credit", data=graded).status_code == 303
    ((kind, order),) = orders(village)
    assert kind == "credit.put"
    credit = order["credits"][0]  # type: ignore[index]
    assert (credit["listed"], credit["until"], credit["source"]) == ("black", "2026-11-22", GRADE["notice"])
    page = text(browser.get(f"/people/{LI.id}"))
    assert GRADE["notice"] in page
    assert "两次不合格" in page
    for show in ("black", "risk"):
        assert LI.id in text(browser.get("/people", params={"show": show}))
        assert WANG.id not in text(browser.get("/people", params={"show": show}))
    village.desk.at = village.desk.at.replace(day=23)
    browser.cookies.update(village.desk.cookies())
    assert LI.id not in text(browser.get("/people", params={"show": "black"}))
    browser.post(f"/people/{LI.id}/credit", data={"grade": "A", "since": "2026-11-23", "reason": "改好了"})
    page = text(browser.get(f"/people/{LI.id}"))
    assert "两次不合格" in page  # the history stays
    assert "改好了" in page


# --- the file --------------------------------------------------------------------------------------------------------


def test_a_file_has_everything_of_him(village: Village, browser: httpx.Client) -> None:
    page = text(browser.get(f"/people/{LI.id}"))
    for told in (
        "吡虫啉",
        "81.0%",
        "160千克",
        "LB-1234",
        LI.code,
        "责任告知",
        SAY("county.people.linked.not_enrolled"),
    ):
        assert told in page, told
    notes = [
        {"what": "enrolment", "on": "2026-01-05", "name": "国家追溯平台", "state": "enrolled"},
        {"what": "training", "on": "2026-06-01", "text": "用药培训", "hours": "8"},
        {"what": "subsidy", "on": "2026-07-01", "name": "绿色食品奖补", "amount": "5000"},
    ]
    for note in notes:
        assert browser.post(f"/people/{LI.id}/note", data=note).status_code == 303
    page = text(browser.get(f"/people/{LI.id}"))
    for told in ("用药培训", "8 学时", "5000 元", "2026-01-05", SAY("county.people.unconfirmed")):
        assert told in page, told
    assert SAY("county.people.linked.not_yet", day="2027-05-22", days=181) in page  # records began on 2026-11-22
    browser.post(f"/people/{LI.id}/note", data={"what": "excluded", "on": "2026-11-01", "text": "录入不实"})
    assert SAY("county.people.linked.excluded", until="2028-11-01", days=711) in text(browser.get(f"/people/{LI.id}"))
    bad = browser.post(f"/people/{LI.id}/note", data={"what": "enrolment", "on": "2026-01-05", "name": "x"})
    assert bad.status_code == 422
    assert SAY("problem.people.note_state") in text(bad)


def test_a_long_section_is_turned_page_by_page(village: Village, browser: httpx.Client) -> None:
    box = village.desk.box
    village.desk.take(*(box.write(box.certificate(nth, subject=LI)) for nth in range(2, 64)))
    assert f"/people/{LI.id}/entries?of=papers" in browser.get(f"/people/{LI.id}").text
    first = text(browser.get(f"/people/{LI.id}/entries?of=papers"))
    more = first.split("before=")[1].split('"')[0]
    second = text(browser.get(f"/people/{LI.id}/entries?of=papers&before={more}"))
    assert (first.count("<time>"), second.count("<time>")) == (50, 13)
    assert browser.get(f"/people/{LI.id}/entries?of=nothing").status_code == 404


def test_the_evidence_pack_is_what_anybody_can_check(village: Village, browser: httpx.Client) -> None:
    browser.post(f"/people/{LI.id}/note", data={"what": "training", "on": "2026-06-01", "text": "用药培训"})
    answer = browser.get(f"/people/{LI.id}/pack.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        names = pack.namelist()
        proofs = [pack.read(name) for name in names if name.startswith("proofs/")]
        summary = pack.read("summary.html").decode()
        table = pack.read("entries.csv").decode("utf-8-sig")
        assert pack.testzip() is None
    assert len(proofs) == 5
    today = village.desk.at.date()
    judged = [judge_proof(one, [Judging(village.desk.county.trust)], today) for one in proofs]
    assert [one.verdict for one in judged] == [Verdict.GENUINE] * 5
    assert table.count(village.desk.box.log) == 5
    assert LI.name in summary
    assert "用药培训" in summary
    assert "<link" not in summary  # it needs nothing beside it
    assert "href=" not in summary
    broken = judge_proof(proofs[0].replace(b"index ", b"index 1"), [Judging(village.desk.county.trust)], today)
    assert broken.verdict is not Verdict.GENUINE


def test_which_station_holds_what_is_shown(village: Village, browser: httpx.Client) -> None:
    browser.post(f"/people/{WANG.id}/withdraw", data={"reason": "x"})
    page = text(browser.get("/people/sync"))
    assert SAY("county.people.waiting", count=1) in page
    assert SAY("county.people.newest", last=0) in page
    ((log, seq),) = village.rows("select log, seq from entry where kind = 'order.asked'")
    book = Book(village.desk.accounts.desks.folder)
    book.add(str(log), int(str(seq)), stream="all", seq=1)
    book.close()
    assert SAY("county.people.waiting", count=1) not in text(browser.get("/people/sync"))
