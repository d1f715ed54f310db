"""The station's ear when the scanner goes, talks nonsense or is slow; and still pictures on demand."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.scanner.allowance import Allowance
from drivers.scanner.feed import AGAIN, DOWN, DOWN_AFTER, OFTEN, ScanFeed
from drivers.scanner.server import ScanServer
from drivers.scanner.wire import Camera, CameraState, Message, Seen, Still, line_of
from tests.support.waiting import wait_for

CARD = Seen(b"CARD", "QRCode", "zxing")
READY = Camera(CameraState.READY)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "scan.sock"


@contextmanager
def answering(server: ScanServer, jpeg: Callable[[int], bytes]) -> Iterator[list[str]]:
    """What the loop does: every mark gets its picture."""
    marks: list[str] = []
    stop = threading.Event()

    def answer() -> None:
        while not stop.wait(0.005):
            for mark in server.wished():
                marks.append(mark)
                server.tell(Still(mark, jpeg(len(marks))))

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield marks
    finally:
        stop.set()
        thread.join()


def test_a_scanner_that_goes_is_again_and_only_after_ten_seconds_down(path: Path) -> None:
    heard: list[Message] = []
    clock = Clock()
    with ScanFeed(path, heard.append, clock):
        for _ in range(2):
            with ScanServer(path) as server:
                server.tell(READY)
                wait_for(lambda: heard[-1:] == [READY], "the scanner")
            wait_for(lambda: heard[-1] == AGAIN, "it went")
            clock.now += DOWN_AFTER - 1
        clock.now += 1
        wait_for(lambda: heard[-1] == DOWN, "it stays away")
        with ScanServer(path) as server:
            server.tell(READY)
            wait_for(lambda: heard[-1] == READY, "it is back")
    assert heard[:6] == [READY, AGAIN, READY, AGAIN, DOWN, READY]


def test_a_scanner_that_comes_back_only_to_go_again_is_down(path: Path) -> None:
    heard: list[Message] = []
    with ScanFeed(path, heard.append, Clock()):
        for _ in range(OFTEN):
            with ScanServer(path) as server:
                server.tell(READY)
                wait_for(lambda: heard[-1:] == [READY], "the scanner")
            wait_for(lambda: heard[-1] != READY, "it went")
    assert heard == [READY, AGAIN] * (OFTEN - 1) + [READY, DOWN]


def test_a_station_that_starts_first_waits_in_silence(path: Path) -> None:
    heard: list[Message] = []
    clock = Clock()
    with ScanFeed(path, heard.append, clock):
        clock.now += DOWN_AFTER - 1
        with ScanServer(path) as server:
            server.tell(READY)
            wait_for(lambda: heard == [READY], "the scanner")


def test_a_scanner_that_never_came_is_down(path: Path) -> None:
    heard: list[Message] = []
    clock = Clock()
    with ScanFeed(path, heard.append, clock):
        clock.now += DOWN_AFTER
        wait_for(lambda: heard == [DOWN], "nobody there")


def test_one_that_answers_and_says_nothing_is_down_too(path: Path) -> None:
    heard: list[Message] = []
    clock = Clock()
    with ScanServer(path) as server, ScanFeed(path, heard.append, clock):
        wait_for(lambda: server._clients, "connected")
        clock.now += DOWN_AFTER
        wait_for(lambda: heard == [DOWN], "not a word of its camera")
        server.tell(READY)
        wait_for(lambda: heard == [DOWN, READY], "it speaks")


@pytest.mark.parametrize("nonsense", [b"HTTP/1.1 200 OK\n", b"\xff\xfe\n", b"[" * 100_000 + b"\n", b"{}\n"], ids=len)
def test_nonsense_is_not_believed_and_costs_no_more_than_a_second_try(path: Path, nonsense: bytes) -> None:
    heard: list[Message] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as rogue:
        rogue.bind(str(path))
        rogue.listen()
        rogue.settimeout(10)
        with ScanFeed(path, heard.append):
            line, _ = rogue.accept()
            with line:
                line.sendall(line_of(READY) + line_of(CARD) + nonsense + line_of(CARD))
                wait_for(lambda: len(heard) == 3, "all that it said")
            line, _ = rogue.accept()
            with line:
                line.sendall(line_of(READY))
                wait_for(lambda: len(heard) == 4, "a second try")
    assert heard[:4] == [READY, CARD, AGAIN, READY]


def test_a_still_comes_to_who_wished_for_it_and_to_nobody_else(path: Path) -> None:
    heard: list[Message] = []
    others: list[Message] = []
    with (
        ScanServer(path) as server,
        ScanFeed(path, heard.append) as feed,
        ScanFeed(path, others.append) as other,
        answering(server, lambda nth: b"jpeg %d" % nth) as marks,
    ):
        wait_for(lambda: len(server._clients) == 2, "both")
        wait_for(lambda: feed._line and other._line, "both know it")
        assert feed.still(10) == b"jpeg 1"
        assert feed.still(10) == b"jpeg 2"
        assert other.still(10) == b"jpeg 3"
    assert len(set(marks)) == 3
    assert not any(isinstance(message, Still) for message in heard + others)


def test_many_may_wish_at_once(path: Path) -> None:
    got: list[bytes] = []
    with (
        ScanServer(path) as server,
        ScanFeed(path, lambda _: None) as feed,
        answering(server, lambda nth: b"%d" % nth),
    ):
        wait_for(lambda: feed._line, "connected")
        threads = [threading.Thread(target=lambda: got.append(feed.still(10))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(got) == [b"%d" % nth for nth in range(1, 9)]


def test_there_is_no_still_without_a_scanner_or_without_an_answer(path: Path) -> None:
    heard: list[Message] = []
    with ScanFeed(path, heard.append) as feed:
        assert feed.still(10) == b""
        with ScanServer(path) as server:
            wait_for(lambda: feed._line, "connected")
            assert feed.still(0.05) == b""
            (late,) = server.wished()
            server.tell(Still(late, b"too late"))
            with answering(server, lambda _: b"in time"):
                assert feed.still(10) == b"in time"
    assert [message for message in heard if isinstance(message, Still)] == []


def test_a_wish_ends_with_the_line(path: Path) -> None:
    got: list[bytes] = []
    with ScanFeed(path, lambda _: None) as feed:
        with ScanServer(path) as server:
            wait_for(lambda: feed._line, "connected")
            asking = threading.Thread(target=lambda: got.append(feed.still(60)))
            asking.start()
            wait_for(server.wished, "the wish")
        asking.join(20)
    assert got == [b""]


def test_a_line_in_single_bytes_is_a_line(path: Path) -> None:
    heard: list[Message] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen()
        with ScanFeed(path, heard.append):
            scanner, _ = listener.accept()
            with scanner:
                for octet in line_of(READY) + line_of(CARD) + line_of(CARD):
                    scanner.send(bytes([octet]))
                wait_for(lambda: heard == [READY, CARD, CARD], "both lines")


def test_a_flood_is_heard_no_faster_than_a_scanner_talks(path: Path) -> None:
    heard: list[Message] = []
    flood = line_of(READY) + 2000 * line_of(CARD)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen()
        with ScanFeed(path, heard.append) as feed:
            feed._allowance = Allowance(lambda: 0.0)  # a busy machine lets no time pass
            scanner, _ = listener.accept()
            with scanner:
                scanner.sendall(flood[: flood.rindex(b"\n", 0, 60_000) + 1])
                wait_for(lambda: len(heard) > 100, "the first piece")
                assert feed._allowance.took(0, 0) > 0
