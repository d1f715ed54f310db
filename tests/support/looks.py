"""How a page of the touch screen looks, measured in the browser: what is too small, too faint, cut off or covered,
and what axe-core has to say.

`assert looks(page) == []` on any page; `wrong(page, address)` goes through panels, languages and text sizes: the
hardest of them, or every one where LIANGZHENG_LOOKS is `every`.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import hypot
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from kiosk.words import LANGUAGES

MEASURES = Path(__file__).with_suffix(".js")
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# 7 : 1 is the station's own law (AAA); axe leaves it out unless it is asked.
RULES = {"rules": {"color-contrast-enhanced": {"enabled": True}}}
PANELS = ((1280, 800), (1024, 600))
TEXTS = ("1", "2", "3", "4")
INCH, TARGET = 25.4, 18.0  # mm
PANEL = 10.0  # inches
SMALLEST_TEXT = 24.0  # px on a panel 1280 wide
CONTRAST = 7.0
SLACK = 1.5  # px that rounding may cost


@dataclass(frozen=True, slots=True)
class Look:
    """One way in which a person may have a page before him."""

    panel: tuple[int, int]
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.panel[0]}x{self.panel[1]}-{self.language}-{self.text}"


EVERY = tuple(Look(panel, language, text) for language, panel, text in product(LANGUAGES, PANELS, TEXTS))
# Where a page breaks first: each panel, language and size is among them. `make faults ARGS='--only looks'` takes all.
HARDEST = tuple(
    Look(panel, language, text)
    for language in LANGUAGES
    for panel, text in (
        (PANELS[0], TEXTS[0]),
        (PANELS[1], TEXTS[2 if language == LANGUAGES[0] else 1]),
        (PANELS[1], TEXTS[3]),
    )
)
LOOKS = EVERY if os.environ.get("LIANGZHENG_LOOKS") == "every" else HARDEST
# The letters' size is an attribute that the page's cookie sets (page.html); static/fit.js looks again at every change.
RESIZED = "text => { document.documentElement.dataset.text = text; dispatchEvent(new Event('resize')); }"


def looks(page: Page) -> list[str]:
    """Everything that is wrong with the page as it stands there, each as a sentence; empty when it is well."""
    return [*small(page), *tiny(page), *cut(page), *overlaps(page), *faint(page)]


def small(page: Page) -> list[str]:
    """Targets under 18 mm on a panel of 10 inches."""
    return _measured(page, "small", finger=finger(page))


def tiny(page: Page) -> list[str]:
    """Words smaller than 24 px at 1280 px."""
    return _measured(page, "tiny", smallest=SMALLEST_TEXT * min(_size(page)[0] / PANELS[0][0], 1.0))


def cut(page: Page) -> list[str]:
    """Words and boxes that leave their place or the window, and what would have to be scrolled.

    What scrolls on purpose (a technician's bytes) says so: `data-scrolls`.
    """
    return _measured(page, "cut", slack=SLACK)


def overlaps(page: Page) -> list[str]:
    """Targets, sentences and pictures that cover each other."""
    return _measured(page, "overlaps", slack=SLACK)


def faint(page: Page) -> list[str]:
    """Words with less than 7:1 against what is painted behind them."""
    return _measured(page, "faint", least=CONTRAST)


def axe(page: Page) -> list[str]:
    """Violations of axe-core's rules, its contrast of 7 : 1 among them."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    return [
        f"{one['id']}: {node['html'][:160]} ({node['failureSummary'][:300]})"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def finger(page: Page) -> float:
    """18 mm in px of this window, if it filled a panel of 10 inches."""
    return TARGET * hypot(*_size(page)) / (PANEL * INCH)


def worn(page: Page, address: str, look: Look) -> None:
    """The page in this look, at the leaf that stands there; `address` is the station's."""
    page.set_viewport_size({"width": look.panel[0], "height": look.panel[1]})
    kept = {cookie["name"]: cookie["value"] for cookie in page.context.cookies(address)}
    for name, value in {"language": look.language, "text": look.text}.items():
        page.context.add_cookies([{"name": name, "value": value, "url": address}])
    if kept.get("language") != look.language:
        leaf = page.locator(".stage").get_attribute("data-leaf") or "0"
        page.goto(f"{address}{urlsplit(page.url).path}?leaf={leaf}")
        page.wait_for_selector(".stage:not(.settling)")
    page.evaluate(RESIZED, look.text)


def each_look(page: Page, address: str, wanted: tuple[Look, ...] = LOOKS) -> Iterator[tuple[Look, list[str]]]:
    """Each look of the page that is open, and what is wrong with it."""
    for look in wanted:
        worn(page, address, look)
        yield look, looks(page)


def wrong(
    page: Page, address: str, also: Callable[[Look], None] | None = None, wanted: tuple[Look, ...] = LOOKS
) -> list[str]:
    """What is wrong in any look, each with its look; axe-core is asked once for each language.

    `also` is called in each look: a picture for whoever wants to see.
    """
    found = []
    for look, faults in each_look(page, address, wanted):
        asked = axe(page) if (look.panel, look.text) == (PANELS[0], TEXTS[0]) else []
        found += [f"{look}: {fault}" for fault in (*faults, *asked)]
        if also is not None:
            also(look)
    return found


def _measured(page: Page, what: str, **numbers: float) -> list[str]:
    measures = MEASURES.read_text(encoding="utf-8").partition("\n")[2].rstrip()
    answer: Any = page.evaluate(f"(numbers) => {measures}.{what}(numbers)", numbers)
    return [str(one) for one in answer]


def _size(page: Page) -> tuple[int, int]:
    size = page.viewport_size
    return PANELS[0] if size is None else (size["width"], size["height"])
