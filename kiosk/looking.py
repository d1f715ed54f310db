"""How a person looks for a product or a drug: among pictures, by the letters of its name, or by a bottle held up.

Owned by the attendant's thread. Nothing of it is durable: after a restart the pictures stand there again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property

from kiosk.finding import Finding, Lists
from kiosk.open_visit import OpenVisit
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.goods.products import Product
from kiosk.rules.sheets.sheet import Ask, Choice, Kind
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Looked, Way

ERASE = "erase"
MOST_LETTERS = 12
SHOWN = 8
PLACES = (Stage.PRODUCT, Stage.DRUGS)


class Looking:
    def __init__(self, open_visit: OpenVisit, products: Mapping[str, Product]) -> None:
        self._open = open_visit
        self._products = products
        self._at: tuple[str, Stage] | None = None
        self._looked = Looked()

    def steps(self) -> dict[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        return {"look": self.look, "look_letter": self.letter}

    @property
    def now(self) -> Looked:
        """Of the page that stands open; another page begins with its pictures."""
        return self._looked if self._at == self._here else Looked()

    def look(self, way: str) -> None:
        if self._open.stage not in PLACES or way not in list(Way):
            raise OutOfTurn("look", self._open.stage)
        self._to(Looked(Way(way)))

    def letter(self, letter: str) -> None:
        """One key of our own letters."""
        now = self.now
        if now.way is not Way.LETTERS:
            raise OutOfTurn("look_letter", self._open.stage)
        if letter == ERASE:
            self._to(replace(now, letters=now.letters[:-1]))
        elif len(letter) == 1 and letter.isascii() and letter.isalpha() and len(now.letters) < MOST_LETTERS:
            self._to(replace(now, letters=now.letters + letter.lower()))

    def among(self, found: tuple[Choice, ...]) -> None:
        """A bottle's code names several."""
        self._to(Looked(self.now.way), found)

    def ended(self) -> None:
        """It was found."""
        self._at, self._looked = None, Looked()

    def _to(self, looked: Looked, found: tuple[Choice, ...] | None = None) -> None:
        self._at = self._here
        self._looked = replace(looked, found=self._found(looked.letters) if found is None else found[:SHOWN])
        self._open.tell(turn.noticed(self._open.visit, None))

    def _found(self, letters: str) -> tuple[Choice, ...]:
        if not letters:
            return ()
        if self._open.stage is Stage.DRUGS:
            return self._finding.drugs(letters)[:SHOWN]
        return self._finding.found(Ask("product", Kind.PRODUCT), (), letters)[:SHOWN]

    @property
    def _here(self) -> tuple[str, Stage]:
        return self._open.visit.id, self._open.stage

    @cached_property
    def _finding(self) -> Finding:
        return Finding(Lists(tuple, lambda: 0, self._products.values, lambda: self._open.rules().drugs))
