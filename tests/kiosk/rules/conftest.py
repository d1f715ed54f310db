"""The shipped packs and a few people, as the rules see them."""

from datetime import date

import pytest

from kiosk.pack import Packs, load_packs
from kiosk.rules.certify.certificate import Wording, wording_on
from kiosk.rules.goods.products import Product, ProductClass
from kiosk.rules.goods.quantity import Unit
from kiosk.rules.messages import Subject
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.visits.turn import VisitRules
from tests.support.law import law


@pytest.fixture(scope="session")
def packs() -> Packs:
    return load_packs()


@pytest.fixture(scope="session")
def method(packs: Packs) -> MethodPack:
    return packs.methods["gbt-5009-199-2003"]


@pytest.fixture(scope="session")
def wording(packs: Packs) -> Wording:
    found = wording_on(date(2026, 11, 22), packs.wordings)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def tomato(packs: Packs) -> Product:
    return packs.products["tomato"]


@pytest.fixture(scope="session")
def rice() -> Product:
    return Product("rice", {"zh": "rice", "en": "Rice"}, ProductClass.OUTSIDE, Unit.KG, "*")


@pytest.fixture(scope="session")
def farmer() -> Subject:
    return Subject("s1", "farmer", "Li", "138 0000 4321", "Xinping", products=("tomato",))


@pytest.fixture(scope="session")
def rules() -> VisitRules:
    return law()
