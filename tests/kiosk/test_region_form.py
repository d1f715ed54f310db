"""`regions/*.toml` and `labels/*.toml`: what may stand in them, and what is said of what may not."""

from datetime import date
from pathlib import Path

import pytest

from kiosk.config import ConfigError
from kiosk.label_form import load_label
from kiosk.region_form import load_regions
from kiosk.rules.scan.labels import unit_code
from kiosk.rules.scan.regions import RegionName

REGION = 'code = "100001"\nname = "x"\nmark = "V"\nsource = "made up"\nconfirmed = true\n'
LABEL = Path(__file__).parents[2] / "kiosk" / "packs" / "labels" / "pesticide-unit-code.toml"


def regions(folder: Path, *bodies: str) -> tuple[RegionName, ...]:
    for nth, body in enumerate(bodies):
        (folder / f"{nth}.toml").write_text(f"[[region]]\n{body}", encoding="utf-8")
    (folder / "note.md").write_text("no pack")
    return load_regions(folder).names


def test_years_are_whole_and_days_are_days(tmp_path: Path) -> None:
    whole = regions(tmp_path, REGION + "since = 1997\nthrough = 2018\n", REGION + "since = 2018-07-01\n", REGION)
    assert whole == (
        RegionName("100001", "x", date(1997, 1, 1), date(2018, 12, 31), "V", "made up", confirmed=True),
        RegionName("100001", "x", date(2018, 7, 1), None, "V", "made up", confirmed=True),
        RegionName("100001", "x", None, None, "V", "made up", confirmed=True),
    )


def test_a_year_may_begin_and_end_it(tmp_path: Path) -> None:
    (one,) = regions(tmp_path, REGION + "since = 2018\nthrough = 2018\n")
    assert (one.since, one.through) == (date(2018, 1, 1), date(2018, 12, 31))


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("100001", "10001", "region.0.code"),
        ("100001", "01000A", "region.0.code"),
        ('name = "x"', 'name = ""', "region.0.name"),
        ('name = "x"\n', "", "region.0.name"),
        ('"V"', '"G"', "region.0"),  # recalled is never confirmed
        ('name = "x"', 'name = "x"\nsince = 2019\nthrough = 2018', "region.0"),
        ('name = "x"', 'name = "x"\nsince = 2019-01-02\nthrough = 2019-01-01', "region.0"),
        ('name = "x"', 'name = "x"\nsince = 1900', "region.0.since.constrained-int"),
        ('name = "x"', 'name = "x"\nfrom = 1997', "region.0.from"),
        ('name = "x"', "name = x", "-"),
    ],
)
def test_what_is_refused(tmp_path: Path, old: str, new: str, key: str) -> None:
    with pytest.raises(ConfigError) as told:
        regions(tmp_path, REGION.replace(old, new))
    assert key in [place for place, _ in told.value.problems]
    assert told.value.file == Path("regions/0.toml")


def test_the_shipped_layout_and_another(tmp_path: Path) -> None:
    assert load_label().classes == {"1": ("PD",), "2": ("WP",), "3": ("LS", "WL")}
    other = tmp_path / "other.toml"
    other.write_text(LABEL.read_text("utf-8").replace('2 = ["WP"]', '7 = ["WP"]'), encoding="utf-8")
    found = unit_code("70812341001234567890123456789012", load_label(other))
    assert found is not None
    assert (found.prefixes, found.tail) == (("WP",), "081234")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("digits = 32", "digits = 0", "unit.digits"),
        ("number_at = [2, 7]", "number_at = [7, 2]", "unit"),
        ("specification_at = [9, 11]", "specification_at = [9, 33]", "unit"),
        ('1 = ["PD"]', "1 = []", "unit.classes.1"),
        ('1 = ["PD"]', '1 = ["pd"]', "unit.classes.1.0"),
        ('1 = "holder"', '1 = "somebody"', "unit.makers.1"),
        ("(F[0-9]{2,6})?", "(F[0-9]{2,6}", "registration.pattern"),
        ('mark = "G"', 'mark = "maybe"', "registration.mark"),
        ("[registration]", "[registrations]", "registration"),
        ("[registration]", "[registration", "-"),
    ],
)
def test_what_is_refused_of_a_layout(tmp_path: Path, old: str, new: str, key: str) -> None:
    text = LABEL.read_text("utf-8")
    assert old in text
    file = tmp_path / "label.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        load_label(file)
    assert key in [place for place, _ in told.value.problems]


def test_a_layout_is_confirmed_when_both_its_parts_are(tmp_path: Path) -> None:
    text = LABEL.read_text("utf-8").replace('mark = "G"', 'mark = "V-"')
    parts = text.split("confirmed = false")
    for first, second in (("true", "false"), ("false", "true"), ("true", "true")):
        file = tmp_path / "label.toml"
        file.write_text(f"{parts[0]}confirmed = {first}{parts[1]}confirmed = {second}{parts[2]}", encoding="utf-8")
        assert load_label(file).confirmed is (first == second == "true")
