"""`liangzheng county order KIND` as people type it: every kind, checked before it is signed, told after."""

import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.clock import system_time
from kiosk.contract import read
from kiosk.enrolment import prepare
from kiosk.rules.messages import (
    ORDER_KINDS,
    Card,
    CardRevoked,
    CertificateRevoked,
    Credit,
    CreditPut,
    DoctorAsked,
    KeysPut,
    LotReleased,
    NoticePut,
    NoticeWithdrawn,
    OrderBody,
    Outcome,
    SampleType,
    Staff,
    StaffPut,
    SubjectsMerged,
    SubjectsSnapshot,
    SubjectsWithdrawn,
    TaskGiven,
    TaskWithdrawn,
    UpdateGiven,
)
from kiosk.rules.scan.numbers import certificate_number
from kiosk.staff_pin import verify
from kiosk.words import load_words
from tests.kiosk.documents.drawn import filled
from tests.support.broker import COUNTY, county_config
from tests.support.typed import run
from ui.command import county
from ui.county.contents import MEMBERS, contents
from ui.county.office import OfficeError, enrol, init_county
from ui.county.orders import Orders

NUMBER = certificate_number(COUNTY, bytes(7))
TASK = ("task", "t-1", "--what", "sample", "--title", "market", "--until", "2030-12-31")
NOTICE = ("notice", "n-1", "--title", "T", "--text", "words", "--until", "2030-12-31")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = county_config(tmp_path / "county")
    init_county(config, county.today())
    return config.folder


class Typed:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, kind: str, *more: object, language: str = "en") -> int:
        return self.call("order", kind, self.folder, *more, language=language)

    def call(self, *typed: object, language: str = "en") -> int:
        return run(county.add, ("county", *typed), language)

    def given(self, stream: str = "all") -> list[OrderBody]:
        return [read(payload).order for payload in Orders(self.folder).after(stream, 0, 1000)]


@pytest.fixture
def order(folder: Path) -> Typed:
    return Typed(folder)


def person(name: str) -> dict[str, str]:
    return {"id": name, "kind": "farmer", "name": f"Li {name}", "contact": "13800001234", "origin": "x"}


def people(tmp_path: Path, *names: str, cards: list[dict[str, str]] | None = None) -> Path:
    file, found = tmp_path / "people.json", [person(name) for name in names]
    file.write_text(json.dumps(found if cards is None else {"subjects": found, "cards": cards}))
    return file


# --- every kind -------------------------------------------------------------------------------------------------------


def test_what_is_given_is_signed_as_it_was_typed_and_told(
    order: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order("subjects", people(tmp_path, "s-1", "s-2", "s-3", cards=[{"number": "12345675", "subject": "s-1"}]))
    order("withdraw", "s-3", "--reason", "moved")
    order("merge", "s-1", "s-2")
    order("card-lost", "12345675", "--reason", "lost")
    order("credit", "--subject", "s-1", "--grade", "A", "--since", "2026-01-01", "--listed", "watch")
    order("revoke-certificate", NUMBER, "--reason", "forged")
    order(*TASK, "--subject", "s-1", "--count", "3", "--sample-type", "supervision")
    order("task-withdraw", "t-1")
    order("lot-release", "lot-1", "--outcome", "negative", "--report", "R-7", "--laboratory", "L", "--value", "0.01")
    order("staff", "--id", "w", "--name", "Wang", "--role", "clerk", "--badge", "B1")
    order(*NOTICE, "--since", "2026-01-01")
    order("notice-withdraw", "n-1")
    order("doctor", "--reason", "slow")
    order("update", "0.2.0", "--digest", "ab" * 32)
    assert order.given()[1:] == [
        SubjectsWithdrawn(("s-3",), "moved"),
        SubjectsMerged("s-1", ("s-2",)),
        CardRevoked("12345675", "lost"),
        CreditPut((Credit("s-1", "A", "watch", "2026-01-01"),)),
        CertificateRevoked(NUMBER, "forged"),
        TaskGiven("t-1", "sample", "market", "2030-12-31", ("s-1",), (), 3, SampleType.SUPERVISION),
        TaskWithdrawn("t-1"),
        released("0.01"),
        StaffPut((Staff("w", "Wang", ("clerk",), "B1"),)),
        NoticePut("n-1", "message", "T", "words", "2026-01-01", "2030-12-31"),
        NoticeWithdrawn("n-1"),
        DoctorAsked("slow"),
        UpdateGiven("0.2.0", "ab" * 32),
    ]
    told = capsys.readouterr().out
    assert [f"all/{nth}" in told for nth in range(1, 15)] == [True] * 14


def released(value: str) -> LotReleased:
    return LotReleased("lot-1", Outcome.NEGATIVE, "R-7", "L", Decimal(value))


def test_no_kind_is_left_out(order: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """Each order kind has its command: packs and settings beside the rest, keys in their own part."""
    with pytest.raises(SystemExit):
        order.call("order", "--help")
    listed = set(re.findall(r"^    ([a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    assert listed == {
        "subjects", "withdraw", "merge", "card-lost", "credit", "staff", "revoke-certificate", "task", "task-withdraw",
        "lot-release", "notice", "notice-withdraw", "doctor", "update", "pack", "settings", "list",
        "confirm", "alarm-seen",
    }  # fmt: skip
    assert MEMBERS.keys() == ORDER_KINDS.keys()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("merge", "nobody", "s-2"), "not on the list"),
        (("task-withdraw", "t-9"), "no task t-9"),
        (("notice-withdraw", "n-9"), "no message n-9"),
        (("task", "t-1", "--what", "gate", "--title", "x", "--until", "tomorrow"), "until is wrong"),
        (("task", "t-1", "--what", "gate", "--title", "x", "--until", "2030-01-01", "--count", "0"), "1 is the least"),
        (("notice", "n", "--title", "x", "--text", "x", "--until", "2020-01-01"), "ends before"),
        (("credit", "--subject", "s", "--since", "2026-01-01", "--listed", "grey"), "listed is wrong"),
        (("credit",), "one source"),
        (("staff",), "one source"),
        (("subjects",), "one source"),
        (("update", "0.2.0"), "one source"),
        (("update", "0.2.0", "--digest", "AB"), "digest is wrong"),
        (("revoke-certificate", "530427-1", "--reason", "x"), "no number of a certificate"),
        (("lot-release", "l", "--outcome", "negative", "--report", "r", "--laboratory", "l", "--value", "x"), "value"),
        (("doctor", "--station", "nowhere-1"), "No station nowhere-1"),
        (("withdraw", "p9999", "a b"), "no such producer on the list: a b, p9999"),
        (("card-lost", "zz"), "no card was ever given the number zz"),
        (("credit", "--subject", "s", "--grade", "A", "--since", "2026-01-01"), "no such producer on the list: s"),
        (("task", "t-1", "--what", "gate", "--title", "x", "--until", "2020-01-01"), "which is past"),
        ((*TASK, "--subject", "s-9"), "no such producer on the list: s-9"),
        ((*TASK, "--product", "moon-cheese"), "no such product: moon-cheese"),
        (("staff", "--id", "w", "--name", "Wang"), "these people have no role: w"),
        (("notice", "n", "--title", " ", "--text", "x", "--until", "2030-01-01"), "no title or no text"),
        (("notice", "n", "--title", "x", "--text", "", "--until", "2030-01-01"), "no title or no text"),
        (("update", "x", "--digest", "ab" * 32), "x is no version"),
    ],
)
def test_what_stations_would_refuse_is_not_signed(
    order: Typed, typed: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert order(*typed) == 1
    assert told in capsys.readouterr().err
    assert Orders(order.folder).streams() == []


def test_a_task_is_given_once_and_again_when_it_was_withdrawn(order: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    assert (order(*TASK, "--product", "apple"), order(*TASK)) == (0, 1)
    assert "task t-1 was given already" in capsys.readouterr().err
    assert order("task-withdraw", "t-1") == 0
    assert order(*TASK) == 0


def test_a_card_that_no_list_has_any_more_can_still_be_lost(order: Typed, tmp_path: Path) -> None:
    card = [{"number": "12345675", "subject": "s-1"}]
    order("subjects", people(tmp_path, "s-1", cards=card), "--snapshot", "one")
    order("subjects", people(tmp_path, "s-2", cards=[]), "--snapshot", "two")
    assert order("card-lost", "12345675") == 0


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("s-9",), "no such producer on the list: s-9"),
        (("s-1", "--number", "abc"), "abc is no number of a card"),
        (("s-1", "--number", "12345672"), "somebody else's"),
        (("s-2", "--number", "22345675"), "declared lost"),
        (("s-1", "--out", "nowhere/card.png"), "nowhere/card.png"),
    ],
)
def test_a_card_that_would_open_nothing_gives_no_order(
    order: Typed,
    tmp_path: Path,
    typed: tuple[str, ...],
    told: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    cards = [{"number": number, "subject": "s-2"} for number in ("12345672", "22345675")]
    order("subjects", people(tmp_path, "s-1", "s-2", cards=cards))
    order("card-lost", "22345675")
    assert order.call("card", order.folder, *typed, "--name", "Li") == 1
    assert told in capsys.readouterr().err
    assert len(order.given()) == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_id_that_is_a_persons_number_is_not_signed(
    order: Typed, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    number = "11010519491231002X"
    assert order("task", number, *TASK[2:], language=language) == 1
    told = capsys.readouterr()
    assert load_words(language).say("problem.office.order_personal", places="TaskGiven.task") in told.err
    assert number not in told.err + told.out
    assert Orders(order.folder).streams() == []


def test_an_order_that_no_station_could_read_is_not_signed(order: Typed) -> None:
    body = SubjectsWithdrawn(tuple(f"u{nth:09}" for nth in range(25_000)))
    with pytest.raises(OfficeError, match="order_size"):
        Orders(order.folder).give("all", body, system_time())
    assert Orders(order.folder).through("all") == 0
    assert order(*TASK) == 0


def test_an_order_for_one_station(order: Typed, tmp_path: Path) -> None:
    enrol(order.folder, prepare(tmp_path / "box", COUNTY, "gasa-01"), county.today())
    assert order("doctor", "--station", "gasa-01") == 0
    assert (order.given("gasa-01"), order.given()) == ([DoctorAsked()], [])


def test_what_one_station_was_given_counts_for_it_only(order: Typed, tmp_path: Path) -> None:
    enrol(order.folder, prepare(tmp_path / "box", COUNTY, "gasa-01"), county.today())
    assert order(*TASK, "--station", "gasa-01") == 0
    assert order("task-withdraw", "t-1") == 1
    assert order("task-withdraw", "t-1", "--station", "gasa-01") == 0


def test_the_hash_of_a_package_is_computed_here(order: Typed, tmp_path: Path) -> None:
    (tmp_path / "package").write_bytes(b"abc")
    assert order("update", "0.2.0", "--file", tmp_path / "package") == 0
    (given,) = order.given()
    assert isinstance(given, UpdateGiven)
    assert given.digest.startswith("ba7816bf")


# --- whole lists ------------------------------------------------------------------------------------------------------


def test_a_whole_list_keeps_the_cards_that_were_given(order: Typed, tmp_path: Path) -> None:
    order("subjects", people(tmp_path, "s-1", "s-2", cards=[{"number": "12345675", "subject": "s-1"}]))
    names = [f"s-{nth}" for nth in range(1, 251)]
    assert order("subjects", people(tmp_path, *names), "--snapshot", "2026-12") == 0
    first, last = order.given()[1:]
    assert isinstance(first, SubjectsSnapshot)
    assert isinstance(last, SubjectsSnapshot)
    assert [(one.edition, one.part, one.of, len(one.subjects)) for one in (first, last)] == [
        ("2026-12", 1, 2, 200), ("2026-12", 2, 2, 50),
    ]  # fmt: skip
    assert (first.cards, last.cards) == ((Card("12345675", "s-1"),), ())


def test_a_whole_list_with_its_own_cards(order: Typed, tmp_path: Path) -> None:
    order("subjects", people(tmp_path, "s-1", cards=[{"number": "12345675", "subject": "s-1"}]))
    file = people(tmp_path, "s-1", cards=[{"number": "22345674", "subject": "s-1"}])
    assert order("subjects", file, "--snapshot", "e") == 0
    last = order.given()[-1]
    assert isinstance(last, SubjectsSnapshot)
    assert last.cards == (Card("22345674", "s-1"),)


@pytest.mark.parametrize("text", ["", "[1]", '{"subjects": []}', '{"cards": []}', "[[", '{"subjects": 1}'])
def test_a_whole_list_that_is_none_withdraws_nobody(order: Typed, tmp_path: Path, text: str) -> None:
    (tmp_path / "list.json").write_text(text)
    assert order("subjects", tmp_path / "list.json", "--snapshot", "e") == 1
    assert order.given() == []


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_credit_comes_from_a_spreadsheet(order: Typed, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "c.csv").write_bytes(
        "subject,grade,since,reason\ns-1,A,2026-01-01,好\ns-2, B ,2026-02-01,\n".encode(encoding)
    )
    order("subjects", people(tmp_path, "s-1", "s-2"))
    assert order("credit", tmp_path / "c.csv") == 0
    assert order.given()[1:] == [
        CreditPut((Credit("s-1", "A", "", "2026-01-01", reason="好"), Credit("s-2", "B", "", "2026-02-01")))
    ]


def test_wrong_rows_are_told_by_row_and_column(
    order: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.csv").write_text("subject,grade,listed,since\ns-1,A,grey,2026-01-01\ns-2,A,,soon\n")
    assert order("credit", tmp_path / "c.csv") == 1
    told = capsys.readouterr().err
    assert "2 mistakes" in told
    assert "row 2, column listed: 'grey' cannot be; it may be watch | black" in told
    assert "row 3, column since" in told
    assert order.given() == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("grade,since\nA,2026-01-01\n", "columns may be"),
        ("subject,colour\ns-1,red\n", "colour"),
        ("subject,since\ns-1\n", "row 2"),
        ("subject,since\ns-1,2026-01-01,more\n", "row 2"),
        ("subject,grade\ns-1,A\n", "column since"),
        ("", "columns may be"),
    ],
)
def test_a_table_of_another_form_is_told(
    order: Typed, tmp_path: Path, text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.csv").write_text(text)
    assert order("credit", tmp_path / "c.csv") == 1
    assert told in capsys.readouterr().err


def test_staff_from_a_table_with_pins_in_another(order: Typed, tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text(
        "id,name,roles,badge,until\nw,Wang,clerk;inspector,B1,\nz,Zhao,officer,,2030-01-01\n"
    )
    (tmp_path / "pins.csv").write_text("id,pin\nw,4711\n")
    assert order("staff", tmp_path / "staff.csv", "--pin-file", tmp_path / "pins.csv", "--withdraw", "old") == 0
    (given,) = order.given()
    assert isinstance(given, StaffPut)
    wang, zhao = given.staff
    assert (wang.roles, wang.badge, verify("4711", wang.pin)) == (("clerk", "inspector"), "B1", True)
    assert (zhao, given.withdrawn) == (Staff("z", "Zhao", ("officer",), "", "", "2030-01-01"), ("old",))
    segments = b"".join(file.read_bytes() for file in order.folder.rglob("*.seg"))
    assert b"4711" not in segments


def test_one_pin_is_read_from_standard_input(order: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("471123\n"))
    assert order("staff", "--id", "w", "--name", "Wang", "--role", "clerk", "--pin") == 0
    (given,) = order.given()
    assert isinstance(given, StaffPut)
    assert verify("471123", given.staff[0].pin)


@pytest.mark.parametrize(("pins", "told"), [("id,pin\nw,12\n", "4 to 12"), ("id,pin\nx,4711\n", "not in this list: x")])
def test_pins_have_to_fit(
    order: Typed, tmp_path: Path, pins: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pins.csv").write_text(pins)
    typed = ("--id", "w", "--name", "Wang", "--role", "clerk", "--pin-file", tmp_path / "pins.csv")
    assert order("staff", *typed) == 1
    assert told in capsys.readouterr().err
    assert order.given() == []


def test_staff_as_json(order: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "staff.json"
    file.write_text(json.dumps([{"id": "w", "name": "Wang", "roles": ["clerk"]}]))
    assert order("staff", file) == 0
    file.write_text(json.dumps([{"id": "w", "name": "Wang", "roles": ["king"]}]))
    assert order("staff", file) == 1
    assert "0.roles.0 is wrong" in capsys.readouterr().err


# --- what was given ---------------------------------------------------------------------------------------------------


def test_the_list_of_orders_names_nobody(order: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert order("list") == 0
    assert "No order" in capsys.readouterr().out
    enrol(order.folder, prepare(tmp_path / "box", COUNTY, "gasa-01"), county.today())
    order("subjects", people(tmp_path, *(f"s-{nth}" for nth in range(5))))
    order("staff", "--id", "w", "--name", "Wang", "--role", "clerk")
    order("doctor", "--station", "gasa-01")
    capsys.readouterr()
    assert order("list") == 0
    told = capsys.readouterr().out
    assert re.search(r"^all/1 +20\S+ +subjects.upsert +subjects/id=s-0,s-1,s-2…\(5\)$", told, re.MULTILINE)
    assert [word in told for word in ("all/2", "gasa-01/1", "staff/id=w")] == [True, True, True]
    assert [word in told for word in ("Li", "Wang", "1380000")] == [False, False, False]


@pytest.mark.parametrize("kind", ORDER_KINDS)
def test_no_kind_tells_more_than_ids(kind: str) -> None:
    line = contents(filled(kind))
    said = set(re.findall(r"<\.([a-z_.]+)>", line))
    private = {"subjects.name", "subjects.contact", "subjects.origin", "staff.name", "staff.pin", "text", "title"}
    assert said & (private | {"reason", "credits.reason", "laboratory"}) == set()


# --- keys -------------------------------------------------------------------------------------------------------------


def test_keys_are_listed_renewed_and_revoked(order: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    assert order.call("keys", "list", order.folder) == 0
    before = capsys.readouterr().out
    assert before.count("in use") == 5
    assert order.call("keys", "renew", order.folder, "witness") == 0
    assert "Restart" in capsys.readouterr().out
    assert order.call("keys", "list", order.folder) == 0
    old = next(line.split()[2] for line in before.splitlines() if line.startswith("witness"))
    assert old in capsys.readouterr().out
    assert order.call("keys", "revoke", order.folder, old[:10], "--reason", "stolen") == 0
    assert order.call("keys", "list", order.folder) == 0
    assert "revoked since" in capsys.readouterr().out
    orders = order.given()
    assert [type(given) for given in orders] == [KeysPut, KeysPut]


@pytest.mark.parametrize(("since", "told"), [([], "exactly one"), (["--since", "soon"], "--since is wrong")])
def test_a_key_that_nobody_has(order: Typed, since: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert order.call("keys", "revoke", order.folder, "zz", "--reason", "x", *since) == 1
    assert told in capsys.readouterr().err
