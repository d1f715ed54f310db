"""Dated lists of what is banned, against what was used, on what, and when."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.drug_use.bans import bans
from kiosk.rules.drug_use.pesticides import Ban, Listing
from kiosk.rules.goods.products import ProductClass
from kiosk.rules.messages import DrugUse
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.testing.methods import DrugClass
from tests.support import drugs as made

TODAY = made.TODAY
NAMES = ("dichlorvos", "carbofuran", "omethoate", "imidacloprid")
DRUGS = made.drug_list(
    *(made.ingredient(name, DrugClass.CARBAMATE) for name in NAMES),
    bottles=[made.bottle("PD20150001", "dichlorvos", "imidacloprid")],
)
USES = st.builds(
    lambda names, number: made.use(*names, registration=number),
    st.lists(st.sampled_from(NAMES), max_size=3),
    st.sampled_from(["", "PD20150001"]),
)


def banned(use: DrugUse, *lists: Ban, checked_by: str = "", on: date = TODAY) -> tuple[Ruling, ...]:
    return bans(made.stated(use), made.tomato(), replace(DRUGS, bans=lists), on, checked_by)


CARBOFURAN = {"drug": "bottle", "ingredient": "carbofuran", "list": "list-1"}


def test_a_banned_drug_stops() -> None:
    made.same(
        banned(made.use("carbofuran"), made.ban("carbofuran")), stop("drugs/banned", "drugs.banned", **CARBOFURAN)
    )
    made.same(banned(made.use("dichlorvos"), made.ban("carbofuran")))


def test_a_restricted_drug_stops_where_it_is_restricted() -> None:
    restricted = made.ban("carbofuran", listing=Listing.RESTRICTED, classes=(ProductClass.VEGETABLE,))
    made.same(banned(made.use("carbofuran"), restricted), stop("drugs/banned", "drugs.restricted", **CARBOFURAN))
    assert bans(made.stated(made.use("carbofuran")), made.tea(), replace(DRUGS, bans=(restricted,)), TODAY) == ()


@pytest.mark.parametrize(
    ("products", "classes", "holds"),
    [
        ((), (), True),
        (("tomato",), (), True),
        (("cucumber",), (), False),
        (("cucumber",), (ProductClass.VEGETABLE,), True),
        (("tomato",), (ProductClass.FRUIT,), True),
        ((), (ProductClass.FRUIT,), False),
    ],
)
def test_where_a_list_holds(products: tuple[str, ...], classes: tuple[ProductClass, ...], holds: bool) -> None:
    found = banned(made.use("carbofuran"), made.ban("carbofuran", products=products, classes=classes))
    assert bool(found) is holds


def test_an_unconfirmed_list_stops_until_staff_asked_the_county() -> None:
    doubtful = made.ban("carbofuran", confirmed=False)
    made.same(
        banned(made.use("carbofuran"), doubtful),
        stop("drugs/banned_unconfirmed", "drugs.banned_unconfirmed", **CARBOFURAN),
    )
    nobody_asked = bans(made.stated(made.use("carbofuran")), made.tomato(), replace(DRUGS, bans=(doubtful,)), TODAY)
    assert [one.stops for one in nobody_asked] == [True]
    made.same(
        banned(made.use("carbofuran"), doubtful, checked_by="李梅"),
        warn("drugs/banned_unconfirmed", "drugs.banned_checked", by="李梅", **CARBOFURAN),
    )


def test_a_confirmed_list_speaks_before_an_unconfirmed_one() -> None:
    lists = (made.ban("carbofuran", name="list-0", confirmed=False), made.ban("carbofuran"))
    expected = stop("drugs/banned", "drugs.banned", **CARBOFURAN)
    made.same(banned(made.use("carbofuran"), *lists, checked_by="李梅"), expected)


def test_a_ban_that_began_after_the_use_only_reminds() -> None:
    begun = made.ban("carbofuran", begins=date(2026, 7, 2))
    made.same(
        banned(made.use("carbofuran", last_used="2026-07-01"), begun),
        warn("drugs/ban_begun", "drugs.ban_begun", **CARBOFURAN),
    )
    made.same(banned(made.use("carbofuran", last_used="2026-07-01"), begun, on=date(2026, 7, 1)))
    ended = made.ban("carbofuran", ends=date(2026, 6, 30))
    made.same(banned(made.use("carbofuran", last_used="2026-07-01"), ended))


def test_each_drug_is_told_once_and_every_ingredient_is_looked_up() -> None:
    lists = made.ban("carbofuran", "imidacloprid")
    told = [made.use("carbofuran"), made.use("carbofuran"), made.use("dichlorvos", registration="PD20150001")]
    found = bans(made.stated(*told), made.tomato(), replace(DRUGS, bans=(lists,)), TODAY)
    assert [one.say.facts["ingredient"] for one in found] == ["carbofuran", "imidacloprid"]


@given(st.lists(USES, max_size=3), USES)
def test_more_uses_never_lift_a_ban(uses: list[DrugUse], further: DrugUse) -> None:
    drugs = replace(DRUGS, bans=(made.ban("carbofuran"), made.ban("omethoate", confirmed=False)))
    fewer = bans(made.stated(*uses), made.tomato(), drugs, TODAY)
    more = bans(made.stated(*uses, further), made.tomato(), drugs, TODAY)
    assert [one for one in fewer if one not in more] == []
