"""The checks of domain.md §3, by its own vectors and against python-stdnum on random codes."""

import random
from datetime import date

import pytest
from stdnum import ean
from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_11_2

from kiosk.rules import identifiers

CREDIT_VECTORS = [
    # code, sum, sum mod 31
    ("11140500012420117H", 634, 14),
    ("91110000600037341L", 538, 11),
    ("91350100M000100Y43", 1640, 28),
    ("93530427MA6N000091", 1797, 30),
    ("N2530427MF1234567Y", 1861, 1),
    ("92232701MA1B000097", 1481, 24),
    ("93140500MA0K000140", 1364, 0),  # the case that blog implementations get wrong
]
ID_VECTORS = [
    "11010519491231002X",
    "530427198001010019",
    "232701199003070013",
    "530427197506150020",
    "53042719750615008X",
]
MANY = 3000


def weighted(text: str) -> int:
    pairs = zip(text[:17], identifiers.CREDIT_WEIGHTS, strict=True)
    return sum(identifiers.CREDIT_ALPHABET.index(one) * weight for one, weight in pairs)


@pytest.mark.parametrize(("text", "total", "remainder"), CREDIT_VECTORS)
def test_credit_code_vectors(text: str, total: int, remainder: int) -> None:
    code = identifiers.credit_code(text)
    assert (weighted(text), weighted(text) % 31) == (total, remainder)
    assert code is not None
    assert (code.ok, code.right, code.region) == (True, text[17], text[2:8])


def test_a_code_called_real_by_a_blog_has_a_wrong_check() -> None:
    code = identifiers.credit_code("91350211M0000XUF46")
    assert code is not None
    assert (weighted(code.text), weighted(code.text) % 31, code.ok, code.right) == (2207, 6, False, "R")


def test_weights_are_those_of_the_standard() -> None:
    assert identifiers.CREDIT_WEIGHTS == (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@pytest.mark.parametrize(
    ("prefix", "holder"), [("93", "cooperative"), ("N1", "collective_group"), ("Y1", "other"), ("A1", "")]
)
def test_holder_is_named_where_the_table_names_it(prefix: str, holder: str) -> None:
    code = identifiers.credit_code(prefix + "530427MF12345670")
    assert code is not None
    assert code.holder == holder


@pytest.mark.parametrize(
    "text",
    ["", "9111000060003734", "91110000600037341LL", "9111000060003734IL", "91A10000600037341L", "91110000600037341l"],
)
def test_what_is_no_credit_code(text: str) -> None:
    assert identifiers.credit_code(text) is None


def test_credit_codes_agree_with_stdnum() -> None:
    """stdnum demands eight leading digits, so the collectives (N…, Y…) are compared by check character only."""
    dice = random.Random(20261122)
    for _ in range(MANY):
        head = dice.choice([*identifiers.REGISTERED])
        body = head + "".join(dice.choices("0123456789", k=6)) + "".join(dice.choices(identifiers.CREDIT_ALPHABET, k=9))
        right = uscc.calc_check_digit(body)
        assert identifiers.credit_check(body) == right
        last = dice.choice([right, dice.choice(identifiers.CREDIT_ALPHABET)])
        code = identifiers.credit_code(body + last)
        assert code is not None
        assert code.ok is (last == right)
        assert not head.isdigit() or code.ok is uscc.is_valid(body + last)


@pytest.mark.parametrize("text", ID_VECTORS)
def test_id_vectors(text: str) -> None:
    assert identifiers.is_id(text)


@pytest.mark.parametrize("text", ID_VECTORS)
def test_every_wrong_digit_of_an_id_is_found(text: str) -> None:
    for place in range(17):
        for digit in set("0123456789") - {text[place]}:
            assert not identifiers.is_id(text[:place] + digit + text[place + 1 :])


def test_ids_agree_with_stdnum_on_the_check() -> None:
    dice = random.Random(7)
    for _ in range(MANY):
        body = "".join(dice.choices("0123456789", k=17))
        assert identifiers.id_check(body) == ric.calc_check_digit(body + "0") == mod_11_2.calc_check_digit(body)


def with_id_check(body: str) -> str:
    return body + identifiers.id_check(body)


@pytest.mark.parametrize(
    ("born", "ok"),
    [("20240229", True), ("20230229", False), ("19000229", False), ("20000229", True), ("19491331", False)],
)
def test_day_of_birth_is_real(born: str, ok: bool) -> None:
    assert identifiers.is_id(with_id_check(f"530427{born}001")) is ok


def test_nobody_is_born_tomorrow() -> None:
    number = with_id_check("53042720261123001")
    assert identifiers.is_id(number)
    assert identifiers.is_id(number, date(2026, 11, 23))
    assert not identifiers.is_id(number, date(2026, 11, 22))


@pytest.mark.parametrize("text", ["6901234567892", "09521234543213", "96385074", "012345678905"])
def test_gtin_vectors(text: str) -> None:
    assert identifiers.gtin_ok(text)


def test_gtins_agree_with_stdnum() -> None:
    dice = random.Random(13)
    for _ in range(MANY):
        text = "".join(dice.choices("0123456789", k=dice.choice([8, 12, 13, 14])))
        assert identifiers.gtin_ok(text) is ean.is_valid(text)


@pytest.mark.parametrize("text", ["", "690123456789", "69012345678921", "690123456789²", "ABCDEFGHIJKLM"])
def test_what_is_no_gtin(text: str) -> None:
    assert not identifiers.gtin_ok(text)
