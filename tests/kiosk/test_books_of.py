"""What sheets and tools may ask: answered from the record and the packs in force, by all ids of a person."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.books_of import BooksOf
from kiosk.pack import load_packs
from kiosk.rules.messages import AlarmSeen, PinSet, Staff, StaffPut, SubjectsMerged, SubjectsUpsert, TaskGiven
from kiosk.rules.sheets.books import Books
from tests.kiosk.test_record import FARMER
from tests.support.lots import certificate, declared, lost
from tests.support.open_box import OpenBox, sound
from tests.support.oversight import sample
from tests.support.oversight import test as made
from tests.support.rich_record import of, receipted
from tests.support.staff_work import (
    AT,
    NEW,
    card,
    delivered,
    handover,
    newcomer,
    objected,
    patrol,
    positive,
    reagent,
    signed,
    supply,
)

TODAY = date(2026, 11, 22)


class Told(OpenBox):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        packs = load_packs(texts=False)
        self.books: Books = BooksOf(self.record.tables, lambda: packs, lambda: TODAY, lambda: self.box.trust)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    with sound(Told(tmp_path)) as told:
        yield told


def test_people(told: Told) -> None:
    for body in (newcomer(), card(), PinSet("n-1", "ab", "w"), signed()):
        told.record.append(body)
    books = told.books
    assert (books.subject("n-1"), books.is_provisional("n-1"), books.holder("10000008")) == (NEW, True, "n-1")
    told.order(
        SubjectsUpsert((FARMER,)),
        SubjectsMerged(FARMER.id, ("n-1",)),
        StaffPut((Staff("w-1", "Wang", ("clerk",)), Staff("w-2", "Li", ("inspector",), until="2026-11-21"))),
    )
    assert (books.cards(FARMER.id), books.has_pin(FARMER.id)) == (["10000008"], True)
    assert (books.signed("notice", FARMER.id), books.signed("pledge", FARMER.id)) == ("2026-11-22", "")
    assert not books.is_provisional("n-1")
    assert [one.id for one in books.colleagues()] == ["w-1"]
    assert (books.staff("w-2"), books.staff("w-9")) == (Staff("w-2", "Li", ("inspector",), until="2026-11-21"), None)
    assert ("gasa-sudu" in {code for code, _ in books.villages()}, "cowpea" in books.products) == (True, True)


def test_goods(told: Told) -> None:
    for body in (declared("A"), certificate("C1", lot="A"), lost(lot="A")):
        told.record.append(body)
    (lot,) = told.books.lots("s1")
    assert (lot.lot, lot.lost > 0) == ("A", True)
    assert told.books.numbers("s1", 9) == ["C1"]
    assert told.books.usual(certificate().product, "s1") is not None
    assert told.books.lots("nobody") == []


def test_work(told: Told) -> None:
    books, record = told.books, told.record
    supervised = sample().sample_type
    bodies = (
        sample(task="t-1"), sample(sample_code="S-2"), positive(sample_type=supervised), delivered(4), objected(5),
        supply("received", "9"), reagent(), handover(), patrol("t-1"), made(sample_code="S-3", sample_type=supervised),
    )  # fmt: skip
    seqs = [record.append(body).header.seq for body in bodies]
    told.order(TaskGiven("t-1", "sample", "T", "2026-12-01"), AlarmSeen(record.log, 99, "Chen", AT))
    assert [code for _, body in books.samples_waiting() if (code := body.sample_code)] == ["S-2"]
    assert (books.task("t-1"), books.tasks(), books.done_of("t-1")) == (books.tasks()[0], books.tasks(), 2)
    newest = books.sample("S-0001")
    assert newest is not None
    assert newest[0] == seqs[0]
    assert [seq for seq, _ in books.tests_of("S-0001")] == [seqs[2]]
    assert [seq for seq, _ in books.unreviewed(9)] == [seqs[9], seqs[2]]
    assert [seq for seq, _ in books.undelivered(9)] == [seqs[9]]
    assert [seq for seq, _ in books.events_of(seqs[2])] == [seqs[3], seqs[4]]
    assert ([seq for seq, _ in books.open_objections(9)], books.unseen_alarms()) == ([seqs[4]], [seqs[2]])
    assert (books.stock(), len(books.reagents(9)), len(books.reagent_events("R-1"))) == ({"tips": Decimal(9)}, 1, 1)
    assert (books.handover(), books.reviews_of(seqs[2])) == ((seqs[7], handover()), [])
    assert [seq for seq, _ in books.about("patrol", 9, "s1")] == [seqs[8]]


def test_an_entry_that_is_gone_or_was_never_there(told: Told) -> None:
    (seq,) = [told.record.append(newcomer()).header.seq]
    assert (told.books.entry(seq), told.books.time_of(seq)[:10]) == (newcomer(), "2026-11-22")
    assert (told.books.entry(99), told.books.time_of(99)) == (None, "")
    receipted(told.box, told.record)
    told.record.retire(of((seq, seq)))
    assert told.books.entry(seq) is None
