"""The touch screen served for real: uvicorn on a loopback port, a scripted attendant behind it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser

from kiosk.rules.certify.certificate import PRODUCER_STYLE
from kiosk.rules.messages import Subject
from kiosk.words import LANGUAGES, load_words
from tests.support.browser import chromium_running
from tests.support.waiting import wait_for
from tests.ui.station.scripted import Scripted
from ui.ending import EndingServer
from ui.station.app import build_app
from ui.station.voice import Voice

TOKEN = "a-token-of-this-boot"
DEADLINE = 10.0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@dataclass(frozen=True, slots=True)
class Served:
    attendant: Scripted
    address: str

    @contextmanager
    def browser(self) -> Iterator[httpx.Client]:
        """A client that has shown the token."""
        with httpx.Client(base_url=self.address, follow_redirects=True) as client:
            client.get("/enter", params={"token": TOKEN})
            yield client


@pytest.fixture
def farmer() -> Subject:
    return Subject("s-1", "farmer", "王秀英", "13905714321", "浙江省杭州市西湖区双浦镇", products=("cowpea", "tomato"))


@pytest.fixture
def served() -> Iterator[Served]:
    with serving() as served:
        yield served


@contextmanager
def serving(voice: Voice | None = None) -> Iterator[Served]:
    attendant = Scripted()
    wording = attendant.rules.wording
    promise = () if wording is None else wording.styles[PRODUCER_STYLE].promise
    app = build_app(attendant, load_words("zh"), TOKEN, lambda _: promise, lambda: attendant.method, voice)
    config = uvicorn.Config(app, "127.0.0.1", 0, log_level="error", timeout_graceful_shutdown=1)
    server = EndingServer(config)
    thread = threading.Thread(target=server.run, name="station")
    thread.start()
    try:
        yield Served(attendant, f"http://127.0.0.1:{_port(server)}")
    finally:
        server.should_exit = True
        thread.join(DEADLINE)


def _port(server: uvicorn.Server) -> int:
    wait_for(lambda: server.started, "the app has started", DEADLINE)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port
