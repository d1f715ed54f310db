"""开错了: taken back once, by the right person, with a word to everybody who has the goods."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kiosk.rules.certify.void import Issued, after_positive, may_replace, may_void
from kiosk.rules.ruling import stop, warn
from kiosk.words import load_words
from tests.support.lots import LI, certificate, voided

C1 = Issued("C1", "s1", "tomato", "A", Decimal(60), "kg")
REASONS = ("wrong_product", "wrong_quantity", "wrong_subject", "not_sold", "spoiled", "positive", "other")


def test_a_certificate_that_its_issuer_takes_back() -> None:
    assert may_void(C1, voided(), subject_present="s1") == ()
    assert C1.freed == 60


def test_never_twice() -> None:
    told = may_void(replace(C1, void=True, accepted=True), voided(paper="missing"), subject_present="s2")
    assert told == (stop("void/once", "void.once", number="C1"),)


@pytest.mark.parametrize("reason", REASONS)
def test_staff_alone(reason: str) -> None:
    told = may_void(C1, voided(reason=reason, note="x"), subject_present="")
    by = stop("void/by", "void.by", number="C1")
    assert told == (() if reason in ("positive", "spoiled") else (by,))


@pytest.mark.parametrize("reason", REASONS)
def test_somebody_else(reason: str) -> None:
    told = may_void(C1, voided(reason=reason, note="x"), subject_present="s2")
    assert told == (stop("void/by", "void.by", number="C1"),)


def test_another_reason_is_told() -> None:
    wanted = stop("void/note", "void.note")
    assert may_void(C1, voided(reason="other", note=" "), subject_present="s1") == (wanted,)
    assert may_void(C1, voided(reason="other", note="rain"), subject_present="s1") == ()
    both = (stop("void/by", "void.by", number="C1"), wanted)
    assert may_void(C1, voided(reason="other"), subject_present="s2") == both


def test_where_the_paper_is() -> None:
    missing = warn("void/paper", "void.paper_missing", number="C1")
    assert may_void(C1, voided(paper="missing"), subject_present="s1") == (missing,)
    printed = stop("void/paper", "void.paper_printed", number="C1")
    assert may_void(C1, voided(paper="not_printed"), subject_present="s1") == (printed,)
    assert may_void(replace(C1, printed=False), voided(paper="not_printed"), subject_present="s1") == ()
    assert may_void(C1, voided(paper="destroyed"), subject_present="s1") == ()


def test_goods_and_paper_that_are_elsewhere() -> None:
    gone = replace(C1, accepted=True, sent=Decimal("25.5"))
    assert may_void(gone, voided(), subject_present="s1") == (
        warn("void/accepted", "void.accepted", number="C1"),
        warn("void/sent", "void.sent", sent="25.5", unit="kg"),
    )
    little = may_void(replace(C1, sent=Decimal("0.001")), voided(), subject_present="s1")
    assert little == (warn("void/sent", "void.sent", sent="0.001", unit="kg"),)
    assert gone.freed == Decimal("34.5")
    assert replace(C1, sent=Decimal(70)).freed == 0


def test_a_new_one_in_its_place() -> None:
    void, new = replace(C1, void=True), certificate("C2")
    assert may_replace(void, new) is None
    assert may_replace(C1, new) == stop("void/replaces_void", "void.replaces_void", number="C1")
    other = replace(new, subject=replace(LI, id="s2"))
    assert may_replace(void, other) == stop("void/replaces_own", "void.replaces_own", number="C1")
    again = stop("void/replaces_once", "void.replaces_once", number="C1", new="C9")
    assert may_replace(replace(void, replaced_by="C9"), new) == again


def test_what_a_positive_leaves_to_void() -> None:
    issued = [
        C1,
        replace(C1, number="C2", lot="B"),
        replace(C1, number="C3", void=True),
        replace(C1, number="C4", lot="A1"),
    ]
    told = after_positive(issued, {"A", "A1"})
    assert told == (
        warn("void/positive", "void.positive", number="C1", quantity="60", unit="kg"),
        warn("void/positive", "void.positive", number="C4", quantity="60", unit="kg"),
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reasons_and_whereabouts_have_words(language: str) -> None:
    words = load_words(language)
    assert all(words.say(f"void.reason.{reason}") for reason in REASONS)
    assert all(
        words.say(f"void.whereabouts.{where}") for where in ("taken_back", "not_printed", "destroyed", "missing")
    )
