"""A subject's own papers in a visit: looked through, opened, and vouchers and labels that come out piece by piece."""

from dataclasses import replace

from kiosk.rules.errors import OutOfTurn
from kiosk.rules.goods.quantity import parse
from kiosk.rules.messages import Certificate, Presence
from kiosk.rules.settings import Proof
from kiosk.rules.visits.turn import Stage, Visit, VisitRules, moved
from kiosk.rules.visits.visit import asked, proof_of, tail_of, unlooked

FIRST = 1  # copy of a paper that was never printed again


def mine(visit: Visit, rules: VisitRules) -> Visit:
    """Papers can be voided there: who has only shown a card says the phone tail first, where the county wants tails."""
    shown = visit.presence in (None, Presence.SHOWN)
    if shown and proof_of(visit, rules) is Proof.TAIL and tail_of(visit):
        return asked(replace(visit, opener=Stage.MINE), rules, "mine")
    return moved(unlooked(visit), "mine", Stage.MINE)


def listed(visit: Visit, shown: str) -> Visit:
    """`shown`: a batch, IN, or nothing for the list."""
    return moved(replace(unlooked(visit), shown=shown), "own_shown", visit.stage)


def looked_at(visit: Visit, paper: Certificate) -> Visit:
    """One of his certificates: from now on the visit stands at it as if it had just been issued."""
    amount = parse(paper.quantity_typed)
    goods = replace(visit, product=paper.product, quantity=amount, unit=amount.unit, typed=str(amount), lot=paper.lot)
    part = paper.parts[0] if paper.parts else ""
    open_ = replace(goods, number=paper.number, part=part, copy=FIRST, basis=paper.basis, shown=paper.visit)
    return moved(open_, "own_shown", visit.stage)


def pieces_begun(visit: Visit, number: str) -> Visit:
    """A voucher or labels are recorded, and go to the printer."""
    return moved(replace(visit, paper=number, opener=visit.stage), "pieces_begun", Stage.PIECES)


def pieces_left(visit: Visit) -> Visit:
    """What is not printed of them waits."""
    if visit.opener is None:
        raise OutOfTurn("pieces_left", visit.stage)
    return moved(replace(visit, paper="", opener=None), "pieces_left", visit.opener)
