"""Pieces of paper as the templates read them: which one of many, which part of a number, one for each box."""

from dataclasses import dataclass

from kiosk.rules.goods.quantity import MOST_PAPERS, plain
from kiosk.rules.visits import issue
from kiosk.screen import Screen
from kiosk.words import Words

WEIGHTS = ("", "2.5", "5", "10", "15", "20")  # kilograms of one box that are offered; empty: nobody weighed it


@dataclass(frozen=True, slots=True)
class Pieces:
    screen: Screen
    words: Words

    @property
    def this(self) -> str:
        """Which piece is at the printer: 第 37/200 张, 随货联; empty where there is only one."""
        visit = self.screen.visit
        count = self.words.say("paper.count", nth=visit.nth, of=visit.papers) if visit.papers > 1 else ""
        return " · ".join(filter(None, (count, self._part(visit.part))))

    @property
    def next_part(self) -> str:
        return self._part(next(iter(self.screen.visit.waiting), ""))

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The parts of the number that can be printed again, each with its name; empty where it is one paper."""
        return tuple((part, self._part(part)) for part in self.screen.parts if part)

    @property
    def more(self) -> bool:
        """Numbers come after this one."""
        return issue.more_papers(self.screen.visit)

    @property
    def weights(self) -> tuple[str, ...]:
        return WEIGHTS if self.each in WEIGHTS else (*WEIGHTS, self.each)

    @property
    def each(self) -> str:
        """Kilograms of one box, as they were told."""
        quantity = self.screen.visit.quantity
        return "" if quantity is None or quantity.each is None else plain(quantity.each)

    @property
    def boxes(self) -> str:
        """一箱一证: so many papers for so many boxes; empty where that is not offered."""
        quantity, papers = self.screen.visit.quantity, self.screen.visit.papers
        if quantity is None or not quantity.unit.packed or not 1 < quantity.amount <= MOST_PAPERS:
            return ""
        return "" if quantity.amount == papers else plain(quantity.amount)

    def _part(self, part: str) -> str:
        return self.words.say(f"papers.part.{part}") if part else ""
