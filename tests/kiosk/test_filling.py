"""Sheets on a real record: every tap is durable, a late one changes nothing, and what was answered is recorded."""

import json

import pytest

from kiosk import blobs
from kiosk.rules.messages import (
    AgreementSigned,
    CardGiven,
    Complaint,
    FaultReported,
    Handover,
    PinSet,
    SubjectProposed,
    Supply,
)
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen
from kiosk.sealed import unseal
from tests.kiosk.test_attendant import Served
from tests.support.desk import BADGES, CLERK, INSPECTOR, PIN, SIGNED, DeskBox, box, logs_on, ready, served, touch

__all__ = ["box", "served"]  # fixtures


def fills(served: Served, *taps: tuple[str, str]) -> Screen:
    for action, value in taps:
        touch(served, action, value)
    return served.attendant.screen()


def at(screen: Screen) -> str:
    """The open question."""
    assert screen.sheet is not None
    return "" if screen.sheet.at is None else screen.sheet.at.id


def badge(served: Served, role: str = "clerk") -> Screen:
    """Shown where a sheet asks for one, and its PIN."""
    served.shows(BADGES[role])
    served.until(lambda screen: screen.sheet is not None and bool(screen.sheet.draft.taken))
    return touch(served, "staff_pin", PIN)


def newcomer(served: Served) -> Screen:
    touch(served, "number")
    touch(served, "sheet", "newcomer")
    badge(served)
    village = served.attendant
    fills(served, ("answer", "farmer"), *(("take", one) for one in "李小花"), ("taken", ""))
    places = village.screen().sheet
    assert places is not None
    assert places.at is not None
    return fills(served, ("answer", places.at.choices[0].value), ("answer", "13987654321"), ("answer", "yes"))


def test_somebody_without_a_card_is_taken_in_by_staff_and_served(box: DeskBox, served: Served) -> None:
    box.answers["newcomer_may_issue"] = True
    assert at(newcomer(served)) == ""
    touch(served, "sheet_done")
    screen = served.at(Stage.PRODUCT)
    assert (screen.visit.subject is not None, screen.visit.provisional) == (True, True)
    (proposed,), (given,) = box.entries(SubjectProposed), box.entries(CardGiven)
    assert isinstance(proposed, SubjectProposed)
    assert isinstance(given, CardGiven)
    assert (proposed.subject.name, proposed.by, given.subject) == ("李小花", CLERK.id, proposed.subject.id)
    assert [name for name, _ in box.slips] == ["card"]


def test_nobody_is_taken_in_without_staff(served: Served) -> None:
    touch(served, "number")
    touch(served, "sheet", "newcomer")
    fills(served, ("answer", CLERK.id), ("answer", "farmer"), ("skip", ""))
    assert at(served.attendant.screen()) == "staff"


def test_a_double_tap_does_not_answer_the_next_question(served: Served) -> None:
    touch(served, "sheet", "complaint")
    before = served.attendant.screen()
    for _ in range(2):
        served.attendant.act("answer", "other", before.visit.id, before.place)
    assert at(served.attendant.screen()) == "text"


def test_a_sheet_survives_a_restart_in_the_middle(box: DeskBox) -> None:
    with box.serves() as served:
        ready(served)
        fills(served, ("sheet", "complaint"), ("answer", "service"), ("take", "慢"))
    with box.serves() as served:
        screen = served.at(Stage.FILLING)
        assert (at(screen), screen.sheet and screen.sheet.draft.taken) == ("text", ("慢",))
        fills(served, ("taken", ""), ("skip", ""), ("skip", ""), ("sheet_done", ""))
        served.at(Stage.DONE)
    assert [one.text for one in box.entries(Complaint) if isinstance(one, Complaint)] == ["慢"]


def test_leaving_records_nothing(box: DeskBox, served: Served) -> None:
    fills(served, ("sheet", "complaint"), ("answer", "service"), ("sheet_leave", ""))
    assert served.attendant.screen().visit.stage is Stage.IDLE
    assert box.entries(Complaint) == []


def test_back_goes_to_the_question_before_and_out_of_the_first(served: Served) -> None:
    fills(served, ("sheet", "complaint"), ("answer", "service"))
    assert at(touch(served, "sheet_back")) == "about"
    assert touch(served, "sheet_back").visit.stage is Stage.IDLE


def test_the_contact_of_a_complaint_is_sealed_as_it_is_typed(box: DeskBox, served: Served) -> None:
    fills(served, ("sheet", "complaint"), ("answer", "service"), ("take", "慢"), ("taken", ""), ("skip", ""))
    screen = touch(served, "answer", "13912345678")
    assert "13912345678" not in repr(screen.visit.sheet)
    touch(served, "sheet_done")
    (told,) = box.entries(Complaint)
    assert isinstance(told, Complaint)
    assert json.loads(unseal(box.data_key, told.sealed, "complaint.sealed")) == {"contact": "13912345678"}


def test_pictures_are_durable_before_they_are_named(box: DeskBox, served: Served) -> None:
    fills(served, ("sheet", "complaint"), ("answer", "service"), ("skip", ""), ("picture", ""), ("taken", ""))
    sheet = served.attendant.screen().sheet
    assert sheet is not None
    (digest,) = sheet.draft.all("pictures")
    assert blobs.find(box.captures, digest) == box.still


@pytest.mark.parametrize("value", ["0123", "x", "-1", "1" * 40, "５"])
def test_what_no_keypad_can_send_is_no_answer(served: Served, value: str) -> None:
    logs_on(served)
    fills(served, ("sheet", "supply strip"), ("answer", "received"))
    before = served.attendant.screen().visit.sheet
    allowed = value == "0123"
    touch(served, "answer", value)
    assert (served.attendant.screen().visit.sheet != before) is allowed


def test_supplies_are_counted(box: DeskBox, served: Served) -> None:
    logs_on(served)
    fills(served, ("sheet", "supply strip"), ("answer", "received"), ("answer", "20"), ("skip", ""), ("sheet_done", ""))
    fills(served, ("sheet", "supply strip"), ("answer", "used"), ("answer", "30"), ("skip", ""), ("sheet_done", ""))
    screen = served.attendant.screen()
    assert (at(screen), screen.visit.notice and screen.visit.notice.key) == ("count", "sheet.supply.short")
    fills(served, ("answer", "5"), ("sheet_done", ""))
    assert served.attendant.screen().visit.stage is Stage.DESK
    assert [one.event for one in box.entries(Supply) if isinstance(one, Supply)] == ["received", "used"]


def test_a_shift_is_handed_to_somebody_else_who_proves_himself(box: DeskBox, served: Served) -> None:
    logs_on(served)
    fills(served, ("sheet", "handover"), ("answer", "yes"), ("skip", ""))
    assert at(badge(served, "clerk")) == ""
    assert at(touch(served, "sheet_done")) == "next"
    badge(served, "inspector")
    touch(served, "sheet_done")
    (entry,) = box.entries(Handover)
    assert isinstance(entry, Handover)
    assert (entry.leaving, entry.arriving) == (CLERK.id, INSPECTOR.id)


def test_a_text_is_read_and_signed_by_who_is_served(box: DeskBox, served: Served) -> None:
    served.shows(box.card)
    served.at(Stage.PRODUCT)
    fills(served, ("sheet", "agreement notice"), ("answer", "yes"), ("sign", SIGNED), ("sheet_done", ""))
    assert served.attendant.screen().visit.stage is Stage.PRODUCT
    (signed,) = box.entries(AgreementSigned)
    assert isinstance(signed, AgreementSigned)
    assert blobs.find(box.captures, signed.signature)


@pytest.mark.parametrize(
    "strokes", ["", "[]", "{}", "[[[1,2]]]", '[[["a",2],[3,4]]]', "[" * 9000, "[[[1,2],[9999,3]]]"]
)
def test_what_is_no_signature_is_refused(served: Served, box: DeskBox, strokes: str) -> None:
    served.shows(box.card)
    served.at(Stage.PRODUCT)
    fills(served, ("sheet", "agreement notice"), ("answer", "yes"), ("sign", strokes))
    screen = served.attendant.screen()
    assert (at(screen), screen.visit.notice) == ("signature", Sentence("sheet.no_signature"))


def test_a_pin_is_kept_as_a_keyed_hash_and_asked_twice(box: DeskBox, served: Served) -> None:
    served.shows(box.card)
    served.at(Stage.PRODUCT)
    touch(served, "sheet", "pin")
    badge(served)
    screen = fills(served, ("answer", "2580"), ("answer", "2581"), ("sheet_done", ""))
    assert at(screen) == "again"
    fills(served, ("answer", "2580"), ("sheet_done", ""))
    (kept,) = box.entries(PinSet)
    assert isinstance(kept, PinSet)
    assert box.pins.fits("2580", kept.pin)
    assert not box.pins.fits("2581", kept.pin)
    assert "2580" not in kept.pin[:16]


def test_a_fault_goes_with_what_the_station_itself_says(box: DeskBox, served: Served) -> None:
    fills(served, ("sheet", "fault printer"), ("answer", "paper"), ("skip", ""), ("sheet_done", ""))
    (told,) = box.entries(FaultReported)
    assert isinstance(told, FaultReported)
    assert (told.part, told.problem, told.by) == ("printer", "problem.printer.silent", "")


def test_only_whose_role_it_is_opens_a_sheet(served: Served) -> None:
    assert touch(served, "sheet", "handover").visit.stage is Stage.IDLE
    logs_on(served)
    assert touch(served, "sheet", "handover").visit.stage is Stage.FILLING


def test_a_badge_rests_after_five_wrong_pins(served: Served) -> None:
    served.shows(BADGES["clerk"])
    served.until(lambda screen: screen.proof == "badge")
    for _ in range(5):
        touch(served, "badge_pin", "0000")
    notice = touch(served, "badge_pin", PIN).visit.notice
    assert notice is not None
    assert notice.key == "entrance.pin_rests"
