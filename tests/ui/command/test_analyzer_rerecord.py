"""`liangzheng analyzer replay --record`: what reads otherwise today is a further entry, once; nothing else moves."""

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from drivers.evidence.goldens import golden_of
from kiosk import blobs
from kiosk.clock import Clock, build_time
from kiosk.config import load
from kiosk.leftovers import UNREAD
from kiosk.record import Home, Record
from kiosk.rules.messages import Device, EntryBody, Incident, Measured, Observation
from kiosk.trust import read_key, read_trust
from kiosk.words import load_words
from tests.support.stage import bench, entries
from ui.command import analyzer_replay
from ui.command.station_config import StationConfig
from ui.demo.bench import Bench

PROFILE = "taiyang-ttj-8h16"
WORDS = load_words("en")
DEVICE = Device(PROFILE, 1, "ab" * 32, "TTJ-8H16", "2.1", "captured")
CASE = next(case for case in golden_of(PROFILE).cases if case.name == "published_capture")


@pytest.fixture
def box() -> Iterator[Bench]:
    with bench() as made:
        yield made


@pytest.fixture
def capture(box: Bench) -> str:
    text = f"golden 1\nprofile {PROFILE}@1\norigin captured\n\n{CASE}\n"
    return blobs.keep(box.box / "blobs", "2026-11", text.encode(), pack=True)


def opened(box: Bench) -> Record:
    config = load(config_of(box), StationConfig)
    home = Home(config.county, config.station, "0", config.state / "record.db", config.up, config.down)
    return Record(home, read_key(config.key), read_trust(config.trust), Clock(build_time()))


def config_of(box: Bench) -> Path:
    return box.box / "etc" / "station.toml"


def holds(box: Bench, *bodies: EntryBody) -> list[int]:
    with closing(opened(box)) as record:
        return [record.append(body).header.seq for body in bodies]


def told(box: Bench, capture: str) -> int:
    parser = argparse.ArgumentParser()
    analyzer_replay.add(parser.add_subparsers(), WORDS)
    args = parser.parse_args(["replay", capture, "--record", "--config", str(config_of(box))])
    code: int = args.run(args, WORDS)
    return code


def then(**changed: str) -> tuple[Measured, ...]:
    """What the entry says of the capture; `changed` values are those of an older profile."""
    facts = [json.loads(line) for line in CASE.told]
    return tuple(
        Measured(
            one["channel"],
            one["quantity"],
            Decimal(changed.get(f"of_{one['channel']}_{one['quantity']}", one["value"])),
            one["unit"],
            "00",
            taken_at=one["taken_at"],
        )
        for one in facts
    )


def read_again(box: Bench) -> list[Observation]:
    found = [one for one in entries(box, Observation) if isinstance(one, Observation)]
    return [one for one in found if one.rereads is not None]


def test_what_differs_is_a_further_entry_that_names_the_old_one_and_is_not_said_twice(
    box: Bench, capture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old = Observation(DEVICE, then(of_7_concentration="143780.28"), capture)
    same = Observation(DEVICE, then()[:2], capture)
    _, seq, _ = holds(box, Incident("x", "y", {}), old, same)
    assert told(box, capture) == 0
    assert f"entry {seq} read again" in capsys.readouterr().out
    (again,) = read_again(box)
    assert (again.rereads, again.capture, again.device.firmware) == (seq, capture, "2.1")
    assert [(one.channel, one.quantity, str(one.value)) for one in again.readings] == [
        (7, "concentration", "14378.028")
    ]
    assert again.device.digest != DEVICE.digest
    assert told(box, capture) == 0
    assert read_again(box) == [again]
    assert old in entries(box, Observation)


def test_what_reads_again_as_it_first_did_is_said_as_well(box: Bench, capture: str) -> None:
    (seq,) = holds(box, Observation(DEVICE, then(), capture))
    wrong = replace(then()[0], value=Decimal(9))
    holds(box, Observation(DEVICE, (wrong,), capture, rereads=seq))
    assert told(box, capture) == 0
    assert told(box, capture) == 0
    assert [str(one.readings[0].value) for one in read_again(box)] == ["9", "1.9322355"]


def test_bytes_that_nobody_could_read_are_read_now(box: Bench, capture: str) -> None:
    (seq,) = holds(box, Incident("residue", UNREAD, {"capture": capture}))
    assert told(box, capture) == 0
    (again,) = read_again(box)
    assert (again.rereads, len(again.readings)) == (seq, 4)


def test_while_the_station_serves_nothing_is_written(
    box: Bench, capture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(opened(box)) as record:
        record.append(Observation(DEVICE, then(of_7_concentration="1"), capture))
        assert told(box, capture) == 1
    assert str(box.box / "up") in capsys.readouterr().err
    assert read_again(box) == []


def test_without_a_configuration_nothing_is_recorded(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    analyzer_replay.add(parser.add_subparsers(), WORDS)
    args = parser.parse_args(["replay", capture, "--record"])
    assert args.run(args, WORDS) == 1
    assert "--config" in capsys.readouterr().err
