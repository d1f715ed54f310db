"""What was used on the goods: the transitions of the stage in which it is asked, question by question."""

from dataclasses import replace
from datetime import date

from kiosk.rules.drug_use import drugs
from kiosk.rules.drug_use.drugs import Stated
from kiosk.rules.drug_use.intervals import Asks, Question
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.goods.products import Product
from kiosk.rules.messages import DrugUse
from kiosk.rules.ruling import first_stop
from kiosk.rules.visits.turn import Stage, Visit, VisitRules, moved
from kiosk.rules.visits.visit import lot_known

MOST_USES = 12


def drugs_used(visit: Visit) -> Visit:
    """Something was used; which is asked next."""
    return moved(replace(visit, used=True), "drugs_used", visit.stage)


def drug_added(visit: Visit, use: DrugUse) -> Visit:
    if len(visit.uses) >= MOST_USES:
        raise OutOfTurn("drug_added", visit.stage)
    return moved(replace(visit, used=True, uses=(*visit.uses, use)), "drug_added", visit.stage)


def drug_removed(visit: Visit, place: int) -> Visit:
    """Questions about the others are asked again only where they were not answered: places move up."""
    if not 0 <= place < len(visit.uses):
        raise OutOfTurn("drug_removed", visit.stage)
    rest = tuple(use for number, use in enumerate(visit.uses) if number != place)
    asked = tuple(_shifted(question, place) for question in visit.asked if question.use != place)
    return moved(replace(visit, uses=rest, asked=asked), "drug_removed", visit.stage)


def drug_answered(
    visit: Visit, rules: VisitRules, product: Product, last_used: date | None = None, interval: int | None = None
) -> Visit:
    """The answer to the question that is open; neither: nobody knows, and it is not asked again."""
    question = open_question(visit, rules, product)
    if question is None or question.use is None:
        raise OutOfTurn("drug_answered", visit.stage)
    use = visit.uses[question.use]
    if question.what is Asks.LAST_USED and last_used is not None:
        use = replace(use, last_used=last_used.isoformat())
    elif question.what is Asks.INTERVAL and interval is not None:
        use = replace(use, interval_days=interval, interval_source="label")
    uses = tuple(use if number == question.use else other for number, other in enumerate(visit.uses))
    return moved(replace(visit, uses=uses, asked=(*visit.asked, question)), "drug_answered", visit.stage)


def harvest_told(visit: Visit, harvest: date | None) -> Visit:
    """When the goods were harvested; None: nobody knows."""
    told = "" if harvest is None else harvest.isoformat()
    asked = (*visit.asked, Question(Asks.HARVEST))
    return moved(replace(visit, harvest=told, asked=asked), "harvest_told", visit.stage)


def open_question(visit: Visit, rules: VisitRules, product: Product) -> Question | None:
    """What is to be asked next about the uses that were named."""
    if visit.stage is not Stage.DRUGS or not visit.uses:
        return None
    return next((asks for asks in statement(visit, rules, product).questions if asks not in visit.asked), None)


def drugs_told(visit: Visit, rules: VisitRules, product: Product, *, used: bool) -> Visit:
    """That is all: what was said is judged. Too early, or banned: these goods get no certificate today."""
    if used and open_question(visit, rules, product) is not None:
        raise OutOfTurn("drugs_told", visit.stage)
    told = replace(visit, used=used, uses=visit.uses if used else ())
    stopped = first_stop(statement(told, rules, product).rulings)
    if stopped is not None:
        return moved(told, "drugs_told", Stage.STOPPED, stopped.say)
    return lot_known(told, rules, "drugs_told")


def statement(visit: Visit, rules: VisitRules, product: Product) -> Stated:
    """The entry about what was used, as far as it was told, and what the rules say of it."""
    subject = "" if visit.subject is None else visit.subject.id
    uses = visit.uses if visit.used else None
    return drugs.statement(visit.id, visit.lot, subject, product, uses, visit.harvest, rules.today, rules.drugs)


def _shifted(question: Question, place: int) -> Question:
    if question.use is None or question.use < place:
        return question
    return replace(question, use=question.use - 1)
