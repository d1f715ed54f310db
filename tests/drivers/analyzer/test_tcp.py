"""Connections, and peers that are not there, hang up, die, or listen to nobody."""

import errno
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.errors import LinkError
from drivers.ports import Line, open_port
from drivers.tcp import DRAINED, _not_ourselves, drained, is_stuck
from tests.support.held import held
from tests.support.serial_server import Asked, SerialServer
from tests.support.waiting import wait_for

pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial 3.5 in its reader


def refused(where: str) -> tuple[str, dict[str, object]]:
    with pytest.raises(LinkError) as caught:
        open_port(where, Line())
    return caught.value.code, caught.value.facts


@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
@pytest.mark.parametrize("host", ["name.invalid", "x" * 80, "a..b"])
def test_a_name_that_leads_nowhere(scheme: str, host: str) -> None:
    before = held()
    assert refused(f"{scheme}://{host}:4001")[0] == "link.unreachable"
    assert held() == before


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"socket://127.0.0.1:{taken.getsockname()[1]}"
    before = held()
    assert refused(where) == ("link.unreachable", {"port": where})
    assert held() == before


def test_an_address_of_the_newer_kind() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listening:
        open_port(f"socket://[::1]:{listening.getsockname()[1]}", Line()).close()


def test_what_a_peer_said_before_it_hung_up_is_heard() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = open_port(f"socket://127.0.0.1:{listening.getsockname()[1]}", Line())
        peer = listening.accept()[0]
        peer.sendall(b"last words")
        peer.close()
        assert port.read(10, 5.0) == b"last words"
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.read(1, 5.0)
        port.close()


def test_half_a_connection_is_none() -> None:
    """The peer will say no more and might still listen: it is asked nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = open_port(f"socket://127.0.0.1:{listening.getsockname()[1]}", Line())
        peer = listening.accept()[0]
        peer.shutdown(socket.SHUT_WR)
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.read(1, 60.0)
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.write(b"question")
        port.close()
        assert peer.recv(100) == b""
        peer.close()


def test_a_peer_that_resets() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = open_port(f"socket://127.0.0.1:{listening.getsockname()[1]}", Line())
        peer = listening.accept()[0]
        port.write(b"never read")
        peer.recv(1)
        peer.close()
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.read(1, 5.0)
        port.close()


@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
def test_a_dead_peer_will_be_noticed(scheme: str) -> None:
    with SerialServer(Deaf(), Asked() if scheme == "rfc2217" else None) as server:
        port = open_port(server.where, Line())
        found = [kept_alive(one) for one in sockets() if peer_of(one) == server.where.partition("127.0.0.1:")[2]]
        assert found == [(1, 10, 25_000)]
        port.close()


def kept_alive(one: socket.socket) -> tuple[int, int, int]:
    idle, dead = (one.getsockopt(socket.IPPROTO_TCP, name) for name in (socket.TCP_KEEPIDLE, socket.TCP_USER_TIMEOUT))
    return one.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), idle, dead


def test_a_connection_to_oneself_is_none() -> None:
    with socket.socket() as lonely:
        lonely.bind(("127.0.0.1", 0))
        lonely.connect(lonely.getsockname())
        with pytest.raises(ConnectionRefusedError):
            _not_ourselves(lonely)


@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
def test_a_peer_that_takes_nothing(scheme: str) -> None:
    """What it did not take is not delivered behind our back: it finds the connection reset."""
    with SerialServer(deaf := Deaf(), Asked() if scheme == "rfc2217" else None) as server:
        port = open_port(server.where, Line(), write_timeout=0.3)
        with pytest.raises(LinkError, match=r"link\.stuck"):
            port.write(b"deaf" + bytes(50_000_000))
        port.close()
        deaf.hears.set()
        wait_for(lambda: server.cut is not None, "the end")
    assert isinstance(server.cut, ConnectionResetError)


class Deaf:
    """Takes no more until somebody unplugs its ears."""

    def __init__(self) -> None:
        self.hears = threading.Event()

    def answer(self, data: bytes) -> bytes:
        self.hears.wait(30.0)
        return b""

    def tick(self) -> bytes:
        return b""


def sockets() -> Iterator[socket.socket]:
    """Every socket of this process, by a second descriptor."""
    for entry in list(Path("/proc/self/fd").iterdir()):
        if entry.is_socket():
            with socket.socket(fileno=os.dup(int(entry.name))) as found:
                yield found


def peer_of(found: socket.socket) -> str:
    try:
        return str(found.getpeername()[1])
    except (OSError, IndexError):  # a pair, or a server
        return ""


def test_a_peer_that_the_kernel_gave_up_is_lost_not_stuck() -> None:
    assert is_stuck(TimeoutError("timed out"))
    assert not is_stuck(TimeoutError(errno.ETIMEDOUT, "keep-alive"))


def test_a_line_that_babbles_for_ever_is_left() -> None:
    assert len(drained(lambda size, _: bytes(size))) == DRAINED
