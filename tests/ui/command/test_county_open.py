"""`liangzheng county open | openings | retire`: sealed data for named roles, noted before it is seen."""

import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.clock import BEIJING, system_time
from kiosk.contract import Envelope
from kiosk.private_data import Particulars, PrivateData
from kiosk.rules.messages import GateCheck, Incident, SettingsPut
from kiosk.rules.oversight import gate
from kiosk.rules.oversight.gate_facts import Decision
from kiosk.trust import read_trust
from tests.support.bodies import Station, a_key
from tests.support.broker import free_port
from tests.support.oversight import SETTINGS, WORDINGS, goods
from tests.support.typed import run
from ui.command import county
from ui.county.database import Arrived, Database
from ui.county.orders import Orders
from ui.county.reader import Reader

LEFT = Particulars("11010519491231002X", "13800001234", "平寨12号")
TODAY = date(2026, 11, 22)


def call(*typed: object, language: str = "en") -> int:
    return run(county.add, typed, language)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "county"
    hosts = ("--host", "lz.example.cn", "--broker-host", "localhost", "--broker-port", free_port())
    user = ("--broker-user", "root", "--listen", f"127.0.0.1:{free_port()}")
    assert call("county", "init", made, "--county", "530427", *hosts, *user) == 0
    return made


def gate_check(folder: Path) -> GateCheck:
    trust, today = read_trust(folder / "trust.json"), system_time().date()
    sealed = PrivateData(bytes(32)).sealed(LEFT, trust, today)
    judged = gate.judge(goods(), None, today=TODAY, settings=SETTINGS, wordings=WORDINGS, grower=LEFT.given)
    return gate.entry(
        goods(), None, judged, at="2026-11-22T09:00:00+08:00", inspector="Wang", decision=Decision.TEST_FIRST,
        **asdict(sealed),
    )  # fmt: skip


@pytest.fixture
def check(folder: Path) -> str:
    """LOG/SEQ of a gate check that the county has."""
    box = Station("530427", "gasa-01", a_key("box"))
    entries = [box.write(gate_check(folder)), box.write(Incident("p", "x", {}))]
    arrive(folder, *entries)
    return f"{box.log}/1"


def arrive(folder: Path, *entries: Envelope) -> None:
    with closing(Database(folder / "county.db")) as database:
        database.take([Arrived("gasa-01", entry) for entry in entries], "2026-11-22T10:00:00+08:00")


def opened(folder: Path) -> list[tuple[str, str, str, int]]:
    with Reader(folder / "county.db") as reader:
        return [(row["who"], row["role"], row["reason"], row["seq"]) for row in reader.openings(9)]


WHO = ("--as", "Li Hua", "--role", "case_officer", "--reason", "case 7")


def test_a_named_role_sees_it_and_it_is_on_record(folder: Path, check: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("county", "open", folder, check, *WHO) == 0
    shown = capsys.readouterr()
    assert all(word in shown.out for word in (LEFT.id_number, LEFT.contact, LEFT.residence))
    assert shown.err == ""
    assert opened(folder) == [("Li Hua", "case_officer", "case 7", 1)]
    assert call("county", "openings", folder) == 0
    listed = capsys.readouterr().out
    assert "Li Hua" in listed
    assert LEFT.id_number not in listed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--as", "Li", "--role", "clerk", "--reason", "x"), "may not open"),
        (("--as", "Li", "--role", "case_officer", "--reason", " "), "Give a name and a reason"),
        (("--as", " ", "--role", "case_officer", "--reason", "x"), "Give a name and a reason"),
        (("seller", *WHO), "has nothing sealed"),
    ],
)
def test_others_see_nothing_and_leave_no_row(
    folder: Path, check: str, typed: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("county", "open", folder, check, *typed) == 1
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""
    assert opened(folder) == []


def test_entries_that_hold_nothing_sealed(folder: Path, check: str, capsys: pytest.CaptureFixture[str]) -> None:
    log = check.partition("/")[0]
    for entry, said in ((f"{log}/2", "has nothing sealed"), (f"{log}/9", "has no entry"), ("x", "is not LOG/SEQ")):
        assert call("county", "open", folder, entry, *WHO) == 1
        assert said in capsys.readouterr().err
    with closing(sqlite3.connect(folder / "county.db")) as sql:
        sql.execute("update entry set body = null, salt = null where seq = 1")
        sql.commit()
    assert call("county", "open", folder, check, *WHO) == 1
    assert "what it held is gone" in capsys.readouterr().err
    assert opened(folder) == []


def test_the_county_says_which_roles_may(folder: Path, check: str, capsys: pytest.CaptureFixture[str]) -> None:
    put = SettingsPut({"open_roles": "officer"}, "Zhang")
    Orders(folder).give("all", put, system_time())
    assert call("county", "open", folder, check, *WHO) == 1
    assert "Roles that may: officer" in capsys.readouterr().err
    assert call("county", "open", folder, check, "--as", "Li", "--role", "officer", "--reason", "x") == 0


def test_a_key_that_was_replaced_still_opens(folder: Path, check: str, capsys: pytest.CaptureFixture[str]) -> None:
    keys = folder / "keys"
    (keys / "data.key").rename(keys / "data-old.key")
    assert call("county", "open", folder, check, *WHO) == 0
    assert LEFT.id_number in capsys.readouterr().out
    (keys / "data-old.key").unlink()
    assert call("county", "open", folder, check, *WHO) == 1
    assert "does not open it" in capsys.readouterr().err
    assert len(opened(folder)) == 2


def test_retiring_tells_first_and_then_does(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = replace(Station("530427", "gasa-01", a_key("box")), at=datetime(2020, 1, 1, tzinfo=BEIJING))
    entries = [box.write(Incident("printer", "x", {"name": "李秀英"})) for _ in range(3)]
    with closing(Database(folder / "county.db")) as database:
        received = (box.at + timedelta(hours=1)).isoformat()
        database.take([Arrived("gasa-01", entry) for entry in entries], received)
        database.receipted(box.log, 2, "receipt")
    assert call("county", "retire", folder, "--dry-run") == 0
    assert "2 would go, 1 stay" in capsys.readouterr().out
    assert call("county", "retire", folder, "--as", "Li Hua") == 0
    assert "2 are gone, 1 stay" in capsys.readouterr().out
    assert call("county", "retire", folder, "--dry-run", language="zh") == 0
    assert "清理 0 条" in capsys.readouterr().out
