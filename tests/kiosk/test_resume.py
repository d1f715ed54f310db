"""A visit that lags behind the log after a power cut follows the log; a run never takes an old record for a new one."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from drivers.reading import Identity, Reading
from kiosk import resume, run
from kiosk.rules import messages
from kiosk.rules.goods.quantity import Unit
from kiosk.rules.messages import Basis, EntryBody, Outcome, Print, PrintOutcome, Reprint, SampleType, Scene
from kiosk.rules.quality_control.timing import Moment
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.visits import arrival, drug_turn
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Planned, Stage, Visit
from kiosk.run import Air, Place, Run
from tests.support.bodies import FARMER, START
from tests.support.law import PACKS, law

RULES = law(proof=Proof.NONE)
MOMENT = Moment(START, "boot-1", timedelta(seconds=5))
COWPEA = PACKS.products["cowpea"]
IDENTITY = Identity("dayuan-tl310", 1, "ab" * 32, "DaYuan", "TL-310", None, "documented")
PLACE = Place(Scene.BASE, SampleType.SELF)


def record(number: int, channel: int, change: str | None, total: int) -> Reading:
    """One stored record of the tester. Its frame carries the number of records in the store, so the bytes change."""
    return Reading(
        channel=channel,
        quantity="absorbance_change",
        value=None if change is None else Decimal(change),
        unit="AU",
        raw=bytes([total, number]),
        record=number,
        taken_at="2026-03-02T08:00:00",
    )


def in_test(planned: Planned = Planned.FIRST) -> Visit:
    visit = arrival.card_shown(Visit("v1"), RULES, FARMER, "K1", first_use=True)
    visit = turn.quantity_given(turn.product_chosen(visit, COWPEA), RULES, "320", Unit.JIN)
    visit = drug_turn.drugs_told(visit, RULES, COWPEA, used=False)
    return replace(turn.test_wanted(visit, RULES), planned=planned)


def test_only_what_is_new_since_the_run_began_belongs_to_it_though_every_frame_has_changed() -> None:
    old = [record(1, 1, "0.5", 2), record(2, 2, "0.1", 2)]
    begun = run.based(Run("r1"), IDENTITY, old, MOMENT)
    again = [record(1, 1, "0.5", 4), record(2, 2, "0.1", 4), record(3, 1, "0.51", 4), record(4, 2, "0.41", 4)]
    loaded = run.loading(begun, IDENTITY, again, control=1)
    assert [reading.record for reading in loaded.control] == [3]
    assert [[reading.record for reading in sample] for sample in loaded.samples] == [[4]]
    assert loaded.complete(1)
    assert not loaded.complete(2)


def test_a_run_survives_as_json() -> None:
    note = TestNote(7, Outcome.POSITIVE, "75.2", 5, messages.Repeat.RETEST, "aoz")
    kept = Run("r1", ("a", "b", "b"), based=MOMENT, notes=(note,))
    assert run.run_from(kept.json()) == kept


def a_test(retest_of: int | None = None) -> messages.Test:
    blank, sample = record(3, 1, "0.510", 4), record(4, 2, "0.410", 4)
    return run.test_of(
        in_test(),
        Run("r1"),
        PACKS.methods["gbt-5009-199-2003"],
        PLACE,
        IDENTITY,
        [blank],
        [sample],
        capture="c",
        retest_of=retest_of,
        air=Air(),
    )


def test_a_recorded_test_that_the_saved_run_lacks_is_noted_once_and_never_recorded_again() -> None:
    lagging = Run("r1", based=MOMENT)
    recent = [(9, a_test())]
    resumed = resume.caught_up(in_test(), lagging, recent)
    assert resumed.run is not None
    assert [note.seq for note in resumed.run.notes] == [9]
    assert run.loading(resumed.run, IDENTITY, [record(4, 2, "0.410", 9)], control=1).samples == ()
    twice = resume.caught_up(in_test(), resumed.run, recent)
    assert twice.run == resumed.run


def test_a_test_of_another_run_changes_nothing() -> None:
    other = Run("r2", based=MOMENT)
    assert resume.caught_up(in_test(), other, [(9, a_test())]).run == other


def promise() -> Visit:
    return turn.test_declined(turn.run_failed(in_test(), Sentence("visit.run_lost")))


def certificate(visit: Visit) -> messages.Certificate:
    return messages.Certificate(
        number="5304277K3M9QX2VHA",
        style=1,
        wording="2026-02-01",
        wording_confirmed=False,
        visit=visit.id,
        subject=FARMER,
        presence=messages.Presence.SHOWN,
        product="cowpea",
        quantity=Decimal(160),
        unit="kg",
        quantity_typed="320 jin",
        origin=FARMER.origin,
        date="2026-11-22",
        basis=(Basis.CONTROL,),
        tests=(),
        promise="",
        text="",
        code="",
        clock_trusted=True,
    )


def test_a_recorded_certificate_takes_a_visit_that_still_stood_at_the_promise_to_printing() -> None:
    visit = promise()
    issued = certificate(visit)
    resumed = resume.caught_up(visit, None, [(5, issued)])
    assert (resumed.visit.stage, resumed.visit.number, resumed.visit.copy) == (Stage.PRINTING, issued.number, 1)


@pytest.mark.parametrize(
    ("outcome", "stage"),
    [(PrintOutcome.PRINTED, Stage.DONE), (PrintOutcome.UNKNOWN, Stage.UNSURE), (PrintOutcome.FAILED, Stage.UNPRINTED)],
)
def test_the_recorded_end_of_a_print_is_not_asked_again(outcome: PrintOutcome, stage: Stage) -> None:
    visit = promise()
    issued = certificate(visit)
    recent: list[tuple[int, EntryBody]] = [(5, issued), (6, Print(issued.number, 1, outcome, "completion"))]
    assert resume.caught_up(visit, None, recent).visit.stage is stage


def test_goods_that_are_recorded_are_fixed_though_the_saved_visit_did_not_know() -> None:
    visit = promise()
    lot = messages.LotDeclared("L1", FARMER.id, "cowpea", Decimal(160), "kg", "320 jin", FARMER.origin, visit.id)
    said = messages.DrugsStated(visit.id, "L1", FARMER.id, "cowpea", used=False)
    found = resume.caught_up(visit, None, [(5, lot), (6, said), (7, replace(lot, visit="v2", lot="L2"))]).visit
    assert (found.lot, found.declared, found.stated) == ("L1", 5, 6)


def test_the_second_paper_of_a_split_lot_and_a_void() -> None:
    visit = replace(promise(), papers=2)
    issued = certificate(visit)
    recent: list[tuple[int, EntryBody]] = [
        (5, issued),
        (6, Print(issued.number, 1, PrintOutcome.PRINTED, "completion")),
        (7, replace(issued, number="5304277K3M9QX2VHB", nth=2, of=2)),
    ]
    second = resume.caught_up(visit, None, recent).visit
    assert (second.stage, second.nth, second.number) == (Stage.PRINTING, 2, "5304277K3M9QX2VHB")
    wrong = replace(second, stage=Stage.VOIDING)
    void = messages.Voided(second.number, "spoiled", "self", "destroyed", visit.id)
    assert resume.caught_up(wrong, None, [(9, void)]).visit.stage is Stage.DONE


def test_a_recorded_reprint_is_copy_two_in_the_printer() -> None:
    visit = promise()
    issued = certificate(visit)
    recent: list[tuple[int, EntryBody]] = [
        (5, issued),
        (6, Print(issued.number, 1, PrintOutcome.UNKNOWN, "restart")),
        (7, Reprint(issued.number, 2, "spoiled")),
    ]
    resumed = resume.caught_up(visit, None, recent).visit
    assert (resumed.stage, resumed.copy) == (Stage.PRINTING, 2)


def test_the_verdict_of_a_sample_keeps_our_number_and_names_its_rule() -> None:
    test = a_test()
    assert test.verdict.outcome is Outcome.NEGATIVE
    assert test.verdict.rule == "GB/T 5009.199-2003/negative"
    assert str(test.value).startswith("19.6078")
    assert (test.scene, test.sample_type, test.sample_code) == (Scene.BASE, SampleType.SELF, "v1-1")


def test_a_run_that_had_been_given_up_is_not_gone_on_with() -> None:
    ended = messages.RunEnded("r1", "GB", "visit.run_cancelled", {}, visit="v1")
    lagging = Run("r1", based=MOMENT)
    resumed = resume.caught_up(in_test(), lagging, [(9, ended)])
    assert (resumed.run, resumed.visit.stage) == (None, Stage.TEST_CHOICE)
    assert resumed.visit.notice == Sentence("visit.run_cancelled")
    aside = resume.caught_up(turn.parked(in_test()), lagging, [(9, ended)])
    assert (aside.run, aside.visit.stage, aside.visit.aside) == (None, Stage.PARKED, Stage.TEST_CHOICE)
    other = resume.caught_up(in_test(), lagging, [(9, replace(ended, run="r2"))])
    assert (other.run, other.visit.stage) == (lagging, Stage.TESTING)


def test_a_recorded_test_of_a_turn_aside_is_noted_too() -> None:
    aside = turn.parked(in_test())
    resumed = resume.caught_up(aside, Run("r1", based=MOMENT), [(9, a_test())])
    assert resumed.visit == aside
    assert resumed.run is not None
    assert [note.seq for note in resumed.run.notes] == [9]
