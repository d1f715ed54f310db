"""Regions: names of codes on a day."""

from datetime import date

import pytest

from kiosk.region_form import load_regions
from kiosk.rules.scan.regions import RegionName, Regions

TODAY = date(2026, 11, 22)


def name(code: str, told: str, since: date | None = None, through: date | None = None) -> RegionName:
    return RegionName(code, told, since, through, "V", "made up", confirmed=True)


OLD, NEW = name("100001", "old", None, date(2018, 6, 30)), name("100001", "new", date(2018, 7, 1))
REGIONS = Regions((name("100000", "province"), name("100000", "kingdom", None, date(1900, 1, 1)), OLD, NEW))


@pytest.mark.parametrize(
    ("day", "told"),
    [(date(2018, 6, 30), "old"), (date(2018, 7, 1), "new"), (date.min, "old"), (date.max, "new")],
)
def test_a_name_holds_on_its_days(day: date, told: str) -> None:
    assert REGIONS.name("100001", day) == told
    assert [found.name for found in REGIONS.on("100001", day)] == [told]


def test_history_is_newest_first() -> None:
    assert REGIONS.history("100001") == (NEW, OLD)
    assert REGIONS.history("100001123456") == (NEW, OLD)
    assert REGIONS.history("100002") == ()


def test_both_names_of_the_year_of_a_change() -> None:
    shipped = load_regions()
    assert [found.name for found in shipped.on("232701", date(2018, 7, 1))] == ["漠河市", "加格达奇区"]
    assert shipped.name("232701", date(2018, 1, 1)) == "漠河市"
    assert shipped.name("232701", date(2017, 12, 31)) == "加格达奇区"


@pytest.mark.parametrize("code", ["", "1", "999999", "000000", "abcdef"])
def test_an_unknown_code_has_no_name(code: str) -> None:
    assert (REGIONS.history(code), REGIONS.on(code, TODAY), REGIONS.name(code, TODAY)) == ((), (), "")


def test_a_place_is_told_from_the_province_down() -> None:
    shipped = load_regions()
    assert [part.name for part in shipped.place("530427", TODAY)] == ["云南省", "玉溪市", "新平彝族傣族自治县"]
    assert [part.name for part in shipped.place("140500", TODAY)] == ["山西省", "晋城市"]
    assert [part.name for part in shipped.place("530000", TODAY)] == ["云南省"]
    assert [part.name for part in shipped.place("539999", TODAY)] == ["云南省"]
    assert [part.name for part in REGIONS.place("100001", TODAY)] == ["province", "new"]
    assert shipped.place("232701", date(2018, 7, 1))[-1].name == "漠河市"
    assert shipped.place("999999", TODAY) == ()


def test_only_what_domain_md_sources_is_confirmed() -> None:
    confirmed = {found.code for found in load_regions().names if found.confirmed}
    assert confirmed == {"530427", "532428", "232701", "140500"}
