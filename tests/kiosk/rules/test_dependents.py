"""Certificates that rest on a corrected entry: by visit, lot, test, statement and paper."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.messages import Certificate, DrugsStated, EntryBody, Lost, LotDeclared, Proofs
from kiosk.rules.oversight.dependents import Books, dependents, follows
from kiosk.rules.ruling import warn
from tests.support import oversight as made

DRUGS = DrugsStated("v7", "", "s1", "tomato", used=False)


def resting(**changed: object) -> Certificate:
    return made.certificate(visit="other", **changed)


@pytest.mark.parametrize(
    ("entry", "certificate", "rests"),
    [
        (made.test(visit="v1", lot=""), made.certificate(visit="v1"), True),
        (made.test(visit="v1", lot=""), made.certificate(visit="v2"), False),
        (made.lot(visit=""), made.certificate(visit=""), False),
        (made.lot(), resting(lot="L1"), True),
        (made.lot(), resting(lot="L2"), False),
        (made.test(lot=""), resting(lot=""), False),
        (made.test(lot="L1"), resting(lot="L1"), True),
        (Lost("L1", Decimal(1), "kg", "1", "x"), resting(lot="L1"), True),
        (made.test(lot=""), resting(tests=(7,)), True),
        (made.test(lot=""), resting(tests=(8,)), False),
        (made.test(lot=""), resting(proofs=Proofs(tests=(3, 7))), True),
        (made.lot(lot="L9"), resting(tests=(7,)), False),
        (DRUGS, resting(proofs=Proofs(drugs=7)), True),
        (DRUGS, resting(proofs=Proofs(drugs=8)), False),
        (made.lot(lot="L9"), resting(proofs=Proofs(drugs=7)), False),
        (made.incoming(), resting(proofs=Proofs(incoming=("seq:7",))), True),
        (made.incoming(), resting(proofs=Proofs(incoming=("seq:77",))), False),
        (made.incoming(number="P1"), resting(proofs=Proofs(incoming=("P1",))), True),
        (made.incoming(number=""), resting(proofs=Proofs(incoming=("",))), False),
        (made.lot(lot="L9"), resting(proofs=Proofs(incoming=("seq:7",))), False),
    ],
)
def test_what_a_certificate_rests_on(entry: EntryBody, certificate: Certificate, rests: bool) -> None:
    assert dependents(7, entry, Books((certificate,))) == ((made.NUMBER,) if rests else ())


def test_a_sample_is_followed_through_its_tests() -> None:
    tests = {30: made.test(sample_code="S-0001"), 31: made.test(sample_code="S-0002")}
    certificates = (resting(number="A", tests=(30,)), resting(number="B", tests=(31,)))
    books = Books(certificates, tests)
    assert dependents(7, made.sample(lot=""), books) == ("A",)
    assert dependents(7, made.test(lot="", sample_code="S-0001"), books) == ()


CHAIN = (
    made.lot(),
    made.lot(lot="L2", parent="L1"),
    made.lot(lot="L3", sources=("L8", "L2")),
    made.lot(lot="L4", sources=("L8",)),
    made.lot(lot="L1", sources=("L3",)),  # a wrong declaration may close a ring
)


@given(st.permutations(CHAIN))
def test_a_lot_is_followed_into_all_that_was_made_of_it(lots: list[LotDeclared]) -> None:
    certificates = tuple(resting(number=f"N{name}", lot=name) for name in ("L4", "L3", "L2", "L1", "L8"))
    assert dependents(7, made.lot(), Books(certificates, lots=lots)) == ("NL1", "NL2", "NL3")


def test_a_lot_without_a_name_is_followed_nowhere() -> None:
    lots = (made.lot(lot="L5"),)
    assert dependents(7, made.test(lot=""), Books((resting(lot="L5"),), lots=lots)) == ()


def test_each_is_told_once_in_order_and_void_ones_too() -> None:
    certificates = (resting(number="B", lot="L1", tests=(7,)), resting(number="A", lot="L1"))
    books = Books(certificates, void=frozenset({"A"}))
    numbers = dependents(7, made.test(), books)
    assert numbers == ("A", "B")
    assert follows(numbers, books) == (warn("correction/dependents", "correction.dependent", number="B"),)
    assert follows((), books) == ()
