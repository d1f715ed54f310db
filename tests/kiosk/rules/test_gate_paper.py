"""What a gate makes of a paper: void, altered, other goods, too heavy, incomplete, unverified, old."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.certify.incoming import Paper
from kiosk.rules.oversight import gate_paper
from kiosk.rules.oversight.gate_facts import Acceptances, Decision, Known, Seal, State
from kiosk.rules.ruling import Ruling, stop, warn
from tests.support import oversight as made
from tests.support.gates import checked, judge, told


def test_void_for_an_error_is_as_without_paper() -> None:
    assert judge(made.ours(), known=Known(void="wrong_product")) == told(
        State.VOID, Decision.TEST_FIRST, stop("gate/void", "gate.void", number=made.NUMBER), offices=("origin",)
    )


def test_void_names_its_successor() -> None:
    judged = judge(made.ours(), known=Known(void="wrong_product", replaced_by="N2"))
    assert judged.rulings == (stop("gate/void", "gate.void_replaced", number=made.NUMBER, new="N2"),)


@pytest.mark.parametrize("reason", ["positive", "revoked"])
def test_condemned_goods_stay_out(reason: str) -> None:
    assert judge(made.ours(), known=Known(void=reason)) == told(
        State.VOID,
        Decision.REFUSE,
        stop("gate/condemned", f"gate.condemned.{reason}", number=made.NUMBER),
        offices=("origin",),
    )


def test_an_altered_paper_is_refused_whatever_the_caller_says() -> None:
    assert judge(made.ours(), known=Known(Seal.BROKEN)) == told(
        State.ALTERED, Decision.REFUSE, stop("gate/seal_broken", "gate.seal_broken"), offices=("origin",)
    )


@pytest.mark.parametrize("paper", [Paper.FOREIGN, Paper.HANDWRITTEN, Paper.OURS])
def test_a_paper_that_cannot_be_verified_is_kept_and_admitted(paper: Paper) -> None:
    assert judge(made.handwritten(paper=paper)) == told(
        State.UNVERIFIABLE, Decision.ADMIT, warn("gate/unverified", "gate.unverified")
    )


def test_an_unknown_key_asks_for_the_newest_list() -> None:
    judged = judge(made.handwritten(paper=Paper.OURS), known=Known(Seal.KEY_UNKNOWN))
    assert judged == told(State.UNVERIFIABLE, Decision.ADMIT, warn("gate/unverified", "gate.key_unknown"))


def test_without_its_picture_it_is_tested_first() -> None:
    assert judge(made.handwritten(picture="")) == told(
        State.UNVERIFIABLE,
        Decision.TEST_FIRST,
        stop("gate/picture", "gate.picture"),
        warn("gate/unverified", "gate.unverified"),
    )


def test_other_proof_is_kept_and_tested_first() -> None:
    proof = made.handwritten(paper=Paper.OTHER_PROOF, contact="", promise=False, basis=False)
    assert judge(proof) == told(State.UNVERIFIABLE, Decision.TEST_FIRST, warn("gate/other_proof", "gate.other_proof"))
    assert made.rules(judge(replace(proof, picture="")).rulings) == ["gate/picture", "gate/other_proof"]


@pytest.mark.parametrize(
    ("changed", "part"),
    [({"product": " "}, "product"), ({"quantity": None}, "quantity"), ({"origin": ""}, "origin"),
     ({"issuer": ""}, "subject"), ({"contact": ""}, "contact"), ({"issued_on": ""}, "date"),
     ({"issued_on": "2026-02-29"}, "date"), ({"promise": False}, "promise"), ({"basis": False}, "basis")],
)  # fmt: skip
def test_what_a_paper_lacks_is_told_by_name(changed: dict[str, object], part: str) -> None:
    judged = judge(made.handwritten(**changed))
    assert (judged.state, judged.advice, judged.offices) == (State.INCOMPLETE, Decision.TEST_FIRST, ("origin",))
    assert judged.rulings[1:] == (stop("gate/incomplete", f"gate.lacks.{part}"),)
    assert judge(made.handwritten(**changed), made.goods(package=(part,))).state is State.UNVERIFIABLE


def test_a_sealed_paper_is_whole_by_its_seal() -> None:
    assert judge(made.ours(contact="", promise=False)).state is State.VALID


@pytest.mark.parametrize(
    ("seen", "goods", "part", "paper", "there"),
    [({}, {"product": "cucumber"}, "product", "tomato", "cucumber"),
     ({}, {"producer": "s2"}, "subject", "s1", "s2"),
     ({}, {"unit": "box"}, "unit", "kg", "box"),
     ({"origin": "元江县"}, {}, "origin", "元江县", "新平县")],
)  # fmt: skip
def test_what_does_not_match_is_told(
    seen: dict[str, object], goods: dict[str, object], part: str, paper: str, there: str
) -> None:
    assert judge(made.ours(**seen), made.goods(**goods)) == told(
        State.NOT_MATCHING,
        Decision.TEST_FIRST,
        stop("gate/not_matching", f"gate.not_matching.{part}", paper=paper, goods=there),
        offices=("origin",),
    )


@pytest.mark.parametrize(
    ("seen", "goods"),
    [({"product": " tomato "}, {}), ({}, {"product": " tomato "}), ({}, {"producer": " s1 "}),
     ({"issuer": " s1 "}, {"producer": "s1"}), ({"issuer": ""}, {"producer": "s2"}), ({"product": ""}, {}),
     ({}, {"product": ""}), ({"unit": ""}, {}), ({}, {"unit": ""}), ({"origin": ""}, {}), ({}, {"origin": ""}),
     ({"origin": "云南省 新平县"}, {}), ({}, {"origin": "新 平县戛洒镇"})],
)  # fmt: skip
def test_what_nobody_told_or_wrote_otherwise_contradicts_nothing(
    seen: dict[str, object], goods: dict[str, object]
) -> None:
    assert judge(made.ours(**seen), made.goods(**goods)) == told(State.VALID, Decision.ADMIT)


# --- quantity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "tolerance", "over"),
    [("0", "99.999", "0", False), ("0", "100", "0", False), ("0", "100.001", "0", True), ("60", "40", "0", False),
     ("60", "40.001", "0", True), ("100", "0.001", "0", True), ("0", "105", "5", False), ("0", "105.001", "5", True),
     ("65", "40", "5", False), ("65", "40.001", "5", True)],
)  # fmt: skip
def test_all_loads_of_one_paper_stay_within_it(before: str, now: str, tolerance: str, over: bool) -> None:
    judged = judge(made.ours(), made.goods(quantity=Decimal(now)), known=made.known(before), tolerance=tolerance)
    assert (judged.state is State.OVER_ISSUED) is over
    assert judged.advice is (Decision.TEST_FIRST if over else Decision.ADMIT)


def test_over_issue_says_what_may_still_come_in() -> None:
    judged = judge(made.ours(), made.goods(quantity=Decimal("40.5")), known=made.known("60.0"))
    facts = {"issued": "100", "before": "60", "unit": "kg", "now": "40.5", "left": "40"}
    assert judged == told(
        State.OVER_ISSUED, Decision.TEST_FIRST, stop("gate/over_issued", "gate.over_issued", **facts),
        offices=("origin",),
    )  # fmt: skip
    assert judge(made.ours(), known=made.known("130")).rulings[0].say.facts["left"] == "0"


def test_a_split_load_is_remarked_on() -> None:
    judged = judge(made.ours(), made.goods(quantity=Decimal(40)), known=made.known("60", times=2))
    facts = {"issued": "100", "before": "60", "unit": "kg", "times": "2"}
    assert judged == told(State.VALID, Decision.ADMIT, warn("gate/used_before", "gate.used_before", **facts))


def test_loads_in_another_unit_are_told() -> None:
    judged = judge(made.ours(), known=Known(before=Acceptances(uncounted=3)))
    assert judged == told(State.VALID, Decision.ADMIT, warn("gate/uncounted", "gate.uncounted", times="3"))
    both = judge(made.ours(), made.goods(unit="box"), known=Known(before=Acceptances(uncounted=3)))
    assert made.rules(both.rulings) == ["gate/not_matching", "gate/uncounted"]
    over = judge(made.ours(), made.goods(quantity=Decimal(101)), known=Known(before=Acceptances(uncounted=3)))
    assert made.rules(over.rulings) == ["gate/uncounted", "gate/over_issued"]


def test_a_paper_without_quantity_is_not_weighed_against() -> None:
    assert judge(made.ours(quantity=None)).state is State.VALID


@given(st.permutations(range(5)))
def test_acceptances_are_added_in_any_order(order: list[int]) -> None:
    ours = made.ours()
    checks = [
        checked(ours, quantity=Decimal("60.5")),
        checked(ours, quantity=Decimal(30)),
        checked(ours, unit="box", quantity=Decimal(2)),
        checked(ours, Decision.REFUSE, quantity=Decimal(99)),
        checked(made.ours(number="OTHER"), quantity=Decimal(99)),
    ]
    assert gate_paper.accepted(ours, "kg", [checks[place] for place in order]) == Acceptances(3, Decimal("90.5"), 1)


@pytest.mark.parametrize(
    ("changed", "same"),
    [({}, True), ({"number": "2"}, False), ({"issuer": "other"}, False), ({"issued_on": "2026-11-19"}, False),
     ({"product": "cucumber"}, False), ({"paper": Paper.FOREIGN}, False)],
)  # fmt: skip
def test_papers_of_others_are_told_apart_by_all_their_words(changed: dict[str, object], same: bool) -> None:
    earlier = made.handwritten(number="1")
    times = gate_paper.accepted(replace(earlier, **changed), "kg", [checked(earlier)]).times  # type: ignore[arg-type]
    assert (times == 1) is same


def test_ours_are_told_apart_by_their_number_alone() -> None:
    assert gate_paper.accepted(made.ours(issuer="typed otherwise"), "kg", [checked(made.ours())]).times == 1
    numberless = made.ours(number="", verified=False)
    assert gate_paper.accepted(replace(numberless, issuer="x"), "kg", [checked(numberless)]).times == 0
    foreign = made.handwritten(paper=Paper.FOREIGN, number=made.NUMBER)
    assert gate_paper.accepted(foreign, "kg", [checked(made.ours())]).times == 0


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issued", "today", "rulings"),
    [("2026-11-15", date(2026, 11, 22), ()),
     ("2026-11-14", date(2026, 11, 22), (warn("gate/age", "gate.age", days="8", most="7"),)),
     ("2028-02-23", date(2028, 3, 1), ()),
     ("2028-02-22", date(2028, 3, 1), (warn("gate/age", "gate.age", days="8", most="7"),)),
     ("2026-11-22", date(2026, 11, 22), ()),
     ("2026-11-23", date(2026, 11, 22), (warn("gate/dated_ahead", "gate.dated_ahead", date="2026-11-23"),)),
     ("", date(2026, 11, 22), ())],
)  # fmt: skip
def test_dates_only_warn(issued: str, today: date, rulings: tuple[Ruling, ...]) -> None:
    assert judge(made.ours(issued_on=issued), today=today) == told(State.VALID, Decision.ADMIT, *rulings)


@pytest.mark.parametrize(
    ("form", "issued", "speaks"),
    [("2021-11", "2026-01-31", False), ("2021-11", "2026-02-01", True), ("2019-12", "2026-02-01", True),
     ("2026-02-01", "2026-02-01", False), ("", "2026-02-01", False)],
)  # fmt: skip
def test_an_old_form_is_remarked_on_after_its_last_day(form: str, issued: str, speaks: bool) -> None:
    judged = judge(made.ours(form=form, issued_on=issued), today=date(2026, 2, 2))
    assert ("gate/old_form" in made.rules(judged.rulings)) is speaks
    assert judged.advice is Decision.ADMIT


def test_an_old_form_names_its_last_day_and_other_proof_has_none() -> None:
    old = made.ours(form="2021-11", issued_on="2026-02-01")
    assert judge(old, today=date(2026, 2, 1)).rulings == (warn("gate/old_form", "gate.old_form", last="2026-01-31"),)
    proof = replace(old, paper=Paper.OTHER_PROOF)
    assert judge(proof, today=date(2026, 2, 1)).rulings == ()
