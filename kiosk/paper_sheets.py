"""What the sheets about papers bring into a turn: a paper for a buyer's basket, a voucher or labels for the printer."""

from kiosk.basket import Basket
from kiosk.pieces import PiecesDesk
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Made
from kiosk.rules.visits.turn import Visit


class PaperSheets:
    def __init__(self, basket: Basket, pieces: PiecesDesk) -> None:
        self._basket = basket
        self._pieces = pieces

    def ready(self, made: Made) -> Made | Sentence:
        """What is to be recorded now; or why what it makes cannot be printed."""
        return self._pieces.ready(made)

    def brought(self, visit: Visit, made: Made, seq: int) -> Visit:
        """The visit after a sheet; its entries begin at `seq`."""
        return self._pieces.brought(self._basket.brought(visit, made, seq), made)
