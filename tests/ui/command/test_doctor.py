"""`liangzheng doctor` beside a station that serves, and on one whose record is gone: words and exit code."""

import pytest

from kiosk.words import load_words
from tests.support.stage import bench
from ui.command.main import main
from ui.demo.bench import Bench

WORDS = load_words("zh")


def looked(box: Bench, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["doctor", "--config", str(box.box / "etc" / "station.toml")])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_it_looks_while_the_station_serves_and_after(capsys: pytest.CaptureFixture[str]) -> None:
    with bench() as box:
        box.start("scanner")
        box.start("station")
        code, told = looked(box, capsys)
        assert code == 0, told
        assert WORDS.say("doctor.well.down") in told
        assert WORDS.say("doctor.scanner_away") not in told
        box.programs.stop("station")
        box.programs.stop("scanner")
        (box.devices / "printer").rename(box.devices / "away")
        code, told = looked(box, capsys)
        assert code == 1
        assert WORDS.say("doctor.scanner_away") in told
        assert str(box.devices / "printer") in told


def test_a_record_that_is_gone_or_damaged_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with bench() as box:
        assert looked(box, capsys)[0] == 1
        (box.box / "state" / "record.db").write_bytes(b"no tables" * 1000)
        code, told = looked(box, capsys)
        assert code == 1
        assert told.startswith(WORDS.say("command.doctor.unreadable", wrong=""))
