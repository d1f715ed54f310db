"""Corrections: what may be named, the old value, the people; and the fold that shows what counts today."""

from dataclasses import MISSING, fields, replace
from decimal import Decimal
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.messages import ENTRY_KINDS, Correction, Lost, Voided
from kiosk.rules.oversight import correction
from kiosk.rules.oversight.correctable import CHECKED_AT_GATE, OF_THE_SEAL, TABLE, Class, class_of, classes
from kiosk.rules.oversight.correction import DATES, NUMBERS, View, corrected, may_correct
from kiosk.rules.oversight.gate_facts import Decision
from kiosk.rules.ruling import Ruling, stop
from kiosk.words import load_words
from tests.support import oversight as made
from tests.support.gates import checked

PLAIN = {str, Decimal, type(None)}
NEVER = ("verdict", "value", "blank", "sample", "outcome", "device_value", "findings", "state", "advice", "readings")


# --- every field is classed -------------------------------------------------------------------------------------------


def test_every_kind_is_classed() -> None:
    assert set(TABLE) == set(ENTRY_KINDS)


@pytest.mark.parametrize("kind", sorted(ENTRY_KINDS))
def test_every_field_is_classed_once(kind: str) -> None:
    named = [name for names in TABLE[kind].values() for name in names.split()]
    assert sorted(named) == sorted(field.name for field in fields(ENTRY_KINDS[kind]))


@pytest.mark.parametrize("kind", sorted(ENTRY_KINDS))
def test_what_may_be_corrected_is_a_plain_value(kind: str) -> None:
    hints = get_type_hints(ENTRY_KINDS[kind])
    wrong = {
        name: hints[name]
        for name, one in classes(kind).items()
        if one is Class.CLERICAL and not parts_of(hints[name]) <= PLAIN
    }
    assert wrong == {}


@pytest.mark.parametrize("kind", sorted(ENTRY_KINDS))
def test_numbers_and_days_are_known_as_such(kind: str) -> None:
    hints = get_type_hints(ENTRY_KINDS[kind])
    clerical = [name for name, one in classes(kind).items() if one is Class.CLERICAL]
    assert [name for name in clerical if (Decimal in parts_of(hints[name])) is not (name in NUMBERS)] == []
    assert [name for name in clerical if name in DATES and Decimal in parts_of(hints[name])] == []


def parts_of(hint: object) -> set[object]:
    if get_origin(hint) in (Union, UnionType):
        return {part for one in get_args(hint) for part in parts_of(one)}
    return {hint}


def test_no_reading_or_verdict_is_ever_clerical() -> None:
    clerical = {(kind, name) for kind in TABLE for name, one in classes(kind).items() if one is Class.CLERICAL}
    assert {(kind, name) for kind, name in clerical if name in NEVER} == set()
    assert {kind for kind, _ in clerical} & {"certificate", "voucher", "label", "print", "reprint"} == set()
    assert {name for kind, name in clerical if kind == "test"} == {
        "subject_name",
        "origin",
        "stall",
        "place",
        "producer",
    }


def test_what_nobody_classed_is_not_correctable() -> None:
    assert classes("nothing") == {}
    assert class_of(made.lot(), "nothing") is None


@pytest.mark.parametrize("field", OF_THE_SEAL)
def test_what_a_seal_told_of_an_incoming_paper_is_the_seals(field: str) -> None:
    assert class_of(made.incoming(verified=True), field) is Class.SEALED
    assert class_of(made.incoming(verified=False), field) is Class.CLERICAL


@pytest.mark.parametrize("field", CHECKED_AT_GATE)
def test_what_our_paper_told_at_a_gate_is_the_seals(field: str) -> None:
    assert class_of(checked(made.ours()), field) is Class.SEALED
    assert class_of(checked(made.handwritten()), field) is Class.CLERICAL


def test_the_goods_at_a_gate_stay_clerical() -> None:
    assert [class_of(checked(made.ours()), name) for name in ("quantity", "origin", "product", "stall")] == [
        Class.CLERICAL
    ] * 4
    assert class_of(made.incoming(verified=True), "visit") is Class.FIXED


# --- one correction ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "rulings"),
    [
        ({}, ()),
        ({"old": "100.0"}, ()),
        ({"new": "100.001"}, ()),
        ({"new": "0.001"}, ()),
        ({"field": "origin", "old": "新平县", "new": "元江县"}, ()),
        ({"field": "harvested", "old": "2026-11-20", "new": "2028-02-29"}, ()),
        ({"field": "harvested", "old": "2026-11-20", "new": ""}, ()),
        ({"second": "B"}, ()),
        ({"corrects": 8}, (stop("correction/field", "correction.unknown", field="quantity"),)),
        ({"field": "colour"}, (stop("correction/field", "correction.unknown", field="colour"),)),
        ({"field": "lot", "old": "L1"}, (stop("correction/fixed", "correction.fixed", field="lot"),)),
        ({"old": "99.999"}, (stop("correction/old", "correction.old_differs", recorded="100", old="99.999"),)),
        ({"old": "many"}, (stop("correction/old", "correction.old_differs", recorded="100", old="many"),)),
        ({"new": "100.00"}, (stop("correction/new", "correction.same", new="100.00"),)),
        ({"new": " "}, (stop("correction/new", "correction.empty"),)),
        ({"new": "0"}, (stop("correction/new", "correction.not_an_amount", new="0"),)),
        ({"new": "-1"}, (stop("correction/new", "correction.not_an_amount", new="-1"),)),
        ({"new": "NaN"}, (stop("correction/new", "correction.not_an_amount", new="NaN"),)),
        ({"new": "Infinity"}, (stop("correction/new", "correction.not_an_amount", new="Infinity"),)),
        ({"new": "ten"}, (stop("correction/new", "correction.not_an_amount", new="ten"),)),
        ({"field": "harvested", "old": "2026-11-20", "new": "2027-02-29"},
         (stop("correction/new", "correction.not_a_date", new="2027-02-29"),)),
        ({"field": "origin", "old": "新平县", "new": ""}, (stop("correction/new", "correction.empty"),)),
        ({"reason": " "}, (stop("correction/reason", "correction.reason"),)),
        ({"by": " "}, (stop("correction/by", "correction.by"),)),
        ({"second": " a "}, (stop("correction/second", "correction.same_person", by="A"),)),
        ({"new": "0", "reason": "", "by": ""},
         (stop("correction/new", "correction.not_an_amount", new="0"), stop("correction/reason", "correction.reason"),
          stop("correction/by", "correction.by"))),
    ],
)  # fmt: skip
def test_what_a_correction_needs(changed: dict[str, object], rulings: tuple[Ruling, ...]) -> None:
    assert may_correct(7, made.lot(), made.correction(**changed), second_reviewer=False) == rulings


@pytest.mark.parametrize(
    ("second", "rulings"),
    [("", (stop("correction/second", "correction.second"),)), (" ", (stop("correction/second", "correction.second"),)),
     ("B", ()), ("A", (stop("correction/second", "correction.same_person", by="A"),))],
)  # fmt: skip
def test_where_the_county_asks_for_two(second: str, rulings: tuple[Ruling, ...]) -> None:
    assert may_correct(7, made.lot(), made.correction(second=second), second_reviewer=True) == rulings


@pytest.mark.parametrize("field", ["value", "verdict", "blank", "device_verdict", "capture"])
def test_a_reading_stays(field: str) -> None:
    wanted = made.correction(field=field, old="12", new="1")
    told = may_correct(7, made.test(), wanted, second_reviewer=False)
    assert told == (stop("correction/reading", "correction.reading", field=field),)


@pytest.mark.parametrize("field", ["number", "code", "text", "promise", "quantity", "product"])
def test_what_is_sealed_stays(field: str) -> None:
    wanted = made.correction(field=field, old="100", new="1")
    told = may_correct(7, made.certificate(), wanted, second_reviewer=False)
    assert told == (stop("correction/sealed", "correction.sealed", field=field),)


def test_the_day_of_a_paper_is_a_day() -> None:
    paper = made.incoming(issued_on="2026-11-20")
    wanted = made.correction(field="issued_on", old="2026-11-20", new="soon")
    told = stop("correction/new", "correction.not_a_date", new="soon")
    assert may_correct(7, paper, wanted, second_reviewer=False) == (told,)


def test_a_text_that_looks_like_a_number_is_a_text() -> None:
    wanted = made.correction(field="stall", old="12", new="12.0")
    assert may_correct(7, made.test(), wanted, second_reviewer=False) == ()


def test_nothing_may_become_something_and_back() -> None:
    bare = made.sample(quantity_seen=None, stall="")
    seen = made.correction(field="quantity_seen", old="", new="12.5")
    assert may_correct(7, bare, seen, second_reviewer=False) == ()
    stall = made.correction(field="stall", old="", new="12")
    view = corrected(7, bare, [(20, seen), (21, stall)])
    assert view.entry == replace(bare, quantity_seen=Decimal("12.5"), stall="12")
    emptied = made.correction(field="quantity_seen", old="12.50", new="")
    assert corrected(7, bare, [(20, seen), (22, emptied)]).entry == bare
    unknown = made.incoming(quantity=None)
    assert corrected(7, unknown, [(20, made.correction(old="", new="5"))]).entry == made.incoming(quantity=Decimal(5))


def test_a_value_as_a_person_reads_it() -> None:
    assert correction.text(made.lot(quantity=Decimal("1E+2")), "quantity") == "100"
    assert correction.text(made.sample(quantity_seen=None), "quantity_seen") == ""
    assert correction.text(made.lot(), "origin") == "新平县"


# --- the fold ---------------------------------------------------------------------------------------------------------

STORY: tuple[tuple[int, Correction], ...] = (
    (20, made.correction(new="90")),
    (21, made.correction(field="origin", old="新平县", new="元江县")),
    (22, made.correction(old="90", new="95")),
    (23, made.correction(old="90", new="1000")),  # its old value is no longer the recorded one
    (24, made.correction(field="lot", old="L1", new="L2")),
    (25, made.correction(corrects=8, old="95", new="2")),
)


def test_a_view_is_the_fold_of_what_holds() -> None:
    now = made.lot(quantity=Decimal(95), origin="元江县")
    assert corrected(7, made.lot(), STORY) == View(now, made=(20, 21, 22), refused=(23, 24))
    assert corrected(7, made.lot(), ()) == View(made.lot(), (), ())


def test_the_history_is_kept() -> None:
    assert correction.history(7, "quantity", STORY) == (STORY[0][1], STORY[2][1], STORY[3][1])
    assert correction.history(8, "quantity", STORY) == (STORY[5][1],)


@given(st.permutations(STORY), st.lists(st.sampled_from(STORY)))
def test_the_log_orders_them_and_repetition_does_not_matter(
    shuffled: list[tuple[int, Correction]], again: list[tuple[int, Correction]]
) -> None:
    assert corrected(7, made.lot(), [*shuffled, *again]) == corrected(7, made.lot(), STORY)
    assert correction.history(7, "quantity", [*shuffled, *again]) == correction.history(7, "quantity", STORY)


@given(st.sampled_from([made.test(), made.certificate(), made.lot(), made.sample(), checked(made.ours())]), st.data())
def test_no_correction_touches_anything_but_clerical_fields(entry: made.Correctable, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from([one.name for one in fields(entry)]))
    wanted = made.correction(field=field, old=correction.text(entry, field), new=data.draw(st.text(max_size=5)))
    view = corrected(7, entry, [(20, wanted)])
    assert view.entry == entry or class_of(entry, field) is Class.CLERICAL
    assert len(view.made) + len(view.refused) == 1


def test_every_clerical_field_of_a_small_entry_can_be_emptied_only_with_a_default() -> None:
    lost = Lost("L1", Decimal(1), "kg", "1 kg", "rotten")
    assert made.rules(
        may_correct(7, lost, made.correction(field="reason", old="rotten", new=""), second_reviewer=False)
    ) == ["correction/new"]
    void = Voided("N", "other", "Li", "destroyed", note="x")
    assert may_correct(7, void, made.correction(field="note", old="x", new=""), second_reviewer=False) == ()
    assert next(one for one in fields(Voided) if one.name == "note").default is not MISSING


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_keyed_sentence_is_there(language: str) -> None:
    words = load_words(language)
    wanted = [f"correction.{one}" for one in Class if one is not Class.CLERICAL]
    assert [key for key in wanted if not words.knows(key)] == []


def test_a_refused_load_can_be_corrected_too() -> None:
    refused = checked(made.handwritten(), Decision.REFUSE)
    assert may_correct(7, refused, made.correction(), second_reviewer=False) == ()
