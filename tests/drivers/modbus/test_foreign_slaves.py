"""Our driver reads slaves that are not ours: libmodbus with its faults, modbus-tk, modbus-serial."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from drivers.errors import DeviceError, FrameError, LinkError, Refused
from drivers.ports import open_port
from tests.drivers.modbus.buses import PATIENCE, Bus, program, pty_pair, until_open

HERE = Path(__file__).parent
DOCUMENTS = Path("usr/share/doc/libmodbus-dev/examples")
EXAMPLES = next(root / DOCUMENTS for root in (Path("/"), Path(sys.prefix) / "foreign") if (root / DOCUMENTS).is_dir())
REGISTERS, INPUT, COILS, DISCRETES = 0x160, 0x108, 0x130, 0x1C4
BUSY, WRONG_SLAVE, LATE, BY_BYTES = 0x170, 0x171, 0x172, 0x173  # holding registers with a fault of their own


def built(folder: Path, changes: dict[str, str]) -> Path:
    """libmodbus' own unit-test-server, for our port."""
    text = (EXAMPLES / "unit-test-server.c").read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "server.c").write_text(text)
    include = [f"-I{EXAMPLES}", "-I/usr/include/modbus"]
    subprocess.run(["gcc", *include, folder / "server.c", "-o", folder / "server", "-lmodbus"], check=True)
    return folder / "server"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def until_it_answers(bus: Bus) -> None:
    """A foreign slave opens its end of the line when it is ready, and may still be at what was asked before."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            bus.read("input", INPUT, 1)
        except (LinkError, FrameError):
            assert time.monotonic() < deadline
        else:
            return


@contextmanager
def libmodbus(kind: str, folder: Path) -> Iterator[Bus]:
    if kind == "modbus-tcp":
        number = free_port()
        with program(built(folder, {"1502)": f"{number})"}), "tcp"):
            bus = Bus(until_open(f"socket://127.0.0.1:{number}", Bus.settings(kind=kind)), kind=kind, unit=17)
            yield bus
            bus.port.close()
    else:
        with pty_pair(folder) as (ours, theirs), program(built(folder, {"/dev/ttyUSB0": str(theirs)}), "rtu"):
            bus = Bus(open_port(str(ours), Bus.settings()), unit=17)
            until_it_answers(bus)
            yield bus
            bus.port.close()


@pytest.mark.parametrize("kind", ["modbus-rtu", "modbus-tcp"])
def test_libmodbus(kind: str, tmp_path: Path) -> None:
    """Values both ways, then every fault of its test server, and after each the values are still the right ones."""
    with libmodbus(kind, tmp_path) as bus:
        assert bus.read("input", INPUT, 1) == b"\x00\x0a"
        assert bus.read("discrete", DISCRETES, 22) == b"\xac\xdb\x35"
        for n, value in enumerate((0x022B, 0x0001, 0x0064)):
            bus.write("holding", REGISTERS + n, value)
        bus.write("holding", LATE, 0x0BAD)
        assert bus.read("holding", REGISTERS, 3) == bytes.fromhex("022B 0001 0064")
        bus.write("coil", COILS, 1)
        assert bus.read("coil", COILS, 5) == b"\x01"
        assert failed(bus, BUSY) == (Refused, "analyzer.exception", 6)
        assert bus.read("holding", REGISTERS, 1) == b"\x02\x2b"
        wrong = (FrameError, "analyzer.answer") if kind == "modbus-rtu" else (LinkError, "analyzer.silent")
        assert failed(bus, WRONG_SLAVE)[:2] == wrong
        assert bus.read("holding", REGISTERS, 1) == b"\x02\x2b"
        assert failed(bus, LATE)[:2] == (LinkError, "analyzer.silent")
        until_it_answers(bus)  # on a busy machine the late answer may fall into the next question, which is told then
        assert bus.read("holding", REGISTERS, 1) == b"\x02\x2b"
        assert failed(bus, REGISTERS + 0x20) == (Refused, "analyzer.exception", 2)


def failed(bus: Bus, addr: int, count: int = 1) -> tuple[type[DeviceError], str, object]:
    with pytest.raises(DeviceError) as caught:
        bus.read("holding", addr, count)
    return type(caught.value), caught.value.code, caught.value.facts.get("value")


def test_libmodbus_answers_byte_by_byte(tmp_path: Path) -> None:
    """It answers this register as unit FF, whatever was asked."""
    with libmodbus("modbus-tcp", tmp_path) as bus:
        bus.modbus._unit = 0xFF
        assert bus.read("holding", BY_BYTES, 1) == b"\x00\x00"


def test_libmodbus_says_fewer_registers_than_asked(tmp_path: Path) -> None:
    with libmodbus("modbus-rtu", tmp_path) as bus:
        assert failed(bus, REGISTERS, 2)[:2] == (FrameError, "analyzer.answer")


def test_an_answer_much_later_than_we_wait_is_never_another_value(tmp_path: Path) -> None:
    """0.5 s late and we give up after 0.18 s: silence alone does not help, so the next answers are not believed."""
    with libmodbus("modbus-rtu", tmp_path) as bus:
        bus.write("holding", REGISTERS, 0x022B)
        bus.write("holding", LATE, 0x0BAD)
        hasty = Bus(bus.port, unit=17, reply_ms=180, byte_ms=20)
        told: list[bytes] = []
        assert failed(hasty, LATE)[1] == "analyzer.silent"
        deadline = time.monotonic() + PATIENCE
        while not told:
            assert time.monotonic() < deadline
            try:
                told.append(hasty.read("holding", REGISTERS, 1))
            except (LinkError, FrameError):
                continue
    assert told == [b"\x02\x2b"]


def test_modbus_tk(tmp_path: Path) -> None:
    with pty_pair(tmp_path) as (ours, theirs), program(sys.executable, HERE / "tk_slave.py", theirs) as slave:
        assert slave.stdout is not None
        assert slave.stdout.readline() == "ready\n"
        bus = Bus(open_port(str(ours), Bus.settings()), unit=5)
        for _ in range(20):
            assert bus.read("holding", 100, 8) == bytes(n for value in range(1, 9) for n in (0, value))
        bus.write("holding", 103, 0xBEEF)
        bus.write("coil", 4, 1)
        assert bus.read("holding", 102, 3) == bytes.fromhex("0003 BEEF 0005")
        assert bus.read("coil", 0, 10) == b"\x10\x00"
        assert failed(bus, 107, 2) == (Refused, "analyzer.exception", 2)
        with pytest.raises(LinkError, match=r"analyzer\.silent"):
            bus.read("holding", 100, 1, unit=6)
        bus.port.close()


def test_modbus_serial_of_node() -> None:
    node, _ = compute_driver_executable()
    with program(node, HERE / "slave.mjs") as slave:
        assert slave.stdout is not None
        where = f"socket://127.0.0.1:{int(slave.stdout.readline())}"
        settings = Bus.settings(kind="modbus-tcp")
        bus = Bus(open_port(where, settings), kind="modbus-tcp", unit=3)
        assert bus.read("holding", 20, 3) == bytes.fromhex("03FC 03FD 03FE")
        assert bus.read("input", 7, 1) == b"\x41\xc8"
        assert bus.read("coil", 0, 10) == b"\x49\x02"
        bus.write("coil", 1, 1)
        assert bus.read("coil", 0, 10) == b"\x4b\x02"
        assert failed(bus, 300) == (Refused, "analyzer.exception", 2)
        bus.port.close()
