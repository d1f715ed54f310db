"""The pages of clerk and buyer, on both panels, in both languages, with the smallest and the biggest letters: nothing
is cut off, covered, faint or too small for a finger."""

import os
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from kiosk.own_shown import BasketShown, Batch, Begun, Ledger, OwnShown, PaperIn, PaperOut, Pieces, Sum
from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import Presence, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import IN, Kept, LastTime, Stage, Turn, Visit
from tests.support import looks
from tests.support.looks import LOOKS, Look
from tests.ui.station.conftest import TOKEN, Served
from tests.ui.station.scripted import NUMBER, Scripted
from ui.station import welcome

SHOTS = Path(os.environ.get("LIANGZHENG_SHOTS", "/nonexistent"))
FIRM = Subject(
    "s-9", "cooperative", "双浦镇联民蔬菜专业合作社", "13905714321", "浙江省杭州市西湖区双浦镇", controller="王"
)
BUYER = replace(FIRM, id="s-8", kind="buyer", name="新平县戛洒镇鲜蔬经营部")
KG = Quantity(Decimal(320), Unit.KG)
LINK = f"HTTPS://LZ.EXAMPLE.CN/N/{NUMBER}"
# The leaf stands there for good (htmx settles it a little later) with its letters and pictures: static/fit.js looks at
# the leaf and at the letters when they come.
FITTED = """
(leaf) => document.querySelector(`.stage[data-leaf="${leaf}"]`) && document.fonts.status === "loaded"
  && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")
  && [...document.images].every((one) => one.complete)
"""
LEDGER = Ledger("L260318-7K3M9QX2-V", "kg", Decimal(5000), Decimal(3200), Decimal(1800))


def paper_in(seq: int, product: str = "cowpea", **changed: Any) -> PaperIn:
    number = f"5304270000000000{seq}"
    known = PaperIn(seq, number, product, Decimal(120), "kg", "李秀英", True, "2026-03-01", "2026-03-18", Decimal(120))
    return replace(known, **changed)


def batch(papers: int, void: tuple[int, ...] = (), visit: str = "v-1") -> Batch:
    out = tuple(PaperOut(NUMBER if nth == papers else f"N{nth}", nth, nth in void) for nth in range(1, papers + 1))
    return Batch(visit, "2026-03-18", "cowpea", LEDGER.lot, KG, out)


def visit(stage: Stage, subject: Subject = FIRM, /, **changed: Any) -> Visit:
    turn = Turn.BUYER if subject is BUYER else Turn.CLERK
    known = Visit("v-1", turn, stage, subject, presence=Presence.SHOWN, origin=subject.origin)
    return replace(known, **changed)


GOODS: dict[str, Any] = {"product": "cowpea", "quantity": KG, "typed": "320 kg", "number": NUMBER, "lot": LEDGER.lot}
KEPT = tuple(Kept(seq, f"seq:{seq}", f"5304270000000000{seq}", "cowpea", seq % 2 == 0) for seq in range(1, 6))
PAPERS = tuple(
    paper_in(seq, verified=seq % 2 == 0, issuer="新平县戛洒镇腰街村李秀英" if seq == 3 else "李秀英")
    for seq in range(5, 0, -1)
)
SUMS = (Sum("cowpea", Decimal(480), "kg", 4), Sum("tomato", Decimal("20.5"), "kg", 1))
BASKET = BasketShown(PAPERS, SUMS, (paper_in(9, "tomato"),))
MANY = tuple(batch(1, visit=f"v-{nth}") for nth in range(2, 12))
OWN = OwnShown(batch=batch(200, (5, 7)), ledger=LEDGER, may_repeat=True, may_rest=True)
ARCHIVE = tuple(
    paper_in(seq, left=Decimal(0) if seq % 3 else Decimal(30), verified=seq != 4) for seq in range(11, 0, -1)
)
BEGUN = (Begun(NUMBER, True, "cowpea", 36, 200),)
PRINTING = Pieces(NUMBER, True, "cowpea", 37, 200, "printing")

Shown = dict[str, object]
PAGES: dict[str, tuple[Shown, int]] = {
    "basket-empty": ({"visit": visit(Stage.BASKET, BUYER), "basket": BasketShown()}, 0),
    "basket-carried": (
        {"visit": visit(Stage.BASKET, BUYER), "basket": BasketShown(carried=tuple(paper_in(n) for n in range(4)))},
        0,
    ),
    "basket": ({"visit": visit(Stage.BASKET, BUYER, basket=KEPT), "basket": BASKET}, 0),
    "basket-one": (
        {
            "visit": visit(Stage.BASKET, BUYER, basket=KEPT[:1], notice=Sentence("incoming.verified")),
            "basket": BasketShown(PAPERS[:1], (Sum("cowpea", Decimal(120), "kg", 1),)),
        },
        0,
    ),
    "basket-refused": (
        {
            "visit": visit(Stage.BASKET, BUYER, basket=KEPT, notice=Sentence("incoming.twice", {"number": NUMBER})),
            "basket": BASKET,
        },
        0,
    ),
    "present": ({"visit": visit(Stage.PRODUCT)}, welcome.LEAF),
    "present-buyer": ({"visit": visit(Stage.BASKET, BUYER), "basket": BasketShown()}, welcome.LEAF),
    "mine": ({"visit": visit(Stage.MINE), "own": OwnShown(batches=(batch(200, (5, 7)), *MANY), begun=BEGUN)}, 0),
    "mine-none": ({"visit": visit(Stage.MINE), "own": OwnShown()}, 0),
    "mine-batch": ({"visit": visit(Stage.MINE, shown="v-1", **GOODS), "own": OWN, "trace": LINK}, 0),
    "mine-numbers": ({"visit": visit(Stage.MINE, shown="v-1", **GOODS), "own": OWN, "trace": LINK}, 1),
    "mine-one": (
        {
            "visit": visit(Stage.MINE, shown="v-1", **GOODS, part="goods"),
            "own": replace(OWN, batch=batch(1)),
            "trace": LINK,
            "parts": ("goods", "stub"),
        },
        0,
    ),
    "mine-void": (
        {
            "visit": visit(Stage.MINE, shown="v-1", **GOODS),
            "own": replace(OWN, batch=batch(1, (1,)), hindered=Sentence("void.no_copy", {"number": NUMBER})),
        },
        0,
    ),
    "mine-archive": ({"visit": visit(Stage.MINE, BUYER, shown=IN), "own": OwnShown(archive=ARCHIVE)}, 0),
    "done": ({"visit": visit(Stage.DONE, papers=200, nth=200, **GOODS), "own": OWN, "trace": LINK}, 0),
    "voiding": ({"visit": visit(Stage.VOIDING, aside=Stage.DONE, **GOODS), "own": OWN, "may_go_back": True}, 0),
    "voiding-pick": (
        {"visit": visit(Stage.VOIDING, aside=Stage.DONE, picking=0, picked=("N3", "N4"), **GOODS), "own": OWN},
        0,
    ),
    "pieces": ({"visit": visit(Stage.PIECES, paper=NUMBER), "pieces": PRINTING}, 0),
    "pieces-unsure": ({"visit": visit(Stage.PIECES, paper=NUMBER), "pieces": replace(PRINTING, state="unsure")}, 0),
    "pieces-stopped": ({"visit": visit(Stage.PIECES, paper=NUMBER), "pieces": replace(PRINTING, state="stopped")}, 0),
    "pieces-done": (
        {"visit": visit(Stage.PIECES, paper=NUMBER), "pieces": replace(PRINTING, nth=200, state="done")},
        0,
    ),
    "rest": ({"visit": visit(Stage.QUANTITY, rest=True, **GOODS), "own": OwnShown(ledger=LEDGER)}, 0),
    "labels": ({"visit": visit(Stage.PROMISE, **GOODS)}, 1),
    "earlier": (
        {"visit": visit(Stage.PRODUCT, replace(FIRM, name="联民合作社"), last=LastTime("cowpea", KG, FIRM.origin))},
        0,
    ),
}


@pytest.fixture
def page(chromium: Browser, served: Served) -> Iterator[Page]:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{served.address}/enter?token={TOKEN}")
    yield page
    context.close()


def show(attendant: Scripted, name: str) -> int:
    shown, leaf = PAGES[name]
    known: Visit = shown["visit"]  # type: ignore[assignment]
    offered = {"offered": (("control",),)} if known.stage is Stage.PROMISE else {}
    attendant.show(**{"may_go_back": known.stage in (Stage.MINE, Stage.QUANTITY), **offered, **shown})
    return leaf


def turn_to(page: Page, leaf: int) -> None:
    """As its link does."""
    if leaf:
        page.evaluate("(leaf) => htmx.ajax('GET', `/screen?leaf=${leaf}`, '#main')", leaf)
        page.wait_for_function(FITTED, arg=leaf)


def kept(page: Page, name: str, look: Look) -> None:
    if SHOTS.is_dir():
        page.screenshot(path=SHOTS / f"{name}-{look}.png")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_in_every_look(page: Page, served: Served, name: str) -> None:
    leaf = show(served.attendant, name)
    found = []
    for look in LOOKS:
        looks.worn(page, served.address, look)
        turn_to(page, leaf)
        found += [f"{look}: {fault}" for fault in looks.looks(page)]
        kept(page, name, look)
    assert found == []


def test_every_tone_is_a_sound_of_less_than_half_a_second(served: Served) -> None:
    with served.browser() as browser:
        for tone in ("taken", "refused"):
            heard = browser.get(f"/voice/tones/{tone}")
            assert (heard.status_code, heard.content[:4]) == (200, b"RIFF")
            assert len(heard.content) < 11025
        assert browser.get("/voice/tones/other").status_code == 404


@pytest.mark.parametrize(
    ("name", "tone"), [("basket-one", "taken"), ("basket-refused", "refused"), ("basket", ""), ("mine", "")]
)
def test_a_paper_is_heard_to_be_taken_or_refused(served: Served, name: str, tone: str) -> None:
    show(served.attendant, name)
    with served.browser() as browser:
        assert (f"/voice/tones/{tone}" in browser.get("/").text) == bool(tone)


def test_five_hundred_labels_are_keyed_in(served: Served, page: Page) -> None:
    show(served.attendant, "labels")
    page.reload()
    turn_to(page, 1)
    for digit in "320":
        page.locator(f'[data-key-press="{digit}"]').click()
    page.locator('button[data-action="split"]').click()
    page.wait_for_selector("#promise")
    assert served.attendant.screen().visit.papers == 320
