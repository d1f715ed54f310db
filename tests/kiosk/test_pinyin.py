"""Characters by pinyin: the table against Unihan and the paper's font, and what a finger gets for its letters."""

from collections import Counter

import pytest

from kiosk.paper.fonts import load_fonts
from kiosk.pinyin import Pinyin, load_pinyin
from tests.kiosk import unihan


@pytest.fixture(scope="module")
def pinyin() -> Pinyin:
    return load_pinyin()


@pytest.mark.parametrize(
    ("letters", "first"),
    [("shi", "是时十事实"), ("lv", "律绿率旅"), ("nv", "女"), ("zhong", "中种重"), ("zh", "这")],
)
def test_the_commonest_come_first(pinyin: Pinyin, letters: str, first: str) -> None:
    assert [*pinyin.candidates(letters)[: len(first)]] == [*first]


def test_a_syllable_comes_before_the_longer_ones_that_begin_so(pinyin: Pinyin) -> None:
    found = pinyin.candidates("xi")
    assert found.index("西") < found.index("先") < len(found)
    assert len(found) == len(set(found))


def test_letters_behind_a_whole_syllable_do_not_lose_it(pinyin: Pinyin) -> None:
    assert pinyin.candidates("wangj") == pinyin.candidates("wang")
    assert pinyin.candidates("vvv") == pinyin.candidates("") == ()


def test_no_rare_form_before_one_of_the_states_list(pinyin: Pinyin) -> None:
    """GB 2312 and the list of 2013 first; what is traditional last."""
    found = pinyin.candidates("long")
    assert found.index("龙") < found.index("泷") < found.index("龍")


def test_surnames_come_first(pinyin: Pinyin) -> None:
    assert pinyin.surnames("")[:5] == ("王", "李", "张", "刘", "陈")
    assert pinyin.surnames("shan")[0] == "单"
    assert pinyin.surnames("qiu")[:2] == ("邱", "裘")
    assert pinyin.surnames("lu")[:3] == ("卢", "陆", "鲁")
    assert pinyin.surnames("oy")[0] == pinyin.surnames("ouyang")[0] == "欧阳"
    assert "山" in pinyin.surnames("shan"), "a surname that no list has can be written all the same"


def test_what_the_stations_names_have_comes_first() -> None:
    known = load_pinyin(lambda: Counter("刀普普"), lambda: Counter("刀"))
    assert known.candidates("pu")[0] == "普"
    assert known.surnames("d")[0] == known.surnames("")[0] == "刀"
    assert known.surnames("deng")[0] == "邓", "but not before what was spelt whole"


def test_both_ways(pinyin: Pinyin) -> None:
    assert pinyin.initials("豆角") == "dj"
    assert pinyin.initials("A区3号") == "aq3h"
    assert pinyin.spelt("豆角") == ("doujiao", "doujue")
    assert {"zhongqing", "chongqing"} == set(pinyin.spelt("重庆"))
    assert len(pinyin.spelt("单单单单单单")) == 16


def test_every_surname_is_read_so_and_stands_once(pinyin: Pinyin) -> None:
    wrong = [one for one in pinyin.family if one.spelling not in pinyin.spelt(one.text)]
    assert wrong == []
    assert len(pinyin.family) > 500
    assert [text for text, count in Counter(one.text for one in pinyin.family).items() if count > 1] == []


def test_the_paper_draws_whatever_can_be_written(pinyin: Pinyin) -> None:
    fonts = load_fonts()
    for text in (*pinyin.characters.values(), *(one.text for one in pinyin.family)):
        fonts.require(text, "name")


def test_the_table_is_unihans() -> None:
    """Made anew from this machine's Unihan it is the same, but for what another edition of it changed."""
    told = unihan.fields()
    theirs = unihan.pairs(told)
    ours = {(reading, one) for reading, text in load_pinyin().characters.items() for one in text}
    assert len(ours ^ theirs.keys()) < len(ours) / 100


def test_what_the_states_list_has_can_be_written(pinyin: Pinyin) -> None:
    """通用规范汉字表, 8,105 characters, but for those that no font here has."""
    wanted = {one for one, told in unihan.fields().items() if "kTGH" in told}
    there = set("".join(pinyin.characters.values()))
    assert len(wanted) == 8105
    assert len(wanted - there) < 5
