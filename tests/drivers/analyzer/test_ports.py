"""A real terminal, its owner, and everything that can go wrong with a cable."""

import stat
from pathlib import Path

import pytest

from drivers.errors import LinkError
from drivers.ports import Line, SerialPort, open_serial
from drivers.simulated.pty import PtyDevice, UnpluggedError


class Echo:
    def answer(self, data: bytes) -> bytes:
        if data == b"pull":
            raise UnpluggedError
        return data

    def tick(self) -> bytes:
        return b""


@pytest.fixture
def device(tmp_path: Path) -> PtyDevice:
    return PtyDevice(Echo(), tmp_path / "serial" / "echo", mode=0o660)


def opened(device: PtyDevice) -> SerialPort:
    return open_serial(str(device.link), Line(115200))


def heard(port: SerialPort, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := port.read(size - len(data), 5.0)):
        data += more
    return data


def test_what_is_written_comes_back_and_silence_is_no_error(device: PtyDevice) -> None:
    port = opened(device)
    port.write(b"hello")
    assert heard(port, 5) == b"hello"
    assert port.read(1, 0.01) == b""
    port.close()
    device.close()


def test_more_than_the_terminal_holds(device: PtyDevice) -> None:
    port = opened(device)
    port.write(bytes(20000))
    assert len(heard(port, 20000)) == 20000
    device.close()


def test_drain_gives_what_was_waiting(device: PtyDevice) -> None:
    port = opened(device)
    port.write(b"abc")
    assert heard(port, 1) + port.drain() + heard_rest(port) == b"abc"
    device.close()


def heard_rest(port: SerialPort) -> bytes:
    return port.read(4096, 0.05)


def test_a_second_program_is_kept_out(device: PtyDevice) -> None:
    port = opened(device)
    with pytest.raises(LinkError) as caught:
        opened(device)
    assert (caught.value.code, caught.value.facts) == ("link.busy", {"port": str(device.link)})
    port.close()
    opened(device).close()
    device.close()


def test_unplugged_and_back_under_the_same_path(device: PtyDevice) -> None:
    port = opened(device)
    device.unplug()
    for broken in (lambda: port.read(1, 1.0), lambda: port.write(b"x"), port.drain):
        with pytest.raises(LinkError, match=r"link\.lost"):
            broken()
    port.close()
    with pytest.raises(LinkError, match=r"link\.absent"):
        opened(device)
    device.replug()
    fresh = opened(device)
    fresh.write(b"again")
    assert heard(fresh, 5) == b"again"
    device.close()
    assert not device.link.is_symlink()


def test_a_twin_pulls_its_own_plug(device: PtyDevice) -> None:
    port = opened(device)
    port.write(b"pull")
    with pytest.raises(LinkError, match=r"link\.lost"):
        port.read(1, 5.0)
    after_it = device.plugged
    device.replug()
    assert (after_it, device.plugged) == (False, True)
    device.close()


def test_a_file_is_no_serial_port(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LinkError, match=r"link\.unsuitable"):
        open_serial(str(tmp_path / "file"), Line())


def test_the_terminal_has_the_mode_it_was_given(device: PtyDevice) -> None:
    assert stat.S_IMODE(device.link.stat().st_mode) == 0o660
    device.close()
