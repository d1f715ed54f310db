"""A wrong profile is refused with file, place and the nearest right word."""

import re
from pathlib import Path

import pytest

from drivers.errors import ProfileError
from drivers.profile.folder import digest, find, known, shipped

SHELF = shipped()
CL500 = SHELF.place("globalwater-cl500").read_text("utf-8")
TL310 = SHELF.place("dayuan-tl310").read_text("utf-8")
TTJ = SHELF.place("taiyang-ttj-8h16").read_text("utf-8")


def first(tmp_path: Path, text: str) -> ProfileError:
    file = tmp_path / "maker-model" / "any.toml"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    with pytest.raises(ProfileError) as caught:
        SHELF.load(file)
    assert caught.value.facts["file"] == "maker-model/any.toml"
    return caught.value


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "path", "nearest"),
    [
        (TL310, "retries = 2", "retris = 2", "profile.key", "link", "retries"),
        (
            TL310,
            'idempotent = true\nsend  = "01',
            'idempotant = true\nsend  = "01',
            "profile.key",
            "exchange.hello",
            "idempotent",
        ),
        (
            TL310,
            'id = "absorb",  type = "u16le"',
            'id = "absorb",  type = "u16el"',
            "profile.word",
            "record.record.fields.9.type",
            "u16le",
        ),
        (TL310, 'reply = "@record"', 'reply = "@recrd"', "profile.reference", "exchange.read_last.reply", "record"),
        (TL310, 'field = "inhibit"', 'field = "inhibition"', "profile.reference", "result.values.0.field", "inhibit"),
        (TL310, 'index = "index"', 'index = "idx"', "profile.reference", "record.record", "index"),
        (TL310, "{device:hex2}", "{device:hx2}", "profile.word", "exchange.hello.reply", "hex1"),
        (CL500, '"@setup.unit"', '"@setup.units"', "profile.reference", "result.values.0.unit", "unit"),
        (
            CL500,
            '{ field = "state", is',
            '{ field = "stat", is',
            "profile.reference",
            "exchange.reading.require",
            "state",
        ),
    ],
)
def test_an_unknown_word_names_the_nearest_known_one(
    text: str, old: str, new: str, code: str, path: str, nearest: str, tmp_path: Path
) -> None:
    assert old in text
    error = first(tmp_path, text.replace(old, new))
    assert (error.code, error.facts["path"], error.facts["nearest"]) == (code, path, nearest)


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "path"),
    [
        (TL310, "baud    = 115200\n", "", "profile.baud", "link.baud"),
        (TL310, 'format  = "8N1"', 'format  = "9N1"', "profile.value", "link.format"),
        (TL310, 'start  = "7E"', 'start  = "7"', "profile.value", "frame.start"),
        (TL310, "revision = 1", 'revision = "1"', "profile.value", "revision"),
        (TL310, "[frame]", "[link]", "profile.syntax", None),
        (CL500, "unit     = 1\n", "", "profile.kind", "link.kind"),
        (CL500, 'doc = "30005"', 'doc = "30004"', "profile.number", "exchange.version.read.doc"),
        (
            CL500,
            'id = "suffix", addr = 8',
            'id = "suffix", addr = 9',
            "profile.outside",
            "exchange.version.fields.suffix",
        ),
        (TTJ, "read_all = { times = 2, equal = true }", "", "profile.unconfirmed", "confirm.read_all"),
        (TTJ, 'send = "1B B1"', 'send = "1B B9"', "profile.forbidden", "exchange.read_all.send"),
        (TTJ, 'end   = ["1B FE"', 'end   = ["1B FE 00"', "profile.marks", "exchange.read_all.end"),
        (TTJ, 'kind = "fixed"', 'kind = "framed"', "profile.missing", "frame.start"),
    ],
)
def test_what_cannot_be_is_refused(text: str, old: str, new: str, code: str, path: str | None, tmp_path: Path) -> None:
    text = re.sub(r" +=", " =", text) if old not in text else text
    assert old in text
    error = first(tmp_path, text.replace(old, new))
    assert (error.code, error.facts.get("path")) == (code, path)


def test_all_faults_of_a_file_are_found_at_once(tmp_path: Path) -> None:
    file = tmp_path / "any.toml"
    file.write_text(TL310.replace("retries", "retris").replace("safe     = true", "save = true"), "utf-8")
    assert sorted(str(fault.facts["nearest"]) for fault in SHELF.faults(file)) == ["retries", "safe"]


def test_an_unreadable_file(tmp_path: Path) -> None:
    assert SHELF.faults(tmp_path / "absent.toml")[0].code == "profile.unreadable"


def test_profiles_are_found_by_id_with_or_without_firmware() -> None:
    assert find("globalwater-cl500") == find("globalwater-cl500/1.x")
    with pytest.raises(ProfileError) as caught:
        find("globalwater-cl50")
    assert (caught.value.code, str(caught.value.facts["nearest"])[:17]) == ("profile.unknown", "globalwater-cl500")


def test_the_digest_names_the_content_not_its_layout(tmp_path: Path) -> None:
    again, other = tmp_path / "a.toml", tmp_path / "b.toml"
    again.write_text("# moved\n" + TL310, "utf-8")
    other.write_text(TL310.replace("scale = 0.1,", "scale = 0.01,"), "utf-8")
    assert digest(SHELF.load(again)) == digest(find("dayuan-tl310"))
    assert digest(SHELF.load(other)) != digest(find("dayuan-tl310"))
    assert len({digest(find(name)) for name in known()}) == len(known())
