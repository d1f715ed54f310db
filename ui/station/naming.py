"""Facts that are ids, said as words: the one place where `kg`, `cowpea` or `methamidophos` get their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.rules.drug_use import drugs
from kiosk.rules.drug_use.pesticides import Drugs
from kiosk.rules.goods.products import Product
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import MethodPack
from kiosk.words import Words

FAMILIES = {"unit": "unit", "other_unit": "unit", "expected": "unit", "reagent": "reagent.name", "step": "timing.step"}
PRODUCTS = ("product", "goods", "paper")
METHODS = ("method", "belongs")


@dataclass(frozen=True, slots=True)
class Names:
    """What this station can name. A fact that it has no name for stays as it is."""

    words: Words
    products: Sequence[Product]
    drugs: Drugs
    method: MethodPack | None

    def named(self, sentence: Sentence) -> Sentence:
        facts = {fact: self._name(fact, value) for fact, value in sentence.facts.items()}
        return drugs.spoken(Sentence(sentence.key, facts), self.drugs, self.words.language)

    def _name(self, fact: str, value: str) -> str:
        if fact in FAMILIES:
            key = f"{FAMILIES[fact]}.{value}"
            return self.words.say(key) if self.words.knows(key) else value
        return self._names_of(fact).get(value, value)

    def _names_of(self, fact: str) -> Mapping[str, str]:
        language = self.words.language
        if fact in PRODUCTS:
            return {one.id: one.names.get(language, one.id) for one in self.products}
        if fact in METHODS and self.method is not None:
            return {self.method.id: self.method.names.get(language, self.method.rule)}
        if fact == "drug":  # what was picked from the list is kept by its name, in whatever language
            return {name: one.id for one in self.drugs.ingredients.values() for name in one.names.values()}
        return {}
