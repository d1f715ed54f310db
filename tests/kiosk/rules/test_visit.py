"""A turn, told as people live it."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from kiosk.rules import visit as turn
from kiosk.rules.errors import OutOfTurn, Unreadable
from kiosk.rules.lot import TestNote
from kiosk.rules.messages import Basis, Outcome, Presence, PrintOutcome, Subject
from kiosk.rules.products import Product
from kiosk.rules.quantity import Quantity, Unit
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.turn import LastTime, Planned, Stage, Visit, VisitRules
from kiosk.rules.visit_json import from_json, to_json

NEG, SUS, POS, INV = Outcome.NEGATIVE, Outcome.SUSPECT, Outcome.POSITIVE, Outcome.INVALID
CONTROL, SELF_TEST = Basis.CONTROL, Basis.SELF_TEST
NUMBER = "5304277K3M9QX2VHA"


def note(seq: int, outcome: Outcome, of: int | None = None) -> TestNote:
    return TestNote(seq, outcome, "12.3", of)


@pytest.fixture
def known(rules: VisitRules, farmer: Subject) -> Visit:
    """His card was shown and the tail keyed in."""
    shown = turn.card_shown(Visit("v1"), rules, farmer, "card-7", first_use=True)
    return turn.tail_given(shown, rules, "4321")


@pytest.fixture
def weighed(known: Visit, rules: VisitRules, tomato: Product) -> Visit:
    return turn.quantity_given(turn.product_chosen(known, tomato), rules, "320", Unit.JIN)


@pytest.fixture
def testing(weighed: Visit, rules: VisitRules) -> Visit:
    return turn.test_wanted(weighed, rules)


@pytest.fixture
def retesting(testing: Visit, rules: VisitRules) -> Visit:
    return turn.run_finished(testing, rules, [note(5, POS)])


@pytest.fixture
def promising(testing: Visit, rules: VisitRules) -> Visit:
    return turn.result_read(turn.run_finished(testing, rules, [note(5, NEG)]))


@pytest.fixture
def printing(promising: Visit, rules: VisitRules, tomato: Product) -> Visit:
    return turn.promised(promising, rules, tomato, (CONTROL, SELF_TEST), NUMBER)


def test_a_whole_turn(printing: Visit) -> None:
    done = turn.print_ended(printing, PrintOutcome.PRINTED)
    assert (done.stage, done.number, done.copy) == (Stage.DONE, NUMBER, 1)
    assert (done.quantity, done.typed) == (Quantity(Decimal(320), Unit.JIN), "320 jin")
    assert (done.presence, done.origin) == (Presence.TAIL, "Xinping")
    assert turn.supporting(done) == (5,)


def test_same_as_last_time_is_three_touches(rules: VisitRules, farmer: Subject, tomato: Product) -> None:
    last = LastTime("tomato", Quantity(Decimal(100), Unit.JIN))
    shown = turn.card_shown(Visit("v1"), rules, farmer, "card-7", first_use=False, last=last)
    same = turn.repeat_last(shown, rules, tomato)
    promise = turn.test_declined(same)
    printing = turn.promised(promise, rules, tomato, (CONTROL,), NUMBER)
    assert (same.stage, printing.stage, printing.quantity) == (Stage.TEST_CHOICE, Stage.PRINTING, last.amount)


def test_last_time_is_offered_only_as_it_was(
    rules: VisitRules, farmer: Subject, packs: object, tomato: Product
) -> None:
    shown = turn.card_shown(Visit("v1"), rules, farmer, "card-7", first_use=False)
    with pytest.raises(OutOfTurn):
        turn.repeat_last(shown, rules, tomato)
    other = replace(shown, last=LastTime("cucumber", Quantity(Decimal(1), Unit.KG)))
    with pytest.raises(OutOfTurn):
        turn.repeat_last(other, rules, tomato)


# --- proof ---


@pytest.mark.parametrize(
    ("proof", "first_use", "stage", "presence"),
    [
        (Proof.TAIL, True, Stage.PROVING, None),
        (Proof.TAIL, False, Stage.PRODUCT, Presence.SHOWN),
        (Proof.NONE, True, Stage.PRODUCT, Presence.SHOWN),
    ],
)
def test_when_the_tail_is_asked_at_once(
    rules: VisitRules, farmer: Subject, proof: Proof, first_use: bool, stage: Stage, presence: Presence | None
) -> None:
    shown = turn.card_shown(Visit("v1"), replace(rules, proof=proof), farmer, "c", first_use=first_use)
    assert (shown.stage, shown.presence) == (stage, presence)


@pytest.mark.parametrize(
    ("typed", "unit", "asked"),
    [
        ("500", Unit.KG, False),
        ("500.001", Unit.KG, True),
        ("1000", Unit.JIN, False),
        ("1001", Unit.JIN, True),
        ("1", Unit.BOX, True),
    ],
)
def test_a_large_quantity_asks_for_the_tail(
    rules: VisitRules, farmer: Subject, tomato: Product, typed: str, unit: Unit, asked: bool
) -> None:
    shown = turn.card_shown(Visit("v1"), rules, farmer, "c", first_use=False)
    weighed = turn.quantity_given(turn.product_chosen(shown, tomato), rules, typed, unit)
    assert weighed.stage is (Stage.PROVING if asked else Stage.TEST_CHOICE)


def test_after_a_late_tail_the_turn_goes_on(rules: VisitRules, farmer: Subject, tomato: Product) -> None:
    shown = turn.card_shown(Visit("v1"), rules, farmer, "c", first_use=False)
    asked = turn.quantity_given(turn.product_chosen(shown, tomato), rules, "900", Unit.KG)
    assert turn.back(asked, rules).stage is Stage.QUANTITY
    proved = turn.tail_given(asked, rules, "4321")
    assert (proved.stage, proved.presence) == (Stage.TEST_CHOICE, Presence.TAIL)
    again = turn.quantity_given(turn.back(proved, rules), rules, "901", Unit.KG)
    assert again.stage is Stage.TEST_CHOICE


def test_three_wrong_tails_end_the_turn(rules: VisitRules, farmer: Subject) -> None:
    visit = turn.card_shown(Visit("v1"), rules, farmer, "c", first_use=True)
    notices = []
    for _ in range(3):
        visit = turn.tail_given(visit, rules, "1234")
        notices.append(visit.notice)
    left = [Sentence("visit.tail_wrong", {"left": "2"}), Sentence("visit.tail_wrong", {"left": "1"})]
    assert notices == [*left, Sentence("visit.tail_refused")]
    assert visit.stage is Stage.STOPPED


@pytest.mark.parametrize("contact", ["", "123", "none"])
def test_without_a_registered_phone_no_tail_fits(rules: VisitRules, farmer: Subject, contact: str) -> None:
    visit = turn.card_shown(Visit("v1"), rules, replace(farmer, contact=contact), "c", first_use=True)
    assert visit.notice == Sentence("visit.tail_unknown")
    for digits in ("", contact, "0000"):
        assert turn.tail_given(visit, rules, digits).presence is None


def test_staff_vouch_only_where_the_county_allows_it(rules: VisitRules, farmer: Subject) -> None:
    visit = turn.card_shown(Visit("v1"), rules, farmer, "c", first_use=True)
    with pytest.raises(OutOfTurn):
        turn.staff_vouched(visit, rules)
    vouched = turn.staff_vouched(visit, replace(rules, staff_may_vouch=True))
    assert (vouched.stage, vouched.presence) == (Stage.PRODUCT, Presence.STAFF)


@pytest.mark.parametrize("kind", ["other", "buyer"])
def test_who_may_not_issue_is_told_at_once(rules: VisitRules, farmer: Subject, kind: str) -> None:
    visit = turn.card_shown(Visit("v1"), rules, replace(farmer, kind=kind), "c", first_use=False)
    assert visit.stage is Stage.STOPPED
    assert visit.notice is not None
    assert visit.notice.facts == {"name": "Li"}


# --- product and quantity ---


def test_a_product_outside_the_scope_is_told_and_another_may_be_chosen(
    known: Visit, rice: Product, tomato: Product
) -> None:
    told = turn.product_chosen(known, rice)
    assert (told.stage, told.notice) == (Stage.PRODUCT, Sentence("problem.rules.outside_scope"))
    assert turn.product_chosen(told, tomato).notice is None


def test_a_slip_of_the_finger_is_told(known: Visit, rules: VisitRules, tomato: Product) -> None:
    told = turn.quantity_given(turn.product_chosen(known, tomato), rules, "2.5", Unit.BOX)
    assert (told.stage, told.quantity) == (Stage.QUANTITY, None)
    assert told.notice == Sentence("problem.rules.quantity_whole", {"typed": "2.5"})


# --- test ---


def test_without_a_method_no_test_is_offered(known: Visit, rules: VisitRules, tomato: Product) -> None:
    bare = replace(rules, method=None)
    weighed = turn.quantity_given(turn.product_chosen(known, tomato), bare, "1", Unit.KG)
    assert (weighed.stage, turn.offered(weighed, bare)) == (Stage.PROMISE, ((CONTROL,),))
    assert turn.back(weighed, bare).stage is Stage.QUANTITY


def test_a_negative_may_support_the_promise(promising: Visit, rules: VisitRules) -> None:
    assert turn.offered(promising, rules) == ((CONTROL,), (CONTROL, SELF_TEST))


def test_an_invalid_test_only_supports_nothing(testing: Visit, rules: VisitRules) -> None:
    told = turn.run_finished(testing, rules, [note(5, INV)])
    assert told.stage is Stage.RESULT
    assert turn.offered(turn.result_read(told), rules) == ((CONTROL,),)
    again = turn.test_again(told, rules)
    assert (again.stage, again.planned) == (Stage.TESTING, Planned.FIRST)
    assert turn.offered(turn.result_read(turn.run_finished(again, rules, [note(6, NEG)])), rules)[-1] == (
        CONTROL,
        SELF_TEST,
    )


def test_a_negative_is_not_tested_again(testing: Visit, rules: VisitRules) -> None:
    with pytest.raises(OutOfTurn):
        turn.test_again(turn.run_finished(testing, rules, [note(5, NEG)]), rules)


def test_a_positive_asks_for_two_repeats(retesting: Visit, rules: VisitRules) -> None:
    assert (retesting.stage, turn.repeated(retesting, rules)) == (Stage.RETESTING, 5)
    assert retesting.notice == Sentence("visit.repeats_needed", {"missing": "2"})
    assert turn.retest_started(retesting, rules).planned is Planned.REPEAT


@pytest.mark.parametrize(
    ("repeats", "key"), [((POS, POS), "problem.rules.lot_positive"), ((POS, NEG), "problem.rules.lot_suspect")]
)
def test_settled_repeats_stop_the_lot(
    retesting: Visit, rules: VisitRules, repeats: tuple[Outcome, ...], key: str
) -> None:
    notes = [note(6 + place, outcome, 5) for place, outcome in enumerate(repeats)]
    told = turn.run_finished(turn.retest_started(retesting, rules), rules, notes)
    assert (told.stage, told.notice) == (Stage.STOPPED, Sentence(key))


def test_an_invalid_repeat_does_not_count(retesting: Visit, rules: VisitRules) -> None:
    told = turn.run_finished(turn.retest_started(retesting, rules), rules, [note(6, INV, 5), note(7, POS, 5)])
    assert (told.stage, told.notice) == (Stage.RETESTING, Sentence("visit.repeats_needed", {"missing": "1"}))


def test_a_failed_run_goes_back_to_where_it_was_started(testing: Visit, retesting: Visit, rules: VisitRules) -> None:
    lost = Sentence("visit.run_lost")
    told = turn.run_failed(testing, lost)
    assert (told.stage, told.notice, told.planned) == (Stage.TEST_CHOICE, lost, None)
    assert turn.run_failed(turn.retest_started(retesting, rules), lost).stage is Stage.RETESTING
    invalid = turn.run_finished(testing, rules, [note(5, INV)])
    assert turn.run_failed(turn.test_again(invalid, rules), lost).stage is Stage.RESULT


@pytest.mark.parametrize("notes", [[], [note(5, NEG), note(6, NEG)], [note(5, NEG, 4)]])
def test_a_first_run_has_one_first_test(testing: Visit, rules: VisitRules, notes: list[TestNote]) -> None:
    with pytest.raises(OutOfTurn):
        turn.run_finished(testing, rules, notes)


@pytest.mark.parametrize("notes", [[], [note(6, NEG)], [note(6, POS, 5), note(7, POS, 4)]])
def test_repeats_name_their_first(retesting: Visit, rules: VisitRules, notes: list[TestNote]) -> None:
    with pytest.raises(OutOfTurn):
        turn.run_finished(turn.retest_started(retesting, rules), rules, notes)


@pytest.mark.parametrize(
    ("earlier", "stage"),
    [
        ([note(3, POS)], Stage.RETESTING),
        ([note(3, POS), note(4, POS, 3), note(5, POS, 3)], Stage.STOPPED),
        ([note(3, NEG)], Stage.RESULT),
        ([], Stage.TEST_CHOICE),
    ],
)
def test_leaving_does_not_wash_a_positive_away(
    known: Visit, rules: VisitRules, tomato: Product, earlier: list[TestNote], stage: Stage
) -> None:
    chosen = turn.product_chosen(known, tomato, earlier)
    assert turn.quantity_given(chosen, rules, "1", Unit.KG).stage is stage


# --- promise and paper ---


@pytest.mark.parametrize("basis", [(), (SELF_TEST,), (Basis.COMMISSIONED_TEST,), (CONTROL, Basis.COMMISSIONED_TEST)])
def test_a_basis_without_its_proof_is_refused(
    promising: Visit, rules: VisitRules, tomato: Product, basis: tuple[Basis, ...]
) -> None:
    with pytest.raises(OutOfTurn):
        turn.promised(promising, rules, tomato, basis, NUMBER)


def test_a_promise_needs_number_and_product(
    promising: Visit, rules: VisitRules, tomato: Product, rice: Product
) -> None:
    for product, number in ((tomato, ""), (rice, NUMBER)):
        with pytest.raises(OutOfTurn):
            turn.promised(promising, rules, product, (CONTROL,), number)


def test_without_words_in_force_nothing_is_issued(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    told = turn.promised(promising, replace(rules, wording=None), tomato, (CONTROL,), NUMBER)
    assert (told.stage, told.number) == (Stage.STOPPED, "")


def test_unsure_asks_the_person(printing: Visit) -> None:
    unsure = turn.print_ended(printing, PrintOutcome.UNKNOWN)
    assert (unsure.stage, unsure.notice) == (Stage.UNSURE, Sentence("visit.unsure"))
    assert turn.paper_whole(unsure).stage is Stage.DONE
    again = turn.paper_spoiled(unsure)
    assert (again.stage, again.number, again.copy) == (Stage.PRINTING, NUMBER, 2)


def test_a_print_that_never_began_is_no_copy(printing: Visit) -> None:
    empty = Sentence("problem.printer.paper_out")
    waiting = turn.print_ended(printing, PrintOutcome.FAILED, empty)
    assert (waiting.stage, waiting.notice) == (Stage.UNPRINTED, empty)
    assert (turn.print_again(waiting).stage, turn.print_again(waiting).copy) == (Stage.PRINTING, 1)


def test_a_torn_paper_is_printed_again_with_the_same_number(printing: Visit) -> None:
    again = turn.paper_spoiled(turn.print_ended(printing, PrintOutcome.CONFIRMED))
    assert (again.number, again.copy) == (NUMBER, 2)


# --- back, away, and what is not allowed ---


def test_back_step_by_step(promising: Visit, weighed: Visit, rules: VisitRules) -> None:
    stages = []
    visit = turn.test_declined(weighed)
    while turn.may_go_back(visit, rules):
        visit = turn.back(visit, rules)
        stages.append(visit.stage)
    assert stages == [Stage.TEST_CHOICE, Stage.QUANTITY, Stage.PRODUCT]
    assert turn.back(promising, rules).stage is Stage.RESULT
    assert not turn.may_go_back(turn.back(promising, rules), rules)


@pytest.mark.parametrize("stage", list(Stage))
def test_leaving(weighed: Visit, stage: Stage) -> None:
    visit = replace(weighed, stage=stage)
    if stage is Stage.PRINTING:
        with pytest.raises(OutOfTurn):
            turn.abandon(visit)
    else:
        ended = stage in (Stage.DONE, Stage.STOPPED, Stage.ABANDONED)
        left = turn.abandon(visit, Sentence("visit.timed_out"))
        assert left.stage is (stage if ended else Stage.ABANDONED)
    assert turn.may_abandon(visit) is (stage not in (Stage.PRINTING, Stage.DONE, Stage.STOPPED, Stage.ABANDONED))


STEPS: dict[str, tuple[set[Stage], Callable[[Visit, VisitRules, Subject, Product], Visit]]] = {
    "card_shown": ({Stage.IDLE}, lambda v, r, s, p: turn.card_shown(v, r, s, "c", first_use=False)),
    "tail_given": ({Stage.PROVING}, lambda v, r, s, p: turn.tail_given(v, r, "4321")),
    "staff_vouched": ({Stage.PROVING}, lambda v, r, s, p: turn.staff_vouched(v, r)),
    "product_chosen": ({Stage.PRODUCT}, lambda v, r, s, p: turn.product_chosen(v, p)),
    "repeat_last": ({Stage.PRODUCT}, lambda v, r, s, p: turn.repeat_last(v, r, p)),
    "quantity_given": ({Stage.QUANTITY}, lambda v, r, s, p: turn.quantity_given(v, r, "1", Unit.KG)),
    "test_wanted": ({Stage.TEST_CHOICE}, lambda v, r, s, p: turn.test_wanted(v, r)),
    "test_declined": ({Stage.TEST_CHOICE}, lambda v, r, s, p: turn.test_declined(v)),
    "run_finished": ({Stage.TESTING}, lambda v, r, s, p: turn.run_finished(v, r, [note(5, NEG)])),
    "run_failed": ({Stage.TESTING}, lambda v, r, s, p: turn.run_failed(v, Sentence("visit.run_lost"))),
    "retest_started": ({Stage.RETESTING}, lambda v, r, s, p: turn.retest_started(v, r)),
    "result_read": ({Stage.RESULT}, lambda v, r, s, p: turn.result_read(v)),
    "promised": ({Stage.PROMISE}, lambda v, r, s, p: turn.promised(v, r, p, (CONTROL,), NUMBER)),
    "print_ended": ({Stage.PRINTING}, lambda v, r, s, p: turn.print_ended(v, PrintOutcome.PRINTED)),
    "print_again": ({Stage.UNPRINTED}, lambda v, r, s, p: turn.print_again(v)),
    "paper_whole": ({Stage.UNSURE}, lambda v, r, s, p: turn.paper_whole(v)),
    "paper_spoiled": ({Stage.UNSURE, Stage.DONE}, lambda v, r, s, p: turn.paper_spoiled(v)),
}


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_its_stage_and_no_other(
    weighed: Visit, rules: VisitRules, farmer: Subject, tomato: Product, step: str, stage: Stage
) -> None:
    stages, take = STEPS[step]
    visit = replace(weighed, stage=stage, last=LastTime("tomato", Quantity(Decimal(1), Unit.KG)))
    able = replace(rules, staff_may_vouch=True)
    if stage in stages:
        assert take(visit, able, farmer, tomato).stage in Stage
    else:
        with pytest.raises(OutOfTurn):
            take(visit, able, farmer, tomato)


# --- saved ---


def test_a_saved_turn_comes_back_as_it_was(printing: Visit, retesting: Visit) -> None:
    full = replace(
        retesting,
        last=LastTime("tomato", Quantity(Decimal("12.50"), Unit.KG)),
        planned=Planned.REPEAT,
        tests=(note(5, POS), note(6, INV, 5)),
    )
    for visit in (Visit("v0"), printing, retesting, full):
        assert from_json(json.loads(json.dumps(to_json(visit)))) == visit


@pytest.mark.parametrize(
    "broken",
    [
        {"form": 2},
        {"stage": "flying"},
        {"tests": "none"},
        {"copy": True},
        {"quantity": {"amount": "x", "unit": "kg"}},
        {"subject": {"id": "s1"}},
        {"notice": {"key": 3, "facts": {}}},
        {"card": None},
    ],
)
def test_what_is_no_saved_turn_is_told(printing: Visit, broken: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        from_json({**to_json(printing), **broken})
