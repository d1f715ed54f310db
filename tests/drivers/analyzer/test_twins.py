"""Both ends in one place: the driver over a terminal, and a twin that runs enzymes behind it."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import DeviceError, FrameError, LinkError, Refused
from drivers.evidence.replay import ReplayPort
from drivers.ports import open_serial
from drivers.profile.folder import find
from drivers.reading import Reading
from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.analyzer_modbus import ChlorineTwin
from drivers.simulated.pty import PtyDevice, Twin
from drivers.transcript import parse, told


@contextmanager
def session(profile_id: str, twin: Twin, tmp_path: Path) -> Iterator[tuple[Analyzer, PtyDevice]]:
    profile = find(profile_id)
    quick = profile.model_copy(update={"link": profile.link.model_copy(update={"reply_ms": 300, "byte_ms": 60})})
    with PtyDevice(twin, tmp_path / "analyzer") as device:
        analyzer = Analyzer(quick, open_serial(str(device.link), quick.link))
        yield analyzer, device
        analyzer.close()


def residue(tmp_path: Path, twin: ResidueTwin) -> AbstractContextManager[tuple[Analyzer, PtyDevice]]:
    return session("dayuan-tl310", twin, tmp_path)


def after_a_run(analyzer: Analyzer) -> tuple[Reading, ...]:
    deadline = time.monotonic() + 20
    while len(readings := analyzer.read("read_all")) < 8:
        assert time.monotonic() < deadline
    return readings[2:]


def change(readings: tuple[Reading, ...], channel: int) -> Decimal:
    found = [r.value for r in readings if r.channel == channel and r.quantity == "absorbance_change"]
    assert found[0] is not None
    return found[0]


def inhibition(readings: tuple[Reading, ...], channel: int) -> Decimal:
    blank = change(readings, 1)
    return (blank - change(readings, channel)) / blank * 100


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("scenario", "blank", "low", "high"),
    [
        ("clean", Decimal("0.5"), -3, 8),
        ("contaminated", Decimal("0.5"), 69, 86),
        ("weak-enzyme", Decimal("0.217"), -5, 9),
    ],
)
def test_what_the_station_sees_of_a_scenario(
    scenario: str, blank: Decimal, low: int, high: int, seed: int, tmp_path: Path
) -> None:
    with residue(tmp_path, ResidueTwin(scenario, seed, run_seconds=0.05, auto=True)) as (analyzer, _):
        assert analyzer.identify().model == "TL-310"
        readings = after_a_run(analyzer)
    assert abs(change(readings, 1) - blank) < Decimal("0.01")
    assert all(low <= inhibition(readings, channel) <= high for channel in (2, 3))


def test_a_run_is_the_control_and_two_samples_with_two_readings_each(tmp_path: Path) -> None:
    with residue(tmp_path, ResidueTwin(run_seconds=0.05, auto=True)) as (analyzer, _):
        readings = after_a_run(analyzer)
    assert [r.channel for r in readings] == [1, 1, 2, 2, 3, 3]
    assert [r.record for r in readings] == [2, 2, 3, 3, 4, 4]
    assert {(r.quantity, r.unit) for r in readings} == {("inhibition", "%"), ("absorbance_change", "AU")}
    assert readings[0].value is None  # the control has no inhibition
    assert all(r.raw.startswith(b"\x7e") and len(r.raw) == 27 for r in readings)


def test_the_same_seed_gives_the_same_bytes() -> None:
    def store(seed: int) -> bytes:
        twin = ResidueTwin("contaminated", seed, run_seconds=0.0, clock=lambda: 7.0)
        twin.start_run()
        return twin.answer(bytes.fromhex("7E150400FFFFFFFF4DAA"))

    assert store(5) == store(5)
    assert store(5) != store(6)


def test_polling_starts_one_run_at_a_time() -> None:
    now = [0.0]
    twin = ResidueTwin(run_seconds=1.0, auto=True, clock=lambda: now[0])
    read_all = bytes.fromhex("7E150400FFFFFFFF4DAA")
    sizes = []
    for moment in (0.0, 0.3, 0.6, 0.9, 1.2, 1.5):
        now[0] = moment
        sizes.append(len(twin.answer(read_all)) // 27)
    assert (sizes, twin.runs) == ([1, 1, 1, 1, 1, 4], 1)


def test_a_request_in_pieces_and_after_noise() -> None:
    twin = ResidueTwin()
    hello = bytes.fromhex("7E010100FF71AA")
    pieces = [twin.answer(bytes([byte])) for byte in b"\x00\x7e\x7e" + hello]
    assert b"".join(pieces) == bytes.fromhex("7E020400FF021010F8AA")


def test_chlorine_with_the_instruments_own_unit(tmp_path: Path) -> None:
    with session("globalwater-cl500", ChlorineTwin(seed=4), tmp_path) as (analyzer, _):
        assert analyzer.identify().firmware == "1.4.2"
        (reading,) = analyzer.read("reading")
    assert (reading.quantity, reading.unit, reading.state) == ("free_chlorine", "mg/L", "normal")
    assert reading.value is not None
    assert Decimal(0) < reading.value < Decimal(2)
    assert reading.value == round(reading.value, 4)


@pytest.mark.parametrize(
    ("scenario", "state"), [("over-range", "over"), ("need-standard", "need_standard"), ("need-sample", "need_sample")]
)
def test_chlorine_that_must_not_be_used(scenario: str, state: str, tmp_path: Path) -> None:
    with (
        session("globalwater-cl500", ChlorineTwin(scenario), tmp_path) as (analyzer, _),
        pytest.raises(Refused) as caught,
    ):
        analyzer.read("reading")
    assert (caught.value.facts["field"], caught.value.facts["value"]) == ("state", state)


TWINS: dict[str, Callable[[], ResidueTwin | ChlorineTwin]] = {
    "dayuan-tl310": ResidueTwin,
    "globalwater-cl500": ChlorineTwin,
}


@pytest.mark.parametrize("name", TWINS)
@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("silent", LinkError, "analyzer.silent"),
        ("bad-crc", FrameError, "analyzer.checksum"),
        ("unplug", LinkError, "link.lost"),
    ],
)
def test_a_fault_has_a_name_and_goes_away(
    name: str, fault: str, error: type[DeviceError], code: str, tmp_path: Path
) -> None:
    twin = TWINS[name]()
    with session(name, twin, tmp_path) as (analyzer, device):
        expected = analyzer.identify()
        twin.fault = fault
        with pytest.raises(error) as caught:
            analyzer.read()
        assert (caught.value.code, caught.value.facts["model"]) == (code, expected.model)
        twin.fault = None
        if not device.plugged:
            device.replug()
            analyzer.close()
            fresh = Analyzer(analyzer.profile, open_serial(str(device.link), analyzer.profile.link))
            assert fresh.identify() == expected
            fresh.close()
        else:
            assert analyzer.identify() == expected


@pytest.mark.parametrize("name", TWINS)
def test_noise_before_every_answer_is_survived(name: str, tmp_path: Path) -> None:
    twin = TWINS[name]()
    twin.fault = "noise"
    with session(name, twin, tmp_path) as (analyzer, _):
        assert analyzer.identify().profile == name
        assert analyzer.read()


@pytest.mark.parametrize("name", TWINS)
def test_the_transcript_of_a_session_replays_to_the_same_readings(name: str, tmp_path: Path) -> None:
    with session(name, TWINS[name](), tmp_path) as (analyzer, _):
        analyzer.identify()
        readings = analyzer.read()
        kept = parse(analyzer.transcript)
    assert [case.run for case in kept.cases] == ["identify", find(name).run.exchange]
    case = kept.cases[1]
    port = ReplayPort(case)
    assert Analyzer(find(name), port, port.clock, port.pause).read(case.run) == readings
    assert case.told == told(readings)


def test_a_poll_that_brings_nothing_new_is_counted_not_repeated(tmp_path: Path) -> None:
    with residue(tmp_path, ResidueTwin()) as (analyzer, _):
        for _ in range(5):
            analyzer.read("read_all")
        text = analyzer.transcript
        analyzer.forget()
        assert parse(analyzer.transcript).cases == ()
    assert len(parse(text).cases) == 1
    assert "# the same 4 times more" in text
