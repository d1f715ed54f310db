"""Staff load a bench full of samples: bound before the run, judged by quality control, repeated where it has to be."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.rules import messages
from kiosk.rules.messages import (
    Control,
    Outcome,
    ReagentOpened,
    RunEnded,
    SampleTaken,
    SampleType,
    Staff,
    StaffPut,
    TubeBound,
)
from kiosk.rules.scan.tags import Tag, tag_number
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.testing.methods import TimedStep
from kiosk.rules.visits.turn import Stage, Turn, Visit
from kiosk.run import device_of
from kiosk.saved_visit import to_json
from kiosk.screen import RunState, Screen
from kiosk.serving import Settings
from tests.kiosk.test_attendant import Served
from tests.kiosk.test_queue import LEFT, RIGHT, QueueBox, change_of
from tests.support.law import METHOD, law

LI = Staff("i-1", "Li Ming", ("inspector",), badge="S-1")
LOT = "E2611"
INCUBATE = TimedStep("incubate", {"zh": "x", "en": "x"}, 0, 600)
CLEAN, DIRTY = 470, 96


class BenchBox(QueueBox):
    """An inspector stands at his desk; samples wait, and a box of reagent is open."""

    def __init__(self, folder: Path, *, reagent: bool = True, steps: bool = False) -> None:
        super().__init__(folder, 3)
        self.steps = steps
        self.bring(StaffPut((LI,)))
        at_desk = Visit("v-i", turn=Turn.STAFF, stage=Stage.DESK, staff=LI.id, card=LI.badge)
        with closing(self.record()) as record:
            for nth, person in enumerate(self.people, 1):
                record.append(_sample(f"A-00{nth}", person))
            if reagent:
                record.append(ReagentOpened(LOT, METHOD.rule, "opened", "2027-03", by=LI.name))
            record.save_visit("v-i", to_json(at_desk, record.last), None)
            self.told = record.last + 3  # entries, when its three orders are obeyed

    def settings(self) -> Settings:
        steps = tuple(replace(step, least=0) for step in METHOD.steps if step.id == "read")
        method = replace(METHOD, steps=(INCUBATE, *steps) if self.steps else steps)
        rules = replace(law(proof=Proof.NONE), method=method)
        return replace(super().settings(), rules=lambda _: rules)

    @property
    def bound(self) -> list[TubeBound]:
        return [one for one in self.entries(TubeBound) if isinstance(one, TubeBound)]


def _sample(code: str, person: messages.Subject) -> SampleTaken:
    return SampleTaken(
        sample_code=code,
        sample_type=SampleType.SUPERVISION,
        scene=messages.Scene.RETAIL,
        subject=person.id,
        subject_name=person.name,
        product="cowpea",
        lot="",
        origin="Xinping",
        taken_at="2026-11-22T08:00:00+08:00",
        sampler=LI.name,
        stall="12",
    )


@pytest.fixture
def box(tmp_path: Path) -> Iterator[BenchBox]:
    with closing(BenchBox(tmp_path)) as made:
        yield made


def at_bench(served: Served, box: BenchBox) -> Screen:
    """The picture of the left analyzer, which answers."""
    served.until(lambda screen: screen.link.recorded >= box.told)
    served.until(lambda screen: sum(one.identity is not None for one in screen.devices) == 2)
    served.at(Stage.DESK)
    served.tap("loading")
    return served.tap("analyzer", LEFT)


def loaded(served: Served, box: BenchBox, *places: tuple[str, int]) -> Screen:
    at_bench(served, box)
    served.tap("reagent", LOT)
    for code, channel in places:
        served.tap("bind", f"{code} {channel}")
    return served.attendant.screen()


def measured(served: Served, box: BenchBox, *absorbs: int) -> None:
    served.until(lambda screen: any(run.state is RunState.READY for run in screen.runs))
    box.twins[LEFT].put(*absorbs)


def test_a_tube_of_yesterday_cannot_stand_for_another_sample(box: BenchBox) -> None:
    tube = tag_number(Tag.TUBE, b"12345")
    with closing(box.record()) as record:
        record.append(TubeBound(tube, "A-900", "run-1", 2))
    box.told += 1
    with box.serves() as served:
        loaded(served, box, ("A-001", 2))
        served.shows(tube)
        screen = served.until(lambda screen: screen.visit.notice is not None)
        assert screen.visit.notice == Sentence("tube.two_samples", {"tube": tube, "bound": "A-900", "asked": "A-001"})
        assert screen.loading is not None
        assert [one.tube for one in screen.loading.samples] == ["", "", ""]


def test_a_bench_of_samples_is_one_run_and_each_test_names_its_own(box: BenchBox) -> None:
    tube = tag_number(Tag.TUBE, b"12345")
    with box.serves() as served:
        screen = loaded(served, box, ("A-001", 2), ("A-002", 3))
        assert screen.loading is not None
        assert [one.use for one in screen.loading.channels] == ["control", "sample", "sample", *["empty"] * 5]
        assert [(one.code, one.channel) for one in screen.loading.samples] == [
            ("A-001", 2),
            ("A-002", 3),
            ("A-003", None),
        ]
        assert screen.loading.picked == "A-002"
        served.shows(tube)
        served.until(lambda screen: screen.loading is not None and screen.loading.samples[1].tube == tube)
        served.shows("A-003")
        served.until(lambda screen: screen.loading is not None and screen.loading.samples[2].channel == 4)
        served.tap("unbind", "A-003")
        served.tap("start")
        served.at(Stage.TESTING)
        assert [(one.tube, one.sample_code, one.channel) for one in box.bound] == [
            ("A-001", "A-001", 2),
            (tube, "A-002", 3),
        ]
        measured(served, box, CLEAN, CLEAN - 5)
        screen = served.at(Stage.RESULT)
        assert screen.loading is not None
        told = [(one.sample, one.outcome) for one in screen.loading.channels if one.use == "sample"]
        assert told == [("A-001", Outcome.NEGATIVE), ("A-002", Outcome.NEGATIVE)]
        served.tap("results_read")
        assert served.at(Stage.DESK).visit.loaded == ()
    first, second = box.judged
    assert [(one.sample_code, one.channel, change_of(one)) for one in (first, second)] == [
        ("A-001", 2, CLEAN),
        ("A-002", 3, CLEAN - 5),
    ]
    assert [one.subject for one in (first, second)] == [one.id for one in box.people[:2]]
    assert {(one.tester, one.tester_code, one.reagent_lot, one.reagent_expiry) for one in (first, second)} == {
        (LI.name, LI.badge, LOT, "2027-03")
    }
    assert {one.sample_type for one in (first, second)} == {SampleType.SUPERVISION}
    assert first.run == second.run == box.bound[0].run


def test_what_nobody_bound_is_nobodys_test(box: BenchBox) -> None:
    with box.serves() as served:
        loaded(served, box, ("A-001", 3))
        served.tap("start")
        measured(served, box, CLEAN, CLEAN - 9)  # something stands on channel 2 as well
        served.at(Stage.RESULT)
    (test,) = box.judged
    assert (test.sample_code, test.channel) == ("A-001", 3)
    observed = [one for one in box.entries(messages.Observation) if isinstance(one, messages.Observation)]
    assert {one.channel for seen in observed for one in seen.readings} == {2}


def test_a_positive_is_repeated_on_planned_channels_also_after_a_restart(box: BenchBox) -> None:
    with box.serves() as served:
        loaded(served, box, ("A-001", 2), ("A-002", 3))
        served.tap("start")
        measured(served, box, CLEAN, DIRTY)
        screen = served.at(Stage.RETESTING)
        assert [(one.sample, one.channel) for one in screen.visit.placed] == [("A-002", 3), ("A-002", 2)]
    with box.serves() as served:
        screen = served.at(Stage.RETESTING)
        assert screen.loading is not None
        assert {one.channel for one in screen.loading.channels if one.sample == "A-002"} == {2, 3}
        served.until(lambda screen: sum(one.identity is not None for one in screen.devices) == 2)
        served.tap("retest")
        served.at(Stage.TESTING)
    with box.serves() as served:
        served.at(Stage.TESTING)
        measured(served, box, DIRTY, DIRTY + 1)
        screen = served.at(Stage.RESULT)
        assert [alarm.product for alarm in screen.alarms] == ["cowpea"]
    assert [(one.sample_code, one.verdict.outcome, one.channel) for one in box.judged] == [
        ("A-001", Outcome.NEGATIVE, 2),
        ("A-002", Outcome.POSITIVE, 3),
        ("A-002", Outcome.POSITIVE, 3),
        ("A-002", Outcome.POSITIVE, 2),
    ]
    assert {one.retest_of for one in box.judged[2:]} == {one for one in [box.judged[2].retest_of] if one}


def test_a_positive_control_that_fails_makes_every_test_invalid(box: BenchBox) -> None:
    with box.serves() as served:
        loaded(served, box, ("A-001", 2))
        served.tap("positive", "3")
        assert served.tap("bind", "A-002 3").visit.notice is not None
        served.tap("start")
        measured(served, box, CLEAN, CLEAN)
        screen = served.at(Stage.RESULT)
        assert screen.loading is not None
        blank, _, spiked, *_ = screen.loading.channels
        assert (blank.use, blank.outcome, blank.reason) == ("control", Outcome.NEGATIVE, None)
        assert (spiked.use, spiked.outcome, spiked.reason and spiked.reason.key) == (
            "positive", Outcome.INVALID, "control.positive_failed",
        )  # fmt: skip
        (result,) = screen.loading.results
        assert (result.sample, result.reason and result.reason.key) == ("A-001", "control.positive_failed")
        served.tap("load_again")
        assert [one.sample.sample_code for one in served.at(Stage.LOADING).visit.loaded] == ["A-001"]
    (test,) = box.judged
    assert (test.verdict.outcome, test.verdict.rule) == (Outcome.INVALID, "control/positive_failed")
    (control,) = [one for one in box.entries(Control) if isinstance(one, Control)]
    assert (control.what, control.passed, control.run) == ("positive", False, test.run)


def test_no_run_begins_without_a_reagent_that_the_record_knows(tmp_path: Path) -> None:
    with closing(BenchBox(tmp_path, reagent=False)) as box, box.serves() as served:
        at_bench(served, box)
        served.tap("bind", "A-001 2")
        screen = served.tap("start")
        assert (screen.visit.stage, screen.visit.notice and screen.visit.notice.key) == (
            Stage.LOADING,
            "reagent.lot_unknown",
        )
        screen = served.tap("reagent", LOT)
        assert screen.visit.notice is not None
        assert screen.visit.notice.key == "loading.reagent_unknown"
        assert box.bound == []


def test_a_kit_is_for_so_many_tests_and_the_next_box_of_its_lot_for_as_many_again(box: BenchBox) -> None:
    with closing(box.record()) as record:
        record.append(ReagentOpened(LOT, METHOD.rule, "received", "2027-03", curve={"uses": "2"}, by=LI.name))
    box.told += 1
    with box.serves() as served:
        screen = loaded(served, box, ("A-001", 2), ("A-002", 3))
        assert screen.loading is not None
        assert "2" in [one.facts.get("uses") for one in screen.loading.left]
        served.tap("start")
        measured(served, box, CLEAN, CLEAN)
        served.at(Stage.RESULT)
        served.tap("results_read")
        screen = loaded(served, box, ("A-003", 2))
        assert screen.loading is not None
        assert "0" in [one.facts.get("uses") for one in screen.loading.left]
        screen = served.tap("start")
        assert screen.visit.notice == Sentence("reagent.no_uses", {"lot": LOT, "limit": "2", "used": "2"})
    with closing(box.record()) as record:
        for event in ("used_up", "opened"):
            record.append(ReagentOpened(LOT, METHOD.rule, event, by=LI.name))
    with box.serves() as served:
        screen = served.at(Stage.LOADING)
        served.until(lambda screen: sum(one.identity is not None for one in screen.devices) == 2)
        assert served.tap("start").visit.stage is Stage.TESTING


def test_the_day_on_the_certificate_of_its_calibration_is_what_counts(box: BenchBox) -> None:
    """Noted today, of a calibration two years ago: no run begins."""
    with box.serves() as served:
        at_bench(served, box)
        identity = next(one.identity for one in served.attendant.screen().devices if one.part == LEFT)
        assert identity is not None
    noted = Control("calibration", "", "", device_of(identity), (), True, (), "ab" * 32, certificate="YX-1")
    with closing(box.record()) as record:
        record.append(replace(noted, certified_on="2024-03-01"))
    box.told += 1
    with box.serves() as served:
        served.at(Stage.LOADING)
        served.until(lambda screen: sum(one.identity is not None for one in screen.devices) == 2)
        served.tap("reagent", LOT)
        served.tap("bind", "A-001 2")
        screen = served.tap("start")
        assert screen.visit.notice is not None
        assert screen.visit.notice.key == "control.calibration_over"


def test_a_step_that_nobody_timed_stops_the_run_before_it_begins_and_a_clock_outlives_a_restart(tmp_path: Path) -> None:
    with closing(BenchBox(tmp_path, steps=True)) as box:
        with box.serves() as served:
            loaded(served, box, ("A-001", 2))
            screen = served.tap("start")
            assert screen.visit.notice is not None
            assert screen.visit.notice.key == "timing.skipped"
            screen = served.tap("timer", "incubate")
            assert [(one.step, one.phase) for one in screen.timers] == [("incubate", "open")]
        with box.serves() as served:
            screen = served.at(Stage.LOADING)
            assert [(one.step, one.phase, one.began > 0) for one in screen.timers] == [("incubate", "open", True)]
            served.until(lambda screen: sum(one.identity is not None for one in screen.devices) == 2)
            served.tap("start")
            measured(served, box, CLEAN)
            served.at(Stage.RESULT)
        (test,) = box.judged
        assert test.verdict.outcome is Outcome.NEGATIVE


def test_a_run_of_the_bench_that_is_given_up_names_its_samples_and_they_may_be_loaded_again(box: BenchBox) -> None:
    with box.serves() as served:
        loaded(served, box, ("A-001", 2), ("A-002", 3))
        served.tap("start")
        served.at(Stage.TESTING)
        served.tap("cancel_test")
        screen = served.at(Stage.LOADING)
        assert [one.sample.sample_code for one in screen.visit.loaded] == ["A-001", "A-002"]
    (ended,) = [one for one in box.entries(RunEnded) if isinstance(one, RunEnded)]
    assert ended.samples == ("A-001", "A-002")


def test_a_bench_goes_on_aside_and_its_analyzer_is_nobody_elses(box: BenchBox) -> None:
    with box.serves() as served:
        loaded(served, box, ("A-001", 2))
        served.tap("next_person")
        served.at(Stage.IDLE)
        person = box.people[0]
        served.shows(box.card_of(person))
        served.at(Stage.PRODUCT)
        for action, value in (("product", "cowpea"), ("quantity", "320 jin"), ("drugs_none", ""), ("test", "")):
            served.tap(action, value)
        screen = served.at(Stage.TESTING)
        assert [run.analyzer for run in screen.runs] == [RIGHT]  # tubes stand in the left one
        assert [(one.staff, one.stage) for one in screen.aside] == [(True, Stage.LOADING)]
