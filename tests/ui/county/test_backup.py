"""A county is copied while it works, and comes back as it was: rows, orders, blobs, and keys only when asked for."""

import json
import stat
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.blobs import find, keep
from kiosk.clock import ClockState
from kiosk.record_error import Misplaced
from kiosk.rules.messages import SubjectsUpsert
from tests.support.bodies import FARMER, County, a_test
from tests.support.broker import DAY, county_config
from tests.support.line import NOON
from tests.support.postgres import RunningPostgres
from tests.support.refused import refused
from ui.command.main import main
from ui.county.backup import BackedUp, back_up, restore
from ui.county.database import Arrived, Database, open_reader
from ui.county.office import CountyConfig, OfficeError, init_county, read_county
from ui.county.orders import Orders
from ui.county.sameness import table_hashes
from ui.county.sql import Where


class Filled:
    """A county with entries, an order and a photograph."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.config = county_config(folder).model_copy(update={"database": database})
        init_county(self.config, DAY)
        self.box = County().enrol("gasa")
        self.take(self.box.opened(), self.box.write(a_test("81")))
        Orders(folder).give("all", SubjectsUpsert((FARMER,)), NOON, ClockState.NTP)
        self.blob = keep(folder / "blobs", "2026-03", b"capture")

    def take(self, *entries: object) -> None:
        with closing(Database(self.config.memory)) as database:
            database.take([Arrived("gasa", one) for one in entries], NOON.isoformat())  # type: ignore[arg-type]

    def back_up(self, to: Path, *, keys: bool = False) -> tuple[BackedUp, list[str]]:
        told: list[str] = []
        return back_up(self.config, to, told.append, keys=keys), told


@pytest.fixture
def county(tmp_path: Path) -> Filled:
    return Filled(tmp_path / "county")


def hashes(where: Where) -> dict[str, str]:
    with closing(open_reader(where)) as sql:
        return table_hashes(sql)


def files(folder: Path) -> dict[str, int]:
    """Each file and who may read it."""
    found = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): stat.S_IMODE(file.stat().st_mode) for file in found}


def came_back(before: CountyConfig, after: CountyConfig) -> None:
    assert hashes(after.memory) == hashes(before.memory)
    assert (after.folder / "trust.json").read_bytes() == (before.folder / "trust.json").read_bytes()
    assert Orders(after.folder).after("all", 0) == Orders(before.folder).after("all", 0)
    assert read_county(after.folder) == after


def test_a_county_comes_back_as_it_was(county: Filled, tmp_path: Path) -> None:
    done, _ = county.back_up(tmp_path / "copy", keys=True)
    assert done.entries == 2
    after = restore(tmp_path / "copy", tmp_path / "elsewhere")
    assert after == county.config.model_copy(update={"folder": tmp_path / "elsewhere"})
    came_back(county.config, after)
    assert find(after.folder / "blobs", county.blob) == b"capture"
    conf = (after.folder / "mosquitto" / "mosquitto.conf").read_text()
    assert f"{after.folder}/mosquitto/broker.key" in conf
    assert str(county.config.folder) not in conf
    secret = {name: mode for name, mode in files(after.folder).items() if name.endswith(".key") or name == "county.db"}
    assert {*secret.values()} == {0o600}
    assert secret.keys() >= {"keys/order.key", "keys/witness.key", "tls/intake.key", "mosquitto/broker.key"}
    assert "keys/root.key" not in secret  # it is kept offline


def test_without_keys_none_is_in_the_copy(county: Filled, tmp_path: Path) -> None:
    county.back_up(tmp_path / "copy")
    assert [name for name in files(tmp_path / "copy") if name.endswith(".key") or name.startswith("keys/")] == []


def test_nobody_else_reads_the_copy(county: Filled, tmp_path: Path) -> None:
    county.back_up(tmp_path / "copy", keys=True)
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o700
    assert files(tmp_path / "copy")["county.db"] == 0o600


def test_it_is_taken_while_somebody_writes(county: Filled, tmp_path: Path) -> None:
    with closing(Database(county.config.memory)) as database:
        database.take([Arrived("gasa", county.box.write(a_test("5")))], NOON.isoformat())
        done, _ = county.back_up(tmp_path / "copy")
        assert done.entries == 3
        database.take([Arrived("gasa", county.box.write(a_test("6")))], NOON.isoformat())
    assert hashes(tmp_path / "copy" / "county.db") != hashes(county.config.memory)


def test_once_more_writes_only_what_is_new(county: Filled, tmp_path: Path) -> None:
    county.back_up(tmp_path / "copy")
    assert county.back_up(tmp_path / "copy")[1] == []
    county.take(county.box.write(a_test("7")))
    keep(county.config.folder / "blobs", "2026-04", b"another")
    _, told = county.back_up(tmp_path / "copy")
    assert len(told) == 2
    assert told[0] == "county.db"


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_a_broken_copy_makes_no_county(county: Filled, tmp_path: Path, how: str) -> None:
    county.back_up(tmp_path / "copy")
    file = tmp_path / "copy" / "trust.json"
    if how == "changed":
        file.write_bytes(file.read_bytes().replace(b"530427", b"530428", 1))
    else:
        file.unlink()
    assert refused(OfficeError, lambda: restore(tmp_path / "copy", tmp_path / "elsewhere")) == "office.backup_broken"
    assert [one.name for one in tmp_path.iterdir() if "elsewhere" in one.name] == []


def test_what_is_there_is_not_overwritten(county: Filled, tmp_path: Path) -> None:
    county.back_up(tmp_path / "copy")
    refusal = refused(OfficeError, lambda: restore(tmp_path / "copy", county.config.folder))
    assert refusal == "office.folder_exists"
    assert refused(OfficeError, lambda: restore(tmp_path, tmp_path / "new")) == "office.no_backup"
    wrong = refused(OfficeError, lambda: restore(tmp_path / "copy", tmp_path / "new", "dbname=x"))
    assert wrong == "office.backup_kind"


def test_the_county_s_own_folder_is_no_place_for_it(county: Filled) -> None:
    for place in (county.config.folder, county.config.folder / "copy", county.config.folder.parent):
        with pytest.raises(Misplaced):
            county.back_up(place)


def test_on_a_server(postgres: RunningPostgres, tmp_path: Path) -> None:
    first, second = postgres.fresh(), postgres.fresh()
    county = Filled(tmp_path / "county", first)
    county.back_up(tmp_path / "copy")
    assert json.loads((tmp_path / "copy" / "manifest.json").read_text())["entries"] == 2
    after = restore(tmp_path / "copy", tmp_path / "elsewhere", second)
    came_back(county.config, after)
    for where in (first, second):
        postgres.drop(where)


def test_both_as_a_person_runs_them(county: Filled, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = str(tmp_path / "copy")
    assert main(["county", "backup", str(county.config.folder), copy]) == 0
    assert "备份里没有私钥" in capsys.readouterr().out
    assert main(["county", "restore", copy, str(tmp_path / "elsewhere")]) == 0
    assert "keys renew" in capsys.readouterr().out
    assert main(["county", "restore", copy, str(tmp_path / "elsewhere")]) == 1
    assert "已经存在" in capsys.readouterr().err
    assert main(["county", "backup", str(county.config.folder), str(county.config.folder / "copy")]) == 1
    assert "在县自己的文件夹里" in capsys.readouterr().err
