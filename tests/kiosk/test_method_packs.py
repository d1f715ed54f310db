"""The shipped method packs against domain.md §2, and what their form refuses."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kiosk.method_form import MAY_HAVE, NEEDED, OWN, MethodForm, bare, sure
from kiosk.rules.testing.methods import (
    Authority,
    BatchControl,
    Card,
    CardColour,
    CropEffect,
    Curve,
    DrugClass,
    Formula,
    LineStyle,
    MethodPack,
    Rate,
    Strip,
)
from kiosk.words import load_words

FOLDER = Path(str(resources.files("kiosk"))) / "packs" / "methods"
FILES = sorted(FOLDER.glob("*.toml"))
RATE, BAND = "gbt-5009-199-2003", "gbt-5009-199-2003-band"
D = Decimal


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def pack(name: str) -> MethodPack:
    return MethodForm.model_validate(table(name)).value()


PACKS = {file.stem: pack(file.stem) for file in FILES}


def test_what_is_shipped() -> None:
    assert {name: one.formula for name, one in PACKS.items()} == {
        "gbt-5009-199-2003": Formula.INHIBITION,
        "gbt-5009-199-2003-band": Formula.INHIBITION,
        "gbt-5009-199-2003-card": Formula.CARD,
        "nyt-448-2001": Formula.INHIBITION,
        "kj-201701": Formula.STRIP,
        "kj-201704": Formula.CURVE,
        "kj-201705": Formula.STRIP,
        "kj-201706": Formula.STRIP,
        "kj-201710": Formula.CARD,
        "kit-curve": Formula.CURVE,
        "kit-strip": Formula.STRIP,
    }


def test_no_two_packs_have_one_rule() -> None:
    """A verdict names its rule; the county finds the pack by it."""
    assert len({one.rule for one in PACKS.values()}) == len(PACKS)


@pytest.mark.parametrize("name", PACKS)
def test_what_nobody_read_is_not_confirmed(name: str) -> None:
    one = PACKS[name]
    assert [source.key for source in one.sources if source.confirmed and source.mark not in ("V", "V-")] == []
    assert not one.confirmed
    assert all(source.source for source in one.sources)


@pytest.mark.parametrize("name", [name for name in PACKS if name.startswith("kj-")])
def test_recalled_methods_claim_nothing_confirmed(name: str) -> None:
    assert [source.key for source in PACKS[name].sources if source.confirmed] == []
    assert PACKS[name].recognised_by == (Authority.SAMR,)
    assert PACKS[name].in_force_from is None


@pytest.mark.parametrize("name", PACKS)
def test_every_value_has_a_source(name: str) -> None:
    """Every table with a value, and every step, reagent, item and crop."""
    raw = table(name)
    plain = {key for key, value in raw.items() if isinstance(value, dict) and "value" in value}
    nested = {f"{key}.{part}" for key in ("step", "reagent", "item", "crop") for part in raw.get(key, {})}
    assert {source.key for source in PACKS[name].sources} == plain | nested


def test_the_rate_method() -> None:
    one = PACKS[RATE]
    assert one.how == Rate(412, D(50), None, D("0.3"), D("0.8"))
    assert (one.unit, one.repeats, one.agreement, one.controls) == ("%", 2, None, (BatchControl.BLANK,))
    assert [(step.id, step.least, step.most) for step in one.steps] == [
        ("shake", 60, 120), ("stand", 180, 300), ("incubate", 900, None), ("read", 180, None),
    ]  # fmt: skip
    incubate = one.step("incubate")
    assert incubate is not None
    assert (incubate.low, incubate.high) == (D(36), D(38))
    assert [(life.id, life.opened_days, life.high) for life in one.reagents] == [
        ("enzyme", 4, D(8)), ("substrate", 14, D(8)), ("developer", None, D(8)),
    ]  # fmt: skip
    assert one.scope == (DrugClass.ORGANOPHOSPHATE, DrugClass.CARBAMATE)
    assert (one.in_force_from, one.in_force_to, one.recognised_by) == (date(2004, 1, 1), None, ())
    assert {crop.effect for crop in one.crops} == {CropEffect.FALSE_POSITIVE}
    assert {crop.product for crop in one.crops} >= {"tomato", "chinese-chive", "ginger", "garlic", "water-bamboo"}


def test_the_band_changes_nothing_else() -> None:
    own, banded = PACKS[RATE], PACKS[BAND]
    assert banded.derived_from == RATE
    assert banded.suspect_from == D(40)
    kept = [source for source in banded.sources if source.key != "suspect_from"]
    assert kept == list(own.sources)
    same = replace(banded, id=own.id, rule=own.rule, names=own.names, derived_from="", how=own.how, sources=own.sources)
    assert same == own


def test_the_cards() -> None:
    for name in ("gbt-5009-199-2003-card", "kj-201710"):
        assert PACKS[name].how == Card((CardColour.WHITE, CardColour.FAINT_BLUE))
        assert PACKS[name].unit == ""
    steps = PACKS["gbt-5009-199-2003-card"].steps
    assert [(step.id, step.least) for step in steps] == [("shake", 0), ("stand", 120), ("react", 600), ("develop", 180)]


def test_ny_t_448() -> None:
    one = PACKS["nyt-448-2001"]
    assert one.how == Rate(410, D(70), None, D("0.3"), D("0.8"))
    assert one.agreement == D(80)
    excluded = {crop.product for crop in one.crops if crop.effect is CropEffect.EXCLUDED}
    assert excluded == {"chinese-chive", "carrot", "water-bamboo"}
    assert "positive_at" in one.unconfirmed


@pytest.mark.parametrize(
    ("name", "items", "limit"),
    [
        ("kj-201701", ["malachite-green"], D(2)),
        ("kj-201705", ["aoz", "amoz", "sem", "ahd"], D("0.5")),
        ("kj-201706", ["clenbuterol", "ractopamine", "salbutamol"], D("0.5")),
    ],
)
def test_the_strips(name: str, items: list[str], limit: Decimal) -> None:
    one = PACKS[name]
    assert one.how == Strip(None, None, None)
    assert [(item.id, item.detects_from, item.unit) for item in one.items] == [(item, limit, "µg/kg") for item in items]
    assert {drug for item in one.items for drug in item.drugs} == set(one.scope)
    assert one.controls == (BatchControl.BLANK, BatchControl.POSITIVE)
    window = one.step("read")
    assert window is not None
    assert (window.least, window.most) == (300, 600)


def test_the_curves() -> None:
    assert PACKS["kj-201704"].how == Curve(540, D("0.995"), None, None, None, None, None)
    assert PACKS["kit-curve"].how == Curve(None, D("0.995"), None, None, None, None, None)
    assert (PACKS["kit-curve"].scope, PACKS["kit-curve"].items, PACKS["kit-curve"].unit) == ((), (), "mg/kg")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_names_in_both_languages(language: str) -> None:
    for one in PACKS.values():
        named = [part.names for parts in (one.steps, one.reagents, one.items, (one,)) for part in parts]
        assert all(names[language] for names in named)


# --- what the form refuses ---

Change = Callable[[dict[str, Any]], None]


def wrong(name: str, change: Change) -> list[tuple[str, str]]:
    raw = table(name)
    change(raw)
    with pytest.raises(ValidationError) as refused:
        MethodForm.model_validate(raw)
    return [(".".join(map(str, error["loc"])) or "-", error["type"]) for error in refused.value.errors()]


def origin(value: object) -> dict[str, object]:
    return {"value": value, "mark": "I", "source": "test", "confirmed": False}


SAMPLE: dict[str, object] = {
    "wavelength": 412, "positive_at": "50", "suspect_from": "40", "blank_min": "0.3", "blank_max": "0.8",
    "positive_colours": ["white"], "style": "compare", "cut_off": "0.9", "control_min": "50", "r_min": "0.995",
    "limit": "2", "volume": "50", "mass": "5", "dilution": "1",
}  # fmt: skip
SHIPPED = {Formula.INHIBITION: RATE, Formula.CARD: "gbt-5009-199-2003-card", Formula.STRIP: "kit-strip",
           Formula.CURVE: "kit-curve"}  # fmt: skip


@pytest.mark.parametrize("formula", list(Formula))
@pytest.mark.parametrize("key", OWN)
def test_each_key_belongs_to_its_formulas(formula: Formula, key: str) -> None:
    raw = table(SHIPPED[formula])
    raw[key] = origin(SAMPLE[key])
    if key in NEEDED[formula] | MAY_HAVE[formula]:
        assert MethodForm.model_validate(raw).value().id == SHIPPED[formula]
        return
    assert wrong(SHIPPED[formula], lambda raw: raw.update({key: origin(SAMPLE[key])})) == [(key, "value_error")]


@pytest.mark.parametrize(("formula", "key"), [(formula, key) for formula in Formula for key in sorted(NEEDED[formula])])
def test_each_formula_needs_its_keys(formula: Formula, key: str) -> None:
    assert [place for place, _ in wrong(SHIPPED[formula], lambda raw: raw.pop(key))] == [key]


def test_what_the_formulas_need() -> None:
    """Written out: the oracle of the two tests above."""
    own = {formula: (NEEDED[formula] | MAY_HAVE[formula]) & set(OWN) for formula in Formula}
    assert own == {
        Formula.INHIBITION: {"wavelength", "positive_at", "suspect_from", "blank_min", "blank_max"},
        Formula.CARD: {"positive_colours"},
        Formula.STRIP: {"style", "cut_off", "control_min"},
        Formula.CURVE: {"wavelength", "r_min", "limit", "volume", "mass", "dilution", "blank_max"},
    }


def setting(*path: str, to: object) -> Change:
    def change(raw: dict[str, Any]) -> None:
        *way, last = path
        for step in way:
            raw = raw[step]
        raw[last] = to

    return change


@pytest.mark.parametrize(
    ("name", "change", "key"),
    [
        (RATE, setting("unit", to="mg/kg"), "-"),
        (RATE, setting("unit", to=""), "-"),
        ("kit-curve", setting("unit", to="%"), "-"),
        ("kit-strip", setting("unit", to="µg/kg"), "-"),
        ("gbt-5009-199-2003-card", setting("unit", to="%"), "-"),
        (BAND, setting("suspect_from", "value", to="50"), "-"),
        (BAND, setting("suspect_from", "value", to="50.1"), "-"),
        (RATE, setting("blank_max", "value", to="0.3"), "-"),
        (RATE, setting("in_force_to", to=origin(date(2003, 12, 31))), "-"),
        (RATE, setting("item", "op-carbamate", "drugs", to=["pyrethroid"]), "-"),
        (RATE, setting("scope", "value", to=[]), "scope"),
        ("gbt-5009-199-2003-card", setting("scope", "value", to=[]), "scope"),
        ("gbt-5009-199-2003-card", setting("positive_colours", "value", to=[]), "positive_colours"),
        ("gbt-5009-199-2003-card", setting("positive_colours", "value", to=["sky_blue"]), "positive_colours"),
        ("gbt-5009-199-2003-card", setting("positive_colours", "value", to=["white", "other"]), "positive_colours"),
        ("gbt-5009-199-2003-card", setting("positive_colours", "value", to=["like_blank"]), "positive_colours"),
        (RATE, setting("step", "shake", "most", to=59), "step.shake"),
        (RATE, setting("step", "incubate", "high", to="35"), "step.incubate"),
        (RATE, setting("reagent", "enzyme", "high", to="1"), "reagent.enzyme"),
        (RATE, setting("step", "shake", "least", to=-1), "step.shake.least"),
        (RATE, setting("step", "Shake it", to={}), "step.Shake it.[key]"),
        (RATE, setting("reagent", "enzyme", "opened_days", to=-1), "reagent.enzyme.opened_days"),
        (RATE, setting("crop", "tomato", "effect", to="sweet"), "crop.tomato.effect"),
        (RATE, setting("crop", "tomato", "mark", to="rumour"), "crop.tomato.mark"),
        (RATE, setting("step", "shake", "confirmed", to=True), "step.shake"),
        (RATE, setting("step", "shake", "name", to={"zh": "振荡"}), "step.shake.name"),
        (RATE, setting("recognised_by", "value", to=["FDA"]), "recognised_by.value.0"),
        (RATE, setting("controls", "value", to=["water"]), "controls.value.0"),
        (RATE, setting("formula", "value", to="a + b"), "formula.value"),
        (RATE, setting("positive_at", "value", to=50), "positive_at.value"),
        (RATE, setting("wavelength", "value", to=199), "wavelength.value"),
        ("nyt-448-2001", setting("agreement", "value", to="0"), "agreement.value"),
        ("nyt-448-2001", setting("agreement", "value", to="100.1"), "agreement.value"),
        ("kit-curve", setting("r_min", "value", to="1.001"), "r_min.value"),
        ("kit-curve", setting("limit", to=origin("0")), "limit.value"),
        ("kit-strip", setting("cut_off", to=origin("0")), "cut_off.value"),
        ("kit-strip", setting("colour", to=origin("red")), "colour"),
        ("kj-201705", setting("item", "aoz", "detects_from", to="0"), "item.aoz.detects_from"),
    ],
)
def test_what_is_refused(name: str, change: Change, key: str) -> None:
    found = [place for place, _ in wrong(name, change)]
    assert key in found or any(place.startswith(key + ".") for place in found), found


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (BAND, setting("suspect_from", "value", to="49.9")),
        (RATE, setting("blank_max", "value", to="0.301")),
        (RATE, setting("in_force_to", to=origin(date(2004, 1, 1)))),
        (RATE, setting("step", "shake", "most", to=60)),
        (RATE, setting("step", "incubate", "high", to="36")),
        ("nyt-448-2001", setting("agreement", "value", to="100")),
        ("kit-curve", setting("r_min", "value", to="1")),
        ("kit-strip", setting("scope", "value", to=["nitrofuran"])),
        ("gbt-5009-199-2003-card", setting("positive_colours", "value", to=["white"])),
    ],
)
def test_what_is_still_allowed(name: str, change: Change) -> None:
    raw = table(name)
    change(raw)
    assert MethodForm.model_validate(raw).value().id == name


def test_all_errors_of_a_pack_at_once() -> None:
    def change(raw: dict[str, Any]) -> None:
        raw.pop("wavelength")
        raw["cut_off"] = origin("0.9")
        raw["step"]["shake"]["least"] = -1

    assert wrong(RATE, change) == [
        ("wavelength", "value_error"), ("cut_off", "value_error"), ("step.shake.least", "greater_than_equal"),
    ]  # fmt: skip


def test_a_wrong_formula_is_told_once() -> None:
    assert wrong(RATE, setting("formula", "value", to="magic")) == [("formula.value", "enum")]


def test_values_of_every_kind_arrive() -> None:
    raw = table("kit-curve")
    given = {"wavelength": 540, "limit": "2", "volume": "50", "mass": "5", "dilution": "3", "blank_max": "0.1"}
    raw |= {key: origin(value) for key, value in given.items()}
    assert MethodForm.model_validate(raw).value().how == Curve(540, D("0.995"), D(2), D(50), D(5), D(3), D("0.1"))
    raw = table("kit-strip") | {"style": origin("vanish"), "cut_off": origin("0.9"), "control_min": origin("50")}
    assert MethodForm.model_validate(raw).value().how == Strip(LineStyle.VANISH, D("0.9"), D(50))
    raw = table(RATE) | {"in_force_to": origin(date(2030, 1, 1))}
    assert MethodForm.model_validate(raw).value().in_force_to == date(2030, 1, 1)
    raw = table(RATE)
    raw["reagent"]["enzyme"] |= {"out_minutes": 30, "thaws": 3}
    enzyme = MethodForm.model_validate(raw).value().reagent("enzyme")
    assert enzyme is not None
    assert (enzyme.out_minutes, enzyme.thaws, enzyme.low) == (30, 3, D(2))


def test_a_value_that_may_be_missing() -> None:
    form = MethodForm.model_validate(table(RATE))
    assert (bare(form.cut_off), bare(form.positive_at), sure(form.positive_at)) == (None, D(50), D(50))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_drug_class_has_a_name(language: str) -> None:
    words = load_words(language)
    lists = {"verdict.drug": DrugClass, "verdict.colour": CardColour}
    assert [f"{room}.{one}" for room, all_ in lists.items() for one in all_ if not words.knows(f"{room}.{one}")] == []
