"""A turn, told as people live it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kiosk.rules.certify.certificate import Allowed
from kiosk.rules.drug_use.intervals import Asks, Question
from kiosk.rules.errors import OutOfTurn, Unreadable
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import (
    Basis,
    DrugUse,
    Outcome,
    Presence,
    Present,
    PrintOutcome,
    Proofs,
    SampleTaken,
    SampleType,
    Scene,
    Subject,
)
from kiosk.rules.ruling import stop
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.sheets.sheet import Answer, Draft
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.visits import arrival, desk, drug_turn, inspection, issue, own_turn, sheet_turn
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import (
    MOVES,
    PATIENCE,
    Kept,
    Lapse,
    LastTime,
    Loaded,
    Planned,
    Stage,
    Turn,
    Visit,
    VisitRules,
)
from kiosk.saved_visit import from_json, to_json
from tests.support import law as laws

NEG, SUS, POS, INV = Outcome.NEGATIVE, Outcome.SUSPECT, Outcome.POSITIVE, Outcome.INVALID
CONTROL, SELF_TEST, COMMISSIONED = Basis.CONTROL, Basis.SELF_TEST, Basis.COMMISSIONED_TEST
NUMBER = "5304277K3M9QX2VHA"


def note(seq: int, outcome: Outcome, of: int | None = None) -> TestNote:
    return TestNote(seq, outcome, "12.3", of)


def none_used(visit: Visit, rules: VisitRules, product: Product) -> Visit:
    """没用过."""
    return drug_turn.drugs_told(visit, rules, product, used=False)


def promise(visit: Visit, rules: VisitRules, product: Product, basis: tuple[Basis, ...], number: str) -> Visit:
    return issue.promised(visit, rules, laws.known(visit, rules, product), basis, number)


def offers(visit: Visit, rules: VisitRules, product: Product) -> tuple[tuple[Basis, ...], ...]:
    return issue.offered(visit, rules, laws.known(visit, rules, product))


@pytest.fixture
def known(rules: VisitRules, farmer: Subject) -> Visit:
    """His card was shown and the tail keyed in."""
    shown = arrival.card_shown(Visit("v1"), rules, farmer, "card-7", first_use=True)
    return arrival.tail_given(shown, rules, "4321")


@pytest.fixture
def weighed(known: Visit, rules: VisitRules, tomato: Product) -> Visit:
    return none_used(turn.quantity_given(turn.product_chosen(known, tomato), rules, "320", Unit.JIN), rules, tomato)


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
    return promise(promising, rules, tomato, (CONTROL, SELF_TEST), NUMBER)


def test_a_whole_turn(printing: Visit) -> None:
    done = issue.print_ended(printing, PrintOutcome.PRINTED)
    assert (done.stage, done.number, done.copy) == (Stage.DONE, NUMBER, 1)
    assert (done.quantity, done.typed) == (Quantity(Decimal(320), Unit.JIN), "320 jin")
    assert (done.presence, done.origin) == (Presence.TAIL, "Xinping")
    assert issue.supporting(done) == (5,)


def test_same_as_last_time_is_three_touches(rules: VisitRules, farmer: Subject, tomato: Product) -> None:
    last = LastTime("tomato", Quantity(Decimal(100), Unit.JIN))
    shown = arrival.card_shown(Visit("v1"), rules, farmer, "card-7", first_use=False, last=last)
    same = turn.repeat_last(shown, rules, tomato)
    asked = none_used(same, rules, tomato)
    printing = promise(asked, rules, tomato, (CONTROL,), NUMBER)
    stages = [same.stage, asked.stage, printing.stage]
    assert stages == [Stage.DRUGS, Stage.PROMISE, Stage.PRINTING]
    assert (printing.quantity, printing.uses, same.used) == (last.amount, (), None)


def test_what_is_as_last_time_may_still_be_tested(rules: VisitRules, farmer: Subject, tomato: Product) -> None:
    last = LastTime("tomato", Quantity(Decimal(100), Unit.JIN))
    shown = arrival.card_shown(Visit("v1"), rules, farmer, "card-7", first_use=False, last=last)
    asked = none_used(turn.repeat_last(shown, rules, tomato), rules, tomato)
    testing = turn.test_wanted(asked, rules)
    assert testing.stage is Stage.TESTING
    assert turn.run_failed(testing, Sentence("visit.run_lost")).stage is Stage.PROMISE
    with pytest.raises(OutOfTurn):
        turn.test_wanted(replace(asked, tests=(note(5, NEG),)), rules)


def test_last_time_is_offered_only_as_it_was(
    rules: VisitRules, farmer: Subject, packs: object, tomato: Product
) -> None:
    shown = arrival.card_shown(Visit("v1"), rules, farmer, "card-7", first_use=False)
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
    shown = arrival.card_shown(Visit("v1"), laws.law(proof=proof), farmer, "c", first_use=first_use)
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
    shown = arrival.card_shown(Visit("v1"), rules, farmer, "c", first_use=False)
    weighed = turn.quantity_given(turn.product_chosen(shown, tomato), rules, typed, unit)
    assert weighed.stage is (Stage.PROVING if asked else Stage.DRUGS)


def test_after_a_late_tail_the_turn_goes_on(rules: VisitRules, farmer: Subject, tomato: Product) -> None:
    shown = arrival.card_shown(Visit("v1"), rules, farmer, "c", first_use=False)
    asked = turn.quantity_given(turn.product_chosen(shown, tomato), rules, "900", Unit.KG)
    assert turn.back(asked, rules).stage is Stage.QUANTITY
    proved = arrival.tail_given(asked, rules, "4321")
    assert (proved.stage, proved.presence) == (Stage.DRUGS, Presence.TAIL)
    again = turn.quantity_given(turn.back(proved, rules), rules, "901", Unit.KG)
    assert again.stage is Stage.DRUGS


def test_three_wrong_tails_end_the_turn(rules: VisitRules, farmer: Subject) -> None:
    visit = arrival.card_shown(Visit("v1"), rules, farmer, "c", first_use=True)
    notices = []
    for _ in range(3):
        visit = arrival.tail_given(visit, rules, "1234")
        notices.append(visit.notice)
    left = [Sentence("visit.tail_wrong", {"left": "2"}), Sentence("visit.tail_wrong", {"left": "1"})]
    assert notices == [*left, Sentence("visit.tail_refused")]
    assert visit.stage is Stage.STOPPED


@pytest.mark.parametrize(
    ("proof", "tail", "pin"),
    [
        (Proof.NONE, Presence.TAIL, None),
        (Proof.TAIL, Presence.TAIL, None),
        (Proof.PIN, None, Presence.PIN),
    ],
)
@pytest.mark.parametrize("first_use", [True, False])
def test_a_number_is_joined_by_the_tail_or_what_is_stricter(
    farmer: Subject, proof: Proof, tail: Presence | None, pin: Presence | None, first_use: bool
) -> None:
    law = laws.law(proof=proof)
    keying = arrival.number_wanted(Visit("v1"))
    asked = arrival.card_shown(keying, law, farmer, "12345678", first_use=first_use, keyed=True)
    assert (asked.stage, asked.presence, asked.keyed) == (Stage.PROVING, None, True)
    if tail is not None:
        assert arrival.tail_given(asked, law, "4321").presence is tail
    else:
        with pytest.raises(OutOfTurn):
            arrival.tail_given(asked, law, "4321")
        assert arrival.pin_given(asked, law, right=True).presence is pin


def test_a_number_of_somebody_who_may_not_issue_tells_no_name(rules: VisitRules, farmer: Subject) -> None:
    keying = arrival.number_wanted(Visit("v1"))
    stopped = arrival.card_shown(keying, rules, replace(farmer, kind="other"), "12345678", first_use=True, keyed=True)
    assert stopped.stage is Stage.STOPPED
    assert stopped.notice == Sentence("problem.rules.may_not_issue", {"name": "12345678"})


def test_a_keypad_that_nobody_uses_goes_away(rules: VisitRules) -> None:
    keying = arrival.number_wanted(Visit("v1"))
    assert PATIENCE[Stage.KEYING][1] is Lapse.CLOSE
    assert turn.lapsed(keying) == turn.back(keying, rules) == Visit("v1")


@pytest.mark.parametrize("contact", ["", "123", "none"])
def test_without_a_registered_phone_no_tail_fits(rules: VisitRules, farmer: Subject, contact: str) -> None:
    visit = arrival.card_shown(Visit("v1"), rules, replace(farmer, contact=contact), "c", first_use=True)
    assert visit.notice == Sentence("visit.tail_unknown")
    for digits in ("", contact, "0000"):
        told = arrival.tail_given(visit, rules, digits)
        assert (told.presence, told.tries, told.notice) == (None, 0, Sentence("visit.tail_unknown"))


@pytest.mark.parametrize("proof", [Proof.PIN, Proof.STAFF])
@pytest.mark.parametrize("first_use", [True, False])
def test_a_pin_or_staff_is_asked_every_time(farmer: Subject, proof: Proof, first_use: bool) -> None:
    law = laws.law(proof=proof)
    visit = arrival.card_shown(Visit("v1"), law, farmer, "c", first_use=first_use)
    assert (visit.stage, visit.presence, visit.notice, visit.first_use) == (Stage.PROVING, None, None, first_use)
    vouched = [] if proof is Proof.PIN else [arrival.staff_vouched(visit, law)]
    assert [(one.presence, one.present, one.stage) for one in vouched] == [
        (Presence.STAFF, Present.HELPED, Stage.PRODUCT) for _ in vouched
    ]
    right = arrival.pin_given(arrival.pin_given(visit, law, right=False), law, right=True)
    assert (right.presence, right.tries, right.stage) == (Presence.PIN, 0, Stage.PRODUCT)


def test_nobody_vouches_for_an_inspector() -> None:
    with pytest.raises(OutOfTurn):
        arrival.staff_vouched(inspection.badge_shown(Visit("v1"), "B-7"), laws.law(staff_may_vouch=True))


def test_staff_vouch_only_where_the_county_allows_it(rules: VisitRules, farmer: Subject) -> None:
    visit = arrival.card_shown(Visit("v1"), rules, farmer, "c", first_use=True)
    with pytest.raises(OutOfTurn):
        arrival.staff_vouched(visit, rules)
    vouched = arrival.staff_vouched(visit, laws.law(staff_may_vouch=True))
    assert (vouched.stage, vouched.presence) == (Stage.PRODUCT, Presence.STAFF)


@pytest.mark.parametrize("kind", ["other", "market", "service_point"])
def test_who_may_not_issue_is_told_at_once(rules: VisitRules, farmer: Subject, kind: str) -> None:
    visit = arrival.card_shown(Visit("v1"), rules, replace(farmer, kind=kind), "c", first_use=False)
    assert visit.stage is Stage.STOPPED
    assert visit.notice == Sentence("problem.rules.may_not_issue", {"name": "Li"})


# --- product and quantity ---


def test_a_product_outside_the_scope_is_told_and_another_may_be_chosen(
    known: Visit, rice: Product, tomato: Product
) -> None:
    told = turn.product_chosen(known, rice)
    assert (told.stage, told.notice) == (Stage.PRODUCT, Sentence("problem.rules.outside_scope"))
    assert turn.product_chosen(told, tomato).notice is None


EARLIER = stop("drugs/banned", "drugs.banned", drug="1605", ingredient="parathion")


def test_what_was_said_of_a_batch_before_stops_it_again(
    known: Visit, rules: VisitRules, tomato: Product, rice: Product
) -> None:
    told = turn.product_chosen(known, tomato, "L1", (), EARLIER)
    assert told == replace(known, product="tomato", lot="L1", stage=Stage.STOPPED, notice=EARLIER.say)
    same = replace(known, last=LastTime("tomato", Quantity(Decimal(1), Unit.KG)))
    assert turn.repeat_last(same, rules, tomato, "L1", (), EARLIER) == replace(told, last=same.last)
    outside = replace(known, last=LastTime("rice", Quantity(Decimal(1), Unit.KG)))
    kept = turn.repeat_last(outside, rules, rice)
    assert kept == replace(outside, notice=Sentence("problem.rules.outside_scope"))


def test_the_batch_of_last_time_keeps_its_tests(known: Visit, rules: VisitRules, tomato: Product) -> None:
    same = replace(known, last=LastTime("tomato", Quantity(Decimal("2.5"), Unit.KG)))
    told = turn.repeat_last(same, rules, tomato, "L1", [note(3, POS)])
    assert (told.stage, told.lot, told.tests, told.again) == (Stage.DRUGS, "L1", (note(3, POS),), True)
    assert (told.product, told.quantity, told.typed) == ("tomato", Quantity(Decimal("2.5"), Unit.KG), "2.5 kg")


def test_a_slip_of_the_finger_is_told(known: Visit, rules: VisitRules, tomato: Product) -> None:
    told = turn.quantity_given(turn.product_chosen(known, tomato), rules, "2.5", Unit.BOX)
    assert (told.stage, told.quantity) == (Stage.QUANTITY, None)
    assert told.notice == Sentence("problem.rules.quantity_whole", {"typed": "2.5"})


# --- what was used ---

SEEN = DrugUse("registered", "A", ("trichlorfon",))
OTHER = DrugUse("trade_name", "B")
DAY = date(2026, 11, 10)


@pytest.fixture
def asked(known: Visit, rules: VisitRules, tomato: Product) -> Visit:
    """He used two things; nothing about them is told yet."""
    weighed = turn.quantity_given(turn.product_chosen(known, tomato), rules, "320", Unit.JIN)
    return drug_turn.drug_added(drug_turn.drug_added(drug_turn.drugs_used(weighed), SEEN), OTHER)


def test_what_was_used_is_asked_one_by_one(asked: Visit, rules: VisitRules, tomato: Product) -> None:
    questions = []
    visit = asked
    answers: list[dict[str, object]] = [{"last_used": DAY}, {"interval": 7}, {}, {"last_used": DAY, "interval": 3}]
    for answer in answers:
        questions.append(drug_turn.open_question(visit, rules, tomato))
        visit = drug_turn.drug_answered(visit, rules, tomato, **answer)  # type: ignore[arg-type]
    told = [Question(Asks.LAST_USED, 0), Question(Asks.INTERVAL, 0), Question(Asks.LAST_USED, 1)]
    assert questions == [*told, Question(Asks.INTERVAL, 1)]
    first = replace(SEEN, last_used="2026-11-10", interval_days=7, interval_source="label")
    second = replace(OTHER, interval_days=3, interval_source="label")
    assert visit == replace(asked, uses=(first, second), asked=tuple(filter(None, questions)))
    assert drug_turn.open_question(visit, rules, tomato) == Question(Asks.HARVEST)
    with pytest.raises(OutOfTurn):
        drug_turn.drug_answered(visit, rules, tomato, DAY, 7)
    with pytest.raises(OutOfTurn):
        drug_turn.drugs_told(visit, rules, tomato, used=True)
    reaped = drug_turn.harvest_told(visit, date(2026, 11, 22))
    assert (reaped.harvest, reaped.asked) == ("2026-11-22", (*visit.asked, Question(Asks.HARVEST)))
    assert drug_turn.open_question(reaped, rules, tomato) is None
    assert drug_turn.drugs_told(reaped, rules, tomato, used=True) == replace(reaped, stage=Stage.TEST_CHOICE)
    assert drug_turn.harvest_told(visit, None) == replace(reaped, harvest="")


def test_an_answer_to_another_question_is_not_taken(asked: Visit, rules: VisitRules, tomato: Product) -> None:
    unknown = drug_turn.drug_answered(asked, rules, tomato, None, 7)
    assert (unknown.uses, unknown.asked) == (asked.uses, (Question(Asks.LAST_USED, 0),))
    still = drug_turn.drug_answered(unknown, rules, tomato, DAY, None)
    assert (still.uses, len(still.asked)) == (asked.uses, 2)


def test_nothing_is_asked_without_a_use_or_in_another_stage(asked: Visit, rules: VisitRules, tomato: Product) -> None:
    assert drug_turn.open_question(asked, rules, tomato) is not None
    assert drug_turn.open_question(replace(asked, uses=()), rules, tomato) is None
    assert drug_turn.open_question(replace(asked, stage=Stage.PROMISE), rules, tomato) is None


def test_what_is_taken_off_the_list_moves_the_others_up(asked: Visit) -> None:
    third = DrugUse("trade_name", "C")
    places = (0, 1, 2)
    full = replace(asked, uses=(SEEN, OTHER, third), asked=tuple(Question(Asks.LAST_USED, place) for place in places))
    full = replace(full, asked=(*full.asked, Question(Asks.HARVEST)))
    left = drug_turn.drug_removed(full, 1)
    assert left.uses == (SEEN, third)
    assert left.asked == (Question(Asks.LAST_USED, 0), Question(Asks.LAST_USED, 1), Question(Asks.HARVEST))


def test_how_much_may_be_named(asked: Visit) -> None:
    eleven = replace(asked, uses=(OTHER,) * 11)
    twelve = drug_turn.drug_added(eleven, SEEN)
    assert twelve.uses == (*eleven.uses, SEEN)
    with pytest.raises(OutOfTurn):
        drug_turn.drug_added(twelve, SEEN)


def test_too_early_ends_the_turn(known: Visit, rules: VisitRules, tomato: Product) -> None:
    weighed = turn.quantity_given(turn.product_chosen(known, tomato), rules, "1", Unit.KG)
    days = {21: Stage.STOPPED, 15: Stage.TEST_CHOICE}
    for last, stage in days.items():
        use = replace(OTHER, last_used=f"2026-11-{last}", interval_days=7, interval_source="label")
        told = drug_turn.harvest_told(drug_turn.drug_added(weighed, use), date(2026, 11, 22))
        after = drug_turn.drugs_told(told, rules, tomato, used=True)
        assert (after.stage, after.used, after.uses) == (stage, True, (use,))
        assert (after.notice is None) is (stage is Stage.TEST_CHOICE)
    nothing = drug_turn.drugs_told(told, rules, tomato, used=False)
    assert (nothing.used, nothing.uses, nothing.stage) == (False, (), Stage.TEST_CHOICE)


def test_the_statement_names_the_turn_and_its_subject(asked: Visit, rules: VisitRules, tomato: Product) -> None:
    entry = drug_turn.statement(replace(asked, lot="L1"), rules, tomato).entry
    assert (entry.visit, entry.lot, entry.subject, entry.product, entry.used) == ("v1", "L1", "s1", "tomato", True)
    assert drug_turn.statement(replace(asked, subject=None), rules, tomato).entry.subject == ""
    silent = drug_turn.statement(replace(asked, used=False), rules, tomato).entry
    assert (silent.used, silent.uses) == (False, ())


# --- test ---


def test_without_a_method_no_test_is_offered(known: Visit, rules: VisitRules, tomato: Product) -> None:
    bare = replace(rules, method=None)
    weighed = none_used(turn.quantity_given(turn.product_chosen(known, tomato), bare, "1", Unit.KG), bare, tomato)
    assert (weighed.stage, offers(weighed, bare, tomato)) == (Stage.PROMISE, ((CONTROL,),))
    assert turn.back(weighed, bare).stage is Stage.DRUGS


def test_without_an_analyzer_no_run_begins(weighed: Visit, retesting: Visit, rules: VisitRules) -> None:
    bare = replace(rules, method=None)
    invalid = replace(retesting, stage=Stage.RESULT, tests=(note(5, INV),))
    for begin, visit in ((turn.test_wanted, weighed), (turn.retest_started, retesting), (turn.test_again, invalid)):
        with pytest.raises(OutOfTurn):
            begin(visit, bare)
    assert turn.test_again(invalid, rules).stage is Stage.TESTING
    with pytest.raises(OutOfTurn):
        turn.test_wanted(weighed, replace(rules, test_offered=False))


def test_a_negative_may_support_the_promise(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    assert offers(promising, rules, tomato) == ((CONTROL,), (CONTROL, SELF_TEST))


def test_an_invalid_test_only_supports_nothing(testing: Visit, rules: VisitRules, tomato: Product) -> None:
    told = turn.run_finished(testing, rules, [note(5, INV)])
    assert told.stage is Stage.RESULT
    assert offers(turn.result_read(told), rules, tomato) == ((CONTROL,),)
    again = turn.test_again(told, rules)
    assert (again.stage, again.planned) == (Stage.TESTING, Planned.FIRST)
    assert offers(turn.result_read(turn.run_finished(again, rules, [note(6, NEG)])), rules, tomato)[-1] == (
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
    chosen = turn.product_chosen(known, tomato, "L1", earlier)
    weighed = turn.quantity_given(chosen, rules, "1", Unit.KG)
    assert none_used(weighed, rules, tomato).stage is stage


# --- promise and paper ---


@pytest.mark.parametrize("basis", [(SELF_TEST,), (Basis.COMMISSIONED_TEST,), (CONTROL, Basis.COMMISSIONED_TEST)])
def test_a_basis_without_its_proof_is_refused(
    promising: Visit, rules: VisitRules, tomato: Product, basis: tuple[Basis, ...]
) -> None:
    told = promise(promising, rules, tomato, basis, NUMBER)
    assert (told.stage, told.number) == (Stage.PROMISE, "")
    assert told.notice is not None


def test_nothing_is_promised_without_a_basis(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    with pytest.raises(OutOfTurn):
        promise(promising, rules, tomato, (), NUMBER)


def test_a_promise_needs_number_and_product(
    promising: Visit, rules: VisitRules, tomato: Product, rice: Product
) -> None:
    for product, number in ((tomato, ""), (rice, NUMBER)):
        with pytest.raises(OutOfTurn) as told:
            promise(promising, rules, product, (CONTROL,), number)
        assert told.value.facts == {"step": "promised", "stage": Stage.PROMISE}


def test_without_words_in_force_nothing_is_issued(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    told = promise(promising, replace(rules, wording=None), tomato, (CONTROL,), NUMBER)
    assert (told.stage, told.number) == (Stage.STOPPED, "")


def test_a_turn_begins_with_nothing_known() -> None:
    fresh = Visit("v0")
    blank = ("card", "product", "typed", "origin", "lot", "harvest", "number", "replaces")
    assert [getattr(fresh, name) for name in blank] == [""] * len(blank)
    assert (fresh.turn, fresh.stage, fresh.present, fresh.unit) == (Turn.PRODUCER, Stage.IDLE, Present.SELF, Unit.KG)
    assert (fresh.tries, fresh.papers, fresh.nth, fresh.copy, fresh.again, fresh.first_use) == (
        0,
        1,
        1,
        0,
        False,
        False,
    )
    unknown = (fresh.subject, fresh.presence, fresh.quantity, fresh.used, fresh.declared, fresh.stated, fresh.aside)
    assert unknown == (None,) * 7
    assert [str(one) for one in Turn] == ["producer", "clerk", "buyer", "staff"]


def test_the_rules_of_a_turn_are_those_of_its_method(rules: VisitRules) -> None:
    assert rules.method is not None
    strict = replace(rules, method=replace(rules.method, repeats=3, agreement=Decimal("0.15")))
    assert (strict.repeats, strict.agreement, strict.tests) == (3, Decimal("0.15"), True)
    bare = replace(rules, method=None)
    assert (bare.repeats, bare.agreement, bare.tests) == (1, None, False)
    assert [str(one) for one in Planned] == ["first", "repeat"]


def test_of_a_turn_that_lacks_something_no_box_is_offered(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    known = laws.known(promising, rules, tomato)
    for bare in (
        replace(promising, subject=None),
        replace(promising, presence=None),
        replace(promising, quantity=None),
        replace(promising, papers=1000, nth=2),
    ):
        with pytest.raises(OutOfTurn) as told:
            issue.offered(bare, rules, known)
        assert told.value.facts == {"step": "promised", "stage": Stage.PROMISE}


def test_boxes_are_offered_only_where_a_promise_is_due(
    weighed: Visit, promising: Visit, rules: VisitRules, tomato: Product
) -> None:
    assert offers(weighed, rules, tomato) == ()
    assert offers(promising, replace(rules, wording=None), tomato) == ()


def test_what_the_boxes_rest_on(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    bare = issue.Known(tomato, None)
    rests = {boxes: issue.proofs(promising, boxes, bare) for boxes in ((CONTROL,), (SELF_TEST,), (COMMISSIONED,))}
    assert rests == {(CONTROL,): Proofs(control="Li"), (SELF_TEST,): Proofs(tests=(5,)), (COMMISSIONED,): Proofs()}
    assert issue.proofs(replace(promising, subject=None), (CONTROL,), bare) == Proofs()
    brought = replace(promising, stated=4, basket=(Kept(9, "seq:9", "", "tomato", False),))
    assert issue.proofs(brought, (), bare) == Proofs(drugs=4, incoming=("seq:9",))


def test_a_laboratorys_report_opens_its_box(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    known = laws.known(promising, rules, tomato)
    with_report = replace(known, report="R-1", laboratory="Lab", report_date="2026-11-20")
    sets = ((CONTROL,), (CONTROL, SELF_TEST), (COMMISSIONED,), (CONTROL, COMMISSIONED))
    assert issue.offered(promising, rules, with_report) == (*sets, (CONTROL, SELF_TEST, COMMISSIONED))
    told = issue.promised(promising, rules, with_report, (COMMISSIONED,), NUMBER)
    assert (told.stage, told.basis, told.number) == (Stage.PRINTING, (COMMISSIONED,), NUMBER)
    rests = Proofs(report="R-1", laboratory="Lab", report_date="2026-11-20")
    assert issue.proofs(promising, (COMMISSIONED,), with_report) == rests


def test_a_word_alone_does_not_let_a_test_stand_alone(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    assert rules.method is not None
    sure = replace(rules, method=replace(rules.method, sources=()))
    told = promise(promising, sure, tomato, (SELF_TEST,), NUMBER)
    assert (told.stage, told.notice) == (Stage.PROMISE, Sentence("drugs.none_used"))
    assert promise(promising, sure, tomato, (CONTROL, SELF_TEST), NUMBER).stage is Stage.PRINTING


@pytest.mark.parametrize("boxes", [(CONTROL, CONTROL), (SELF_TEST, CONTROL)])
def test_boxes_have_one_order_and_stand_once(
    promising: Visit, rules: VisitRules, tomato: Product, boxes: tuple[Basis, ...]
) -> None:
    with pytest.raises(OutOfTurn) as told:
        promise(promising, rules, tomato, boxes, NUMBER)
    assert told.value.facts == {"step": "promised", "stage": Stage.PROMISE}


def test_a_promise_is_the_first_paper_and_its_first_copy(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    first = replace(promising, stage=Stage.PRINTING, basis=(CONTROL,), number=NUMBER, nth=1, copy=1)
    assert promise(replace(promising, nth=3, copy=2, papers=3), rules, tomato, (CONTROL,), NUMBER) == replace(
        first, papers=3
    )
    assert issue.issued(replace(promising, nth=3, copy=2), (CONTROL,), NUMBER) == first


def test_the_first_of_several_papers_asks_for_the_whole_lot(
    promising: Visit, rules: VisitRules, tomato: Product
) -> None:
    visit = issue.split(promising, 3)
    less = laws.known(replace(visit, quantity=Quantity(Decimal(60), Unit.KG)), rules, tomato)
    told = issue.promised(visit, rules, less, (CONTROL,), NUMBER)
    over = Sentence("lot.over_issue", {"left": "60", "asked": "160", "unit": "kg"})
    assert (told.stage, told.notice, told.number) == (Stage.STOPPED, over, "")
    assert isinstance(issue.decided(replace(visit, nth=2), rules, less, (CONTROL,)), Allowed)


def test_nothing_is_shared_before_it_is_weighed(promising: Visit) -> None:
    bare = replace(promising, quantity=None)
    for step in (issue.share, lambda visit: issue.split(visit, 2)):
        with pytest.raises(OutOfTurn):
            step(bare)


def test_nobody_unknown_promises(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    for bare in (
        replace(promising, subject=None),
        replace(promising, presence=None),
        replace(promising, quantity=None),
    ):
        with pytest.raises(OutOfTurn):
            promise(bare, rules, tomato, (CONTROL,), NUMBER)


def test_unsure_asks_the_person(printing: Visit) -> None:
    unsure = issue.print_ended(printing, PrintOutcome.UNKNOWN)
    assert (unsure.stage, unsure.notice) == (Stage.UNSURE, Sentence("visit.unsure"))
    assert issue.paper_whole(unsure).stage is Stage.DONE
    again = issue.paper_spoiled(unsure)
    assert (again.stage, again.number, again.copy) == (Stage.PRINTING, NUMBER, 2)


def test_a_print_that_never_began_is_no_copy(printing: Visit) -> None:
    empty = Sentence("problem.printer.paper_out")
    waiting = issue.print_ended(printing, PrintOutcome.FAILED, empty)
    assert (waiting.stage, waiting.notice) == (Stage.UNPRINTED, empty)
    assert (issue.print_again(waiting).stage, issue.print_again(waiting).copy) == (Stage.PRINTING, 1)


def test_a_printer_that_says_nothing_is_told_in_our_words(printing: Visit) -> None:
    silent = [issue.print_ended(printing, outcome).notice for outcome in (PrintOutcome.FAILED, PrintOutcome.UNKNOWN)]
    assert silent == [Sentence("visit.unprinted"), Sentence("visit.unsure")]
    jam = Sentence("problem.printer.jam")
    assert issue.print_ended(printing, PrintOutcome.UNKNOWN, jam).notice == jam


def test_without_a_certificate_nothing_is_spoiled_or_wrong(printing: Visit) -> None:
    bare = replace(issue.print_ended(printing, PrintOutcome.PRINTED), number="")
    for name, step in (("paper_spoiled", issue.paper_spoiled), ("wrong", issue.wrong)):
        with pytest.raises(OutOfTurn) as told:
            step(bare)
        assert told.value.facts["step"] == name


def test_a_torn_paper_is_printed_again_with_the_same_number(printing: Visit) -> None:
    again = issue.paper_spoiled(issue.print_ended(printing, PrintOutcome.CONFIRMED))
    assert (again.number, again.copy) == (NUMBER, 2)


# --- back, away, and what is not allowed ---


def test_back_step_by_step(promising: Visit, weighed: Visit, rules: VisitRules) -> None:
    stages = []
    visit = turn.test_declined(weighed)
    while turn.may_go_back(visit, rules):
        visit = turn.back(visit, rules)
        stages.append(visit.stage)
    assert stages == [Stage.TEST_CHOICE, Stage.DRUGS, Stage.QUANTITY, Stage.PRODUCT]
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


Step = Callable[[Visit, VisitRules, Subject, Product], Visit]
SAMPLE = SampleTaken(
    "S1", SampleType.SUPERVISION, Scene.BASE, "s1", "Li", "tomato", "L1", "Xinping", "2026-11-22T09:00:00+08:00", "Zhao"
)


STEPS: dict[str, Step] = {
    "number_wanted": lambda v, r, s, p: arrival.number_wanted(v),
    "card_shown": lambda v, r, s, p: arrival.card_shown(v, r, s, "c", first_use=False),
    "badge_shown": lambda v, r, s, p: inspection.badge_shown(v, "B1"),
    "tail_given": lambda v, r, s, p: arrival.tail_given(v, r, "4321"),
    "pin_given": lambda v, r, s, p: arrival.pin_given(v, r, right=True),
    "staff_vouched": lambda v, r, s, p: arrival.staff_vouched(v, r),
    "present_told": lambda v, r, s, p: arrival.present_told(v, Present.FAMILY),
    "paper_taken": lambda v, r, s, p: turn.paper_taken(v, Kept(9, "seq:9", "", "tomato", False)),
    "paper_returned": lambda v, r, s, p: turn.paper_returned(v, 9),
    "basket_closed": lambda v, r, s, p: turn.basket_closed(v),
    "product_chosen": lambda v, r, s, p: turn.product_chosen(v, p),
    "repeat_last": lambda v, r, s, p: turn.repeat_last(v, r, p),
    "quantity_given": lambda v, r, s, p: turn.quantity_given(v, r, "1", Unit.KG),
    "split": lambda v, r, s, p: issue.split(v, 2),
    "drugs_used": lambda v, r, s, p: drug_turn.drugs_used(v),
    "drug_added": lambda v, r, s, p: drug_turn.drug_added(v, DrugUse("unknown", "")),
    "drug_removed": lambda v, r, s, p: drug_turn.drug_removed(v, 0),
    "harvest_told": lambda v, r, s, p: drug_turn.harvest_told(v, None),
    "drugs_told": lambda v, r, s, p: drug_turn.drugs_told(v, r, p, used=False),
    "test_wanted": lambda v, r, s, p: turn.test_wanted(v, r),
    "test_declined": lambda v, r, s, p: turn.test_declined(v),
    "run_finished": lambda v, r, s, p: turn.run_finished(v, r, [note(5, NEG)]),
    "run_failed": lambda v, r, s, p: turn.run_failed(v, Sentence("visit.run_lost")),
    "retest_started": lambda v, r, s, p: turn.retest_started(v, r),
    "result_read": lambda v, r, s, p: turn.result_read(v),
    "promised": lambda v, r, s, p: promise(v, r, p, (CONTROL,), NUMBER),
    "issued": lambda v, r, s, p: issue.issued(v, (CONTROL,), NUMBER),
    "print_ended": lambda v, r, s, p: issue.print_ended(
        replace(v, aside=Stage.PRINTING) if v.stage is Stage.VOIDING else v, PrintOutcome.PRINTED
    ),
    "part_begun": lambda v, r, s, p: issue.part_begun(replace(v, waiting=("stub",))),
    "enough": lambda v, r, s, p: issue.enough(replace(v, papers=3)),
    "print_again": lambda v, r, s, p: issue.print_again(v),
    "paper_whole": lambda v, r, s, p: issue.paper_whole(v),
    "paper_spoiled": lambda v, r, s, p: issue.paper_spoiled(v),
    "wrong": lambda v, r, s, p: issue.wrong(v),
    "voided": lambda v, r, s, p: issue.voided(v, again=False),
    "parked": lambda v, r, s, p: turn.parked(v),
    "resumed": lambda v, r, s, p: turn.resumed(replace(v, aside=Stage.RETESTING)),
    "mine": lambda v, r, s, p: own_turn.mine(replace(v, presence=Presence.TAIL), r),
    "own_shown": lambda v, r, s, p: own_turn.listed(v, ""),
    "void_picked": lambda v, r, s, p: issue.picked(v, ("1",)),
    "batch_begun": lambda v, r, s, p: issue.batch_begun(
        replace(v, turn=Turn.CLERK, subject=s, presence=Presence.TAIL), "v2"
    ),
    "batch_repeated": lambda v, r, s, p: issue.batch_repeated(v, None),
    "pieces_begun": lambda v, r, s, p: own_turn.pieces_begun(v, NUMBER),
    "pieces_left": lambda v, r, s, p: own_turn.pieces_left(replace(v, opener=Stage.DONE)),
    "rated": lambda v, r, s, p: arrival.rated(v),
    "desk_chosen": lambda v, r, s, p: inspection.loading_begun(v),
    "tool_opened": lambda v, r, s, p: desk.tool_opened(v, "devices"),
    "sheet_opened": lambda v, r, s, p: sheet_turn.sheet_opened(v, Draft("patrol")),
    "sheet_filled": lambda v, r, s, p: sheet_turn.sheet_filled(v, Draft("patrol")),
    "sheet_closed": lambda v, r, s, p: sheet_turn.sheet_left(replace(v, opener=Stage.DESK)),
    "tube_bound": lambda v, r, s, p: inspection.tube_bound(v, SAMPLE, "T1", 2),
    "run_started": lambda v, r, s, p: inspection.run_started(replace(v, loaded=(Loaded(SAMPLE, "T1", 2),)), r),
    "samples_judged": lambda v, r, s, p: inspection.samples_judged(
        replace(v, loaded=(Loaded(SAMPLE, "T1", 2),)), r, {"S1": (note(5, NEG),)}
    ),
    "results_read": lambda v, r, s, p: inspection.results_read(v),
    "arranged": lambda v, r, s, p: inspection.reagent_taken(v, "E1"),
    "timed": lambda v, r, s, p: inspection.timed(v, ()),
    "load_again": lambda v, r, s, p: inspection.load_again(
        replace(v, loaded=(Loaded(SAMPLE, "T1", 2, (note(5, INV),)),)), r
    ),
}
BESIDE = {"test_again", "drug_answered", "meanwhile", "back", "abandon"}  # they ask for more than a stage; told above


def test_every_move_of_the_table_is_walked() -> None:
    assert set(STEPS) | BESIDE == set(MOVES)


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_its_stage_and_no_other(
    weighed: Visit, farmer: Subject, tomato: Product, step: str, stage: Stage
) -> None:
    visit = replace(
        weighed,
        stage=stage,
        last=LastTime("tomato", Quantity(Decimal(1), Unit.KG)),
        uses=(DrugUse("unknown", ""),),
        number=NUMBER,
    )
    able, (begins, ends) = laws.law(staff_may_vouch=True), MOVES[step]
    if stage in begins:
        assert STEPS[step](visit, able, farmer, tomato).stage in {stage, *ends}
    else:
        with pytest.raises(OutOfTurn):
            STEPS[step](visit, able, farmer, tomato)


def test_a_refused_step_is_named(weighed: Visit, promising: Visit, rules: VisitRules, tomato: Product) -> None:
    bare = replace(rules, method=None)
    at = {stage: replace(promising, stage=stage) for stage in Stage}
    many = replace(at[Stage.DRUGS], uses=(DrugUse("unknown", ""),) * 12)
    refused: dict[str, Callable[[], object]] = {
        "tail_given": lambda: arrival.tail_given(at[Stage.PROVING], laws.law(proof=Proof.PIN), "4321"),
        "staff_vouched": lambda: arrival.staff_vouched(at[Stage.PROVING], rules),
        "repeat_last": lambda: turn.repeat_last(at[Stage.PRODUCT], rules, tomato),
        "drug_added": lambda: drug_turn.drug_added(many, DrugUse("unknown", "")),
        "drug_answered": lambda: drug_turn.drug_answered(at[Stage.DRUGS], rules, tomato),
        "test_wanted": lambda: turn.test_wanted(weighed, bare),
        "retest_started": lambda: turn.retest_started(at[Stage.RETESTING], bare),
        "run_finished": lambda: turn.run_finished(at[Stage.TESTING], rules, []),
        "test_again": lambda: turn.test_again(at[Stage.RESULT], rules),
        "promised": lambda: promise(promising, rules, tomato, (), NUMBER),
        "share": lambda: issue.share(replace(promising, quantity=None)),
        "split": lambda: issue.split(replace(promising, quantity=None), 2),
        "resumed": lambda: turn.resumed(at[Stage.PARKED]),
        "part_begun": lambda: issue.part_begun(at[Stage.CONTINUING]),
        "enough": lambda: issue.enough(at[Stage.PRINTING]),
        "paper_spoiled": lambda: issue.paper_spoiled(replace(at[Stage.UNSURE], number=NUMBER), "stub", 2),
        "print_ended": lambda: issue.print_ended(replace(at[Stage.VOIDING], aside=Stage.DONE), PrintOutcome.PRINTED),
        "abandon": lambda: turn.abandon(replace(at[Stage.VOIDING], aside=Stage.PRINTING)),
        "back": lambda: turn.back(at[Stage.RESULT], rules),
        "run_started": lambda: inspection.run_started(replace(at[Stage.LOADING], loaded=(Loaded(SAMPLE, "T"),)), bare),
        "samples_judged": lambda: inspection.samples_judged(at[Stage.TESTING], rules, {}),
        "sheet_closed": lambda: sheet_turn.sheet_left(at[Stage.FILLING]),
    }
    for step, take in refused.items():
        with pytest.raises(OutOfTurn) as told:
            take()
        assert (told.value.code, told.value.facts["step"]) == ("rules.out_of_turn", step)


def test_what_may_step_aside(weighed: Visit) -> None:
    aside = {stage for stage in Stage if turn.may_park(replace(weighed, stage=stage))}
    told = {Stage.TEST_CHOICE, Stage.TESTING, Stage.RETESTING, Stage.RESULT, Stage.UNPRINTED, Stage.UNSURE}
    assert aside == {*told, Stage.FILLING, Stage.LOADING}


def test_a_notice_changes_nothing_else(promising: Visit) -> None:
    empty = Sentence("problem.printer.paper_out")
    assert turn.noticed(promising, empty) == replace(promising, notice=empty)
    assert turn.noticed(turn.noticed(promising, empty), None) == promising


def test_recorded_entries_are_kept(weighed: Visit) -> None:
    assert turn.declared(weighed, "L7", 3) == replace(weighed, lot="L7", declared=3)
    assert turn.stated(weighed, 4) == replace(weighed, stated=4)


def test_declared_goods_are_fixed(weighed: Visit, promising: Visit, rules: VisitRules) -> None:
    fixed = turn.declared(weighed, "L7", 3)
    assert not turn.may_go_back(fixed, rules)
    assert turn.back(turn.test_declined(fixed), rules).stage is Stage.TEST_CHOICE
    assert not turn.may_go_back(turn.test_declined(fixed), replace(rules, test_offered=False))
    unasked = laws.law(drugs_asked=False)
    assert turn.back(weighed, unasked).stage is Stage.QUANTITY


def test_repeats_may_come_one_by_one(retesting: Visit, rules: VisitRules) -> None:
    one = turn.run_finished(turn.retest_started(retesting, rules), rules, [note(6, POS, 5)])
    assert (one.stage, one.planned, one.tests) == (Stage.RETESTING, None, (note(5, POS), note(6, POS, 5)))
    assert one.notice == Sentence("visit.repeats_needed", {"missing": "1"})


def test_every_stage_but_the_ends_has_a_way_out_and_a_patience() -> None:
    begins = {stage for begin, _ in MOVES.values() for stage in begin}
    assert set(PATIENCE) == set(Stage)
    assert begins >= set(Stage) - {Stage.STOPPED, Stage.ABANDONED}


@pytest.mark.parametrize("stage", list(Stage))
def test_what_waits_too_long(weighed: Visit, stage: Stage) -> None:
    visit = replace(weighed, stage=stage, aside=Stage.DONE)
    after = turn.lapsed(visit)
    expected = {
        Lapse.ABANDON: Stage.ABANDONED,
        Lapse.PARK: Stage.PARKED,
        Lapse.FAIL_RUN: Stage.TEST_CHOICE,
        Lapse.CLOSE: {Stage.VOIDING: Stage.DONE, Stage.KEYING: Stage.IDLE}.get(stage),
        Lapse.NOTHING: None,
    }[PATIENCE[stage][1]]
    assert (None if after is None else after.stage) is expected
    if expected is Stage.PARKED:
        assert after is not None
        assert turn.resumed(after).stage is stage


# --- aside, split, void ---


def test_a_run_ends_while_others_are_served(testing: Visit, rules: VisitRules) -> None:
    aside = turn.parked(testing)
    positive = turn.meanwhile(aside, lambda visit: turn.run_finished(visit, rules, [note(5, POS)]))
    assert (positive.stage, positive.aside) == (Stage.PARKED, Stage.RETESTING)
    back = turn.resumed(positive)
    assert (back.stage, back.aside, back.notice) == (
        Stage.RETESTING,
        None,
        Sentence("visit.repeats_needed", {"missing": "2"}),
    )


def test_a_lot_on_three_papers(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    visit = promise(issue.split(promising, 3), rules, tomato, (CONTROL,), NUMBER)
    said = []
    for nth in (1, 2, 3):
        said.append(str(issue.share(visit)))
        visit = issue.print_ended(visit, PrintOutcome.PRINTED)
        if nth < 3:
            assert visit.stage is Stage.CONTINUING
            visit = issue.issued(visit, visit.basis, NUMBER, nth + 1)
    assert (said, visit.stage) == (["107 jin", "107 jin", "106 jin"], Stage.DONE)
    many = issue.split(promising, 1000)
    assert (many.papers, many.notice is not None) == (1, True)


def test_parts_are_printed_one_after_the_other_and_a_reprint_is_of_one(promising: Visit, tomato: Product) -> None:
    rules = laws.law(parts=("goods", "stub"))
    first = promise(issue.split(promising, 2), rules, tomato, (CONTROL,), NUMBER)
    assert (issue.parts(first), first.part, first.copy) == (("goods", "stub"), "goods", 1)
    unsure = issue.print_ended(first, PrintOutcome.UNKNOWN)
    again = issue.print_ended(issue.paper_spoiled(unsure), PrintOutcome.PRINTED)
    assert (again.stage, again.copy) == (Stage.CONTINUING, 2)
    second = issue.part_begun(again)
    assert (second.stage, second.part, second.copy, second.number) == (Stage.PRINTING, "stub", 1, NUMBER)
    between = issue.print_ended(second, PrintOutcome.PRINTED)
    assert between.stage is Stage.CONTINUING
    last = issue.issued(between, between.basis, NUMBER, 2, rules.settings.parts)
    done = issue.print_ended(issue.part_begun(issue.print_ended(last, PrintOutcome.PRINTED)), PrintOutcome.PRINTED)
    assert (done.stage, done.part, done.waiting) == (Stage.DONE, "stub", ())
    lost = issue.print_ended(issue.paper_spoiled(done, "goods", 2), PrintOutcome.PRINTED)
    assert (lost.stage, lost.part, lost.copy) == (Stage.DONE, "goods", 2)


@pytest.mark.parametrize(
    ("at", "after"),
    [
        (Stage.PRINTING, Stage.PRINTING),
        (Stage.CONTINUING, Stage.DONE),
        (Stage.UNPRINTED, Stage.UNPRINTED),
        (Stage.UNSURE, Stage.UNSURE),
    ],
)
def test_a_batch_that_is_stopped_issues_no_further_paper(printing: Visit, at: Stage, after: Stage) -> None:
    batch = replace(printing, papers=200, nth=37, stage=at)
    stopped = issue.enough(batch)
    assert (stopped.stage, stopped.nth, issue.more_papers(stopped)) == (after, 37, False)
    if at is Stage.PRINTING:
        assert issue.print_ended(stopped, PrintOutcome.PRINTED).stage is Stage.DONE
    with pytest.raises(OutOfTurn):
        issue.enough(replace(stopped, stage=at))


def test_what_is_printed_while_it_is_asked_what_was_wrong(printing: Visit, rules: VisitRules) -> None:
    asked = issue.wrong(replace(printing, papers=2))
    assert turn.back(asked, rules).stage is Stage.PRINTING
    assert not turn.may_abandon(asked)
    ended = [issue.print_ended(asked, outcome) for outcome in PrintOutcome]
    assert [(one.stage, turn.back(one, rules).stage) for one in ended] == [
        (Stage.VOIDING, Stage.CONTINUING),
        (Stage.VOIDING, Stage.CONTINUING),
        (Stage.VOIDING, Stage.UNSURE),
        (Stage.VOIDING, Stage.UNPRINTED),
    ]
    assert issue.voided(asked, again=False).stage is Stage.DONE


def test_a_void_frees_the_goods_and_the_new_paper_names_the_old(printing: Visit, rules: VisitRules) -> None:
    asked = issue.wrong(issue.print_ended(printing, PrintOutcome.PRINTED))
    assert (asked.stage, turn.back(asked, rules).stage) == (Stage.VOIDING, Stage.DONE)
    assert issue.voided(asked, again=False).notice == Sentence("visit.voided")
    anew = issue.voided(asked, again=True)
    assert (anew.stage, anew.replaces, anew.number, anew.quantity, anew.tests, anew.presence) == (
        Stage.PRODUCT,
        NUMBER,
        "",
        None,
        (),
        Presence.TAIL,
    )


# --- a buyer, a clerk, an inspector ---


def test_a_buyer_brings_papers_first(rules: VisitRules, farmer: Subject, tomato: Product) -> None:
    buyer = replace(farmer, kind="buyer")
    visit = arrival.card_shown(Visit("v1"), rules, buyer, "c", first_use=False)
    assert (visit.stage, visit.turn) == (Stage.BASKET, Turn.BUYER)
    assert turn.basket_closed(visit).notice == Sentence("visit.basket_empty")
    visit = turn.paper_taken(visit, Kept(9, "seq:9", "N1", "tomato", True))
    assert turn.paper_taken(visit, Kept(10, "seq:9", "N1", "tomato", True)).notice == Sentence(
        "visit.paper_twice", {"number": "N1"}
    )
    assert turn.paper_returned(visit, 9).basket == ()
    full = replace(visit, basket=tuple(Kept(seq, f"seq:{seq}", "", "tomato", False) for seq in range(turn.MOST_PAPERS)))
    more = turn.paper_taken(full, Kept(999, "seq:999", "", "tomato", False))
    assert (more.basket, more.notice) == (full.basket, Sentence("visit.papers_many", {"most": str(turn.MOST_PAPERS)}))
    visit = turn.basket_closed(visit)
    assert turn.back(visit, rules).stage is Stage.BASKET
    weighed = turn.quantity_given(turn.product_chosen(visit, tomato), rules, "3", Unit.KG)
    assert weighed.stage is Stage.TEST_CHOICE
    assert turn.back(weighed, rules).stage is Stage.QUANTITY


def test_a_firms_control_is_stated_by_its_controller(rules: VisitRules, farmer: Subject, tomato: Product) -> None:
    firm = replace(farmer, kind="cooperative", controller="Wang")
    visit = arrival.card_shown(Visit("v1"), rules, firm, "c", first_use=False)
    weighed = turn.quantity_given(turn.product_chosen(visit, tomato), rules, "3", Unit.KG)
    promising = turn.test_declined(none_used(weighed, rules, tomato))
    assert visit.turn is Turn.CLERK
    assert issue.proofs(promising, (CONTROL,), laws.known(promising, rules, tomato)).control == "Wang"
    nameless = replace(promising, subject=replace(firm, controller=""))
    told = promise(nameless, rules, tomato, (CONTROL,), NUMBER)
    assert (told.stage, told.notice) == (Stage.PROMISE, Sentence("certificate.controller_wanted", {"name": "Li"}))


def at_the_desk(rules: VisitRules) -> Visit:
    shown = inspection.badge_shown(Visit("v1"), "B-7")
    assert shown.stage is Stage.PROVING
    refused = arrival.pin_given(shown, rules, right=False)
    assert (refused.stage, refused.tries) == (Stage.PROVING, 1)
    return arrival.pin_given(refused, rules, right=True)


def test_an_inspectors_run(rules: VisitRules) -> None:
    visit = inspection.loading_begun(at_the_desk(rules))
    other = replace(SAMPLE, sample_code="S2", sample_type=SampleType.ROUTINE)
    visit = inspection.tube_bound(visit, SAMPLE, "T1", 2)
    assert inspection.tube_bound(visit, other, "T1", 3).notice == Sentence("visit.tube_taken", {"tube": "T1"})
    visit = inspection.run_started(inspection.tube_bound(visit, other, "T2", 3), rules)
    judged = inspection.samples_judged(visit, rules, {"S1": (note(5, POS),), "S2": (note(6, NEG),)})
    assert (judged.stage, judged.notice) == (
        Stage.RETESTING,
        Sentence("visit.samples_open", {"count": "1", "samples": "S1"}),
    )
    again = turn.retest_started(judged, rules)
    first = inspection.samples_judged(again, rules, {"S1": (note(7, POS, 5),)})
    done = inspection.samples_judged(turn.retest_started(first, rules), rules, {"S1": (note(8, POS, 5),)})
    assert done.stage is Stage.RESULT
    assert inspection.results_read(done) == replace(done, stage=Stage.DESK, loaded=())


def test_a_run_begins_when_every_sample_stands_somewhere(rules: VisitRules) -> None:
    visit = inspection.loading_begun(at_the_desk(rules))
    missing = Sentence("visit.tube_missing", {"sample": ""})
    assert inspection.run_started(visit, rules) == replace(visit, notice=missing)
    for place in (Loaded(SAMPLE, "T1"), Loaded(SAMPLE, "", 0)):
        begun = inspection.run_started(replace(visit, loaded=(place,)), rules)
        assert (begun.stage, begun.planned, begun.notice) == (Stage.TESTING, Planned.FIRST, None)


def test_a_tube_and_a_channel_serve_one_sample(rules: VisitRules) -> None:
    other = replace(SAMPLE, sample_code="S2")
    visit = inspection.tube_bound(inspection.loading_begun(at_the_desk(rules)), SAMPLE, "T1", 2)
    assert visit.loaded == (Loaded(SAMPLE, "T1", 2),)
    taken = replace(visit, notice=Sentence("visit.tube_taken", {"tube": "T2"}))
    assert inspection.tube_bound(visit, other, "T2", 2) == taken
    assert inspection.tube_bound(visit, SAMPLE, "T1", 3).loaded == (Loaded(SAMPLE, "T1", 3),)
    loose = replace(visit, loaded=(Loaded(SAMPLE),))
    assert inspection.tube_bound(loose, other, "", None).loaded == (Loaded(SAMPLE), Loaded(other))


def test_where_staff_step_back_to(rules: VisitRules) -> None:
    begun = inspection.loading_begun(at_the_desk(rules))
    loaded = replace(begun, loaded=(Loaded(SAMPLE, "T", 2),))
    assert turn.back(loaded, rules).stage is Stage.DESK
    assert turn.back(desk.tool_opened(at_the_desk(rules), "tasks"), rules).stage is Stage.DESK
    assert not turn.may_go_back(replace(begun, loaded=(Loaded(SAMPLE, "T", 2, (note(5, POS),)),)), rules)


# --- saved ---


def test_a_saved_turn_comes_back_as_it_was(printing: Visit, retesting: Visit) -> None:
    full = replace(
        retesting,
        last=LastTime("tomato", Quantity(Decimal("12.50"), Unit.KG)),
        planned=Planned.REPEAT,
        tests=(note(5, POS), note(6, INV, 5)),
        loaded=(Loaded(SAMPLE, "T1", 2, (note(5, NEG),)),),
        sheet=Draft("patrol", "7", (Answer("place", ("market",)),), letters="li"),
        opener=Stage.DESK,
        asked=(Question(Asks.HARVEST),),
        basket=(Kept(9, "seq:9", "", "tomato", False),),
    )
    for visit in (Visit("v0"), printing, retesting, full):
        assert from_json(to_json(visit, 7)) == (visit, 7)


@pytest.mark.parametrize(
    "broken",
    [
        {"stage": "flying"},
        {"tests": "none"},
        {"copy": True},
        {"quantity": {"amount": "NaN", "unit": "kg"}},
        {"subject": {"id": "s1"}},
        {"notice": {"key": 3, "facts": {}}},
        {"card": None},
    ],
)
def test_what_is_no_saved_turn_is_told(printing: Visit, broken: dict[str, object]) -> None:
    saved = json.loads(to_json(printing, 7))
    bent = {"seq": 7, "visit": {**saved["visit"], **broken}}
    tables: list[object] = [bent, {"visit": saved["visit"]}, {**saved, "seq": True}, []]
    for table in tables:
        with pytest.raises(Unreadable):
            from_json(json.dumps(table))


def test_other_goods_are_asked_about_anew(known: Visit, rules: VisitRules, tomato: Product) -> None:
    """What was answered, and on how many papers, was about the goods as they were told then."""
    visit = turn.quantity_given(turn.product_chosen(known, tomato), rules, "20", Unit.KG)
    visit = drug_turn.drug_added(issue.split(visit, 20), DrugUse("registered", "X", ("dimethoate",)))
    visit = drug_turn.drug_answered(drug_turn.drug_answered(visit, rules, tomato), rules, tomato)
    visit = drug_turn.harvest_told(visit, rules.today)
    again = turn.quantity_given(turn.back(visit, rules), rules, "1", Unit.KG)
    assert (again.used, again.uses, again.asked, again.harvest, again.papers) == (None, (), (), "", 1)
    other = turn.product_chosen(turn.back(turn.back(visit, rules), rules), tomato)
    assert (other.used, other.uses, other.asked, other.harvest, other.papers) == (None, (), (), "", 1)


def test_goods_that_are_declared_are_not_told_anew(known: Visit, rules: VisitRules, tomato: Product) -> None:
    visit = turn.quantity_given(turn.product_chosen(known, tomato), rules, "20", Unit.KG)
    with pytest.raises(OutOfTurn):
        turn.back(turn.declared(visit, "L1", 4), rules)


@pytest.mark.parametrize("place", [-1, 1])
def test_what_was_not_named_cannot_be_taken_back(known: Visit, rules: VisitRules, tomato: Product, place: int) -> None:
    visit = turn.quantity_given(turn.product_chosen(known, tomato), rules, "20", Unit.KG)
    named = drug_turn.drug_added(visit, DrugUse("registered", "X", ("dimethoate",)))
    with pytest.raises(OutOfTurn):
        drug_turn.drug_removed(named, place)


def test_a_test_by_another_method_says_nothing_for_todays(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    goods = laws.known(promising, rules, tomato)
    assert (CONTROL, SELF_TEST) in issue.offered(promising, rules, goods)
    others = tuple(replace(test, method="ny-448-2001") for test in goods.tests)
    assert issue.offered(promising, rules, replace(goods, tests=others)) == ((CONTROL,),)


def test_why_nothing_can_be_promised_is_told(promising: Visit, rules: VisitRules, tomato: Product) -> None:
    goods = laws.known(promising, rules, tomato)
    assert issue.hindered(promising, rules, goods) is None
    assert issue.hindered(promising, rules, replace(goods, balance=None)) == Sentence("lot.unknown")
    assert issue.hindered(turn.back(promising, rules), rules, goods) is None
