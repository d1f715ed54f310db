"""Signs of life: only while the loop that owns the record and the screen's server both get on."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.vigil import Vigil, answering
from tests.support.notified import Notified
from tests.support.waiting import wait_for


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notified]:
    place = tmp_path / "notify"
    told = Notified(place)
    monkeypatch.setitem(os.environ, "NOTIFY_SOCKET", str(place))
    monkeypatch.setitem(os.environ, "WATCHDOG_USEC", "120000")
    yield told
    told.close()


class Loop:
    def __init__(self) -> None:
        self.beats = 0
        self.hangs = False

    def beat(self) -> int:
        self.beats += not self.hangs
        return self.beats


def test_a_loop_that_hangs_stops_them_and_one_that_goes_on_brings_them_back(manager: Notified) -> None:
    loop = Loop()
    vigil = Vigil(loop.beat, lambda: True)
    with vigil:
        wait_for(manager.heard, "a sign of life")
        loop.hangs = True
        vigil.looked()
        assert not vigil.looked()
        loop.hangs = False
        wait_for(manager.heard, "the next one")


def test_a_server_that_does_not_answer_stops_them(manager: Notified) -> None:
    loop, answers = Loop(), [True]
    vigil = Vigil(loop.beat, lambda: answers[0])
    assert vigil.looked()
    answers[0] = False
    assert not vigil.looked()
    assert manager.heard() == []


@contextmanager
def server(answer: bytes) -> Iterator[int]:
    """Takes one connection and says this much."""
    with socket.create_server(("127.0.0.1", 0)) as listens:

        def serve() -> None:
            line, _ = listens.accept()
            with line:
                line.recv(1000)
                line.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listens.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("answer", "lives"),
    [(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n", True), (b"", False), (b"what?\r\n", False)],
)
def test_a_refusal_is_an_answer(answer: bytes, lives: bool) -> None:
    with server(answer) as port:
        assert answering("127.0.0.1", port)() is lives


def test_nobody_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listens:
        port = listens.getsockname()[1]
    assert not answering("127.0.0.1", port)()
