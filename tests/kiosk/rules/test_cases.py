"""Entries that stand or fall together, and what keeps them."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules import messages
from kiosk.rules.certify.cases import ENTRIES, GOODS, NEVER, OTHERS, TELLING, groups, is_open, spans, ties
from kiosk.rules.messages import (
    ENTRY_KINDS,
    Dispatched,
    EntryBody,
    Objection,
    ObjectionClosed,
    Outcome,
    Proofs,
    ReagentOpened,
    ResultDelivered,
    Span,
    Verdict,
)
from tests.support.oversight import certificate, correction, disposal, incoming, lot, sample
from tests.support.oversight import test as a_test

BARE = dict.fromkeys(("lot", "visit", "run", "sample_code"), "")
AT = "2026-11-22T09:00:00+08:00"
DELIVERED = ResultDelivered(5, "S-0001", "s1", Outcome.POSITIVE, "signed", AT, (), AT)
ASKED = Objection(6, "S-0001", "s1", AT, in_time=True, by="Li")
ENDED = ObjectionClosed(7, "dismissed", "R1", "Laboratory", AT, AT, Outcome.POSITIVE)


def failed(outcome: Outcome = Outcome.POSITIVE, **changed: object) -> messages.Test:
    return replace(a_test(verdict=Verdict(outcome, "x", "y", {})), **changed)  # type: ignore[arg-type]


def tied(*bodies: EntryBody) -> list[list[int]]:
    return groups({seq: ties(body.kind, seq, asdict(body)) for seq, body in enumerate(bodies, 1)})


def never(_lot: str) -> bool:
    return False


def numbered(*bodies: EntryBody) -> Sequence[tuple[int, EntryBody]]:
    return list(enumerate(bodies, 5))


def test_a_lot_its_tests_papers_and_sales_are_one_case() -> None:
    sold = Dispatched("L1", Decimal(1), "kg", "1 kg", "Market", certificate="C1")
    paper = certificate(number="C1", lot="L1")
    other = lot(lot="L2")
    assert tied(lot(), a_test(), paper, sold, other) == [[1, 2, 3, 4], [5]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (a_test(**BARE), a_test(**BARE, retest_of=1)),
        (certificate(number="C1", visit="", lot=""), correction(corrects=1)),
        (a_test(lot="", run="r", visit="a", sample_code=""), a_test(lot="", run="r", visit="b", sample_code="")),
        (sample(lot="", sample_code="S"), a_test(lot="", sample_code="S")),
        (incoming(), certificate(number="C1", visit="", lot="", proofs=Proofs(incoming=("seq:1",)))),
        (incoming(), lot(lot="L9", sources=("seq:1",))),
        (certificate(number="C1", visit="", lot=""), incoming(paper="ours", number="C1", visit="")),
        (certificate(number="C1", visit="", lot=""), certificate(number="C2", visit="", lot="", replaces="C1")),
        (a_test(**BARE), disposal(tests=(1,), lot="L")),
    ],
)  # fmt: skip
def test_whatever_names_another_is_tied_to_it(first: EntryBody, second: EntryBody) -> None:
    assert tied(first, second) == [[1, 2]]


def test_a_lot_of_reagent_is_no_lot_of_goods() -> None:
    assert tied(lot(), ReagentOpened("L1", "m", "opened")) == [[1], [2]]


def test_numbers_of_entries_are_of_one_log_and_papers_of_all() -> None:
    here, there = (ties("correction", 2, asdict(correction(corrects=1)), log) for log in ("a", "b"))
    assert here & there == set()
    paper, shown = certificate(number="C1"), incoming(paper="ours", number="C1")
    assert ties("certificate", 1, asdict(paper), "a") & ties("incoming", 9, asdict(shown), "b") == {"goods:C1"}


@given(st.dictionaries(st.integers(1, 40), st.frozensets(st.sampled_from("abcdefgh"), max_size=3)))
def test_groups_are_the_classes_of_shared_ties(given_ties: dict[int, frozenset[str]]) -> None:
    found = groups(given_ties)
    assert sorted(seq for one in found for seq in one) == sorted(given_ties)
    names = [frozenset().union(*(given_ties[seq] for seq in one)) for one in found]
    assert all(not first & second for nth, first in enumerate(names) for second in names[:nth])
    assert all(_connected(one, given_ties) for one in found)


def _connected(case: list[int], given_ties: dict[int, frozenset[str]]) -> bool:
    reached = {case[0]}
    for _ in case:
        reached |= {seq for seq in case if any(given_ties[seq] & given_ties[one] for one in reached)}
    return reached == set(case)


@pytest.mark.parametrize("outcome", [Outcome.POSITIVE, Outcome.SUSPECT])
def test_goods_that_failed_are_open_until_somebody_says_what_became_of_them(outcome: Outcome) -> None:
    test = failed(outcome)
    assert is_open(numbered(test), never)
    assert is_open(numbered(test, disposal(measure="sealed", tests=())), never)
    assert not is_open(numbered(test, disposal(tests=())), never)
    assert not is_open(numbered(test, disposal(measure="released", tests=())), never)
    assert not is_open(numbered(test), lambda name: name == "L1")
    assert is_open(numbered(test), lambda name: name == "L2")


def test_without_a_lot_the_disposal_names_the_test() -> None:
    test = failed(lot="")
    assert is_open(numbered(test, disposal(lot="L7", tests=(4,))), never)
    assert not is_open(numbered(test, disposal(lot="L7", tests=(5,))), never)


def test_what_passed_is_not_open() -> None:
    assert not is_open(numbered(a_test(), lot(), certificate()), never)
    again = [failed(Outcome.NEGATIVE, retest_of=5) for _ in range(2)]
    assert is_open(numbered(failed(), *again), never)  # mixed: suspect


def test_an_objection_is_open_until_it_ended() -> None:
    passed = a_test()
    assert not is_open(numbered(passed, DELIVERED), never)
    assert is_open(numbered(passed, DELIVERED, ASKED), never)
    assert is_open(numbered(passed, DELIVERED, ASKED, replace(ENDED, report="")), never)
    assert not is_open(numbered(passed, DELIVERED, ASKED, ENDED), never)


def test_spans_are_runs() -> None:
    assert spans([3, 1, 2, 7, 9, 8]) == (Span(1, 3), Span(7, 9))
    assert spans([]) == ()


def test_the_named_kinds_and_members_exist() -> None:
    assert ENTRY_KINDS.keys() >= NEVER | TELLING
    members = {name for body in (*ENTRY_KINDS.values(), Proofs) for name in body.__dataclass_fields__}
    assert {*GOODS, *ENTRIES, *OTHERS} <= members
