"""Every place that staff can open: no violation of axe-core's rules, contrast 7 : 1, targets for a finger, no typing.

The tree of places is walked by what stands on the screen: each tile of the desk, each page behind it, each question of
each sheet, answered with the first thing that is offered.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator

from tests.support.shots import RESTS
from tests.support.stage import bench, card
from tests.support.touch import Touch
from ui.demo.bench import Bench, Plan

ROLES = ("clerk", "inspector", "technician")
MOST_QUESTIONS = 30  # of one sheet
TILES = ".desk-tiles button[data-value]"
NEEDS_A_KEYBOARD = """
() => [...document.querySelectorAll("input, textarea, select")]
  .filter((one) => !["hidden", "radio", "checkbox"].includes(one.type))
  .filter((one) => one.inputMode !== "none" || !one.closest("form").querySelector("[data-key-press], [data-letter]"))
  .map((one) => one.outerHTML)
"""
# What answers a question, the first that is there: what stands there already, an option, a key and the button below it.
ANSWERS = (
    "button[data-action=sheet_done]", "button[data-action=taken]:enabled", "button[data-action=skip]",
    "button[data-action=answer]:enabled", "button[data-action=take]:enabled", "button[data-action=picture]:enabled",
    "[data-key-press='1']", "button[data-letter=l]",
)  # fmt: skip


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        made.start_all()
        yield made


@pytest.fixture
def wide(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(30_000)
    yield context
    context.close()


class Walk:
    """`wrong`: what was found, by place."""

    def __init__(self, touch: Touch) -> None:
        self.touch = touch
        self.seen: set[str] = set()
        self.wrong: dict[str, str] = {}

    def look(self, at: str = "") -> None:
        place = at or self.touch.place
        if place in self.seen:
            return
        self.seen.add(place)
        for look in (self.touch.axe, self.touch.fits):
            try:
                look()
            except AssertionError as told:
                self.wrong[f"{place} {look.__name__}"] = str(told)[:600]
        if typed := self.touch.page.evaluate(NEEDS_A_KEYBOARD):
            self.wrong[f"{place} keyboard"] = str(typed)

    def desk(self) -> None:
        """Each tile, and back again."""
        self.look()
        for value in self._tiles():
            self.open_tile(value)
            if self.touch.place.startswith("filling"):
                self.sheet()
            else:
                self.look()
            self.touch.to_desk()

    def open_tile(self, value: str) -> None:
        tile = self.touch.page.locator(f'{TILES}[data-value="{value}"]')
        for _ in range(4):
            if tile.count():
                break
            self.touch.tap(".desk-tiles a[href]")
            self.touch.page.wait_for_function(RESTS)
        tile.first.click()
        self.touch.page.locator('.stage:not([data-stage="desk"])').wait_for()

    def sheet(self) -> None:
        for _ in range(MOST_QUESTIONS):
            if not self.touch.place.startswith("filling"):
                return
            self.look()
            if not self._answer():
                return

    def _tiles(self) -> list[str]:
        """Of every leaf of the desk."""
        found: list[str] = []
        page = self.touch.page
        more = page.locator(".desk-tiles a[href]")
        while True:
            here = [one.get_attribute("data-value") or "" for one in page.locator(TILES).all()]
            if set(here) <= set(found):
                return found
            found += [one for one in here if one not in found]
            if not more.count():
                return found
            self._turn(more)

    def _turn(self, more: Locator) -> None:
        """To the next leaf of what stands there."""
        page = self.touch.page
        leaf = page.locator("main .stage").get_attribute("data-leaf")
        more.click()
        page.locator(f'main .stage:not([data-leaf="{leaf}"])').wait_for()
        page.wait_for_function(RESTS)

    def _answer(self) -> bool:
        """Whether the page is another one once the tap was answered."""
        page = self.touch.page
        before = page.locator("main .stage").get_attribute("data-key")
        if page.locator(".sheet-sign").count():
            self.touch.sign()
        elif (target := self._target()) is not None:
            target.click()
            if target_is_key := page.locator("form.keyed button[type=submit]:enabled").count():
                for _ in range(3 * target_is_key):
                    page.locator("[data-key-press='1']:visible").first.click()
                page.locator("form.keyed button[type=submit]:enabled").first.click()
        else:
            return False
        page.wait_for_function(RESTS)
        return page.locator("main .stage").get_attribute("data-key") != before

    def _target(self) -> Locator | None:
        for selector in ANSWERS:
            found = self.touch.page.locator(f"{selector}:visible")
            if found.count():
                return found.first
        return None


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_the_desk(stage: Bench, wide: BrowserContext, role: str) -> None:
    touch = Touch(stage, wide)
    touch.enter()
    touch.log_in(role)
    walk = Walk(touch)
    walk.desk()
    touch.press("log_off")
    touch.page.close()
    print(f"{role}: {len(walk.seen)} places: {sorted(walk.seen)}")
    assert walk.wrong == {}
    touch.quiet()


def test_every_stage_of_a_producer(stage: Bench, wide: BrowserContext) -> None:
    touch = Touch(stage, wide)
    touch.enter()
    walk = Walk(touch)
    walk.look()
    touch.hold_up(card(stage), until="proving")
    walk.look()
    touch.key_in(stage.people[0].contact[-4:])
    touch.press("tail")
    touch.stands_at("product")
    walk.look()
    touch.choose("cowpea")
    touch.stands_at("quantity")
    walk.look()
    touch.key_in("320")
    touch.press("quantity")
    touch.stands_at("drugs")
    walk.look()
    touch.press("drugs_none")
    touch.stands_at("test_choice")
    walk.look()
    touch.press("test")
    touch.stands_at("result")
    walk.look()
    touch.press("result_read")
    touch.stands_at("promise")
    walk.look()
    touch.tap('label.chip:has(input[value="control+self_test"])')
    touch.press("promise")
    touch.stands_at("done")
    walk.look()
    touch.page.close()
    print(f"producer: {sorted(walk.seen)}")
    assert walk.wrong == {}
    touch.quiet()
