"""A turn by plain forms, as a page without script sends them: every tap counts once, a stale one not at all."""

import re
from html import unescape

import httpx

from kiosk.rules.messages import Basis, Outcome, PrintOutcome, Subject
from kiosk.rules.visits.turn import Stage
from tests.ui.station.conftest import Served
from tests.ui.station.scripted import note


def forms(html: str) -> dict[str, dict[str, str]]:
    """The fields of every tap on a page, by action and value."""
    found = {}
    for form in re.findall(r'<form[^>]*action="/act".*?</form>', html, re.DOTALL):
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        plain = {name: unescape(value) for name, value in fields.items()}
        found[f"{plain['action']} {plain.get('value', '')}".strip()] = plain
    return found


def press(browser: httpx.Client, action: str, **keyed: str) -> str:
    """Press what the page now offers."""
    answer = browser.post("/act", data=forms(browser.get("/").text)[action] | keyed)
    assert answer.status_code == 200
    return answer.text


def test_a_whole_turn_without_script(served: Served, farmer: Subject) -> None:
    attendant = served.attendant
    attendant.show_card(farmer, first_use=True)
    with served.browser() as browser:
        press(browser, "tail", value="4321")
        press(browser, "product cowpea")
        press(browser, "quantity", amount="320", unit="jin")
        press(browser, "back")
        press(browser, "quantity", amount="160", unit="kg")
        press(browser, "drugs_used")
        press(browser, "drug others")
        press(browser, "drug_answer 1")
        press(browser, "drug_off 0")
        press(browser, "back")
        press(browser, "quantity", amount="160", unit="kg")
        press(browser, "drugs_none")
        press(browser, "test")
        attendant.finish_run(note(7, Outcome.NEGATIVE, "12.3"))
        press(browser, "result_read")
        press(browser, "promise", value="control+self_test")
        attendant.end_print(PrintOutcome.FAILED)
        press(browser, "print_again")
        attendant.end_print(PrintOutcome.UNKNOWN)
        press(browser, "paper_spoiled")
        attendant.end_print(PrintOutcome.PRINTED)
        visit = attendant.screen().visit
        press(browser, "next")
    assert (visit.stage, visit.copy, visit.typed) == (Stage.DONE, 2, "160 kg")
    assert visit.basis == (Basis.CONTROL, Basis.SELF_TEST)
    assert attendant.screen().visit.stage is Stage.IDLE


def test_a_positive_ends_without_a_certificate(served: Served, farmer: Subject) -> None:
    attendant = served.attendant
    attendant.show_card(farmer)
    with served.browser() as browser:
        press(browser, "product cowpea")
        press(browser, "quantity", amount="20", unit="box")
        press(browser, "tail", value="4321")
        press(browser, "drugs_none")
        press(browser, "test")
        attendant.finish_run(note(7, Outcome.POSITIVE, "68.4"))
        press(browser, "retest")
        attendant.finish_run(note(8, Outcome.POSITIVE, "66.0", 7), note(9, Outcome.POSITIVE, "70.1", 7))
        html = browser.get("/").text
    assert attendant.screen().visit.stage is Stage.STOPPED
    assert sorted(forms(html)) == ["next", "rate bad", "rate fair", "rate good"]


def test_a_stale_tap_changes_nothing(served: Served, farmer: Subject) -> None:
    served.attendant.show_card(farmer)
    with served.browser() as browser:
        stale = forms(browser.get("/").text)["product tomato"]
        browser.post("/act", data=stale)
        browser.post("/act", data=stale)
        assert served.attendant.screen().visit.stage is Stage.QUANTITY
        served.attendant.begin_anew()
        served.attendant.show_card(farmer)
        html = browser.post("/act", data=stale, headers={"hx-request": "true"}).text
    assert served.attendant.screen().visit.stage is Stage.PRODUCT
    assert 'data-stage="product"' in html


def test_nonsense_is_borne(served: Served, farmer: Subject) -> None:
    served.attendant.show_card(farmer)
    before = served.attendant.screen().visit
    with served.browser() as browser:
        for data in ({}, {"action": "x" * 5000}, {"action": "product", "value": "\x00"}, {"leaf": "9"}):
            assert browser.post("/act", data=data).status_code == 200
        assert browser.get("/", params={"leaf": "-1"}).status_code == 200
        assert browser.get("/screen", params={"leaf": "999", "page": "../etc"}).status_code == 200
    assert served.attendant.screen().visit == before


def test_the_language_ends_with_the_turn(served: Served, farmer: Subject) -> None:
    served.attendant.show_card(farmer)
    with served.browser() as browser:
        assert 'lang="en"' in browser.post("/language", data={"to": "en"}).text[:200]
        assert 'lang="en"' in browser.post("/language", data={"to": "../zh"}).text[:200]
        assert 'lang="en"' in press(browser, "abandon")[:200]
        assert 'lang="zh-CN"' in press(browser, "next")[:200]


def test_the_mirror_picture(served: Served) -> None:
    with served.browser() as browser:
        assert browser.get("/preview.jpg").status_code == 404
        served.attendant.picture = b"\xff\xd8jpeg"
        answer = browser.get("/preview.jpg")
    assert (answer.content, answer.headers["content-type"]) == (b"\xff\xd8jpeg", "image/jpeg")
    assert answer.headers["cache-control"] == "no-store"


def test_a_fault_is_a_sentence_with_a_code(served: Served) -> None:
    served.attendant.show(visit=None)
    with served.browser() as browser:
        answer = browser.get("/")
    assert answer.status_code == 500
    assert "AttributeError" in answer.text
    assert "Traceback" not in answer.text
