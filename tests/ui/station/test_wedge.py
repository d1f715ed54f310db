"""What a scan gun types reaches the scanner and nothing else: the page in Debian's Chromium does not move.

The events are composed from the kernel's header. That the kernel gives a grabbed keyboard to nobody else, and that the
compositor ignores it before the grab (72-liangzheng.rules), was not tried: no machine of ours has such a keyboard.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from drivers.scanner.feed import ScanFeed
from drivers.scanner.guns.evdev import open_keyboard
from drivers.scanner.guns.guns import Gun, Guns, KeyboardGun
from drivers.scanner.server import ScanServer
from drivers.scanner.wire import Advice, Camera, CameraState, Hint, Message, Seen
from kiosk.rules.messages import Subject
from kiosk.rules.visits.turn import Stage
from tests.support.waiting import wait_for
from tests.support.wedge import ATTACKS, Socketed, Wedge
from tests.ui.station.conftest import TOKEN, Served

NODE = "/dev/input/by-path/platform-usb-0:1.2:1.0-event-kbd"
LISTENERS = """() => { window.felt = [];
    for (const kind of ["keydown", "keypress", "input", "click", "beforeunload", "paste"])
        window.addEventListener(kind, (event) => window.felt.push(kind), true); }"""
STATE = """() => [location.href, history.length, document.getElementById("main").innerHTML,
    [...document.querySelectorAll("input")].map((one) => one.value), window.felt]"""


@pytest.fixture
def panel(chromium: Browser, served: Served, farmer: Subject) -> Iterator[Page]:
    """The page that takes four digits, where typing would do most."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{served.address}/enter?token={TOKEN}")
    served.attendant.show_card(farmer, first_use=True)
    expect(page.locator(f".stage[data-stage={Stage.PROVING}]:not(.settling)")).to_be_visible()
    page.evaluate(LISTENERS)
    yield page
    context.close()


class Station:
    """What the station's feed hears; a code brings the person's turn to its end, so that the page shows it."""

    def __init__(self, served: Served) -> None:
        self.heard: list[Message] = []
        self._served = served
        self._one = threading.Lock()

    def __call__(self, message: Message) -> None:
        with self._one:
            self.heard.append(message)
            if isinstance(message, Seen):
                self._served.attendant.begin_anew()


@contextmanager
def scanning(folder: Path, station: Station, node: Socketed) -> Iterator[None]:
    def opening(gun: Gun) -> KeyboardGun:
        return KeyboardGun(open_keyboard(gun.port, node.opener, node.ioctl))

    with (
        ScanServer(folder / "scan.sock") as server,
        ScanFeed(folder / "scan.sock", station),
        Guns([Gun("keyboard", NODE)], server.tell, lambda hint: server.tell(Advice(hint)), True, opening),
    ):
        wait_for(lambda: Camera(CameraState.READY) in station.heard, "the gun is ready")
        yield
    node.unplug()


def test_attacks_change_nothing_on_the_page_and_a_code_does(panel: Page, served: Served, tmp_path: Path) -> None:
    node, wedge, station = Socketed(), Wedge(), Station(served)
    before = panel.evaluate(STATE)
    with scanning(tmp_path, station, node):
        for number, attack in enumerate(ATTACKS.values(), 1):
            node.type(wedge.text("1") + attack(wedge) + wedge.text("4321\n"))
            wait_for(lambda: station.heard.count(Advice(Hint.AGAIN)) >= number, "the attack was refused")  # noqa: B023
            wedge.pause()
        assert panel.evaluate(STATE) == before
        assert not [one for one in station.heard if isinstance(one, Seen)]
        assert served.attendant.taps == []
        node.type(wedge.text("LZ\n"))
        expect(panel.locator(f".stage[data-stage={Stage.IDLE}]:not(.settling)")).to_be_visible()
    assert [one.data for one in station.heard if isinstance(one, Seen)] == [b"LZ"]


def test_the_same_keys_in_the_browser_would_be_felt(panel: Page) -> None:
    """The test above would see it."""
    before = panel.evaluate(STATE)
    panel.keyboard.type("43")
    after = panel.evaluate(STATE)
    assert before[-1] == []
    assert "keydown" in after[-1]
    assert after[3] != before[3]
