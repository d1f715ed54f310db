"""One person's turn. Rule 1: every transition is in this file. Rule 2: a screen draws a Visit, it never decides.

    idle > proving > product > quantity > (proving) > test_choice > testing > result > promise > printing > done
                                                                     |   ^                           |   |
                                                                  retesting > stopped        unprinted   unsure

A transition returns the next Visit or raises OutOfTurn; a person's slip (wrong tail, too much) returns the same stage
with a notice. What has happened stays: after a test the lot is fixed, after a promise the certificate.
"""

from collections.abc import Sequence
from dataclasses import replace

from kiosk.rules import certificate, lot
from kiosk.rules.certificate import Allowed
from kiosk.rules.errors import OutOfTurn, Unusable
from kiosk.rules.lot import Standing, TestNote
from kiosk.rules.messages import Basis, Outcome, Presence, PrintOutcome, Subject
from kiosk.rules.products import Product
from kiosk.rules.quantity import Quantity, Unit, kilograms, quantity
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.turn import FINAL, LastTime, Planned, Stage, Visit, VisitRules

TAIL = 4  # digits of the phone tail

# --- who ---


def card_shown(
    visit: Visit, rules: VisitRules, subject: Subject, card: str, *, first_use: bool, last: LastTime | None = None
) -> Visit:
    """A verified, unrevoked card of a subject in the registry; `first_use`: never seen at this station."""
    _only(visit, "card_shown", Stage.IDLE)
    known = _to(visit, Stage.PRODUCT, subject=subject, card=card, first_use=first_use, origin=subject.origin, last=last)
    if stopped := certificate.stopped_by_subject(subject):
        return _to(known, Stage.STOPPED, stopped.reason)
    if rules.proof is Proof.TAIL and first_use:
        return _asked_for_tail(known)
    return _to(known, Stage.PRODUCT, presence=Presence.SHOWN)


def tail_given(visit: Visit, rules: VisitRules, digits: str) -> Visit:
    """The phone tail was keyed in; too many wrong ones end the turn."""
    _only(visit, "tail_given", Stage.PROVING)
    tail = _tail_of(visit)
    if tail and digits == tail:
        return _proved(visit, rules, Presence.TAIL)
    tries = visit.tries + 1
    if tries >= rules.tail_tries:
        return _to(visit, Stage.STOPPED, Sentence("visit.tail_refused"), tries=tries)
    if not tail:
        return _asked_for_tail(visit)
    return _to(visit, Stage.PROVING, Sentence("visit.tail_wrong", {"left": str(rules.tail_tries - tries)}), tries=tries)


def staff_vouched(visit: Visit, rules: VisitRules) -> Visit:
    """Staff know this person; only where the county allows it. The promise stays the producer's."""
    _only(visit, "staff_vouched", Stage.PROVING)
    if not rules.staff_may_vouch:
        raise OutOfTurn("staff_vouched", visit.stage)
    return _proved(visit, rules, Presence.STAFF)


# --- what and how much ---


def product_chosen(visit: Visit, product: Product, earlier: Sequence[TestNote] = ()) -> Visit:
    """`earlier`: tests of this same lot from other turns (an abandoned positive, for one); they count here too."""
    _only(visit, "product_chosen", Stage.PRODUCT)
    if stopped := certificate.stopped_by_product(product):
        return _to(visit, Stage.PRODUCT, stopped.reason)
    fresh = replace(visit, quantity=None, typed="", tests=tuple(earlier))
    return _to(fresh, Stage.QUANTITY, product=product.id, unit=product.unit)


def quantity_given(visit: Visit, rules: VisitRules, typed: str, unit: Unit) -> Visit:
    _only(visit, "quantity_given", Stage.QUANTITY)
    try:
        amount = quantity(typed, unit)
    except Unusable as slip:
        return _to(visit, Stage.QUANTITY, Sentence(f"problem.{slip.code}", slip.facts))
    return _weighed(visit, rules, amount)


def repeat_last(visit: Visit, rules: VisitRules, product: Product, earlier: Sequence[TestNote] = ()) -> Visit:
    """跟上次一样: the same product and quantity as last time; test and promise are asked anew."""
    _only(visit, "repeat_last", Stage.PRODUCT)
    if visit.last is None or product.id != visit.last.product:
        raise OutOfTurn("repeat_last", visit.stage)
    chosen = product_chosen(visit, product, earlier)
    return chosen if chosen.stage is Stage.PRODUCT else _weighed(chosen, rules, visit.last.amount)


# --- test ---


def test_wanted(visit: Visit, rules: VisitRules) -> Visit:
    _only(visit, "test_wanted", Stage.TEST_CHOICE)
    return _measuring(visit, rules, Planned.FIRST)


def test_declined(visit: Visit) -> Visit:
    _only(visit, "test_declined", Stage.TEST_CHOICE)
    return _to(visit, Stage.PROMISE)


def retest_started(visit: Visit, rules: VisitRules) -> Visit:
    """The repeats of the same sample stand in the analyzer."""
    _only(visit, "retest_started", Stage.RETESTING)
    return _measuring(visit, rules, Planned.REPEAT)


def run_finished(visit: Visit, rules: VisitRules, notes: Sequence[TestNote]) -> Visit:
    """The recorded tests of one run: one first test, or any number of repeats that name the first."""
    _only(visit, "run_finished", Stage.TESTING)
    first = lot.waiting(visit.tests, rules.repeats) if visit.planned is Planned.REPEAT else None
    expected = len(notes) == 1 if first is None else len(notes) > 0
    if not expected or any(note.retest_of != (first.seq if first else None) for note in notes):
        raise OutOfTurn("run_finished", visit.stage)
    return _judged(replace(visit, tests=(*visit.tests, *notes), planned=None), rules)


def run_failed(visit: Visit, problem: Sentence) -> Visit:
    """The run gave nothing to judge (analyzer lost, power cut): back to where it was started."""
    _only(visit, "run_failed", Stage.TESTING)
    start = Stage.RETESTING if visit.planned is Planned.REPEAT else _tested_or(visit, Stage.TEST_CHOICE)
    return _to(visit, start, problem, planned=None)


def test_again(visit: Visit, rules: VisitRules) -> Visit:
    """Once more after an invalid test, as a new first test."""
    _only(visit, "test_again", Stage.RESULT)
    if standing(visit, rules) is not Standing.INVALID:
        raise OutOfTurn("test_again", visit.stage)
    return _measuring(visit, rules, Planned.FIRST)


def result_read(visit: Visit) -> Visit:
    _only(visit, "result_read", Stage.RESULT)
    return _to(visit, Stage.PROMISE)


# --- promise and paper ---


def promised(visit: Visit, rules: VisitRules, product: Product, basis: tuple[Basis, ...], number: str) -> Visit:
    """The producer promised on these bases; the certificate has this number. Record it before a byte is printed."""
    _only(visit, "promised", Stage.PROMISE)
    if visit.subject is None or visit.presence is None or visit.quantity is None or not number:
        raise OutOfTurn("promised", visit.stage)
    if product.id != visit.product:
        raise OutOfTurn("promised", visit.stage)
    standing_now, method = standing(visit, rules), rules.method
    answer = certificate.may_issue(visit.subject, product, rules.wording, standing=standing_now, method=method)
    if not isinstance(answer, Allowed):
        return _to(visit, Stage.STOPPED, answer.reason)
    if basis not in answer.offered:
        raise OutOfTurn("promised", visit.stage)
    return issued(visit, basis, number)


def issued(visit: Visit, basis: tuple[Basis, ...], number: str) -> Visit:
    """The log has the certificate and the visit lags behind it: what is recorded is not judged again."""
    _only(visit, "issued", Stage.PROMISE)
    return _to(visit, Stage.PRINTING, basis=basis, number=number, copy=1)


def print_ended(visit: Visit, outcome: PrintOutcome, problem: Sentence | None = None) -> Visit:
    _only(visit, "print_ended", Stage.PRINTING)
    if outcome is PrintOutcome.FAILED:
        return _to(visit, Stage.UNPRINTED, problem or Sentence("visit.unprinted"))
    if outcome is PrintOutcome.UNKNOWN:
        return _to(visit, Stage.UNSURE, problem or Sentence("visit.unsure"))
    return _to(visit, Stage.DONE)


def print_again(visit: Visit) -> Visit:
    """The printer is ready now; nothing of this copy was printed before."""
    _only(visit, "print_again", Stage.UNPRINTED)
    return _to(visit, Stage.PRINTING)


def paper_whole(visit: Visit) -> Visit:
    _only(visit, "paper_whole", Stage.UNSURE)
    return _to(visit, Stage.DONE)


def paper_spoiled(visit: Visit) -> Visit:
    """The same certificate again, marked 补打; never a new number."""
    _only(visit, "paper_spoiled", Stage.UNSURE, Stage.DONE)
    return _to(visit, Stage.PRINTING, copy=visit.copy + 1)


# --- out of line ---


def back(visit: Visit, rules: VisitRules) -> Visit:
    """One step back, while nothing has happened that cannot be taken back."""
    to = _before(visit, rules)
    if to is None:
        raise OutOfTurn("back", visit.stage)
    return _to(visit, to)


def abandon(visit: Visit, reason: Sentence | None = None) -> Visit:
    """The person left or the time is over. Never mid-print; a turn that has ended stays as it ended."""
    if visit.stage is Stage.PRINTING:
        raise OutOfTurn("abandon", visit.stage)
    return visit if visit.stage in FINAL else _to(visit, Stage.ABANDONED, reason)


def noticed(visit: Visit, notice: Sentence | None) -> Visit:
    """The same turn with a sentence to show: a device's problem, a face that cannot be printed."""
    return replace(visit, notice=notice)


# --- what a screen may offer ---


def standing(visit: Visit, rules: VisitRules) -> Standing:
    """What the tests of this lot come to."""
    return lot.standing(visit.tests, rules.repeats)


def repeated(visit: Visit, rules: VisitRules) -> int | None:
    """Entry of the first test that the wanted repeats must name (`retest_of`)."""
    first = lot.waiting(visit.tests, rules.repeats)
    return None if first is None else first.seq


def offered(visit: Visit, rules: VisitRules) -> tuple[tuple[Basis, ...], ...]:
    """The sets of boxes that may be ticked now, plainest first; empty when no promise is due."""
    if visit.stage is not Stage.PROMISE:
        return ()
    return certificate.bases(standing(visit, rules), rules.method)


def supporting(visit: Visit) -> tuple[int, ...]:
    """Entries of the tests that the ticked bases rest on."""
    if Basis.SELF_TEST not in visit.basis:
        return ()
    return tuple(note.seq for note in visit.tests if note.outcome is Outcome.NEGATIVE)


def may_go_back(visit: Visit, rules: VisitRules) -> bool:
    return _before(visit, rules) is not None


def may_abandon(visit: Visit) -> bool:
    return visit.stage not in FINAL and visit.stage is not Stage.PRINTING


# --- within ---


def _only(visit: Visit, step: str, *stages: Stage) -> None:
    if visit.stage not in stages:
        raise OutOfTurn(step, visit.stage)


def _to(visit: Visit, stage: Stage, notice: Sentence | None = None, **changed: object) -> Visit:
    return replace(visit, stage=stage, notice=notice, **changed)  # type: ignore[arg-type]


def _tail_of(visit: Visit) -> str:
    digits = "".join(character for character in (visit.subject.contact if visit.subject else "") if character.isdigit())
    return digits[-TAIL:] if len(digits) >= TAIL else ""


def _asked_for_tail(visit: Visit) -> Visit:
    return _to(visit, Stage.PROVING, None if _tail_of(visit) else Sentence("visit.tail_unknown"))


def _proved(visit: Visit, rules: VisitRules, presence: Presence) -> Visit:
    proved = replace(visit, presence=presence, tries=0)
    return _to(proved, Stage.PRODUCT) if visit.quantity is None else _lot_known(proved, rules)


def _weighed(visit: Visit, rules: VisitRules, amount: Quantity) -> Visit:
    known = replace(visit, quantity=amount, unit=amount.unit, typed=str(amount))
    weight = kilograms(amount)
    light = weight is not None and weight <= rules.tail_above
    if visit.presence is Presence.SHOWN and rules.proof is Proof.TAIL and not light:
        return _asked_for_tail(known)
    return _lot_known(known, rules)


def _lot_known(visit: Visit, rules: VisitRules) -> Visit:
    if visit.tests:
        return _judged(visit, rules)
    return _to(visit, Stage.TEST_CHOICE if rules.tests else Stage.PROMISE)


def _measuring(visit: Visit, rules: VisitRules, planned: Planned) -> Visit:
    if rules.method is None:
        raise OutOfTurn("measuring", visit.stage)
    return _to(visit, Stage.TESTING, planned=planned)


def _judged(visit: Visit, rules: VisitRules) -> Visit:
    now = standing(visit, rules)
    if now in (Standing.POSITIVE, Standing.SUSPECT):
        return _to(visit, Stage.STOPPED, Sentence(f"problem.rules.lot_{now}"))
    if now is Standing.UNSETTLED:
        return _to(
            visit,
            Stage.RETESTING,
            Sentence("visit.repeats_needed", {"missing": str(lot.missing(visit.tests, rules.repeats))}),
        )
    return _to(visit, Stage.RESULT)


def _tested_or(visit: Visit, otherwise: Stage) -> Stage:
    return Stage.RESULT if visit.tests else otherwise


def _before(visit: Visit, rules: VisitRules) -> Stage | None:
    if visit.stage is Stage.QUANTITY:
        return Stage.PRODUCT
    if visit.stage is Stage.PROVING and visit.quantity is not None:
        return Stage.QUANTITY
    if visit.stage is Stage.TEST_CHOICE:
        return Stage.QUANTITY
    if visit.stage is Stage.PROMISE:
        return _tested_or(visit, Stage.TEST_CHOICE if rules.tests else Stage.QUANTITY)
    return None
