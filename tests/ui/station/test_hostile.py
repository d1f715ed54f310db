"""Hostile requests from this machine, with the token: refused, nothing of them kept, and a finger is still heard."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.waiting import wait_for
from tests.ui.station.conftest import TOKEN, Served
from ui.station import live, small

POSTS = ("/act", "/language", "/text", "/alive")
GETS = ("/", "/devices", "/board", "/screen", "/alive", "/preview.jpg", "/said/name.opus")
FORM = "application/x-www-form-urlencoded"
HUGE = b"action=answer&value=" + b"9" * (10 << 20)
PART = b'--x\r\ncontent-disposition: form-data; name="value"%s\r\n\r\n%s\r\n'
BODIES = (
    (FORM, b""),
    (FORM, b"=&&&==&%%%&%zz=%"),
    (FORM, b"action"),
    (FORM, b"action=next&action=abandon&visit=a&visit=b&place=%00&place=%ff%fe"),
    (FORM, b"&".join(b"a%d=1" % nth for nth in range(5000))),
    (FORM, b"action=" + b"%ED%A0%80" * 100),
    (FORM, b"value=" + b"9" * 100_000),
    (FORM, b"amount=1e999&unit=jin&each=NaN&reason=&page=../../etc"),
    ("text/plain", b"action=next"),
    ("application/json", b'{"action": "next"}'),
    ("", b"\x00\xff" * 100),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b"--x\r\n" + b"junk" * 1000),
    ("multipart/form-data; boundary=x", PART % (b'; filename="a"', b"x") + b"--x--\r\n"),
    ("multipart/form-data; boundary=x; charset=unicode_escape", PART % (b"", b"\\ud800") + b"--x--\r\n"),
    ("multipart/form-data; boundary=x; charset=nonsense", PART % (b"", b"a") + b"--x--\r\n"),
)
QUERIES = (
    "leaf=-1",
    "leaf=9999999",
    "leaf=%C2%B2",
    "leaf=1e9",
    "page=../x",
    "page=%00",
    "leaf=&leaf=2",
    "a=" + "b" * 4000,
)


def rss() -> int:
    """Bytes that this process holds; the server is a thread of it."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def answers(served: Served, browser: httpx.Client) -> bool:
    """A finger on the page that stands there, and whether the station heard it."""
    before = len(served.attendant.taps)
    screen = served.attendant.screen()
    form = {"action": "number", "visit": screen.visit.id, "place": str(screen.visit.stage), "value": ""}
    answer = browser.post("/act", data=form, headers={"hx-request": "true"})
    return answer.status_code == 200 and len(served.attendant.taps) == before + 1


@contextmanager
def line(served: Served, head: str) -> Iterator[socket.socket]:
    """A connection that sends what it likes."""
    host = urlsplit(served.address)
    with socket.create_connection((host.hostname or "", host.port or 0), timeout=20) as made:
        made.sendall(f"{head}\r\nHost: {host.netloc}\r\nCookie: liangzheng={TOKEN}\r\n".encode())
        yield made


@pytest.mark.parametrize("route", POSTS)
def test_every_form_is_refused_or_answered_with_the_page(served: Served, route: str) -> None:
    with served.browser() as browser:
        for kind, body in BODIES:
            answer = browser.post(route, content=body, headers={"content-type": kind} if kind else {})
            assert answer.status_code < 500, (kind, body[:60])
        assert answers(served, browser)


def test_every_question_is_answered(served: Served) -> None:
    with served.browser() as browser:
        for route in GETS:
            for query in QUERIES:
                assert browser.get(f"{route}?{query}").status_code < 500, (route, query)
        assert answers(served, browser)


@pytest.mark.parametrize("route", POSTS)
def test_a_huge_body_is_refused_and_not_kept(served: Served, route: str) -> None:
    with served.browser() as browser:
        assert _sent_huge(browser, route)
        before = rss()
        for _ in range(10):
            assert _sent_huge(browser, route)
        assert rss() - before < len(HUGE)
        assert answers(served, browser)


def _sent_huge(browser: httpx.Client, route: str) -> bool:
    """Whether it was refused: by its answer, or by a line that is closed while it is still being sent."""
    try:
        return browser.post(route, content=HUGE, headers={"content-type": FORM}).status_code == 413
    except httpx.TransportError:
        return True


def test_a_body_without_a_length_is_as_small(served: Served) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"action=answer&value="
        for _ in range(100):
            yield b"9" * (small.MOST // 50)

    with served.browser() as browser:
        try:
            status = browser.post("/act", content=chunks(), headers={"content-type": FORM}).status_code
        except httpx.TransportError:
            status = 413
        assert status == 413
        assert answers(served, browser)


@pytest.mark.parametrize(
    "garbage", [b"zz\r\nabc\r\n", b"ffffffffffffffff\r\n", b"-1\r\n\r\n", b"1;x=" + b"y" * 70_000 + b"\r\n"]
)
def test_chunks_that_are_none_end_the_line(served: Served, garbage: bytes) -> None:
    with line(served, "POST /act HTTP/1.1") as made:
        made.sendall(f"Content-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + garbage)
        made.shutdown(socket.SHUT_WR)
        told = made.recv(4096)
        assert not told or b" 4" in told.split(b"\r\n")[0]
    with served.browser() as browser:
        assert answers(served, browser)


def test_slow_bodies_keep_nobody_waiting(served: Served) -> None:
    """As many of them as there are threads for taps, and more: none of them holds one."""
    with ExitStack() as stack, served.browser() as browser:
        for _ in range(100):
            made = stack.enter_context(line(served, "POST /act HTTP/1.1"))
            made.sendall(f"Content-Type: {FORM}\r\nContent-Length: 100\r\n\r\naction=".encode())
        assert all(answers(served, browser) for _ in range(5))


def test_a_body_that_never_ends_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small, "WITHIN", 0.2)
    with line(served, "POST /act HTTP/1.1") as made:
        made.sendall(f"Content-Type: {FORM}\r\nContent-Length: 100\r\n\r\naction=".encode())
        assert b" 408 " in made.recv(4096)


def test_streams_up_to_the_limit_and_back(served: Served) -> None:
    with served.browser() as browser:
        for _ in range(2):
            with ExitStack() as stack:
                told = [_stream(stack, served) for _ in range(live.MOST + 20)]
                assert told.count(b"200") == live.MOST
                assert told.count(b"503") == 20
                assert answers(served, browser)
            wait_for(lambda: _opens(served), "room for another stream", 20.0)


def _stream(stack: ExitStack, served: Served) -> bytes:
    """Its status; the stream stays open."""
    made = stack.enter_context(line(served, "GET /live HTTP/1.1"))
    made.sendall(b"\r\n")
    return made.recv(4096).split(b" ")[1]


def _opens(served: Served) -> bool:
    """All that were open are noticed to be gone."""
    with ExitStack() as stack:
        return all(_stream(stack, served) == b"200" for _ in range(live.MOST // 2))
