"""Cards of producers: made, sealed by the program with the card key, printed, lost."""

import io
import json
from dataclasses import replace
from html import unescape

import httpx
from pypdf import PdfReader

from kiosk.rules.scan.numbers import parse_card
from kiosk.words import load_words
from tests.ui.county.people.conftest import LI, NEW, WANG, Village, put
from ui.county.signed import Book

SAY = load_words("zh").say


def text(answer: httpx.Response) -> str:
    return unescape(answer.text)


def orders(village: Village) -> list[tuple[str, object]]:
    return [(kind, json.loads(told)) for kind, told in village.asked()]


def sealed(village: Village, number: str) -> None:
    """What the program with the card key would write."""
    book = Book(village.desk.accounts.desks.folder)
    book.add("ab" * 16, 99, card=number, text="HTTPS://LZ.EXAMPLE.CN/K/ABCDEFGH")
    book.close()


def made(village: Village) -> list[str]:
    return [str(card) for (card,) in village.rows("select card from subject_card where event = 'made' order by seq")]


def test_a_card_is_made_waits_for_its_seal_and_is_printed(village: Village, browser: httpx.Client) -> None:
    assert (
        browser.post("/people/cards", data={f"subject.{LI.id}": "on"}).headers["location"] == f"/people/{LI.id}#cards"
    )
    (number,) = made(village)
    assert parse_card(number) == number
    assert orders(village) == [("subjects.upsert", {"cards": [{"number": number, "subject": LI.id}], "subjects": []})]
    waiting = text(browser.get(f"/people/{LI.id}"))
    assert SAY("county.people.card_unsigned") in waiting
    assert "data-waits" in waiting
    assert browser.get(f"/people/cards/{number}.pdf").status_code == 409
    sealed(village, number)
    ready = text(browser.get(f"/people/{LI.id}"))
    assert SAY("county.people.card_unsigned") not in ready
    assert "data-waits" not in ready
    document = browser.get(f"/people/cards/{number}.pdf")
    assert document.headers["content-type"] == "application/pdf"
    assert len(PdfReader(io.BytesIO(document.content)).pages) == 1
    assert text(browser.get("/people", params={"q": number})).count(f'href="/people/{LI.id}"') == 1


def test_a_card_that_is_not_sealed_says_so(village: Village, browser: httpx.Client) -> None:
    browser.post("/people/cards", data={f"subject.{LI.id}": "on"})
    ((log, seq),) = village.rows("select log, seq from subject_card where event = 'made'")
    book = Book(village.desk.accounts.desks.folder)
    book.add(str(log), int(str(seq)), refused="office.unsigned_right")
    book.close()
    for path in (f"/people/{LI.id}", "/people/cards"):
        page = text(browser.get(path))
        assert SAY("county.people.card_refused") in page
        assert SAY("problem.office.unsigned_right") in page
        assert "data-waits" not in page  # there is nothing to wait for


def test_cards_of_several_are_sheets(village: Village, browser: httpx.Client) -> None:
    """A name that nobody could read on the screen is drawn with its marks too."""
    village.says(put(replace(WANG, name="王\u202e五<b>")))
    browser.post(
        "/people/cards", data={f"subject.{LI.id}": "on", f"subject.{WANG.id}": "on", f"subject.{NEW.id}": "on"}
    )
    numbers = made(village)
    assert len(numbers) == 2  # who is not confirmed gets none
    sealed(village, numbers[0])
    one = browser.get("/people/cards.pdf", params={f"card.{number}": "1" for number in numbers})
    assert one.content.startswith(b"%PDF")  # of those that are sealed
    sealed(village, numbers[1])
    both = browser.get("/people/cards.pdf", params={f"card.{number}": "1" for number in numbers})
    assert both.content.startswith(b"%PDF")
    assert both.content != one.content
    assert browser.get("/people/cards.pdf").status_code == 409


def test_a_lost_card_opens_nothing_and_another_takes_its_place(village: Village, browser: httpx.Client) -> None:
    browser.post("/people/cards", data={f"subject.{LI.id}": "on"})
    (old,) = made(village)
    lost = {f"subject.{LI.id}": "on", "replaces": old, "reason": "lost"}
    assert browser.post("/people/cards", data={**lost, f"subject.{WANG.id}": "on"}).status_code == 409
    assert browser.post("/people/cards", data={**lost, "replaces": "00000000"}).status_code == 409
    assert browser.post("/people/cards", data=lost).status_code == 303
    assert orders(village)[-1] == ("card.revoked", {"card": old, "reason": "lost"})
    new = made(village)[1]
    sealed(village, old)
    assert browser.get(f"/people/cards/{old}.pdf").status_code == 409
    assert browser.post(f"/people/cards/{old}/end", data={"reason": "lost"}).status_code == 409
    assert browser.post(f"/people/cards/{new}/end", data={"reason": "lost"}).status_code == 303
    assert orders(village)[-1] == ("card.revoked", {"card": new, "reason": "lost"})
    assert browser.post("/people/cards/99999999/end", data={"reason": "lost"}).status_code == 404
