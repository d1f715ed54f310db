"""The farmer's pages on both panels, in both languages, with the smallest and the biggest letters: nothing is cut off,
covered, faint or too small for a finger."""

import os
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import NoticePut, PrintOutcome, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Choice
from kiosk.rules.visits.turn import LastTime, Stage
from kiosk.screen import DeviceState, House, Looked, Way
from tests.support import looks
from tests.support.looks import Look
from tests.ui.station.conftest import TOKEN, Served
from tests.ui.station.scripted import NUMBER, Scripted
from tests.ui.station.test_pages import JOURNEYS, Journey, ended, tap, to_drugs, to_quantity

SHOTS = Path(os.environ.get("LIANGZHENG_SHOTS", "/nonexistent"))
LAST = LastTime("tomato", Quantity(Decimal(320), Unit.JIN), "浙江省杭州市西湖区双浦镇")
NEWS = NoticePut("n-1", "publicity", "九月送检下乡", "检测车到村里，免费检测，请带上样品。", "2026-01-01", "2026-12-01")
PROFENOFOS = (("drugs_used", ""), ("drug", "profenofos"), ("drug_answer", "14"), ("drug_answer", "7"))
MANY = (*PROFENOFOS, ("drug_answer", "0"), ("drug", "others"), ("drug", "imidacloprid"), ("drug_answer", "2"))


def again(attendant: Scripted, farmer: Subject) -> None:
    attendant.show_card(farmer, last=LAST)


def taps(*actions: tuple[str, str], first: Journey = to_drugs) -> Journey:
    def journey(attendant: Scripted, farmer: Subject) -> None:
        first(attendant, farmer)
        for action, value in actions:
            tap(attendant, action, value)

    return journey


def shown(first: Journey, **changed: object) -> Journey:
    def journey(attendant: Scripted, farmer: Subject) -> None:
        first(attendant, farmer)
        attendant.show(**changed)

    return journey


def unusual(attendant: Scripted, farmer: Subject) -> None:
    to_quantity(attendant, farmer)
    asked = Sentence("visit.unusual", {"amount": "320", "usual": "40", "unit": "kg"})
    attendant.move(lambda visit: replace(visit, quantity=Quantity(Decimal(320), Unit.KG), notice=asked))


def other_unit(attendant: Scripted, farmer: Subject) -> None:
    to_quantity(attendant, farmer)
    facts = {"amount": "40", "unit": "kg", "declared": "6", "other_unit": "box"}
    asked = Sentence("visit.other_unit", facts)
    attendant.move(lambda visit: replace(visit, quantity=Quantity(Decimal(40), Unit.KG), notice=asked))


NAMES = taps(("drugs_used", ""))
TROUBLE = (DeviceState("printer", Sentence("problem.printer.paper_out")),)
PAGES: dict[str, Journey] = {
    "idle": lambda attendant, farmer: None,
    "idle-trouble": shown(lambda attendant, farmer: None, devices=TROUBLE),
    "idle-news": shown(lambda attendant, farmer: None, house=House(notices=(NEWS,))),
    "product": JOURNEYS[Stage.PRODUCT],
    "product-again": again,
    "product-unsigned": shown(JOURNEYS[Stage.PRODUCT], agreements=("notice", "pledge")),
    "product-again-unsigned": shown(again, agreements=("pledge",)),
    "product-letters": shown(again, looked=Looked(Way.LETTERS, "dj", (Choice("cowpea", ""), Choice("ginger", "")))),
    "quantity": to_quantity,
    "quantity-unusual": unusual,
    "quantity-other-unit": other_unit,
    "quantity-wrong": taps(("quantity", "0 jin"), first=to_quantity),
    "drugs": to_drugs,
    "drugs-again": taps(("repeat_last", ""), first=again),
    "drugs-names": NAMES,
    "drugs-letters": shown(NAMES, looked=Looked(Way.LETTERS, "bbl", (Choice("profenofos", "丙溴磷"),))),
    "drugs-bottle": shown(NAMES, looked=Looked(Way.BOTTLE)),
    "drugs-question": taps(*PROFENOFOS[:2]),
    "drugs-told": taps(*PROFENOFOS, ("drug_answer", "0")),
    "drugs-stops": taps(*MANY, ("drug_answer", "7")),
    "promise": JOURNEYS[Stage.PROMISE],
    "promise-again": taps(("repeat_last", ""), ("drugs_none", ""), first=again),
    "printing": JOURNEYS[Stage.PRINTING],
    "continuing": JOURNEYS[Stage.CONTINUING],
    "unprinted": JOURNEYS[Stage.UNPRINTED],
    "unsure": JOURNEYS[Stage.UNSURE],
    "voiding": JOURNEYS[Stage.VOIDING],
    "stopped": JOURNEYS[Stage.STOPPED],
    "stopped-rated": taps(("rate", "fair"), first=JOURNEYS[Stage.STOPPED]),
    "abandoned": JOURNEYS[Stage.ABANDONED],
    "rated": taps(("rate", "good"), first=ended(PrintOutcome.PRINTED)),
    "done": shown(ended(PrintOutcome.PRINTED), trace=f"HTTPS://530427.EXAMPLE.ORG/N/{NUMBER}"),
}


@pytest.fixture
def panel(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_in_every_look(name: str, served: Served, farmer: Subject, panel: Page) -> None:
    PAGES[name](served.attendant, farmer)
    panel.goto(f"{served.address}/enter?token={TOKEN}")

    def picture(look: Look) -> None:
        if SHOTS.is_dir():
            panel.screenshot(path=SHOTS / f"{name}-{look}.png")

    assert looks.wrong(panel, served.address, picture) == []
