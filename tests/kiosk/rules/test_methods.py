"""What a method pack answers, and whether it may be used today for this crop."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kiosk.pack import Packs
from kiosk.rules.errors import Unusable
from kiosk.rules.ruling import stop, warn
from kiosk.rules.testing.method_use import fits, in_force, unit_fits, usable
from kiosk.rules.testing.methods import (
    CropEffect,
    CropNote,
    Curve,
    DrugClass,
    Formula,
    MethodPack,
    Sourced,
    Strip,
    with_band,
)

D = Decimal


def test_what_an_inhibition_method_has(method: MethodPack) -> None:
    assert (method.wavelength, method.positive_at, method.suspect_from) == (412, D(50), None)
    assert (method.blank_min, method.blank_max, method.limit) == (D("0.3"), D("0.8"), D(50))
    assert method.clause("positive") == "GB/T 5009.199-2003/positive"


def test_the_numbers_of_another_formula_are_not_guessed(packs: Packs) -> None:
    card = packs.methods["gbt-5009-199-2003-card"]
    for name in ("rate", "wavelength", "positive_at", "suspect_from", "blank_min", "blank_max"):
        with pytest.raises(Unusable) as refused:
            getattr(card, name)
        assert (refused.value.code, refused.value.facts) == ("rules.not_inhibition", {"method": card.rule})


def test_what_a_value_is_compared_with(packs: Packs) -> None:
    methods = packs.methods
    assert methods["nyt-448-2001"].limit == D(70)
    assert methods["gbt-5009-199-2003-card"].limit is None
    assert methods["kit-strip"].limit is None
    assert replace(methods["kit-strip"], how=Strip(None, D("0.9"), D(9))).limit == D("0.9")
    assert methods["kit-curve"].limit is None
    assert replace(methods["kit-curve"], how=Curve(None, D(1), D(4), D(5), D(6), D(7), D(8))).limit == D(4)


def test_a_band_belongs_to_the_county(method: MethodPack) -> None:
    banded = with_band(method, D(40))
    assert (banded.suspect_from, method.suspect_from) == (D(40), None)
    assert banded.sources[-1] == Sourced("suspect_from", "I", "county setting", confirmed=False)
    assert banded.sources[:-1] == method.sources
    assert replace(banded, how=method.how, sources=method.sources) == method


def test_a_pack_is_confirmed_when_every_value_is(method: MethodPack) -> None:
    assert not method.confirmed
    sure = replace(method, sources=tuple(replace(one, confirmed=True) for one in method.sources))
    assert (sure.confirmed, sure.unconfirmed) == (True, ())
    one_left = replace(sure, sources=(*sure.sources, Sourced("step.read", "G", "-", confirmed=False)))
    assert (one_left.confirmed, one_left.unconfirmed) == (False, ("step.read",))


def test_what_it_sees(packs: Packs) -> None:
    rate, strip = packs.methods["gbt-5009-199-2003"], packs.methods["kj-201705"]
    assert rate.sees(DrugClass.CARBAMATE)
    assert not rate.sees(DrugClass.PYRETHROID)
    assert strip.sees(DrugClass.NITROFURAN)
    assert not packs.methods["kit-strip"].sees(DrugClass.NITROFURAN)


def test_parts_are_found_by_name(packs: Packs) -> None:
    rate, strip = packs.methods["gbt-5009-199-2003"], packs.methods["kj-201705"]
    incubate, enzyme, sem = rate.step("incubate"), rate.reagent("enzyme"), strip.item("sem")
    assert incubate is not None
    assert incubate.least == 900
    assert enzyme is not None
    assert enzyme.opened_days == 4
    assert sem is not None
    assert (sem.detects_from, sem.unit, sem.drugs) == (D("0.5"), "µg/kg", (DrugClass.NITROFURAN,))
    assert (rate.step("develop"), rate.reagent("strip"), strip.item("iron")) == (None, None, None)


BEGIN, END = date(2026, 3, 1), date(2028, 2, 29)


@pytest.fixture
def dated(method: MethodPack) -> MethodPack:
    return replace(method, in_force_from=BEGIN, in_force_to=END)


@pytest.mark.parametrize(
    ("day", "reason", "facts"),
    [
        (date(2026, 2, 28), "methods.not_yet", {"since": "2026-03-01"}),
        (date(2028, 3, 1), "methods.ended", {"until": "2028-02-29"}),
    ],
)
def test_outside_its_days(dated: MethodPack, day: date, reason: str, facts: dict[str, str]) -> None:
    assert in_force(dated, day) == stop("methods/in_force", reason, method="GB/T 5009.199-2003", **facts)


def test_within_its_days(dated: MethodPack) -> None:
    assert [in_force(dated, day) for day in (BEGIN, date(2027, 1, 1), END)] == [None, None, None]
    assert in_force(replace(dated, in_force_to=None), date(2099, 1, 1)) is None


def test_a_beginning_that_nobody_knows_is_remarked_on(dated: MethodPack) -> None:
    told = warn("methods/in_force", "methods.begin_unknown", method="GB/T 5009.199-2003")
    assert in_force(replace(dated, in_force_from=None), date(1999, 1, 1)) == told


def test_an_excluded_crop_is_refused(packs: Packs) -> None:
    told = fits(packs.methods["nyt-448-2001"], "carrot", "胡萝卜")
    facts = {"method": "NY/T 448-2001", "product": "胡萝卜"}
    assert told == stop("methods/excluded_crop", "methods.excluded_crop", **facts)


def test_a_crop_that_looks_positive_is_remarked_on(method: MethodPack) -> None:
    told = warn("methods/false_positive_crop", "methods.false_positive_crop", product="韭菜")
    assert fits(method, "chinese-chive", "韭菜") == told
    assert fits(method, "cucumber", "黄瓜") is None


def test_excluded_weighs_more_than_false_positive(method: MethodPack) -> None:
    both = tuple(CropNote("leek", effect) for effect in (CropEffect.FALSE_POSITIVE, CropEffect.EXCLUDED))
    told = fits(replace(method, crops=both), "leek", "Leek")
    assert told is not None
    assert told.stops


def test_all_that_is_to_be_said_before_a_test(dated: MethodPack) -> None:
    assert usable(dated, BEGIN, "cucumber", "黄瓜") == ()
    early = date(2026, 2, 28)
    both = usable(dated, early, "tomato", "番茄")
    assert both == (in_force(dated, early), fits(dated, "tomato", "番茄"))
    assert usable(dated, BEGIN, "tomato", "番茄") == (fits(dated, "tomato", "番茄"),)


UNITS = {
    ("inhibition", "%"), ("curve", "mg/kg"), ("curve", "mg/L"), ("curve", "µg/kg"), ("card", ""), ("strip", ""),
}  # fmt: skip


@pytest.mark.parametrize("formula", list(Formula))
@pytest.mark.parametrize("unit", ["", "%", "mg/kg", "mg/L", "µg/kg"])
def test_no_concentration_beside_an_inhibition(formula: Formula, unit: str) -> None:
    assert unit_fits(formula, unit) is ((formula, unit) in UNITS)
