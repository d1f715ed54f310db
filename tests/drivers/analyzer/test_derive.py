"""Derived values, computed here a second time by other means: floats, fractions, other logarithms."""

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.analyzer.derive import derived
from drivers.analyzer.fields import Row, Value
from drivers.profile.exchange import Delta, Derive, Inhibition, Linear, LogRatio
from drivers.profile.folder import find

INHIBITION = Inhibition(rule="inhibition", control="control", sample="sample")
ABSORBANCE = LogRatio(rule="log_ratio", full="full", sample="sample", digits=5)
DARK = LogRatio(rule="log_ratio", full="full", full_dark="d0", sample="sample", sample_dark="d1", digits=5)
CHANGE = Delta.model_validate({"rule": "delta", "from": "first", "to": "last"})
LINE = Linear(rule="linear", of="x", times="k", plus=Decimal("0.5"))

changes = st.decimals(Decimal(-3), Decimal(3), places=4)
counts = st.integers(1, 1 << 24)


def of(rule: Derive, fields: Mapping[str, Value]) -> Value:
    return derived(Row(fields, b""), {"result": rule}).fields["result"]


@given(changes, changes)
def test_inhibition_is_that_of_exact_fractions(control: Decimal, sample: Decimal) -> None:
    found = of(INHIBITION, {"control": control, "sample": sample})
    if control <= 0:
        assert found is None
        return
    exact = (Fraction(control) - Fraction(sample)) / Fraction(control) * 100
    assert isinstance(found, Decimal)
    assert abs(Fraction(found) - exact) <= Fraction(1, 20_000) * Fraction(100_001, 100_000)


@pytest.mark.parametrize(
    ("control", "sample", "found"),
    [
        ("0.914", "0.570", "37.6368"),  # the published Taiyang cuvettes: shown as 37 %
        ("0.39794", "0.22185", "44.2504"),
        ("0.5", "0.5", "0.0000"),
        ("0.5", "0", "100.0000"),
        ("0.5", "0.6", "-20.0000"),  # negative stays negative
        ("0.5", "-0.1", "120.0000"),
    ],
)
def test_worked_inhibitions(control: str, sample: str, found: str) -> None:
    assert of(INHIBITION, {"control": Decimal(control), "sample": Decimal(sample)}) == Decimal(found)


@pytest.mark.parametrize("control", ["0", "-0.0001", "-1", None])
def test_a_control_that_is_not_above_0_gives_no_number(control: str | None) -> None:
    value = None if control is None else Decimal(control)
    assert of(INHIBITION, {"control": value, "sample": Decimal("0.2")}) is None


def test_a_number_that_nobody_measured_gives_no_number() -> None:
    assert of(INHIBITION, {"control": Decimal("1e-10"), "sample": Decimal("1e300")}) is None
    assert of(INHIBITION, {"control": Decimal(1), "sample": Decimal("-99999999999999999999999.9")}) is None


@given(counts, counts)
def test_absorbance_is_that_of_natural_logarithms(full: int, sample: int) -> None:
    found = of(ABSORBANCE, {"full": full, "sample": sample})
    assert isinstance(found, Decimal)
    assert float(found) == pytest.approx((math.log(full) - math.log(sample)) / math.log(10), abs=5.1e-6)


@given(counts, counts, st.integers(0, 5000), st.integers(0, 5000))
def test_the_dark_count_of_each_reading_is_taken_off(full: int, sample: int, d0: int, d1: int) -> None:
    found = of(DARK, {"full": full, "sample": sample, "d0": d0, "d1": d1})
    if full <= d0 or sample <= d1:
        assert found is None
    else:
        assert isinstance(found, Decimal)
        assert float(found) == pytest.approx(math.log10(full - d0) - math.log10(sample - d1), abs=5.1e-6)


@pytest.mark.parametrize(
    ("full", "sample"), [(1000, 51000), (999, 51000), (51000, 1000), (51000, 900), (None, 51000), (51000, None)]
)
def test_no_light_gives_no_number(full: int | None, sample: int | None) -> None:
    assert of(DARK, {"full": full, "sample": sample, "d0": 1000, "d1": 1000}) is None


@given(changes, changes)
def test_a_change_is_the_last_minus_the_first(first: Decimal, last: Decimal) -> None:
    assert of(CHANGE, {"first": first, "last": last}) == last - first


@given(changes, changes)
def test_a_line(x: Decimal, k: Decimal) -> None:
    found = of(LINE, {"x": x, "k": k})
    assert isinstance(found, Decimal)
    assert Fraction(found) == Fraction(x) * Fraction(k) + Fraction(1, 2)


def test_a_missing_operand_makes_a_missing_value_and_an_absent_one_none() -> None:
    assert of(CHANGE, {"first": None, "last": Decimal(1)}) is None
    assert of(CHANGE, {"first": "0.3", "last": Decimal(1)}) is None  # text is no number
    assert "result" not in derived(Row({"last": Decimal(1)}, b""), {"result": CHANGE}).fields


def test_a_rule_may_use_the_values_of_those_before_it() -> None:
    """A whole run of the DY-3500 in floats: blank 50 000 counts of light, control 25 000 to 10 000."""
    fields: dict[str, Value] = {
        f"{name}.{key}": value + 1000
        for name, net in (("full", 50_000), ("first", 25_000), ("last", 10_000))
        for key, value in (("led410", net), ("dark", 0))
    }
    found = derived(Row(fields, b""), find("dayuan-dy3500").derive).fields
    assert (found["at_first"], found["at_last"]) == (Decimal("0.30103"), Decimal("0.69897"))
    assert found["change"] == Decimal(f"{math.log10(25_000 / 10_000):.5f}")
