"""A finger at the touch screen of a bench, in a real browser: it presses what stands there, and counts.

Every press waits until the page takes it; nothing is typed. What the page may never do (talk to anybody else, fail in a
script, open a window, download) is looked for all the time and told by `quiet`.
"""

import re
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.support import looks, shots, things
from ui.demo.bench import Bench

SOON = 60_000  # ms; nine programs share two cores
FINGER = 107.5  # CSS pixels at 1280 x 800: 18 mm on a panel of 10 inches, less what a browser rounds
STEPS_OUT = 12
GONE = 5_000  # ms until a button that another page has replaced is given up
# What leads back to the desk, the surest first: out of a sheet is asked once more.
OUT = ("button[data-action=sheet_leave]", ".asked a[data-leaf]", "button[data-action=results_read]",
    "[data-action=next]", "[data-action=back]", ".bar [data-action=tool]", ".bar a[href]")  # fmt: skip
SMALL = """
(least) => [...document.querySelectorAll("button, a, label.chip, [role=button]")]
  .filter((one) => one.checkVisibility({visibilityProperty: true}))
  .map((one) => [one.innerText.trim() || one.getAttribute("aria-label") || one.outerHTML.slice(0, 80),
    one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < least || box.height < least))
  .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)
"""
HIDDEN = """
() => [document.getElementById("main")]
  .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
  .map((one) => `${one.scrollWidth} x ${one.scrollHeight} do not fit in ${one.clientWidth} x ${one.clientHeight}`)
"""


class Touch:
    """`stage` is the bench behind the page; `touches` counts presses since `enter` or `forget`."""

    def __init__(self, stage: Bench, window: BrowserContext) -> None:
        self.stage = stage
        self.page: Page = window.new_page()
        self.touches = 0
        self._sent: deque[str] = deque(maxlen=8)
        self._wrong: list[str] = []
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self._wrong.append(f"script: {error}"))
        self.page.on("popup", lambda page: self._wrong.append(f"window: {page.url}"))
        self.page.on("download", lambda download: self._wrong.append(f"download: {download.url}"))
        self.page.on("dialog", lambda dialog: self._wrong.append(f"dialog: {dialog.message}"))

    # --- coming and going -----------------------------------------------------------------------------------------

    def enter(self, path: str = "") -> None:
        """With the token of this boot; `path` opens another page of the station (`/board`)."""
        self.page.goto(f"{self.stage.station_url}/enter?token={self.stage.token}")
        if path:
            self.page.goto(self.stage.station_url + path)
        self.touches = 0

    def reload(self) -> None:
        self.page.reload()
        expect(self.page.locator("main .stage")).to_be_visible(timeout=SOON)

    def back(self) -> None:
        """The browser's own way back; the page takes it away."""
        self.page.evaluate("history.back()")

    def offline(self) -> None:
        """The station's program dies, as a power cut would have it."""
        self.stage.programs.kill("station")

    def online(self) -> None:
        self.stage.start("station")
        expect(self.page.locator("#lost")).to_be_hidden(timeout=SOON)

    # --- fingers --------------------------------------------------------------------------------------------------

    def press(self, action: str, value: str | None = None) -> None:
        """The button of an action; of several, the one that carries `value`."""
        self._tap(self._button(action, value))

    def choose(self, value: str) -> None:
        """What stands for this value: a chip, a tile, an answer."""
        chip = f'label:has(input[value="{value}"]:not([type=hidden])):visible'
        tile = f'form:has(input[name="value"][value="{value}"]) button:visible'
        own = f'button[data-value="{value}"]:visible, button[value="{value}"]:visible'
        self._tap(self.page.locator(f"{chip}, {tile}, {own}").first)

    def key_in(self, digits: str) -> None:
        for digit in digits:
            self._tap(self.page.locator(f'[data-key-press="{digit}"]:visible').first)

    def letters(self, text: str) -> None:
        """Our own letter keys."""
        for letter in text:
            key = f'[data-key-press="{letter}"]:visible, [data-letter="{letter}"]:visible'
            form = f'form:has(input[name="action"][value="letter"]):has(input[name="value"][value="{letter}"]) button'
            self._tap(self.page.locator(f"{key}, {form}:visible").first)

    def double_tap(self, action: str, value: str | None = None) -> None:
        """Twice at once, as a hasty finger does: the second one falls on whatever stands there then."""
        button = self._button(action, value)
        expect(button).to_be_enabled(timeout=SOON)
        expect(self.page.locator("main .settling")).to_have_count(0)
        box = button.bounding_box()
        assert box is not None, f"{action} cannot be touched"
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.click(x, y)
        self.page.mouse.click(x, y)
        self.touches += 2

    def tap(self, locator: str) -> None:
        """Anything else, by its selector."""
        self._tap(self.page.locator(locator).first)

    def sign(self) -> None:
        """A signature on the pad, and the button below it."""
        box = self.page.locator(".sheet-sign canvas").bounding_box()
        assert box is not None, "there is no pad"
        self.page.mouse.move(box["x"] + 60, box["y"] + 60)
        self.page.mouse.down()
        for step in range(1, 9):
            self.page.mouse.move(box["x"] + 60 + 40 * step, box["y"] + 60 + 30 * (step % 3))
        self.page.mouse.up()
        self.touches += 1
        self.press("sign")

    def log_in(self, role: str) -> None:
        """A member of staff: badge and PIN, to the desk."""
        self.stands_at("idle")
        self.hold_up(things.badge(self.stage, role), until="proving")
        self.key_in(things.colleague(self.stage, role).pin)
        self.press("badge_pin")
        self.stands_at("desk")

    def to_desk(self) -> None:
        """Staff leave whatever they have open; nothing of it is recorded. The answer to an earlier tap may come yet."""
        stage = self.page.locator("main .stage")
        for _ in range(STEPS_OUT):
            stage.wait_for()
            if self.place == "desk":
                return
            ways = [self.page.locator(f"{way}:visible") for way in OUT]
            key = stage.get_attribute("data-key") or ""
            with suppress(PlaywrightTimeout):
                next(way for way in ways if way.count()).last.click(timeout=GONE)
                self.page.locator(f'main .stage:not([data-key="{key}"])').wait_for(timeout=GONE)
        self.stands_at("desk")

    # --- hands ----------------------------------------------------------------------------------------------------

    def hold_up(self, picture: Path, until: str = "") -> None:
        """Before the camera, until the screen stands at `until`; then away. Pictures: tests.support.things."""
        self.stage.hold_up(picture)
        if until:
            self.stands_at(until)
            self.stage.take_away()

    def take_away(self) -> None:
        self.stage.take_away()

    def unplug(self, device: str) -> None:
        """residue | residue2 | chlorine | printer."""
        self.stage.plugs[device].unplug()

    def plug_in(self, device: str) -> None:
        self.stage.plugs[device].replug()

    # --- looking --------------------------------------------------------------------------------------------------

    def stands_at(self, place: str, within: int = SOON) -> None:
        """A stage (`promise`), or exactly what stands open there (`filling/name`, `tool/devices`)."""
        wanted = f'.stage[data-place="{place}"]' if "/" in place else f'.stage[data-stage="{place}"]'
        also = "" if "/" in place else f', .stage[data-place="{place}"], .stage[data-place^="{place}/"]'
        try:
            expect(self.page.locator(wanted + also).first).to_be_visible(timeout=within)
        except AssertionError as absent:
            sent = "; ".join(self._sent)
            raise AssertionError(f"{place} does not come, {self.place} stands; sent: {sent}") from absent

    @property
    def place(self) -> str:
        return self.page.locator("main .stage").get_attribute("data-place") or ""

    def says(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible(timeout=SOON)

    def shot(self, name: str, moving: Sequence[str] = ()) -> None:
        """Looks like the golden tests/journeys/shots/`name`.png; `moving` are places that are another each time."""
        shots.shot(self.page, name, moving)

    def axe(self) -> None:
        """No violation of axe-core's rules, and contrast of 7 : 1."""
        told = looks.axe(self.page)
        assert not told, f"{self.place}: " + "\n".join(told)

    def fits(self) -> None:
        """Every target takes a finger, and nothing has to be scrolled for."""
        wrong = [*self.page.evaluate(SMALL, FINGER), *self.page.evaluate(HIDDEN)]
        assert not wrong, f"{self.place}: {wrong}"

    def looked(self, name: str, moving: Sequence[str] = ()) -> None:
        """Golden, axe and fingers: for every new place of a journey."""
        self.shot(name, moving)
        self.axe()
        self.fits()

    def quiet(self) -> None:
        """Nothing went wrong in the page so far."""
        assert not self._wrong, "\n".join(self._wrong)

    def forget(self) -> None:
        """Count touches from here."""
        self.touches = 0

    # --- within ---------------------------------------------------------------------------------------------------

    def _button(self, action: str, value: str | None) -> Locator:
        own = f'button[data-action="{action}"]:visible'
        if value is None:
            return self.page.locator(own).first
        inside = f'form:has(input[name="action"][value="{action}"]):has(input[name="value"][value="{value}"]) button'
        return self.page.locator(
            f'{inside}:visible, button[data-action="{action}"][data-value="{value}"]:visible'
        ).first

    def _tap(self, target: Locator) -> None:
        target.click(timeout=SOON)
        self.touches += 1

    def _asked(self, request: Request) -> None:
        """What fingers sent last, for whoever reads why a place did not come."""
        if request.method == "POST" and urlsplit(request.url).path == "/act":
            sent = dict(parse_qsl(request.post_data or ""))
            self._sent.append(f"{sent.get('action')} {sent.get('value', '')} at {sent.get('place')}")

    def _said(self, message: ConsoleMessage) -> None:
        """A station that is away is no fault of the page."""
        away = (
            "ERR_",
            "chrome-error:",
            "Failed to load resource",
            "htmx:afterRequest",
            "htmx:sendError",
            "htmx:timeout",
            "[object Event]",
        )
        if message.type == "error" and not any(one in message.text for one in away):
            self._wrong.append(f"console: {message.text}")


def outside(asked: Sequence[str]) -> list[str]:
    """Of the addresses that a page asked for, those of somebody else."""
    return [
        url for url in asked if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1"
    ]
