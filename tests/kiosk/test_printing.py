"""Parts, batches, voids and odd moments, with a real record and a real press: every certificate has one end, and one
original of each part. After every test the independent auditor looks at the record and has to find nothing."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.errors import LinkError
from kiosk.devices import PrintEnded, PrintJob
from kiosk.export import take_out
from kiosk.print_table import Copy
from kiosk.rules.messages import Certificate, Print, Reprint, Voided
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen
from tests.kiosk.test_attendant import Box, Served, refused
from tests.support.waiting import wait_for
from ui.audit.report import report
from ui.audit.together import Asked, audit

PARTS = ("goods", "stub")


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    box = Box(tmp_path)
    yield box
    proved(box)


def proved(box: Box) -> None:
    """What every test here has to leave behind: no copy printed twice as an original, and no copy without an end."""
    sent = [(job.number, job.part, job.copy) for job in box.jobs]
    failed = [(end.number, end.part, end.copy) for end in ends(box) if end.outcome == "failed"]
    assert all(sent.count(one) - failed.count(one) <= 1 for one in set(sent))
    with closing(box.record()) as record:
        assert record.tables.prints.unended() == []
    out = box.captures.parent / "export.zip"
    take_out(box.home, box.station.key, box.county.trust, 1, record.last, out)
    (told,) = report(audit(Asked([out])))["exports"]
    assert told["findings"] == []


def ends(box: Box) -> list[Print]:
    return [one for one in box.entries(Print) if isinstance(one, Print)]


def told(box: Box) -> list[tuple[str, int, str, str]]:
    return [(end.part, end.copy, end.outcome, end.evidence) for end in ends(box)]


def certificates(box: Box) -> list[Certificate]:
    return [one for one in box.entries(Certificate) if isinstance(one, Certificate)]


def came_out(job: PrintJob) -> PrintEnded:
    return PrintEnded(job.number, job.copy, True, True, "completion", part=job.part)


def in_doubt(job: PrintJob) -> PrintEnded:
    return PrintEnded(job.number, job.copy, True, False, "printer.paper_out", part=job.part)


def not_begun(job: PrintJob) -> PrintEnded:
    return replace(refused(job), part=job.part)


def next_job(box: Box, served: Served, count: int) -> PrintJob:
    served.until(lambda _: len(box.jobs) >= count)
    assert len(box.jobs) == count
    return box.jobs[-1]


def batch(box: Box, served: Served, amount: str, papers: int) -> PrintJob:
    served.until(lambda screen: screen.link.recorded >= 2)
    served.shows(box.card)
    served.at(Stage.PRODUCT)
    for action, value in (("product", "cowpea"), ("quantity", amount), ("drugs_none", ""), ("split", str(papers))):
        screen = served.tap(action, value)
    served.tap("promise", "+".join(screen.offered[0]))
    return next_job(box, served, 1)


# --- parts ---


def test_the_parts_of_one_issue_are_printed_one_after_the_other_and_none_is_a_reprint(box: Box) -> None:
    box.answers = {"parts": PARTS, "signature_box": True}
    with box.serves() as served:
        first = served.promises(box)
        served.attendant.post(came_out(first))
        second = next_job(box, served, 2)
        served.attendant.post(came_out(second))
        served.at(Stage.DONE)
    assert (first.number, first.part, first.copy) == (second.number, "goods", 1)
    assert (second.part, second.copy) == ("stub", 1)
    assert first.job_id != second.job_id
    assert [one.parts for one in certificates(box)] == [PARTS]
    assert told(box) == [("goods", 1, "printed", "completion"), ("stub", 1, "printed", "completion")]
    assert box.entries(Reprint) == []


def test_a_failure_in_the_second_part_goes_on_with_the_second_part(box: Box) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        served.attendant.post(came_out(served.promises(box)))
        served.attendant.post(not_begun(next_job(box, served, 2)))
        served.at(Stage.UNPRINTED)
        served.tap("print_again")
        served.attendant.post(in_doubt(next_job(box, served, 3)))
        served.at(Stage.UNSURE)
        served.tap("paper_spoiled")
        served.attendant.post(came_out(next_job(box, served, 4)))
        served.at(Stage.DONE)
    assert [(job.part, job.copy) for job in box.jobs] == [("goods", 1), ("stub", 1), ("stub", 1), ("stub", 2)]
    assert [(one.part, one.copy) for one in box.entries(Reprint) if isinstance(one, Reprint)] == [("stub", 2)]


def test_a_restart_in_the_middle_of_the_second_part_asks_about_the_second_part_only(box: Box) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        served.attendant.post(came_out(served.promises(box)))
        next_job(box, served, 2)
        served.at(Stage.PRINTING)
    with box.serves() as served:
        screen = served.at(Stage.UNSURE)
        assert (screen.visit.part, screen.visit.copy) == ("stub", 1)
        served.tap("paper_whole")
        served.at(Stage.DONE)
    assert told(box)[1:] == [("stub", 1, "unknown", "restart"), ("stub", 1, "confirmed", "person")]


def test_after_a_restart_between_two_parts_the_next_one_is_printed(box: Box) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        product = box.products["cowpea"]
        job = served.promises(box)
        del box.products["cowpea"]
        served.attendant.post(came_out(job))
        served.at(Stage.CONTINUING)
    box.products["cowpea"] = product
    with box.serves() as served:
        served.attendant.post(came_out(next_job(box, served, 2)))
        served.at(Stage.DONE)


def test_a_lost_part_is_printed_again_by_itself(box: Box) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        served.attendant.post(came_out(served.promises(box)))
        served.attendant.post(came_out(next_job(box, served, 2)))
        served.at(Stage.DONE)
        served.tap("paper_spoiled", "nonsense")
        served.tap("paper_spoiled", "goods")
        served.attendant.post(came_out(next_job(box, served, 3)))
        served.at(Stage.DONE)
        served.tap("paper_spoiled", "goods")
        served.attendant.post(came_out(next_job(box, served, 4)))
        served.at(Stage.DONE)
    assert [(job.part, job.copy) for job in box.jobs[2:]] == [("goods", 2), ("goods", 3)]


@pytest.mark.parametrize("leaving", ["park", "abandon"])
def test_a_part_that_nobody_goes_on_to_is_said_to_be_unprinted(box: Box, leaving: str) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        served.attendant.post(not_begun(served.promises(box)))
        served.at(Stage.UNPRINTED)
        served.tap(leaving)
        served.at(Stage.IDLE if leaving == "park" else Stage.ABANDONED)
    assert told(box) == [("goods", 1, "failed", "status"), ("stub", 1, "failed", "left")]


def test_a_parked_turn_prints_both_parts_when_it_comes_back(box: Box) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        served.attendant.post(not_begun(served.promises(box)))
        served.at(Stage.UNPRINTED)
        served.tap("park")
        served.at(Stage.IDLE)
        served.shows(box.card)
        served.at(Stage.UNPRINTED)
        served.tap("park")
        served.at(Stage.IDLE)
        served.shows(box.card)
        served.at(Stage.UNPRINTED)
        served.tap("print_again")
        served.attendant.post(came_out(next_job(box, served, 2)))
        served.attendant.post(came_out(next_job(box, served, 3)))
        served.at(Stage.DONE)
    assert [end[:3] for end in told(box)] == [
        ("goods", 1, "failed"), ("stub", 1, "failed"), ("goods", 1, "printed"), ("stub", 1, "printed"),
    ]  # fmt: skip


# --- batches ---


def test_a_batch_goes_on_after_paper_end_unplug_and_restart_at_the_first_unprinted_one(box: Box) -> None:
    with box.serves() as served:
        job = batch(box, served, "20 box x 5", 20)
        served.attendant.post(came_out(job))
        served.attendant.post(in_doubt(next_job(box, served, 2)))
        screen = served.at(Stage.UNSURE)
        assert (screen.visit.nth, screen.visit.papers) == (2, 20)
        served.tap("paper_spoiled")
        served.attendant.post(came_out(next_job(box, served, 3)))
        served.attendant.post(not_begun(next_job(box, served, 4)))
        assert served.at(Stage.UNPRINTED).visit.nth == 3
    with box.serves() as served:
        assert served.at(Stage.UNPRINTED).visit.nth == 3
        served.tap("print_again")
        next_job(box, served, 5)
    with box.serves() as served:
        assert served.at(Stage.UNSURE).visit.nth == 3
        served.tap("paper_whole")
        for count in range(6, 23):
            served.attendant.post(came_out(next_job(box, served, count)))
        served.at(Stage.DONE)
    issued = certificates(box)
    assert [(one.nth, one.of, str(one.quantity), one.quantity_typed) for one in issued] == [
        (nth, 20, "5", "1 box x 5") for nth in range(1, 21)
    ]
    assert len({one.number for one in issued}) == 20
    assert len({one.lot for one in issued}) == 1
    assert [job.copy for job in box.jobs].count(2) == 1


@pytest.mark.parametrize("at", [Stage.PRINTING, Stage.UNPRINTED, Stage.UNSURE, Stage.CONTINUING])
def test_a_batch_that_a_person_stops_issues_nothing_more(box: Box, at: Stage) -> None:
    with box.serves() as served:
        first = batch(box, served, "300 kg", 3)
        end = {Stage.UNPRINTED: not_begun, Stage.UNSURE: in_doubt}.get(at, came_out)
        if at is Stage.CONTINUING:
            del box.products["cowpea"]
        if at is not Stage.PRINTING:
            served.attendant.post(end(first))
        served.at(at)
        served.tap("enough")
        if at is Stage.PRINTING:
            served.attendant.post(came_out(first))
        if at is Stage.UNPRINTED:
            served.tap("print_again")
            served.attendant.post(came_out(next_job(box, served, 2)))
        if at is Stage.UNSURE:
            served.tap("paper_whole")
        screen = served.at(Stage.DONE)
    assert (screen.visit.nth, screen.visit.papers, screen.visit.enough) == (1, 3, True)
    assert len(certificates(box)) == 1


def test_a_stopped_batch_leaves_the_rest_of_the_lot_free(box: Box) -> None:
    with box.serves() as served:
        first = batch(box, served, "300 kg", 3)
        served.tap("enough")
        served.attendant.post(came_out(first))
        served.at(Stage.DONE)
    with closing(box.record()) as record:
        balance = record.tables.lots.book(certificates(box)[0].lot).balance(certificates(box)[0].lot)
        assert balance is not None
        assert str(balance.free()) == "200"


# --- taken back ---


def test_a_void_while_the_paper_is_still_coming_out(box: Box) -> None:
    with box.serves() as served:
        job = served.promises(box)
        served.tap("wrong")
        served.at(Stage.VOIDING)
        assert served.tap("void", "wrong_quantity not_printed no").visit.notice == Sentence(
            "void.paper_printed", {"number": job.number}
        )
        served.tap("void", "wrong_quantity taken_back no")
        served.at(Stage.DONE)
        served.attendant.post(came_out(job))
        served.until(lambda _: bool(box.entries(Print)))
    assert [one.paper for one in box.entries(Voided) if isinstance(one, Voided)] == ["taken_back"]
    assert told(box) == [("", 1, "printed", "completion")]


def test_a_print_that_ends_while_a_person_thinks_about_a_void_goes_on_when_he_steps_back(box: Box) -> None:
    with box.serves() as served:
        job = batch(box, served, "300 kg", 2)
        served.tap("wrong")
        served.attendant.post(came_out(job))
        served.until(lambda _: bool(box.entries(Print)))
        assert served.attendant.screen().visit.stage is Stage.VOIDING
        served.tap("back")
        served.attendant.post(came_out(next_job(box, served, 2)))
        served.at(Stage.DONE)


def test_a_restart_while_a_person_thinks_about_a_void_in_the_middle_of_a_print(box: Box) -> None:
    with box.serves() as served:
        served.promises(box)
        served.tap("wrong")
        served.at(Stage.VOIDING)
        assert served.tap("abandon").visit.stage is Stage.VOIDING
    with box.serves() as served:
        served.at(Stage.VOIDING)
        served.tap("back")
        served.at(Stage.UNSURE)
    assert told(box) == [("", 1, "unknown", "restart")]


def test_a_void_of_a_box_ends_its_batch_and_takes_its_part_with_it(box: Box) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        served.attendant.post(in_doubt(batch(box, served, "300 kg", 3)))
        served.at(Stage.UNSURE)
        served.tap("wrong")
        served.tap("void", "wrong_quantity destroyed no")
        served.at(Stage.DONE)
    assert len(box.jobs) == 1


# --- every way to an end ---


def test_what_a_stopped_program_left_without_an_end_is_ended_at_the_next_start(box: Box) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        number = served.promises(box).number
    with closing(box.record()) as record:
        (visit,) = (one[0] for one in record.tables.open_visits())
        record.close_visit(visit)  # as a rebuild of lost tables would leave it
        assert record.tables.prints.unended() == [
            (number, Copy("goods", 1, "begun")), (number, Copy("stub", 1, "waiting")),
        ]  # fmt: skip
    with box.serves() as served:
        served.at(Stage.IDLE)
    assert told(box) == [("goods", 1, "unknown", "restart"), ("stub", 1, "failed", "left")]
    with box.serves() as served:
        served.at(Stage.IDLE)
    assert len(ends(box)) == 2


@pytest.mark.parametrize("end", [not_begun, in_doubt])
def test_a_turn_that_nobody_answers_steps_aside_with_its_ends_recorded(
    box: Box, end: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.answers = {"parts": PARTS}
    settings = box.settings
    monkeypatch.setattr(box, "settings", lambda: replace(settings(), idle_after=1.0))
    with box.serves() as served:
        job = served.promises(box)
        served.attendant.post(not_begun(job) if end is not_begun else in_doubt(job))
        served.at(Stage.IDLE)
    assert [one[0] for one in told(box)] == ["goods", "stub"]


def test_a_full_disk_in_the_middle_of_a_print_asks_the_person_when_there_is_room_again(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(payload: bytes) -> None:
        raise OSError(28, "No space left on device")

    with box.serves() as served:
        job = served.promises(box)
        monkeypatch.setattr(served.attendant._record._writer, "append", full)
        monkeypatch.setattr(threading, "excepthook", lambda _: None)
        served.attendant.post(came_out(job))
        wait_for(lambda: not served.alive, "the station stops", 20)
    with box.serves() as served:
        served.at(Stage.UNSURE)
        served.tap("paper_whole")
        served.at(Stage.DONE)
    with closing(box.record()) as again:
        assert [one.outcome for one in again.tables.prints.copies(job.number)] == ["confirmed"]


def test_the_screen_says_which_printer_is_lost(box: Box) -> None:
    with box.serves() as served:
        job = served.promises(box)
        silent = PrintEnded(job.number, 1, False, False, "absent", LinkError("printer.silent"), "", "label_printer")
        served.attendant.post(silent)

        def lost(screen: Screen) -> bool:
            return any(one.part == "label_printer" and one.problem is not None for one in screen.devices)

        served.until(lost)
