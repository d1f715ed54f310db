"""The full check bites: each fault that it looks for, put into a profile on purpose, is named with file, key, value."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.errors import ProfileError
from drivers.evidence.lint import SNAPSHOT, Checked, checked, snapshot
from drivers.evidence.neighbours import neighbourhood
from drivers.profile.folder import Shelf, known, shelf_with, shipped
from kiosk.words import LANGUAGES, load_words

HOUSE = Path(str(shipped().roots[0]))
TL310, CL500, TTJ = "dayuan-tl310", "globalwater-cl500", "taiyang-ttj-8h16"
OTHERS = neighbourhood(shipped())


@pytest.mark.parametrize("name", known())
def test_a_profile_keeps_what_it_claims(name: str) -> None:
    assert list(map(str, checked(name, shipped(), OTHERS).problems)) == []


@pytest.fixture
def copied(tmp_path: Path) -> Callable[..., Path]:
    """A shipped model in a folder of its own, with words replaced: {suffix: [(old, new)]}."""

    def copy(model: str, suffix: str = ".toml", *changes: tuple[str, str]) -> Path:
        if not (tmp_path / model).exists():
            shutil.copytree(HOUSE / model, tmp_path / model)
        for file in (tmp_path / model).glob(f"*{suffix}"):
            text = file.read_text("utf-8")
            for old, new in changes:
                assert old in text
                text = text.replace(old, new)
            file.write_text(text, "utf-8")
        return tmp_path

    return copy


def alone(root: Path, name: str) -> Checked:
    """Only the profiles of one folder."""
    return checked(name, Shelf((root,)))


def found(root: Path, name: str) -> list[tuple[str, object, object]]:
    problems = alone(root, name).problems
    for problem in problems:
        assert {"file", "path"} <= problem.facts.keys()
        for language in LANGUAGES:
            load_words(language).say(f"problem.{problem.code}", **problem.facts)
    return [(problem.code, problem.facts["path"], problem.facts.get("value")) for problem in problems]


def test_an_enum_value_that_no_golden_meets(copied: Callable[..., Path]) -> None:
    root = copied(TL310, ".toml", ('1 = "NY/T 448-2001"', '1 = "NY/T 448-2001", 9 = "other"'))
    assert found(root, TL310) == [("profile.golden.unshown", "record.record.method.enum.9", "9")]


def test_a_waiver_with_a_reason_is_enough(copied: Callable[..., Path]) -> None:
    root = copied(TL310, ".toml", ('1 = "NY/T 448-2001"', '1 = "NY/T 448-2001", 9 = "other"'))
    file = root / TL310 / "any.toml"
    said = file.read_text("utf-8")
    file.write_text(said + '\n[waived]\n"record.record.method.enum.9" = "the manual has it, nobody saw it"\n', "utf-8")
    assert found(root, TL310) == []
    file.write_text(said + '\n[waived]\n"record.record.method.*" = "nobody saw them"\n', "utf-8")
    assert found(root, TL310) == []


def test_a_waiver_of_nothing(copied: Callable[..., Path]) -> None:
    root = copied(TL310)
    file = root / TL310 / "any.toml"
    waived = '\n[waived]\n"record.record.method.enum.0" = "shown"\n"record.nowhere.*" = "absent"\n'
    file.write_text(file.read_text("utf-8") + waived, "utf-8")
    assert [(code, path) for code, path, _ in found(root, TL310)] == [
        ("profile.idle_waiver", "record.record.method.enum.0"),
        ("profile.idle_waiver", "record.nowhere.*"),
    ]


def test_an_exchange_that_no_golden_runs(copied: Callable[..., Path]) -> None:
    extra = '[exchange.idle]\nidempotent = true\nsend = "33"\nreply = "33"\n\n[record.record]'
    root = copied(TL310, ".toml", ("[record.record]", extra))
    assert found(root, TL310) == [("profile.golden.unrun", "exchange.idle", "idle")]


def test_a_checksum_that_nobody_looks_at(copied: Callable[..., Path]) -> None:
    """A sum over nothing is always right."""
    root = copied(TTJ, ".toml", ('integrity = "none"', 'integrity = "check"'))
    assert ("profile.integrity", "device.integrity", "check") in found(root, TTJ)


def test_two_registers_at_one_address(copied: Callable[..., Path]) -> None:
    root = copied(CL500, ".toml", ('id = "suffix", addr = 8', 'id = "suffix", addr = 7'))
    assert ("profile.twice_read", "exchange.version.fields.suffix", 7) in found(root, CL500)


def test_a_record_longer_than_its_frame(copied: Callable[..., Path]) -> None:
    root = copied(TL310, ".toml", ("max    = 64", "max    = 20"))
    assert any(code == "profile.too_long" and path == "frame.max" for code, path, _ in found(root, TL310))


def test_a_field_that_is_too_short_breaks_the_goldens(copied: Callable[..., Path]) -> None:
    root = copied(TL310, ".toml", ('{ id = "_x24",    type = "u8" },', ""))
    assert "profile.golden.result" in {code for code, _, _ in found(root, TL310)}


def test_captured_needs_a_captured_golden(copied: Callable[..., Path]) -> None:
    root = copied(TL310, ".toml", ('evidence = "documented"', 'evidence = "captured"'))
    assert found(root, TL310) == [("profile.evidence", "device.evidence", "captured")]
    copied(TL310, ".golden", ("origin documented", "origin captured 2026-03-02 0123456789ab"))
    assert found(root, TL310) == []


def test_certified_needs_the_comparison_of_a_laboratory(copied: Callable[..., Path]) -> None:
    root = copied(TL310, ".toml", ('evidence = "documented"', 'evidence = "certified"'))
    copied(TL310, ".golden", ("origin documented", "origin captured 2026-03-02 0123456789ab"))
    assert [code for code, _, _ in found(root, TL310)] == ["profile.comparison"]
    table = root / TL310 / "any.comparison.csv"
    table.write_text("reference,read,unit,laboratory,date\n50.1,50.3,%,county laboratory,2026-03-01\n", "utf-8")
    assert found(root, TL310) == []
    table.write_text("reference,read,unit,laboratory,date\n50.1,about 50,%,,1 March\n", "utf-8")
    assert [(code, path) for code, path, _ in found(root, TL310)] == [("profile.compared", "any.comparison.csv:2")] * 3


def test_an_origin_that_says_nothing(copied: Callable[..., Path]) -> None:
    root = copied(TL310, ".golden", ("origin documented", "origin somewhere"))
    assert [code for code, _, _ in found(root, TL310)] == ["profile.golden.origin"]


def test_ranges_that_meet(copied: Callable[..., Path]) -> None:
    root = copied(CL500)
    for suffix in (".toml", ".golden"):
        text = (root / CL500 / f"1.x{suffix}").read_text("utf-8")
        (root / CL500 / f"later{suffix}").write_text(text.replace(">=1.0.0,<2.0.0", ">=1.9.0,<3.0.0"), "utf-8")
    codes = {code for code, _, _ in found(root, f"{CL500}/1.x")}
    assert "profile.overlap" in codes
    later = root / CL500 / "later.toml"
    later.write_text(later.read_text("utf-8").replace(">=1.9.0,<3.0.0", ">=2.0.0,<3.0.0"), "utf-8")
    assert "profile.overlap" not in {code for code, _, _ in found(root, f"{CL500}/1.x")}


def test_a_range_that_holds_nothing(copied: Callable[..., Path]) -> None:
    root = copied(CL500, ".toml", (">=1.0.0,<2.0.0", ">=2.0.0,<2.0"))
    assert "profile.firmware" in {code for code, _, _ in found(root, CL500)}


def test_one_instrument_taken_for_another(copied: Callable[..., Path]) -> None:
    root = copied(TL310)
    shutil.copytree(root / TL310, root / "dayuan-twin")
    for file in (root / "dayuan-twin").iterdir():
        text = file.read_text("utf-8").replace("dayuan-tl310", "dayuan-twin").replace("TL-310", "TL-999")
        file.write_text(text, "utf-8")
    assert {code for code, _, _ in found(root, TL310)} == {"profile.taken"}


def test_a_weak_description_is_only_noted(copied: Callable[..., Path]) -> None:
    root = copied(TL310)
    shutil.copytree(root / TL310, root / "dayuan-twin")
    for file in (root / "dayuan-twin").iterdir():
        text = file.read_text("utf-8").replace("dayuan-tl310", "dayuan-twin").replace("TL-310", "TL-999")
        text = text.replace('accept   = [{ field = "device", in = ["10 10"] }]', "weak = true")
        file.write_text(text, "utf-8")
    codes = [note.code for note in alone(root, TL310).notes]
    assert codes == ["profile.note.weak"]


def test_a_probe_that_destroys(copied: Callable[..., Path]) -> None:
    """Also in the bytes that only the frame adds: TL-310's question begins with 7E."""
    root = copied(TTJ, ".toml", ("forbid   = [", 'forbid   = ["7E 01", '))
    copied(TL310)
    problems = [one for one in alone(root, TL310).problems if one.code == "profile.probe"]
    assert [(one.facts["value"], one.facts["other"]) for one in problems] == [("7E 01", f"{TTJ}/any")]


def test_a_child_shows_what_its_parent_changed(copied: Callable[..., Path]) -> None:
    root = copied(TL310)
    child = root / "dayuan-child"
    child.mkdir()
    told = f'format = 1\nid = "dayuan-child"\nrevision = 1\nextends = "{TL310}@1"\n[device]\nmodel = "TL-999"\n'
    (child / "any.toml").write_text(told + '[identify]\naccept = [{ field = "device", in = ["10 11"] }]\n', "utf-8")
    shelf = Shelf((root,))
    drift = [one.code for one in checked("dayuan-child", shelf).problems]
    assert drift == ["profile.golden.absent"]
    golden = (root / TL310 / "any.golden").read_text("utf-8").replace("dayuan-tl310", "dayuan-child")
    (child / "any.golden").write_text(golden, "utf-8")
    assert "profile.snapshot" in {one.code for one in checked("dayuan-child", shelf).problems}
    (child / f"any{SNAPSHOT}").write_text(snapshot("dayuan-child", shelf), "utf-8")
    assert "profile.snapshot" not in {one.code for one in checked("dayuan-child", shelf).problems}
    copied(TL310, "any.toml", ("scale = 0.1,", "scale = 0.01,"))
    assert "profile.snapshot" in {one.code for one in checked("dayuan-child", shelf).problems}


@pytest.mark.parametrize("suffix", [".toml", ".golden"])
def test_a_blank_that_was_left_open(suffix: str, copied: Callable[..., Path]) -> None:
    root = copied(TL310, suffix, (TL310, "___"))
    problems = alone(root, TL310).problems
    assert {problem.code for problem in problems} == {"profile.blank"}
    assert str(problems[0].facts["path"]).isdigit()


def test_a_folder_of_ones_own_comes_first(copied: Callable[..., Path]) -> None:
    root = copied(TL310, ".toml", ('model    = "TL-310"', 'model    = "TL-310 mine"'))
    shelf = shelf_with([root])
    assert shelf.find(TL310).device.model == "TL-310 mine"
    assert set(shelf.known()) == set(known())


def test_an_absent_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        shelf_with([tmp_path / "nowhere"]).known()
    assert caught.value.code == "profile.unreadable"
