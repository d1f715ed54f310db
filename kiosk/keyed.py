"""The number of a card, by finger. After some wrong ones the keypad rests: nobody finds a number by trying."""

from kiosk.entrance import Entrance, Known
from kiosk.rules.sentence import Sentence
from kiosk.tries import Pace, Tries

PACE = Pace(most=3, rest=30.0, longest=30.0)
WHOSE = "keypad"


class Keyed:
    """Counts over all visits. One thread."""

    def __init__(self, entrance: Entrance, tries: Tries) -> None:
        self._entrance = entrance
        self._tries = tries

    def who(self, digits: str) -> Known | Sentence:
        """Whose number it is, or why nobody is served; while the keypad rests no number is looked at."""
        if self._tries.rests(WHOSE):
            return _rests()
        known = self._entrance.numbered(digits)
        wrong = isinstance(known, Sentence)
        return _rests() if wrong and not self._tries.wrong(WHOSE, PACE) else known

    def proved(self) -> None:
        """Whose number it is has stood the test. A number alone may be the one that its finder knows already."""
        self._tries.right(WHOSE)

    def refused(self) -> None:
        """Too much was tried: the keypad rests."""
        self._tries.rest(WHOSE, PACE)


def _rests() -> Sentence:
    return Sentence("entrance.number_rests", {"seconds": f"{PACE.rest:.0f}"})
