"""Delivery, the four hours, the laboratory: the last moment first."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.messages import Objection, ObjectionClosed, Outcome, ResultDelivered, Signature
from kiosk.rules.oversight import objection
from kiosk.rules.oversight.objection import Closing, How, Result
from kiosk.rules.oversight.workdays import Calendar, Due, due
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.words import load_words
from tests.support import oversight as made

BEIJING = timezone(timedelta(hours=8))
NINE = datetime(2026, 11, 22, 9, tzinfo=BEIJING)
ONE = NINE + timedelta(hours=4)
TICK = timedelta(microseconds=1)
UNTIL = "2026-11-22 13:00"


# --- delivery ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "received", "signatures", "rulings"),
    [
        (How.SIGNED, NINE, made.signatures(), ()),
        (How.SIGNED, None, made.signatures(), (stop("objection/received", "objection.no_receipt"),)),
        (How.SIGNED, NINE, made.signatures(subject=False, witness=True),
         (stop("objection/signed", "objection.not_signed"),)),
        (How.REFUSED, NINE, made.signatures(subject=False, witness=True), ()),
        (How.REFUSED, NINE, made.signatures(subject=False), (stop("objection/refused", "objection.no_witness"),)),
        (How.REFUSED, NINE, made.signatures(subject=None, witness=True),
         (stop("objection/refused", "objection.no_witness"),)),
        (How.REFUSED, None, (), (stop("objection/received", "objection.no_receipt"),
                                 stop("objection/refused", "objection.no_witness"))),
        (How.SENT, None, (), ()),
        (How.SENT, NINE, (), ()),
    ],
)  # fmt: skip
def test_what_a_delivery_needs(
    how: How, received: datetime | None, signatures: tuple[Signature, ...], rulings: tuple[Ruling, ...]
) -> None:
    assert objection.may_deliver(how, received, signatures) == rulings


def delivery(received: datetime | None = NINE, how: How = How.SIGNED) -> ResultDelivered:
    return objection.delivered(
        how, received, made.signatures(), test=5, sample_code="S-0001", subject="s1", outcome=Outcome.POSITIVE
    )


def test_the_entry_of_a_delivery() -> None:
    assert delivery() == ResultDelivered(
        test=5,
        sample_code="S-0001",
        subject="s1",
        outcome=Outcome.POSITIVE,
        how="signed",
        received_at="2026-11-22T09:00:00+08:00",
        signatures=made.signatures(),
        deadline="2026-11-22T13:00:00+08:00",
    )
    assert type(delivery().how) is str


def test_what_was_sent_has_no_deadline_yet() -> None:
    sent = delivery(None, How.SENT)
    assert (sent.how, sent.received_at, sent.deadline) == ("sent", "", "")


# --- the four hours ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "timely"),
    [(NINE - TICK, True), (NINE, True), (ONE - TICK, True), (ONE, True), (ONE + TICK, False),
     (ONE.astimezone(timezone(timedelta(0))), True), (ONE + timedelta(days=1), False)],
)  # fmt: skip
def test_the_fourth_hour_belongs_to_the_subject(asked: datetime, timely: bool) -> None:
    assert objection.in_time(NINE, asked) is timely
    assert objection.in_time(None, asked) is True


@pytest.mark.parametrize(
    ("at", "left"),
    [(NINE, timedelta(hours=4)), (NINE - TICK, timedelta(hours=4)), (NINE + TICK, timedelta(hours=4) - TICK),
     (ONE - TICK, TICK), (ONE, timedelta(0)), (ONE + TICK, timedelta(0))],
)  # fmt: skip
def test_what_is_left(at: datetime, left: timedelta) -> None:
    assert objection.left(NINE, at) == left
    assert objection.left(None, at) is None


def test_a_leap_night() -> None:
    received = datetime(2028, 2, 28, 22, tzinfo=BEIJING)
    assert objection.in_time(received, datetime(2028, 2, 29, 2, tzinfo=BEIJING))
    assert not objection.in_time(received, datetime(2028, 2, 29, 2, 0, 0, 1, tzinfo=BEIJING))


@pytest.mark.parametrize(
    ("at", "left"),
    [(NINE, "4:00"), (NINE + timedelta(seconds=1), "3:59"), (ONE - timedelta(minutes=61), "1:01"),
     (ONE - timedelta(minutes=9), "0:09"), (ONE, "0:00")],
)  # fmt: skip
def test_a_running_clock_is_told(at: datetime, left: str) -> None:
    told = warn("objection/four_hours", "objection.left", until=UNTIL, left=left)
    assert objection.clock(NINE, at, trusted=True) == (told,)


def test_a_clock_that_ran_out_or_never_started_is_told() -> None:
    over = warn("objection/four_hours", "objection.over", until=UNTIL)
    assert objection.clock(NINE, ONE + TICK, trusted=True) == (over,)
    assert objection.clock(None, ONE, trusted=True) == (warn("objection/started", "objection.not_started"),)


@pytest.mark.parametrize("received", [NINE, None])
def test_a_clock_that_nobody_vouches_for_is_told_first(received: datetime | None) -> None:
    trusted = objection.clock(received, NINE, trusted=True)
    untrusted = warn("objection/clock", "objection.clock_untrusted")
    assert objection.clock(received, NINE, trusted=False) == (untrusted, *trusted)


def asked(at: datetime, received: datetime | None = NINE) -> Objection:
    return objection.objected(3, delivery(received), received, at, by="Li", reason="I used nothing")


def test_the_entry_of_an_objection() -> None:
    assert asked(ONE) == Objection(
        delivery=3, sample_code="S-0001", subject="s1", asked_at="2026-11-22T13:00:00+08:00", in_time=True, by="Li",
        reason="I used nothing",
    )  # fmt: skip
    assert objection.objected(3, delivery(), NINE, ONE, by="Li").reason == ""


def test_a_late_objection_is_recorded_and_told() -> None:
    assert objection.late(asked(ONE)) is None
    late = asked(ONE + timedelta(minutes=1))
    assert late.in_time is False
    told = warn("objection/four_hours", "objection.late", asked="2026-11-22T13:01:00+08:00")
    assert objection.late(late) == told


# --- the laboratory ---------------------------------------------------------------------------------------------------

MONDAY = "2026-11-23T09:00:00+08:00"
CALENDAR = Calendar(date(2026, 1, 1), date(2026, 12, 31), frozenset(), frozenset(), confirmed=True)
GOOD = Closing(Result.UPHELD, "R1", "Lab", seal="A2", received_at=MONDAY, reported_at=MONDAY, outcome=Outcome.NEGATIVE)
TIMES = stop("objection/times", "objection.times")


@pytest.mark.parametrize(
    ("changed", "rulings"),
    [
        ({}, ()),
        ({"result": Result.DISMISSED, "outcome": Outcome.POSITIVE}, ()),
        ({"rapid": True}, (stop("objection/rapid", "objection.rapid"),)),
        ({"report": " "}, (stop("objection/laboratory", "objection.laboratory"),)),
        ({"laboratory": ""}, (stop("objection/laboratory", "objection.laboratory"),)),
        ({"outcome": Outcome.POSITIVE}, (stop("objection/outcome", "objection.outcome.upheld"),)),
        ({"outcome": None}, (stop("objection/outcome", "objection.outcome.upheld"),)),
        ({"outcome": Outcome.SUSPECT}, (stop("objection/outcome", "objection.outcome.upheld"),)),
        ({"result": Result.DISMISSED}, (stop("objection/outcome", "objection.outcome.dismissed"),)),
        ({"seal": "B9"}, (stop("objection/reserve", "objection.reserve", seal="B9"),)),
        ({"seal": ""}, (stop("objection/reserve", "objection.reserve", seal=""),)),
        ({"received_at": ""}, (TIMES,)),
        ({"reported_at": ""}, (TIMES,)),
        ({"received_at": "2026-11-23T09:00:00"}, (TIMES,)),
        ({"reported_at": "2026-11-23T08:59:59+08:00"}, (TIMES,)),
        ({"reported_at": "2026-12-02T23:59:59+08:00"}, ()),
        ({"reported_at": "2026-12-03T00:00:00+08:00"},
         (warn("objection/seven_days", "objection.report_late", last="2026-12-02", days="7"),)),
    ],
)  # fmt: skip
def test_what_ends_an_objection(changed: dict[str, object], rulings: tuple[Ruling, ...]) -> None:
    closing = replace(GOOD, **changed)  # type: ignore[arg-type]
    assert objection.may_close(closing, made.sample(), CALENDAR) == rulings


def test_without_holidays_a_late_report_is_perhaps_late() -> None:
    late = replace(GOOD, reported_at="2026-12-03T09:00:00+08:00")
    told = warn("objection/seven_days", "objection.report_perhaps_late", last="2026-12-02", days="7")
    assert objection.may_close(late, made.sample()) == (told,)


def test_without_a_slip_nobody_knows_the_seal() -> None:
    assert made.rules(objection.may_close(GOOD, None)) == ["objection/reserve"]
    assert made.rules(objection.may_close(replace(GOOD, seal=""), made.sample(seals=("",)))) == ["objection/reserve"]


def test_everything_is_told_at_once() -> None:
    assert made.rules(objection.may_close(Closing(Result.UPHELD, rapid=True), None)) == [
        "objection/rapid", "objection/laboratory", "objection/outcome", "objection/reserve", "objection/times",
    ]  # fmt: skip


def test_who_withdraws_needs_no_laboratory() -> None:
    assert objection.may_close(Closing(Result.WITHDRAWN, rapid=True), None) == ()


@given(st.builds(Closing, st.sampled_from([Result.UPHELD, Result.DISMISSED]), rapid=st.just(True),
                 outcome=st.none() | st.sampled_from(Outcome), report=st.text(), laboratory=st.text(),
                 seal=st.sampled_from(["", "A1", "A2"])))  # fmt: skip
def test_no_rapid_test_ever_ends_a_dispute(closing: Closing) -> None:
    assert "objection/rapid" in made.rules(objection.may_close(closing, made.sample()))


def test_the_entry_of_an_end() -> None:
    assert objection.closed(4, replace(GOOD, reported_at=MONDAY)) == ObjectionClosed(
        objection=4, result="upheld", report="R1", laboratory="Lab", received_at=MONDAY, reported_at=MONDAY,
        outcome=Outcome.NEGATIVE,
    )  # fmt: skip
    assert type(objection.closed(4, GOOD).result) is str


def test_a_withdrawal_says_nothing_of_a_laboratory() -> None:
    assert objection.closed(4, Closing(Result.WITHDRAWN)) == ObjectionClosed(4, "withdrawn", "", "", "", "", None)
    assert Closing(Result.WITHDRAWN).seal == ""


def test_the_report_has_a_day() -> None:
    assert objection.report_due(MONDAY, CALENDAR) == Due(date(2026, 12, 2), confirmed=True)
    assert objection.report_due(MONDAY, CALENDAR, objection.ORDINARY_DAYS) == Due(date(2026, 11, 30), confirmed=True)
    assert objection.report_due(MONDAY) == Due(date(2026, 12, 2), confirmed=False)
    assert objection.report_due("") is None
    assert objection.report_due("2026-11-23T09:00:00") is None


# --- working days -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "on"),
    [(date(2026, 11, 20), 1, date(2026, 11, 23)), (date(2026, 11, 21), 1, date(2026, 11, 23)),
     (date(2026, 11, 22), 1, date(2026, 11, 23)), (date(2026, 11, 23), 1, date(2026, 11, 24)),
     (date(2026, 11, 23), 5, date(2026, 11, 30)), (date(2028, 2, 28), 1, date(2028, 2, 29)),
     (date(2026, 12, 31), 1, date(2027, 1, 1)), (date(2026, 11, 23), 0, date(2026, 11, 23))],
)  # fmt: skip
def test_plain_weekdays(start: date, days: int, on: date) -> None:
    assert due(start, days) == Due(on, confirmed=False)


def test_holidays_and_worked_weekends() -> None:
    thursday, saturday = date(2026, 11, 26), date(2026, 11, 28)
    off = replace(CALENDAR, off=frozenset({thursday}))
    on = replace(CALENDAR, on=frozenset({saturday}))
    assert due(date(2026, 11, 23), 5, off).on == date(2026, 12, 1)
    assert due(date(2026, 11, 23), 5, on).on == saturday
    assert replace(CALENDAR, off=frozenset({saturday}), on=frozenset({saturday})).works(saturday)


@pytest.mark.parametrize(
    ("calendar", "start", "covered"),
    [(CALENDAR, date(2026, 1, 1), True), (CALENDAR, date(2025, 12, 31), False),
     (replace(CALENDAR, last=date(2026, 11, 24)), date(2026, 11, 23), True),
     (replace(CALENDAR, last=date(2026, 11, 23)), date(2026, 11, 23), False),
     (replace(CALENDAR, confirmed=False), date(2026, 11, 23), False)],
)  # fmt: skip
def test_a_day_is_confirmed_by_a_list_that_covers_it(calendar: Calendar, start: date, covered: bool) -> None:
    assert due(start, 1, calendar).confirmed is covered


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(1, 30), st.frozensets(st.dates(date(2026, 1, 1),
       date(2026, 12, 31)), max_size=5))  # fmt: skip
def test_a_holiday_never_shortens_a_term(start: date, days: int, off: frozenset[date]) -> None:
    calendar = replace(CALENDAR, off=off)
    assert due(start, days, calendar).on >= due(start, days).on
    assert calendar.works(due(start, days, calendar).on)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_keyed_sentence_is_there(language: str) -> None:
    words = load_words(language)
    wanted = [f"objection.outcome.{result}" for result in objection.CONFIRMS]
    assert [key for key in wanted if not words.knows(key)] == []
