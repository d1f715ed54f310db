"""What the pages of the technician change for good: choices over station.toml, and the restart that applies them."""

from collections.abc import Callable

from kiosk.choices import Choices, Table
from kiosk.config import ConfigError
from kiosk.error_words import sentence_of
from kiosk.restart import Restart
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import visit as turn
from kiosk.tools.tool import Reach


class Changes:
    """`wrong`: why what was chosen before was left aside when the station started; empty when it counts."""

    def __init__(self, reach: Reach, choices: Choices, restart: Restart, wrong: str = "") -> None:
        self._reach = reach
        self._choices = choices
        self._restart = restart
        self._at_start = () if wrong else tuple(self.table().items())
        self.told: Sentence | None = Sentence("tools.choices_aside") if wrong else None

    def table(self) -> Table:
        try:
            return self._choices.now()
        except ConfigError:
            return {}

    def chosen(self, key: str) -> bool:
        """现场改的."""
        return key in self.table()

    @property
    def pending(self) -> bool:
        """What stands in the file does not count before the next start."""
        return tuple(self.table().items()) != self._at_start

    @property
    def restarting(self) -> bool:
        return self._restart.wanted

    def choose(self, key: str, value: object) -> bool:
        return self._kept(lambda: self._choices.choose(key, value))

    def take_back(self, key: str) -> bool:
        return self._kept(lambda: self._choices.take_back(key))

    def apply(self) -> None:
        """The technician leaves the desk; the station begins anew when nobody is served and no test runs."""
        self._restart.ask()
        self._reach.open.step(turn.abandon(self._reach.open.visit))
        self._reach.open.close()

    def _kept(self, change: Callable[[], None]) -> bool:
        try:
            change()
        except ConfigError as unfit:
            self.told = Sentence("tools.choice_unfit", {"wrong": "; ".join(wrong for _, wrong in unfit.problems)})
            return False
        except OSError as refused:
            self.told = sentence_of(refused) or Sentence("tools.choice_unkept")
            return False
        self.told = Sentence("tools.choice_kept")
        return True
