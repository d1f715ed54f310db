"""Newcomers, cards handed out, PINs and agreements in the record's tables: the box's word until the county speaks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.order_checks import misfit
from kiosk.rules.messages import (
    Card,
    CardRevoked,
    EntryBody,
    PinSet,
    SubjectsMerged,
    SubjectsSnapshot,
    SubjectsUpsert,
    SubjectsWithdrawn,
)
from kiosk.rules.sentence import Sentence
from tests.kiosk.test_record import FARMER
from tests.support.open_box import OpenBox, sound
from tests.support.rich_record import of, receipted
from tests.support.staff_work import NEW, card, newcomer, signed


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OpenBox]:
    with sound(OpenBox(tmp_path)) as desk:
        yield desk


def test_a_newcomer_can_be_asked_for_like_anybody(desk: OpenBox) -> None:
    tables = desk.record.tables
    assert tables.orders.subject("n-1") is None
    desk.record.append(newcomer(village="Nanjian"))
    assert (tables.orders.subject("n-1"), tables.orders.same("n-1")) == (NEW, ("n-1",))
    assert (tables.people.is_provisional("n-1"), tables.people.village("n-1")) == (True, "Nanjian")
    desk.record.append(newcomer(name="Wang Li"))
    told = tables.orders.subject("n-1")
    assert told is not None
    assert told.name == "Wang Li"
    assert not tables.orders.withdrawn("n-1")


def test_the_county_confirms_with_corrections(desk: OpenBox) -> None:
    desk.record.append(newcomer())
    corrected = replace(NEW, name="Wang Lin")
    desk.order(SubjectsUpsert((corrected,)))
    desk.record.append(newcomer(name="somebody else"))
    assert desk.record.tables.orders.subject("n-1") == corrected
    assert not desk.record.tables.people.is_provisional("n-1")


def test_the_county_says_who_he_is(desk: OpenBox) -> None:
    desk.record.append(newcomer())
    desk.record.append(card())
    desk.order(SubjectsUpsert((FARMER,)), SubjectsMerged(FARMER.id, ("n-1",)))
    tables = desk.record.tables
    assert (tables.orders.subject("n-1"), tables.orders.same("n-1")) == (FARMER, (FARMER.id, "n-1"))
    assert (tables.orders.holder("10000008"), tables.people.is_provisional("n-1")) == ("n-1", False)
    assert tables.people.cards_of(*tables.orders.same(FARMER.id)) == ["10000008"]
    assert tables.people.names() == [(FARMER.id, FARMER.name, FARMER.kind)]


def test_the_county_withdraws(desk: OpenBox) -> None:
    desk.record.append(newcomer())
    desk.order(SubjectsWithdrawn(("n-1",), "nobody"))
    tables = desk.record.tables
    assert tables.orders.subject("n-1") is None
    assert (tables.orders.withdrawn("n-1"), tables.people.names()) == (True, [])


def test_newcomers_survive_a_whole_list_in_which_they_are_not_yet(desk: OpenBox) -> None:
    desk.record.append(newcomer())
    desk.order(SubjectsSnapshot("e-1", 1, 1, (FARMER,), (Card("K1", FARMER.id),)))
    assert desk.record.tables.orders.subject("n-1") == NEW
    assert [name for name, _, _ in desk.record.tables.people.names()] == ["n-1", FARMER.id]
    desk.order(SubjectsUpsert((NEW,)), SubjectsSnapshot("e-2", 1, 1, (FARMER,)))
    assert desk.record.tables.orders.subject("n-1") is None


def test_nobody_is_merged_into_a_newcomer(desk: OpenBox) -> None:
    desk.record.append(newcomer())
    desk.order(SubjectsUpsert((FARMER,)))
    refused = misfit(desk.record.tables.orders, SubjectsMerged("n-1", (FARMER.id,)))
    assert refused == Sentence("order.refused.merge_into", {"subject": "n-1"})


def test_names_are_read_again_when_they_changed(desk: OpenBox) -> None:
    people = desk.record.tables.people
    before = people.edition
    desk.record.append(newcomer())
    after = people.edition
    desk.order(SubjectsUpsert((FARMER,)))
    assert before < after < people.edition


def test_a_card_that_is_replaced_opens_nothing_from_that_moment(desk: OpenBox) -> None:
    desk.order(SubjectsUpsert((FARMER,), (Card("10000008", FARMER.id),)))
    tables = desk.record.tables
    assert tables.people.cards_of(FARMER.id) == ["10000008"]
    desk.record.append(card("20000006", FARMER.id, replaces="10000008"))
    assert (tables.orders.is_revoked("10000008"), tables.people.replaced_by("10000008")) == (True, "20000006")
    assert (tables.orders.holder("20000006"), tables.orders.is_revoked("20000006")) == (FARMER.id, False)
    assert tables.people.cards_of(FARMER.id) == ["20000006"]
    desk.record.append(card("30000004", FARMER.id, replaces="20000006"))
    desk.record.append(card("10000008", FARMER.id))
    assert tables.people.cards_of(FARMER.id) == ["10000008", "30000004"]
    desk.order(CardRevoked("30000004", "lost"))
    assert tables.people.cards_of(FARMER.id) == ["10000008"]


def test_the_county_says_whose_a_card_is(desk: OpenBox) -> None:
    desk.record.append(card("20000006", "n-1"))
    desk.order(SubjectsUpsert((FARMER,), (Card("20000006", FARMER.id),)))
    assert desk.record.tables.orders.holder("20000006") == FARMER.id
    assert desk.record.tables.people.cards_of("n-1") == []


def test_the_newest_pin_and_the_newest_signature_count(desk: OpenBox) -> None:
    people = desk.record.tables.people
    assert (people.pin("n-1"), people.agreement("notice", "n-1")) == ("", None)
    assert people.missing_agreements(("notice", "pledge"), "n-1") == ("notice", "pledge")
    for body in (
        PinSet("n-1", "aa", "w"),
        PinSet("old", "bb", "w"),
        signed(),
        signed(edition="2"),
        signed("pledge", "old"),
    ):
        desk.record.append(body)
    assert (people.pin("n-1"), people.pin("n-1", "old")) == ("aa", "bb")
    newest = people.agreement("notice", "n-1")
    assert newest is not None
    assert (newest.edition, newest.day) == ("2", "2026-11-22")
    assert people.missing_agreements(("notice", "pledge"), "n-1") == ("pledge",)
    assert people.missing_agreements(("notice", "pledge"), "n-1", "old") == ()


def test_what_people_rest_on_is_not_retired(desk: OpenBox) -> None:
    bodies: list[EntryBody] = [
        newcomer(),
        card(),
        card("20000006", replaces="10000008"),
        PinSet("n-1", "aa", "w"),
        PinSet("n-1", "bb", "w"),
    ]
    seqs = [desk.record.append(body).header.seq for body in (*bodies, signed(), signed(edition="2"))]
    tables = desk.record.tables

    def standing() -> list[bool]:
        return [tables.stands(seq, desk.record.read(seq)) for seq in seqs]

    assert standing() == [True, True, True, False, True, False, True]
    desk.order(SubjectsUpsert((NEW,), (Card("20000006", "n-1"),)), CardRevoked("10000008", "lost"))
    assert standing() == [False, False, False, False, True, False, True]
    desk.order(SubjectsWithdrawn(("n-1",)))
    assert not any(standing())


def test_what_retention_takes_is_gone(desk: OpenBox) -> None:
    seqs = [desk.record.append(body).header.seq for body in (newcomer(), card(), PinSet("n-1", "aa", "w"), signed())]
    receipted(desk.box, desk.record)
    desk.record.retire(of((seqs[0], seqs[-1])))
    tables = desk.record.tables
    assert tables.orders.subject("n-1") is None
    assert (tables.orders.holder("10000008"), tables.people.pin("n-1")) == (None, "")
    assert tables.people.agreement("notice", "n-1") is None
