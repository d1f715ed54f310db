"""A list of names searched by what a finger types: initials, pinyin, or a mixture of both.

No name is spelt out beforehand (20,000 names have 100,000 spellings): the places of each character are kept, and only
where a name goes on at a character that is read so, it is looked at further.
"""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kiosk.pinyin import Pinyin

END = "\n"


class Spelled:
    """`rows` are searched in their order."""

    def __init__(self, pinyin: Pinyin, rows: Sequence[str]) -> None:
        lower = [row.lower() for row in rows]
        self._text = "".join(f"{row}{END}" for row in lower)
        self._ends = array("I", _ends(lower))
        self._readings = _readings(pinyin, self._text)
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, character in enumerate(self._text):
            places[character].append(place)
        self._places = {character: array("I", some) for character, some in places.items()}

    def find(self, letters: str, most: int) -> tuple[int, ...]:
        """Numbers of rows: those that begin so, then those that have it within."""
        letters = letters.lower()
        fitting = [place for place in self._hopeful(letters) if self._fits(place, letters)]
        fitting.sort(key=lambda place: (not self._begins(place), place))
        return tuple(dict.fromkeys(bisect_right(self._ends, place) for place in fitting))[:most]

    def _hopeful(self, letters: str) -> Iterator[int]:
        """Every place of a character that can be the first one."""
        for character, readings in self._readings.items():
            if letters and any(one[0] == letters[0] for one in readings):
                yield from self._places[character]

    def _fits(self, place: int, letters: str) -> bool:
        """Whether the name goes on from here as the letters say: by whole readings or initials, the last one begun."""
        for reading in self._readings.get(self._text[place], ()):
            if reading.startswith(letters):
                return True
            if letters.startswith(reading) and self._fits(place + 1, letters[len(reading) :]):
                return True
            if letters[0] == reading[0] and len(reading) > 1 and self._fits(place + 1, letters[1:]):
                return True
        return False

    def _begins(self, place: int) -> bool:
        return place == 0 or self._text[place - 1] == END


def _readings(pinyin: Pinyin, text: str) -> Mapping[str, tuple[str, ...]]:
    there = set(text) - {END}
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for reading, characters in pinyin.characters.items():
        for character in there.intersection(characters):
            found[character] += (reading,)
    return {one: (one,) for one in there} | found


def _ends(rows: Sequence[str]) -> Iterator[int]:
    """Where the next row begins."""
    place = 0
    for row in rows:
        place += len(row) + 1
        yield place
