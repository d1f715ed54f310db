"""What the pages of producers ask for becomes orders that stations read, and cards that they open."""

import io
from html import unescape

import httpx
from pypdf import PdfReader

from kiosk.rules.messages import (
    Card,
    CardRevoked,
    CreditPut,
    SubjectsMerged,
    SubjectsUpsert,
    SubjectsWithdrawn,
)
from kiosk.seal import open_card
from kiosk.words import load_words
from tests.support.checked import token_of
from tests.support.signing import SigningOffice
from tests.ui.county.people.conftest import LI, NEW, WANG, Village

SAY = load_words("zh").say


def test_all_that_is_done_to_producers_reaches_the_stations(village: Village, browser: httpx.Client) -> None:
    office = SigningOffice(village.desk, village.desk.accounts.desks.folder)
    form = {"name": "张三", "sort": "farmer", "contact": "13700001111", "origin": "戛洒镇"}
    new = browser.post("/people/new", data=form).headers["location"].removeprefix("/people/")
    browser.post("/people/cards", data={f"subject.{new}": "on"})
    browser.post(f"/people/{NEW.id}/merge", data={"into": LI.id})
    browser.post(f"/people/{WANG.id}/withdraw", data={"reason": "不种了"})
    browser.post(f"/people/{LI.id}/credit", data={"grade": "B", "since": "2026-11-01", "reason": "年度评价"})
    ((number,),) = village.rows("select card from subject_card where event = 'made'")
    browser.post(f"/people/cards/{number}/end", data={"reason": "lost"})
    assert SAY("county.people.waiting", count=6) in unescape(browser.get("/people/sync").text)

    assert office.signs() == 7  # six orders and the card
    upsert, card, merged, withdrawn, credit, revoked = office.given()
    assert isinstance(upsert, SubjectsUpsert)
    assert (upsert.subjects[0].id, upsert.subjects[0].name) == (new, "张三")
    assert card == SubjectsUpsert((), (Card(number, new),))
    assert merged == SubjectsMerged(LI.id, (NEW.id,))
    assert withdrawn == SubjectsWithdrawn((WANG.id,), "不种了")
    assert isinstance(credit, CreditPut)
    assert credit.credits[0].grade == "B"
    assert revoked == CardRevoked(number, "lost")
    page = unescape(browser.get("/people/sync").text)
    assert SAY("county.people.newest", last=6) in page
    assert SAY("county.people.lacks", at=0, count=6) in page  # the box has heard of none


def test_a_card_of_the_page_is_a_card_of_the_county(village: Village, browser: httpx.Client) -> None:
    office = SigningOffice(village.desk, village.desk.accounts.desks.folder)
    browser.post(f"/people/{NEW.id}/confirm")
    browser.post("/people/cards", data={f"subject.{NEW.id}": "on"})
    office.signs()
    ((number,),) = village.rows("select card from subject_card where event = 'made'")
    code = open_card(token_of(office.signed.card(number)), village.desk.county.trust)
    assert (code.card, code.subject_id, code.name) == (number, NEW.id, NEW.name)
    pages = PdfReader(io.BytesIO(browser.get(f"/people/cards/{number}.pdf").content)).pages
    assert len(pages) == 1
    assert len(pages[0].images) == 1  # every dot of it is drawn here
