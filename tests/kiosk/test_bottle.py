"""A bottle held up: what its code may stand for, and what is no bottle."""

from dataclasses import replace

import pytest

from kiosk.bottle import Bottles
from kiosk.rules.drug_use.pesticides import Bottle, Drugs
from kiosk.rules.messages import DrugUse
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import Sourced
from tests.support.law import PACKS

NUMBER = "PD20081234"


def with_bottles(*registrations: str) -> Drugs:
    source = Sourced("", "V", "a label", confirmed=True)
    bottles = {one: Bottle(one, {"zh": one, "en": one}, (), ("profenofos",), source) for one in registrations}
    return replace(PACKS.drugs, bottles=bottles)


@pytest.fixture
def bottles() -> Bottles:
    return Bottles()


def uses(bottles: Bottles, data: bytes, drugs: Drugs) -> list[DrugUse]:
    found = bottles.uses(data, drugs)
    assert not isinstance(found, Sentence)
    return list(found)


def unit_code(tail: str) -> bytes:
    """A unit code of 32 digits: class 1 (PD), six digits of the number, the holder, a specification, the rest."""
    return f"https://maker.example/p?u=1{tail}1001{'0' * 20}0".encode()


def test_a_registration_number_is_the_bottle_of_the_pack(bottles: Bottles) -> None:
    (use,) = uses(bottles, NUMBER.encode(), with_bottles(NUMBER))
    assert (use.registration, use.ingredients, use.answer) == (NUMBER, ("profenofos",), "registered")


def test_a_number_that_no_pack_knows_stays_a_number(bottles: Bottles) -> None:
    (use,) = uses(bottles, NUMBER.encode(), with_bottles())
    assert (use.name, use.ingredients) == (NUMBER, ())


def test_a_unit_code_names_its_bottle(bottles: Bottles) -> None:
    (use,) = uses(bottles, unit_code("081234"), with_bottles(NUMBER, "PD20089999"))
    assert use.registration == NUMBER


def test_a_unit_code_of_several_bottles_asks_which(bottles: Bottles) -> None:
    """It has six digits of the number only: no guess."""
    found = uses(bottles, unit_code("081234"), with_bottles(NUMBER, "PD19081234"))
    assert sorted(use.registration for use in found) == ["PD19081234", NUMBER]


@pytest.mark.parametrize("data", [b"HTTPS://530427.example.org/N/3301067K3M9QWX2D4", b"hello", b"\xff\xfe\x00"])
def test_anything_else_is_no_bottle(bottles: Bottles, data: bytes) -> None:
    assert bottles.uses(data, with_bottles(NUMBER)) == Sentence("visit.no_bottle")
