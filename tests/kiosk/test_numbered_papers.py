"""Vouchers and trace labels through the printing service: one original of each piece, and on at the first unprinted."""

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from drivers.errors import LinkError
from kiosk.devices import PrintEnded, PrintJob
from kiosk.issuing import Copy, PressError
from kiosk.numbered_papers import Batch, NumberedPapers, State
from kiosk.record import Record
from kiosk.rules.messages import Print, Reprint, TraceLabel, Voucher
from kiosk.rules.sentence import Sentence
from tests.kiosk.test_attendant import Box
from tests.support.bodies import FARMER

LABELS = TraceLabel("T1", "v-1", FARMER.id, "cowpea", "A", 200, "")
SLIP = Voucher(
    "V1", "v-1", FARMER, "cowpea", "A", Decimal(100), "kg", "100 kg", FARMER.origin, "2026-03-02", "market", ""
)


class Service:
    """`jobs` is what reached the printer."""

    def __init__(self, record: Record) -> None:
        self.jobs: list[PrintJob] = []
        self.broken = False
        self.papers = NumberedPapers(record, self.draw, self.jobs.append)

    def draw(self, paper: Voucher | TraceLabel, which: Copy) -> Image.Image:
        if self.broken:
            raise PressError(Sentence("problem.paper.glyph"))
        return Image.new("1", (8 * which.copy, 8), 1)

    @property
    def batch(self) -> Batch:
        assert self.papers.batch is not None
        return self.papers.batch

    def end(self, *, begun: bool = True, done: bool = True) -> bool:
        job = self.jobs[-1]
        problem = None if begun else LinkError("printer.silent")
        return self.papers.ended(PrintEnded(job.number, job.copy, begun, done, "completion", problem, job.part))


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture
def record(box: Box) -> Iterator[Record]:
    with closing(box.record()) as record:
        yield record


def ends(box: Box) -> list[tuple[str, int, str]]:
    return [(one.part, one.copy, one.outcome) for one in box.entries(Print) if isinstance(one, Print)]


def test_a_voucher_is_recorded_then_printed_once_and_again_only_as_a_reprint(box: Box, record: Record) -> None:
    service = Service(record)
    service.papers.give(SLIP)
    (job,) = service.jobs
    assert (job.number, job.copy, job.label) == ("V1", 1, False)
    assert box.entries(Voucher) == [SLIP]
    assert service.end(done=False)
    assert service.batch.state is State.UNSURE
    service.papers.print_again()
    assert len(service.jobs) == 1
    service.papers.spoiled()
    assert box.entries(Reprint) == [Reprint("V1", 2, "spoiled", "")]
    service.end()
    assert (service.batch.state, service.jobs[-1].copy) == (State.DONE, 2)
    assert service.jobs[0].job_id != service.jobs[1].job_id
    assert ends(box) == [("", 1, "unknown"), ("", 2, "printed")]


def test_nothing_is_recorded_that_cannot_be_drawn(box: Box, record: Record) -> None:
    service = Service(record)
    service.broken = True
    with pytest.raises(PressError):
        service.papers.give(LABELS)
    assert box.entries(TraceLabel) == []
    assert service.papers.batch is None


def test_two_hundred_labels_with_a_paper_end_an_unplug_and_a_restart(box: Box, record: Record) -> None:
    service = Service(record)
    service.papers.give(LABELS)
    for _ in range(36):
        service.end()
    assert (service.batch.nth, service.batch.of, service.batch.state) == (37, 200, State.PRINTING)
    service.end(done=False)
    service.papers.spoiled()
    service.end()
    service.end(begun=False)
    assert (service.batch.nth, service.batch.state) == (38, State.UNPRINTED)
    again = Service(record)
    again.papers.take_up("T1")
    assert (again.batch.nth, again.batch.copy, again.batch.state) == (38, 1, State.UNPRINTED)
    again.papers.print_again()
    third = Service(record)  # the program stopped with label 38 at the printer
    third.papers.take_up("T1")
    assert (third.batch.nth, third.batch.state, third.jobs) == (38, State.UNSURE, [])
    third.papers.whole()
    while third.batch.state is State.PRINTING:
        third.end()
    assert (third.batch.nth, third.batch.state) == (200, State.DONE)
    whole = [(part, copy) for part, copy, outcome in ends(box) if outcome in ("printed", "confirmed")]
    assert len(whole) == len(set(whole)) == 200
    assert [(job.part, job.copy) for job in service.jobs].count(("37", 1)) == 1
    assert all(job.label for job in service.jobs)


def test_a_restart_with_a_label_at_the_printer_asks_about_that_label(box: Box, record: Record) -> None:
    service = Service(record)
    service.papers.give(LABELS)
    service.end()
    again = Service(record)
    again.papers.take_up("T1")
    assert (again.batch.nth, again.batch.state) == (2, State.UNSURE)
    assert ends(box)[-1] == ("2", 1, "unknown")
    again.papers.whole()
    assert (again.batch.nth, again.jobs[-1].part) == (3, "3")


def test_where_nobody_kept_what_was_at_the_printer_a_person_is_asked(box: Box, record: Record) -> None:
    service = Service(record)
    service.papers.give(LABELS)
    service.end()
    service.end(begun=False)
    record.close_visit("paper/T1")  # as a rebuild of lost tables leaves it
    again = Service(record)
    again.papers.take_up("T1")
    assert (again.batch.nth, again.batch.state) == (2, State.UNSURE)
    again.papers.spoiled()
    assert (again.jobs[-1].part, again.jobs[-1].copy) == ("2", 2)


def test_a_restart_between_two_labels_doubts_none(box: Box, record: Record) -> None:
    service = Service(record)
    service.papers.give(LABELS)
    service.broken = True
    with pytest.raises(PressError):
        service.end()
    again = Service(record)
    again.papers.take_up("T1")
    assert (again.batch.nth, again.batch.state) == (2, State.UNPRINTED)
    assert ends(box) == [("1", 1, "printed")]


def test_a_stopped_batch_goes_on_where_it_stopped(box: Box, record: Record) -> None:
    service = Service(record)
    service.papers.give(LABELS)
    service.papers.stop()
    service.end()
    assert (service.batch.nth, service.batch.state, len(service.jobs)) == (2, State.STOPPED, 1)
    again = Service(record)
    again.papers.take_up("T1")
    assert (again.batch.nth, again.batch.state) == (2, State.UNPRINTED)
    service.papers.print_again()
    service.end()
    assert service.batch.nth == 3


def test_the_end_of_another_paper_is_not_ours(record: Record) -> None:
    service = Service(record)
    stranger = PrintEnded("C9", 1, True, True, "completion")
    assert not service.papers.ended(stranger)
    service.papers.give(SLIP)
    assert not service.papers.ended(stranger)
    assert service.end()
    assert not service.end()
    service.papers.take_up("V1")
    assert service.batch.state is State.DONE


def test_a_next_label_that_cannot_be_drawn_waits_and_stops_nothing(record: Record, box: Box) -> None:
    service = Service(record)
    service.papers.give(LABELS)
    service.broken = True
    with pytest.raises(PressError):
        service.end()
    assert (service.batch.nth, service.batch.state) == (2, State.UNPRINTED)
    after = Service(record)
    after.papers.take_up(LABELS.number)
    assert (after.batch.nth, after.batch.state) == (2, State.UNPRINTED)
    service.broken = False
    service.papers.print_again()
    service.end()
    assert [job.part for job in service.jobs] == ["1", "2", "3"]
    assert [end[:2] for end in ends(box)] == [("1", 1), ("2", 1)]
