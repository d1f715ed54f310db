"""Characters by their pinyin without tone (ü as v), and the other way round. The table is a pack (packs/pinyin).

Kept as it lies in the file, 31,632 readings in strings: 0.3 MB instead of the 20 MB of a dictionary of characters.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import islice, product

COMMONEST, CUSTOMARY = "*", "="  # marks of lines in readings.txt
MOST_SPELLINGS = 16  # of one text: a name of four characters with two readings each


@dataclass(frozen=True, slots=True)
class Surname:
    text: str
    spelling: str


def nobody() -> Counter[str]:
    return Counter()


@dataclass(frozen=True, slots=True)
class Pinyin:
    """`characters` of each reading, commonest first. `known` counts the characters of the names in the station's list,
    `heads` what those names begin with: both are offered before all others."""

    characters: Mapping[str, str]
    commonest: str
    customary: Mapping[str, str]
    family: tuple[Surname, ...]
    known: Callable[[], Counter[str]] = nobody
    heads: Callable[[], Counter[str]] = nobody
    _readings: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def candidates(self, letters: str) -> tuple[str, ...]:
        """Characters of the syllable, then of the longer ones that begin so; letters behind a whole syllable wait."""
        letters = self._leading(letters.lower())
        longer = "".join(text for reading, text in self.characters.items() if _goes_on(reading, letters))
        among = set(longer)
        behind = dict.fromkeys((*(one for one in self.commonest if one in among), *longer))
        whole = self._known_first(self.characters.get(letters, ""))
        return tuple(dict.fromkeys((*whole, *self._known_first(behind))))

    def surnames(self, letters: str) -> tuple[str, ...]:
        """Surnames that are spelt or abbreviated so, then the other characters. Without letters the commonest."""
        letters, heads = letters.lower(), self.heads()
        listed = {one.text for one in self.family}
        others = [Surname(head, self.readings(head)[0]) for head in heads if head not in listed]
        fitting = [one for one in (*self.family, *others) if self._goes(one, letters)]
        fitting.sort(key=lambda one: (one.spelling != letters, -heads[one.text]))
        behind = self.candidates(letters) if letters else ()
        return tuple(dict.fromkeys((*(one.text for one in fitting), *behind)))

    def readings(self, character: str) -> tuple[str, ...]:
        """The customary one first; a character that has none is its own."""
        known = self._readings.get(character)
        if known is None:
            found = [reading for reading, text in self.characters.items() if character in text]
            found.sort(key=lambda reading: character not in self.customary.get(reading, ""))
            known = self._readings[character] = tuple(found) or (character.lower(),)
        return known

    def initials(self, text: str) -> str:
        return "".join(self.readings(one)[0][:1] for one in text)

    def spelt(self, text: str) -> tuple[str, ...]:
        """The customary spelling first, then those by other readings, 16 at most."""
        ways = product(*(self.readings(one) for one in text))
        return tuple("".join(way) for way in islice(ways, MOST_SPELLINGS))

    def _leading(self, letters: str) -> str:
        """As much of it as one syllable can begin with."""
        ends = range(len(letters), 0, -1)
        return next(
            (letters[:end] for end in ends if any(one.startswith(letters[:end]) for one in self.characters)), ""
        )

    def _known_first(self, ordered: Iterable[str]) -> tuple[str, ...]:
        known = self.known()
        return tuple(sorted(ordered, key=lambda text: -known[text]))

    def _goes(self, surname: Surname, letters: str) -> bool:
        compound = len(surname.text) > 1
        return surname.spelling.startswith(letters) or (compound and self.initials(surname.text) == letters)


def _goes_on(reading: str, letters: str) -> bool:
    return bool(letters) and reading != letters and reading.startswith(letters)


def load_pinyin(known: Callable[[], Counter[str]] = nobody, heads: Callable[[], Counter[str]] = nobody) -> Pinyin:
    """Read the table; costs a few ms and 0.6 MB."""
    lines = dict(line.split("\t") for line in _pack("readings.txt").splitlines() if not line.startswith("#"))
    commonest = lines.pop(COMMONEST)
    customary = {key[1:]: lines.pop(key) for key in list(lines) if key.startswith(CUSTOMARY)}
    table = Pinyin(lines, commonest, customary, ())
    return Pinyin(lines, commonest, customary, tuple(_family(table)), known, heads)


def _family(table: Pinyin) -> Iterable[Surname]:
    told = tomllib.loads(_pack("surnames.toml"))
    single = "".join((told["report"], *told["hundred"].split()))
    for text in dict.fromkeys((*single, *told["compound"].split())):
        yield Surname(text, told["spelt"].get(text) or table.spelt(text)[0])


@cache
def _folder() -> resources.abc.Traversable:
    return resources.files("kiosk") / "packs" / "pinyin"


def _pack(name: str) -> str:
    return (_folder() / name).read_text(encoding="utf-8")
