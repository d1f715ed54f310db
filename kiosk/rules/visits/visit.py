"""One person's turn: the transitions of everybody who issues. turn.py says where each may lead, and draws the map.

A transition returns the next Visit or raises OutOfTurn; a person's slip (wrong tail, too much) returns the same stage
with a notice. What has happened stays: after a test the goods are fixed, after a promise the certificate.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from kiosk.rules.certify import certificate
from kiosk.rules.errors import OutOfTurn, Unusable
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import Quantity, Unit, kilograms, quantity
from kiosk.rules.messages import Presence
from kiosk.rules.ruling import Ruling
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.testing import lot
from kiosk.rules.testing.lot import Standing, TestNote
from kiosk.rules.visits import inspection
from kiosk.rules.visits.turn import (
    FINAL,
    MOVES,
    PARKABLE,
    PATIENCE,
    Kept,
    Lapse,
    Planned,
    Stage,
    Turn,
    Visit,
    VisitRules,
    moved,
)

MOST_PAPERS = 200  # in one basket: an entry names them all, and has to stay small enough to travel
TAIL = 4  # digits of the phone tail

# --- what and how much ---


def paper_taken(visit: Visit, paper: Kept) -> Visit:
    """An incoming paper was recorded for this buyer; the same paper twice counts once."""
    if paper.source in {kept.source for kept in visit.basket}:
        return moved(visit, "paper_taken", visit.stage, Sentence("visit.paper_twice", {"number": paper.number}))
    if len(visit.basket) >= MOST_PAPERS:
        return moved(visit, "paper_taken", visit.stage, Sentence("visit.papers_many", {"most": str(MOST_PAPERS)}))
    return moved(replace(visit, basket=(*visit.basket, paper)), "paper_taken", visit.stage)


def paper_returned(visit: Visit, seq: int) -> Visit:
    rest = tuple(kept for kept in visit.basket if kept.seq != seq)
    return moved(replace(visit, basket=rest), "paper_returned", visit.stage)


def basket_closed(visit: Visit) -> Visit:
    """No certificate or other proof, no purchase: an empty basket goes nowhere (MARA Order 2025-4, domain.md §1.3)."""
    if not visit.basket:
        return moved(visit, "basket_closed", visit.stage, Sentence("visit.basket_empty"))
    return moved(visit, "basket_closed", Stage.PRODUCT)


def product_chosen(
    visit: Visit, product: Product, lot: str = "", earlier: Sequence[TestNote] = (), said: Ruling | None = None
) -> Visit:
    """`lot` is the batch that these goods still belong to, `earlier` its tests of other turns; they count here too.

    `said` is what stops the batch by its producer's own earlier words: they are not unsaid by coming again.
    """
    if stopped := certificate.stopped_by_product(product):
        return moved(visit, "product_chosen", visit.stage, stopped.reason)
    if said is not None:
        return moved(replace(visit, product=product.id, lot=lot), "product_chosen", Stage.STOPPED, said.say)
    fresh = replace(unasked(visit), quantity=None, typed="", lot=lot, tests=tuple(earlier), again=False, papers=1)
    chosen = replace(fresh, product=product.id, unit=product.unit, rest=False)
    return moved(chosen, "product_chosen", Stage.QUANTITY)


def repeat_last(
    visit: Visit,
    rules: VisitRules,
    product: Product,
    lot: str = "",
    earlier: Sequence[TestNote] = (),
    said: Ruling | None = None,
) -> Visit:
    """跟上次一样: product and quantity of last time; what was used and the promise are asked anew."""
    if visit.last is None or product.id != visit.last.product:
        raise OutOfTurn("repeat_last", visit.stage)
    chosen = product_chosen(visit, product, lot, earlier, said)
    if chosen.stage is not Stage.QUANTITY:
        return chosen
    again = replace(chosen, stage=visit.stage, again=True)
    return _weighed(again, rules, "repeat_last", visit.last.amount)


def quantity_given(visit: Visit, rules: VisitRules, typed: str, unit: Unit, each: str = "") -> Visit:
    """`each`: kilograms of one box or bundle, where somebody told them."""
    try:
        amount = quantity(typed, unit, each)
    except Unusable as slip:
        return moved(visit, "quantity_given", visit.stage, Sentence(f"problem.{slip.code}", slip.facts))
    return _weighed(visit, rules, "quantity_given", amount)


def declared(visit: Visit, lot: str, seq: int) -> Visit:
    """The goods are declared as (more of) this lot: from now on they are fixed."""
    return replace(visit, lot=lot, declared=seq)


def stated(visit: Visit, seq: int) -> Visit:
    """The statement about drugs is recorded."""
    return replace(visit, stated=seq)


# --- test ---


def test_wanted(visit: Visit, rules: VisitRules) -> Visit:
    """The goods are tested; `declared` must be recorded before the run begins."""
    if rules.method is None or visit.tests or not rules.tests:
        raise OutOfTurn("test_wanted", visit.stage)
    return moved(replace(visit, planned=Planned.FIRST), "test_wanted", Stage.TESTING)


def test_declined(visit: Visit) -> Visit:
    return moved(visit, "test_declined", Stage.PROMISE)


def retest_started(visit: Visit, rules: VisitRules) -> Visit:
    """The repeats of the same sample stand in the analyzer."""
    if rules.method is None:
        raise OutOfTurn("retest_started", visit.stage)
    return moved(replace(visit, planned=Planned.REPEAT), "retest_started", Stage.TESTING)


def run_awaited(visit: Visit, place: int) -> Visit:
    """No analyzer is free: the turn waits for one, behind those who came before."""
    return replace(visit, analyzer="", queued=place)


def run_begun(visit: Visit, analyzer: str) -> Visit:
    """An analyzer works for this turn from now on, and no other one."""
    return replace(visit, analyzer=analyzer, queued=0)


def run_finished(visit: Visit, rules: VisitRules, notes: Sequence[TestNote]) -> Visit:
    """The recorded tests of one run: one first test, or any number of repeats that name the first.

    A visit that was parked stays parked; what the tests came to shows when it is taken up again.
    """
    first = lot.waiting(visit.tests, rules.repeats, rules.agreement) if visit.planned is Planned.REPEAT else None
    expected = len(notes) == 1 if first is None else len(notes) > 0
    if not expected or any(note.retest_of != (first.seq if first else None) for note in notes):
        raise OutOfTurn("run_finished", visit.stage)
    return _judged(replace(visit, tests=(*visit.tests, *notes), planned=None), rules, "run_finished")


def run_failed(visit: Visit, problem: Sentence) -> Visit:
    """The run gave nothing to judge (analyzer lost, power cut): back to where it was started."""
    otherwise = Stage.PROMISE if visit.again else Stage.TEST_CHOICE
    first = Stage.LOADING if visit.turn is Turn.STAFF else _tested_or(visit, otherwise)
    start = Stage.RETESTING if visit.planned is Planned.REPEAT else first
    return moved(replace(visit, planned=None, queued=0), "run_failed", start, problem)


def test_again(visit: Visit, rules: VisitRules) -> Visit:
    """Once more after an invalid test, as a new first test."""
    if standing(visit, rules) is not Standing.INVALID or rules.method is None:
        raise OutOfTurn("test_again", visit.stage)
    return moved(replace(visit, planned=Planned.FIRST), "test_again", Stage.TESTING)


def result_read(visit: Visit) -> Visit:
    return moved(visit, "result_read", Stage.PROMISE)


# --- out of line ---


def parked(visit: Visit, since: str = "") -> Visit:
    """Aside: the next person is served, and this turn waits for its card or slip. Who helped here is not there then."""
    helper = visit.staff if visit.turn is Turn.STAFF else ""
    return moved(replace(visit, aside=visit.stage, since=since, staff=helper), "parked", Stage.PARKED, visit.notice)


def resumed(visit: Visit) -> Visit:
    """The card or slip of a parked turn was shown."""
    if visit.aside is None:
        raise OutOfTurn("resumed", visit.stage)
    return moved(replace(visit, aside=None), "resumed", visit.aside, visit.notice)


def meanwhile(visit: Visit, step: Callable[[Visit], Visit]) -> Visit:
    """A transition of a turn that is parked: its run ended while others were served. It stays parked."""
    after = step(resumed(visit))
    return moved(replace(after, aside=after.stage), "meanwhile", Stage.PARKED, after.notice)


def back(visit: Visit, rules: VisitRules) -> Visit:
    """One step back, while nothing has happened that cannot be taken back."""
    to = _before(visit, rules)
    if to is None:
        raise OutOfTurn("back", visit.stage)
    here = unlooked(visit) if visit.stage is Stage.MINE else replace(visit, picked=(), picking=None, opener=None)
    return moved(replace(here, aside=None), "back", to)


def abandon(visit: Visit, reason: Sentence | None = None) -> Visit:
    """The person left or the time is over. Never mid-print; a turn that has ended stays as it ended."""
    if visit.aside is Stage.PRINTING:
        raise OutOfTurn("abandon", visit.stage)
    return visit if visit.stage in FINAL else moved(visit, "abandon", Stage.ABANDONED, reason)


def lapsed(visit: Visit) -> Visit | None:
    """What a turn becomes that waited longer than its stage may (`turn.PATIENCE`); None: it is over, or goes on."""
    match PATIENCE[visit.stage][1]:
        case Lapse.ABANDON:
            return abandon(visit, Sentence("visit.timed_out"))
        case Lapse.PARK:
            return parked(visit)
        case Lapse.FAIL_RUN:
            return run_failed(visit, Sentence("visit.run_too_long"))
        case Lapse.CLOSE:
            return _shut(visit)
    return None


def _shut(visit: Visit) -> Visit | None:
    """What was only looked at is left."""
    if visit.stage is Stage.KEYING:
        return moved(visit, "back", Stage.IDLE)
    if visit.stage is Stage.VOIDING and visit.aside is not None:
        return moved(replace(visit, aside=None, picked=(), picking=None), "back", visit.aside)
    if visit.stage is Stage.PIECES and visit.opener is not None:
        return moved(replace(visit, paper="", opener=None), "pieces_left", visit.opener)
    return None


def noticed(visit: Visit, notice: Sentence | None) -> Visit:
    """The same turn with a sentence to show: a device's problem, a face that cannot be printed."""
    return replace(visit, notice=notice)


# --- what a screen may offer ---


def standing(visit: Visit, rules: VisitRules) -> Standing:
    """What the tests of this lot come to."""
    return lot.standing(visit.tests, rules.repeats, rules.agreement)


def repeated(visit: Visit, rules: VisitRules) -> int | None:
    """Entry of the first test that the wanted repeats must name (`retest_of`)."""
    first = lot.waiting(visit.tests, rules.repeats, rules.agreement)
    return None if first is None else first.seq


def may_go_back(visit: Visit, rules: VisitRules) -> bool:
    return _before(visit, rules) is not None


def may(visit: Visit, move: str) -> bool:
    """Whether the table lets this move begin here."""
    return visit.stage in MOVES[move][0]


def may_abandon(visit: Visit) -> bool:
    return visit.stage not in FINAL and visit.aside is not Stage.PRINTING and may(visit, "abandon")


def may_park(visit: Visit) -> bool:
    return visit.stage in PARKABLE


def stands(visit: Visit) -> Stage:
    """Where the turn is, or goes on once it is taken up."""
    return visit.aside if visit.stage is Stage.PARKED and visit.aside is not None else visit.stage


# --- within ---


def asked(visit: Visit, rules: VisitRules, move: str) -> Visit:
    """He is asked for a proof of who he is."""
    without = proof_of(visit, rules) is Proof.TAIL and not tail_of(visit)
    return moved(visit, move, Stage.PROVING, Sentence("visit.tail_unknown") if without else None)


def proof_of(visit: Visit, rules: VisitRules) -> Proof:
    """What the county wants; who keyed in a number has shown nothing, and gives the phone tail at least."""
    wanted = rules.settings.proof
    return Proof.TAIL if visit.keyed and wanted is Proof.NONE else wanted


def tail_of(visit: Visit) -> str:
    """The last digits of the contact that the county knows; empty when there is none to compare with."""
    digits = "".join(character for character in (visit.subject.contact if visit.subject else "") if character.isdigit())
    return digits[-TAIL:] if len(digits) >= TAIL else ""


def served(visit: Visit, move: str) -> Visit:
    """Who he is is known: on to what he came for."""
    if visit.turn is Turn.STAFF:
        return moved(visit, move, Stage.DESK)
    if visit.opener is Stage.MINE:
        return moved(replace(visit, opener=None), move, Stage.MINE)
    return moved(visit, move, Stage.BASKET if visit.turn is Turn.BUYER else Stage.PRODUCT)


def _weighed(visit: Visit, rules: VisitRules, move: str, amount: Quantity) -> Visit:
    known = replace(visit, quantity=amount, unit=amount.unit, typed=str(amount), papers=1)
    weight = kilograms(amount)
    light = weight is not None and weight <= rules.settings.tail_above
    if visit.presence is Presence.SHOWN and rules.settings.proof is Proof.TAIL and not light:
        return asked(known, rules, move)
    return goods_known(known, rules, move)


def goods_known(visit: Visit, rules: VisitRules, move: str) -> Visit:
    """What was used is the producer's to say; a buyer keeps the papers of those who know."""
    if rules.settings.drugs_asked and visit.turn is not Turn.BUYER:
        return moved(unasked(visit), move, Stage.DRUGS)
    return lot_known(visit, rules, move)


def unasked(visit: Visit) -> Visit:
    """Answers were about the goods as they were told then; of other goods, or another amount, it is asked anew."""
    return replace(visit, used=None, uses=(), asked=(), harvest="")


def unlooked(visit: Visit) -> Visit:
    """No paper of his own stands open any more."""
    goods = replace(visit, product="", quantity=None, typed="", lot="", papers=1, nth=1, shown="")
    return replace(goods, number="", part="", copy=0, basis=())


def lot_known(visit: Visit, rules: VisitRules, move: str) -> Visit:
    """Goods and what was used on them are known: on to a test, its result, or the promise."""
    if visit.tests:
        return _judged(visit, rules, move)
    return moved(visit, move, Stage.TEST_CHOICE if rules.tests and not visit.again else Stage.PROMISE)


def _judged(visit: Visit, rules: VisitRules, move: str) -> Visit:
    now = standing(visit, rules)
    if now in (Standing.POSITIVE, Standing.SUSPECT):
        return moved(visit, move, Stage.STOPPED, Sentence(f"problem.rules.lot_{now}"))
    if now is Standing.UNSETTLED:
        missing = str(lot.missing(visit.tests, rules.repeats, rules.agreement))
        return moved(visit, move, Stage.RETESTING, Sentence("visit.repeats_needed", {"missing": missing}))
    return moved(visit, move, Stage.RESULT)


def _tested_or(visit: Visit, otherwise: Stage) -> Stage:
    return Stage.RESULT if visit.tests else otherwise


def _before(visit: Visit, rules: VisitRules) -> Stage | None:
    """Where a step back leads; None when what happened cannot be taken back."""
    if visit.turn is Turn.STAFF:
        return inspection.before(visit)
    first = Stage.BASKET if visit.turn is Turn.BUYER else Stage.PRODUCT
    ways = {
        Stage.KEYING: Stage.IDLE,
        Stage.VOIDING: visit.aside,
        Stage.PRODUCT: Stage.BASKET if visit.turn is Turn.BUYER else None,
        Stage.MINE: Stage.MINE if visit.shown else first,
        Stage.QUANTITY: Stage.PRODUCT,
        Stage.PROVING: first if visit.opener is Stage.MINE else None if visit.quantity is None else Stage.QUANTITY,
        Stage.DRUGS: Stage.QUANTITY if visit.declared is None else None,
        Stage.TEST_CHOICE: _asked_before(visit, rules),
        Stage.PROMISE: _before_promise(visit, rules),
    }
    return ways.get(visit.stage)


def _before_promise(visit: Visit, rules: VisitRules) -> Stage | None:
    if visit.tests:
        return Stage.RESULT
    return Stage.TEST_CHOICE if rules.tests and not visit.again else _asked_before(visit, rules)


def _asked_before(visit: Visit, rules: VisitRules) -> Stage | None:
    """The last question about the goods; None once they are declared."""
    if visit.declared is not None:
        return None
    return Stage.DRUGS if rules.settings.drugs_asked and visit.turn is not Turn.BUYER else Stage.QUANTITY
