"""Facts that are ids or ISO days, said as words: the one place where `kg`, `cowpea` or `2026-11-30` get their names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.rules.drug_use import drugs
from kiosk.rules.drug_use.pesticides import Drugs
from kiosk.rules.goods.products import Product
from kiosk.rules.quality_control.timing import BEIJING
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import MethodPack
from kiosk.words import Words

FAMILIES = {
    "unit": "unit",
    "other_unit": "unit",
    "expected": "unit",
    "reagent": "reagent.name",
    "step": "timing.step",
    "outcome": "outcome",
}
PRODUCTS = ("product", "goods", "paper")
METHODS = ("method", "belongs")
NO_DAYS = frozenset({"lot", "number", "sample", "code", "text", "serial", "file", "order", "name"})  # marks of things
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?([+-][0-9]{2}:[0-9]{2}|Z)?")


@dataclass(frozen=True, slots=True)
class Names:
    """What this station can name. A fact that it has no name for stays as it is.

    A day of the year of `today` is said without its year.
    """

    words: Words
    products: Sequence[Product]
    drugs: Drugs
    method: MethodPack | None
    today: date | None = None

    def named(self, sentence: Sentence) -> Sentence:
        """A fact that a pack has in several languages, `unit.en` beside `unit`, is said in this one."""
        own = {
            fact: sentence.facts.get(f"{fact}.{self.words.language}", value) for fact, value in sentence.facts.items()
        }
        facts = {fact: self._name(fact, value) for fact, value in own.items()}
        return drugs.spoken(Sentence(sentence.key, facts), self.drugs, self.words.language)

    def _name(self, fact: str, value: str) -> str:
        if fact in FAMILIES:
            key = f"{FAMILIES[fact]}.{value}"
            return self.words.say(key) if self.words.knows(key) else value
        return self._names_of(fact).get(value) or self._dated(fact, value)

    def _dated(self, fact: str, value: str) -> str:
        """A day, or a moment by the clock of this country; every other text as it is."""
        if fact in NO_DAYS or not (DAY.fullmatch(value) or TIME.fullmatch(value)):
            return value
        try:
            return self._day(date.fromisoformat(value)) if len(value) == len("2026-11-30") else self._moment(value)
        except ValueError:  # the 31st of February
            return value

    def _moment(self, value: str) -> str:
        told = datetime.fromisoformat(value)
        at = told if told.tzinfo is None else told.astimezone(BEIJING)
        return self.words.say("screen.dated.time", day=self._day(at.date()), clock=f"{at:%H:%M}")

    def _day(self, day: date) -> str:
        month = self.words.say(f"screen.dated.month.{day.month}")
        if self.today is not None and day.year == self.today.year:
            return self.words.say("screen.dated.day", month=month, day=day.day)
        return self.words.say("screen.dated.whole", year=day.year, month=month, day=day.day)

    def _names_of(self, fact: str) -> Mapping[str, str]:
        language = self.words.language
        if fact in PRODUCTS:
            return {one.id: one.names.get(language) or next(iter(one.names.values()), one.id) for one in self.products}
        if fact in METHODS and self.method is not None:
            return {self.method.id: self.method.names.get(language, self.method.rule)}
        if fact == "drug":  # what was picked from the list is kept by its name, in whatever language
            return {name: one.id for one in self.drugs.ingredients.values() for name in one.names.values()}
        return {}
