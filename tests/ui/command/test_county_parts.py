"""Parts of `liangzheng county` that a larger county needs: several intakes, pages of their own, tables made again."""

import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.enrolment import prepare
from kiosk.words import load_words
from tests.support.bodies import County, a_test
from tests.support.broker import DAY, county_config
from tests.support.typed import run
from tests.support.waiting import wait_for
from ui.command import county
from ui.county.database import Arrived, Database
from ui.county.office import enrol, init_county, make_identity, read_county
from ui.county.running import running_as
from ui.county.sql_sqlite import Sqlite

WORDS = load_words("en")


def call(*typed: object) -> int:
    return run(county.add, ("county", *typed))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "county"
    init_county(county_config(made), DAY)
    return made


@pytest.fixture
def filled(folder: Path) -> Path:
    box = County().enrol("gasa")
    box.opened()
    box.write(a_test("70"))
    box.write(box.certificate())
    with closing(Database(folder / "county.db")) as database:
        database.take([Arrived("gasa", entry) for entry in box.entries], "2026-11-22T09:40:00.000+08:00")
    return folder


def test_one_more_intake_gets_a_name_of_its_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("identity", folder, "intake.2") == 0
    assert "--name intake.2" in capsys.readouterr().out
    assert (folder / "tls" / "intake.2.key").stat().st_mode & 0o777 == 0o600
    asked = (folder / "tls" / "intake.2.pem").read_bytes()
    told = subprocess.run(["openssl", "x509", "-noout", "-subject"], input=asked, capture_output=True, check=True)
    assert told.stdout.decode().strip().endswith("intake.2")
    acl = (folder / "mosquitto" / "acl").read_text()
    first, second = (acl.partition(f"user {name}\n")[2].partition("\n\n")[0] for name in ("intake", "intake.2"))
    assert first == second
    call("broker", folder)
    assert "user intake.2\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["intake-2", "intake.1", "intake.10", "gasa-01", "feed", "../intake.2"])
def test_a_name_that_a_station_or_nobody_may_have(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert call("identity", folder, name) == 1
    assert "is not a name of an intake" in capsys.readouterr().err


def test_enrolling_a_box_keeps_every_intake_in_the_list(folder: Path, tmp_path: Path) -> None:
    make_identity(folder, "intake.2", DAY)
    enrol(folder, prepare(tmp_path / "box", "530427", "gasa-01"), DAY)
    acl = (folder / "mosquitto" / "acl").read_text()
    assert [line for line in acl.splitlines() if line.startswith("user ")] == [
        "user intake",
        "user intake.2",
        "user feed",
        "user gasa-01",
    ]


@pytest.mark.parametrize(
    ("name", "database", "told"),
    [
        ("intake.2", "", "a county on SQLite has one intake"),
        ("intake.2", "host=/nowhere dbname=county", "has no certificate"),
        ("intake", "host=/nowhere dbname=county", "does not answer"),
    ],
)
def test_an_intake_that_may_not_run_says_why(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, database: str, told: str
) -> None:
    file = folder / "county.toml"
    file.write_text(file.read_text().replace('database = ""', f'database = "{database}"'))
    assert call("run", "--config", file, "--only", "intake", "--name", name) == 1
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("part", ["rebuild", "retire", "openings"])
def test_a_database_server_that_is_away_is_told_as_such(
    folder: Path, capsys: pytest.CaptureFixture[str], part: str
) -> None:
    file = folder / "county.toml"
    file.write_text(file.read_text().replace('database = ""', 'database = "host=/nowhere dbname=county"'))
    assert call(part, folder) == 1
    assert "does not answer" in capsys.readouterr().err


def test_a_second_intake_of_one_name_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running_as(read_county(folder), "intake"):
        assert call("run", "--config", folder / "county.toml") == 1
        assert call("rebuild", folder) == 1
    assert capsys.readouterr().err.count("is running already") == 2


@pytest.mark.parametrize(
    "database",
    ["postgresql://lz:secret@db/county", "host=db dbname=county password=secret", "host=db PASSWORD = 'secret'"],
)
def test_a_password_has_no_place_in_the_configuration(
    folder: Path, capsys: pytest.CaptureFixture[str], database: str
) -> None:
    file = folder / "county.toml"
    file.write_text(file.read_text().replace('database = ""', f'database = "{database}"'))
    assert call("run", "--config", file) == 1
    said = capsys.readouterr().err
    assert "PGPASSFILE" in said
    assert "secret" not in said


def test_pages_run_beside_the_intake(filled: Path) -> None:
    config = read_county(filled)
    program = [str(Path(sys.executable).with_name("liangzheng")), "county", "run", "--config"]
    with (filled / "web.log").open("wb") as said, running_as(config, "intake"):
        web = subprocess.Popen([*program, str(filled / "county.toml"), "--only", "web"], stdout=said, stderr=said)
        try:
            wait_for(lambda: _health(config.listen) == 200, "the pages")
        finally:
            web.terminate()
            assert web.wait(30) == 0


def _health(listen: str) -> int:
    try:
        with urllib.request.urlopen(f"http://{listen}/healthz", timeout=10) as page:
            return int(page.status)
    except (urllib.error.URLError, ConnectionError):
        return 0


def test_tables_that_are_right_stay_as_they_are(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("rebuild", filled) == 0
    assert "from 3 entries; nothing was different" in capsys.readouterr().out


def test_tables_that_were_changed_are_made_right(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(Sqlite.writing(filled / "county.db")) as sql:
        sql.execute("update test set outcome = 'negative'")
        sql.execute("delete from tally")
    assert call("rebuild", filled) == 0
    assert "Different before: test, tally." in capsys.readouterr().out
    assert call("rebuild", filled) == 0
    assert "nothing was different" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    ["update entry set header = header || ' ' where seq = 2", "delete from entry where seq = 2"],
)
def test_entries_that_were_changed_cannot_be_mended_and_are_said(
    filled: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    with closing(Sqlite.writing(filled / "county.db")) as sql:
        sql.execute("drop trigger entry_unchanged")
        sql.execute("drop trigger entry_kept")
        sql.execute(change.replace("header || ' '", "cast(cast(header as text) || ' ' as blob)"))
    assert call("rebuild", filled) == 1
    assert "call a technician" in capsys.readouterr().err
