"""Patterns that cannot be read, or that fit in two ways, are told when a profile is checked: never while it is used."""

from pathlib import Path

import pytest

from drivers.errors import ProfileError
from drivers.profile.folder import shipped

SHELF = shipped()


def faults(name: str, old: str, new: str, tmp_path: Path) -> list[tuple[str, str]]:
    text = SHELF.place(name).read_text("utf-8")
    assert old in text
    file = tmp_path / "maker-model" / "any.toml"
    file.parent.mkdir()
    file.write_text(text.replace(old, new, 1), "utf-8")
    return [(fault.code, str(fault.facts["path"])) for fault in SHELF.faults(file)]


COLORIMETER, JENWAY, TTJ, TL310 = "iorodeo-colorimeter", "jenway-6300", "taiyang-ttj-8h16", "dayuan-tl310"


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        (COLORIMETER, "{samples:int}", "{1a:int}", ("profile.pattern", "exchange.samples.reply")),
        (COLORIMETER, "{samples:int}", "{Samples:int}", ("profile.pattern", "exchange.samples.reply")),
        (COLORIMETER, "{samples:int}", "{n:int}{samples:int}", ("profile.pattern", "exchange.samples.reply")),
        (COLORIMETER, "{samples:int}", "{samples}{n:int}", ("profile.pattern", "exchange.samples.reply")),
        (COLORIMETER, "{samples:int}", "{n:int},{n:int}", ("profile.pattern", "exchange.samples.reply")),
        (COLORIMETER, '"0,calibration failed"', '"0,{a:foo}"', ("profile.word", "exchange.blank.fail.0.says")),
        (COLORIMETER, "{a_blue},{a_white}", "{a_blue},{a_blue}", ("profile.pattern", "record.four.text")),
        (COLORIMETER, "{a_blue},{a_white}", "{a_blue}{a_white}", ("profile.pattern", "record.four.text")),
        (COLORIMETER, "{a_blue},{a_white}", "{a_blue},{a_white:textual}", ("profile.word", "record.four.text")),
        (COLORIMETER, "{a_blue},", "{a_blue:text" + "9" * 5000 + "},", ("profile.word", "record.four.text")),
        (COLORIMETER, "{a_blue},", "{a_blue:text65536},", ("profile.word", "record.four.text")),
        (TL310, "{device:hex2}", "{1a:hex2} {device:hex2}", ("profile.pattern", "exchange.hello.reply")),
        (
            TTJ,
            "limit = 1000",
            'limit = 1000\nfail = [{ says = "FINISH", means = "x" }]',
            ("profile.pattern", "exchange.read_all.fail.0.says"),
        ),
        (TTJ, '"u8", at = 7 }', '"u8", at = 7, bits = [7, 4] }', ("profile.value", "record.group.fields.mask")),
        (
            "globalwater-cl500",
            '3 = "calibration" }',
            '16 = "calibration" }',
            ("profile.value", "exchange.reading.fields.summary"),
        ),
        ("dayuan-dy723pc/bare", "D{first:iso}", "测{first:iso}", None),
        (JENWAY, '"G412\\r"', '"测\\r"', ("profile.value", "exchange.go.say")),
        (JENWAY, 'end     = "\\r"', 'end = "测"', ("profile.value", "frame.end")),
    ],
)
def test_what_is_told(name: str, old: str, new: str, found: tuple[str, str] | None, tmp_path: Path) -> None:
    told = faults(name, old, new, tmp_path)
    assert told[:1] == ([found] if found else [])


@pytest.mark.parametrize(
    "picture", ["{light} {nm}", "{light}{unit:word}", "{light}%{nm}", "{unit:text3}{light}", "{light}{unit:text2}{nm}"]
)
def test_what_has_one_meaning(picture: str, tmp_path: Path) -> None:
    fields = '{ id = "unit" },\n  { id = "light"'
    text = SHELF.place(JENWAY).read_text("utf-8").replace('"{light} {nm}"', f'"{picture}"')
    text = text.replace('{ id = "light"', fields) if "unit" in picture else text
    file = tmp_path / "maker-model" / "any.toml"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    assert SHELF.faults(file) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("astm-e1394", '{ field = "status", in', '{ field = "stapus", in'),
        ("dayuan-lz3000", '{ field = "flags", is', '{ field = "flaks", is'),
        (TTJ, 'mask = "mask", first', 'mask = "absorb", first'),
        (TTJ, "[record.group]", '[record.group]\nrequire = [{ field = "absorb", is = "1" }]'),
    ],
)
def test_a_rule_names_what_is_known_when_it_is_obeyed(name: str, old: str, new: str, tmp_path: Path) -> None:
    told = faults(name, old, new, tmp_path)
    assert [code for code, _ in told] == ["profile.reference"]


def test_a_firmware_number_of_thousands_of_digits_is_no_number(tmp_path: Path) -> None:
    text = SHELF.place("globalwater-cl500").read_text("utf-8").replace(">=1.0.0", f">={'9' * 5000}")
    file = tmp_path / "maker-model" / "any.toml"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    with pytest.raises(ProfileError, match=r"profile\.value"):
        SHELF.load(file)
