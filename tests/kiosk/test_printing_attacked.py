"""Attacks on the printing of a visit: quick fingers, orders and faults in the middle of parts and batches."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from kiosk.contract import read
from kiosk.devices import PrintEnded, PrintJob
from kiosk.rules.messages import Certificate, CertificateRevoked, PrintOutcome, Reprint, Voided
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen
from kiosk.serving import Settings
from kiosk.words import LANGUAGES, load_words
from tests.kiosk.test_attendant import Box, Served
from tests.kiosk.test_printing import (
    PARTS,
    batch,
    came_out,
    certificates,
    ends,
    in_doubt,
    next_job,
    not_begun,
    proved,
    told,
)  # fmt: skip
from tests.support.law import law
from tests.support.waiting import wait_for


class Ordered(Box):
    """The county's answers count at the moment at which they are asked for, as in a station."""

    def settings(self) -> Settings:
        return replace(super().settings(), rules=lambda _: law(method=False, proof=Proof.NONE, **self.answers))


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    box = Ordered(tmp_path)
    yield box
    proved(box)


def hurry(served: Served, action: str, value: str = "", taps: int = 5) -> None:
    """So many fingers on one page, at once."""
    visit = served.attendant.screen().visit
    fingers = [
        threading.Thread(target=served.attendant.act, args=(action, value, visit.id, visit.stage)) for _ in range(taps)
    ]
    for finger in fingers:
        finger.start()
    for finger in fingers:
        finger.join()


def revoke(box: Box, served: Served, number: str) -> None:
    before = served.attendant.screen().link.recorded
    box.bring(CertificateRevoked(number, "fraud"))
    served.until(lambda screen: screen.link.recorded > before)


# --- quick fingers ---


def test_many_taps_on_one_button_are_one(box: Box) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        served.shows(box.card)
        served.at(Stage.PRODUCT)
        for action, value in (("product", "cowpea"), ("quantity", "320 jin"), ("drugs_none", "")):
            screen = served.tap(action, value)
        hurry(served, "promise", "+".join(screen.offered[0]))
        served.attendant.post(not_begun(next_job(box, served, 1)))
        served.at(Stage.UNPRINTED)
        hurry(served, "print_again")
        served.attendant.post(came_out(next_job(box, served, 2)))
        served.attendant.post(in_doubt(next_job(box, served, 3)))
        served.at(Stage.UNSURE)
        hurry(served, "paper_spoiled")
        served.attendant.post(came_out(next_job(box, served, 4)))
        served.at(Stage.DONE)
        hurry(served, "paper_spoiled", "goods")
        served.attendant.post(came_out(next_job(box, served, 5)))
        served.at(Stage.DONE)
    assert len(certificates(box)) == 1
    assert [(job.part, job.copy) for job in box.jobs] == [
        ("goods", 1), ("goods", 1), ("stub", 1), ("stub", 2), ("goods", 2),
    ]  # fmt: skip


def test_an_end_that_is_told_twice_is_one(box: Box) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        first = served.promises(box)
        for _ in range(3):
            served.attendant.post(came_out(first))
        served.attendant.post(came_out(next_job(box, served, 2)))
        served.at(Stage.DONE)
        served.attendant.post(in_doubt(first))
        served.tap("wrong")
        served.at(Stage.VOIDING)
    assert [one[:3] for one in told(box)] == [("goods", 1, "printed"), ("stub", 1, "printed")]


# --- taken back in the middle ---


@pytest.mark.parametrize("end", [came_out, in_doubt, not_begun])
def test_a_void_while_the_second_part_is_at_the_printer(box: Box, end: Callable[[PrintJob], PrintEnded]) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        served.attendant.post(came_out(served.promises(box)))
        second = next_job(box, served, 2)
        served.at(Stage.PRINTING)
        served.tap("wrong")
        served.tap("void", "wrong_quantity taken_back no")
        served.at(Stage.DONE)
        served.attendant.post(end(second))
        served.until(lambda _: len(ends(box)) == 2)
        assert served.tap("paper_spoiled", "goods").visit.stage is Stage.DONE
    assert len(box.jobs) == 2
    assert box.entries(Reprint) == []
    assert len(box.entries(Voided)) == 1


def test_a_void_in_the_second_part_of_a_batch_that_is_issued_anew(box: Box) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        served.attendant.post(came_out(batch(box, served, "300 kg", 3)))
        second = next_job(box, served, 2)
        served.tap("wrong")
        served.tap("void", "wrong_quantity taken_back yes")
        served.at(Stage.PRODUCT)
        served.attendant.post(came_out(second))
        served.until(lambda _: len(ends(box)) == 2)
        for action, value in (("product", "cowpea"), ("quantity", "200 kg"), ("drugs_none", "")):
            screen = served.tap(action, value)
        served.tap("promise", "+".join(screen.offered[0]))
        served.attendant.post(came_out(next_job(box, served, 3)))
        served.attendant.post(came_out(next_job(box, served, 4)))
        served.at(Stage.DONE)
    first, anew = certificates(box)
    assert anew.replaces == first.number
    assert [job.copy for job in box.jobs] == [1, 1, 1, 1]


# --- orders in the middle ---


def test_parts_that_the_county_changes_count_for_the_next_number(box: Box) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        first = batch(box, served, "300 kg", 2)
        box.answers = {"parts": ()}
        served.attendant.post(came_out(first))
        second = next_job(box, served, 2)
        assert (second.number, second.part) == (first.number, "stub")
        served.attendant.post(came_out(second))
        third = next_job(box, served, 3)
        assert (third.number != first.number, third.part) == (True, "")
        box.answers = {"parts": PARTS}
        served.attendant.post(came_out(third))
        served.at(Stage.DONE)
        served.tap("paper_spoiled", "stub")
        served.tap("paper_spoiled")
        served.attendant.post(came_out(next_job(box, served, 4)))
        served.at(Stage.DONE)
    assert [one.parts for one in certificates(box)] == [PARTS, ()]
    assert [(job.part, job.copy) for job in box.jobs] == [("goods", 1), ("stub", 1), ("", 1), ("", 2)]


def test_no_part_of_a_certificate_that_the_county_revokes_while_it_is_printed(box: Box) -> None:
    box.answers = {"parts": PARTS}
    with box.serves() as served:
        first = served.promises(box)
        revoke(box, served, first.number)
        served.attendant.post(came_out(first))
        screen = served.at(Stage.CONTINUING)
        assert screen.visit.notice == Sentence("void.no_copy", {"number": first.number})
        served.tap("print_again")
        served.tap("wrong")
        served.tap("void", "wrong_subject taken_back no")
        served.at(Stage.DONE)
    assert len(box.jobs) == 1


def test_a_revoked_certificate_whose_second_part_nobody_can_print_has_its_ends(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.answers = {"parts": PARTS}
    settings = box.settings
    monkeypatch.setattr(box, "settings", lambda: replace(settings(), idle_after=1.0))
    with box.serves() as served:
        first = served.promises(box)
        revoke(box, served, first.number)
        served.attendant.post(came_out(first))
        served.at(Stage.ABANDONED)
    assert told(box) == [("goods", 1, "printed", "completion"), ("stub", 1, "failed", "left")]


@pytest.mark.parametrize("action", ["paper_spoiled", "paper_whole"])
def test_a_revoked_paper_in_doubt_is_not_printed_again_but_may_be_whole(box: Box, action: str) -> None:
    with box.serves() as served:
        job = served.promises(box)
        served.attendant.post(in_doubt(job))
        served.at(Stage.UNSURE)
        revoke(box, served, job.number)
        screen = served.tap(action)
        assert screen.visit.stage is (Stage.DONE if action == "paper_whole" else Stage.UNSURE)
    assert len(box.jobs) == 1


# --- stops at every stage ---


@pytest.mark.parametrize("end", ["none", "failed", "unknown", "printed", "voiding", "goods_gone"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_restart_at_every_stage_of_a_batch_in_parts(box: Box, end: str, at: int) -> None:
    box.answers = {"parts": PARTS}
    product = box.products["cowpea"]
    with box.serves() as served:
        job = batch(box, served, "300 kg", 2)
        for count in range(2, at + 1):
            served.attendant.post(came_out(job))
            job = next_job(box, served, count)
        if end == "failed":
            served.attendant.post(not_begun(job))
            served.at(Stage.UNPRINTED)
        elif end == "unknown":
            served.attendant.post(in_doubt(job))
            served.at(Stage.UNSURE)
        elif end == "printed":
            served.attendant.post(came_out(job))
            next_job(box, served, at + 1)
        elif end == "voiding":
            served.tap("wrong")
            served.at(Stage.VOIDING)
        elif end == "goods_gone":
            del box.products["cowpea"]
            served.attendant.post(came_out(job))
            served.at(Stage.CONTINUING)
    box.products["cowpea"] = product
    with box.serves() as served:
        goes_on(box, served)
    issued = certificates(box)
    assert [(one.nth, one.of, one.parts) for one in issued] == [(1, 2, PARTS), (2, 2, PARTS)]
    whole = {PrintOutcome.PRINTED, PrintOutcome.CONFIRMED}
    good = [(one.number, one.part) for one in ends(box) if one.outcome in whole]
    assert sorted(good) == sorted((one.number, part) for one in issued for part in PARTS)


def goes_on(box: Box, served: Served) -> None:
    """To the end of the batch, as a person would who looks at every paper; it is always whole."""
    screen = served.until(lambda screen: screen.visit.stage is not Stage.IDLE)
    if screen.visit.stage is Stage.VOIDING:
        served.tap("back")
    for _ in range(9):
        stage = served.until(lambda screen: screen.visit.stage is not Stage.CONTINUING).visit.stage
        if stage is Stage.DONE:
            return
        count = len(box.jobs)
        if stage is Stage.UNSURE:
            served.tap("paper_whole")
        elif stage is Stage.UNPRINTED:
            served.tap("print_again")
        else:
            served.attendant.post(came_out(box.jobs[-1]))
        served.until(partial(went_on, box, count))
    raise AssertionError(stage)


def went_on(box: Box, jobs: int, screen: Screen) -> bool:
    return screen.visit.stage is Stage.DONE or len(box.jobs) > jobs


def test_a_full_disk_between_two_papers_of_a_batch_goes_on_when_there_is_room(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a job without its entry, nor two numbers for one box."""
    with box.serves() as served:
        first = batch(box, served, "300 kg", 3)
        append = served.attendant._record._writer.append

        def nearly_full(payload: bytes) -> None:
            if read(payload).header.kind == Certificate.kind:
                raise OSError(28, "No space left on device")
            append(payload)

        monkeypatch.setattr(served.attendant._record._writer, "append", nearly_full)
        monkeypatch.setattr(threading, "excepthook", lambda _: None)
        served.attendant.post(came_out(first))
        wait_for(lambda: not served.alive, "the station stops", 20)
    assert (len(certificates(box)), len(box.jobs)) == (1, 1)
    with box.serves() as served:
        served.attendant.post(came_out(next_job(box, served, 2)))
        served.attendant.post(came_out(next_job(box, served, 3)))
        served.at(Stage.DONE)
    assert [one.nth for one in certificates(box)] == [1, 2, 3]


def test_what_stopped_a_paper_in_the_middle_is_said(box: Box) -> None:
    with box.serves() as served:
        served.attendant.post(in_doubt(served.promises(box)))
        assert served.at(Stage.UNSURE).visit.notice == Sentence("problem.printer.paper_out")
        served.tap("paper_whole")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_with_a_printer_names_no_button_that_another_page_has_not(language: str) -> None:
    words = load_words(language)
    again = words.say("screen.unprinted.again")
    assert again in words.say("screen.unprinted.then")
    assert words.say("screen.unsure.spoiled") in words.say("screen.unsure.ready")
    for code in ("paper_out", "absent", "cover_open", "error", "offline", "no_completion"):
        assert again not in words.say(f"problem.printer.{code}")
