"""What was used on the goods, as the page asks for it and tells it back: each drug, what a test sees of it, from when
the goods may be harvested, and what can be done. The rules say it; here it gets its words.
"""

from dataclasses import dataclass

from kiosk.rules.drug_use import drugs
from kiosk.rules.drug_use.drugs import Coverage, Negative, Stated
from kiosk.rules.drug_use.intervals import Asks, day_of
from kiosk.rules.drug_use.pesticides import ingredients_of
from kiosk.rules.goods.products import Product, ProductClass
from kiosk.rules.messages import DrugUse
from kiosk.rules.ruling import first_stop
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import DrugClass
from kiosk.screen import Way
from ui.station.leaves import Line, Tile, Tiles, leaf_of
from ui.station.view import View

ANIMALS = (ProductClass.LIVESTOCK, ProductClass.EGG, ProductClass.AQUATIC)
VETERINARY = (
    DrugClass.TRIPHENYLMETHANE,
    DrugClass.NITROFURAN,
    DrugClass.BETA_AGONIST,
    DrugClass.SULFONAMIDE,
    DrugClass.AMPHENICOL,
    DrugClass.OTHER_VETERINARY,
)
BACKS = (0, 1, 2, 3, 5, 7, 10, 14, 20, 30, 45)  # days since a drug was used, as they are offered
HARVESTS = (0, 1, 2, 3)
INTERVALS = (1, 2, 3, 5, 7, 10, 14, 15, 20, 21, 30)  # days that labels give
SLOTS = 15  # names on one leaf
SHOWN = 3  # drugs that are told back one by one; the latest


@dataclass(frozen=True, slots=True)
class Told:
    """One drug: `value` takes it back; `sees` is yes, no or unknown, and `seen` the words for it."""

    value: str
    name: str
    about: str
    sees: str
    seen: str


def page(view: View) -> str:
    """Which of its pages the stage shows: first, question, told, or a way to name a drug."""
    visit, looked = view.screen.visit, view.screen.looked
    if not visit.used:
        return "first"
    if view.screen.question is not None:
        return "question"
    if looked.way in (Way.LETTERS, Way.BOTTLE):
        return str(looked.way)
    return "told" if visit.uses and looked.way is not Way.NAMES else "names"


def title(view: View) -> str:
    visit = view.screen.visit
    if not visit.used:
        return view.say("screen.drugs.since_last" if visit.again else "screen.drugs.since", product=view.product)
    return _ask(view) if view.screen.question is not None else view.say(f"screen.drugs.title.{page(view)}")


def _ask(view: View) -> str:
    """The open question in words."""
    question = view.screen.question
    if question is None:
        return ""
    drug = "" if question.use is None else name_of(view, view.screen.visit.uses[question.use])
    return view.say(f"screen.drugs.ask.{question.what}", drug=drug, product=view.product)


def answers(view: View) -> tuple[tuple[str, str], ...]:
    """What may be tapped: days back for a date, days for an interval."""
    question = view.screen.question
    if question is not None and question.what is Asks.INTERVAL:
        return tuple((str(days), view.say("screen.drugs.days", days=days)) for days in INTERVALS)
    backs = HARVESTS if question is not None and question.what is Asks.HARVEST else BACKS
    return tuple((str(days), view.say(f"screen.drugs.back.{days}")) for days in backs)


def names(view: View) -> Tiles:
    """What the packs know by name, for plants or for animals; a leaf that is not the only one has the way on."""
    product = next((one for one in view.screen.products if one.id == view.screen.visit.product), None)
    animal = product is not None and product.product_class in ANIMALS
    fitting = [one for one in view.screen.drugs.ingredients.values() if (one.drug_class in VETERINARY) is animal]
    named = sorted((view.named(one.names, one.id), one.id) for one in fitting)
    return leaf_of([Tile(id_, name, "") for name, id_ in named], view.leaf, SLOTS)


def found(view: View) -> tuple[Line, ...]:
    """What the letters or the bottle lead to."""
    return tuple(Line(one.value, one.text, one.about) for one in view.screen.looked.found)


# --- told back ---


def uses(view: View) -> tuple[Told, ...]:
    cover = _cover(view)
    told = [_told(view, nth, use, cover) for nth, use in enumerate(view.screen.visit.uses)]
    return tuple(told[-SHOWN:])


def earlier(view: View) -> int:
    """How many were named before those that are shown."""
    return max(len(view.screen.visit.uses) - SHOWN, 0)


def stops(view: View) -> bool:
    """These goods get no certificate today, by what was said so far."""
    return first_stop(_stated(view).rulings) is not None


def harvest(view: View) -> str:
    """From when the goods may be harvested, and whether that day has come."""
    stated = _stated(view)
    stopped = first_stop(stated.rulings)
    if stopped is not None:
        return view.tell(_in_days(view, stopped.say))
    first = day_of(stated.entry.earliest)
    if first is None:
        return view.say("screen.told.no_day")
    come = "screen.told.come" if first <= view.screen.now.at.date() else "screen.told.not_come"
    return view.say(come, month=first.month, day=first.day)


def advice(view: View) -> str:
    """What can be done now."""
    if stops(view):
        return view.say("screen.told.do.wait")
    cover = _cover(view)
    if view.method is None:
        return view.say("screen.told.do.control")
    return view.say("screen.told.do.test" if cover.supports else "screen.told.do.control")


def name_of(view: View, use: DrugUse) -> str:
    """A use as people name it."""
    known = view.screen.drugs.ingredients.get(use.ingredients[0]) if len(use.ingredients) == 1 else None
    if known is not None:
        return view.named(known.names, known.id)
    return use.name or view.say(f"screen.drugs.answer.{use.answer}")


def _in_days(view: View, say: Sentence) -> Sentence:
    """Days of these weeks are told without their year."""
    days = {name: day_of(fact) for name, fact in say.facts.items()}
    told = {name: view.say("screen.day", month=day.month, day=day.day) for name, day in days.items() if day is not None}
    return Sentence(say.key, {**say.facts, **told})


def _told(view: View, nth: int, use: DrugUse, cover: Coverage) -> Told:
    day = day_of(use.last_used)
    on = "" if day is None else view.say("screen.drugs.on", month=day.month, day=day.day)
    sees = _sees(view, use, cover)
    return Told(str(nth), name_of(view, use), on, sees, view.say(f"screen.told.sees.{sees}"))


def _sees(view: View, use: DrugUse, cover: Coverage) -> str:
    inside = ingredients_of(use, view.screen.drugs)
    if not inside:
        return "unknown"
    if view.method is None:
        return "untested"
    return "yes" if all(one in cover.covered for one in inside) else "no"


def _cover(view: View) -> Coverage:
    """What a clean test here would say of it."""
    tests = [] if view.method is None else [Negative(view.method)]
    return drugs.coverage(_stated(view).entry, tests, view.screen.drugs)


def _stated(view: View) -> Stated:
    visit = view.screen.visit
    product = view.chosen or Product(visit.product, {}, ProductClass.OUTSIDE, visit.unit, "")
    subject = "" if visit.subject is None else visit.subject.id
    today = view.screen.now.at.date()
    told = visit.uses if visit.used else None
    return drugs.statement(visit.id, visit.lot, subject, product, told, visit.harvest, today, view.screen.drugs)
