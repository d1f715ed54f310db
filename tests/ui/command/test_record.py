"""`liangzheng record`: out as one file, looked at, made again, copied; every refusal in words of both languages."""

import base64
import fcntl
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.record import Record
from kiosk.words import load_words
from tests.kiosk.test_record import Box, incident
from tests.support.broker import DAY, county_config
from tests.support.rich_record import fill, laid_out, of
from ui.audit.codes import PROOF
from ui.audit.together import Asked, audit
from ui.command.main import main
from ui.county.office import init_county

WORDS = load_words("en")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANGZHENG_LANG", "en")


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "box")


@pytest.fixture
def record(box: Box) -> Iterator[Record]:
    opened = box.open()
    fill(box, opened)
    laid_out(box)
    yield opened
    opened.close()


@pytest.fixture
def rested(box: Box) -> None:
    """The same, and the station does not run."""
    opened = box.open()
    fill(box, opened)
    laid_out(box)
    opened.close()


def call(*typed: object) -> int:
    return main(["record", *map(str, typed)])


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def unproved(file: Path, root: str = "") -> list[str]:
    """What the auditor finds of bytes, keys, signatures, tree and time. The rich record's story is nobody's day."""
    (found,) = audit(Asked([file], root)).each
    assert found.ended
    return [one.code for one in found.tell.findings if one.code in PROOF]


def test_an_export_beside_a_station_that_works_is_whole_and_always_the_same(
    box: Box, record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record.retire(of((3, 6)))
    before = {name: data for name, data in files(box.folder).items() if not name.endswith("-shm")}
    for name in ("one.zip", "two.zip"):
        assert call("export", box.folder, tmp_path / name) == 0
    assert {name: data for name, data in files(box.folder).items() if not name.endswith("-shm")} == before
    whole = (tmp_path / "one.zip").read_bytes()
    assert whole == (tmp_path / "two.zip").read_bytes()
    assert unproved(tmp_path / "one.zip", base64.b64encode(box.trust.root).decode()) == []
    assert call("verify", tmp_path / "one.zip", "--trust", box.folder / "trust.json") == 0
    told = capsys.readouterr().out
    assert WORDS.say("record.verify.whole") in told
    assert f"entries 1 to {record.last}, 4 of them without body" in told
    assert f"confirmed entries 1 to {record.tables.receipted()}" in told


@pytest.mark.parametrize("span", [("--from", "20"), ("--to", "30"), ("--from", "9", "--to", "9"), ("--from", "59")])
def test_a_part_of_a_log_checks_up_to_the_countys_word(
    box: Box, record: Record, tmp_path: Path, span: tuple[str, ...]
) -> None:
    assert call("export", box.folder, tmp_path / "part.zip", *span) == 0
    assert unproved(tmp_path / "part.zip") == []
    assert call("verify", tmp_path / "part.zip") == 0


def test_entries_that_are_not_there_are_not_exported(
    box: Box, record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("export", box.folder, tmp_path / "x.zip", "--to", record.last + 1) == 1
    assert WORDS.say("record.export.span") in capsys.readouterr().err
    assert not (tmp_path / "x.zip").exists()


def test_an_export_is_not_written_over_another_file(
    box: Box, rested: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = box.home.tables.read_bytes()
    assert call("export", box.folder, box.home.tables) == 1
    assert WORDS.say("record.export.other", file=box.home.tables) in capsys.readouterr().err
    assert box.home.tables.read_bytes() == before
    out = tmp_path / "x.zip"
    assert [call("export", box.folder, out), call("export", box.folder, out)] == [0, 0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_finding_is_told_in_words(
    box: Box, rested: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LIANGZHENG_LANG", language)
    words = load_words(language)
    with sqlite3.connect(box.home.tables) as sql:
        sql.execute("drop trigger entry_is_never_changed")
        sql.execute("update entry set kind = 'x' where seq in (6, 8)")
        sql.execute("update node set hash = zeroblob(32) where level = 0 and idx = 10")
    assert call("verify", box.folder) == 1
    told = capsys.readouterr()
    for code, seq in (("differs", 6), ("differs", 8), ("node", 11)):
        assert words.say(f"record.finding.{code}", seq=seq) in told.err
    assert words.say("record.verify.wrong", count=len(told.err.splitlines())) in told.out


@pytest.mark.parametrize("brought", [True, False], ids=["receipts as they came", "the tables' own note"])
def test_another_countys_list_confirms_nothing_of_it(
    box: Box, rested: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], brought: bool
) -> None:
    if not brought:
        shutil.rmtree(box.folder / "down" / "receipts")
    assert call("verify", box.folder) == 0
    told = capsys.readouterr().out
    assert re.search(r"The county has confirmed entries 1 to [0-9]+\. [0-9T:-]+\+08:00$", told, re.MULTILINE)
    init_county(county_config(tmp_path / "county"), DAY)
    assert call("verify", box.folder, "--trust", tmp_path / "county" / "trust.json") == 1
    strange = capsys.readouterr()
    assert WORDS.say("record.unconfirmed") in strange.out
    assert WORDS.say("record.finding.ungranted") in strange.err


def test_of_a_log_without_a_list_of_keys_the_option_is_named(
    box: Box, rested: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    list_of_keys = next(box.folder.rglob("trust.json")).rename(tmp_path / "trust.json")
    assert call("verify", box.folder) == 1
    assert "--trust" in capsys.readouterr().err
    assert call("verify", box.folder, "--trust", list_of_keys) == 0


def test_a_backup_is_for_those_who_may_read_the_record(box: Box, record: Record, tmp_path: Path) -> None:
    assert call("backup", box.folder, tmp_path / "stick") == 0
    modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "stick").rglob("*") if file.is_file()}
    assert set(modes.values()) == {0o640}, modes


def test_a_backup_adds_what_is_new_and_holds_no_key(
    box: Box, record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    month = box.folder / "blobs" / "2026-11"
    month.mkdir(parents=True)
    (month / ("ab" * 32)).write_bytes(b"a photograph")
    to = tmp_path / "stick"
    assert call("backup", box.folder, to, "--blobs") == 0
    first = files(to)
    manifest = json.loads(first["manifest.json"])
    assert set(manifest["files"]) == set(first) - {"manifest.json"}
    assert not any("key" in name or b"PRIVATE" in data for name, data in first.items())
    assert "join" in capsys.readouterr().out
    record.append(incident(1))
    assert call("backup", box.folder, to, "--blobs") == 0
    told = capsys.readouterr().out
    assert "3 files written" in told
    assert {name for name, data in files(to).items() if first.get(name) != data} == {
        "manifest.json", "record.db", "up/through", f"up/{1:020d}.seg",
    }  # fmt: skip
    assert call("verify", to) == 0
    (to / "up" / "through").write_text("3\n")
    assert call("verify", to) == 1
    assert WORDS.say("record.finding.copy", seq=0) in capsys.readouterr().err


def test_what_retention_took_goes_from_the_backup_too(box: Box, record: Record, tmp_path: Path) -> None:
    to = tmp_path / "stick"
    assert call("backup", box.folder, to) == 0
    assert any(b"smudged" in data for data in files(to).values())
    record.retire(of((7, 7)))
    assert call("backup", box.folder, to) == 0
    assert not any(b"smudged" in data for data in files(to).values())


def test_a_backup_of_another_log_or_of_more_is_not_written_over(
    box: Box, record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "stick"
    assert call("backup", box.folder, to) == 0
    before = files(to)
    other = Box(tmp_path / "other")
    other.open().close()
    assert call("backup", laid_out(other), to) == 1
    assert WORDS.say("record.backup.behind") in capsys.readouterr().err
    assert {name: data for name, data in files(to).items() if not name.endswith(".new")} == before


@pytest.mark.parametrize("to", [".", "up", "up/backup", "down", "linked"])
def test_a_backup_never_lies_over_the_record(
    box: Box, record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str], to: str
) -> None:
    (box.folder / "linked").mkdir()
    (box.folder / "linked" / "up").symlink_to(box.home.up)
    before = {name: data for name, data in files(box.folder).items() if not name.endswith("-shm")}
    assert call("backup", box.folder, box.folder / to) == 1
    assert WORDS.say("record.backup.misplaced") in capsys.readouterr().err
    assert {name: data for name, data in files(box.folder).items() if not name.endswith("-shm")} == before
    record.append(incident(1))
    assert call("verify", box.folder) == 0


def test_one_backup_at_a_time_and_no_link_of_a_stick_is_followed(
    box: Box, record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to, mine = tmp_path / "stick", tmp_path / "mine"
    (to / "up").mkdir(parents=True)
    mine.write_text("mine")
    (to / "up" / "through.new").symlink_to(mine)
    handle = os.open(to, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    assert call("backup", box.folder, to) == 1
    assert WORDS.say("record.backup.misplaced") in capsys.readouterr().err
    os.close(handle)
    assert call("backup", box.folder, to) == 1
    assert mine.read_text() == "mine"
    (to / "up" / "through.new").unlink()
    assert call("backup", box.folder, to) == 0


def test_a_rebuild_is_refused_while_the_station_runs_and_replaces_only_when_told(
    box: Box, rested: None, capsys: pytest.CaptureFixture[str]
) -> None:
    running = box.open()
    assert call("rebuild", box.folder) == 1
    assert WORDS.say("record.running") in capsys.readouterr().err
    running.close()
    old = box.home.tables.read_bytes()
    assert call("rebuild", box.folder) == 0
    assert WORDS.say("record.rebuild.same") in capsys.readouterr().out
    assert box.home.tables.read_bytes() == old
    assert call("rebuild", box.folder, "--replace") == 0
    (kept,) = box.folder.glob("record.db.2*")
    assert kept.read_bytes() == old
    again = box.open()
    again.close()


def test_a_station_toml_names_the_record_too(box: Box, rested: None, tmp_path: Path) -> None:
    (box.folder / "state").mkdir()
    for file in box.folder.glob("record.db*"):
        file.rename(box.folder / "state" / file.name)
    lines = [f'county = "{box.home.county}"', f'station = "{box.home.station}"', 'host = "x"']
    named = {"state": "state", "up": "up", "down": "down", "key": "station.key", "trust": "trust.json"}
    lines += [f'{name} = "{box.folder / place}"' for name, place in named.items()]
    (tmp_path / "station.toml").write_text("\n".join(lines))
    assert call("verify", tmp_path / "station.toml") == 0
    assert call("verify", box.folder) == 0


@pytest.mark.parametrize("part", ["export", "verify", "rebuild", "backup"])
def test_where_there_is_no_record_that_is_said(part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    more = [tmp_path / "out"] if part in ("export", "backup") else []
    assert call(part, tmp_path / "empty", *more) == 1
    (tmp_path / "station.toml").write_text("nothing = 1")
    assert call(part, tmp_path / "station.toml", *more) == 1
    told = capsys.readouterr().err
    assert WORDS.say("problem.record_place.folder", folder=tmp_path / "empty") in told
    assert WORDS.say("problem.record_place.config", file=tmp_path / "station.toml") in told
    shutil.rmtree(tmp_path / "empty")
