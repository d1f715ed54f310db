"""Server and feed over a real Unix socket: everybody hears, nobody disturbs, everything comes back."""

import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.errors import LinkError
from drivers.scanner.feed import ScanFeed
from drivers.scanner.server import BACKLOG, ScanServer
from drivers.scanner.wire import Camera, CameraState, Message, Preview, Seen, line_of, preview_line

CARD = Seen(b"CARD", "QRCode", "zxing")
READY = Camera(CameraState.READY)


class Ear:
    """Keeps what a feed hears and waits for it."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self._change = threading.Condition()

    def __call__(self, message: Message) -> None:
        with self._change:
            self.heard.append(message)
            self._change.notify_all()

    def wait(self, message: Message) -> None:
        with self._change:
            assert self._change.wait_for(lambda: message in self.heard, 10), self.heard


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "scan.sock"


@pytest.fixture
def server(path: Path) -> Iterator[ScanServer]:
    with ScanServer(path) as server:
        yield server


def knock(path: Path) -> socket.socket:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(10)
    line.connect(str(path))
    return line


def test_a_late_comer_first_hears_how_the_camera_is(server: ScanServer, path: Path) -> None:
    server.tell(READY)
    server.tell(CARD)
    until(lambda: server._camera == READY and not server._news)
    with knock(path) as line:
        assert line.recv(4096) == line_of(READY)


def test_only_the_group_may_listen(server: ScanServer, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_everybody_hears_and_who_leaves_disturbs_nobody(server: ScanServer, path: Path) -> None:
    ear = Ear()
    with ScanFeed(path, ear):
        server.tell(READY)
        ear.wait(READY)
        for _ in range(5):
            knock(path).close()
        server.tell(CARD)
        ear.wait(CARD)


def test_previews_come_to_who_asked_for_them_only(server: ScanServer, path: Path) -> None:
    watching, other = Ear(), Ear()
    with ScanFeed(path, watching) as feed, ScanFeed(path, other):
        server.tell(READY)
        watching.wait(READY)
        other.wait(READY)
        assert not server.mirror()
        feed.ask_preview(True)
        until(server.mirror)
        server.tell(Preview(b"jpeg"))
        server.tell(CARD)
        watching.wait(Preview(b"jpeg"))
        other.wait(CARD)
        assert Preview(b"jpeg") not in other.heard
        feed.ask_preview(False)
        until(lambda: not server.mirror())


def test_a_client_that_never_reads_is_dropped_and_one_that_babbles_too(server: ScanServer, path: Path) -> None:
    with knock(path) as babbler:
        until(lambda: len(server._clients) == 1)
        babbler.sendall(b"x" * 10_000)
        until(lambda: len(server._clients) == 0)
    with knock(path) as deaf, knock(path) as keen, keen.makefile("rb") as lines:
        deaf.sendall(preview_line(True))
        until(lambda: len(server._clients) == 2)
        for number in range(BACKLOG // 5000 + 100):
            big = Seen(b"%5000d" % number, "QRCode", "zxing")
            server.tell(big)
            assert lines.readline() == line_of(big)
        until(lambda: len(server._clients) == 1)


def test_who_wants_previews_wants_them_from_the_next_scanner_too(path: Path) -> None:
    ear = Ear()
    with ScanFeed(path, ear) as feed:
        feed.ask_preview(True)
        for _ in range(2):
            with ScanServer(path) as server:
                until(server.mirror)


def test_one_socket_one_scanner_and_a_dead_ones_file_is_taken_over(path: Path) -> None:
    with ScanServer(path), pytest.raises(LinkError, match=r"scanner\.taken"):
        ScanServer(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(str(path))
    ScanServer(path).close()
    with pytest.raises(LinkError, match=r"scanner\.socket"):
        ScanServer(path.parent / "nowhere" / "scan.sock")


def test_a_file_that_is_no_socket_is_not_removed(tmp_path: Path) -> None:
    file = tmp_path / "important"
    file.write_text("important")
    with pytest.raises(LinkError, match=r"scanner\.socket"):
        ScanServer(file)
    assert file.read_text() == "important"
