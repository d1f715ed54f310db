"""Masters that are not ours read our twins: what they see is what our profiles see, what they ask is what we ask."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import minimalmodbus
import pytest

from drivers.errors import Refused
from drivers.ports import open_port
from drivers.simulated.analyzer_modbus import Image, RegisterTwin
from drivers.simulated.modbus_probes import BoxTwin, TurbidityTwin
from drivers.simulated.pty import PtyDevice
from drivers.simulated.tcp import TcpDevice
from tests.drivers.modbus.buses import Bus, analyzer

CHLORINE = {  # the words of the CL500's golden: 1.2304 mg/L, low word first
    "holding": {0: 2, 1: 1},
    "input": dict(enumerate((0x70A4, 0x3F9D, 0x7DBF, 0x3F9D, 1, 4, 2, 500, 0, 1, 1, 0, 0, 0))),
}
AMBIENT = {"holding": dict(enumerate((1, 9600, 0, 0), 0x0101)), "input": {1: 0xFF33, 2: 546}}


def mbpoll(where: str | int, *options: str) -> list[str]:
    """The values it prints, `[address]: value`, of registers `value (with a sign)`."""
    line = (
        ["-m", "tcp", "-p", str(where), "127.0.0.1"] if isinstance(where, int) else ["-m", "rtu", "-P", "none", where]
    )
    options = (*options, "-0", "-1", "-q", "-b", "9600") if isinstance(where, str) else (*options, "-0", "-1", "-q")
    command = ["mbpoll", *options, *line]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = re.findall(r"^\[\d+\]:\s+(\S+)(?: \((\S+)\))?$", ended.stdout, re.MULTILINE)
    return [signed or value for value, signed in found]


@contextmanager
def line(twin: RegisterTwin, folder: Path) -> Iterator[str]:
    with PtyDevice(twin, folder / "line") as device:
        yield str(device.link)


def test_mbpoll_reads_the_chlorine_that_we_read(tmp_path: Path) -> None:
    with line(RegisterTwin({1: Image(CHLORINE)}), tmp_path) as where:
        shown, exact = mbpoll(where, "-a", "1", "-t", "3:float", "-r", "0", "-c", "2")
        with analyzer("globalwater-cl500", where) as host:
            assert host.identify().firmware == "1.4.2"
            (reading,) = host.read()
        swapped = mbpoll(where, "-a", "1", "-t", "3:float", "-B", "-r", "2", "-c", "1")
    assert (Decimal(shown), Decimal(exact)) == (Decimal("1.23"), reading.value)
    assert swapped != [exact]


def test_mbpoll_reads_the_room_that_we_read(tmp_path: Path) -> None:
    with line(RegisterTwin({1: Image(AMBIENT)}), tmp_path) as where:
        temperature, humidity = mbpoll(where, "-a", "1", "-t", "3", "-r", "1", "-c", "2")
        with analyzer("xy-md02", where) as host:
            readings = host.read()
    assert [reading.value for reading in readings] == [Decimal(temperature) / 10, Decimal(humidity) / 10]


def test_mbpoll_reads_what_the_probe_tells_of_itself(tmp_path: Path) -> None:
    with line(TurbidityTwin(), tmp_path) as where:
        serial = mbpoll(where, "-a", "1", "-t", "4:hex", "-r", str(0x0900), "-c", "7")
        version = mbpoll(where, "-a", "1", "-t", "4:hex", "-r", str(0x0700), "-c", "2")
        with analyzer("yosemitech-y511", where) as host:
            identity = host.identify()
    said = bytes.fromhex("".join(word.removeprefix("0x") for word in serial)).strip(b"\0)")
    assert (identity.serial, identity.firmware) == (said.decode(), "1.11")
    assert version == ["0x0100", "0x010B"]


def test_mbpoll_reads_the_sensor_that_we_read() -> None:
    with TcpDevice(BoxTwin(seed=2)) as device:
        with analyzer("trios-tribox3", f"socket://127.0.0.1:{device.port}") as host:
            (reading,) = host.read()
        (value,) = mbpoll(device.port, "-a", "2", "-t", "4:float", "-r", "1000", "-c", "1")
        high, low = mbpoll(device.port, "-a", "1", "-t", "4", "-r", "100", "-c", "2")
    assert Decimal(value) == reading.value
    assert (high, low) == ("0", "9401")


def test_mbpoll_reads_coils_in_our_order(tmp_path: Path) -> None:
    bits = [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0]
    image = {"coil": dict(enumerate(bits)), "discrete": dict(enumerate(bits[::-1]))}
    with line(RegisterTwin({1: Image(image)}), tmp_path) as where:
        coils = mbpoll(where, "-a", "1", "-t", "0", "-r", "0", "-c", "11")
        discretes = mbpoll(where, "-a", "1", "-t", "1", "-r", "0", "-c", "11")
        bus = Bus(open_port(where, Bus.settings()))
        ours = [bus.read(table, 0, 11) for table in ("coil", "discrete")]
        bus.port.close()
    assert [*map(int, coils)] == bits == [int.from_bytes(ours[0], "little") >> n & 1 for n in range(11)]
    assert [*map(int, discretes)] == bits[::-1] == [int.from_bytes(ours[1], "little") >> n & 1 for n in range(11)]


class Heard(RegisterTwin):
    """Keeps every byte that reached it."""

    def __init__(self) -> None:
        image = {"holding": dict(enumerate((7, 0xFFFE, 0x4148, 0, 0x5935, 0x3131))), "coil": {1: 0}}
        super().__init__({1: Image({**image, "input": {1: 0xFF33}})})
        self.heard = b""

    def answer(self, data: bytes) -> bytes:
        self.heard += data
        return super().answer(data)


@contextmanager
def second_opinion(where: str) -> Iterator[minimalmodbus.Instrument]:
    instrument = minimalmodbus.Instrument(where, 1)
    instrument.serial.baudrate = 9600
    instrument.serial.timeout = 0.5
    try:
        yield instrument
    finally:
        instrument.serial.close()


def test_minimalmodbus_asks_with_our_bytes_and_reads_our_values(tmp_path: Path) -> None:
    theirs, ours = Heard(), Heard()
    with line(theirs, tmp_path / "a") as where, second_opinion(where) as them:
        told = (
            them.read_registers(0, 2),
            them.read_float(2),
            them.read_string(4, 2),
            them.read_register(1, 1, functioncode=4, signed=True),
        )
        them.write_bit(1, 1)
        them.write_register(0, 9, functioncode=6)
    with line(ours, tmp_path / "b") as where:
        bus = Bus(open_port(where, Bus.settings()))
        data = [
            bus.read("holding", 0, 2),
            bus.read("holding", 2, 2),
            bus.read("holding", 4, 2),
            bus.read("input", 1, 1),
        ]
        bus.write("coil", 1, 1)
        bus.write("holding", 0, 9)
        bus.port.close()
    assert ours.heard == theirs.heard
    assert told == ([7, 65534], 12.5, "Y511", -20.5)
    assert data == [b"\x00\x07\xff\xfe", b"\x41\x48\x00\x00", b"Y511", b"\xff\x33"]


def test_minimalmodbus_is_refused_as_we_are(tmp_path: Path) -> None:
    with line(Heard(), tmp_path) as where:
        with second_opinion(where) as them, pytest.raises(minimalmodbus.IllegalRequestError):
            them.read_register(0x4000)
        bus = Bus(open_port(where, Bus.settings()))
        with pytest.raises(Refused, match=r"analyzer\.exception"):
            bus.read("holding", 0x4000, 1)
        bus.port.close()
