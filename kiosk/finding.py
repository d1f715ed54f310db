"""What letters on our own keyboard lead to: characters, surnames, people of the list, products, pesticides.

Owned by the attendant's thread. A list is taken up anew when its edition changes, not at each key.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from kiosk.pinyin import Pinyin, load_pinyin
from kiosk.rules.drug_use.pesticides import Drugs
from kiosk.rules.goods.products import Product
from kiosk.rules.sheets.sheet import Ask, Choice, Kind
from kiosk.spelling import Spelled

SHOWN = 18
MORE = "+"  # the key that leads to the next eighteen; each one typed is one page further
LONGEST = 4  # characters of a person's name
LANGUAGE = "zh"  # of names: pinyin spells nothing else


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody of the county's list, as much of him as is searched and shown."""

    id: str
    name: str
    village: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """Where the names come from. `edition` changes whenever `people` would give another answer."""

    people: Callable[[], Sequence[Listed]]
    edition: Callable[[], int]
    products: Callable[[], Iterable[Product]]
    drugs: Callable[[], Drugs]


class Finding:
    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._taken_up: _People | None = None

    def found(self, ask: Ask, taken: tuple[str, ...], letters: str) -> tuple[Choice, ...]:
        """At most eighteen, best first; nothing for a question that is not answered by letters."""
        typed, page = letters.replace(MORE, ""), letters.count(MORE)
        match ask.kind:
            case Kind.NAME:
                texts = self._pinyin.candidates(typed) if taken else self._pinyin.surnames(typed)
                return _leaf([Choice(text, text) for text in texts], page)
            case Kind.TEXT:
                return _leaf(self._texts(ask, typed, page), page)
            case Kind.SUBJECT:
                return _leaf(self._people.found(typed, _most(page)), page)
            case Kind.PRODUCT:
                return _leaf(self._products(ask, typed, _most(page)), page)
        return ()

    def drugs(self, letters: str) -> tuple[Choice, ...]:
        """Ingredients by any of their names, then bottles: `value` is the ingredient's id, or the registration."""
        drugs, typed = self._lists.drugs(), letters.replace(MORE, "")
        called = [
            (Choice(one.id, one.names[LANGUAGE]), name)
            for one in drugs.ingredients.values()
            for name in (one.names[LANGUAGE], *one.aliases)
        ]
        called += [
            (Choice(one.registration, one.names[LANGUAGE], one.registration), name)
            for one in drugs.bottles.values()
            for name in (one.names[LANGUAGE], *one.aliases)
        ]
        page = letters.count(MORE)
        return _leaf(self._among(called, typed, _most(page)), page)

    @cached_property
    def _pinyin(self) -> Pinyin:
        return load_pinyin(lambda: self._people.characters, lambda: self._people.heads)

    @property
    def _people(self) -> "_People":
        edition = self._lists.edition()
        if self._taken_up is None or self._taken_up.edition != edition:
            self._taken_up = _People(edition, self._lists.people(), lambda: self._pinyin)
        return self._taken_up

    def _texts(self, ask: Ask, typed: str, page: int) -> list[Choice]:
        """What the question offers itself, then characters."""
        offered = self._among([(one, one.text or one.value) for one in ask.choices], typed, _most(page))
        return [*offered, *(Choice(text, text) for text in self._pinyin.candidates(typed))]

    def _products(self, ask: Ask, typed: str, most: int) -> list[Choice]:
        """Those that answer the question; all where it names none."""
        answers = {one.value for one in ask.choices}
        named = [
            (Choice(one.id, name, names=tuple(one.names.items())), name)
            for one in self._lists.products()
            if (name := one.names.get(LANGUAGE)) and (not answers or one.id in answers)
        ]
        return self._among(named, typed, most)

    def _among(self, named: Sequence[tuple[Choice, str]], typed: str, most: int) -> list[Choice]:
        """The choices whose name fits, each once."""
        places = Spelled(self._pinyin, [name for _, name in named]).find(typed, most)
        return list(dict.fromkeys(named[place][0] for place in places))


class _People:
    """The list of one edition. What is searched is made ready when it is first needed."""

    def __init__(self, edition: int, listed: Sequence[Listed], pinyin: Callable[[], Pinyin]) -> None:
        self.edition = edition
        self._listed = listed
        self._pinyin = pinyin

    @cached_property
    def characters(self) -> Counter[str]:
        """How often each stands in a name."""
        return Counter("".join(one.name for one in self._listed))

    @cached_property
    def heads(self) -> Counter[str]:
        """What the names of persons begin with; whoever is longer is an enterprise."""
        return Counter(one.name[:1] for one in self._listed if 1 < len(one.name) <= LONGEST)

    def found(self, typed: str, most: int) -> list[Choice]:
        """By name, then by village; by the last digits of the contact."""
        if not typed:
            return []
        if typed.isdecimal():
            return [_choice(one) for one in self._listed if one.contact.endswith(typed)][:most]
        places = (*self._names.find(typed, most), *self._villagers.find(typed, most))
        return [_choice(self._listed[place]) for place in dict.fromkeys(places)]

    @cached_property
    def _names(self) -> Spelled:
        return Spelled(self._pinyin(), [one.name for one in self._listed])

    @cached_property
    def _villagers(self) -> Spelled:
        return Spelled(self._pinyin(), [one.village for one in self._listed])


def _choice(one: Listed) -> Choice:
    return Choice(one.id, one.name, one.village)


def _most(page: int) -> int:
    return SHOWN * (page + 1)


def _leaf(found: Sequence[Choice], page: int) -> tuple[Choice, ...]:
    """One page of them; behind the last one comes the first again."""
    pages = -(-len(found) // SHOWN) or 1
    first = page % pages * SHOWN
    return tuple(found[first : first + SHOWN])
