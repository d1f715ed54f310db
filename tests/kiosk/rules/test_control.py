"""Blank, positive control, batch controls, channels, calibration and room: every refusal word for word."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.messages import Control, Outcome
from kiosk.rules.quality_control import control as rules
from kiosk.rules.quality_control import instrument
from kiosk.rules.quality_control.control import Around, Blank
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.testing.methods import BatchControl
from tests.support.quality import EIGHT, around, control, curve, packs, rate, same, settings

HALF = Decimal("0.5")
BOTH = (BatchControl.BLANK, BatchControl.POSITIVE)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def blank_of(of_blank: Around, sample: Around, value: Decimal | None = HALF) -> tuple[Ruling, ...]:
    return rules.blank_rulings(Blank(of_blank, value), sample, rate(), settings())


def test_a_good_blank() -> None:
    assert blank_of(around(), around("3:59:59")) == ()


def test_no_blank() -> None:
    same(rules.blank_rulings(None, around(), rate(), settings()), stop("control/no_blank", "control.no_blank"))


def test_another_run() -> None:
    told = stop("control/blank_other_run", "control.blank_other_run")
    same(blank_of(around(run="r0", session="p0", lot="E0"), around()), told)


@pytest.mark.parametrize(
    "old", [around(session="p0", lot="E0"), around(boot="b0", lot="E0"), around("9:00:00", boot="b0")]
)
def test_a_restart_between(old: Around) -> None:
    same(blank_of(old, around()), stop("control/blank_restarted", "control.blank_restarted"))


def test_another_lot() -> None:
    told = stop("control/blank_other_lot", "control.blank_other_lot", blank="E1", sample="E2")
    same(blank_of(around(), around(lot="E2")), told)


@pytest.mark.parametrize(
    ("apart", "minutes"), [("4:00:00.000001", "241"), ("4:00:01", "241"), ("4:01:00", "241"), ("4:01:01", "242")]
)
def test_an_old_blank(apart: str, minutes: str) -> None:
    told = stop("control/blank_old", "control.blank_old", minutes=minutes, limit="4")
    same(blank_of(around(), around(apart)), told)
    same(blank_of(around(apart), around()), told)
    assert blank_of(around(), around("4:00:00")) == ()
    assert blank_of(around("4:00:00"), around()) == ()


def test_the_sleep_of_the_box_ages_a_blank() -> None:
    told = stop("control/blank_old", "control.blank_old", minutes="241", limit="4")
    same(blank_of(around(), around("3:00:00", asleep="1:00:01")), told)
    same(blank_of(around(asleep="1:00:01"), around("0:00:00", asleep="5:00:02")), told)
    assert blank_of(around(), around("3:00:00", asleep="1:00:00")) == ()


def test_the_wall_clock_does_not_age_a_blank() -> None:
    sample = around("1:00:00")
    jumped = replace(sample, when=replace(sample.when, at=EIGHT + 400 * DAY))
    assert blank_of(around(), jumped) == ()


@pytest.mark.parametrize(("then", "apart"), [("27.1", "2.1"), ("22.9", "2.1"), ("-5", "30")])
def test_drift(then: str, apart: str) -> None:
    told = stop("control/blank_drift", "control.blank_drift", value=apart, limit="2")
    same(blank_of(around(temperature="25"), around(temperature=then)), told)


@pytest.mark.parametrize(("first", "then"), [("25", "27"), ("25", "23"), ("", "40"), ("40", "")])
def test_no_drift(first: str, then: str) -> None:
    assert blank_of(around(temperature=first), around(temperature=then)) == ()


@pytest.mark.parametrize(
    ("value", "clause", "limit"),
    [("0.2999", "blank_weak", "0.3"), ("-0.1", "blank_weak", "0.3"), ("0.8001", "blank_strong", "0.8")],
)
def test_a_blank_outside_the_window(value: str, clause: str, limit: str) -> None:
    told = stop(f"control/{clause}", f"control.{clause}", value=value, limit=limit)
    same(blank_of(around(), around(), Decimal(value)), told)


@pytest.mark.parametrize("value", ["0.3", "0.30", "0.55", "0.8"])
def test_a_blank_inside_the_window(value: str) -> None:
    assert blank_of(around(), around(), Decimal(value)) == ()


def test_a_method_without_upper_limit() -> None:
    method = replace(rate(), how=replace(rate().rate, blank_max=None))
    assert rules.value_ruling(Decimal(9), method) is None


def test_a_blank_without_value() -> None:
    same(blank_of(around(), around(), None), stop("control/blank_unread", "control.blank_unread"))


def test_the_reagent_blank_of_a_curve() -> None:
    told = stop("control/reagent_blank", "control.reagent_blank", value="0.11", limit="0.1")
    same([rules.value_ruling(Decimal("0.11"), curve(Decimal("0.1")))], told)
    assert rules.value_ruling(Decimal("0.1"), curve(Decimal("0.1"))) is None
    assert rules.value_ruling(Decimal(9), curve()) is None


def test_a_blank_that_has_no_limits() -> None:
    assert rules.value_ruling(Decimal(9), packs().methods["kj-201701"]) is None


def test_all_that_is_wrong_is_told() -> None:
    found = blank_of(around(lot="E0", temperature="20"), around("5:00:00"), Decimal("0.1"))
    clauses = ["blank_other_lot", "blank_old", "blank_drift", "blank_weak"]
    assert [one.rule for one in found] == [f"control/{clause}" for clause in clauses]


def test_card() -> None:
    assert rules.card_ruling(Outcome.NEGATIVE) is None
    same([rules.card_ruling(None)], stop("control/no_blank_card", "control.no_blank_card"))


@pytest.mark.parametrize("outcome", [Outcome.POSITIVE, Outcome.SUSPECT, Outcome.INVALID])
def test_a_card_that_is_not_blue(outcome: Outcome) -> None:
    same([rules.card_ruling(outcome)], stop("control/blank_card_pale", "control.blank_card_pale"))


def test_a_good_batch() -> None:
    assert rules.batch_rulings(Outcome.NEGATIVE, Outcome.POSITIVE, BOTH) == ()
    assert rules.batch_rulings(Outcome.INVALID, Outcome.INVALID, ()) == ()


def test_a_batch_without_its_controls() -> None:
    no_blank = stop("control/no_batch_blank", "control.no_batch_blank")
    no_spiked = stop("control/no_spiked", "control.no_spiked")
    same(rules.batch_rulings(None, None, BOTH), no_blank, no_spiked)
    same(rules.batch_rulings(None, None, (BatchControl.BLANK,)), no_blank)
    same(rules.batch_rulings(None, None, (BatchControl.POSITIVE,)), no_spiked)


@pytest.mark.parametrize("blank", [Outcome.POSITIVE, Outcome.SUSPECT, Outcome.INVALID])
@pytest.mark.parametrize("spiked", [Outcome.NEGATIVE, Outcome.SUSPECT, Outcome.INVALID])
def test_a_batch_whose_controls_failed(blank: Outcome, spiked: Outcome) -> None:
    told = (stop("control/batch_blank", "control.batch_blank"), stop("control/spiked", "control.spiked"))
    same(rules.batch_rulings(blank, spiked, BOTH), *told)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_positive_control(outcome: Outcome) -> None:
    worked = outcome is Outcome.POSITIVE
    same(
        [rules.positive_ruling(outcome)],
        *([] if worked else [stop("control/positive_failed", "control.positive_failed")]),
    )


def positive(log: list[tuple[datetime, Control]], at: datetime) -> list[Ruling | None]:
    return [rules.positive_standing(log, at, settings())]


def test_never_a_positive_control() -> None:
    told = warn("control/positive_never", "control.positive_never", days="7")
    same(positive([], EIGHT), told)
    same(positive([(EIGHT, control("drift"))], EIGHT), told)


def test_when_a_positive_control_is_due() -> None:
    log = [(EIGHT, control())]
    told = warn("control/positive_due", "control.positive_due", when="2026-11-22 08:00", days="7")
    assert positive(log, EIGHT) == [None]
    assert positive(log, EIGHT + 7 * DAY) == [None]
    same(positive(log, EIGHT + 7 * DAY + SECOND), told)
    same(positive(log, EIGHT - SECOND), told)
    assert positive(log, (EIGHT + 7 * DAY).astimezone(UTC)) == [None]


def test_a_positive_control_that_failed() -> None:
    told = stop("control/positive_open", "control.positive_open", when="2026-11-22 08:00")
    failed, worked = (EIGHT, control(passed=False)), (EIGHT, control())
    same(positive([worked, failed], EIGHT), told)
    same(positive([worked, failed, (EIGHT, control("blank"))], EIGHT + 99 * DAY), told)
    assert positive([failed, worked], EIGHT) == [None]


def test_the_last_control_is_the_last_of_the_log() -> None:
    log = [(EIGHT + DAY, control()), (EIGHT, control(passed=False)), (EIGHT, control("drift"))]
    assert rules.last_control(log, "positive") == log[1]
    assert rules.last_control(log, "calibration") is None


def test_since_when_results_are_in_doubt() -> None:
    days = [EIGHT + number * DAY for number in range(4)]

    def log(passed: str) -> list[tuple[datetime, Control]]:
        marks = zip(days, passed, strict=False)
        return [(at, control(passed=mark == "+")) for at, mark in marks] + [(days[3], control("drift", passed=False))]

    doubt = {
        "": None,
        "+": None,
        "-": days[0],
        "+-": days[0],
        "++-": days[1],
        "+--": days[0],
        "--": days[0],
        "-+": None,
    }
    assert {passed: rules.doubtful_since(log(passed)) for passed in doubt} == doubt


def test_channels_apart() -> None:
    changes = {1: Decimal("0.50"), 4: Decimal("0.48"), 2: Decimal("0.531")}
    told = stop("control/channels", "control.channels", low="4", high="2", value="0.051", limit="0.05")
    same([rules.drift_ruling(changes, settings())], told)
    assert rules.drift_ruling(changes | {2: Decimal("0.53")}, settings()) is None
    assert rules.drift_ruling({}, settings()) is None
    assert rules.drift_ruling({1: Decimal(9)}, settings()) is None
    assert rules.drift_ruling({1: Decimal(9), 2: Decimal(1)}, settings()) is not None


def test_channels_that_failed_before() -> None:
    failed, passed = (EIGHT, control("drift", passed=False)), (EIGHT, control("drift"))
    told = stop("control/channels_open", "control.channels_open", when="2026-11-22 08:00")
    same([rules.channels_standing([passed, failed, (EIGHT, control())])], told)
    assert rules.channels_standing([failed, passed]) is None
    assert rules.channels_standing([]) is None
    assert rules.channels_standing([(EIGHT, control(passed=False))]) is None


CALIBRATED = date(2027, 3, 1)
DUE = {"due": "2028-02-29", "last": "2028-03-30"}


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2028, 2, 29), []),
        (CALIBRATED, []),
        (date(2028, 3, 1), [warn("control/calibration_due", "control.calibration_due", left="29", **DUE)]),
        (date(2028, 3, 30), [warn("control/calibration_due", "control.calibration_due", left="0", **DUE)]),
        (date(2028, 3, 31), [stop("control/calibration_over", "control.calibration_over", **DUE)]),
        (date(2027, 2, 28), [warn("control/calibration_unknown", "control.calibration_unknown")]),
    ],
)
def test_calibration(today: date, told: list[Ruling]) -> None:
    same([instrument.calibration_ruling(CALIBRATED, today, settings())], *told)


def test_calibration_unknown() -> None:
    told = warn("control/calibration_unknown", "control.calibration_unknown")
    same([instrument.calibration_ruling(None, CALIBRATED, settings())], told)
    assert instrument.due_day(CALIBRATED, settings()) == date(2028, 2, 29)


def room(temperature: str | None, humidity: str | None) -> tuple[Ruling, ...]:
    values = [None if value is None else Decimal(value) for value in (temperature, humidity)]
    return instrument.ambient_rulings(values[0], values[1], settings())


@pytest.mark.parametrize(("temperature", "humidity"), [("15", "85"), ("35", "0"), ("25", "60")])
def test_a_good_room(temperature: str, humidity: str) -> None:
    assert room(temperature, humidity) == ()


def test_a_bad_room() -> None:
    same(room("14.9", "60"), warn("control/cold", "control.cold", value="14.9", limit="15"))
    same(room("35.1", "60"), warn("control/hot", "control.hot", value="35.1", limit="35"))
    same(room("25", "85.1"), warn("control/damp", "control.damp", value="85.1", limit="85"))


def test_what_is_not_measured_is_said_once() -> None:
    none = warn("control/no_thermometer", "control.no_thermometer")
    same(room(None, None), none)
    same(room(None, "60"), none)
    same(room(None, "90"), none, warn("control/damp", "control.damp", value="90", limit="85"))
    same(room("25", None), warn("control/no_hygrometer", "control.no_hygrometer"))


def test_clock() -> None:
    same([instrument.clock_ruling(trusted=False)], warn("control/clock", "control.clock"))
    assert instrument.clock_ruling(trusted=True) is None


@given(st.decimals(-2, 3, places=4))
def test_a_blank_counts_exactly_in_its_window(value: Decimal) -> None:
    assert (rules.value_ruling(value, rate()) is None) == (Decimal("0.3") <= value <= Decimal("0.8"))
