"""`liangzheng county export` as an officer types it, and `liangzheng audit` with the words that it told him."""

import re
import shlex
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.checkpoint import Checkpoint, sign_receipt
from kiosk.clock import ClockState, Now
from kiosk.enrolment import prepare
from kiosk.rules.messages import UserPut
from kiosk.trust import Use, read_key
from tests.support.bodies import START, Station, a_test
from tests.support.broker import COUNTY, DAY, county_config
from tests.support.typed import run
from ui.audit.program import main as audit
from ui.command import county
from ui.county.acts import Acts
from ui.county.database import Arrived, Database
from ui.county.keys import renew
from ui.county.office import enrol, init_county
from ui.county.page_keys import office_key


def call(*typed: object) -> int:
    return run(county.add, ("county", *typed))


def joined(folder: Path, box: Path, at: datetime = START, **how: object) -> Station:
    """A box that the county knows, and five entries of it."""
    enrol(folder, prepare(box, COUNTY, "gasa-01"), DAY, **how)  # type: ignore[arg-type]
    made = Station(COUNTY, "gasa-01", read_key(next(box.rglob("station.key"))), at)
    made.opened()
    for nth in range(4):
        made.write(a_test("12", nth))
    with closing(Database(folder / "county.db")) as database:
        database.take([Arrived("gasa-01", one) for one in made.entries], at.isoformat())
    return made


def receipted(folder: Path, log: str, size: int) -> None:
    with closing(Database(folder / "county.db")) as database:
        head = database.head(log)
        assert head is not None
        name, key = f"liangzheng/{COUNTY}/witness", read_key(folder / "keys" / "witness.key")
        database.receipted(log, size, sign_receipt(Checkpoint(log, head.through, head.root), START, name, key))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    init_county(county_config(tmp_path / "county"), DAY)
    return tmp_path / "county"


@pytest.fixture
def box(folder: Path, tmp_path: Path) -> Station:
    made = joined(folder, tmp_path / "box")
    receipted(folder, made.log, 5)
    return made


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANGZHENG_LANG", "en")


def audited(told: str) -> int:
    """What the auditor says to the line that the command told."""
    line = re.search(r"^  liangzheng audit (.*)$", told, re.MULTILINE)
    assert line is not None
    return audit(shlex.split(line[1]))


def test_the_whole_log_and_how_to_audit_it(
    folder: Path, box: Station, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "the year 2026.zip"
    assert call("export", folder, "gasa-01", out) == 0
    said = capsys.readouterr().out
    assert f"log {box.log[:16]}, entries 1 to 5: 5 entries, 5 of them under the county's receipt." in said
    assert audited(said) == 0
    told = capsys.readouterr().out
    assert "made by the county" in told
    assert "No root key was given" not in told


def test_the_days_of_a_year(folder: Path, box: Station, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = START.date().isoformat()
    assert call("export", folder, "gasa-01", tmp_path / "a.zip", "--from", day, "--to", day) == 0
    assert audited(capsys.readouterr().out) == 0
    assert call("export", folder, "gasa-01", tmp_path / "b.zip", "--from", "2027-01-01") == 1
    assert "no entry of gasa-01 from 2027-01-01" in capsys.readouterr().err
    assert call("export", folder, "gasa-01", tmp_path / "b.zip", "--from", "last year") == 1
    assert "last year is not a day" in capsys.readouterr().err
    assert not (tmp_path / "b.zip").exists()


def test_a_replaced_box(folder: Path, box: Station, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    second = joined(folder, tmp_path / "second", replaces=True, through=5)
    assert call("export", folder, "gasa-01", tmp_path / "one.zip") == 1
    told = capsys.readouterr().err
    assert box.log[:16] in told
    assert second.log[:16] in told
    assert call("export", folder, "gasa-01", tmp_path / "one.zip", "--log", second.log[:8]) == 0
    assert audited(capsys.readouterr().out) == 0
    assert call("export", folder, "gasa-01", tmp_path / "one.zip", "--log", "zz") == 1
    capsys.readouterr()
    (tmp_path / "out").mkdir()
    assert call("export", folder, "gasa-01", tmp_path / "out") == 0
    said = capsys.readouterr().out
    names = {f"gasa-01-{log[:16]}.zip" for log in (box.log, second.log)}
    assert {file.name for file in (tmp_path / "out").iterdir()} == names
    assert audited(said) == 1
    assert "has several logs, and none names the other" in capsys.readouterr().out  # so this box began its log


def test_the_office_s_own_log(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("export", folder, "office", tmp_path / "office.zip") == 1
    for account in ("wang", "li"):
        acts = Acts(folder / "county.db", office_key(folder), COUNTY, lambda: Now(START, ClockState.NTP), lambda: None)
        acts.do(lambda act, who=account: act.says(UserPut(who, who, ("officer",), (), ())))  # type: ignore[misc]
        renew(folder, Use.OFFICE, DAY)
    (tmp_path / "out").mkdir()
    capsys.readouterr()
    assert call("export", folder, "office", tmp_path / "out") == 0
    assert len(list((tmp_path / "out").iterdir())) == 2
    assert audited(capsys.readouterr().out) == 0


def test_what_is_refused(folder: Path, box: Station, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("dear county")
    assert call("export", folder, "gasa-01", letter) == 1
    assert letter.read_text() == "dear county"
    assert "is not written over" in capsys.readouterr().err
    assert call("export", folder, "gasa-99", tmp_path / "x.zip") == 1
    assert "no log of gasa-99" in capsys.readouterr().err
    assert call("export", folder, "gasa-01", Path("/dev/null")) == 1
    assert call("export", folder, "gasa-01", tmp_path / "nowhere" / "x.zip") == 1
    capsys.readouterr()
    (folder / "keys" / "office.key").unlink()
    assert call("export", folder, "gasa-01", tmp_path / "x.zip") == 1
    assert "keys renew" in capsys.readouterr().err
    assert not (tmp_path / "x.zip").exists()


def test_an_export_is_written_over_by_the_next(folder: Path, box: Station, tmp_path: Path) -> None:
    for _ in range(2):
        assert call("export", folder, "gasa-01", tmp_path / "x.zip") == 0
        assert [file.name for file in tmp_path.glob("x.zip*")] == ["x.zip"]
