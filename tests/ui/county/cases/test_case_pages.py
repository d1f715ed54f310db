"""Pages of cases as their people use them: who may do what, what stands there afterwards, what no page gives away."""

import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import httpx
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from kiosk.rules.messages import AlarmSeen, LotReleased, OrderAsked
from kiosk.words import load_words
from tests.support.bodies import a_test
from tests.support.browser import chromium_running
from tests.support.cases import correction, delivered, positive, taken
from tests.support.looks import axe
from tests.ui.county.conftest import DEADLINE, Desk, served
from ui.county.accounts.roles import RIGHTS, Right, Role
from ui.county.acted import Acted
from ui.county.cases.noting import RIGHTS as STEPS
from ui.county.migration import open_reader
from ui.county.web.doors import COOKIE

ZH = load_words("zh")
OWN = {"sec-fetch-site": "same-origin", "accept": "text/html"}
FILLED = {"who": "县检测中心", "number": "R-2026-7", "text": "已经按规定处理完毕了，照片在案", "outcome": "positive"}


@pytest.fixture
def story(desk: Desk) -> Desk:
    """A positive of lot-1, repeated twice, its result delivered at 10:00."""
    box = desk.box
    desk.take(box.opened("530427100"), box.write(taken()), box.write(positive()))
    desk.take(box.write(positive("77", 3)), box.write(positive("79", 3)), box.write(delivered(3)))
    return desk


@pytest.fixture
def guest(story: Desk) -> Iterator[httpx.Client]:
    with served(story) as address, httpx.Client(base_url=address, timeout=DEADLINE, headers=OWN) as client:
        yield client


def case_of(desk: Desk, seq: int = 3) -> str:
    return f"/case/{desk.box.log}/{seq}"


def signed_in(
    desk: Desk, client: httpx.Client, *roles: str, account: str = "officer", **scope: tuple[str, ...]
) -> None:
    desk.accounts.put(account, *(roles or [role.value for role in Role]), **scope)
    client.cookies.set(COOKIE, desk.accounts.token(account))


def note(client: httpx.Client, desk: Desk, what: str, **fields: str) -> httpx.Response:
    return client.post(f"{case_of(desk)}/{what}", data=fields or FILLED)


def orders(desk: Desk) -> list[tuple[str, str, str]]:
    """Every order that was asked for: to whom, which, in which words."""
    with closing(open_reader(desk.file)) as sql:
        acts = [deed.act for deed in reversed(Acted(sql).page().deeds)]
    return [(act.stream, act.order, act.text) for act in acts if isinstance(act, OrderAsked)]


def test_every_role_does_its_own_steps_and_no_other(story: Desk, guest: httpx.Client) -> None:
    pages = {
        "/cases": Right.CASE, case_of(story): Right.CASE, f"{case_of(story)}/evidence": Right.CASE,
        "/alarms": Right.CASE, "/duty": Right.ORDER, "/review": Right.REVIEW,
        f"/review/{story.box.log}/3": Right.REVIEW,
    }  # fmt: skip
    for role in Role:
        signed_in(story, guest, role, account=f"one.{role}")
        mine = RIGHTS[role]
        for path, right in pages.items():
            assert guest.get(path).status_code == (200 if right in mine else 403), (role, path)
        page = guest.get(case_of(story)).text
        assert [what for what in STEPS if f'action="{case_of(story)}/{what}"' in page and STEPS[what] not in mine] == []
        for what in ("taken", "result", "answered"):
            assert note(guest, story, what).status_code == (303 if STEPS[what] in mine else 403), (role, what)


def test_a_case_from_the_first_look_to_its_end(story: Desk, guest: httpx.Client) -> None:
    signed_in(story, guest)
    assert ZH.say("county.case.next.see") in guest.get("/cases").text
    assert note(guest, story, "seen").status_code == 303
    ((stream, order, text),) = orders(story)
    assert (stream, order) == ("gasa", AlarmSeen.kind)
    assert '"seq":3}' in text
    assert "Officer" in text
    page = guest.get(case_of(story)).text
    assert ZH.say("county.case.next.object") in page
    assert "14:00:00" in page, "the end of the four hours"
    note(guest, story, "sent", who="县检测中心")
    assert len(orders(story)) == 1, "the station is told once"
    assert ZH.say("county.feed.unconfirmed") not in guest.get(case_of(story)).text.partition('class="side"')[0]
    note(guest, story, "result", **FILLED | {"value": "0.31", "unit": "mg/kg"})
    (_, order, text) = orders(story)[-1]
    assert order == LotReleased.kind
    assert '"lot":"lot-1"' in text
    assert '"outcome":"positive"' in text
    refused = note(guest, story, "closed", text="结案")
    assert refused.status_code == 422
    assert ZH.say("county.case.wrong.not_disposed") in refused.text
    note(guest, story, "disposed", text="填埋 60 千克")
    note(guest, story, "police", number="新农移〔2026〕7号")
    assert ZH.say("county.case.state.handed_over") in guest.get(case_of(story)).text
    note(guest, story, "answered", text="立案侦查")
    assert note(guest, story, "closed", text="已移送").status_code == 303
    page = guest.get(case_of(story)).text
    assert ZH.say("county.case.state.closed") in page
    assert "新农移〔2026〕7号" in page
    assert "0.31 mg/kg" in page
    assert note(guest, story, "sent", who="x").status_code == 422, "what is closed stays as it is"
    assert note(guest, story, "reopened", text="新的证据").status_code == 303
    assert ZH.say("county.case.state.closed") not in guest.get("/cases").text.partition("<ol")[2]


def test_a_remark_does_not_say_that_it_was_seen(story: Desk, guest: httpx.Client) -> None:
    signed_in(story, guest)
    assert note(guest, story, "note", text="打过电话，没有人接").status_code == 303
    assert orders(story) == []
    assert ZH.say("county.case.next.see") in guest.get(case_of(story)).text
    note(guest, story, "sent", who="县检测中心")
    assert [order for _, order, _ in orders(story)] == [AlarmSeen.kind]
    assert case_of(story) in guest.get("/cases?view=at_lab").text
    assert case_of(story) not in guest.get("/cases?view=urgent").text


def test_closing_against_what_stands_in_the_way_takes_a_second_thought(story: Desk, guest: httpx.Client) -> None:
    signed_in(story, guest)
    note(guest, story, "sent", who="县检测中心")
    assert note(guest, story, "closed", text="样品在路上全部损坏，不能再检").status_code == 422
    assert note(guest, story, "closed", text="坏了", anyway="on").status_code == 422
    kept = note(guest, story, "closed", text="坏了", anyway="on").text
    assert ">坏了</textarea>" in kept, "what was typed stays"
    assert note(guest, story, "closed", text="样品在路上全部损坏，不能再检", anyway="on").status_code == 303


WRONG: tuple[tuple[str, dict[str, str], str], ...] = (
    ("result", {"who": "x", "number": "1"}, "need_outcome"),
    ("result", {"who": "x", "number": "1", "outcome": "suspect"}, "need_outcome"),
    ("result", {"who": "x", "number": "1", "outcome": "positive", "value": "NaN"}, "number_form"),
    ("result", {"who": "x", "number": "1", "outcome": "positive", "value": "1e99"}, "number_form"),
    ("result", {"number": "1", "outcome": "positive"}, "need_who"),
    ("sent", {"who": "  "}, "need_who"),
    ("sent", {"who": "x", "until": "31.12.2026"}, "day_form"),
    ("closed", {"text": " "}, "need_text"),
    ("enforcement", {"text": "x"}, "need_number"),
    ("reopened", {"text": "新的证据"}, "not_closed"),
)


def test_what_is_missing_is_said_in_its_form(story: Desk, guest: httpx.Client) -> None:
    signed_in(story, guest)
    for what, fields, wrong in WRONG:
        answer = note(guest, story, what, **fields)
        assert (answer.status_code, what, wrong) == (422, what, wrong)
        assert ZH.say(f"county.case.wrong.{wrong}") in answer.text, wrong
    assert orders(story) == []


def test_a_case_of_another_place_is_not_there(story: Desk, guest: httpx.Client) -> None:
    signed_in(story, guest, "township", account="elsewhere", regions=("530427101",))
    assert "/case/" not in guest.get("/cases?view=all").text
    for path in (case_of(story), f"{case_of(story)}/evidence"):
        assert guest.get(path).status_code == 404
    assert note(guest, story, "seen").status_code == 404
    assert guest.post(f"/alarms/{story.box.log}/3/seen").status_code == 303
    assert "/seen" not in guest.get("/alarms").text
    assert orders(story) == []
    signed_in(story, guest, "township", account="there", regions=("530427100",))
    assert guest.get(case_of(story)).status_code == 200


def photograph(form: str = "JPEG") -> bytes:
    """With a place, an owner and a comment in it, as phones write them."""
    out, exif, info = io.BytesIO(), Image.Exif(), PngInfo()
    exif[0x013B] = "13800001234"
    exif.get_ifd(0x8825)[1] = "N"
    info.add_text("Comment", "13800001234")
    Image.new("RGB", (64, 48), "green").save(out, form, **({"exif": exif} if form == "JPEG" else {"pnginfo": info}))
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_pictures_are_kept_bare_and_shown_with_their_case_only(story: Desk, guest: httpx.Client, form: str) -> None:
    signed_in(story, guest)
    sent = photograph(form)
    assert b"13800001234" in sent
    files = {"pictures": ("IMG_李秀英.jpg", sent, "image/jpeg")}
    assert guest.post(f"{case_of(story)}/disposed", data=FILLED, files=files).status_code == 303
    page = guest.get(case_of(story)).text
    address = next(word.partition('"')[0] for word in page.split('src="') if "/picture/" in word.partition('"')[0])
    shown = guest.get(address)
    assert shown.headers["content-type"] in ("image/jpeg", "image/png")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert b"13800001234" not in shown.content
    assert not Image.open(io.BytesIO(shown.content)).getexif()
    assert guest.get(address.replace(address[-64:], "ef" * 32)).status_code == 404, "a capture is no picture"
    other = story.box.write(positive(lot="lot-9"))
    story.take(other)
    assert guest.get(address.replace(case_of(story), case_of(story, other.header.seq))).status_code == 404
    guest.cookies.clear()
    assert guest.get(address).status_code == 303


def test_what_is_no_picture_is_not_kept(story: Desk, guest: httpx.Client) -> None:
    signed_in(story, guest)
    for sent in (b"<svg onload=alert(1)>", b"\xff\xd8\xff" + bytes(99), b"GIF89a" + bytes(99), b""):
        files = {"pictures": ("x.jpg", sent, "image/jpeg")}
        answer = guest.post(f"{case_of(story)}/disposed", data=FILLED, files=files)
        assert answer.status_code == (422 if sent else 303), "an empty field sends an empty file"
    assert not list((story.accounts.desks.folder / "blobs").glob("*/*"))


def test_a_form_that_is_too_large_or_of_somebody_else_does_nothing(story: Desk, guest: httpx.Client) -> None:
    signed_in(story, guest)
    path = f"{case_of(story)}/note"
    assert guest.post(path, data=FILLED, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    many = [("pictures", (f"{nth}.jpg", photograph(), "image/jpeg")) for nth in range(8)]
    assert guest.post(path, data=FILLED, files=many).status_code == 413
    assert guest.post(path, content=iter([b"text=x"])).status_code == 413, "nobody knows how long it is"
    assert orders(story) == []


def test_a_second_person_reviews_and_the_next_one_comes(story: Desk, guest: httpx.Client) -> None:
    box = story.box
    story.take(box.write(correction(3)), box.write(a_test("3.2", nth=9)))
    signed_in(story, guest, "reviewer", account="reviewer")
    assert guest.get("/review").text.count('class="case-line') == 3, "the positives, and no negative"
    page = guest.get(f"/review/{box.log}/3").text
    assert "<del>cowpea</del>" in page
    assert "<ins>cabbage</ins>" in page
    assert guest.post(f"/review/{box.log}/3", data={"found": "doubted", "note": ""}).status_code == 422
    assert guest.post(f"/review/{box.log}/3", data={"found": "?"}).status_code == 422
    answer = guest.post(f"/review/{box.log}/3", data={"found": "doubted", "note": "读数太高"})
    assert answer.headers["location"] == f"/review/{box.log}/4"
    assert "读数太高" in guest.get(f"/review/{box.log}/3").text
    assert guest.get("/review?view=done").text.count('class="case-line') == 1
    assert guest.get(f"/review/{box.log}/8").status_code == 404, "a negative that nobody asked about"


def test_nobody_reviews_his_own_work(story: Desk, guest: httpx.Client) -> None:
    own = story.box.write(replace(positive(lot="lot-5"), tester="Wang"))
    story.take(own)
    signed_in(story, guest, "reviewer", account="wang")
    path = f"/review/{story.box.log}/{own.header.seq}"
    assert ZH.say("county.review.own") in guest.get(path).text
    assert guest.post(path, data={"found": "agreed"}).status_code == 403
    signed_in(story, guest, "reviewer", account="li")
    assert guest.post(path, data={"found": "agreed"}).status_code == 303


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1280)])
def test_pages_can_be_used_by_everybody(story: Desk, language: str, width: int) -> None:
    """axe-core on a phone and at a desk; nothing scrolls sideways."""
    story.take(story.box.write(correction(3)), story.box.write(positive(lot="lot-8")))
    cookies = story.cookies()
    paths = ("/cases", case_of(story), f"{case_of(story)}/evidence", "/alarms", "/duty", "/review")
    with served(story) as address, chromium_running() as chromium:
        page = chromium.new_page(viewport={"width": width, "height": 800})
        page.context.add_cookies([{"name": COOKIE, "value": cookies[COOKIE], "url": address}])
        for path in (*paths, f"/review/{story.box.log}/3"):
            page.goto(f"{address}{path}?lang={language}")
            assert axe(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_first_thing_to_do_is_one_press_away(story: Desk) -> None:
    cookies = story.cookies()
    with served(story) as address, chromium_running() as chromium:
        page = chromium.new_page(viewport={"width": 390, "height": 800})
        page.context.add_cookies([{"name": COOKIE, "value": cookies[COOKIE], "url": address}])
        page.goto(f"{address}/cases")
        page.click(".case-name")
        page.click(f"main button:has-text('{ZH.say('county.case.see')}')")
        page.wait_for_selector("[data-until]")
        assert page.locator(".next .do").inner_text() == ZH.say("county.case.next.object")
        page.goto(f"{address}{case_of(story)}/evidence")
        page.evaluate("window.print = () => { window.printed = true }")
        page.click("[data-print]")
        assert page.evaluate("window.printed")
