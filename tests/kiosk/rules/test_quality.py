"""The two questions of the station: may a run begin, and may its readings count."""

import ast
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.rules.messages import Outcome
from kiosk.rules.quality_control import control, instrument, quality, reagent, timing, tubes
from kiosk.rules.quality_control.control import Blank
from kiosk.rules.quality_control.quality import Readout, RunFacts, after_run, before_run
from kiosk.rules.quality_control.reagent import State
from kiosk.rules.quality_control.timing import Timer
from kiosk.rules.ruling import stop, warn
from kiosk.rules.testing.methods import BatchControl
from tests.support.quality import (
    EIGHT,
    around,
    curve,
    in_use,
    life,
    moment,
    packs,
    rate,
    same,
    settings,
    step,
    tube,
    words,
)
from tests.support.quality import control as a_control

METHOD = rate().rule
GOOD = State("E1", METHOD, "2030-01", opened=EIGHT)
READY = RunFacts(
    rate(), settings(), EIGHT, trusted=True, reagents=(in_use(GOOD, life(days=4)),),
    controls=((EIGHT, a_control()),), calibrated=date(2026, 11, 1), temperature=Decimal(25), humidity=Decimal(60),
)  # fmt: skip
STEP, OWN = step("incubate", 900, None), step("read", 180, 200)
AT_END = "0:20:00"
DONE = Timer(STEP, moment(), moment("0:15:00"))
READ = Readout(
    rate(), settings(), started=moment(), sample=around(AT_END), blank=Blank(around(AT_END), Decimal("0.5")),
    steps=(STEP,), timers=(DONE,), own_steps=(OWN,), tubes=(tube(),), channels=(2,),
)  # fmt: skip
STRIP = packs().methods["kj-201701"]
CARD = packs().methods["gbt-5009-199-2003-card"]
ROOM = (timing, control, instrument, reagent, tubes, quality)


def test_a_run_may_begin() -> None:
    assert before_run(READY) == ()


def test_everything_is_asked_before_a_run_and_stops_come_first() -> None:
    facts = replace(
        READY,
        trusted=False,
        reagents=(in_use(replace(GOOD, expires="2026-10")), in_use(GOOD, life("substrate", thaws=0))),
        controls=((EIGHT, a_control("drift", passed=False)),),
        calibrated=None,
        temperature=None,
        humidity=Decimal(90),
    )
    names = [one.rule for one in before_run(facts)]
    assert names == [
        "control/channels_open",
        "reagent/expired",
        "control/clock",
        "control/calibration_unknown",
        "control/no_thermometer",
        "control/damp",
        "control/positive_never",
    ]


def test_calibration_is_judged_by_the_day_in_china() -> None:
    due = replace(READY, calibrated=date(2025, 11, 22), at=EIGHT - timedelta(hours=8, seconds=1))
    assert "control/calibration_due" not in [one.rule for one in before_run(due)]
    over = replace(READY, calibrated=date(2025, 11, 22), at=EIGHT + timedelta(hours=16))
    assert "control/calibration_due" in [one.rule for one in before_run(over)]


def test_a_run_without_reagents_is_a_run_with_an_unknown_lot() -> None:
    told = stop("reagent/lot_unknown", "reagent.lot_unknown", reagent="kit")
    same(before_run(replace(READY, reagents=())), told)


def test_what_two_reagents_of_one_lot_share_is_told_once() -> None:
    expired = replace(GOOD, expires="2026-10")
    told = stop("reagent/expired", "reagent.expired", lot="E1", limit="2026-10-31", today="2026-11-22")
    same(before_run(replace(READY, reagents=(in_use(expired), in_use(expired, life("substrate"))))), told)


def test_a_reagent_of_another_method() -> None:
    found = before_run(replace(READY, reagents=(in_use(replace(GOOD, method="NY/T 448-2001")),)))
    assert [one.rule for one in found] == ["reagent/other_method"]


def test_only_a_curve_method_asks_for_a_curve() -> None:
    state = replace(GOOD, method=curve().rule)
    found = before_run(replace(READY, method=curve(), reagents=(in_use(state),)))
    assert [one.rule for one in found] == ["reagent/no_curve"]


def test_a_positive_control_in_each_batch_needs_no_weekly_one() -> None:
    assert BatchControl.POSITIVE in STRIP.controls
    state = replace(GOOD, method=STRIP.rule)
    assert before_run(replace(READY, method=STRIP, controls=(), reagents=(in_use(state),))) == ()
    found = before_run(replace(READY, controls=()))
    assert [one.rule for one in found] == ["control/positive_never"]


def test_readings_may_count() -> None:
    assert after_run(READ) == ()


def test_a_late_record_of_a_run_that_was_given_up() -> None:
    late = replace(READ, started=moment("0:17:00.000001"), steps=(), timers=())
    same(after_run(late), stop("timing/too_soon", "timing.too_soon", waited="179", least="180"))
    assert after_run(replace(late, started=moment("0:17:00"))) == ()


def test_a_power_cut_is_told_once() -> None:
    cut = replace(READ, started=moment(boot="b0"), steps=(STEP, OWN))
    same(after_run(cut), stop("timing/restarted", "timing.restarted", started="2026-11-22 08:00"))
    late = replace(cut, started=moment("0:19:00", boot="b0"))
    assert [one.rule for one in after_run(late)] == ["timing/restarted"]


def test_a_step_that_was_not_done() -> None:
    same(after_run(replace(READ, timers=())), stop("timing/skipped", "timing.skipped", step="incubate", least="900"))


def test_a_run_needs_its_blank() -> None:
    same(after_run(replace(READ, blank=None)), stop("control/no_blank", "control.no_blank"))


def test_a_curve_needs_its_blank_too() -> None:
    method = replace(curve(Decimal("0.1")), controls=(BatchControl.BLANK, BatchControl.POSITIVE))
    found = after_run(replace(READ, method=method, blank=Blank(around(AT_END), Decimal("0.2"))))
    assert [one.rule for one in found] == ["control/reagent_blank", "control/no_spiked"]


def test_blanks_in_several_channels() -> None:
    apart = stop("control/channels", "control.channels", low="1", high="2", value="0.1", limit="0.05")
    same(after_run(replace(READ, blanks={1: Decimal("0.5"), 2: Decimal("0.6")})), apart)


def test_a_card_needs_a_blue_blank_card() -> None:
    card = replace(READ, method=CARD, blank=None)
    same(after_run(card), stop("control/no_blank_card", "control.no_blank_card"))
    assert after_run(replace(card, blank_outcome=Outcome.NEGATIVE)) == ()
    spiked = replace(card, method=replace(CARD, controls=tuple(BatchControl)), blank_outcome=Outcome.NEGATIVE)
    same(after_run(spiked), stop("control/no_spiked", "control.no_spiked"))
    assert after_run(replace(spiked, spiked=Outcome.POSITIVE)) == ()


def test_a_strip_needs_its_batch() -> None:
    strip = replace(READ, method=STRIP, blank=None, blank_outcome=Outcome.POSITIVE)
    told = (stop("control/batch_blank", "control.batch_blank"), stop("control/no_spiked", "control.no_spiked"))
    same(after_run(strip), *told)
    assert after_run(replace(strip, blank_outcome=Outcome.NEGATIVE, spiked=Outcome.POSITIVE)) == ()


def test_a_result_without_a_tube_and_warnings_last() -> None:
    cold = replace(STEP, low=Decimal(36))
    timer = replace(DONE, step=cold, temperature=Decimal(20))
    unbound = stop("tube/unbound", "tube.unbound", channel="3")
    warned = warn("timing/cold", "timing.cold", step="incubate", value="20", limit="36")
    same(after_run(replace(READ, steps=(cold,), timers=(timer,), channels=(2, 3))), unbound, warned)


def literals(prefix: str) -> set[str]:
    names = [Path(str(module.__file__)) for module in ROOM]
    trees = [ast.parse(name.read_text(encoding="utf-8")) for name in names]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {node.value for node in nodes if isinstance(node.value, str) and node.value.startswith(prefix)}


@pytest.mark.parametrize("room", ["control", "timing", "reagent", "tube"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_is_used_and_known(room: str, language: str) -> None:
    known = {key for key in words(language)._sentences if key.startswith(f"{room}.")}
    names = {key for key in known if key.startswith(("reagent.name.", "timing.step."))}
    assert literals(f"{room}.") == known - names


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_and_reagent_of_a_pack_has_a_name(language: str) -> None:
    methods = packs().methods.values()
    keys = {f"timing.step.{one.id}" for method in methods for one in method.steps}
    keys |= {f"reagent.name.{one.id}" for method in methods for one in (*method.reagents, reagent.WHOLE)}
    assert [key for key in sorted(keys) if not words(language).knows(key)] == []
