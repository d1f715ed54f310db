"""The checks of domain.md §3: its own vectors, and 100,000 random codes put to independent oracles.

Oracles: python-stdnum (uscc, ric, ean, iso7064) and, for each check, a second computation written another way here.
"""

import random
from datetime import date

import pytest
from stdnum import ean
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent
from stdnum.iso7064 import mod_11_2

from kiosk.rules.ruling import stop, warn
from kiosk.rules.scan import identifiers

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
MANY = 33_400  # of each of three kinds: more than 100,000 in all


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
    ("prefix", "holder"),
    [
        ("91", "enterprise"), ("92", "sole_trader"), ("93", "cooperative"), ("11", "authority"), ("12", "institution"),
        ("13", "mass_organisation"), ("51", "association"), ("52", "private_non_enterprise"), ("53", "foundation"),
        ("59", "civil_other"), ("N1", "collective_group"), ("N2", "collective_village"), ("N3", "collective_town"),
        ("N9", "collective_other"), ("Y1", "other"), ("A1", ""), ("99", ""),
    ],
)  # fmt: skip
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


def backwards(text: str) -> int:
    """GB 32100 another way: Horner from the right, as 3^(i-1) is a polynomial; a right code is 0 modulo 31."""
    total = 0
    for one in reversed(text[:17]):
        total = (total * 3 + identifiers.CREDIT_ALPHABET.find(one)) % 31
    return (total + identifiers.CREDIT_ALPHABET.find(text[17])) % 31


def test_credit_codes_agree_with_two_oracles() -> None:
    """stdnum demands eight leading digits and so refuses every collective (N…, Y…): its check alone is compared."""
    dice = random.Random(20261122)
    refused = 0
    for _ in range(MANY):
        head = dice.choice([*identifiers.REGISTERED])
        body = head + "".join(dice.choices("0123456789", k=6)) + "".join(dice.choices(identifiers.CREDIT_ALPHABET, k=9))
        right = uscc.calc_check_digit(body)
        last = dice.choice([right, dice.choice(identifiers.CREDIT_ALPHABET)])
        code = identifiers.credit_code(body + last)
        assert code is not None
        assert (code.right, code.ok, code.holder) == (right, last == right, identifiers.REGISTERED[head])
        assert code.ok is (backwards(body + last) == 0)
        assert identifiers.right_credit_code(body + last) is code.ok
        if head.isdigit():
            assert code.ok is uscc.is_valid(body + last)
        else:
            refused += code.ok and not uscc.is_valid(body + last)
    assert refused > MANY // 10


def test_a_remainder_of_nothing_asks_for_0() -> None:
    assert identifiers.credit_check("93140500MA0K00014") == "0"


def test_a_registrys_error_passes_only_with_a_name() -> None:
    wrong, right = (identifiers.credit_code(text) for text in ("91350211M0000XUF46", "11140500012420117H"))
    assert wrong is not None
    assert right is not None
    facts = {"code": "91350211M0000XUF46", "right": "R"}
    assert identifiers.credit_ruling(wrong) == stop("codes/credit_check", "code.credit_code_wrong", **facts)
    told = warn("codes/credit_override", "code.credit_override", by="staff-7", **facts)
    assert identifiers.credit_ruling(wrong, "staff-7") == told
    assert identifiers.credit_ruling(right) is None
    assert identifiers.credit_ruling(right, "staff-7") is None


@pytest.mark.parametrize(
    ("text", "right", "ok"),
    [
        ("JT530427MF1234567S", "", False),  # S is no letter of a credit code: nothing to compute
        ("JT530427MF1234567X", "Q", False),
        ("JT530427MF1234567Q", "Q", True),
        ("021304270000000001", None, False),  # 18 mere digits with a wrong check are anything
    ],
)
def test_farm_codes_are_likened_to_credit_codes(text: str, right: str | None, ok: bool) -> None:
    code = identifiers.farm_code(text)
    if right is None:
        assert code is None
        return
    assert code == identifiers.FarmCode(text, right)
    assert code.ok is ok
    told = warn("codes/farm", "code.farm_code_unchecked", code=text)
    assert identifiers.farm_ruling(code) == (None if ok else told)


def test_mere_digits_may_be_a_farms_with_a_right_check() -> None:
    body = next(f"02530427{nr:09}" for nr in range(100) if identifiers.credit_check(f"02530427{nr:09}").isdigit())
    text = body + identifiers.credit_check(body)
    assert identifiers.farm_code(text) == identifiers.FarmCode(text, text[17])


@pytest.mark.parametrize(
    "text", ["", "JT530427MF1234567", "JT530427MF1234567QQ", "JT53042AMF1234567Q", "jt530427mf1234567q"]
)
def test_what_is_no_farm_code(text: str) -> None:
    assert identifiers.farm_code(text) is None


@pytest.mark.parametrize("text", ID_VECTORS)
def test_id_vectors(text: str) -> None:
    assert identifiers.is_id(text)


@pytest.mark.parametrize("text", ID_VECTORS)
def test_every_wrong_digit_of_an_id_is_found(text: str) -> None:
    for place in range(17):
        for digit in set("0123456789") - {text[place]}:
            assert not identifiers.is_id(text[:place] + digit + text[place + 1 :])


def by_powers(body: str) -> str:
    """ISO 7064 MOD 11-2 another way: powers of 2 to the right of each digit, and what is missing to 1."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return "0123456789X"[(1 - total) % 11]


def test_ids_agree_with_three_oracles_on_the_check() -> None:
    dice = random.Random(7)
    for _ in range(MANY):
        body = "".join(dice.choices("0123456789", k=17))
        check = identifiers.id_check(body)
        assert check == ric.calc_check_digit(body + "0") == mod_11_2.calc_check_digit(body) == by_powers(body)


def test_ids_differ_from_stdnum_by_their_region_only() -> None:
    """stdnum looks the region up in a list of its own and refuses codes that are not in it on the day of birth."""
    dice = random.Random(11)
    refused = 0
    for _ in range(3000):
        born = f"{dice.choice([1949, 1980, 2000, 2024])}{dice.randint(0, 13):02}{dice.randint(0, 32):02}"
        number = with_id_check(
            f"{dice.choice(['530427', '532428', '999999', '110105'])}{born}{dice.randint(0, 999):03}"
        )
        ours, theirs = identifiers.is_id(number), ric.is_valid(number)
        assert ours or not theirs
        if ours and not theirs:
            with pytest.raises(InvalidComponent):
                ric.get_birth_place(number)
            refused += 1
    assert refused > 300


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


def in_two_rows(text: str) -> bool:
    """GS1's own way: the digits in two rows from the right, three times the one and once the other."""
    left = text[::-1]
    return (3 * sum(map(int, left[1::2])) + sum(map(int, left[::2]))) % 10 == 0


def test_gtins_agree_with_two_oracles() -> None:
    dice = random.Random(13)
    for _ in range(MANY):
        text = "".join(dice.choices("0123456789", k=dice.choice([8, 12, 13, 14])))
        assert identifiers.gtin_ok(text) is ean.is_valid(text)
        assert identifiers.gtin_ok(text) is in_two_rows(text)


@pytest.mark.parametrize(("text", "ok"), [("006141411234567890", True), ("006141411234567891", False), ("", True)])
def test_the_check_of_any_length(text: str, ok: bool) -> None:
    assert identifiers.gs1_check_ok(text) is (ok and text != "")


@pytest.mark.parametrize("text", ["", "690123456789", "69012345678921", "690123456789²", "ABCDEFGHIJKLM"])
def test_what_is_no_gtin(text: str) -> None:
    assert not identifiers.gtin_ok(text)
