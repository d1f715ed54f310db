"""追溯标识 for packed goods: how many labels of which lot. Only marks that the county verified stand on them."""

from kiosk.rules.certify import papers
from kiosk.rules.certify.papers import MOST_LABELS
from kiosk.rules.goods import marks
from kiosk.rules.goods.quantity import Unit, plain
from kiosk.rules.messages import TraceLabel
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import fit, number
from kiosk.rules.sheets.lots import lot_ask, lot_of, lot_told, number_of
from kiosk.rules.sheets.people import subject_of
from kiosk.rules.sheets.sheet import Ask, Draft, Facts, Kind, Made, Sheet, Unfit

COUNT = "count"


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    lot = lot_told(draft, facts)
    boxes = lot is not None and lot.unit in (Unit.BOX, Unit.BUNDLE) and 0 < lot.here <= MOST_LABELS
    first = (plain(lot.here),) if lot is not None and boxes else ()
    most = Sentence("sheet.labels.most", {"most": str(MOST_LABELS)})
    return (*lot_ask(draft, facts), Ask(COUNT, Kind.NUMBER, text=(most,), first=first))


def made(draft: Draft, facts: Facts) -> Made:
    subject, lot = subject_of(draft, facts), lot_of(draft, facts)
    count = number(draft, COUNT)
    if count is None or count != count.to_integral_value():
        raise Unfit(COUNT, Sentence("sheet.labels.whole"))
    mine = lot.paper(facts.number)
    label = TraceLabel(
        number=number_of(draft, facts),
        visit=facts.visit,
        subject=subject.id,
        product=lot.product,
        lot=lot.lot,
        labels=int(count),
        code="",
        certificate=facts.number if mine is not None and not mine.void else "",
        marks=marks.printable(subject.marks, lot.product, facts.now.date(), facts.books.marks),
    )
    warned = fit(papers.may_label(label, lot, stopped=facts.books.is_stopped(lot.lot)), {}, COUNT)
    return Made((label,), warned=warned, slip="labels", said=Sentence("sheet.labels.done"))


SHEET = Sheet("labels", asks, made)
