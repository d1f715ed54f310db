"""Nobody gets out of the page: keys, addresses, gestures, in a Chromium with our flags and under our policies.

What a keyboard sends here comes by the browser's own debugging door: it passes the page first, as in a full screen.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect, sync_playwright

from tests.support.browser import QUIET
from tests.support.policies import under_policies
from tests.support.units import SYSTEMD
from tests.ui.station.conftest import TOKEN, Served, served

__all__ = ["served"]  # the fixture

NAMED = (
    "Escape", "PrintScreen", "ContextMenu", "Insert", "Shift+Insert", "Delete", "Shift+Delete", "Home", "End", "PageUp",
    "PageDown", "Backspace", "Alt+ArrowLeft", "Alt+ArrowRight", "Alt+ArrowUp", "Alt+Home", "Alt+Enter", "Control+Enter",
    "Control+Tab", "Control+Shift+Tab", "Control+PageUp", "Control+PageDown", "Control+Insert", "Control+Home",
    "Control+ArrowLeft", "Control+Backspace", "Shift+Backspace", "Shift+Escape", "Control+Escape", "Alt+Escape",
    "Meta+Enter", "Meta+Tab", "Alt+Tab", "Control+=", "Control+-", "Control+Shift+=", "Control+Space", "Alt+Space",
    "Control+Alt+Delete", "Control+Alt+Backspace", "BrowserBack", "BrowserForward", "BrowserRefresh", "BrowserHome",
    "BrowserSearch", "LaunchMail",
)  # fmt: skip
FUNCTION = tuple(
    f"{held}F{key}" for key in range(1, 13) for held in ("", "Control+", "Alt+", "Shift+", "Control+Shift+")
)
LETTERS = tuple(
    f"{held}{key}" for key in "abcdefghijklmnopqrstuvwxyz" for held in ("Control+", "Control+Shift+", "Alt+")
)
DIGITS = tuple(f"{held}{key}" for key in "0123456789" for held in ("Control+", "Alt+"))
SUPER = tuple(f"Meta+{key}" for key in "adeflmnrtw")
CHORDS = (*NAMED, *FUNCTION, *LETTERS, *DIGITS, *SUPER)
ADDRESSES = (
    "http://example.com/", "https://example.com/", "file:///etc/passwd", "file:///", "chrome://settings",
    "chrome://version", "chrome-untrusted://print", "about:blank", "about:settings", "javascript:document.title='out'",
    "data:text/html,<h1>out</h1>", "view-source:http://127.0.0.1/", "ftp://example.com/", "mailto:a@example.com",
    "tel:10086", "sms:10086", "intent://scan/#Intent;end", "ws://example.com/", "devtools://devtools/bundled/inspector.html",
    "blob:http://127.0.0.1/0", "filesystem:http://127.0.0.1/temporary/x", "market://details?id=x", "weixin://dl/chat",
    "alipays://platformapi", "smb://server/share", "x-out:anything", "http://127.0.0.1:1/", "http://localhost:9/",
    "http://[::1]/", "//example.com/", "chrome-extension://abc/x.html", "chrome-search://local-ntp",
)  # fmt: skip

# What was begun before is over: timers and planned navigations come before the second picture, and what the browser's
# other processes do (they open windows, and fetch) before their answer to something that was asked for later.
HANDLED = """
async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  return (await fetch("/screen", { cache: "no-store" })).ok;
}
"""
# Pages that Chromium keeps ready below its address bar: a debugger that is there early takes them for windows.
KEPT_READY = "WebUIOmniboxPopup,WebUIOmniboxAimPopup"


def flags() -> list[str]:
    """Those of the shipped script, but what is of its own folders; without KEPT_READY."""
    script = (SYSTEMD / "page").read_text(encoding="utf-8")
    found = re.findall(r"(?<=\s)--[a-z][^\s\\]*", script[script.index("--kiosk") - 1 :])
    ours = [flag for flag in found if "$" not in flag]
    return [flag.replace("--disable-features=", f"--disable-features={KEPT_READY},") for flag in ours]


@pytest.fixture
def window(tmp_path: Path, served: Served) -> Iterator[BrowserContext]:
    program = under_policies(tmp_path, served.address, steered=True)
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=program, args=[*QUIET, *flags()], accept_downloads=False
        )
        yield context
        context.close()


class Watcher:
    """What may not happen to the page."""

    def __init__(self, window: BrowserContext, address: str) -> None:
        self.page: Page = window.pages[0]
        self.address = address
        self._window = window
        self._seen: list[str] = []
        window.on("page", lambda page: self._seen.append(f"window {page.url}"))
        self.page.on("dialog", lambda dialog: self._seen.append(f"dialog {dialog.message}"))
        self.page.on("download", lambda download: self._seen.append(f"download {download.url}"))
        self.page.on("framenavigated", lambda frame: None if frame.parent_frame else self._went(frame.url))
        self.page.goto(f"{address}/enter?token={TOKEN}")
        expect(self.page.locator("[data-stage=idle]")).to_be_visible(timeout=30_000)
        self.page.evaluate("window.addEventListener('beforeprint', () => { window.printed = true; })")
        self.page.evaluate("window.stays = true")

    def wrong(self) -> list[str]:
        """Once the browser has handled what was tried so far."""
        try:
            assert self.page.evaluate(HANDLED), "the station does not answer the page"
        except Error as gone:  # the page went meanwhile
            self._seen.append(f"gone: {gone.message.splitlines()[0]}")
        found = [*self._seen]
        self._seen.clear()
        if len(self._window.pages) != 1:
            found.append(f"pages: {[page.url for page in self._window.pages]}")
        if not self.page.evaluate("window.stays === true && !window.printed"):
            found.append("another document, or a print")
        return found

    def _went(self, url: str) -> None:
        if not url.startswith(self.address):
            self._seen.append(f"at {url}")


@pytest.fixture
def watcher(window: BrowserContext, served: Served) -> Watcher:
    return Watcher(window, served.address)


def test_no_key_leads_away(watcher: Watcher) -> None:
    assert len(set(CHORDS)) >= 200
    out = {}
    for chord in CHORDS:
        try:
            watcher.page.keyboard.press(chord)
        except Error:  # a key that Playwright has no name for
            _raw(watcher.page, chord)
        if wrong := watcher.wrong():
            out[chord] = wrong
    assert out == {}


def _raw(page: Page, key: str) -> None:
    session = page.context.new_cdp_session(page)
    for kind in ("rawKeyDown", "keyUp"):
        session.send("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": key})
    session.detach()


def test_a_typed_address_after_any_key_leads_nowhere(watcher: Watcher) -> None:
    for chord in ("Control+l", "Alt+d", "F6", "Control+t", "Control+n", "Control+o", "Control+k", "Control+e"):
        watcher.page.keyboard.press(chord)
        watcher.page.keyboard.type("file:///etc/passwd")
        watcher.page.keyboard.press("Enter")
    assert watcher.wrong() == []


@pytest.mark.parametrize("way", ["location", "open", "link", "new window", "form", "meta", "frame"])
def test_no_address_is_gone_to(watcher: Watcher, way: str) -> None:
    assert len({address.partition(":")[0] for address in ADDRESSES}) >= 20
    out = {}
    for address in ADDRESSES:
        watcher.page.evaluate(WAYS[way], address)
        if wrong := watcher.wrong():
            out[address] = wrong
    assert out == {}


def _link(target: str) -> str:
    return f"""(address) => {{ const link = document.createElement("a"); link.href = address; link.target = "{target}";
        document.body.append(link); link.click(); link.remove(); }}"""


WAYS = {
    "location": "(address) => { try { location.href = address; } catch (refused) { console.info(String(refused)); } }",
    "open": "(address) => { window.open(address); }",
    "link": _link(""),
    "new window": _link("_blank"),
    "form": """(address) => { const form = document.createElement("form"); form.action = address; form.method = "post";
        document.body.append(form); form.requestSubmit(); form.remove(); }""",
    "meta": """(address) => { const meta = document.createElement("meta"); meta.httpEquiv = "refresh";
        meta.content = `0;url=${address}`; document.head.append(meta); }""",
    "frame": """(address) => { const frame = document.createElement("iframe"); frame.hidden = true;
        frame.name = "inner"; document.body.append(frame);
        try { frame.contentWindow.location.href = address; } finally { frame.remove(); } }""",
}


def test_no_gesture_leads_away(watcher: Watcher) -> None:
    page = watcher.page
    page.mouse.click(400, 300, button="right")
    page.mouse.click(400, 300, button="middle")
    page.mouse.click(400, 300, delay=1500)  # a long press
    page.mouse.dblclick(400, 300)
    page.mouse.move(400, 300)
    page.mouse.down()
    page.mouse.move(900, 500, steps=8)
    page.mouse.up()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    assert page.evaluate("[window.devicePixelRatio, visualViewport.scale]") == [1, 1]
    assert page.evaluate("getSelection().toString()") == ""
    page.evaluate("""() => { const files = new DataTransfer();
        files.items.add(new File(["x"], "x.html", {type: "text/html"}));
        files.setData("text/uri-list", "http://example.com/");
        for (const kind of ["dragenter", "dragover", "drop"])
            document.body.dispatchEvent(
                new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: files})); }""")
    assert watcher.wrong() == []


def test_nothing_is_printed_or_downloaded(watcher: Watcher) -> None:
    page = watcher.page
    page.evaluate("() => new Promise((done) => setTimeout(() => { window.print(); done(); }, 0))")
    assert watcher.wrong() == []
    page.evaluate(
        "() => { const link = document.createElement('a'); link.href = '/'; link.download = 'x'; link.click(); }"
    )
    assert watcher.wrong() == []
