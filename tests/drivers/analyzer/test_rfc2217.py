"""Line settings where they can be seen: at a server that notes what was asked of its port (a pty takes 8N1 only)."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import LinkError
from drivers.ports import Line, open_port
from drivers.profile.folder import find, known
from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.pty import UnpluggedError
from tests.support.held import held
from tests.support.serial_server import Asked, SerialServer
from tests.support.waiting import wait_for

pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial 3.5 in its reader


def of_each_setting() -> list[str]:
    """One profile for each way in which a line may be set."""
    ways: dict[tuple[object, ...], str] = {}
    for name in known():
        link = find(name).link
        if link.kind in ("serial", "modbus-rtu"):
            ways.setdefault((link.kind, link.baud, link.format, link.flow, *sorted(link.lines)), name)
    return sorted(ways.values())


class Echo:
    def answer(self, data: bytes) -> bytes:
        if data.endswith(b"pull"):
            raise UnpluggedError
        return data

    def tick(self) -> bytes:
        return b""


class Babbler(Echo):
    def __init__(self) -> None:
        self._asked = False

    def answer(self, data: bytes) -> bytes:
        self._asked = self._asked or bool(data)
        return b""

    def tick(self) -> bytes:
        return bytes(1 << 15) if self._asked else b""


class EightBits(Asked):
    """A port that cannot do what a client may want."""

    def __setattr__(self, name: str, value: object) -> None:
        if (name, value) == ("bytesize", 7):
            raise ValueError(value)
        super().__setattr__(name, value)


@contextmanager
def nothing_left() -> Iterator[None]:
    """Descriptors and threads are as before."""
    before = held()
    yield
    assert held() == before


@pytest.mark.parametrize("name", of_each_setting())
def test_the_line_is_set_as_the_profile_says(name: str) -> None:
    link = find(name).link
    with SerialServer(Echo(), asked := Asked()) as server:
        open_port(server.where, link).close()
    assert (asked.baudrate, asked.format, asked.flow) == (link.baud, link.format, link.flow)
    assert (asked.dtr, asked.rts) == ("dtr" in link.lines, None if link.flow == "rtscts" else "rts" in link.lines)


@pytest.mark.parametrize(
    "line",
    [
        Line(1200, "7O1"),
        Line(4800, "7E1", lines=("dtr",)),
        Line(9600, "8N2", "rtscts"),
        Line(115200, "8E1", "xonxoff", ("rts",)),
        Line(125000, "7N2", lines=()),
    ],
    ids=lambda line: f"{line.baud}-{line.format}-{line.flow}-{'+'.join(line.lines)}",
)
def test_every_setting_arrives(line: Line) -> None:
    with SerialServer(Echo(), asked := Asked()) as server:
        open_port(server.where, line).close()
    assert (asked.baudrate, asked.format, asked.flow) == (line.baud, line.format, line.flow)
    assert asked.dtr is ("dtr" in line.lines)
    assert asked.rts is (None if line.flow == "rtscts" else "rts" in line.lines)  # the hardware moves it


def test_every_byte_passes_both_ways() -> None:
    every = bytes(range(256)) * 4  # FF is Telnet's own mark
    with nothing_left(), SerialServer(Echo(), Asked()) as server:
        port = open_port(server.where, Line())
        port.write(every)
        heard = b""
        while len(heard) < len(every) and (more := port.read(100, 5.0)):
            heard += more
        assert (heard, port.read(1, 0.01), port.drain()) == (every, b"", b"")
        port.close()


def test_an_analyzer_far_away() -> None:
    profile = find("dayuan-tl310")
    with nothing_left(), SerialServer(ResidueTwin(), asked := Asked()) as server:
        analyzer = Analyzer(profile, open_port(server.where, profile.link))
        assert analyzer.identify().model == "TL-310"
        assert analyzer.read("read_all")
        analyzer.close()
    assert asked.purged > 0  # what an earlier client left is thrown away


def test_a_port_that_cannot_do_it() -> None:
    with nothing_left(), SerialServer(Echo(), EightBits()) as server, pytest.raises(LinkError) as caught:
        open_port(server.where, Line(format="7E1"))
    assert (caught.value.code, caught.value.facts) == ("link.unsuitable", {"port": server.where})


def test_a_server_that_does_not_speak_it() -> None:
    with nothing_left(), SerialServer(Echo()) as server, pytest.raises(LinkError, match=r"link\.unsuitable"):
        open_port(server.where.replace("socket", "rfc2217"), Line())


def test_a_server_that_hangs_up_at_once() -> None:
    """As ser2net does when its port is taken."""
    with nothing_left(), socket.create_server(("127.0.0.1", 0)) as listening:
        where = f"rfc2217://127.0.0.1:{listening.getsockname()[1]}"
        guest = threading.Thread(target=hang_up, args=[listening])
        guest.start()
        with pytest.raises(LinkError, match=r"link\.lost"):
            open_port(where, Line())
        guest.join()


def hang_up(listening: socket.socket) -> None:
    listening.accept()[0].close()


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with nothing_left(), pytest.raises(LinkError, match=r"link\.unreachable"):
        open_port(f"rfc2217://127.0.0.1:{port}", Line())


def test_broken_telnet_is_a_lost_line() -> None:
    """IAC SE with nothing begun: pyserial's reader dies of it."""
    with nothing_left(), SerialServer(Echo(), Asked()) as server:
        port = open_port(server.where, Line())
        server.blurt(b"\xff\xf0")
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.read(1, 3600.0)  # at once: no test lives that long
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.write(b"x")
        port.close()


def test_the_end_is_told_at_once_and_for_ever() -> None:
    with nothing_left(), SerialServer(Echo(), Asked()) as server:
        port = open_port(server.where, Line())
        port.write(b"pull")
        broken: tuple[Callable[[], object], ...] = (
            lambda: port.read(1, 3600.0),
            lambda: port.read(1, 0.0),
            lambda: port.write(b"x"),
            port.drain,
        )
        for use in broken:
            with pytest.raises(LinkError, match=r"link\.lost"):
                use()
        port.close()
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.read(1, 0.0)
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.write(b"x")


def test_a_babbling_line_is_held_back_and_left() -> None:
    """More than is kept for a reader that does not read; closing does not wait for room."""
    with nothing_left(), SerialServer(Babbler(), Asked()) as server:
        port = open_port(server.where, Line())
        port.write(b"go")
        wait_for(lambda: not server.room(), "the server has no room left")
        assert len(port.drain()) >= 1 << 16
        port.close()
