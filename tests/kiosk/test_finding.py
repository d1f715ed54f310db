"""What letters lead to: names, people, products and pesticides, eighteen at a time."""

from collections.abc import Sequence

import pytest

from kiosk.finding import SHOWN, Finding, Listed, Lists
from kiosk.pack import load_packs
from kiosk.pinyin import load_pinyin
from kiosk.rules.sheets.sheet import Ask, Choice, Kind
from kiosk.spelling import Spelled

PEOPLE = (
    Listed("s1", "王建国", "漠沙村", "13800001234"),
    Listed("s2", "王建华", "水塘村", "13800005678"),
    Listed("s3", "单雄信", "漠沙村", "13900001234"),
    Listed("s4", "新平绿源蔬菜专业合作社", "戛洒镇", "0877-7011234"),
    Listed("s5", "曾国华", "", ""),
)


class County:
    """A list that changes."""

    def __init__(self, people: Sequence[Listed] = PEOPLE) -> None:
        self.people = people
        self.edition = 1
        self.asked = 0

    def listed(self) -> Sequence[Listed]:
        self.asked += 1
        return self.people


def finding(county: County) -> Finding:
    packs = load_packs()
    lists = Lists(county.listed, lambda: county.edition, packs.products.values, lambda: packs.drugs)
    return Finding(lists)


def ids(kind: Kind, letters: str, county: County | None = None) -> list[str]:
    return [one.value for one in finding(county or County()).found(Ask("who", kind), (), letters)]


@pytest.mark.parametrize(
    ("letters", "found"),
    [
        ("wjg", ["s1"]),
        ("WangJianG", ["s1"]),
        ("wjianguo", ["s1"]),
        ("w", ["s1", "s2"]),
        ("sxx", ["s3"]),
        ("danxiongxin", ["s3"]),
        ("zgh", ["s5"]),
        ("lysc", ["s4"]),
        ("guohua", ["s5"]),
        ("msc", ["s1", "s3"]),
        ("1234", ["s1", "s3", "s4"]),
        ("qq", []),
        ("", []),
    ],
)
def test_people_are_found_by_name_village_and_last_digits(letters: str, found: list[str]) -> None:
    assert ids(Kind.SUBJECT, letters) == found


def test_a_person_is_shown_with_the_village() -> None:
    found = finding(County()).found(Ask("who", Kind.SUBJECT), (), "wjg")
    assert found == (Choice("s1", "王建国", "漠沙村"),)


def test_the_list_is_taken_up_once_and_again_when_it_changed() -> None:
    county = County()
    desk = finding(county)
    ask = Ask("who", Kind.SUBJECT)
    for letters in ("w", "wj", "wjg"):
        desk.found(ask, (), letters)
    assert county.asked == 1
    county.people, county.edition = (Listed("s9", "刀文学"),), 2
    assert [one.value for one in desk.found(ask, (), "dwx")] == ["s9"]
    assert (desk.found(ask, (), "wjg"), county.asked) == ((), 2)


def test_a_name_begins_with_a_surname_and_goes_on_with_any_character() -> None:
    ask, desk = Ask("name", Kind.NAME), finding(County())
    assert [one.value for one in desk.found(ask, (), "")][:2] == ["王", "曾"], "surnames of the list first"
    assert desk.found(ask, (), "sh")[0].value == "单"
    assert desk.found(ask, ("王",), "jian")[0].value == "建", "a character that the list's names have"


def test_more_leads_round() -> None:
    ask, desk = Ask("name", Kind.NAME), finding(County())
    pages = [[one.value for one in desk.found(ask, ("王",), f"yi{'+' * nth}")] for nth in range(12)]
    whole = load_pinyin().candidates("yi")
    assert all(len(page) <= SHOWN for page in pages)
    assert {one for page in pages for one in page} <= set(whole)
    wrapped = -(-len(whole) // SHOWN)
    assert desk.found(ask, ("王",), f"yi{'+' * wrapped}") == desk.found(ask, ("王",), "yi")


def test_a_text_has_its_own_choices_first() -> None:
    ask = Ask("village", Kind.TEXT, (Choice("v1", "漠沙村"), Choice("v2", "水塘村")))
    found = finding(County()).found(ask, (), "mosha")
    assert found[0] == Choice("v1", "漠沙村")
    assert found[1].value in load_pinyin().candidates("mo")


def test_products_by_initials_and_pinyin() -> None:
    assert ids(Kind.PRODUCT, "dj")[0] == ids(Kind.PRODUCT, "doujiao")[0]
    names = {one.names["zh"] for one in load_packs().products.values()}
    found = finding(County()).found(Ask("what", Kind.PRODUCT), (), "b")
    assert {one.text for one in found} <= names
    assert found


def test_of_products_only_those_that_answer_are_found() -> None:
    ask = Ask("what", Kind.PRODUCT, (Choice("pig"), Choice("goose")))
    assert [one.value for one in finding(County()).found(ask, (), "sz")] == ["pig"]
    assert finding(County()).found(ask, (), "doujiao") == ()


def test_pesticides_by_any_of_their_names() -> None:
    desk = finding(County())
    assert "氧乐果" in [one.text for one in desk.drugs("ylg")]
    assert "氧乐果" in [one.text for one in desk.drugs("yangyueguo")]
    assert desk.drugs("") == desk.drugs("vv") == ()


def test_questions_that_no_letters_answer_find_nothing() -> None:
    desk = finding(County())
    for kind in set(Kind) - {Kind.NAME, Kind.TEXT, Kind.SUBJECT, Kind.PRODUCT}:
        assert desk.found(Ask("x", kind), (), "w") == ()


def test_what_a_finger_types_without_sense_costs_nothing() -> None:
    rows = [f"{'西安先'[nth % 3]}{'安西先'[nth % 2]}" for nth in range(300)]
    spelled = Spelled(load_pinyin(), rows)
    for letters in ("xian" * 10, "a" * 40, "v", "é", "\n", ".*", "(", "1"):
        assert len(spelled.find(letters, SHOWN)) <= SHOWN
