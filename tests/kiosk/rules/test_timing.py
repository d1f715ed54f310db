"""A timer by its window, and everything that makes nobody know how long it took."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.errors import Unreadable, Unusable
from kiosk.rules.quality_control.timing import (
    Checked,
    Moment,
    Phase,
    Timer,
    checked,
    day_of,
    ended,
    interrupted,
    minute,
    moment_from,
    started,
    step_rulings,
    timer_ruling,
    too_soon,
)
from kiosk.rules.ruling import stop, warn
from kiosk.rules.testing.methods import TimedStep
from tests.support.quality import BEIJING, EIGHT, moment, same, span, step

STEP = step("react", 180, 600)
OPEN_ENDED = step("stand", 120, None)
EARLIEST, LATEST = "0:03:00", "0:10:00"
RESTARTED = stop("timing/restarted", "timing.restarted", started="2026-11-22 08:00")


def slept(seconds: str) -> Moment:
    return moment("0:05:00", asleep=seconds)


@pytest.mark.parametrize(
    ("passed", "phase", "left"),
    [
        ("0:00:00", Phase.EARLY, 180),
        ("0:00:00.000001", Phase.EARLY, 180),
        ("0:00:01", Phase.EARLY, 179),
        ("0:02:59", Phase.EARLY, 1),
        ("0:02:59.999999", Phase.EARLY, 1),
        (EARLIEST, Phase.OPEN, 420),
        ("0:03:00.000001", Phase.OPEN, 420),
        ("0:09:59", Phase.OPEN, 1),
        (LATEST, Phase.OPEN, 0),
        ("0:10:00.000001", Phase.MISSED, 0),
        ("0:10:01", Phase.MISSED, 0),
    ],
)
def test_window(passed: str, phase: Phase, left: int) -> None:
    assert checked(started(STEP, moment()), moment(passed)) == Checked(phase, left)


@pytest.mark.parametrize(
    ("passed", "told"),
    [
        ("0:01:59", Checked(Phase.EARLY, 1)),
        ("0:02:00", Checked(Phase.OPEN, None)),
        ("99:00:00", Checked(Phase.OPEN, None)),
    ],
)
def test_window_without_an_end(passed: str, told: Checked) -> None:
    assert checked(started(OPEN_ENDED, moment()), moment(passed)) == told


def test_broken_timer_has_nothing_left() -> None:
    assert checked(started(STEP, moment()), moment(EARLIEST, boot="b2")) == Checked(Phase.BROKEN, 0)


def test_ended_timer_stands_still() -> None:
    timer = ended(started(STEP, moment()), moment("0:04:00"), Decimal(37))
    assert timer == Timer(STEP, moment(), moment("0:04:00"), Decimal(37))
    assert ended(timer, moment("0:05:00"), Decimal(20)) is timer
    assert checked(timer, moment("5:00:00")) == Checked(Phase.OPEN, 360)
    assert checked(timer, moment("5:00:00", boot="b2")) == Checked(Phase.OPEN, 360)


def test_a_timer_is_not_broken_by_the_wall_clock() -> None:
    now = replace(moment(EARLIEST), at=EIGHT - timedelta(days=900))
    assert interrupted(moment(), now) is None
    assert timer_ruling(started(STEP, moment()), now) is None


def test_another_start_of_the_box() -> None:
    same([interrupted(moment(), moment(EARLIEST, boot="b2"))], RESTARTED)
    same([interrupted(moment("0:00:01"), replace(moment("0:00:01"), uptime=timedelta(hours=1)))], RESTARTED)
    assert interrupted(moment(), moment()) is None


def test_a_sleeping_box() -> None:
    told = stop("timing/suspended", "timing.suspended", started="2026-11-22 08:00", slept="1")
    same([interrupted(moment(), slept("0:00:01"))], told)
    same([interrupted(moment(), slept("0:00:01.5"))], stop(told.rule, told.say.key, **told.say.facts | {"slept": "2"}))
    assert interrupted(moment(), slept("0:00:00.999999")) is None
    assert interrupted(moment(asleep="2:00:00"), slept("2:00:00.5")) is None
    same([interrupted(moment(asleep="2:00:00"), slept("2:00:01"))], told)


def test_ending_too_early() -> None:
    facts = {"step": "react", "least": "180"}
    told = stop("timing/early", "timing.early", passed="179", left="1", **facts)
    same([timer_ruling(started(STEP, moment()), moment("0:02:59.9"))], told)
    assert timer_ruling(started(STEP, moment()), moment(EARLIEST)) is None


def test_ending_too_late() -> None:
    told = stop("timing/missed", "timing.missed", step="react", most="600", passed="600")
    assert timer_ruling(started(STEP, moment()), moment(LATEST)) is None
    same([timer_ruling(started(STEP, moment()), moment("0:10:00.5"))], told)
    late = ended(started(STEP, moment()), moment("0:10:01"))
    same([timer_ruling(late, moment("0:10:01", boot="b2"))], stop(told.rule, told.say.key, **late_by("601")))


def late_by(passed: str) -> dict[str, str]:
    return {"step": "react", "most": "600", "passed": passed}


def test_a_broken_timer_says_why() -> None:
    same([timer_ruling(started(STEP, moment()), moment(EARLIEST, boot="b2"))], RESTARTED)


def done(what: TimedStep, passed: str, temperature: Decimal | None = None) -> Timer:
    return ended(started(what, moment()), moment(passed), temperature)


def test_every_step_in_its_window() -> None:
    timers = [done(STEP, EARLIEST), done(OPEN_ENDED, "0:02:00")]
    assert step_rulings([STEP, OPEN_ENDED], timers, moment("1:00:00")) == ()
    assert step_rulings([], timers, moment("1:00:00")) == ()


def test_a_step_that_nobody_timed() -> None:
    told = stop("timing/skipped", "timing.skipped", step="stand", least="120")
    same(step_rulings([STEP, OPEN_ENDED], [done(STEP, EARLIEST)], moment("1:00:00")), told)
    other = replace(STEP, least=179)
    same(
        step_rulings([STEP], [done(other, EARLIEST)], moment("1:00:00")), stop(*NOT_REACTED, step="react", least="180")
    )


NOT_REACTED = ("timing/skipped", "timing.skipped")


def test_a_step_that_is_not_ended() -> None:
    told = stop("timing/unended", "timing.unended", step="react")
    same(step_rulings([STEP], [started(STEP, moment())], moment(EARLIEST)), told)
    early = stop("timing/early", "timing.early", step="react", least="180", passed="1", left="179")
    same(step_rulings([STEP], [started(STEP, moment())], moment("0:00:01")), early)
    same(step_rulings([STEP], [started(STEP, moment())], moment("0:00:01", boot="b2")), RESTARTED)
    again = [done(STEP, EARLIEST), started(STEP, moment())]
    same(step_rulings([STEP], again, moment(EARLIEST)), told)


def test_every_try_of_a_step_counts() -> None:
    tries = [done(STEP, "0:11:00"), done(STEP, EARLIEST)]
    told = stop("timing/missed", "timing.missed", step="react", most="600", passed="660")
    same(step_rulings([STEP], tries, moment("1:00:00")), told)
    same(step_rulings([STEP], tries[::-1], moment("1:00:00")), told)


@pytest.mark.parametrize(
    ("value", "clause", "limit"), [("35.9", "cold", "36"), ("36", "", ""), ("38", "", ""), ("38.1", "hot", "38")]
)
def test_temperature_of_a_step(value: str, clause: str, limit: str) -> None:
    warm = step("incubate", 180, 600, "36", "38")
    told = [warn(f"timing/{clause}", f"timing.{clause}", step="incubate", value=value, limit=limit)] if clause else []
    same(step_rulings([warm], [done(warm, EARLIEST, Decimal(value))], moment()), *told)


def test_temperature_beside_a_missed_window() -> None:
    warm = step("incubate", 180, 600, "36", "38")
    missed = stop("timing/missed", "timing.missed", step="incubate", most="600", passed="601")
    cold = warn("timing/cold", "timing.cold", step="incubate", value="20", limit="36")
    same(step_rulings([warm], [done(warm, "0:10:01", Decimal(20))], moment()), missed, cold)


@pytest.mark.parametrize("temperature", [None, Decimal(-40), Decimal(90)])
def test_a_step_without_temperatures(temperature: Decimal | None) -> None:
    assert step_rulings([STEP], [done(STEP, EARLIEST, temperature)], moment()) == ()


@pytest.mark.parametrize(("waited", "told"), [("0:05:09.999999", "309"), ("0:00:00", "0")])
def test_too_soon(waited: str, told: str) -> None:
    steps = [step("incubate", 10), step("read", 300)]
    same([too_soon(span(waited), steps)], stop("timing/too_soon", "timing.too_soon", waited=told, least="310"))
    assert too_soon(span("0:05:10"), steps) is None


def test_a_reading_from_before_the_run() -> None:
    told = stop("timing/too_soon", "timing.too_soon", waited="0", least="0")
    same([too_soon(timedelta(seconds=-5), [])], told)
    assert too_soon(timedelta(0), []) is None


def test_calendar_days_are_china_s() -> None:
    assert day_of(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert day_of(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)
    assert minute(datetime(2028, 2, 28, 16, 5, 59, tzinfo=UTC)) == "2028-02-29 00:05"


@pytest.mark.parametrize("ask", [day_of, minute])
def test_a_time_without_offset_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(Unusable) as refused:
        ask(datetime(2026, 11, 22, 8, 0))  # noqa: DTZ001
    assert (refused.value.code, refused.value.facts) == ("rules.no_offset", {"time": "2026-11-22T08:00:00"})


@given(
    st.datetimes(timezones=st.sampled_from([UTC, BEIJING, timezone(timedelta(hours=-9, minutes=-30))])),
    st.timedeltas(timedelta(0), timedelta(days=4000)),
    st.timedeltas(timedelta(microseconds=-9), timedelta(days=4000)),
)
def test_a_moment_is_saved_whole(at: datetime, uptime: timedelta, asleep: timedelta) -> None:
    kept = Moment(at, "6f1c0d1e-0000-4000-8000-000000000000", uptime, asleep)
    again = moment_from(kept.text)
    assert again == kept
    assert again.text == kept.text


def test_the_text_of_a_moment() -> None:
    assert moment("0:00:01", asleep="0:00:02").text == "b1 3601000000 2000000 2026-11-22T08:00:01+08:00"


@pytest.mark.parametrize(
    "text",
    ["", "b1", "b1 1 0", "b1 x 0 2026-11-22T08:00:00+08:00", "b1 1 0 yesterday",
     "b1 1 0 2026-11-22T08:00:00", "b1 -1 0 2026-11-22T08:00:00+08:00",
     "b1 1 0 2026-11-22T08:00:00+08:00 more", "b1 99999999999999999999999 0 2026-11-22T08:00:00+08:00"],
)  # fmt: skip
def test_a_damaged_moment(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        moment_from(text)
    assert (refused.value.code, refused.value.facts) == ("rules.moment", {"text": text})


@given(st.integers(0, 4000), st.integers(1, 1800), st.integers(0, 1800))
def test_a_step_is_open_exactly_in_its_window(passed: int, least: int, width: int) -> None:
    timer = started(step("read", least, least + width), moment())
    now = Moment(EIGHT, "b1", moment().uptime + timedelta(seconds=passed))
    state = checked(timer, now)
    assert (state.phase is Phase.OPEN) == (least <= passed <= least + width)
    assert (timer_ruling(timer, now) is None) == (state.phase is Phase.OPEN)
