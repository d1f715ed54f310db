"""A station without any network: only sticks travel. Whatever happens to a stick, the county ends with the same log."""

import errno
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import blobs
from kiosk.bundle import HEAD_BYTES, BundleError, name_of
from kiosk.carry import Report, carry
from kiosk.log import Locked, Tail, Writer
from kiosk.rules.messages import CardRevoked
from kiosk.uplink import UplinkConfig
from tests.support.broker import RunningBroker, running_broker
from tests.support.line import NOON, Box, CountyEnd, incidents, noon_clock
from tests.support.waiting import wait_for
from ui.county import carry as county_side
from ui.county.orders import Orders

HOUR = 3600  # seconds
STATION = "gasa-01"
UP, DOWN = name_of(STATION, "up"), name_of(STATION, "down")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    """The county's folder; its broker is started only where a test needs it."""
    with running_broker(tmp_path, STATION, "gasa-02", started=False) as county:
        yield county


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return made(tmp_path / "stick")


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def config(box: Box) -> UplinkConfig:
    return box.config(blobs=box.folder / "blobs")


def at_station(box: Box, stick: Path) -> Report:
    return carry(config(box), stick, noon_clock(), box.told)


def at_county(broker: RunningBroker, stick: Path, later_s: int = 0) -> list[county_side.Report | BundleError]:
    """So many seconds after noon: of two receipts the later one counts, however long either took."""
    told = CountyEnd(broker).told
    return list(county_side.Carrier(broker.config, noon_clock(later_s), told).take(stick))


def codes(reports: list[county_side.Report | BundleError]) -> list[str]:
    return [report.code for report in reports if isinstance(report, BundleError)]


def photographs(box: Box, count: int) -> set[str]:
    return {blobs.keep(box.folder / "blobs", "2026-11", os.urandom(70_000)) for _ in range(count)}


def kept(box: Box) -> int:
    return Tail(box.down / "kept").through


def test_a_month_without_a_network(box: Box, broker: RunningBroker, tmp_path: Path) -> None:
    """Three journeys, one stick lost, one taken in twice, two in the wrong order; then the network comes."""
    county, orders = CountyEnd(broker), Orders(broker.folder)
    sticks = [made(tmp_path / f"stick-{nth}") for nth in range(3)]
    pictures = photographs(box, 3)

    box.write(*incidents(400))  # the first journey: the stick is lost on its way back
    at_station(box, sticks[0])
    assert at_county(broker, sticks[0])
    orders.give("all", CardRevoked("K-1"), NOON)

    box.write(*incidents(400))  # the second, whose answer waits in a drawer
    assert at_station(box, sticks[1]).written.first == 1
    assert codes(at_county(broker, sticks[1], HOUR)) == []
    drawer = made(tmp_path / "drawer")
    shutil.copy(sticks[1] / DOWN, drawer)
    orders.give(STATION, CardRevoked("K-2"), NOON)

    box.write(*incidents(400))  # the third, taken in twice, and after it the first again
    at_station(box, sticks[2])
    for stick in (sticks[2], sticks[2], sticks[0]):
        assert codes(at_county(broker, stick, 2 * HOUR)) == []

    done = at_station(box, sticks[2])
    assert (done.receipted, done.orders) == ((0, 1200), (0, 2))
    assert (done.written.first, done.written.last, done.written.blobs) == (0, 0, 0)
    for old in (drawer, sticks[0]):
        assert at_station(box, old).receipted == (1200, 1200)
    assert kept(box) == len(pictures)
    assert {file.name for file in (broker.folder / "blobs" / "2026-11").iterdir()} == pictures

    broker.start()
    box.write(*incidents(5))
    with county.intake(), box.uplink():
        wait_for(lambda: box.receipted() == 1205, "receipt over the network")
    assert [entry.header.seq for entry in county.entries(box.log)] == list(range(1, 1206))
    assert [entry.bytes() for entry in county.entries(box.log)] == [data for _, data in Tail(box.up).after(0, 2000)]
    assert county.parked() == []
    assert "uplink.message_refused" not in box.told.keys


def test_a_stick_pulled_out_too_early_is_not_used(box: Box, broker: RunningBroker, stick: Path) -> None:
    box.write(*incidents(20))
    at_station(box, stick)
    whole = (stick / UP).read_bytes()
    for size in (0, 7, 100, HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + 9, len(whole) - 1):
        (stick / UP).write_bytes(whole[:size])
        assert codes(at_county(broker, stick)) == ["carry.torn"]
    (stick / UP).write_bytes(whole + b"\0")
    assert codes(at_county(broker, stick)) == ["carry.torn"]
    assert not (stick / DOWN).exists()


@pytest.mark.parametrize("at", [30, 300, 1000, HEAD_BYTES + 5, -2])
def test_a_bundle_that_was_changed_on_the_way_is_not_used(
    at: int, box: Box, broker: RunningBroker, stick: Path
) -> None:
    box.write(*incidents(5))
    at_station(box, stick)
    data = bytearray((stick / UP).read_bytes())
    data[at] ^= 1
    (stick / UP).write_bytes(data)
    assert codes(at_county(broker, stick))[0] in {"carry.torn", "carry.not_signed", "carry.for_other"}
    assert CountyEnd(broker).entries(box.log) == []


def test_what_is_no_bundle_is_named(broker: RunningBroker, stick: Path) -> None:
    (stick / UP).write_bytes(b"PK\x03\x04" + bytes(20_000))
    (stick / name_of("gasa-02", "up")).write_bytes(b"LZBNDL2\n" + bytes(20_000))
    assert codes(at_county(broker, stick)) == ["carry.not_a_bundle", "carry.newer"]


def test_one_station_cannot_speak_for_another(box: Box, broker: RunningBroker, tmp_path: Path, stick: Path) -> None:
    """Its own certificate under another name, and another county's station of the same name."""
    box.write(*incidents(1))
    pretending = config(box).model_copy(update={"station": "gasa-02"})
    carry(pretending, stick, noon_clock(), box.told)
    with running_broker(tmp_path / "other", STATION, started=False) as other:
        foreign = Box(tmp_path / "other" / STATION, other, STATION)
        foreign.write(*incidents(1))
        at_station(foreign, stick)
    assert codes(at_county(broker, stick)) == ["carry.not_signed", "carry.not_signed"]
    assert CountyEnd(broker).entries(box.log) == []


def test_an_answer_of_another_county_is_told_and_ours_is_written(
    box: Box, broker: RunningBroker, tmp_path: Path, stick: Path
) -> None:
    with running_broker(tmp_path / "other", STATION, started=False) as other:
        foreign = Box(tmp_path / "other" / STATION, other, STATION)
        foreign.write(*incidents(1))
        at_station(foreign, stick)
        at_county(other, stick)
    box.write(*incidents(3))
    report = at_station(box, stick)
    assert (report.receipted, report.written.last) == ((0, 0), 3)
    assert "problem.carry.not_signed" in box.told.keys or "uplink.message_refused" in box.told.keys


def test_the_uplink_must_not_be_running(box: Box, broker: RunningBroker, stick: Path) -> None:
    broker.start()
    with box.uplink():
        wait_for(lambda: "uplink.connected" in box.told.keys, "connection")
        with pytest.raises(Locked):
            at_station(box, stick)
    assert not (stick / UP).exists()


def command(box: Box, stick: Path, room: int) -> "subprocess.CompletedProcess[str]":
    """The command itself, on a stick whose files cannot grow beyond `room` bytes."""
    file = box.folder / "uplink.toml"
    table = config(box).model_dump(mode="json", exclude_none=True)
    file.write_text("".join(f"{name} = {value!r}\n" for name, value in table.items()), "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "ui.command.main", "carry", str(stick), "--config", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LIANGZHENG_LANG": "en"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )


def test_a_full_stick_is_told_and_keeps_what_it_had(box: Box, stick: Path) -> None:
    box.write(*incidents(2))
    done = command(box, stick, 1 << 20)
    assert done.returncode == 0, done.stderr
    assert "records 1 to 2" in done.stdout
    before = (stick / UP).read_bytes()
    box.write(*incidents(300))
    full = command(box, stick, HEAD_BYTES + 4096)
    assert full.returncode == 1
    assert "not enough room" in full.stderr
    assert {file.name: file.read_bytes() for file in stick.iterdir()} == {UP: before}


def test_the_county_command_says_what_it_did(
    box: Box, broker: RunningBroker, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from ui.command.main import main

    assert main(["carry", str(stick), "--county", str(broker.folder)]) == 1
    assert str(stick) in capsys.readouterr().err
    box.write(*incidents(2))
    at_station(box, stick)
    (stick / name_of("gasa-02", "up")).write_bytes(b"")
    assert main(["carry", str(stick), "--county", str(broker.folder)]) == 1
    told = capsys.readouterr()
    assert STATION in told.out
    assert "gasa-02" in told.err


def test_a_link_on_a_stick_is_not_written_through(box: Box, broker: RunningBroker, stick: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine")
    for name in (UP, DOWN):
        (stick / name).with_suffix(".new").symlink_to(mine)
        (stick / name).symlink_to(mine)
    box.write(*incidents(2))
    assert at_station(box, stick).written.last == 2
    assert codes(at_county(broker, stick)) == []
    assert at_station(box, stick).receipted == (0, 2)
    assert mine.read_text() == "mine"


def test_what_lies_before_a_damaged_entry_is_carried(box: Box, broker: RunningBroker, stick: Path) -> None:
    box.write(*incidents(120))
    segment = next(box.up.glob("*.seg"))
    data = bytearray(segment.read_bytes())
    last = data.rindex(bytes([0, 0]), 0, len(data) * 3 // 4)  # the head of a frame: in no text are two zeros
    data[last + 12] ^= 1
    segment.write_bytes(data)
    report = at_station(box, stick)
    assert 60 < report.written.last < 119
    assert box.told.keys == ["uplink.damaged"]
    assert codes(at_county(broker, stick)) == []
    assert at_station(box, stick).receipted == (0, report.written.last)


def test_a_box_without_room_takes_nothing_in_and_says_so(
    box: Box, broker: RunningBroker, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its records are carried all the same; with room the same stick brings everything."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    orders = Orders(broker.folder)
    box.write(*incidents(3))
    photographs(box, 1)
    orders.give("all", CardRevoked("K-1"), NOON)
    at_station(box, stick)
    at_county(broker, stick)
    answer = (stick / DOWN).read_bytes()
    monkeypatch.setattr(Writer, "_put", full)
    report = at_station(box, stick)
    monkeypatch.undo()
    assert (report.receipted, report.orders, report.written.last) == ((0, 0), (0, 0), 3)
    assert box.told.keys == ["uplink.disk_full"]
    (stick / DOWN).write_bytes(answer)
    again = at_station(box, stick)
    assert (again.receipted, again.orders, kept(box)) == ((0, 3), (0, 1), 1)


def test_a_confirmation_beyond_what_there_is_is_told(box: Box, broker: RunningBroker, stick: Path) -> None:
    """A card that was set back: the station stops when it reads this."""
    box.write(*incidents(5))
    at_station(box, stick)
    at_county(broker, stick)
    (box.up / "through").write_text("4\n")
    at_station(box, stick)
    assert "uplink.receipt_beyond" not in box.told.keys
    shutil.rmtree(box.up)
    shutil.rmtree(box.down)
    box.write(*incidents(2))
    at_station(box, stick)
    assert "uplink.receipt_beyond" in box.told.keys
