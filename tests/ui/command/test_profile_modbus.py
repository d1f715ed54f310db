"""The way of firmware_profiles/README.md for an instrument with registers, and what is said where it goes astray."""

import tomllib
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from drivers.evidence.whole import whole
from drivers.profile.folder import find
from drivers.profile.sheet import QUANTITIES, exchanges, registers
from kiosk.words import LANGUAGES, load_words
from tests.support.typed import run
from ui.command import profile
from ui.command.profile_new import KINDS

TABLE = "地址,名称,类型,倍率,单位\n0x0000,turbidity 浊度,long,/100,NTU\n0x0002,mlss 悬浮物,long,1/10,mg/L\n"
ASKED, ASKED_NEXT = "00 03 00 00 00 02 C5 DA", "00 03 00 02 00 02 64 1A"
ZERO = "00 03 04 00 00 00 00 EA F3"
GOLDEN = f"""golden 1
profile some-probe@1
origin documented

case published
run reading
> {ASKED}
< {ZERO}
> {ASKED_NEXT}
< {ZERO}
= ?

case illegal_address
run reading
> {ASKED}
< 00 83 02 91 31
= refused exception:2

case silent
run reading
> {ASKED}
<
> {ASKED}
<
> {ASKED}
<
= error analyzer.silent
"""
READ = (
    '= {"quantity": "turbidity", "value": "0.00", "unit": "NTU"}\n'
    '= {"quantity": "suspended_solids", "value": "0.0", "unit": "mg/L"}'
)


def call(*words: str, language: str = "en") -> int:
    return run(profile.add, ("profile", *words), language)


@pytest.fixture
def probe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A profile as the page says, filled but for the outcome of its first case."""
    assert (
        call("new", "some-probe", "--vendor", "V", "--model", "M", "--kind", "modbus", "--folder", str(tmp_path)) == 0
    )
    table = tmp_path / "table.csv"
    table.write_text(TABLE, "utf-8")
    capsys.readouterr()
    assert call("import-csv", str(table), "--most", "2") == 0
    made = capsys.readouterr().out
    for quantity in ("turbidity", "suspended_solids"):
        made = made.replace('"___"', f'"{quantity}"', 1)
    file = tmp_path / "some-probe" / "any.toml"
    head = file.read_text("utf-8").split("[exchange.reading]")[0]
    for blank, filled in (('["___"]', '["manual, page 18"]'), ("unit     = 1", "unit     = 0")):
        assert blank in head
        head = head.replace(blank, filled)
    file.write_text(head + made, "utf-8")
    (tmp_path / "some-probe" / "any.golden").write_text(GOLDEN, "utf-8")
    return tmp_path


def check(folder: Path, capsys: pytest.CaptureFixture[str], language: str = "en") -> str:
    capsys.readouterr()
    code = call("check", "some-probe", "--folder", str(folder), language=language)
    told = capsys.readouterr()
    assert bool(code) == bool(told.err)
    return told.err


def change(folder: Path, old: str, new: str, name: str = "any.golden") -> None:
    file = folder / "some-probe" / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_for_a_question_mark_is_what_has_to_stand_there(
    language: str, probe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = check(probe, capsys, language)
    assert told.endswith(f"\n{READ}\n")
    assert len(told.splitlines()) == 3
    change(probe, "= ?", READ)
    assert check(probe, capsys) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_that_runs_nothing_is_named(language: str, probe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(probe, "case silent\nrun reading", "case silent\nrun raeding")
    told = check(probe, capsys, language)
    assert all(word in told for word in ("any.golden", "silent", "raeding", "reading"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_checksum_is_told_as_one(language: str, probe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(probe, "91 31", "91 32")
    told = check(probe, capsys, language)
    assert all(word in told for word in ("illegal_address", "analyzer.checksum", "profile bytes"))


def test_a_question_too_few_is_no_checksum(probe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(probe, f"> {ASKED_NEXT}\n< {ZERO}\n= ?", "= ?")
    told = check(probe, capsys)
    assert f"we send {ASKED_NEXT}" in told
    assert "checksum" not in told


def test_a_name_that_points_nowhere_is_told_with_those_there_are(
    probe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(probe, 'field = "mlss"', 'field = "value"', "any.toml")
    assert "turbidity, mlss" in check(probe, capsys)


def test_a_table_becomes_the_end_of_a_profile() -> None:
    rows = [
        (2, {"address": "0x0000", "type": "u16", "name": "a", "unit": 'a "b" \\'}),
        (3, {"address": "7", "type": "i32", "name": "b"}),
        (4, {"number": "30001", "type": "float", "name": "c"}),
    ]
    used, unused = registers(rows)
    made = tomllib.loads(exchanges(used))
    assert unused == []
    assert list(made["exchange"]) == ["read_1", "read_2", "reading"]
    assert made["exchange"]["reading"]["beside"] == ["read_1", "read_2"]
    assert [value["unit"] for value in made["result"]["values"]] == ['a "b" \\', "___", "___"]
    assert made["run"] == {"exchange": "reading"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_quantities_that_are_offered_are_those_with_a_word(kind: str) -> None:
    skeleton = (files("ui.command") / "skeleton" / f"{kind}.toml").read_text("utf-8")
    assert skeleton.count(f"\n{QUANTITIES}\n") == 1
    words = load_words("zh")
    named = QUANTITIES.removeprefix("# quantity: ").split()
    assert [name for name in named if not words.knows(f"command.profile.quantity.{name}")] == []


@pytest.mark.parametrize(
    ("said", "scale"),
    [("", None), ("1", None), ("0.01", "0.01"), ("/100", "0.01"), ("1/100", "0.01"), ("÷10", "0.1"), ("× 0.1", "0.1")],
)
def test_scales_as_manuals_write_them(said: str, scale: str | None) -> None:
    used, _ = registers([(2, {"address": "0", "type": "u16", "scale": said})])
    assert used[0].scale == (None if scale is None else Decimal(scale))


@pytest.mark.parametrize("said", ["1/3", "/0", "/", "x", "ten", "0", "NaN", "1/"])
def test_what_is_no_scale(said: str) -> None:
    assert [one.reason for one in registers([(2, {"address": "0", "type": "u16", "scale": said})])[1]] == ["scale"]


def test_an_address_that_could_be_a_number_of_the_manual_is_not_guessed() -> None:
    row = {"address": "40001", "type": "u16"}
    assert [one.reason for one in registers([(2, row)])[1]] == ["either"]
    assert registers([(2, row | {"table": "input"})])[0][0].addr == 40001
    assert registers([(2, {"address": "0x9C41", "type": "u16"})])[0][0].addr == 40001


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("A\\r",), "41 0D"),
        (("\\x02AU\\\\ \\0\\n",), "02 41 55 5C 20 00 0A"),
        (("--hex", "00 83 02", "--profile", "supmea-turbidity-mlss"), "00 83 02 91 31"),
        (("0.12 A", "--profile", "spectronic-20d"), "30 2E 31 32 20 41 0D 0A"),
        (("41", "--profile", "voltcraft-rgb-2000"), "02 34 31 0D"),
        (("\\x0241", "--profile", "voltcraft-rgb-2000"), "02 34 31 0D"),
    ],
)
def test_bytes_of_text_and_of_a_message(words: tuple[str, ...], shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("bytes", *words) == 0
    assert capsys.readouterr().out == f"{shown}\n"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "words",
    [
        ("--hex", "zz"),
        ("浊", "--profile", "spectronic-20d"),
        ("A", "--profile", "nobody-nothing"),
        ("A", "--profile", "trios-tribox3"),
    ],
)
def test_bytes_that_cannot_be(words: tuple[str, ...], language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("bytes", *words, language=language) == 1
    told = capsys.readouterr()
    assert (told.out, bool(told.err)) == ("", True)


def test_a_message_is_made_of_its_head_or_without_it() -> None:
    tl310 = find("dayuan-tl310")
    answer = bytes.fromhex("7E 16 02 00 01 8C AA")
    assert whole(answer[:-2], tl310) == answer
    assert whole(answer[1:-2], tl310) == answer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("id_", "more"),
    [
        ("supmea-turbidity-mlss", ()),
        ("voltcraft-rgb-2000", ()),
        ("voltcraft-rgb-2000", ("--exchange", "valu")),
    ],
)
def test_nothing_is_recorded_of_a_question_that_is_none(
    id_: str, more: tuple[str, ...], language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "any.golden"
    assert call("record", str(tmp_path / "none"), "--profile", id_, "--out", str(out), *more, language=language) == 1
    told = capsys.readouterr().err
    assert ("reading" if id_.startswith("supmea") else "value") in told
    assert not out.exists()
