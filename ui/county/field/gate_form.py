"""进货查验 on a phone: what the house's rules make of goods and paper, and the inspector's decision.

The same rules as at a station (kiosk.rules.sheets.gate); the paper is looked up in the memory of the whole county.
"""

from dataclasses import replace
from decimal import Decimal

from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.goods.quantity import recorded
from kiosk.rules.messages import GateCheck
from kiosk.rules.oversight import gate
from kiosk.rules.oversight.gate_facts import Decision, Goods, Judged, Known
from kiosk.rules.ruling import first_stop
from kiosk.rules.sentence import Sentence
from ui.county.field.books import Books
from ui.county.field.sent import LONG, NAME, Answers, Sent

NO_PAPER = "none"
PAPERS = (Paper.OURS, Paper.FOREIGN, Paper.HANDWRITTEN, Paper.OTHER_PROOF, NO_PAPER)


def gate_of(sent: Sent, books: Books) -> GateCheck:
    """Raises Unfit."""
    answers = Answers(sent)
    goods, (seen, known) = _goods(answers), _paper(answers, books)
    decision = Decision(answers.choice("decision", Decision))
    reason = answers.text("reason", LONG, optional=True)
    position = answers.position()
    answers.done()
    judged = _judged(goods, seen, known, sent, books)
    stopped = first_stop(gate.decided(judged, None, decision, reason))
    if stopped is not None:
        answers.wrong("reason", stopped.say)
        answers.done()
    checked = gate.entry(goods, seen, judged, at=sent.at, inspector=sent.name, decision=decision, reason=reason)
    task = answers.text("task", NAME, optional=True)
    return replace(checked, task=task, position=position, region=sent.region)


def advised(sent: Sent, books: Books) -> Judged | None:
    """What the rules say of what was told so far; None while goods and amount are not told."""
    answers = Answers(sent)
    goods, (seen, known) = _goods(answers), _paper(answers, books)
    untold = {"product", "product_other", "quantity", "quantity_unit", "paper"} & answers.problems.keys()
    return None if untold else _judged(goods, seen, known, sent, books)


def _judged(goods: Goods, seen: Seen | None, known: Known, sent: Sent, books: Books) -> Judged:
    """A self-grown seller's numbers are taken at a station, which seals them: a phone has none to show the rules."""
    packs = books.packs
    return gate.judge(
        goods, seen, today=sent.today, settings=packs.settings, wordings=packs.wordings, known=known, grower=None
    )


def _goods(answers: Answers) -> Goods:
    told = answers.amount("quantity")
    quantity, unit = (Decimal(0), "kg") if told is None else recorded(told)[:2]
    return Goods(
        market=answers.text("market"),
        stall=answers.text("stall", optional=True),
        seller=answers.text("seller", NAME),
        product=answers.product(),
        quantity=quantity,
        unit=str(unit),
        origin=answers.text("origin"),
    )


def _paper(answers: Answers, books: Books) -> tuple[Seen | None, Known]:
    kind = answers.choice("paper", PAPERS)
    if kind == NO_PAPER or "paper" in answers.problems:
        return None, Known()
    picture = next((digest for _, digest in answers.sent.pictures), "")
    if kind == Paper.OURS:
        return _ours(answers, books, picture)
    seen = Seen(
        Paper(kind),
        product=answers.product(),
        issuer=answers.text("issuer", NAME, optional=True),
        origin=answers.text("origin", optional=True),
        issued_on=answers.day("issued_on"),
        number=answers.text("number", NAME, optional=True),
        picture=picture,
    )
    return seen, Known()


def _ours(answers: Answers, books: Books, picture: str) -> tuple[Seen, Known]:
    """A paper of ours that the county does not know is kept as one that nobody could verify, with its picture."""
    text = answers.text("number", 1000)
    found = books.paper(text)
    if found.seen is not None:
        return replace(found.seen, picture=picture), found.known
    if not picture:
        answers.wrong("picture", Sentence("county.field.wrong.paper_picture"))
    return Seen(Paper.OURS, number=found.number, picture=picture), found.known
