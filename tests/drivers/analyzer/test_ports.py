"""A real terminal or a real connection, its owner, and everything that can go wrong with a cable."""

import errno
import os
import stat
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.errors import LinkError
from drivers.ports import Line, OpenPort, SerialPort, _opening, open_port, open_serial
from drivers.simulated.pty import PtyDevice, UnpluggedError
from tests.support.held import held
from tests.support.serial_server import Asked, SerialServer

pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial 3.5 in its reader

KINDS = ("serial", "socket", "rfc2217")
NOBODY = 65534


class Echo:
    """`pull` pulls the plug at once, `later` when somebody has been waiting; `swallow` after much was taken in,
    `babble` after much was said."""

    def __init__(self) -> None:
        self._order = b""
        self._turns = 0
        self._eaten = 0

    def answer(self, data: bytes) -> bytes:
        order = data[:7]
        if order in (b"pull", b"later", b"babble", b"swallow"):
            self._order, self._turns = order, {b"pull": 0, b"later": 3, b"babble": 20}.get(order, 1 << 20)
        self._eaten += len(data)
        return b"" if self._order else data

    def tick(self) -> bytes:
        if self._order and (not self._turns or self._eaten > 20_000):
            raise UnpluggedError
        self._turns -= 1
        return bytes(500) if self._order == b"babble" else b""


@contextmanager
def line(kind: str, folder: Path) -> Iterator[str]:
    """Where an echo answers."""
    if kind == "serial":
        with PtyDevice(Echo(), folder / "echo") as device:
            yield str(device.link)
    else:
        with SerialServer(Echo(), Asked() if kind == "rfc2217" else None) as server:
            yield server.where


@pytest.fixture
def device(tmp_path: Path) -> Iterator[PtyDevice]:
    with PtyDevice(Echo(), tmp_path / "serial" / "echo", mode=0o660) as device:
        yield device


def opened(device: PtyDevice) -> SerialPort:
    return open_serial(str(device.link), Line(115200))


def heard(port: OpenPort, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := port.read(size - len(data), 5.0)):
        data += more
    return data


def refused(where: object) -> tuple[str, dict[str, object]]:
    with pytest.raises(LinkError) as caught:
        open_port(str(where), Line())
    return caught.value.code, caught.value.facts


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_comes_back_and_silence_is_no_error(kind: str, tmp_path: Path) -> None:
    with line(kind, tmp_path) as where:
        port = open_port(where, Line())
        port.write(b"hello")
        assert heard(port, 5) == b"hello"
        assert port.read(1, 0.01) == port.read(1, -1.0) == b""
        assert port.path == where
        port.close()


@pytest.mark.parametrize("kind", KINDS)
def test_drain_gives_what_was_waiting(kind: str, tmp_path: Path) -> None:
    with line(kind, tmp_path) as where:
        port = open_port(where, Line())
        port.write(b"abc")
        assert heard(port, 1) + port.drain() + port.read(4096, 0.05) == b"abc"
        port.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_read_ends_as_soon_as_something_is_there(kind: str, tmp_path: Path) -> None:
    with line(kind, tmp_path) as where:
        port = open_port(where, Line())
        port.write(b"x")
        assert port.read(4096, 3600.0) == b"x"  # no test lives that long
        port.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ["pull", "later"])
def test_pulled_while_we_read(kind: str, order: str, tmp_path: Path) -> None:
    before = held()
    with line(kind, tmp_path) as where:
        port = open_port(where, Line())
        port.write(order.encode())
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.read(1, 3600.0)  # at once: no test lives that long
        port.close()
    assert held() == before


@pytest.mark.parametrize("kind", KINDS)
def test_pulled_while_we_write(kind: str, tmp_path: Path) -> None:
    before = held()
    with line(kind, tmp_path) as where:
        port = open_port(where, Line())
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.write(b"swallow" + bytes(20_000_000))
        port.close()
    assert held() == before


@pytest.mark.parametrize("kind", KINDS)
def test_pulled_while_we_drain(kind: str, tmp_path: Path) -> None:
    before = held()
    with line(kind, tmp_path) as where:
        port = open_port(where, Line())
        port.write(b"babble")
        with pytest.raises(LinkError, match=r"link\.lost"):
            drain_on(port)
        port.close()
    assert held() == before


def drain_on(port: OpenPort) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        port.drain()


@pytest.mark.parametrize("kind", KINDS)
def test_lost_is_lost_in_every_direction_and_closing_is_silent(kind: str, tmp_path: Path) -> None:
    with line(kind, tmp_path) as where:
        port = open_port(where, Line())
        port.write(b"pull")
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.read(1, 3600.0)  # at once: no test lives that long
        for _ in ("open", "closed"):
            uses: tuple[Callable[[], object], ...] = (lambda: port.read(1, 1.0), lambda: port.write(b"x"), port.drain)
            for use in uses:
                with pytest.raises(LinkError) as caught:
                    use()
                assert (caught.value.code, caught.value.facts) == ("link.lost", {"port": where})
            port.close()
        port.close()


@pytest.mark.parametrize("kind", KINDS)
def test_opening_again_and_again_leaves_nothing_behind(kind: str, tmp_path: Path) -> None:
    before = held()
    with line(kind, tmp_path) as where:
        for _ in range(4):
            port = open_port(where, Line())
            port.write(b"x")
            assert heard(port, 1) == b"x"
            port.close()
    assert held() == before


@pytest.mark.parametrize("kind", KINDS)
def test_what_we_closed_is_closed(kind: str, tmp_path: Path) -> None:
    with line(kind, tmp_path) as where:
        port = open_port(where, Line())
        port.close()
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.read(1, 0.0)
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.write(b"x")


def test_more_than_the_terminal_holds(device: PtyDevice) -> None:
    port = opened(device)
    port.write(bytes(20000))
    assert len(heard(port, 20000)) == 20000
    port.close()


def test_the_terminal_is_set_as_asked(device: PtyDevice) -> None:
    port = open_serial(str(device.link), Line(4800, flow="xonxoff"))
    terminal = os.open(device.link, os.O_RDWR | os.O_NOCTTY)
    iflag, _, cflag, lflag, _, speed, _ = termios.tcgetattr(terminal)
    os.close(terminal)
    port.close()
    assert (speed, cflag & termios.CSIZE) == (termios.B4800, termios.CS8)
    assert iflag & termios.IXON
    assert not cflag & (termios.CRTSCTS | termios.CSTOPB)
    assert not lflag & (termios.ECHO | termios.ICANON)


def test_a_second_program_is_kept_out(device: PtyDevice) -> None:
    port = opened(device)
    before = held()
    for _ in range(3):
        assert refused(device.link) == ("link.busy", {"port": str(device.link)})
    assert held() == before
    port.write(b"still ours")
    assert heard(port, 10) == b"still ours"
    port.close()
    opened(device).close()


def test_unplugged_and_back_under_the_same_path(device: PtyDevice) -> None:
    port = opened(device)
    device.unplug()
    with pytest.raises(LinkError, match=r"link\.lost"):
        port.read(1, 1.0)
    port.close()
    assert refused(device.link)[0] == "link.absent"
    device.replug()
    fresh = opened(device)
    fresh.write(b"again")
    assert heard(fresh, 5) == b"again"
    fresh.close()
    device.close()
    assert not device.link.is_symlink()


def test_an_open_port_never_becomes_the_next_device_on_its_path(device: PtyDevice) -> None:
    port = opened(device)
    device.replug()
    for _ in range(3):
        with pytest.raises(LinkError, match=r"link\.lost"):
            port.write(b"x")
    port.close()


def test_a_twin_pulls_its_own_plug(device: PtyDevice) -> None:
    port = opened(device)
    port.write(b"pull")
    with pytest.raises(LinkError, match=r"link\.lost"):
        port.read(1, 5.0)
    after_it = device.plugged
    device.replug()
    assert (after_it, device.plugged) == (False, True)
    port.close()


def test_what_is_no_serial_port(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("keep", "utf-8")
    (tmp_path / "pointer").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    before = held()
    found = {name: refused(tmp_path / name)[0] for name in ("file", ".", "pipe", "pointer", "none", "file/inside")}
    assert found == {
        "file": "link.unsuitable",
        ".": "link.unsuitable",
        "pipe": "link.unsuitable",
        "pointer": "link.absent",
        "none": "link.absent",
        "file/inside": "link.absent",
    }
    assert ((tmp_path / "file").read_text("utf-8"), held()) == ("keep", before)


def test_a_port_of_other_people(device: PtyDevice) -> None:
    terminal = device.link.resolve()  # every user reaches its folder
    terminal.chmod(0o600 if os.geteuid() == 0 else 0)
    with as_nobody():
        assert refused(terminal) == ("link.denied", {"port": str(terminal)})


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root is never denied."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize("wrong", [Line(format="9N1"), Line(format="8X1"), Line(format=""), Line(0), Line(1 << 40)])
def test_settings_that_no_line_has(wrong: Line, device: PtyDevice) -> None:
    before = held()
    with pytest.raises(LinkError, match=r"link\.unsuitable"):
        open_port(str(device.link), wrong)
    assert held() == before


def test_a_device_that_takes_nothing() -> None:
    """Nobody reads the other end: the write ends, and what was not taken is gone."""
    ours, theirs = os.openpty()
    port = open_serial(os.ttyname(theirs), Line(), write_timeout=0.1)
    with pytest.raises(LinkError, match=r"link\.stuck"):
        port.write(bytes(1 << 20))
    assert len(os.read(ours, 4096)) == 4095  # had arrived: what the other end of a terminal holds
    os.set_blocking(ours, False)
    with pytest.raises(BlockingIOError):
        os.read(ours, 1)
    port.close()
    os.close(ours)
    os.close(theirs)


def test_the_terminal_has_the_mode_it_was_given(device: PtyDevice) -> None:
    assert stat.S_IMODE(device.link.stat().st_mode) == 0o660


@pytest.mark.parametrize(
    "where",
    [
        "",
        "ttyUSB0",
        "COM3",
        "10.0.0.5:4001",
        "tcp://10.0.0.5:4001",
        "socket://10.0.0.5",
        "socket://:4001",
        "socket://10.0.0.5:0",
        "socket://10.0.0.5:65536",
        "socket://user@host:4001",
        "socket://host:4001/",
        "socket:/host:4001",
        "rfc2217://host:4001?logging=debug",
        "/dev/tty\0",
        "SOCKET://host:4001",
        "loop://",
    ],
)
def test_what_is_no_address(where: str) -> None:
    assert refused(where) == ("link.address", {"port": where})


@pytest.mark.parametrize(
    ("number", "code"), [(errno.EIO, "link.absent"), (errno.ENOTTY, "link.unsuitable"), (errno.EBUSY, "link.busy")]
)
def test_a_number_that_pyserial_hides_in_its_text_is_found(number: int, code: str) -> None:
    """A device file without hardware opens, and says so only when it is set."""
    with pytest.raises(OSError, match="not configure") as caught:
        configured(number)
    assert _opening(caught.value) == code


def configured(number: int) -> None:
    try:
        fail(number)
    except termios.error as hidden:
        raise OSError(f"Could not configure port: {hidden}")  # noqa: B904  as pyserial does


def fail(number: int) -> None:
    raise termios.error(number, os.strerror(number))
