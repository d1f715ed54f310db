"""GB/T 5009.199-2003 by worked cases, boundaries first (domain.md §2.9)."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.reading import Reading
from kiosk.pack import Packs
from kiosk.rules.errors import Unusable
from kiosk.rules.messages import Outcome, Verdict
from kiosk.rules.testing import assay
from kiosk.rules.testing.assayed import EXACT, Assayed, verdicts_differ
from kiosk.rules.testing.methods import BatchControl, MethodPack, with_band

NEG, SUS, POS, INV = Outcome.NEGATIVE, Outcome.SUSPECT, Outcome.POSITIVE, Outcome.INVALID


def reading(
    quantity: str, value: str | None, unit: str = "AU", verdict: str | None = None, channel: int = 1
) -> Reading:
    return Reading(channel, quantity, None if value is None else Decimal(value), unit, b"\x7e", device_verdict=verdict)


def change(value: str | None, unit: str = "AU") -> list[Reading]:
    return [reading("absorbance_change", value, unit)]


def window(start: str, end: str) -> list[Reading]:
    return [reading("absorbance_start", start), reading("absorbance_end", end)]


VECTORS = [
    # blank from, to, sample from, to, percent, verdict, verdict with a band from 40
    ("0.102", "0.612", "0.110", "0.520", "19.607", NEG, NEG),
    ("0.100", "0.600", "0.100", "0.350", "50.000", POS, POS),
    ("0.100", "0.600", "0.100", "0.351", "49.800", NEG, SUS),
    ("0.100", "0.600", "0.100", "0.349", "50.200", POS, POS),
    ("0.100", "0.600", "0.100", "0.640", "-8.000", NEG, NEG),
    ("0.100", "0.380", "0.100", "0.200", "64.285", INV, INV),
    ("0.100", "0.600", "0.150", "0.150", "100.000", POS, POS),
]


@pytest.mark.parametrize(("b0", "b1", "s0", "s1", "percent", "plain", "banded"), VECTORS)
def test_domain_vectors(
    method: MethodPack, b0: str, b1: str, s0: str, s1: str, percent: str, plain: Outcome, banded: Outcome
) -> None:
    exact = assay.inhibition(Decimal(b1) - Decimal(b0), Decimal(s1) - Decimal(s0))
    assert abs(exact - Decimal(percent)) < Decimal("0.001")
    told = assay.judge_run(method, window(b0, b1), window(s0, s1))
    assert (told.verdict.outcome, told.value) == (plain, None if plain is INV else exact)
    strict = assay.judge_run(with_band(method, Decimal(40)), window(b0, b1), window(s0, s1))
    assert strict.verdict.outcome is banded


@pytest.mark.parametrize(
    ("value", "outcome", "banded"),
    [
        ("39.999", NEG, NEG), ("40", NEG, SUS), ("49.999", NEG, SUS), ("49.99999999999999999999", NEG, SUS),
        ("50", POS, POS), ("50.000", POS, POS), ("50.001", POS, POS), ("-8", NEG, NEG), ("0", NEG, NEG),
        ("100", POS, POS), ("117.3", POS, POS),
    ],
)  # fmt: skip
def test_boundaries(method: MethodPack, value: str, outcome: Outcome, banded: Outcome) -> None:
    assert assay.judge_value(method, Decimal(value)).outcome is outcome
    assert assay.judge_value(with_band(method, Decimal(40)), Decimal(value)).outcome is banded


def test_just_below_the_limit_is_not_rounded_up_to_it(method: MethodPack) -> None:
    told = assay.judge_run(method, change("0.600"), change("0.3" + "0" * 44 + "1"))
    assert told.value is not None
    assert told.value < 50
    assert told.verdict.outcome is NEG


def test_quotients_have_fifty_digits_and_are_cut() -> None:
    assert f"{EXACT.divide(Decimal(2), Decimal(3)):f}" == "0." + "6" * 50


@given(st.integers(300, 800), st.integers(-900, 900))
def test_comparison_agrees_with_fractions(blank: int, sample: int) -> None:
    ours = assay.inhibition(Decimal(blank) / 1000, Decimal(sample) / 1000)
    exact = Fraction(blank - sample, blank) * 100
    assert (ours >= 50) is (exact >= 50)
    assert 0 <= exact - Fraction(ours) < Fraction(1, 10**20)


@pytest.mark.parametrize(("value", "rule"), [("19.6", "negative"), ("50", "positive")])
def test_every_verdict_names_its_rule(method: MethodPack, value: str, rule: str) -> None:
    assert assay.judge_value(method, Decimal(value)).rule == f"GB/T 5009.199-2003/{rule}"


@pytest.mark.parametrize(
    ("blank", "sample", "rule", "reason"),
    [
        (change("0.299"), change("0.1"), "blank", "verdict.blank_weak"),
        (change("0"), change("0.1"), "blank", "verdict.blank_weak"),
        (change("-0.4"), change("0.1"), "blank", "verdict.blank_weak"),
        (change("0.801"), change("0.1"), "blank", "verdict.blank_high"),
        ([], change("0.1"), "blank", "verdict.no_blank"),
        ([reading("inhibition", "3", "%")], change("0.1"), "blank", "verdict.no_blank"),
        (change(None), change("0.1"), "blank", "verdict.blank_no_value"),
        (change("NaN"), change("0.1"), "blank", "verdict.blank_no_value"),
        (change("0.5") * 2, change("0.1"), "blank", "verdict.blank_read_twice"),
        (change("500", "mAU"), change("0.1"), "blank", "verdict.blank_other_unit"),
        (change("0.5"), [], "reading", "verdict.no_reading"),
        (change("0.5"), [reading("absorbance_start", "0.1")], "reading", "verdict.no_reading"),
        (change("0.5"), change(None), "reading", "verdict.no_value"),
        (change("0.5"), change("Infinity"), "reading", "verdict.no_value"),
        (change("0.5"), change("0.1") * 2, "reading", "verdict.read_twice"),
        (change("0.5"), change("0.1", "mg/kg"), "reading", "verdict.other_unit"),
        (
            change("0.5"),
            [reading("intensity_start", "0.8", ""), reading("intensity_end", "0", "")],
            "reading",
            "verdict.no_light",
        ),
    ],
)
def test_what_makes_a_run_invalid(
    method: MethodPack, blank: list[Reading], sample: list[Reading], rule: str, reason: str
) -> None:
    told = assay.judge_run(method, blank, sample)
    assert (told.value, told.verdict.outcome) == (None, INV)
    assert (told.verdict.rule, told.verdict.reason) == (f"GB/T 5009.199-2003/{rule}", reason)


@pytest.mark.parametrize("blank", ["0.3", "0.300", "0.8", "0.5"])
def test_the_gate_includes_its_ends(method: MethodPack, blank: str) -> None:
    assert assay.judge_run(method, change(blank), change("0.29")).verdict.outcome is not INV


def test_a_weak_blank_says_value_and_limit(method: MethodPack) -> None:
    assert assay.judge_run(method, change("0.220"), change("0.1")).verdict.facts == {"value": "0.220", "limit": "0.3"}


def test_a_method_may_have_no_upper_gate(method: MethodPack) -> None:
    open_ended = replace(method, how=replace(method.rate, blank_max=None))
    assert assay.judge_run(open_ended, change("2"), change("1.9")).verdict.outcome is NEG


def test_light_change() -> None:
    assert str(assay.light_change(Decimal("0.8"), Decimal("0.5"))).startswith("0.20411998")


def light(start: str, end: str) -> list[Reading]:
    return [reading("intensity_start", start, ""), reading("intensity_end", end, "")]


@pytest.mark.parametrize(
    ("blank", "sample", "outcome"),
    [
        (("1", "0.25"), ("1", "0.5"), POS),  # log 2 is half of log 4: exactly 50
        (("0.9", "0.225"), ("0.7", "0.35"), POS),
        (("1", "0.25"), ("1", "0.49999"), NEG),
        (("1", "0.25"), ("1", "0.50001"), POS),
        (("1", "0.4"), ("0.8", "0.5"), NEG),
    ],
)
def test_light_intensities_are_judged(
    method: MethodPack, blank: tuple[str, str], sample: tuple[str, str], outcome: Outcome
) -> None:
    assert assay.judge_run(method, light(*blank), light(*sample)).verdict.outcome is outcome


@pytest.mark.parametrize(("start", "end"), [("0", "0.5"), ("0.5", "0"), ("-1", "1")])
def test_no_light_has_no_logarithm(start: str, end: str) -> None:
    with pytest.raises(Unusable):
        assay.light_change(Decimal(start), Decimal(end))


def test_no_change_of_the_blank_has_no_inhibition() -> None:
    with pytest.raises(Unusable):
        assay.inhibition(Decimal(0), Decimal("0.1"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("49.96", "49.9"),
        ("49.999999", "49.9"),
        ("50", "50.0"),
        ("19.60784", "19.6"),
        ("-8", "0.0"),
        ("-0.01", "0.0"),
        ("0.09", "0.0"),
    ],
)
def test_shown_is_cut_and_never_below_zero(value: str, text: str) -> None:
    assert assay.shown(Decimal(value)) == text


@pytest.mark.parametrize(
    ("sample", "device", "word", "disagrees"),
    [
        ("0.410", "18.0", "pass", False),
        ("0.410", "18", None, False),
        ("0.410", "18.3", "pass", False),  # the device had more digits of absorbance than it sent
        ("0.410", "19.0", "pass", True),
        ("0.410", "18.0", "exceeds", True),
        ("0.410", "18.0", "???", False),
        ("0.410", None, None, False),
        ("0.540", "0.0", "pass", False),  # it cuts a negative inhibition to 0
        ("0.540", "0.7", "pass", True),  # it invents a number for a negative inhibition
        ("0.251", "49.8", "Negative", False),
        ("0.250", "50.0", "pass", True),  # exactly 50 is positive, whatever the analyzer says
    ],
)
def test_the_analyzers_own_result_is_kept_and_compared(
    method: MethodPack, sample: str, device: str | None, word: str | None, disagrees: bool
) -> None:
    readings = [*change(sample), reading("inhibition", device, "%", word)]
    told = assay.judge_run(method, change("0.500"), readings)
    kept = None if device is None else Decimal(device)
    assert (told.device_value, told.device_verdict, told.disagrees) == (kept, word, disagrees)


def test_a_pass_on_a_weak_blank_disagrees(method: MethodPack) -> None:
    told = assay.judge_run(method, change("0.22"), [*change("0.2"), reading("inhibition", "9.1", "%", "pass")])
    assert (told.verdict.outcome, told.device_value, told.disagrees) == (INV, Decimal("9.1"), True)


def test_a_number_of_the_device_that_is_none_is_not_kept(method: MethodPack) -> None:
    for told in ("NaN", "Infinity"):
        readings = [*change("0.410"), reading("inhibition", told, "%", "pass")]
        kept = assay.judge_run(method, change("0.500"), readings)
        assert (kept.device_value, kept.device_verdict, kept.disagrees) == (None, "pass", False)


def test_everything_an_entry_needs(method: MethodPack) -> None:
    told = assay.judge_run(method, change("0.500"), [*change("0.410"), reading("inhibition", "18.0", "%", "pass")])
    facts = {"value": "18.0", "limit": "50", "unit": "%"}
    assert told == Assayed(
        value=Decimal(18),
        unit="%",
        verdict=Verdict(NEG, "GB/T 5009.199-2003/negative", "verdict.negative", facts),
        device_value=Decimal("18.0"),
        device_verdict="pass",
        disagrees=False,
        item="op-carbamate",
        limit=Decimal(50),
        shown="18.0",
    )


def test_an_invalid_test_shows_no_number_and_keeps_its_limit(method: MethodPack) -> None:
    told = assay.judge_run(method, [], change("0.1"))
    assert (told.value, told.shown, told.unit, told.limit) == (None, "", "%", Decimal(50))
    assert told.item == "op-carbamate"


@pytest.mark.parametrize(
    ("value", "reason"),
    [("50", "positive"), ("99.999", "positive"), ("100", "positive_flat"), ("100.5", "positive_flat")],
)
def test_no_colour_at_all_asks_whether_it_was_mixed(method: MethodPack, value: str, reason: str) -> None:
    assert assay.judge_value(method, Decimal(value)).reason == f"verdict.{reason}"


def test_the_words_of_each_verdict(method: MethodPack) -> None:
    banded = with_band(method, Decimal(40))
    assert assay.judge_value(banded, Decimal("49.96")) == Verdict(
        SUS, "GB/T 5009.199-2003/suspect", "verdict.suspect", {"value": "49.9", "limit": "50", "unit": "%"}
    )
    assert assay.judge_value(banded, Decimal("40.0")).reason == "verdict.suspect"
    assert assay.judge_value(banded, Decimal("39.99")).reason == "verdict.negative"


def test_an_item_that_the_method_does_not_know(method: MethodPack) -> None:
    told = assay.judge_run(method, change("0.5"), change("0.4"), item="iron")
    facts = {"item": "iron", "known": "op-carbamate"}
    assert told.verdict == Verdict(INV, "GB/T 5009.199-2003/item", "verdict.no_item", facts)
    assert (told.item, told.value, told.shown) == ("iron", None, "")


def test_a_county_may_demand_a_positive_control(method: MethodPack) -> None:
    strict = replace(method, controls=(BatchControl.BLANK, BatchControl.POSITIVE))
    for found, reason in ((None, "verdict.no_positive_control"), (NEG, "verdict.positive_control_wrong")):
        told = assay.judge_run(strict, change("0.5"), change("0.1"), positive=found)
        assert told.verdict == Verdict(INV, "GB/T 5009.199-2003/control", reason, {})
    assert assay.judge_run(strict, change("0.5"), change("0.1"), positive=POS).verdict.outcome is POS


def test_no_instrument_reads_a_card(packs: Packs) -> None:
    card = packs.methods["gbt-5009-199-2003-card"]
    with pytest.raises(Unusable) as refused:
        assay.judge_run(card, [], [])
    assert (refused.value.code, refused.value.facts) == ("rules.read_by_eye", {"method": card.rule})


@pytest.mark.parametrize(
    ("value", "unit", "limit", "text"),
    [
        ("49.96", "%", None, "49.9"), ("49.96", "%", "50", "49.9"), ("49.996", "%", "49.99", "49.99"),
        ("0.8999", "", None, "0.89"), ("0.8999", "", "0.9", "0.89"), ("0.8999", "", "0.899", "0.899"),
        ("8.566689", "mg/kg", None, "8.566"), ("0.00049", "mg/kg", "0.0005", "0.0004"),
        ("12", "µg/kg", "5E+1", "12.000"),
        ("-1", "mg/kg", None, "0.000"), ("-1", "", None, "0.00"),
    ],
)  # fmt: skip
def test_shown_has_the_places_of_its_unit_and_of_the_limit(value: str, unit: str, limit: str | None, text: str) -> None:
    assert assay.shown(Decimal(value), unit, None if limit is None else Decimal(limit)) == text


@given(st.decimals("-10", "120", places=6, allow_nan=False), st.decimals("0.5", "99", places=2, allow_nan=False))
def test_what_is_below_a_limit_reads_below_it(value: Decimal, limit: Decimal) -> None:
    assert (Decimal(assay.shown(value, "%", limit)) >= limit) is (value >= limit)


WORDS = {
    NEG: ["negative", "pass", "qualified", "PASS"],
    POS: ["positive", "exceeds", "fail", "unqualified", "Positive"],
    SUS: ["suspect", "suspicious"],
    INV: ["invalid"],
}


@pytest.mark.parametrize("ours", list(Outcome))
@pytest.mark.parametrize(("meant", "word"), [(meant, word) for meant, words in WORDS.items() for word in words])
def test_words_of_instruments(meant: Outcome, word: str, ours: Outcome) -> None:
    assert verdicts_differ(ours, word) is (meant is not ours)
    assert not verdicts_differ(ours, "ok?")
    assert not verdicts_differ(ours, None)


@pytest.mark.parametrize(
    ("sample", "device", "disagrees"),
    [
        ("0.410", "18.283", False), ("0.410", "18.284", True), ("0.410", "17.717", False), ("0.410", "17.716", True),
        ("-0.410", "182.283", False), ("-0.410", "182.284", True), ("0.410", "18.3", False), ("0.410", "18.4", True),
    ],
)  # fmt: skip
def test_how_far_an_analyzer_may_differ(method: MethodPack, sample: str, device: str, disagrees: bool) -> None:
    """0.1 + 100 x (0.0005 + 0.0005 x 0.82) / 0.5 = 0.282 for the digits it did not send, and its own last digit."""
    told = assay.judge_run(method, change("0.500"), [*change(sample), reading("inhibition", device, "%")])
    assert told.disagrees is disagrees
