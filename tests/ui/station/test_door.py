"""Whoever opens connections and never shows the token starves nobody; a page that listens does not hold up the end."""

import logging
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from kiosk.words import load_words
from tests.support.waiting import wait_for
from tests.ui.station.conftest import DEADLINE, TOKEN
from tests.ui.station.scripted import Scripted
from ui.station.app import build_app
from ui.station.door import STRANGERS
from ui.station.serve import served

REFUSED = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
HALF = b"GET /screen HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "


@dataclass
class Crowd:
    """Lines that were opened to one port."""

    port: int
    lines: list[socket.socket] = field(default_factory=list)

    def come(self, count: int, saying: bytes) -> None:
        for _ in range(count):
            line = socket.create_connection(("127.0.0.1", self.port), DEADLINE)
            line.setblocking(False)
            self.lines.append(line)
            if saying:
                line.send(saying)

    @property
    def inside(self) -> int:
        return sum(not _over(line) for line in self.lines)

    def go(self) -> None:
        for line in self.lines:
            line.close()


def _over(line: socket.socket) -> bool:
    try:
        while line.recv(4096):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return True


@contextmanager
def station() -> Iterator[int]:
    port = free_port()
    app = build_app(Scripted(), load_words("zh"), TOKEN, lambda _: ())
    with served(app, "127.0.0.1", port, STRANGERS):
        yield port


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("saying", [b"", HALF, REFUSED], ids=["mute", "slow", "refused"])
def test_a_crowd_without_the_token_does_not_fill_the_house(saying: bytes) -> None:
    with ExitStack() as stack:
        port = stack.enter_context(station())
        crowd = Crowd(port)
        stack.callback(crowd.go)
        browser = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=DEADLINE))
        browser.get("/enter", params={"token": TOKEN})
        page = stack.enter_context(browser.stream("GET", "/live"))
        news = page.iter_lines()
        assert next(news) == "retry: 1000"
        for _ in range(5):
            crowd.come(STRANGERS, saying)
            assert browser.get("/screen").status_code == 200
        wait_for(lambda: crowd.inside <= STRANGERS, "the oldest are shown out")
        assert crowd.inside > 0
        wait_for(lambda: next(news).startswith("event:"), "the page that listens goes on hearing")


def test_the_end_does_not_wait_for_a_page_that_listens(caplog: pytest.LogCaptureFixture) -> None:
    told = logging.getLogger("uvicorn.error")  # it hands nothing on to the root, where pytest listens
    with httpx.Client(timeout=DEADLINE) as browser:
        with station() as port:
            told.addHandler(caplog.handler)
            house = f"http://127.0.0.1:{port}"
            browser.get(f"{house}/enter", params={"token": TOKEN})
            page = browser.send(browser.build_request("GET", f"{house}/live"), stream=True)
            news = page.iter_lines()  # held: a reader that is let go hangs up
            assert next(news) == "retry: 1000"
        page.close()
    told.removeHandler(caplog.handler)
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING] == []
