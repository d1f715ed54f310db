"""Which words a slip gets from its entry, and on which paper it comes out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.paper.errors import PaperError
from kiosk.record import Record
from kiosk.rules.messages import CardGiven, EntryBody, Opened, Outcome, TubeBound
from kiosk.slip_faces import KINDS, Beside, SlipError, SlipFaces
from kiosk.slip_pages import Papers, drawn
from kiosk.slips.acceptance import Delivered
from kiosk.slips.desk import Desk
from kiosk.slips.hand_in import Waiting
from kiosk.slips.handover import Shift
from kiosk.words import load_words
from tests.support.bodies import HOST
from tests.support.house import House
from tests.support.law import PACKS
from tests.support.staff_work import handover, reagent
from ui.command.paper_examples import Examples

WIDE = {"80mm": 576, "58mm": 384, "a5": 1184, "a4": 1680}  # dots


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with House(tmp_path).record() as record:
        yield record


DESK = Desk(load_words("zh"), "Gasa", HOST, PACKS.products, PACKS.methods)


def recorded(record: Record) -> Mapping[str, int]:
    """One entry of every kind that a slip shows, by its kind."""
    made = Examples(DESK)
    found = {Opened.kind: 1}

    def add(body: EntryBody) -> int:
        record.append(body)
        found[body.kind] = record.last
        return record.last

    add(made.sample())
    test = add(made.test())
    delivery = add(replace(made.delivery(), test=test))
    add(replace(made.objection(), delivery=delivery))
    add(replace(made.advice(), test=test))
    for body in (made.day(), made.doctor(), made.lot(), handover(), CardGiven("92051111", "p-1", "new", "w-1")):
        add(body)
    add(TubeBound(made.tubes()[0], "S-1", "r-1", 2))
    add(reagent())
    return found


def faces_of(record: Record) -> SlipFaces:
    beside = Beside(
        waiting=lambda code: Waiting("2026-11-22T10:40:00+08:00", 2),
        shift=lambda body: Shift("l" * 8, 9, body.at, True, "A", "B", (), 1, 2, ()),
        delivered=lambda: Delivered((), (("liangzheng", "0"),)),
        card=lambda number, subject, name, day: f"HTTPS://{HOST.upper()}/K/{number}",
    )
    return SlipFaces(record.tables, lambda: DESK, beside)


@pytest.mark.parametrize("papers", [Papers("80mm"), Papers("58mm", "50x30"), Papers("a4", "60x40")], ids=str)
def test_every_slip_comes_out_on_the_paper_that_is_there(record: Record, papers: Papers) -> None:
    known, faces = recorded(record), faces_of(record)
    for name, kind in KINDS.items():
        made = drawn(faces.of(name, known[kind.kind]), papers)
        assert made.pictures, name
        assert made.label is (bool(papers.label) and name in ("seals", "tube", "lot_label", "reagent"))
        if not made.label:
            assert all(picture.width <= WIDE[papers.slip] for picture in made.pictures), (name, made.pictures)


def test_an_entry_of_another_kind_and_an_unknown_slip_are_told(record: Record) -> None:
    faces = faces_of(record)
    for name, seq in (("report", 1), ("report", 99), ("elsewhere", 1)):
        with pytest.raises(SlipError) as told:
            faces.of(name, seq)
        assert load_words("zh").knows(told.value.sentence.key)


@pytest.mark.parametrize(("slip", "pieces"), [("80mm", 1), ("58mm", 1), ("a5", 3), ("a4", 1)])
def test_labels_without_a_printer_of_their_own_are_cut_apart(record: Record, slip: str, pieces: int) -> None:
    made = drawn(faces_of(record).tubes(Examples(DESK).tubes()[:12]), Papers(slip))
    assert (len(made.pictures), made.label) == (pieces, False)
    assert all(picture.width <= WIDE[slip] for picture in made.pictures)


def test_a_printer_that_takes_no_slips_says_so(record: Record) -> None:
    with pytest.raises(PaperError):
        drawn(faces_of(record).of("sampling", recorded(record)["sample.taken"]), Papers("75x65"))
    with pytest.raises(PaperError):
        drawn(faces_of(record).tubes(Examples(DESK).tubes()[:1]), Papers(""))


def test_a_report_and_a_notice_know_the_repeats_that_are_recorded(record: Record) -> None:
    first, made = record.last + 1, Examples(DESK)
    for value in ("61.5", "58.0", "3.2"):
        record.append(replace(made.test(value), retest_of=first if record.last >= first else None, repeat=None))
    record.append(replace(made.delivery(), test=first + 2, outcome=Outcome.SUSPECT))
    record.append(replace(made.test("70.7"), retest_of=first))
    faces = faces_of(record)
    assert DESK.say("report.settled.suspect") in str(faces.of("report", first))
    told = str(faces.of("notice", first + 3))
    assert ("58.0%" in told, "70.7%" in told) == (True, False), "what came later was not told then"
