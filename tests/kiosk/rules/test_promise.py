"""A whole case: allowed or stopped, by which rule, on which boxes."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.certify import basis
from kiosk.rules.certify.case import Case, Evidence
from kiosk.rules.certify.certificate import Allowed, Stopped
from kiosk.rules.certify.promise import decide
from kiosk.rules.messages import Basis, Outcome, Presence, Present, Proofs, SampleType
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import ServiceTest
from kiosk.rules.testing.lot import Standing
from kiosk.words import load_words
from tests.support.lots import LI, NEGATIVE, NOON, amount, balance, case, certificate, declared, packs, rice, wording

CONTROL, SELF_TEST, COMMISSIONED = Basis.CONTROL, Basis.SELF_TEST, Basis.COMMISSIONED_TEST
REPORT = Proofs(report="R-1", laboratory="Lab", report_date="2026-11-20")
ITEMS = warn("certificate/report_items", "certificate.report_items")


def of(**changed: object) -> Case:
    return case(settings=replace(packs().settings, **changed))  # type: ignore[arg-type]


def stopped(told: Allowed | Stopped) -> Ruling:
    assert isinstance(told, Stopped)
    first = next(ruling for ruling in told.rulings if ruling.stops)
    assert (told.rule, told.reason) == (first.rule, first.say)
    return first


def allowed(told: Allowed | Stopped) -> Allowed:
    assert isinstance(told, Allowed), told
    return told


def test_a_farmers_case_in_order() -> None:
    assert decide(case()) == Allowed(
        style=1,
        offered=basis.SETS,
        unconfirmed=("certificate/2026-02-01",),
        titled=True,
        rules=(
            "certificate/issuer",
            "certificate/standing",
            "lot/over_issue",
            "certificate/class",
            "certificate/wording",
        ),
        rulings=(),
        tests=(7,),
    )


def test_ticked_boxes_name_their_rules() -> None:
    proofs = replace(REPORT, control="yes", tests=(7,))
    told = allowed(decide(case(basis=(CONTROL, SELF_TEST, COMMISSIONED), proofs=proofs)))
    assert told.rules[-3:] == ("certificate/control", "certificate/self_test", "certificate/commissioned")
    assert told.rulings == (ITEMS,)


def test_nobody_else_issues() -> None:
    told = decide(case(subject=replace(LI, kind="market")))
    assert stopped(told) == stop("certificate/issuer", "problem.rules.may_not_issue", name="Li")


def test_a_buyer() -> None:
    buyer = replace(LI, kind="buyer")
    wanted = stop("certificate/buyer_papers", "problem.rules.buyer_without_papers", name="Li")
    assert stopped(decide(case(subject=buyer))) == wanted
    told = allowed(decide(case(subject=buyer, proofs=Proofs(incoming=("P1",)))))
    assert told.style == 2
    assert told.rules[3] == "certificate/buyer_papers"


def test_a_product_without_a_title_needs_no_wording() -> None:
    test = replace(NEGATIVE, product="rice")
    told = allowed(decide(case(product=rice(), wording=None, tests=(test,))))
    assert (told.titled, told.unconfirmed) == (False, ())
    assert told.rulings == (warn("certificate/class", "certificate.untitled"),)
    assert told.rules == ("certificate/issuer", "certificate/standing", "lot/over_issue")


@pytest.mark.parametrize("name", ["2019-12", "2021-11"])
def test_old_words_are_never_printed(name: str) -> None:
    old = wording(name)
    for day in (old.in_force_from, old.in_force_to or old.in_force_from):
        now = NOON.replace(year=day.year, month=day.month, day=day.day)
        told = stopped(decide(case(wording=old, now=now, tests=())))
        assert told == stop("certificate/wording", "problem.rules.no_wording")


def test_words_of_another_day_or_style() -> None:
    today = wording()
    none = stop("certificate/wording", "problem.rules.no_wording")
    assert isinstance(decide(case(wording=replace(today, in_force_from=NOON.date()))), Allowed)
    later = replace(today, in_force_from=NOON.date() + timedelta(days=1))
    assert stopped(decide(case(wording=later))) == stopped(decide(case(wording=None))) == none
    short = replace(today, in_force_to=NOON.date())
    assert isinstance(decide(case(wording=short)), Allowed)
    assert stopped(decide(case(wording=short, now=NOON + timedelta(days=1)))).rule == "certificate/wording"
    assert stopped(decide(case(wording=replace(today, styles={2: today.styles[2]})))).rule == "certificate/wording"
    assert stopped(decide(case(wording=replace(today, printable=False)))).rule == "certificate/wording"
    assert allowed(decide(case(wording=replace(today, confirmed=True)))).unconfirmed == ()


@pytest.mark.parametrize("standing", [Standing.UNSETTLED, Standing.SUSPECT, Standing.POSITIVE])
def test_a_lot_that_is_stopped(standing: Standing) -> None:
    told = decide(case(standing=standing))
    assert stopped(told) == stop("certificate/standing", f"problem.rules.lot_{standing}")


def test_more_than_there_is() -> None:
    page = balance(declared(), certificate("C1", "60"))
    assert isinstance(decide(case(balance=page)), Allowed)
    over = stop("lot/over_issue", "lot.over_issue", left="40", asked="40.001", unit="kg")
    assert stopped(decide(case(balance=page, quantity=amount("40.001 kg")))) == over
    assert stopped(decide(case(balance=None))).rule == "lot/unknown"


def test_everything_that_is_wrong_is_told_and_other_rooms_speak_last() -> None:
    interval = stop("drugs/interval", "drugs.interval")
    told = decide(case(standing=Standing.POSITIVE, balance=None, others=(interval,)))
    assert isinstance(told, Stopped)
    assert [ruling.rule for ruling in told.rulings] == ["certificate/standing", "lot/unknown", "drugs/interval"]
    reminder = warn("drugs/none", "drugs.none")
    assert allowed(decide(case(others=(reminder,)))).rulings == (reminder,)


def test_staff_help_and_never_promise() -> None:
    vouching = replace(packs().settings, staff_may_vouch=True)
    told = decide(case(presence=Presence.STAFF, present=Present.HELPED))
    assert stopped(told) == stop("certificate/staff_vouch", "certificate.staff_vouch")
    alone = decide(case(presence=Presence.STAFF, present=Present.SELF, settings=vouching))
    assert stopped(alone) == stop("certificate/staff_alone", "certificate.staff_alone")
    assert isinstance(decide(case(presence=Presence.STAFF, present=Present.HELPED, settings=vouching)), Allowed)
    assert isinstance(decide(case(presence=Presence.SHOWN, present=Present.HELPED)), Allowed)


# --- which boxes are offered ---


def test_without_a_test_there_is_no_own_test() -> None:
    offered = ((CONTROL,), (COMMISSIONED,), (CONTROL, COMMISSIONED))
    for lacking in (
        case(standing=Standing.UNTESTED, tests=()),
        case(standing=Standing.INVALID, tests=(replace(NEGATIVE, outcome=Outcome.INVALID),)),
        case(drugs_known=False),
        case(covered=False),
        of(service_test=ServiceTest.COMMISSIONED),
    ):
        assert allowed(decide(lacking)).offered == offered


def test_an_unconfirmed_method_is_offered_beside_control_only() -> None:
    told = allowed(decide(case(tests=(replace(NEGATIVE, method_confirmed=False),))))
    assert told.offered == (
        (CONTROL,), (CONTROL, SELF_TEST), (COMMISSIONED,), (CONTROL, COMMISSIONED), (CONTROL, SELF_TEST, COMMISSIONED),
    )  # fmt: skip
    assert told.unconfirmed == ("certificate/2026-02-01", "methods/m")


def test_unconfirmed_methods_are_named_once() -> None:
    weak = replace(NEGATIVE, method_confirmed=False)
    tests = (weak, replace(weak, seq=8), replace(NEGATIVE, seq=9, method="n"))
    assert allowed(decide(case(tests=tests))).unconfirmed == ("certificate/2026-02-01", "methods/m")


# --- 自行检测合格 ---


def self_test(**changed: object) -> Allowed | Stopped:
    return decide(case(**{"basis": (SELF_TEST,), "proofs": Proofs(tests=(7,)), **changed}))


NO_TEST = stop("certificate/self_test", "certificate.no_test")
INVALID = stop("certificate/test_invalid", "certificate.test_invalid")
UNLINKED = stop("certificate/self_test", "certificate.test_not_linked")


def test_an_own_test_stands_alone() -> None:
    assert allowed(self_test()).tests == (7,)


@pytest.mark.parametrize(
    "changed",
    [{"subject": "s2"}, {"product": "apple"}, {"lot": "B"}, {"outcome": Outcome.POSITIVE},
     {"sample_type": SampleType.SUPERVISION}, {"sample_type": SampleType.ROUTINE},
     {"sample_type": SampleType.CONSUMER}],
)  # fmt: skip
def test_a_test_of_something_else(changed: dict[str, object]) -> None:
    test = replace(NEGATIVE, **changed)  # type: ignore[arg-type]
    assert stopped(self_test(tests=(test,))) == NO_TEST


def test_a_test_of_the_same_batch_counts() -> None:
    test = replace(NEGATIVE, lot="A1", sample_type=SampleType.COMMISSIONED)
    assert allowed(self_test(tests=(test,), batch=frozenset({"A", "A1"}))).tests == (7,)
    assert allowed(self_test(batch=frozenset())).tests == (7,)


def test_which_tests_are_linked() -> None:
    other = replace(NEGATIVE, seq=9)
    assert stopped(self_test(proofs=Proofs())) == UNLINKED
    assert stopped(self_test(proofs=Proofs(tests=(8,)))) == UNLINKED
    assert stopped(self_test(tests=(NEGATIVE, other), proofs=Proofs(tests=(7, 8)))) == UNLINKED
    assert isinstance(self_test(tests=(NEGATIVE, other), proofs=Proofs(tests=(7, 9))), Allowed)


def test_a_standing_that_is_not_negative_supports_nothing() -> None:
    assert stopped(self_test(standing=Standing.UNTESTED)) == NO_TEST
    assert stopped(self_test(standing=Standing.INVALID, tests=(replace(NEGATIVE, outcome=Outcome.INVALID),))) == INVALID


def test_an_invalid_test_takes_the_box_until_it_is_repeated() -> None:
    invalid = replace(NEGATIVE, seq=8, outcome=Outcome.INVALID)
    assert stopped(self_test(tests=(NEGATIVE, invalid))) == INVALID
    again = replace(NEGATIVE, seq=9)
    assert allowed(self_test(tests=(NEGATIVE, invalid, again), proofs=Proofs(tests=(9,)))).tests == (9,)
    assert allowed(self_test(tests=(NEGATIVE, replace(invalid, method="n")))).tests == (7,)
    assert allowed(self_test(tests=(NEGATIVE, replace(invalid, seq=6)))).tests == (7,)
    assert allowed(self_test(tests=(NEGATIVE, replace(invalid, lot="B")))).tests == (7,)


@pytest.mark.parametrize(
    ("age", "told"),
    [(timedelta(hours=24, seconds=1), "24.1"), (timedelta(hours=25), "25"), (timedelta(hours=30, minutes=3), "30.1"),
     (timedelta(hours=240), "240")],
)  # fmt: skip
def test_a_test_that_is_too_old(age: timedelta, told: str) -> None:
    old = stop("certificate/test_age", "certificate.test_old", hours=told, limit="24")
    assert stopped(self_test(tests=(replace(NEGATIVE, ended=NOON - age),))) == old


def test_the_newest_of_old_tests_is_told() -> None:
    tests = tuple(replace(NEGATIVE, seq=seq, ended=NOON - timedelta(hours=hours)) for seq, hours in ((7, 30), (8, 26)))
    assert stopped(self_test(tests=tests)).say.facts["hours"] == "26"
    with_invalid = (*tests, replace(NEGATIVE, seq=9, method="n", outcome=Outcome.INVALID))
    assert stopped(self_test(tests=with_invalid)).rule == "certificate/test_age"


def test_the_last_second_and_a_clock_that_went_back() -> None:
    assert allowed(self_test(tests=(replace(NEGATIVE, ended=NOON - timedelta(hours=24)),))).tests == (7,)
    assert allowed(self_test(tests=(replace(NEGATIVE, ended=NOON),))).tests == (7,)
    ahead = replace(NEGATIVE, ended=NOON + timedelta(seconds=1))
    assert stopped(self_test(tests=(ahead,))) == stop("certificate/test_age", "certificate.test_ahead")


def test_what_was_used_decides() -> None:
    unknown = stop("certificate/test_drugs", "certificate.drugs_unknown")
    assert stopped(self_test(drugs_known=False)) == unknown
    unseen = stop("certificate/test_drugs", "certificate.drugs_not_covered")
    assert stopped(self_test(covered=False)) == unseen


def test_what_nobody_told_of_a_case_supports_no_test() -> None:
    full = case(basis=(SELF_TEST,), proofs=Proofs(tests=(7,)))
    told = {
        field.name: getattr(full, field.name)
        for field in fields(Case)
        if field.name not in ("covered", "drugs_known", "batch", "others", "service_point")
    }
    silent = Case(**told)
    unknown = stop("certificate/test_drugs", "certificate.drugs_unknown")
    assert stopped(decide(silent)) == unknown
    unseen = stop("certificate/test_drugs", "certificate.drugs_not_covered")
    assert stopped(decide(replace(silent, drugs_known=True))) == unseen
    assert isinstance(decide(replace(silent, drugs_known=True, covered=True)), Allowed)
    commissioned_here = replace(packs().settings, service_test=ServiceTest.COMMISSIONED)
    assert stopped(decide(replace(silent, settings=commissioned_here))).rule == "certificate/service_test"


def test_an_unconfirmed_method_never_stands_alone() -> None:
    weak = replace(NEGATIVE, method_confirmed=False)
    alone = stop("certificate/method_alone", "certificate.method_alone")
    assert stopped(self_test(tests=(weak,))) == alone
    proofs = Proofs(control="yes", tests=(7,))
    assert isinstance(self_test(tests=(weak,), basis=(CONTROL, SELF_TEST), proofs=proofs), Allowed)
    both = (weak, replace(NEGATIVE, seq=8))
    assert stopped(self_test(tests=both)) == alone
    assert isinstance(self_test(tests=both, proofs=Proofs(tests=(7, 8))), Allowed)


def test_what_the_county_says_a_service_point_test_is() -> None:
    settings = replace(packs().settings, service_test=ServiceTest.COMMISSIONED)
    told = stop("certificate/service_test", "certificate.service_test_commissioned")
    assert stopped(self_test(settings=settings)) == told
    assert isinstance(self_test(settings=settings, service_point=False), Allowed)
    assert isinstance(self_test(settings=replace(settings, service_test=ServiceTest.SELF)), Allowed)


# --- 委托检测合格 ---


def commissioned(proofs: Proofs = REPORT, **changed: object) -> Allowed | Stopped:
    return decide(case(**{"basis": (COMMISSIONED,), "proofs": proofs, **changed}))


def test_a_report() -> None:
    assert allowed(commissioned()).rulings == (ITEMS,)
    wanted = stop("certificate/commissioned", "certificate.report_wanted")
    assert stopped(commissioned(replace(REPORT, report=" "))) == wanted
    assert stopped(commissioned(replace(REPORT, laboratory=" "))) == wanted


def test_the_day_of_a_report() -> None:
    undated = warn("certificate/report_date", "certificate.report_undated")
    assert allowed(commissioned(replace(REPORT, report_date=""))).rulings == (undated, ITEMS)
    assert isinstance(commissioned(replace(REPORT, report_date="2026-11-22")), Allowed)
    for wrong in ("2026-11-23", "2026-02-30"):
        told = stop("certificate/report_date", "certificate.report_date", told=wrong, today="2026-11-22")
        assert stopped(commissioned(replace(REPORT, report_date=wrong))) == told


def test_our_own_test_behind_a_commissioned_one() -> None:
    named = replace(REPORT, tests=(7,))
    assert isinstance(commissioned(named), Allowed)
    assert stopped(commissioned(replace(REPORT, tests=(8,)))) == UNLINKED
    unseen = stop("certificate/test_drugs", "certificate.drugs_not_covered")
    assert stopped(commissioned(named, covered=False)) == unseen
    assert stopped(commissioned(named, drugs_known=False)) == unseen
    own = stop("certificate/service_test", "certificate.service_test_self")
    assert stopped(commissioned(named, service_point=False)) == own
    settings = replace(packs().settings, service_test=ServiceTest.SELF)
    assert stopped(commissioned(named, settings=settings)) == own
    both = replace(named, control="yes")
    assert isinstance(commissioned(both, settings=settings, basis=(SELF_TEST, COMMISSIONED)), Allowed)
    assert isinstance(commissioned(REPORT, settings=settings), Allowed)


# --- 质量安全控制符合要求 ---


def control(said: str, kind: str = "farmer", controller: str = "") -> Allowed | Stopped:
    subject = replace(LI, kind=kind, controller=controller)
    return decide(case(subject=subject, basis=(CONTROL,), proofs=Proofs(control=said)))


def test_his_own_statement() -> None:
    assert isinstance(control("yes"), Allowed)
    assert stopped(control(" ")) == stop("certificate/control", "certificate.statement_wanted", name="Li")
    assert isinstance(control("yes", controller="Wang"), Allowed)


@pytest.mark.parametrize("kind", ["cooperative", "enterprise"])
def test_a_firms_controller(kind: str) -> None:
    assert stopped(control("", kind)) == stop("certificate/controller", "certificate.controller_wanted", name="Li")
    assert allowed(control("Wang", kind, "Wang")).rulings == ()
    assert allowed(control("Wang", kind)).rulings == ()
    differs = warn("certificate/controller", "certificate.controller_differs", said="Zhao", listed="Wang")
    assert allowed(control(" Zhao ", kind, "Wang")).rulings == (differs,)


# --- whatever is ticked ---

EVIDENCE = st.builds(
    lambda seq, hours, outcome, lot, sure: replace(
        NEGATIVE, seq=seq, ended=NOON - timedelta(hours=hours), outcome=outcome, lot=lot, method_confirmed=sure
    ),
    st.integers(1, 9), st.integers(-2, 30), st.sampled_from(Outcome), st.sampled_from("AB"), st.booleans(),
)  # fmt: skip


@given(
    st.lists(EVIDENCE, max_size=4), st.sampled_from(Standing), st.booleans(), st.booleans(),
    st.sampled_from(ServiceTest), st.sampled_from(basis.SETS), st.lists(st.integers(1, 9), max_size=2),
    st.sampled_from(["", "yes"]),
)  # fmt: skip
def test_no_box_without_its_proof(
    tests: list[Evidence],
    standing: Standing,
    known: bool,
    covered: bool,
    service: ServiceTest,
    ticked: tuple[Basis, ...],
    linked: list[int],
    said: str,
) -> None:
    proofs = replace(REPORT, control=said, tests=tuple(linked))
    whole = case(
        tests=tuple(tests), standing=standing, drugs_known=known, covered=covered, basis=ticked, proofs=proofs,
        settings=replace(packs().settings, service_test=service),
    )  # fmt: skip
    told = decide(whole)
    if isinstance(told, Stopped):
        return
    assert ticked in told.offered
    assert standing not in (Standing.POSITIVE, Standing.SUSPECT, Standing.UNSETTLED)
    assert CONTROL not in ticked or said
    if SELF_TEST in ticked:
        assert known
        assert covered
        assert linked
        proving = [test for test in tests if test.seq in linked and test.lot == "A"]
        assert all(any(test.seq == seq and test.outcome is Outcome.NEGATIVE for test in proving) for seq in linked)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reasons_are_sentences(language: str) -> None:
    words = load_words(language)
    for told in (self_test(tests=()), commissioned(Proofs()), control("", "enterprise"), decide(case(balance=None))):
        assert isinstance(told, Stopped)
        assert isinstance(told.reason, Sentence)
        assert words.say(told.reason.key, **told.reason.facts)
