"""Every Modbus profile with its twin, over a terminal or a connection, and with every fault that a line can have."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import DeviceError, FrameError, LinkError, Refused
from drivers.reading import Identity
from drivers.simulated.analyzer_modbus import FAULTS, Image, RegisterTwin
from drivers.simulated.modbus_probes import AmbientTwin, BoxTwin, TurbidityTwin
from drivers.simulated.pty import PtyDevice
from drivers.simulated.tcp import TcpDevice
from tests.drivers.modbus.buses import PATIENCE, analyzer, rtu, tcp

TWINS = {"yosemitech-y511": TurbidityTwin, "trios-tribox3": BoxTwin, "xy-md02": AmbientTwin}


@contextmanager
def running(name: str, twin: RegisterTwin, folder: Path, **link: object) -> Iterator[Analyzer]:
    if isinstance(twin, BoxTwin):
        with TcpDevice(twin) as device, analyzer(name, f"socket://127.0.0.1:{device.port}", **link) as host:
            yield host
    else:
        with PtyDevice(twin, folder / "line") as line, analyzer(name, str(line.link), **link) as host:
            yield host


@pytest.mark.parametrize(
    ("name", "quantities"),
    [
        ("yosemitech-y511", [("turbidity", "NTU"), ("temperature", "°C")]),
        ("trios-tribox3", [("concentration", "mg/L")]),
        ("xy-md02", [("temperature", "°C"), ("humidity", "%RH")]),
    ],
)
def test_who_it_is_and_what_it_measures(name: str, quantities: list[tuple[str, str]], tmp_path: Path) -> None:
    with running(name, TWINS[name](seed=3), tmp_path) as host:
        assert host.identify().profile == name
        readings = host.read()
    assert [(reading.quantity, reading.unit) for reading in readings] == quantities
    assert all(isinstance(reading.value, Decimal) for reading in readings)


def test_the_probe_is_stopped_whatever_happened(tmp_path: Path) -> None:
    twin = TurbidityTwin("error")
    with running("yosemitech-y511", twin, tmp_path) as host:
        with pytest.raises(Refused, match="error"):
            host.read()
        assert not twin.measuring
        assert (host.identify().serial, host.identify().firmware) == ("YL2914010022", "1.11")


@pytest.mark.parametrize(
    ("name", "scenario", "field"),
    [
        ("yosemitech-y511", "calibrated", "k"),
        ("trios-tribox3", "high-word-first", "value"),
        ("xy-md02", "corrected", "temperature_correction"),
        ("xy-md02", "dead-chip", "humidity"),
    ],
)
def test_what_must_not_be_used(name: str, scenario: str, field: str, tmp_path: Path) -> None:
    with running(name, TWINS[name](scenario), tmp_path) as host, pytest.raises(Refused) as caught:
        host.read()
    assert caught.value.facts["field"] == field


def test_a_trigger_moves_the_time(tmp_path: Path) -> None:
    with running("trios-tribox3", BoxTwin(), tmp_path) as host:
        times = [host.read()[0].taken_at for _ in range(2)]
        assert host.identify().serial == "9401"
    assert times == ["2026-11-20T09:42:30", "2026-11-20T09:43:30"]


EXPECTED: dict[str, tuple[type[DeviceError], set[str]]] = {
    "silent": (LinkError, {"analyzer.silent"}),
    "late": (LinkError, {"analyzer.silent"}),
    "half": (FrameError, {"analyzer.length", "analyzer.checksum"}),
    "bad-crc": (FrameError, {"analyzer.checksum", "analyzer.noise"}),
    "wrong-unit": (FrameError, {"analyzer.answer"}),
    "unplug": (LinkError, {"link.lost"}),
}


def recovered(host: Analyzer) -> Identity:
    """What comes late from the time before is refused as long as it comes."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return host.identify()
        except (FrameError, LinkError):
            assert time.monotonic() < deadline


@pytest.mark.parametrize("fault", EXPECTED)
@pytest.mark.parametrize("name", TWINS)
def test_every_fault_has_a_name_and_goes_away(name: str, fault: str, tmp_path: Path) -> None:
    twin = TWINS[name]()
    error, codes = EXPECTED[fault]
    with running(name, twin, tmp_path, retries=0) as host:
        expected = host.identify()
        twin.fault = fault
        with pytest.raises(error) as caught:
            host.read()
        assert caught.value.code in codes
        twin.fault = None
        assert fault == "unplug" or recovered(host) == expected


@pytest.mark.parametrize("name", TWINS)
def test_noise_is_read_through(name: str, tmp_path: Path) -> None:
    with running(name, TWINS[name](fault="noise"), tmp_path, retries=0) as host:
        assert host.identify().profile == name
        assert host.read()


def test_all_faults_are_tried() -> None:
    assert {*EXPECTED, "noise"} == {*FAULTS}


IMAGE = {"holding": {0: 1, 1: 2}, "input": {0: 3}, "coil": {0: 1, 1: 0, 2: 1}, "discrete": {8: 1}}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("03 00 00 00 02", "03 04 00 01 00 02"),
        ("04 00 00 00 01", "04 02 00 03"),
        ("01 00 00 00 03", "01 01 05"),
        ("02 00 08 00 01", "02 01 01"),
        ("03 00 01 00 02", "83 02"),
        ("03 00 00 00 00", "83 03"),
        ("06 00 01 12 34", "06 00 01 12 34"),
        ("06 00 02 12 34", "86 02"),
        ("05 00 01 FF 00", "05 00 01 FF 00"),
        ("05 00 01 00 01", "85 03"),
        ("0F 00 00 00 03 01 02", "0F 00 00 00 03"),
        ("10 00 00 00 02 04 00 05 00 06", "10 00 00 00 02"),
        ("10 00 00 00 02 02 00 05", "90 03"),
        ("2B 0E 01 00", "AB 01"),
        ("41 05", "41 06"),
    ],
)
def test_what_the_twin_says(asked: str, said: str) -> None:
    def fresh(*, tcp: bool) -> RegisterTwin:
        image = Image({name: dict(table) for name, table in IMAGE.items()}, {b"\x41\x05": b"\x41\x06"})
        return RegisterTwin({9: image}, tcp=tcp)

    assert fresh(tcp=False).answer(bytes.fromhex(rtu(f"09 {asked}"))) == bytes.fromhex(rtu(f"09 {said}"))
    assert fresh(tcp=True).answer(bytes.fromhex(tcp(5, f"09 {asked}"))) == bytes.fromhex(tcp(5, f"09 {said}"))


def test_what_was_written_is_read() -> None:
    twin = RegisterTwin({9: Image({"holding": {0: 0, 1: 0}, "coil": {0: 0, 1: 0, 2: 0}})})
    for asked in ("10 00 00 00 02 04 00 05 00 06", "0F 00 00 00 03 01 05"):
        twin.answer(bytes.fromhex(rtu(f"09 {asked}")))
    assert twin.answer(bytes.fromhex(rtu("09 03 00 00 00 02"))) == bytes.fromhex(rtu("09 03 04 00 05 00 06"))
    assert twin.answer(bytes.fromhex(rtu("09 01 00 00 00 03"))) == bytes.fromhex(rtu("09 01 01 05"))


def test_nobody_answers_for_another_unit() -> None:
    asked = "08 03 00 00 00 01"
    assert RegisterTwin({9: Image(IMAGE)}).answer(bytes.fromhex(rtu(asked))) == b""
    assert RegisterTwin({9: Image(IMAGE)}, tcp=True).answer(bytes.fromhex(tcp(1, asked))) == bytes.fromhex(
        tcp(1, "08 83 0B")
    )
