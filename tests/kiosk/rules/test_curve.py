"""Standard curves of reagent lots: domain.md §2.9 first, then the ends of the range, which is never left."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.reading import Reading
from kiosk.pack import Packs
from kiosk.rules.errors import Unusable
from kiosk.rules.messages import Outcome, Verdict
from kiosk.rules.testing import assay
from kiosk.rules.testing.assayed import Assayed
from kiosk.rules.testing.curve import LotCurve, fit, judge_curve, lot_curve
from kiosk.rules.testing.methods import Curve, MethodPack
from kiosk.rules.testing.strip import LotStrip

NEG, POS, INV = Outcome.NEGATIVE, Outcome.POSITIVE, Outcome.INVALID
D = Decimal
POINTS = [("0", ".004"), (".2", ".061"), (".5", ".147"), ("1", ".292"), ("2", ".579"), ("4", "1.152")]
STANDARDS = [(D(c), D(a)) for c, a in POINTS]
# A = 0.25 c + 0.01, so that c = (A - A0 - 0.01) x 4; 10 mL from 5 g doubles it
LOT = LotCurve(D("0.25"), D("0.01"), D("0.2"), D(4), D("0.9999"), limit=D(2), volume=D(10), mass=D(5))


@pytest.fixture(scope="module")
def kit(packs: Packs) -> MethodPack:
    return packs.methods["kit-curve"]


def absorbance(value: str | None, unit: str = "AU") -> list[Reading]:
    return [Reading(1, "absorbance", None if value is None else D(value), unit, b"")]


def device(value: str, unit: str = "mg/kg", word: str | None = None) -> Reading:
    return Reading(1, "concentration", D(value), unit, b"", device_verdict=word)


def judged(kit: MethodPack, sample: str, lot: LotCurve | None = LOT, blank: str = "0.04") -> Assayed:
    return assay.judge_run(kit, absorbance(blank), absorbance(sample), lot=lot)


def test_the_curve_of_domain() -> None:
    curve = fit(STANDARDS)
    assert (round(curve.k, 8), round(curve.b, 8)) == (D("0.28711030"), D("0.00404178"))
    assert curve.r2 is not None
    assert round(curve.r2, 7) == D("0.9999978")
    assert (curve.low, curve.high) == (D(0), D(4))


def test_the_vector_of_domain(kit: MethodPack) -> None:
    curve = replace(fit(STANDARDS), limit=D(10))
    solution = judged(kit, "0.250", curve, blank="0")
    assert solution.value is not None
    assert round(solution.value, 6) == D("0.856668")
    sample = judged(kit, "0.250", replace(curve, volume=D(50), mass=D(5)), blank="0")
    assert sample.value is not None
    assert round(sample.value, 5) == D("8.56668")
    assert (sample.shown, sample.unit, sample.verdict.outcome) == ("8.566", "mg/kg", NEG)


@given(st.decimals("0.01", "2", places=3), st.decimals("-0.1", "0.1", places=3), st.integers(3, 7), st.integers(1, 40))
def test_a_fit_through_points_of_a_line_is_that_line(k: Decimal, b: Decimal, count: int, step: int) -> None:
    curve = fit([(D(n * step), k * n * step + b) for n in range(count)])
    assert (curve.k, curve.b, curve.r2, curve.low, curve.high) == (k, b, D(1), D(0), D((count - 1) * step))


def test_points_that_make_no_curve() -> None:
    with pytest.raises(Unusable) as few:
        fit([(D(1), D(1)), (D(2), D(2)), (D(2), D(3))])
    assert (few.value.code, few.value.facts) == ("rules.curve_points", {"least": "3"})
    with pytest.raises(Unusable) as flat:
        fit([(D(0), D(1)), (D(1), D(1)), (D(2), D(1))])
    assert (flat.value.code, flat.value.facts) == ("rules.curve_flat", {})


def test_everything_an_entry_needs(kit: MethodPack) -> None:
    told = assay.judge_run(kit, absorbance("0.04"), [*absorbance("0.175"), device("1.00", word="pass")], lot=LOT)
    facts = {"value": "1.000", "limit": "2", "unit": "mg/kg"}
    assert told == Assayed(
        value=D(1),
        unit="mg/kg",
        verdict=Verdict(NEG, "KIT-CURVE/limit", "verdict.content_negative", facts),
        device_value=D("1.00"),
        device_verdict="pass",
        disagrees=False,
        item="",
        limit=D(2),
        shown="1.000",
    )


def test_at_the_limit_it_is_positive(kit: MethodPack) -> None:
    told = judged(kit, "0.30")
    facts = {"value": "2.000", "limit": "2", "unit": "mg/kg"}
    assert told.verdict == Verdict(POS, "KIT-CURVE/limit", "verdict.content_positive", facts)
    assert judged(kit, "0.29999").verdict.outcome is NEG
    assert judged(kit, "0.30001").verdict.outcome is POS


def test_a_third_is_not_rounded_below_its_limit(kit: MethodPack) -> None:
    """(0.1 / 0.3) x 3 is 0.1/0.1 in one division, and no 0.999…"""
    lot = LotCurve(D("0.3"), D(0), D(0), D(4), D(1), limit=D(1), volume=D(3), mass=D(1))
    told = judged(kit, "0.1", lot, blank="0")
    assert (told.value, told.verdict.outcome) == (D(1), POS)


@pytest.mark.parametrize(
    ("sample", "limit", "value", "verdict"),
    [
        # the ends of the range belong to it: content 0.4 to 8
        ("0.1", "2", "0.4", Verdict(NEG, "KIT-CURVE/limit", "verdict.content_negative", {"value": "0.400"})),
        ("1.05", "2", "8", Verdict(POS, "KIT-CURVE/limit", "verdict.content_positive", {"value": "8.000"})),
        ("0.09999", "2", None, Verdict(NEG, "KIT-CURVE/range", "verdict.content_below", {"lower": "0.4"})),
        ("-0.5", "2", None, Verdict(NEG, "KIT-CURVE/range", "verdict.content_below", {"lower": "0.4"})),
        ("0.09999", "0.4", None, Verdict(NEG, "KIT-CURVE/range", "verdict.content_below", {"lower": "0.4"})),
        ("0.09999", "0.399", None, Verdict(INV, "KIT-CURVE/range", "verdict.range_below", {"lower": "0.4"})),
        ("1.05001", "2", None, Verdict(POS, "KIT-CURVE/range", "verdict.content_above", {"upper": "8"})),
        ("1.05001", "8", None, Verdict(POS, "KIT-CURVE/range", "verdict.content_above", {"upper": "8"})),
        ("1.05001", "8.001", None, Verdict(INV, "KIT-CURVE/range", "verdict.range_above", {"upper": "8"})),
    ],
)
def test_nothing_is_computed_beyond_the_ends(
    kit: MethodPack, sample: str, limit: str, value: str | None, verdict: Verdict
) -> None:
    told = judged(kit, sample, replace(LOT, limit=D(limit)))
    asked = {} if verdict.reason.startswith("verdict.range") else {"limit": limit}
    assert told.value == (None if value is None else D(value))
    assert told.verdict == replace(verdict, facts={**verdict.facts, **asked, "unit": "mg/kg"})
    assert (told.limit, told.unit) == (D(limit), "mg/kg")


def test_beyond_the_ends_people_are_shown_the_end(kit: MethodPack) -> None:
    assert judged(kit, "0.05").shown == "< 0.4"
    assert judged(kit, "2").shown == "> 8"
    assert judged(kit, "2", replace(LOT, high=D(400))).shown == "15.600"
    assert judged(kit, "999", replace(LOT, high=D(400))).shown == "> 800"


def test_without_a_limit_it_is_measured_and_not_judged(kit: MethodPack) -> None:
    lot = replace(LOT, limit=None)
    told = judged(kit, "0.175", lot)
    facts = {"value": "1.000", "unit": "mg/kg"}
    assert told.verdict == Verdict(INV, "KIT-CURVE/limit", "verdict.no_limit", facts)
    assert (told.value, told.limit, told.shown) == (D(1), None, "1.000")
    assert judged(kit, "2", lot).verdict.reason == "verdict.range_above"
    assert judged(kit, "0", lot).verdict.reason == "verdict.range_below"


@pytest.mark.parametrize(
    ("lot", "reason", "facts"),
    [
        (None, "no_curve", {}),
        (replace(LOT, k=D(0)), "curve_unusable", {}),
        (replace(LOT, k=D("-0.25")), "curve_unusable", {}),
        (replace(LOT, high=D("0.2")), "curve_unusable", {}),
        (replace(LOT, low=D("-0.001")), "curve_unusable", {}),
        (replace(LOT, r2=None), "curve_no_r", {"limit": "0.995"}),
        (replace(LOT, r2=D("0.990024")), "curve_r", {"value": "0.994", "limit": "0.995"}),
        (replace(LOT, r2=D("-1")), "curve_r", {"value": "0.000", "limit": "0.995"}),
        (replace(LOT, mass=None), "curve_amounts", {}),
        (replace(LOT, volume=None), "curve_amounts", {}),
        (replace(LOT, mass=D(0)), "curve_amounts", {}),
        (replace(LOT, volume=D(0)), "curve_amounts", {}),
        (replace(LOT, dilution=D(0)), "curve_amounts", {}),
    ],
)
def test_a_curve_that_cannot_be_used(kit: MethodPack, lot: LotCurve | None, reason: str, facts: dict[str, str]) -> None:
    told = assay.judge_run(kit, absorbance("0.04"), [*absorbance("0.175"), device("1", word="fail")], lot=lot)
    assert told.verdict == Verdict(INV, "KIT-CURVE/curve", f"verdict.{reason}", facts)
    assert (told.value, told.shown, told.device_value, told.disagrees) == (None, "", D(1), True)


@pytest.mark.parametrize("lot", [replace(LOT, r2=D("0.990025")), replace(LOT, low=D(0)), replace(LOT, r2=D(1))])
def test_a_curve_that_just_holds(kit: MethodPack, lot: LotCurve) -> None:
    assert judged(kit, "0.175", lot).value == D(1)


def test_a_lot_of_strips_is_no_curve(kit: MethodPack) -> None:
    told = assay.judge_run(kit, absorbance("0.04"), absorbance("0.3"), lot=LotStrip())
    assert told == judged(kit, "0.3", lot=None)


def test_amounts_of_the_lot_come_before_those_of_the_pack(kit: MethodPack) -> None:
    own = Curve(None, D("0.995"), D(3), D(50), D(5), D(2), D("0.1"))
    pack = replace(kit, how=own)
    bare = replace(LOT, limit=None, volume=None, mass=None)
    assert judged(pack, "0.175", bare).value == D("0.5") * 50 / 5 * 2
    assert judged(pack, "0.175", bare).limit == D(3)
    assert judged(pack, "0.175", replace(bare, volume=D(10), mass=D(5), dilution=D(4))).value == D(4)
    assert judged(pack, "0.175", LOT).limit == D(2)
    assert judged(replace(kit, how=replace(own, dilution=None)), "0.175", bare).value == D(5)


def test_a_liquid_has_neither_volume_nor_mass(kit: MethodPack) -> None:
    told = judged(kit, "0.175", replace(LOT, volume=None, mass=None, unit="mg/L"))
    assert (told.value, told.unit, told.verdict.facts["unit"]) == (D("0.5"), "mg/L", "mg/L")


@pytest.mark.parametrize(
    ("blank", "clause", "reason"),
    [
        ([], "blank", "no_blank"),
        (absorbance(None), "blank", "blank_no_value"),
        (absorbance("0.04") * 2, "blank", "blank_read_twice"),
        (absorbance("40", "mAU"), "blank", "blank_other_unit"),
    ],
)
def test_a_reagent_blank_is_needed(kit: MethodPack, blank: list[Reading], clause: str, reason: str) -> None:
    told = assay.judge_run(kit, blank, absorbance("0.175"), lot=LOT)
    assert told.verdict == Verdict(INV, f"KIT-CURVE/{clause}", f"verdict.{reason}", {})


@pytest.mark.parametrize(
    ("sample", "reason"),
    [([], "no_reading"), (absorbance(None), "no_value"), (absorbance("1") * 2, "read_twice")],
)
def test_a_sample_is_needed(kit: MethodPack, sample: list[Reading], reason: str) -> None:
    told = assay.judge_run(kit, absorbance("0.04"), sample, lot=LOT)
    assert told.verdict == Verdict(INV, "KIT-CURVE/reading", f"verdict.{reason}", {})


def test_a_reagent_blank_that_is_too_dark(kit: MethodPack) -> None:
    strict = replace(LOT, blank_max=D("0.04"))
    assert judged(kit, "0.175", strict).verdict.outcome is NEG
    told = judged(kit, "0.175", strict, blank="0.041")
    facts = {"value": "0.041", "limit": "0.04"}
    assert told.verdict == Verdict(INV, "KIT-CURVE/blank", "verdict.reagent_blank_high", facts)
    own = replace(kit, how=Curve(None, D("0.995"), None, None, None, None, D("0.03")))
    assert judged(own, "0.175").verdict.reason == "verdict.reagent_blank_high"
    assert judged(own, "0.175", strict).verdict.outcome is NEG


@pytest.mark.parametrize(
    ("said", "differs"),
    [
        # half a thousandth of each absorbance is 0.001 / 0.25 x 2 = 0.008; and the device's last digit
        (device("1.01"), False), (device("1.02"), True), (device("0.99"), False), (device("0.98"), True),
        (device("1.009"), False), (device("1.010"), True), (device("50", "mg/L"), False),
    ],
)  # fmt: skip
def test_the_analyzers_own_content(kit: MethodPack, said: Reading, differs: bool) -> None:
    told = assay.judge_run(kit, absorbance("0.040"), [*absorbance("0.175"), said], lot=LOT)
    assert (told.device_value, told.disagrees) == (said.value, differs)


def test_another_analyzers_verdict_is_compared_in_any_unit(kit: MethodPack) -> None:
    readings = [*absorbance("0.175"), device("50", "mg/L", "exceeds")]
    assert assay.judge_run(kit, absorbance("0.040"), readings, lot=LOT).disagrees


def test_the_item_comes_with_the_lot(kit: MethodPack) -> None:
    told = judged(kit, "0.175", replace(LOT, item="formaldehyde"))
    assert told.item == "formaldehyde"
    named = assay.judge_run(kit, absorbance("0.04"), absorbance("0.1"), lot=replace(LOT, item="a"), item="b")
    assert named.item == "b"


def test_a_kit_of_nitrite_needs_its_positive_control(packs: Packs) -> None:
    nitrite = packs.methods["kj-201704"]
    told = assay.judge_run(nitrite, absorbance("0.04"), absorbance("0.175"), lot=LOT)
    assert told.verdict == Verdict(INV, "KJ 201704/control", "verdict.no_positive_control", {})
    assert (told.value, told.limit, told.item) == (None, D(2), "nitrite")
    ready = assay.judge_run(nitrite, absorbance("0.04"), absorbance("0.175"), lot=LOT, positive=POS)
    assert (ready.value, ready.item) == (D(1), "nitrite")


CODE = {"k": "0.25", "b": "0.01", "low": "0.2", "high": "4", "r2": "0.9999", "limit": "2", "volume": "10", "mass": "5"}


def test_the_code_of_a_kit() -> None:
    assert lot_curve(CODE) == LOT
    full = {**CODE, "wavelength": "540", "dilution": "2", "blank_max": "0.1", "unit": "mg/L", "item": "nitrite"}
    assert lot_curve(full) == replace(
        LOT, wavelength=540, dilution=D(2), blank_max=D("0.1"), unit="mg/L", item="nitrite"
    )


def test_r_may_stand_for_its_square() -> None:
    bare = {name: value for name, value in CODE.items() if name != "r2"}
    assert lot_curve(bare).r2 is None
    assert lot_curve({**bare, "r": ""}).r2 is None
    assert lot_curve({**bare, "r": "0.995"}).r2 == D("0.990025")
    assert lot_curve({**CODE, "r": "0.5"}).r2 == D("0.9999")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("k", None, "-"), ("b", None, "-"), ("low", None, "-"), ("high", None, "-"), ("k", "", "-"),
        ("k", "abc", "abc"),
        ("b", "1e5", "1e5"), ("low", "NaN", "NaN"), ("high", "1,5", "1,5"), ("k", "1234567890123", "123456789012"),
        ("limit", "x", "x"), ("wavelength", "54o", "54o"), ("wavelength", "12345", "12345"), ("r2", "+1", "+1"),
        ("wavelength", "５４０", "５４０"), ("mass", ".5", ".5"),
    ],
)  # fmt: skip
def test_a_code_that_cannot_be_read(name: str, value: str | None, told: str) -> None:
    code = {key: text for key, text in {**CODE, name: value}.items() if text is not None}
    with pytest.raises(Unusable) as refused:
        lot_curve(code)
    assert (refused.value.code, refused.value.facts) == ("rules.curve_unread", {"name": name, "value": told})


def test_a_wrong_r_is_told() -> None:
    with pytest.raises(Unusable) as refused:
        lot_curve({**{name: CODE[name] for name in ("k", "b", "low", "high")}, "r": "good"})
    assert refused.value.facts == {"name": "r", "value": "good"}


@given(sample=st.decimals("-1", "3", places=4), limit=st.decimals("0.05", "9", places=2))
def test_never_a_number_outside_and_never_a_verdict_against_it(
    kit: MethodPack, sample: Decimal, limit: Decimal
) -> None:
    assert isinstance(kit.how, Curve)
    told = judge_curve(kit, kit.how, replace(LOT, limit=limit), absorbance("0"), absorbance(str(sample)))[0]
    true = (sample - D("0.01")) * 4 * 2
    assert told.value == (true if D("0.4") <= true <= 8 else None)
    decided = told.verdict.outcome
    assert decided is INV or decided is (POS if true >= limit else NEG)
