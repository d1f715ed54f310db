"""Training mode begun and ended from the screen; in a practice, its cards lie on the screen instead of in a hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drivers.scanner.wire import Seen
from kiosk.restart import Restart
from kiosk.rules.visits import desk
from kiosk.rules.visits import visit as turn
from kiosk.tools.tool import Reach
from kiosk.training import MINUTES, Training


@dataclass(frozen=True, slots=True)
class TrainingShown:
    """`paper`: there is a real printer that could be practised on."""

    paper: bool
    minutes: int
    restarting: bool


class PracticeDesk:
    """`training` is what goes on; None: nothing does."""

    id = "training"
    roles = desk.EVERYBODY

    def __init__(self, reach: Reach, restart: Restart, training: Training | None, *, printer: bool) -> None:
        self._reach = reach
        self._restart = restart
        self._training = training
        self._printer = printer
        self._shown = 0

    def shown(self, about: str) -> TrainingShown:
        return TrainingShown(self._printer, MINUTES, self._restart.wanted)

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        if self._training is None:
            return {"practise": self._begin}
        return {"practise_card": self._hold_up, "practise_end": lambda _: self._restart.now()}

    def heard(self, event: object) -> bool:
        return False

    def _begin(self, words: str) -> None:
        """`paper`: on the real printer. It begins when nobody is served and no test runs; the desk is left."""
        visit, now = self._reach.open.visit, self._reach.clock.now()
        self._restart.ask(Training(visit.staff, now.text, paper=words == "paper" and self._printer))
        self._reach.open.step(turn.abandon(visit))
        self._reach.open.close()

    def _hold_up(self, which: str) -> None:
        """As if the card's code had been held before the camera."""
        cards = () if self._training is None else self._training.cards
        for card in cards:
            if card.id == which:
                self._shown -= 1  # showings of the scanner count up from 0
                self._reach.post(Seen(card.seen.encode(), "QRCode", "zxing", None, 2, self._shown))
