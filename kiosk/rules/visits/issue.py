"""Promise and paper: the transitions from what a producer may promise to the paper in his hand, or its void.

No other way leads to a certificate: the case is put together here, from the visit itself and from what the record
knows, and judged by promise.decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiosk.rules.certify.case import Case, Evidence
from kiosk.rules.certify.certificate import Allowed, Stopped
from kiosk.rules.certify.promise import decide
from kiosk.rules.drug_use import drugs
from kiosk.rules.drug_use.drugs import Coverage, Negative
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.goods.book import Balance
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import Quantity, shares
from kiosk.rules.messages import Basis, Outcome, PrintOutcome, Proofs
from kiosk.rules.ruling import Ruling
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import drug_turn
from kiosk.rules.visits.turn import LastTime, Stage, Turn, Visit, VisitRules, moved
from kiosk.rules.visits.visit import served, standing, unlooked

NOT_ASKED_HERE = {Basis.COMMISSIONED_TEST}  # boxes that need a laboratory's report, unless there is one


@dataclass(frozen=True, slots=True)
class Known:
    """What the record knows of the goods: the lot with this visit's declaration in it, and the tests behind a box."""

    product: Product
    balance: Balance | None
    tests: tuple[Evidence, ...] = ()
    batch: frozenset[str] = frozenset()
    report: str = ""  # of a laboratory, with its name and date
    laboratory: str = ""
    report_date: str = ""
    remarks: tuple[Ruling, ...] = ()  # of the county's word: how old its lists are, what they say of the subject


def offered(visit: Visit, rules: VisitRules, known: Known) -> tuple[tuple[Basis, ...], ...]:
    """The sets of boxes that may be ticked now, plainest first; empty when no promise is due or none may be given."""
    if visit.stage is not Stage.PROMISE:
        return ()
    answer = decide(_case(visit, rules, known, ()))
    if isinstance(answer, Stopped):
        return ()
    cover = covered(visit, rules, known)
    hidden = set() if known.report else NOT_ASKED_HERE
    return tuple(boxes for boxes in answer.offered if not hidden & set(boxes) and drugs.refused(cover, boxes) is None)


def hindered(visit: Visit, rules: VisitRules, known: Known) -> Sentence | None:
    """Why no promise can be given on these goods, so that nobody stands before a page without a way on."""
    if visit.stage is not Stage.PROMISE:
        return None
    answer = decide(_case(visit, rules, known, ()))
    return answer.reason if isinstance(answer, Stopped) else None


def promised(visit: Visit, rules: VisitRules, known: Known, basis: tuple[Basis, ...], number: str) -> Visit:
    """The producer promised on these boxes; the certificate has this number. Record it before a byte is printed."""
    if visit.subject is None or visit.presence is None or visit.quantity is None or not number or not basis:
        raise OutOfTurn("promised", visit.stage)
    if known.product.id != visit.product:
        raise OutOfTurn("promised", visit.stage)
    if isinstance(stopped := decide(_case(visit, rules, known, ())), Stopped):
        return moved(visit, "promised", Stage.STOPPED, stopped.reason)
    answer = decided(visit, rules, known, basis)
    if isinstance(answer, Stopped):
        return moved(visit, "promised", visit.stage, answer.reason)
    if basis not in offered(visit, rules, known):  # the same box twice, or in an order of somebody's own
        raise OutOfTurn("promised", visit.stage)
    return moved(_numbered(visit, basis, number, 1, rules.settings.parts), "promised", Stage.PRINTING)


def decided(visit: Visit, rules: VisitRules, known: Known, basis: tuple[Basis, ...]) -> Allowed | Stopped:
    """The answer on these boxes, with the name of every rule that spoke."""
    refused = drugs.refused(covered(visit, rules, known), basis)
    case = _case(visit, rules, known, basis)
    return decide(replace(case, others=known.remarks if refused is None else (*known.remarks, refused)))


def covered(visit: Visit, rules: VisitRules, known: Known) -> Coverage:
    """What the negative tests of this visit say of what was used; a test by another method sees what that one does."""
    told = drug_turn.statement(visit, rules, known.product).entry if visit.used is not None else None
    method = rules.method
    by_it = {test.seq for test in known.tests if method is not None and test.method == method.id}
    negative = [note for note in visit.tests if note.outcome is Outcome.NEGATIVE and note.seq in by_it]
    tested = [Negative(method, note.item) for note in negative if method is not None]
    return drugs.coverage(told, tested, rules.drugs)


def proofs(visit: Visit, basis: tuple[Basis, ...], known: Known) -> Proofs:
    """What the ticked boxes rest on. His own control is stated by ticking it: a firm's in its controller's name."""
    subject = visit.subject
    stated = "" if subject is None else subject.controller if visit.turn is Turn.CLERK else subject.name
    return Proofs(
        control=stated if Basis.CONTROL in basis else "",
        tests=supporting(visit) if Basis.SELF_TEST in basis else (),
        report=known.report,
        laboratory=known.laboratory,
        report_date=known.report_date,
        drugs=visit.stated,
        incoming=tuple(kept.source for kept in visit.basket),
    )


def supporting(visit: Visit) -> tuple[int, ...]:
    """Entries of the tests that a box may rest on."""
    return tuple(note.seq for note in visit.tests if note.outcome is Outcome.NEGATIVE)


def share(visit: Visit) -> Quantity | Ruling:
    """What paper `nth` of a split lot says; of one paper, everything."""
    if visit.quantity is None:
        raise OutOfTurn("share", visit.stage)
    parts = shares(visit.quantity, visit.papers)
    return parts if isinstance(parts, Ruling) else parts[visit.nth - 1]


def split(visit: Visit, papers: int) -> Visit:
    """分几张: so many certificates for the one quantity."""
    if visit.quantity is None:
        raise OutOfTurn("split", visit.stage)
    parts = shares(visit.quantity, papers)
    if isinstance(parts, Ruling):
        return moved(visit, "split", visit.stage, parts.say)
    return moved(replace(visit, papers=papers), "split", visit.stage)


def issued(visit: Visit, basis: tuple[Basis, ...], number: str, nth: int = 1, parts: Sequence[str] = ()) -> Visit:
    """The log has the certificate and the visit lags behind it: what is recorded is not judged again."""
    return moved(_numbered(visit, basis, number, nth, parts), "issued", Stage.PRINTING)


def parts(visit: Visit) -> tuple[str, ...]:
    """Of the certificate that is being issued; empty where it is one piece of paper."""
    return (visit.part, *visit.waiting) if visit.part else ()


def part_begun(visit: Visit) -> Visit:
    """The next part of the same number: no copy of it was printed yet, and it is no reprint."""
    if not visit.waiting:
        raise OutOfTurn("part_begun", visit.stage)
    next_one = replace(visit, part=visit.waiting[0], waiting=visit.waiting[1:], copy=1)
    return moved(next_one, "part_begun", Stage.PRINTING)


def print_ended(visit: Visit, outcome: PrintOutcome, problem: Sentence | None = None) -> Visit:
    """While it is asked what was wrong with the paper (开错了), only what a step back would lead to changes."""
    if visit.stage is not Stage.VOIDING:
        return _ended(visit, outcome, problem)
    if visit.aside is not Stage.PRINTING:
        raise OutOfTurn("print_ended", visit.stage)
    ended = _ended(replace(visit, stage=Stage.PRINTING), outcome, problem)
    return moved(replace(visit, aside=ended.stage), "print_ended", Stage.VOIDING, visit.notice)


def print_again(visit: Visit) -> Visit:
    """The printer is ready now; nothing of this copy was printed before."""
    return moved(visit, "print_again", Stage.PRINTING)


def paper_whole(visit: Visit) -> Visit:
    return moved(visit, "paper_whole", _after_paper(visit))


def paper_spoiled(visit: Visit, part: str | None = None, copy: int | None = None) -> Visit:
    """The same certificate again, marked 补打; never a new number, and none of a certificate that is void.

    `part` and `copy` where it is not the next copy of the part that was printed last.
    """
    if not visit.number:
        raise OutOfTurn("paper_spoiled", visit.stage)
    if part is None or part == visit.part:
        again = replace(visit, copy=copy or visit.copy + 1)
    elif visit.stage in (Stage.DONE, Stage.MINE) and copy is not None:
        again = replace(visit, part=part, copy=copy)
    else:
        raise OutOfTurn("paper_spoiled", visit.stage)
    return moved(again, "paper_spoiled", Stage.PRINTING)


def enough(visit: Visit) -> Visit:
    """Of a split lot no more papers after this one: the rest is not issued. Its own parts are still printed."""
    if visit.nth >= visit.papers or visit.enough:
        raise OutOfTurn("enough", visit.stage)
    last = replace(visit, enough=True)
    over = visit.stage is Stage.CONTINUING and not visit.waiting
    return moved(last, "enough", Stage.DONE if over else visit.stage, None if over else visit.notice)


def more_papers(visit: Visit) -> bool:
    """Does the lot go on to another number after this one?"""
    return visit.nth < visit.papers and not visit.enough


def wrong(visit: Visit) -> Visit:
    """开错了. Nothing is void yet: it is asked why, and where the paper is."""
    if not visit.number:
        raise OutOfTurn("wrong", visit.stage)
    return moved(replace(visit, aside=visit.stage, picked=(), picking=None), "wrong", Stage.VOIDING)


def picking(visit: Visit, leaf: int | None) -> Visit:
    """Which papers of a batch are wrong: they are looked through, leaf by leaf; None: they are picked."""
    return moved(replace(visit, picking=leaf), "void_picked", visit.stage, visit.notice)


def picked(visit: Visit, numbers: Sequence[str]) -> Visit:
    """These are wrong; none: the one that the turn stands at."""
    return moved(replace(visit, picked=tuple(numbers)), "void_picked", visit.stage)


def wrong_ones(visit: Visit) -> tuple[str, ...]:
    """Numbers of the papers that are to be void."""
    return visit.picked or (visit.number,)


def voided(visit: Visit, *, again: bool) -> Visit:
    """The void is recorded. `again`: the same person issues anew, and the new paper names an old one."""
    if not again and visit.aside is Stage.MINE:
        return moved(unlooked(replace(visit, aside=None, picked=())), "voided", Stage.MINE, Sentence("visit.voided"))
    if not again:
        void = replace(visit, aside=None, number="", copy=0, part="", waiting=(), enough=True, picked=())
        return moved(void, "voided", Stage.DONE, Sentence("visit.voided"))
    start = Visit(
        visit.id,
        turn=visit.turn,
        stage=visit.stage,
        subject=visit.subject,
        card=visit.card,
        last=visit.last,
        presence=visit.presence,
        present=visit.present,
        origin=visit.origin,
        basket=visit.basket,
        replaces=wrong_ones(visit)[0],
    )
    return served(start, "voided")


def batch_begun(visit: Visit, id_: str) -> Visit:
    """再开一批: the next batch of the same firm, without its card. Who he is and how he proved it is kept, and what he
    brought; what was used on the goods, their tests and the promise are of the batch that is done."""
    if visit.turn not in (Turn.CLERK, Turn.BUYER) or visit.subject is None or visit.presence is None:
        raise OutOfTurn("batch_begun", visit.stage)
    fresh = Visit(
        id_,
        turn=visit.turn,
        stage=visit.stage,
        subject=visit.subject,
        card=visit.card,
        keyed=visit.keyed,
        provisional=visit.provisional,
        last=_as_before(visit),
        presence=visit.presence,
        present=visit.present,
        origin=visit.subject.origin,
    )
    return served(fresh, "batch_begun")


def batch_repeated(visit: Visit, last: LastTime | None) -> Visit:
    """From his own papers to a batch like one of them; None: the goods of a lot that is declared already."""
    return moved(replace(unlooked(visit), last=last or visit.last), "batch_repeated", Stage.PRODUCT)


# --- within ---


def _numbered(visit: Visit, basis: tuple[Basis, ...], number: str, nth: int, parts: Sequence[str]) -> Visit:
    first, *rest = parts or ("",)
    return replace(visit, basis=basis, number=number, nth=nth, copy=1, part=first, waiting=tuple(rest))


def _as_before(visit: Visit) -> LastTime | None:
    known = visit.quantity is not None and bool(visit.product)
    return LastTime(visit.product, visit.quantity, visit.origin) if known and visit.quantity else visit.last


def _ended(visit: Visit, outcome: PrintOutcome, problem: Sentence | None) -> Visit:
    if outcome is PrintOutcome.FAILED:
        return moved(visit, "print_ended", Stage.UNPRINTED, problem or Sentence("visit.unprinted"))
    if outcome is PrintOutcome.UNKNOWN:
        return moved(visit, "print_ended", Stage.UNSURE, problem or Sentence("visit.unsure"))
    return moved(visit, "print_ended", _after_paper(visit))


def _after_paper(visit: Visit) -> Stage:
    return Stage.CONTINUING if visit.waiting or more_papers(visit) else Stage.DONE


def _case(visit: Visit, rules: VisitRules, known: Known, basis: tuple[Basis, ...]) -> Case:
    subject, presence = visit.subject, visit.presence
    asked = visit.quantity if visit.nth == 1 else share(visit)  # of later papers the first is certified already
    if subject is None or presence is None or asked is None or isinstance(asked, Ruling):
        raise OutOfTurn("promised", visit.stage)
    cover = covered(visit, rules, known)
    return Case(
        subject=subject,
        product=known.product,
        lot=visit.lot or (known.balance.lot if known.balance is not None else ""),
        quantity=asked,
        balance=known.balance,
        now=rules.at,
        wording=rules.wording,
        settings=rules.settings,
        standing=standing(visit, rules),
        presence=presence,
        present=visit.present,
        provisional=visit.provisional,
        tests=known.tests,
        batch=known.batch,
        covered=cover.supports,
        drugs_known=not cover.unknown or not rules.settings.drugs_asked,
        proofs=proofs(visit, basis, known),
        basis=basis,
    )
