"""`liangzheng county waiting`, `order confirm` and `order alarm-seen`: what stations told, and the county's answers."""

import json
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import system_time
from kiosk.contract import read
from kiosk.enrolment import prepare
from kiosk.private_data import COMPLAINT, Particulars, PrivateData
from kiosk.rules.messages import (
    AlarmSeen,
    Card,
    CardRevoked,
    Complaint,
    OrderBody,
    SubjectsMerged,
    SubjectsUpsert,
    TaskGiven,
)
from kiosk.trust import read_key, read_trust
from tests.support.bodies import Station
from tests.support.broker import COUNTY, county_config
from tests.support.staff_work import NEW, card, complaint, fault, newcomer, positive
from tests.support.typed import run
from ui.command import county
from ui.county.database import Arrived, Database
from ui.county.office import enrol, init_county
from ui.county.orders import Orders

RECEIVED = "2026-11-22T10:00:00.000+08:00"


class Office:
    """A county with one station that has told of everything, and its officer's terminal."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "county"
        config = county_config(self.folder)
        init_county(config, county.today())
        enrol(self.folder, prepare(tmp_path / "box", COUNTY, "gasa-01"), county.today())
        key = read_key(tmp_path / "box" / "station.key")
        assert isinstance(key, Ed25519PrivateKey)
        self.box = Station(COUNTY, "gasa-01", key)
        told = (
            newcomer(),
            card("10000008", replaces="20000006"),
            positive(),
            complaint(),
            fault(),
            positive(retest_of=3),
        )
        self.bring(*told)

    def bring(self, *bodies: object) -> None:
        entries = [self.box.write(body) for body in bodies]  # type: ignore[arg-type]
        with closing(Database(self.folder / "county.db")) as database:
            database.take([Arrived("gasa-01", entry) for entry in entries], RECEIVED)

    def entry(self, seq: int) -> str:
        return f"{self.box.log}/{seq}"

    def types(self, *typed: object, language: str = "en") -> int:
        return run(county.add, ("county", *typed), language)

    def order(self, kind: str, *more: object) -> int:
        return self.types("order", kind, self.folder, *more)

    def given(self, stream: str = "all") -> list[OrderBody]:
        return [read(payload).order for payload in Orders(self.folder).after(stream, 0, 1000)]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def waits(office: Office, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    """What and which entry, line by line."""
    capsys.readouterr()
    assert office.types("waiting", office.folder) == 0
    told = capsys.readouterr().out
    return [line.split()[:2] for line in told.splitlines() if "/" in line.split()[1]]


def test_everything_that_waits_is_listed_and_leaves_with_its_answer(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = ("positive", "newcomer", "card", "complaint", "fault")
    seqs = (3, 1, 2, 4, 5)
    assert waits(office, capsys) == [[kind, office.entry(seq)] for kind, seq in zip(kinds, seqs, strict=True)]
    for seq in (3, 4, 5):
        assert office.order("alarm-seen", office.entry(seq), "--by", "Chen") == 0
    assert waits(office, capsys) == [["newcomer", office.entry(1)], ["card", office.entry(2)]]
    assert office.order("confirm", office.entry(1)) == 0
    assert waits(office, capsys) == [["card", office.entry(2)]]
    assert office.order("confirm", office.entry(2)) == 0
    capsys.readouterr()
    assert office.types("waiting", office.folder) == 0
    assert capsys.readouterr().out == "Nothing waits for the county's word.\n"
    assert office.given() == [
        SubjectsUpsert((NEW,)),
        SubjectsUpsert((), (Card("10000008", "n-1"),)),
        CardRevoked("20000006", "lost"),
    ]
    (seen, *_) = office.given("gasa-01")
    assert isinstance(seen, AlarmSeen)
    assert (seen.log, seen.seq, seen.by) == (office.box.log, 3, "Chen")


def test_a_line_says_what_an_officer_has_to_know(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert office.types("waiting", office.folder, language="zh") == 0
    told = capsys.readouterr().out
    for said in ("n-1", "Wang", "Nanjian", "20000006", "农药兽药: sprayed yesterday", "printer: 坏了"):
        assert said in told
    assert office.types("waiting", office.folder, "--most", "1") == 0


def test_a_newcomer_is_corrected(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "corrected.json"
    file.write_text(json.dumps(asdict(replace(NEW, name="Wang Lin"))))
    assert office.order("confirm", office.entry(1), "--as", file) == 0
    assert office.given() == [SubjectsUpsert((replace(NEW, name="Wang Lin"),))]
    file.write_text(json.dumps(asdict(replace(NEW, id="another"))))
    assert office.order("confirm", office.entry(1), "--as", file) == 1
    assert "The id must stay" in capsys.readouterr().err
    file.write_text('{"id": 1}')
    assert office.order("confirm", office.entry(1), "--as", file) == 1
    assert len(office.given()) == 1


def test_a_newcomer_was_somebody_all_along(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert office.order("confirm", office.entry(1), "--into", "s-1") == 1
    assert "s-1" in capsys.readouterr().err
    file = tmp_path / "people.json"
    file.write_text(json.dumps([asdict(replace(NEW, id="s-1"))]))
    assert office.order("subjects", file) == 0
    assert office.order("confirm", office.entry(1), "--into", "s-1", "--reason", "twice") == 0
    assert office.given()[-1] == SubjectsMerged("s-1", ("n-1",), "twice")
    assert ["newcomer", office.entry(1)] not in waits(office, capsys)


def test_the_newest_word_on_a_newcomer_stands(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.bring(newcomer(name="Wang Li"))
    assert [line for line in waits(office, capsys) if line[0] == "newcomer"] == [["newcomer", office.entry(7)]]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("confirm", 2), "is not confirmed yet"),
        (("confirm", 3), "nothing to confirm"),
        (("confirm", 2, "--into", "s-1"), "nothing to confirm"),
        (("confirm", 1, "--into", "s-1", "--as", "x.json"), "not both"),
        (("confirm", 99), "99"),
        (("alarm-seen", 1, "--by", "Chen"), "is no positive"),
        (("alarm-seen", 0, "--by", "Chen"), "/0"),
    ],
)
def test_what_cannot_be_answered_so_is_said(
    office: Office, typed: tuple[object, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kind, seq, *more = typed
    assert office.order(str(kind), office.entry(int(str(seq))), *more) == 1
    assert said in capsys.readouterr().err
    assert (office.given(), office.given("gasa-01")) == ([], [])


def test_an_entry_is_named_by_log_and_number(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert office.order("confirm", "seven") == 1
    assert "seven" in capsys.readouterr().err


def test_without_a_database_nothing_is_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init_county(county_config(tmp_path / "county"), county.today())
    assert run(county.add, ("county", "waiting", tmp_path / "county")) == 1
    assert run(county.add, ("county", "order", "confirm", tmp_path / "county", "ab/1")) == 1
    assert capsys.readouterr().out == ""


def test_who_told_can_be_reached_by_named_roles_only(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    trust, today = read_trust(office.folder / "trust.json"), system_time().date()
    left = Particulars(contact="13800005555")
    sealed = PrivateData(bytes(32)).sealed(left, trust, today, COMPLAINT).sealed
    office.bring(Complaint("drugs", "sprayed", sealed=sealed))
    assert ["complaint", office.entry(7)] in waits(office, capsys)
    asked = ("open", office.folder, office.entry(7), "--as", "Li", "--reason", "case 7", "--role")
    assert office.types(*asked, "clerk") == 1
    assert "13800005555" not in capsys.readouterr().out
    assert office.types(*asked, "case_officer") == 0
    assert "13800005555" in capsys.readouterr().out


def test_a_task_says_why(office: Office) -> None:
    typed = ("t-1", "--what", "sample", "--title", "T", "--until", "2030-12-31", "--why", "random")
    assert office.order("task", *typed) == 0
    (task,) = office.given()
    assert isinstance(task, TaskGiven)
    assert task.why == "random"
