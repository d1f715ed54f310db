"""A gate check: state, advice, offices, record. Boundaries first; a further fault never improves the advice."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.certify.incoming import Seen
from kiosk.rules.messages import Finding, GateCheck, Outcome
from kiosk.rules.oversight import gate
from kiosk.rules.oversight.gate_facts import GROWER, Acceptances, Decision, Judged, Known, Screened, Seal, State
from kiosk.rules.ruling import Effect, Ruling, stop, warn
from kiosk.words import load_words
from tests.support import oversight as made
from tests.support.gates import VALID, checked, judge, told

STRICTEST = list(Decision)


def test_what_an_entry_keeps_of_a_check_is_spelled_so() -> None:
    assert [str(one) for one in Seal] == ["none", "key_unknown", "broken"]
    gravest = ["void", "altered", "not_matching", "over_issued", "incomplete", "unverifiable", "none", "valid"]
    assert [str(one) for one in State] == gravest
    assert [str(one) for one in Decision] == ["admit", "test_first", "refuse"]


def test_our_sealed_paper_for_these_goods_is_valid() -> None:
    assert judge(made.ours()) == told(State.VALID, Decision.ADMIT)


# --- no paper ---------------------------------------------------------------------------------------------------------


def test_goods_from_nowhere_are_refused() -> None:
    assert judge(None) == told(State.NONE, Decision.REFUSE, stop("gate/no_paper", "gate.no_paper"))


def test_who_sells_his_own_produce_is_tested_first() -> None:
    assert judge(None, grower=GROWER) == told(
        State.NONE, Decision.TEST_FIRST, warn("gate/self_grown", "gate.self_grown")
    )


def test_what_the_law_asks_of_him_is_missed_by_name() -> None:
    assert judge(None, grower=("contact",)) == told(
        State.NONE,
        Decision.REFUSE,
        stop("gate/grower", "gate.grower.id_number"),
        stop("gate/grower", "gate.grower.residence"),
    )


# --- tests ------------------------------------------------------------------------------------------------------------


def test_a_failure_stops_the_sale_and_both_offices_hear() -> None:
    assert judge(made.ours(), tested=made.screened(Outcome.POSITIVE)) == told(
        State.VALID, Decision.REFUSE, stop("gate/failed", "gate.failed"), offices=("agriculture", "market_regulation")
    )


def test_a_county_may_add_an_office_and_never_take_one_away() -> None:
    settings = replace(made.SETTINGS, gate_alarms=("origin",))
    judged = gate.judge(
        made.goods(), made.ours(), today=made.TODAY, settings=settings, wordings=made.WORDINGS,
        tested=made.screened(Outcome.POSITIVE),
    )  # fmt: skip
    assert judged.offices == ("agriculture", "market_regulation", "origin")
    assert [type(office) for office in judged.offices] == [str, str, str]


@pytest.mark.parametrize(
    ("tested", "advice", "rulings"),
    [(made.screened(), Decision.ADMIT, ()),
     (made.screened(Outcome.SUSPECT), Decision.TEST_FIRST, (stop("gate/suspect", "gate.suspect"),)),
     (made.screened(Outcome.INVALID), Decision.ADMIT, (warn("gate/test_invalid", "gate.test_invalid"),)),
     (made.screened(confirmed=False), Decision.ADMIT, (warn("gate/test_unconfirmed", "gate.test_unconfirmed"),)),
     (made.screened(national=False), Decision.ADMIT, (warn("gate/method", "gate.method"),))],
)  # fmt: skip
def test_what_a_test_says_of_a_valid_paper(tested: Screened, advice: Decision, rulings: tuple[Ruling, ...]) -> None:
    assert judge(made.ours(), tested=tested) == told(State.VALID, advice, *rulings)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_unusual_method_is_told_beside_every_result(outcome: Outcome) -> None:
    usual, unusual = (
        judge(made.ours(), tested=made.screened(outcome, confirmed=False, national=national)).rulings
        for national in (True, False)
    )
    assert unusual == (warn("gate/method", "gate.method"), *usual)


@pytest.mark.parametrize(
    ("tested", "advice"),
    [(None, Decision.TEST_FIRST), (made.screened(), Decision.ADMIT),
     (made.screened(confirmed=False), Decision.TEST_FIRST), (made.screened(national=False), Decision.ADMIT),
     (made.screened(Outcome.INVALID), Decision.TEST_FIRST), (made.screened(Outcome.SUSPECT), Decision.TEST_FIRST),
     (made.screened(Outcome.POSITIVE), Decision.REFUSE)],
)  # fmt: skip
def test_only_a_confirmed_pass_lifts_what_waits_for_a_test(tested: Screened | None, advice: Decision) -> None:
    assert judge(None, grower=GROWER, tested=tested).advice is advice
    assert judge(made.ours(), made.goods(product="cucumber"), tested=tested).advice is advice


def test_a_pass_lifts_no_refusal() -> None:
    assert judge(made.ours(), known=Known(void="positive"), tested=made.screened()).advice is Decision.REFUSE
    assert judge(None, tested=made.screened()).advice is Decision.REFUSE


FAULTS: dict[str, Callable[[dict[str, object], dict[str, object], Known], Known]] = {
    "product": lambda seen, goods, known: goods.update(product="cucumber") or known,
    "weight": lambda seen, goods, known: goods.update(quantity=Decimal(101)) or known,
    "origin": lambda seen, goods, known: goods.update(origin="元江县") or known,
    "contact": lambda seen, goods, known: seen.update(contact="") or known,
    "unverified": lambda seen, goods, known: seen.update(verified=False, picture=made.DIGEST) or known,
    "old": lambda seen, goods, known: seen.update(issued_on="2020-01-01") or known,
    "broken": lambda seen, goods, known: replace(known, seal=Seal.BROKEN),
    "void": lambda seen, goods, known: replace(known, void="spoiled"),
    "used": lambda seen, goods, known: replace(known, before=Acceptances(1, Decimal(1))),
}


def with_faults(names: frozenset[str], tested: Screened | None) -> Judged:
    seen: dict[str, object] = {}
    goods: dict[str, object] = {}
    known = Known()
    for name in sorted(names):
        known = FAULTS[name](seen, goods, known)
    return judge(made.ours(**seen), made.goods(**goods), known=known, tested=tested)


TESTS = st.one_of(st.none(), st.builds(Screened, st.just(1), st.sampled_from(Outcome), st.booleans(), st.booleans()))


@given(st.frozensets(st.sampled_from(sorted(FAULTS))), st.frozensets(st.sampled_from(sorted(FAULTS))), TESTS)
def test_a_further_fault_never_improves_the_advice(
    some: frozenset[str], more: frozenset[str], tested: Screened | None
) -> None:
    fewer, all_of_them = with_faults(some, tested), with_faults(some | more, tested)
    assert STRICTEST.index(fewer.advice) <= STRICTEST.index(all_of_them.advice)
    assert list(State).index(fewer.state) >= list(State).index(all_of_them.state)
    assert set(fewer.offices) <= set(all_of_them.offices)


@given(st.frozensets(st.sampled_from(sorted(FAULTS))), TESTS)
def test_no_stop_is_ever_admitted_without_a_confirmed_pass(faults: frozenset[str], tested: Screened | None) -> None:
    judged = with_faults(faults, tested)
    passed = tested is not None and tested.outcome is Outcome.NEGATIVE and tested.confirmed
    assert judged.advice is not Decision.ADMIT or passed or not any(one.stops for one in judged.rulings)


# --- decision and record ----------------------------------------------------------------------------------------------


def test_the_inspector_may_decide_otherwise_with_a_reason() -> None:
    refused = judge(None)
    assert gate.decided(refused, None, Decision.REFUSE, "") == ()
    assert gate.decided(refused, None, Decision.ADMIT, " ") == (stop("gate/reason", "gate.reason.refuse"),)
    assert gate.decided(refused, None, Decision.ADMIT, "known farmer") == ()
    assert gate.decided(VALID, None, Decision.TEST_FIRST, "") == (stop("gate/reason", "gate.reason.admit"),)
    assert gate.decided(VALID, made.screened(), Decision.ADMIT, "") == ()


def test_nobody_admits_what_failed() -> None:
    tested = made.screened(Outcome.POSITIVE)
    failed = judge(made.ours(), tested=tested)
    assert gate.decided(failed, tested, Decision.ADMIT, "seen") == (
        stop("gate/failed_stays_out", "gate.failed_stays_out"),
    )
    assert gate.decided(failed, tested, Decision.REFUSE, "") == ()


def test_the_whole_entry() -> None:
    judged = judge(made.handwritten(contact=""), tested=made.screened())
    check = gate.entry(
        made.goods(),
        made.handwritten(contact=""),
        judged,
        at="2026-11-22T09:00:00+08:00",
        inspector="Wang",
        decision=Decision.REFUSE,
        reason=" rotten ",
        tested=made.screened(),
        sealed="s",
        id_tail="0019",
    )
    assert check == GateCheck(
        at="2026-11-22T09:00:00+08:00",
        market="Market",
        stall="12",
        seller="s1",
        product="tomato",
        quantity=Decimal(100),
        unit="kg",
        origin="新平县",
        paper="handwritten",
        number="",
        issuer="s1",
        issued_on="2026-11-20",
        state="incomplete",
        advice="admit",
        decision="refuse",
        reason="rotten",
        inspector="Wang",
        findings=(
            Finding("gate/unverified", Effect.WARN, "gate.unverified", {}),
            Finding("gate/incomplete", Effect.STOP, "gate.lacks.contact", {}),
        ),
        picture=made.DIGEST,
        test=77,
        sealed="s",
        id_tail="0019",
        alarmed=("origin",),
    )
    assert {type(getattr(check, name)) for name in ("paper", "state", "advice", "decision")} == {str}


def test_the_entry_of_goods_without_paper() -> None:
    check = gate.entry(made.goods(), None, judge(None), at="t", inspector="Wang", decision=Decision.REFUSE)
    assert (check.paper, check.number, check.issuer, check.issued_on, check.picture) == ("none", "", "", "", "")
    assert (check.test, check.reason, check.sealed, check.id_tail) == (None, "", "", "")
    assert gate.unrecorded(check) == ()


@pytest.mark.parametrize(
    ("seen", "decision", "changed", "missing"),
    [(made.ours(), Decision.ADMIT, {}, []),
     (made.ours(), Decision.ADMIT, {"at": "", "market": "", "seller": "", "product": ""},
      ["at", "market", "seller", "product"]),
     (made.ours(), Decision.ADMIT, {"quantity": Decimal(0), "unit": "", "origin": "", "inspector": ""},
      ["quantity", "unit", "origin", "inspector"]),
     (made.ours(number="", issuer="", issued_on=""), Decision.ADMIT, {}, ["issuer", "issued_on", "number"]),
     (made.handwritten(picture=""), Decision.ADMIT, {}, ["picture"]),
     (None, Decision.ADMIT, {}, ["sealed", "test"]),
     (None, Decision.ADMIT, {"sealed": "x", "test": 0}, ["test"]),
     (None, Decision.ADMIT, {"sealed": "x", "test": 3}, []),
     (None, Decision.TEST_FIRST, {}, ["sealed"]),
     (None, Decision.REFUSE, {}, [])],
)  # fmt: skip
def test_what_the_record_lacks_is_told_by_name(
    seen: Seen | None, decision: Decision, changed: dict[str, object], missing: list[str]
) -> None:
    assert gate.unrecorded(checked(seen, decision, **changed)) == tuple(
        warn("gate/record", f"gate.record.{name}") for name in missing
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_keyed_sentence_is_there(language: str) -> None:
    words = load_words(language)
    lists = {
        "grower": GROWER,
        "reason": tuple(Decision),
        "condemned": ("positive", "revoked"),
        "not_matching": ("product", "subject", "origin", "unit"),
        "lacks": ("product", "quantity", "origin", "subject", "contact", "date", "promise", "basis"),
        "record": (*gate.ALWAYS, *gate.OF_A_PAPER, "number", "picture", "sealed", "test"),
    }
    wanted = [f"gate.{name}.{one}" for name, members in lists.items() for one in members]
    assert [key for key in wanted if not words.knows(key)] == []
