"""`liangzheng pack`: what would change, what there is, and the sheet for the county's officer."""

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from kiosk.pack import FOLDERS, load_packs
from tests.support.typed import run
from ui.command import county, pack
from ui.command.columns import LINE, padded, table, width, wrapped

SHIPPED = Path(str(resources.files("kiosk"))) / "packs"
METHOD = "methods/gbt-5009-199-2003.toml"
PRODUCTS = "products/vegetables.toml"


def call(*typed: object, language: str = "en") -> int:
    return run((pack.add, county.add), typed, language)


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    def made(file: str, *changes: tuple[str, str]) -> Path:
        text = (SHIPPED / file).read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, "utf-8")
        return tmp_path / file

    return made


Made = Callable[..., Path]


def test_a_right_pack_tells_what_would_change(make: Made, capsys: pytest.CaptureFixture[str]) -> None:
    file = make(
        METHOD,
        ('value = "50"', 'value = "45"'),
        ('value = "0.3"\nmark = "G"', 'value = "0.3"\nmark = "V"'),
        ("figure\"\nconfirmed = false", "figure\"\nconfirmed = true"),
    )  # fmt: skip
    assert call("pack", "check", file) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == METHOD
    assert lines[-1] == "Nothing is wrong."
    assert [line.split(maxsplit=2) for line in lines[1:-1]] == [
        ["change", "positive_at.value", "50 → 45"],
        ["change", "blank_min.mark", "G → V"],
        ["confirmed", "blank_min.confirmed"],
    ]


def test_products_that_appear_and_vanish_are_one_line_each(make: Made, capsys: pytest.CaptureFixture[str]) -> None:
    okra = 'id = "okra"\nproduct_class = "vegetable"\nunit = "jin"\npicture = "🌱"\nname = { zh = "秋葵", en = "Okra" }'
    file = make(PRODUCTS, ('id = "cucumber"', f'{okra}\n\n[[product]]\nid = "gherkin"'))
    assert call("pack", "check", file, language="zh") == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:-1]]
    assert rows == [
        ["新增", "product.okra", "秋葵"],
        ["新增", "product.gherkin", "黄瓜"],
        ["去掉", "product.cucumber", "黄瓜"],
    ]


def test_what_cannot_be_read_is_not_called_unchanged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "methods").mkdir()
    (tmp_path / "methods" / "broken.toml").write_text("id = [", "utf-8")
    assert call("pack", "check", tmp_path / "methods" / "broken.toml") == 1
    told = capsys.readouterr()
    assert "no change" not in told.out
    assert "not TOML" in told.err


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("pack", "check", tmp_path / "nothing.toml") == 1
    assert "nothing.toml" in capsys.readouterr().err


def test_no_change_is_said(make: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("pack", "check", make(METHOD)) == 0
    assert capsys.readouterr().out.splitlines() == [METHOD, "  no change", "Nothing is wrong."]


def test_a_wrong_pack_ends_with_1_and_all_its_problems(make: Made, capsys: pytest.CaptureFixture[str]) -> None:
    file = make(METHOD, ('value = "50"', "value = 50"), ("value = 2\n", "value = 0\n"), ("[wavelength]", "[wave]"))
    assert call("pack", "check", file) == 1
    told = capsys.readouterr()
    assert [line.split(": ")[1] for line in told.err.splitlines()] == [
        "wavelength",
        "positive_at.value",
        "repeats.value",
        "wave",
    ]
    assert "positive_at.value" in told.out


def test_problems_of_other_packs_through_this_one_are_told(make: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("pack", "check", make(METHOD, ('id = "gbt-5009-199-2003"', 'id = "other"'))) == 1
    told = capsys.readouterr().err
    assert "methods/gbt-5009-199-2003-band.toml: derived_from" in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_bytes_that_are_no_text_and_text_that_is_no_toml(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    (tmp_path / "methods").mkdir()
    (tmp_path / "methods" / "a.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "methods" / "b.toml").write_text("[[", "utf-8")
    assert call("pack", "check", tmp_path, language=language) == 1
    told = capsys.readouterr().err
    assert ("methods/a.toml" in told, "methods/b.toml" in told) == (True, True)


def test_a_folder_of_packs_is_checked_whole(make: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(METHOD, ('value = "50"', 'value = "45"'))
    make(PRODUCTS, ('unit = "jin"', 'unit = "kg"'))
    assert call("pack", "check", tmp_path) == 0
    told = capsys.readouterr().out
    assert ("45" in told, "product.cowpea.unit" in told) == (True, True)
    assert call("pack", "check", tmp_path / "products") == 0
    told = capsys.readouterr().out
    assert ("45" in told, "product.cowpea.unit" in told) == (False, True)


def test_the_shipped_packs_change_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("pack", "check", SHIPPED) == 0
    told = capsys.readouterr().out
    assert told.count("no change") == sum(len(list((SHIPPED / folder).glob("*.toml"))) for folder in FOLDERS)
    assert "no order of the county can change this file" in told


def test_a_file_that_belongs_nowhere_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "new.toml").write_text("a = 1", "utf-8")
    assert call("pack", "check", tmp_path / "new.toml") == 2
    assert "--as" in capsys.readouterr().err
    assert call("pack", "check", tmp_path / "new.toml", "--as", "words/zh/x.toml") == 2


def test_as_says_where_a_file_belongs(make: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(METHOD, ('value = "50"', 'value = "45"')).rename(tmp_path / "sent.toml")
    assert call("pack", "check", tmp_path / "sent.toml", "--as", METHOD) == 0
    assert "50 → 45" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("pack", "check", tmp_path / "methods" / "none.toml") == 1
    assert "Check the path" in capsys.readouterr().err


# --- list, open -------------------------------------------------------------------------------------------------------


def test_every_pack_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("pack", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    files = [f"{folder}/{file.name}" for folder in FOLDERS for file in sorted((SHIPPED / folder).glob("*.toml"))]
    assert [line.split()[0] for line in lines[1:]] == files
    assert all(line.endswith("the program") for line in lines[1:])


def test_the_sheet_has_every_open_item_grouped_with_question_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("pack", "open", language="zh") == 0
    told = capsys.readouterr().out
    items = load_packs().open
    lines = told.splitlines()
    assert f"待县里确认（{len(items)} 项）" in lines[0]
    assert sum(line.strip().startswith("□") for line in lines) == len(items)
    headings = [line for line in lines if line[:1] in tuple("一二三四五六七八")]
    assert [heading[0] for heading in headings] == sorted({*"一二三四五六七八"}, key="一二三四五六七八".index)
    whole = "".join(line.strip() for line in lines)
    for item in items:
        if item.question:
            assert item.question["zh"].replace(" ", "") in whole.replace(" ", "")
    assert max(map(width, lines)) <= LINE + 40  # a long address is not torn


def test_one_kind_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("pack", "open", "marks") == 0
    told = capsys.readouterr().out
    assert ("7. Certification marks" in told, "Test methods" in told) == (True, False)


def test_open_items_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("pack", "open", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [item["name"] for item in told] == [item.name for item in load_packs().open]
    proof = next(item for item in told if item["name"] == "settings/county/proof")
    assert (proof["facts"], proof["mark"]) == ({"value": "tail"}, "I")
    assert set(proof["question"]) == {"zh", "en"}


def test_a_setting_shows_what_it_may_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("pack", "open", "settings", language="zh") == 0
    told = capsys.readouterr().out
    assert "可选：none 不要、tail 电话后四位" in told
    assert "设置名：proof" in told


# --- columns ----------------------------------------------------------------------------------------------------------


def test_columns_stand_under_each_other_for_wide_letters() -> None:
    lines = table([["名称", "数"], ["abc", "1"], ["é́", "2"]], "  ")
    assert lines == ["  名称  数", "  abc   1", "  é́     2"]
    assert padded("豆", 4) == "豆  "


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("一二三四五六", ["一二三四五", "六"]),
        ("一二三四五，六", ["一二三四", "五，六"]),
        ("abcdefghijklmnop", ["abcdefghijklmnop"]),
        ("一二三 word", ["一二三", "word"]),
    ],
)
def test_lines_are_broken_where_a_reader_would(text: str, lines: list[str]) -> None:
    assert wrapped(text, most=10) == lines
