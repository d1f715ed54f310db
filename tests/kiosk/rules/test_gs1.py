"""GS1 elements: formats against the table of python-stdnum (made from GS1's own), values against its parser."""

import random
import re
from datetime import date
from decimal import Decimal

import pytest
from stdnum import ean, gs1_128, numdb
from stdnum.exceptions import ValidationError

from kiosk.rules.scan import gs1
from kiosk.rules.scan.codes import explain
from kiosk.rules.scan.gs1 import BY_AI, ELEMENTS, Elements, bracketed, digital_link, element_string
from kiosk.rules.scan.links import link
from kiosk.words import load_words

GTIN = "09521234543213"
GS = gs1.SEPARATOR
LENGTHS = re.compile(r"[NX](\.\.)?([0-9]+)")
CHARACTERS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
MANY = 6000


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.ai)
def test_every_format_is_that_of_gs1(element: gs1.Element) -> None:
    found, theirs = numdb.get("gs1_ai").info(element.ai)[0]
    form = LENGTHS.fullmatch(theirs["format"])
    assert found == element.ai
    assert form is not None
    assert (element.most, element.fixed) == (int(form[2]), form[1] is None)
    assert element.fixed is ("fnc1" not in theirs)
    assert (element.dated, element.decimals is not None) == (theirs["type"] == "date", theirs["type"] == "decimal")
    assert element.decimals is None or element.decimals == int(element.ai[3])
    assert element.least == (element.most if element.fixed else 1)


def test_no_identifier_begins_another() -> None:
    assert [(one, other) for one in BY_AI for other in BY_AI if one != other and other.startswith(one)] == []
    assert len({element.fact for element in ELEMENTS}) == len(ELEMENTS) - 10  # 310n and 330n are six each
    assert len(BY_AI) == len(ELEMENTS)


def random_value(dice: random.Random, element: gs1.Element) -> str:
    if element.dated:
        return f"{dice.randint(0, 99):02}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
    if element.fits == BY_AI["10"].fits:
        return "".join(dice.choices("ABCxyz0189-/.+", k=dice.randint(1, element.most)))
    digits = "".join(dice.choices("0123456789", k=dice.randint(element.least, element.most)))
    if element.ai in ("00", "01", "02"):
        return digits[:-1] + ean.calc_check_digit(digits[:-1])
    return digits


def test_element_strings_agree_with_stdnum() -> None:
    """stdnum reads YY as strptime does (69-99 are 1969-1999) and counts as numbers, so those are made alike first."""
    dice = random.Random(128)
    for _ in range(MANY):
        chosen = list({element.fact: element for element in dice.sample(ELEMENTS, k=dice.randint(1, 5))}.values())
        values = [(element.ai, random_value(dice, element)) for element in chosen]
        text = "".join(ai + value + ("" if BY_AI[ai].fixed else GS) for ai, value in values).rstrip(GS)
        ours = element_string(text)
        theirs = gs1_128.info(text, GS)
        assert ours == Elements(tuple(values), ())
        assert theirs.keys() == {ai for ai, _ in values}
        for ai, value in values:
            shown = ours.facts(date(2026, 11, 22)).get(BY_AI[ai].fact, "")
            if BY_AI[ai].decimals is not None:
                assert theirs[ai] == gs1.measure(BY_AI[ai], value)
            elif BY_AI[ai].dated:
                assert f"{theirs[ai]:%m-%d}" == shown[5:]
            else:
                assert str(theirs[ai]) == (str(int(value)) if ai in ("30", "37") else value)


def test_one_wrong_digit_of_a_gtin_is_found_by_both() -> None:
    for place in range(14):
        for digit in set("0123456789") - {GTIN[place]}:
            text = "01" + GTIN[:place] + digit + GTIN[place + 1 :]
            ours = element_string(text)
            assert ours is not None
            assert ours.wrong == ("01",)
            with pytest.raises(ValidationError):
                gs1_128.info(text)


@pytest.mark.parametrize(
    ("text", "values", "wrong", "rest"),
    [
        (f"01{GTIN}", {"01": GTIN}, (), ""),
        (f"{GS}01{GTIN}", {"01": GTIN}, (), ""),
        (f"01{GTIN}{GS}10AB", {"01": GTIN, "10": "AB"}, (), ""),  # a separator after a fixed length is allowed
        (f"10AB{GS}01{GTIN}", {"10": "AB", "01": GTIN}, (), ""),
        (f"10AB01{GTIN}", {"10": f"AB01{GTIN}"}, (), ""),  # no separator: it is all lot
        (f"10AB012{GTIN}XX", {"10": f"AB012{GTIN}XX"}, ("10",), ""),
        (f"10{GS}01{GTIN}", {"10": "", "01": GTIN}, ("10",), ""),
        ("0109521234", {"01": "09521234"}, ("01",), ""),
        (f"0109521{GS}10A", {"01": "09521", "10": "A"}, ("01",), ""),
        (f"01{GTIN}99X", {"01": GTIN}, (), "99X"),
        (f"10AB{GS}10AB", {"10": "AB"}, (), ""),
        (f"10AB{GS}10AC", {"10": "AB"}, ("10",), ""),
        ("31030012343100000012", {"3103": "001234"}, ("3100", "3103"), ""),
        ("31030012343103001234", {"3103": "001234"}, (), ""),
        (f"13991{GS}0109521234543214", {"13": "991", "01": "09521234543214"}, ("01", "13"), ""),
        ("10A~", {"10": "A~"}, ("10",), ""),
        ("10A$", {"10": "A$"}, ("10",), ""),
        ("10A B", {"10": "A B"}, ("10",), ""),
        ("3103001234", {"3103": "001234"}, (), ""),
        ("310300123A", {"3103": "00123A"}, ("3103",), ""),
        ("11²60201", {"11": "²60201"}, ("11",), ""),
    ],
)
def test_element_strings(text: str, values: dict[str, str], wrong: tuple[str, ...], rest: str) -> None:
    found = element_string(text)
    assert found == Elements(tuple(values.items()), wrong, rest)
    assert found.ok is (wrong == ())


@pytest.mark.parametrize("text", ["", GS, "99ABC", "3106001234", "x01", "1"])
def test_what_begins_with_no_identifier(text: str) -> None:
    assert element_string(text) is None


def test_every_character_of_gs1_may_stand_in_a_lot() -> None:
    assert len(CHARACTERS) == 82
    for one in map(chr, range(32, 127)):
        found = element_string(f"10{one}")
        assert found is not None
        assert found.ok is (one in CHARACTERS)


@pytest.mark.parametrize(
    ("text", "values", "wrong", "rest"),
    [
        (f"(01){GTIN}(10)AB", {"01": GTIN, "10": "AB"}, (), ""),
        (f"(01) {GTIN} (10) AB ", {"01": GTIN, "10": "AB"}, (), ""),
        ("(10)A(B)(c)", {"10": "A(B)(c)"}, (), ""),
        ("(10)A(99)B(21)C", {"10": "A(99)B", "21": "C"}, (), ""),
        (f"(01){GTIN}(99)B(10)C", {"01": GTIN, "10": "C"}, (), "(99)B"),
        (f"(01){GTIN} (8008)B(17)261231(99)C", {"01": GTIN, "17": "261231"}, (), "(8008)B(99)C"),
        (f"(01){GTIN}9", {"01": f"{GTIN}9"}, ("01",), ""),
        ("(3102)001234", {"3102": "001234"}, (), ""),
        ("(10)", {"10": ""}, ("10",), ""),
    ],
)
def test_printed_elements(text: str, values: dict[str, str], wrong: tuple[str, ...], rest: str) -> None:
    assert bracketed(text) == Elements(tuple(values.items()), wrong, rest)


@pytest.mark.parametrize("text", ["", f"01{GTIN}", f"x(01){GTIN}", "(99)A", "(1)A", "(01"])
def test_what_is_not_printed_so(text: str) -> None:
    assert bracketed(text) is None


def linked(text: str) -> Elements | None:
    target = link(text)
    assert target is not None
    return digital_link(target)


@pytest.mark.parametrize(
    ("path", "values", "wrong"),
    [
        (f"/01/{GTIN}", {"01": GTIN}, ()),
        (f"/01/{GTIN}/", {"01": GTIN}, ()),
        (f"/shop/x/01/{GTIN}", {"01": GTIN}, ()),
        ("/01/6901234567892", {"01": "06901234567892"}, ()),
        ("/01/6901234567893", {"01": "06901234567893"}, ("01",)),
        ("/01/09521234543214", {"01": "09521234543214"}, ("01",)),
        ("/01/012345678905", {"01": "00012345678905"}, ()),
        ("/01/96385074", {"01": "00000096385074"}, ()),
        (f"/01/{GTIN}/22/V/10/L/21/S", {"01": GTIN, "22": "V", "10": "L", "21": "S"}, ()),
        (f"/01/{GTIN}/10/L%2F1", {"01": GTIN, "10": "L/1"}, ()),
        (f"/01/{GTIN}/10/%E6%98%A5", {"01": GTIN, "10": "春"}, ("10",)),
        (
            f"/01/{GTIN}?11=260201&13=260202&17=260331&3103=001500&linkType=all&x",
            {"01": GTIN, "11": "260201", "13": "260202", "17": "260331", "3103": "001500"},
            (),
        ),
        (f"/01/{GTIN}?11=261301", {"01": GTIN, "11": "261301"}, ("11",)),
        (f"/01/{GTIN}?01=1&00=2&02=3", {"01": GTIN}, ()),
        (f"/01/{GTIN}/10/A?10=B", {"01": GTIN, "10": "A"}, ("10",)),
    ],
)
def test_digital_links(path: str, values: dict[str, str], wrong: tuple[str, ...]) -> None:
    assert linked(f"https://a.example{path}") == Elements(tuple(values.items()), wrong)


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "/01", "/01/", "/02/09521234543213", "/01/20260105", "/01/123456789", "/01/0952123454321X",
        f"/01/{GTIN}/21/S/10/L", f"/01/{GTIN}/10/A/10/B", f"/01/{GTIN}/99/A", f"/01/{GTIN}/10", f"/01/{GTIN}/more",
        f"?01={GTIN}", "/01/０９５２１２３４５４３２１３",
    ],
)  # fmt: skip
def test_other_links(path: str) -> None:
    assert linked(f"https://a.example{path}") is None


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (f"01{GTIN}", True), (f"01{GTIN}10A", True), (f"02{GTIN}3712", True), ("00106141412345678908", True),
        (f"01{GTIN}99A", False), ("0109521234543214", False), ("10A", False), ("11260201", False), ("", False),
    ],
)  # fmt: skip
def test_when_mere_digits_are_elements(text: str, whole: bool) -> None:
    assert gs1.wholly(element_string(text)) is whole


@pytest.mark.parametrize(
    ("ai", "value", "kilograms"),
    [
        ("3100", "000049", "49"), ("3101", "000500", "50.0"), ("3103", "049999", "49.999"),
        ("3103", "050000", "50.000"),
        ("3105", "000001", "0.00001"), ("3103", "000000", "0.000"),
    ],
)  # fmt: skip
def test_net_weight_is_exact(ai: str, value: str, kilograms: str) -> None:
    found = element_string(ai + value)
    assert found is not None
    assert gs1.net_weight(found) == Decimal(kilograms)
    assert found.facts() == {"net_kg": kilograms}


@pytest.mark.parametrize("text", [f"01{GTIN}", "310300123A", "3303001500", "31030012343100000012"])
def test_no_net_weight(text: str) -> None:
    found = element_string(text)
    assert found is not None
    assert gs1.net_weight(found) is None


@pytest.mark.parametrize(
    ("value", "now", "told"),
    [
        ("260201", None, "2026-02-01"), ("990131", None, "2099-01-31"), ("260200", None, "2026-02"),
        ("261231", 2026, "2026-12-31"), ("760101", 2026, "2076-01-01"), ("770101", 2026, "1977-01-01"),
        ("000101", 2026, "2000-01-01"), ("260100", 2076, "2126-01"), ("270101", 2076, "2027-01-01"),
        ("990101", 2000, "1999-01-01"), ("500101", 2000, "2050-01-01"), ("510101", 2000, "1951-01-01"),
        ("000101", 2099, "2100-01-01"), ("490101", 2099, "2149-01-01"), ("500101", 2099, "2050-01-01"),
    ],
)  # fmt: skip
def test_the_sliding_century(value: str, now: int | None, told: str) -> None:
    assert gs1.day_text(value, None if now is None else date(now, 6, 1)) == told


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("240229", True), ("230229", False), ("000229", True), ("261300", False), ("260001", False), ("260132", False),
        ("260100", True), ("26010", False), ("26013A", False), ("ABCDEF", False),
    ],
)  # fmt: skip
def test_days_are_real(value: str, right: bool) -> None:
    assert BY_AI["11"].right(value) is right


def test_facts_and_values() -> None:
    found = element_string(f"01{GTIN}1126020037" + "5")
    assert found is not None
    assert found.facts() == {"gtin": GTIN, "produced": "2026-02", "count": "5"}
    assert (found.value("37"), found.value("10")) == ("5", None)
    wrong = element_string("11269999")
    assert wrong is not None
    assert wrong.facts() == {"produced": "269999"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.ai)
def test_every_fact_has_a_name(element: gs1.Element, language: str) -> None:
    assert load_words(language).knows(f"code.fact.{element.fact}")


def test_the_separator_is_what_scanners_send_for_fnc1() -> None:
    assert chr(29) == gs1.SEPARATOR


@pytest.mark.parametrize("symbology", ["]C1", "]e0", "]d2", "]Q3", "]J1"])
def test_what_a_scanner_names_a_gs1_symbol_is_one(symbology: str) -> None:
    assert explain(f"{symbology}hello".encode()).note == "code.gs1_unread"
