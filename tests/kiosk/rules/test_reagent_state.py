"""What the log says of a reagent lot, until when it is good, and the label of a kit that has no lot number."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.messages import ReagentOpened
from kiosk.rules.quality_control.reagent import (
    Left,
    LotLabel,
    State,
    last_day,
    left,
    lot_label,
    out_of_fridge,
    state_of,
    told,
)
from kiosk.rules.sentence import Sentence
from tests.support.quality import BEIJING, EIGHT, assert_said, event, in_use, life

MINUTE, HOUR, DAY, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
CURVE = {"k": "0.287", "b": "0.004", "low": "0", "high": "4", "wavelength": "540"}


def lot(*words: str | tuple[str, timedelta]) -> State:
    """Events of one lot: a word at eight o'clock, or so long after it."""
    events = [(EIGHT, word) if isinstance(word, str) else (EIGHT + word[1], word[0]) for word in words]
    state = state_of("E1", [(at, event(word, expires="2030-01")) for at, word in events])
    assert state is not None
    return state


def test_no_entry_no_state() -> None:
    assert state_of("E1", []) is None
    assert state_of("E1", [(EIGHT, event("opened", "E2"))]) is None


def test_only_its_own_entries_count() -> None:
    log = [(EIGHT, event("received")), (EIGHT, event("used_up", "E2")), (EIGHT + HOUR, event("opened"))]
    assert state_of("E1", log) == State("E1", opened=EIGHT + HOUR)


def test_what_the_kit_says_is_kept_and_renewed() -> None:
    first = ReagentOpened("E1", "m", "received", "2027-01", {"k": "1"})
    assert state_of("E1", [(EIGHT, first), (EIGHT, event("thawed"))]) == State(
        "E1", "m", "2027-01", {"k": "1"}, thaws=1
    )
    later = ReagentOpened("E1", "n", "received", "2028-01", {"k": "2"})
    assert state_of("E1", [(EIGHT, first), (EIGHT, later)]) == State("E1", "n", "2028-01", {"k": "2"})


def test_the_first_opening_counts() -> None:
    assert lot("opened", ("opened", DAY)).opened == EIGHT


def test_thaws_add_up() -> None:
    assert lot("thawed", ("thawed", HOUR), ("thawed", DAY)).thaws == 3


def test_warm_times_add_up() -> None:
    state = lot(("warm", HOUR), ("warm", 2 * HOUR), ("cold", 3 * HOUR), ("cold", 4 * HOUR), ("warm", 5 * HOUR))
    assert (state.out, state.warm_since) == (2 * HOUR, EIGHT + 5 * HOUR)
    assert out_of_fridge(state, EIGHT + 6 * HOUR) == 3 * HOUR
    back = lot(("warm", HOUR), ("cold", 3 * HOUR), ("warm", 5 * HOUR), ("cold", 6 * HOUR))
    assert (out_of_fridge(back, EIGHT + 99 * HOUR), back.warm_since, back.unclear) == (3 * HOUR, None, False)


def test_cold_in_the_same_moment_is_no_time_outside() -> None:
    state = lot(("warm", HOUR), ("cold", HOUR))
    assert (state.out, state.unclear, state.warm_since) == (timedelta(0), False, None)


def test_cold_before_warm_is_unclear() -> None:
    state = lot(("warm", HOUR), ("cold", HOUR - SECOND))
    assert (state.out, state.unclear, state.warm_since) == (timedelta(0), True, None)


def test_an_unknown_word_is_unclear() -> None:
    assert lot("opened", "boiled").unclear is True
    assert lot("opened", "boiled", "opened").unclear is True


def test_a_new_bottle_begins_anew() -> None:
    used = lot("opened", "thawed", ("warm", HOUR), ("cold", 2 * HOUR), "warm", "boiled", "used_up")
    assert used == State("E1", expires="2030-01", used_up=True)
    words = ("opened", "thawed", ("warm", HOUR), "used_up", ("opened", DAY))
    assert lot(*words) == State("E1", expires="2030-01", opened=EIGHT + DAY)
    assert lot("opened", "used_up", "received") == State("E1", expires="2030-01")
    assert lot("used_up", "thawed").used_up is True
    assert lot("used_up", "warm", "cold").used_up is True


def test_the_lot_outlives_its_bottles() -> None:
    first = ReagentOpened("E1", "m", "opened", "2027-01", CURVE)
    assert state_of("E1", [(EIGHT, first), (EIGHT, event("used_up"))]) == State(
        "E1", "m", "2027-01", CURVE, used_up=True
    )


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2026-11-30", date(2026, 11, 30)),
        ("2026-11", date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 31)),
        ("2027-01", date(2027, 1, 31)),
        ("2027-02", date(2027, 2, 28)),
        ("2028-02", date(2028, 2, 29)),
        ("2028-02-29", date(2028, 2, 29)),
        ("2027-02-29", None),
        ("2026-00", None),
        ("2026-13", None),
        ("0000-01", None),
        ("9999-12", None),
        ("9999-12-31", date(9999, 12, 31)),
        ("2026-11-3", None),
        ("20261130", None),
        ("2026-11-30 ", None),
        ("", None),
    ],
)
def test_last_day(text: str, last: date | None) -> None:
    assert last_day(text) == last


MIDNIGHT = datetime(2026, 11, 25, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("state", "days", "used", "rest"),
    [
        (None, 4, 0, Left(None, None)),
        (State("E1"), 4, 0, Left(None, None)),
        (State("E1", opened=EIGHT), 4, 0, Left(None, EIGHT + 4 * DAY)),
        (State("E1", opened=EIGHT), None, 0, Left(None, None)),
        (State("E1", expires="2026-11-24", opened=EIGHT), 4, 0, Left(None, MIDNIGHT)),
        (State("E1", expires="2026-11", opened=EIGHT), 4, 0, Left(None, EIGHT + 4 * DAY)),
        (State("E1", expires="9999-12-31"), 4, 0, Left(None, None)),
        (State("E1", curve={"uses": "96"}), 4, 95, Left(1, None)),
        (State("E1", curve={"uses": "96"}), 4, 99, Left(0, None)),
    ],
)
def test_what_is_left(state: State | None, days: int | None, used: int, rest: Left) -> None:
    assert left(in_use(state, life(days=days), used=used)) == rest


def test_what_is_left_is_told() -> None:
    state = State("E1", expires="2026-11-24", curve={"uses": "96"}, opened=EIGHT)
    whose = {"reagent": "enzyme", "lot": "E1"}
    uses = Sentence("reagent.left_uses", {**whose, "uses": "95"})
    until = Sentence("reagent.left_until", {**whose, "until": "2026-11-25 00:00"})
    assert told(in_use(state, life(days=4), used=1)) == (uses, until)
    assert told(in_use(State("E1"))) == ()
    for sentence in (uses, until):
        assert_said(sentence)


def test_our_own_label() -> None:
    enzyme = life(days=4)
    whole = LotLabel("TAG1", "enzyme", enzyme.names, "m", EIGHT, MIDNIGHT, Decimal(2), Decimal(8), "Li")
    assert lot_label("TAG1", enzyme, "m", EIGHT, expires="2026-11-24", by="Li") == whole
    assert lot_label("TAG1", enzyme, "m", EIGHT, by="Li") == replace(whole, good_until=EIGHT + 4 * DAY)
    assert lot_label("TAG1", life(), "m", EIGHT) == replace(whole, good_until=None, by="")


@given(st.lists(st.tuples(st.sampled_from(["warm", "cold"]), st.integers(0, 600)), max_size=12))
def test_the_time_outside_never_shrinks_and_fits_in_the_day(steps: list[tuple[str, int]]) -> None:
    now, before = EIGHT, timedelta(0)
    log: list[tuple[datetime, ReagentOpened]] = [(EIGHT, event("opened"))]
    for word, minutes in steps:
        now += minutes * MINUTE
        log.append((now, event(word)))
        state = state_of("E1", log)
        assert state is not None
        out = out_of_fridge(state, now)
        assert before <= out <= now - EIGHT
        before = out


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_month_ends_where_the_next_begins(day: date) -> None:
    last = last_day(f"{day:%Y-%m}")
    assert last is not None
    assert (last.year, last.month) == (day.year, day.month)
    assert (last + DAY).day == 1
