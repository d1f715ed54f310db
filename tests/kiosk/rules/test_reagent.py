"""A reagent lot folded from the log, and every reason not to use it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.rules.quality_control.reagent import (
    WHOLE,
    InUse,
    State,
    kit,
    reagent_rulings,
)
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.testing.methods import ReagentLife
from tests.support.quality import BEIJING, EIGHT, in_use, life, same

MINUTE, HOUR, DAY, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
GOOD = State("E1", "m", "2030-01", opened=EIGHT)
CURVE = {"k": "0.287", "b": "0.004", "low": "0", "high": "4", "wavelength": "540"}


def rulings(state: State | None, one: ReagentLife | None = None, at: datetime = EIGHT, used: int = 0) -> list[Ruling]:
    return list(reagent_rulings(in_use(state, one, used=used), "m", at))


def test_a_good_reagent() -> None:
    assert rulings(GOOD, life(days=4, out_minutes=60, thaws=3), EIGHT + HOUR) == []


def test_lot_unknown() -> None:
    said = stop("reagent/lot_unknown", "reagent.lot_unknown", reagent="enzyme")
    same(reagent_rulings(in_use(None, lot=""), "m", EIGHT), said)
    same(reagent_rulings(in_use(GOOD, lot=""), "m", EIGHT), said)


def test_lot_not_registered() -> None:
    same(rulings(None), stop("reagent/unregistered", "reagent.unregistered", lot="E1"))


def test_another_method() -> None:
    said = stop("reagent/other_method", "reagent.other_method", lot="E1", belongs="n", method="m")
    same(rulings(replace(GOOD, method="n")), said)
    assert rulings(replace(GOOD, method="")) == []


def test_used_up() -> None:
    same(rulings(replace(GOOD, used_up=True)), stop("reagent/used_up", "reagent.used_up", lot="E1"))
    counted = replace(GOOD, used_up=True, curve={"uses": "1"})
    same(rulings(counted, used=5), stop("reagent/used_up", "reagent.used_up", lot="E1"))


@pytest.mark.parametrize(("used", "over"), [(0, False), (95, False), (96, True), (97, True)])
def test_uses(used: int, over: bool) -> None:
    said = stop("reagent/no_uses", "reagent.no_uses", lot="E1", limit="96", used=str(used))
    same(rulings(replace(GOOD, curve={"uses": "96"}), used=used), *([said] if over else []))


@pytest.mark.parametrize("uses", ["", "many", "9.5", "-3", "٣"])
def test_uses_that_are_no_number(uses: str) -> None:
    assert State("E1", curve={"uses": uses}).uses is None
    assert State("E1").uses is None


@pytest.mark.parametrize(
    ("expires", "now", "over"),
    [
        ("2026-11-22", datetime(2026, 11, 22, 23, 59, 59, tzinfo=BEIJING), ""),
        ("2026-11-22", datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), ""),
        ("2026-11-22", datetime(2026, 11, 23, tzinfo=BEIJING), "2026-11-23"),
        ("2026-11-22", datetime(2026, 11, 22, 16, tzinfo=UTC), "2026-11-23"),
        ("2028-02-29", datetime(2028, 2, 29, 23, tzinfo=BEIJING), ""),
        ("2028-02-29", datetime(2028, 3, 1, tzinfo=BEIJING), "2028-03-01"),
    ],
)
def test_expiry(expires: str, now: datetime, over: str) -> None:
    said = [stop("reagent/expired", "reagent.expired", lot="E1", limit=expires, today=over)] if over else []
    same(rulings(replace(GOOD, expires=expires), at=now), *said)


def test_expiry_of_a_month() -> None:
    said = stop("reagent/expired", "reagent.expired", lot="E1", limit="2026-10-31", today="2026-11-22")
    same(rulings(replace(GOOD, expires="2026-10")), said)


@pytest.mark.parametrize("expires", ["", "soon", "2027-02-29"])
def test_expiry_unknown(expires: str) -> None:
    same(rulings(replace(GOOD, expires=expires)), warn("reagent/expiry_unknown", "reagent.expiry_unknown", lot="E1"))


def test_not_opened() -> None:
    said = stop("reagent/not_opened", "reagent.not_opened", reagent="enzyme", lot="E1")
    same(rulings(replace(GOOD, opened=None), life(days=4)), said)
    assert rulings(replace(GOOD, opened=None), life(out_minutes=9)) == []


def test_opened_too_long_ago() -> None:
    facts = {"reagent": "enzyme", "lot": "E1", "opened": "2026-11-22 08:00", "days": "4"}
    enzyme = life(days=4)
    assert rulings(GOOD, enzyme, EIGHT + 4 * DAY) == []
    assert rulings(GOOD, enzyme, (EIGHT + 4 * DAY).astimezone(UTC)) == []
    same(rulings(GOOD, enzyme, EIGHT + 4 * DAY + SECOND), stop("reagent/opened_long", "reagent.opened_long", **facts))


def test_days_count_over_a_leap_day() -> None:
    opened = datetime(2028, 2, 26, 8, tzinfo=BEIJING)
    state, enzyme = replace(GOOD, opened=opened), life(days=4)
    assert rulings(state, enzyme, datetime(2028, 3, 1, 8, tzinfo=BEIJING)) == []
    late = rulings(state, enzyme, datetime(2028, 3, 1, 8, 0, 1, tzinfo=BEIJING))
    assert [one.rule for one in late] == ["reagent/opened_long"]


def test_thawed_too_often() -> None:
    said = stop("reagent/thawed", "reagent.thawed", reagent="enzyme", lot="E1", thaws="4", limit="3")
    same(rulings(replace(GOOD, thaws=4), life(thaws=3)), said)
    assert rulings(replace(GOOD, thaws=3), life(thaws=3)) == []
    assert rulings(replace(GOOD, thaws=99), life()) == []


def test_out_of_the_fridge_too_long() -> None:
    warm, limit = replace(GOOD, out=30 * MINUTE, warm_since=EIGHT), life(out_minutes=60)
    said = stop("reagent/out_long", "reagent.out_long", reagent="enzyme", lot="E1", minutes="61", limit="60")
    assert rulings(warm, limit, EIGHT + 30 * MINUTE) == []
    same(rulings(warm, limit, EIGHT + 30 * MINUTE + SECOND), said)
    assert rulings(replace(GOOD, out=60 * MINUTE), limit, EIGHT + 9 * HOUR) == []
    same(rulings(replace(GOOD, out=61 * MINUTE), limit, EIGHT + 9 * HOUR), said)
    assert rulings(replace(GOOD, out=99 * HOUR), life(), EIGHT + 9 * HOUR) == []


UNCLEAR = stop("reagent/unclear", "reagent.unclear", reagent="enzyme", lot="E1")


@pytest.mark.parametrize("one", [life(days=4), life(out_minutes=60), life(thaws=3)])
def test_unclear_times(one: ReagentLife) -> None:
    same(rulings(replace(GOOD, unclear=True), one), UNCLEAR)
    same(rulings(GOOD, one, EIGHT - SECOND), UNCLEAR)
    same(rulings(replace(GOOD, warm_since=EIGHT + SECOND), one), UNCLEAR)
    assert rulings(replace(GOOD, warm_since=EIGHT), one) == []


def test_unclear_times_do_not_matter_to_what_has_no_life() -> None:
    assert rulings(replace(GOOD, unclear=True)) == []
    assert rulings(GOOD, life(), EIGHT - SECOND) == []


def test_curve() -> None:
    def asked(curve: dict[str, str]) -> list[Ruling]:
        return list(reagent_rulings(in_use(replace(GOOD, curve=curve)), "m", EIGHT, curve=True))

    assert asked(CURVE) == []
    said = stop("reagent/no_curve", "reagent.no_curve", lot="E1", missing="b, high")
    same(asked({"k": "1", "low": "0", "high": "", "wavelength": "540"}), said)
    nothing = stop("reagent/no_curve", "reagent.no_curve", lot="E1", missing="k, b, low, high, wavelength")
    same(asked({}), nothing)
    assert list(reagent_rulings(in_use(GOOD), "m", EIGHT)) == []


def test_all_that_is_wrong_is_told() -> None:
    bad = State("E1", "n", "2026-10", opened=EIGHT - 9 * DAY, thaws=9, out=9 * HOUR, used_up=True)
    found = reagent_rulings(in_use(bad, life(days=4, out_minutes=60, thaws=3)), "m", EIGHT, curve=True)
    clauses = ["other_method", "used_up", "expired", "opened_long", "thawed", "out_long", "no_curve"]
    assert [one.rule for one in found] == [f"reagent/{clause}" for clause in clauses]


def test_a_kit_of_one_lot() -> None:
    enzyme, substrate = life("enzyme"), life("substrate")
    assert kit([enzyme, substrate], "E1", GOOD, 3) == (InUse(enzyme, "E1", GOOD, 3), InUse(substrate, "E1", GOOD, 3))
    assert kit((), "E1", None) == (InUse(WHOLE, "E1", None, 0),) == (InUse(WHOLE, "E1", None),)
    same(
        reagent_rulings(kit((), "", None)[0], "m", EIGHT),
        stop("reagent/lot_unknown", "reagent.lot_unknown", reagent="kit"),
    )
    assert list(reagent_rulings(kit((), "E1", replace(GOOD, opened=None, unclear=True))[0], "m", EIGHT)) == []
