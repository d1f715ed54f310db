"""Whose result is it? Told again, told by another instrument, or asked by another date, it is nobody else's."""

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from drivers.reading import Reading
from kiosk import leftovers
from kiosk.devices import AnalyzerRead
from kiosk.rules import messages
from kiosk.rules.messages import Observation
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Stage
from tests.kiosk.test_captures import bodies
from tests.kiosk.test_forgotten import BLANK, IDENTITY, SAMPLE, Answers, in_run
from tests.kiosk.test_testers import TODAY, Dated
from tests.support.bodies import START
from tests.support.eraser import opened
from tests.support.tester import BenchBox, begins

AT = "2026-03-01T09:30:05"


def judged(folder: Path) -> list[messages.Test]:
    return [body for body in bodies(folder) if isinstance(body, messages.Test)]


def timed(number: int, channel: int, change: str, at: str = AT) -> Reading:
    return Reading(channel, "absorbance_change", Decimal(change), "AU", bytes([number]), record=number, taken_at=at)


def test_a_run_is_not_gone_on_with_on_another_instrument_also_after_a_restart(tmp_path: Path) -> None:
    with in_run(tmp_path) as (tests, visit, _):
        told = Answers()
        here = replace(told.event(), identity=replace(IDENTITY, serial="1"), taken=None)
        other = replace(told.event(BLANK, SAMPLE), identity=replace(IDENTITY, serial="2"), taken=None)
        tests.heard(here)
        tests.heard(other)  # the program that knew who was there before is gone
        assert visit.stage is Stage.TEST_CHOICE
        assert visit.visit.notice == Sentence("visit.run_interrupted")
    assert judged(tmp_path) == []


@pytest.mark.parametrize("days", [1, -1, 200])
def test_another_date_of_the_box_makes_no_old_record_new(tmp_path: Path, days: int) -> None:
    """Midnight, or a box that learns the date in the middle of a run. The device's own date may be ahead."""
    twin = Dated()
    twin.records = [TODAY + timedelta(days=n) for n in (-1, 0, 1, days - 1, days, days + 1)]
    with closing(BenchBox(tmp_path, "dayuan-lz4000t", twin)) as box, box.serves() as served:
        begins(served, box)
        served.until(lambda screen: screen.run_ready)
        box.time = START + timedelta(days=days)
        asked = len(twin.days)
        served.until(lambda _: len(twin.days) > asked + 12 or served.attendant.screen().visit.stage is Stage.RESULT)
        assert box.judged == []
        twin.records.append(TODAY)
        served.at(Stage.RESULT)
    (test,) = box.judged
    assert test.sample[0].taken_at is not None
    assert date.fromisoformat(test.sample[0].taken_at[:10]) == TODAY


def test_what_a_rebooted_instrument_tells_once_more_is_not_of_the_run_that_waits(tmp_path: Path) -> None:
    """Its sender is free to date the message anew: only the record is the same."""
    old = (timed(1, 1, "0.51"), timed(2, 2, "0.47"))
    again = tuple(replace(one, raw=b"sent again " + one.raw) for one in old)
    new = tuple(replace(one, taken_at="2026-03-01T10:00:00") for one in old)
    with in_run(tmp_path) as (tests, visit, _):
        leftovers.record_rest(visit.record, IDENTITY, old, "ab" * 32, 0)
        told = Answers()
        tests.heard(told.event())
        tests.heard(told.event(*again))
        assert judged(tmp_path) == []
        assert not tests.heard(told.event(*new))
    (test,) = judged(tmp_path)
    assert [one.taken_at for one in (*test.blank, *test.sample)] == ["2026-03-01T10:00:00"] * 2


def test_a_message_that_comes_again_byte_for_byte_is_recorded_once(tmp_path: Path) -> None:
    """The sender lost our last acknowledgement, or a person pressed «read» twice."""
    one = timed(1, 1, "0.51")
    untimed = replace(one, taken_at=None)
    with closing(opened(tmp_path)) as record:
        assert leftovers.record_rest(record, IDENTITY, [one, untimed], "ab" * 32, record.last) == 2
        assert leftovers.record_rest(record, IDENTITY, [one, untimed], "cd" * 32, record.last) == 1
        assert leftovers.record_rest(record, IDENTITY, [replace(one, raw=b"x")], "ef" * 32, record.last) == 1
    told = [body for body in bodies(tmp_path) if isinstance(body, Observation)]
    assert [len(body.readings) for body in told] == [2, 1, 1]


def stored(*readings: Reading) -> AnalyzerRead:
    return AnalyzerRead("tester", IDENTITY, readings, b"golden 1\n")


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_store_that_numbers_its_records_anew_makes_no_old_record_new(tmp_path: Path, newest_first: bool) -> None:
    """A list told newest first, or a full store that drops its oldest record: every number moves."""
    old = [timed(n, 2, "0.47", f"2026-02-01T09:00:0{n}") for n in (1, 2, 3)]
    new = [timed(9, 1, "0.51"), timed(9, 2, "0.10")]
    both = [*new, *old] if newest_first else [*old[1:], *new]
    with in_run(tmp_path) as (tests, _, _):
        tests.heard(stored(*old))
        tests.heard(stored(*(replace(one, record=n) for n, one in enumerate(both, 1))))
    (test,) = judged(tmp_path)
    assert [str(one.value) for one in (*test.blank, *test.sample)] == ["0.51", "0.10"]
    assert not [body for body in bodies(tmp_path) if isinstance(body, Observation)]


def test_a_device_whose_clock_stands_still_tells_new_records_all_the_same(tmp_path: Path) -> None:
    old = [timed(1, 1, "0.51"), timed(2, 2, "0.47")]
    with in_run(tmp_path) as (tests, visit, _):
        tests.heard(stored(*old))
        tests.heard(stored(*old))
        assert judged(tmp_path) == []
        tests.heard(stored(*old, timed(3, 1, "0.51"), timed(4, 2, "0.47")))
        assert visit.stage is Stage.RESULT
    assert len(judged(tmp_path)) == 1


def test_one_of_the_same_model_that_was_put_in_its_place_is_known_by_its_store(tmp_path: Path) -> None:
    """Neither tells a number of its own; but what the store held is gone, and there is something else."""
    with in_run(tmp_path) as (tests, visit, _):
        tests.heard(stored(timed(1, 1, "0.51"), timed(2, 2, "0.47")))
        tests.heard(stored(timed(1, 1, "0.33", "2025-01-01T10:00:00"), timed(2, 2, "0.3", "2025-01-01T10:00:00")))
        assert visit.visit.notice == Sentence("visit.run_interrupted")
    assert judged(tmp_path) == []
