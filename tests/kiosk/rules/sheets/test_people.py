"""Sheets about people and the desk: which questions follow from which answers, and what comes of them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kiosk.rules.goods.book import Balance, Paper
from kiosk.rules.messages import (
    AgreementSigned,
    CardGiven,
    Complaint,
    FarmWork,
    FaultReported,
    Handover,
    Lost,
    PinSet,
    Presence,
    Present,
    SubjectProposed,
    Supply,
)
from kiosk.rules.scan.numbers import parse_card
from kiosk.rules.sheets import agreement, card, complaint, farming, fault, handover, loss, newcomer, pin, supply
from kiosk.rules.sheets.sheet import Then, Unfit
from tests.support.bodies import FARMER, START
from tests.support.books import CLERK, OTHER, TECHNICIAN, Told, facts, filled, questions

LI = ("farmer", "李小花", "gasa", "13987654321")
STRIPS = {"strip": ({"zh": "检测卡", "en": "strips"}, "条")}
TODAY = START.date().isoformat()
LOT = Balance("L-1", FARMER.id, "cowpea", "kg", Decimal(100))


# --- newcomer ---


def test_a_newcomer_is_proposed_under_the_stations_own_code() -> None:
    known = facts(settings={"newcomer_may_issue": True})
    done = newcomer.made(filled(newcomer.SHEET, known, *LI, "no"), known)
    (entry,) = done.entries
    assert isinstance(entry, SubjectProposed)
    assert (entry.subject.id, entry.subject.origin, entry.by) == ("gasa-01-0123456789", "戛洒镇", CLERK.id)
    assert (done.then, done.slip, done.said and done.said.key) == (Then.SERVE, "", "sheet.newcomer.done")


def test_a_card_comes_with_it_whose_number_nobody_has() -> None:
    known = facts()
    first = newcomer.made(filled(newcomer.SHEET, known, *LI, "yes"), known).entries[1]
    assert isinstance(first, CardGiven)
    taken = facts(Told(holders={first.card: "s-9"}))
    second = newcomer.made(filled(newcomer.SHEET, taken, *LI, "yes"), taken).entries[1]
    assert isinstance(second, CardGiven)
    assert second.card != first.card
    assert parse_card(second.card)


def test_he_is_told_that_he_has_to_wait_where_the_county_wants_it() -> None:
    known = facts(settings={"newcomer_may_issue": False})
    done = newcomer.made(filled(newcomer.SHEET, known, *LI, "no"), known)
    assert done.said is not None
    assert done.said.key == "sheet.newcomer.done_waits"


def test_badge_and_pin_come_first_where_nobody_is_logged_on() -> None:
    known = facts(staff=None)
    assert questions(newcomer.SHEET, filled(newcomer.SHEET, known), known)[0] == "staff"
    assert questions(newcomer.SHEET, filled(newcomer.SHEET, facts()), facts())[0] == "kind"


@pytest.mark.parametrize("staff", ["", TECHNICIAN.id, "nobody"])
def test_only_staff_who_serve_people_take_somebody_in(staff: str) -> None:
    known = facts(staff=None)
    with pytest.raises(Unfit) as wrong:
        newcomer.made(filled(newcomer.SHEET, known, staff or "?", *LI, "no"), known)
    assert wrong.value.ask == "staff"


def test_another_place_is_asked_by_its_name_and_many_places_by_letters() -> None:
    known = facts()
    draft = filled(newcomer.SHEET, known, "farmer", "李小花", "other")
    assert "place" in questions(newcomer.SHEET, draft, known)
    many = facts(Told(places=[(f"v{nth}", f"村{nth}") for nth in range(40)]))
    village = next(ask for ask in newcomer.asks(filled(newcomer.SHEET, many), many) if ask.id == "village")
    assert (village.kind, len(village.choices)) == ("text", 40)


# --- cards and PINs ---


@pytest.mark.parametrize(("reason", "replaces"), [("lost", "10000017"), ("damaged", "10000017"), ("new", "")])
def test_a_lost_card_opens_nothing_from_then_on(reason: str, replaces: str) -> None:
    known = facts(Told(numbers_of={FARMER.id: ["10000017"]}))
    (entry,) = card.made(filled(card.SHEET, known, FARMER.id, reason), known).entries
    assert isinstance(entry, CardGiven)
    assert (entry.subject, entry.replaces, entry.by) == (FARMER.id, replaces, CLERK.id)


def test_of_several_cards_it_is_asked_which() -> None:
    known = facts(Told(numbers_of={FARMER.id: ["10000017", "10000025"]}))
    (entry,) = card.made(filled(card.SHEET, known, FARMER.id, "lost", "10000025"), known).entries
    assert isinstance(entry, CardGiven)
    assert entry.replaces == "10000025"


def test_nobody_gets_a_card() -> None:
    known = facts()
    with pytest.raises(Unfit) as wrong:
        card.made(filled(card.SHEET, known, "s-9", "new"), known)
    assert wrong.value.ask == "who"


def test_a_pin_is_told_twice_alike() -> None:
    known = facts(subject=FARMER)
    (entry,) = pin.made(filled(pin.SHEET, known, "ab12", "ab12"), known).entries
    assert entry == PinSet(FARMER.id, "ab12", CLERK.id)
    with pytest.raises(Unfit) as wrong:
        pin.made(filled(pin.SHEET, known, "ab12", "ab13"), known)
    assert wrong.value.ask == "again"


# --- texts that are signed ---


@pytest.mark.parametrize("what", ["notice", "pledge"])
def test_what_is_signed_is_every_word_that_was_read(what: str) -> None:
    known = facts(subject=FARMER, staff=None, presence=Presence.TAIL, present=Present.FAMILY)
    draft = filled(agreement.SHEET, known, "yes", "d" * 64, about=what)
    (entry,) = agreement.made(draft, known).entries
    document = known.documents[what]
    read = [said.facts.get("text") for said in agreement.asks(draft, known)[0].text]
    assert isinstance(entry, AgreementSigned)
    assert (entry.edition, entry.text) == (document.edition, document.digest)
    assert (entry.presence, entry.present, entry.by) == (Presence.TAIL, Present.FAMILY, "")
    assert read[: len(document.paragraphs) + 1] == [document.title, *document.paragraphs]
    assert read[-1] is None  # that the county has not confirmed it


def test_opened_on_nothing_it_asks_which() -> None:
    known = facts(subject=FARMER)
    assert questions(agreement.SHEET, filled(agreement.SHEET, known), known) == ["what"]


# --- complaints and faults ---


def test_a_complaint_says_something() -> None:
    known = facts(staff=None)
    with pytest.raises(Unfit) as wrong:
        complaint.made(filled(complaint.SHEET, known, "service", "", "", ""), known)
    assert wrong.value.ask == "text"
    (entry,) = complaint.made(filled(complaint.SHEET, known, "service", "慢", "", ""), known).entries
    assert entry == Complaint("service", "慢")


def test_only_about_a_paper_or_goods_a_certificate_is_asked() -> None:
    known = facts(staff=None)
    assert "number" in questions(complaint.SHEET, filled(complaint.SHEET, known, "goods"), known)
    assert "number" not in questions(complaint.SHEET, filled(complaint.SHEET, known, "drugs"), known)


def test_a_fault_names_its_part_and_what_the_station_knows() -> None:
    known = facts(parts={"printer": "problem.printer.silent"})
    (entry,) = fault.made(filled(fault.SHEET, known, "printer", "paper", ""), known).entries
    assert entry == FaultReported("printer", "paper", "", CLERK.id, "problem.printer.silent")
    (other,) = fault.made(
        filled(fault.SHEET, facts(staff=None), "broken", "黑屏", about="screen"), facts(staff=None)
    ).entries
    assert other == FaultReported("screen", "broken", "黑屏", "", "")


# --- the desk ---


def test_a_shift_leaves_what_is_open() -> None:
    known = facts(Told(alarms=[7, 9]), runs=("r-1",))
    (entry,) = handover.made(filled(handover.SHEET, known, "yes", "注意冰箱", OTHER.id), known).entries
    assert isinstance(entry, Handover)
    assert (entry.leaving, entry.arriving, entry.runs, entry.alarms) == (CLERK.id, OTHER.id, ("r-1",), (7, 9))


def test_nobody_hands_over_to_himself() -> None:
    known = facts()
    with pytest.raises(Unfit) as wrong:
        handover.made(filled(handover.SHEET, known, "yes", "", CLERK.id), known)
    assert wrong.value.ask == "next"


@pytest.mark.parametrize(
    ("event", "count", "fits"), [("used", "5", True), ("used", "6", False), ("counted", "9", True)]
)
def test_no_more_is_used_than_there_is(event: str, count: str, fits: bool) -> None:
    known = facts(Told(left={"strip": Decimal(5)}), supplies=STRIPS)
    draft = filled(supply.SHEET, known, event, count, "", about="strip")
    if fits:
        assert supply.made(draft, known).entries == (Supply("strip", event, Decimal(count), "条", CLERK.id),)
    else:
        with pytest.raises(Unfit, match=r"sheet\.supply\.short"):
            supply.made(draft, known)


def test_who_got_it_is_asked_where_it_was_given_away() -> None:
    known = facts(supplies=STRIPS)
    (entry,) = supply.made(filled(supply.SHEET, known, "strip", "given", "2", FARMER.id, ""), known).entries
    assert isinstance(entry, Supply)
    assert entry.subject == FARMER.id


# --- his own records ---


def test_what_was_put_on_is_asked_only_where_something_was() -> None:
    known = facts(subject=FARMER)
    (dry,) = farming.made(filled(farming.SHEET, known, "cowpea", "watered", TODAY, ""), known).entries
    (wet,) = farming.made(
        filled(farming.SHEET, known, "cowpea", "sprayed", TODAY, "东地", "吡虫啉", "10克", "others"), known
    ).entries
    assert isinstance(dry, FarmWork)
    assert isinstance(wet, FarmWork)
    assert ((dry.given, dry.by), (wet.given, wet.by)) == (("", "self"), ("吡虫啉", "others"))


def test_a_day_to_come_is_no_answer() -> None:
    known = facts(subject=FARMER)
    with pytest.raises(Unfit) as wrong:
        farming.made(filled(farming.SHEET, known, "cowpea", "watered", "2099-01-01", ""), known)
    assert wrong.value.ask == "on"


def test_a_loss_is_no_more_than_is_left() -> None:
    known = facts(Told(balances=[LOT]), subject=FARMER)
    (entry,) = loss.made(filled(loss.SHEET, known, "L-1", ("40", "jin"), "spoiled"), known).entries
    assert entry == Lost("L-1", Decimal(20), "kg", "40 jin", "spoiled")
    with pytest.raises(Unfit) as wrong:
        loss.made(filled(loss.SHEET, known, "L-1", ("101", "kg"), "spoiled"), known)
    assert wrong.value.ask == "count"


def test_what_has_a_certificate_may_be_lost_too_and_the_paper_is_to_go() -> None:
    known = facts(Told(balances=[replace(LOT, papers=(Paper("530427-X", Decimal(100)),))]), subject=FARMER)
    done = loss.made(filled(loss.SHEET, known, "L-1", ("40", "kg"), "spoiled"), known)
    assert [ruling.say.key for ruling in done.warned] == ["lot.lost_certified"]
