"""`liangzheng profile` for who describes a new instrument: new, import-csv, record, resolve, check --json, doc."""

import json
import tomllib
from pathlib import Path

import pytest

from drivers.evidence.goldens import play
from drivers.evidence.replay import ReplayPort
from drivers.profile.folder import find, known
from drivers.profile.sheet import reads, registers
from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.pty import PtyDevice
from drivers.transcript import parse
from kiosk.words import LANGUAGES
from tests.support.typed import run
from ui.command import profile
from ui.command.profile_new import KINDS

SP100 = {
    "any.toml": (
        ('["___"]', '["manual, edition 2, page 31"]'),
        ('"___\\r"', '"A\\r"'),
        ("{value:number} ___", "{value:number} AU"),
    ),
    "any.golden": (
        ("> ___", "> 41 0D"),
        ("< ___", "< 30 2E 31 32 33 20 41 55 0D 0A"),
        ("< 30 2E 31 32 33 20 41 55 0D 0A\n= refused", "< 30 2E 31 32 34 20 41 55 0D 0A\n= refused"),
        ("= ?", '= {"quantity": "absorbance", "value": "0.123", "unit": "AU"}'),
    ),
}  # fmt: skip


def call(*words: str, language: str = "en") -> int:
    return run(profile.add, ("profile", *words), language)


def new(folder: Path, *more: str) -> int:
    return call("new", "lihua-sp100", "--vendor", 'Li "Hua"', "--model", "SP-100", "--folder", str(folder), *more)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_profile_has_blanks_that_are_named(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new(tmp_path, "--kind", kind) == 0
    assert sorted(file.name for file in (tmp_path / "lihua-sp100").iterdir()) == ["any.golden", "any.md", "any.toml"]
    assert tomllib.loads((tmp_path / "lihua-sp100" / "any.toml").read_text("utf-8"))["device"]["vendor"] == 'Li "Hua"'
    capsys.readouterr()
    assert call("check", "lihua-sp100", "--folder", str(tmp_path)) == 1
    assert all("blank" in line for line in capsys.readouterr().err.splitlines())


def test_filled_blanks_make_a_good_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The way of firmware_profiles/README.md."""
    new(tmp_path)
    for name, changes in SP100.items():
        file = tmp_path / "lihua-sp100" / name
        text = file.read_text("utf-8")
        for old, filled in changes:
            assert old in text
            text = text.replace(old, filled)
        file.write_text(text, "utf-8")
    assert call("check", "lihua-sp100", "--folder", str(tmp_path)) == 0
    assert "lihua-sp100/any" in capsys.readouterr().out
    assert call("list", "--folder", str(tmp_path)) == 0
    assert "lihua-sp100/any" in capsys.readouterr().out


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (new(tmp_path), new(tmp_path)) == (0, 1)
    assert "exists already" in capsys.readouterr().err


def test_a_name_of_another_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("new", "../SP100", "--vendor", "V", "--model", "M", "--folder", str(tmp_path)) == 1
    assert "maker-model" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("编号,名称,类型,字节序,倍率,单位\n30001,浊度,float,CDAB,,NTU\n30003,温度,int16,,0.1,°C\n", "gb18030"),
        ("number;name;type;order;scale;unit\n30001;turbidity;float;CDAB;;NTU\n30003;t;int16;;0.1;°C\n", "utf-8-sig"),
    ],
)
def test_a_table_of_registers(text: str, encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "table.csv"
    file.write_text(text, encoding)
    assert call("import-csv", str(file)) == 0
    made = tomllib.loads(capsys.readouterr().out)["exchange"]["reading"]
    assert made["read"] == {"table": "input", "addr": 0, "count": 3, "doc": "30001"}
    assert [(one["addr"], one["type"]) for one in made["fields"]] == [(0, "f32"), (2, "s16")]


def test_lines_that_cannot_be_used_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: tuple[str, ...] = (
        "number,address,table,type,order,scale",
        "30001,,,complex,,",
        "banana,,,uint16,,",
        ",5,wet,uint16,,",
    )
    rows += (",6,,uint16,ACBD,", ",7,,uint16,,ten", ",70000,,uint16,,", ",8,,text300,,", ",0x2600,,uint16,,", ",,,,,")
    file = tmp_path / "table.csv"
    file.write_text("\n".join(rows), "utf-8")
    assert call("import-csv", str(file)) == 0
    told = capsys.readouterr()
    assert [line.split(" was")[0] for line in told.err.splitlines()[:-2]] == [f"line {n}" for n in range(2, 9)]
    assert tomllib.loads(told.out)["exchange"]["reading"]["read"]["doc"] == "0x2600"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_without_the_columns(language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "table.csv"
    file.write_text("colour,size\nred,7\n", "utf-8")
    assert call("import-csv", str(file), language=language) == 1
    assert "colour,size" in capsys.readouterr().err


def test_no_read_is_longer_than_125_registers() -> None:
    rows = [(n, {"address": str(2 * n), "type": "float", "name": "same"}) for n in range(200)]
    used, unused = registers(rows)
    assert (len({one.id for one in used}), unused) == (200, [])
    spans = [block[-1].end - block[0].addr for block in reads(used)]
    assert (sum(spans), max(spans)) == (400, 124)
    assert len(list(reads(used[::2]))) == 100
    assert [len(block) for block in reads(used[::2], gap=2)] == [31, 31, 31, 7]


def test_what_a_real_line_says_becomes_a_golden(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "any.golden"
    with PtyDevice(ResidueTwin(), tmp_path / "tl") as device:
        where = (str(device.link), "--profile", "dayuan-tl310", "--out", str(out))
        assert call("record", *where) == 0
        assert call("record", *where, "--exchange", "read_all", "--case", "a_run") == 0
        assert call("record", *where, "--case", "a_run") == 1
    assert "a_run" in capsys.readouterr().err
    golden = parse(out.read_text("utf-8"))
    assert [case.name for case in golden.cases] == ["recorded_identify_1", "a_run"]
    assert golden.origin.startswith("captured 20")
    assert golden.origin.endswith(" unknown")  # this instrument tells no number of its own
    for case in golden.cases:
        assert play(find("dayuan-tl310"), case, ReplayPort(case)) == case.told


def test_transcripts_of_documents_and_of_a_device_do_not_mix(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "any.golden"
    out.write_text("golden 1\nprofile dayuan-tl310@1\norigin documented\n", "utf-8")
    with PtyDevice(ResidueTwin(), tmp_path / "tl") as device:
        assert call("record", str(device.link), "--profile", "dayuan-tl310", "--out", str(out)) == 1
    assert "documented" in capsys.readouterr().err


def test_an_absent_instrument_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "any.golden"
    assert call("record", str(tmp_path / "none"), "--profile", "dayuan-tl310", "--out", str(out)) == 1
    assert not out.exists()
    assert str(tmp_path / "none") in capsys.readouterr().err


def test_a_resolved_profile_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("resolve", "dayuan-tl310") == 0
    assert json.loads(capsys.readouterr().out)["device"]["model"] == "TL-310"


def test_complaints_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(tmp_path)
    capsys.readouterr()
    assert call("check", "lihua-sp100", "dayuan-tl310", "--json", "--folder", str(tmp_path)) == 1
    bad, good = json.loads(capsys.readouterr().out)
    assert {"code", "file", "path", "value", "text"} <= bad["problems"][0].keys()
    assert (good["profile"], good["problems"]) == ("dayuan-tl310/any", [])


def test_the_page_names_every_device(tmp_path: Path) -> None:
    assert call("doc", "--out", str(tmp_path / "DEVICES.md")) == 0
    text = (tmp_path / "DEVICES.md").read_text("utf-8")
    assert [name for name in known() if f"`{name}`" not in text] == []
    assert [name for name in known() if find(name).device.sources[0] not in text] == []


@pytest.mark.parametrize("command", [("list",), ("check",), ("doc",)])
def test_an_absent_folder(command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(*command, "--folder", str(tmp_path / "nowhere")) == 1
    assert "nowhere" in capsys.readouterr().err
