"""Which words stand on a slip or label that is named after an entry. Reads the record; draws and prints nothing.

SlipError   `sentence` says why there is no such slip
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.contract import Header
from kiosk.paper.labels import LabelFace
from kiosk.paper.slip import SlipFace
from kiosk.rules.messages import CardGiven, EntryBody, Handover, Opened, SampleTaken
from kiosk.rules.sentence import Sentence
from kiosk.slips import acceptance, card, hand_in, handover, recorded, tube_label
from kiosk.slips.acceptance import Delivered
from kiosk.slips.cited import Cited, CitedError
from kiosk.slips.desk import Desk
from kiosk.slips.hand_in import Waiting
from kiosk.slips.handover import Shift
from kiosk.tables import Tables

Faces = SlipFace | tuple[LabelFace, ...]
# Which entry each slip is about.
KINDS: dict[str, type[EntryBody]] = {
    **recorded.KINDS,
    "hand_in": SampleTaken,
    "acceptance": Opened,
    "handover": Handover,
    "card": CardGiven,
}


class SlipError(Exception):
    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Beside:
    """What a slip says that stands in no entry: how the station is at this moment."""

    waiting: Callable[[str], Waiting]  # of whoever left the sample of this code
    shift: Callable[[Handover], Shift]
    delivered: Callable[[], Delivered]
    card: Callable[[str, str, str, date], str]  # number, subject's id, name, day -> what the card's code says


class SlipFaces:
    """`desk` gives words, goods and methods as they are today. Owned by the attendant's thread, as the tables are."""

    def __init__(self, tables: Tables, desk: Callable[[], Desk], beside: Beside) -> None:
        self._cited = Cited(tables)
        self._desk = desk
        self._beside = beside

    def of(self, name: str, seq: int) -> Faces:
        """The slip of this name about entry `seq`. Raises SlipError."""
        kind = KINDS.get(name)
        if kind is None:
            raise SlipError(Sentence("slips.told.unknown"))
        try:
            if name in recorded.KINDS:
                return recorded.faces(name, seq, self._cited, self._desk())
            head, _ = self._cited.entry(seq)
            return self._made(name, head, self._cited.of(kind, seq))
        except CitedError as gone:
            raise SlipError(Sentence("slips.told.gone", {"seq": str(seq)})) from gone

    def tubes(self, numbers: tuple[str, ...]) -> Faces:
        """A label for each tube, before anything is recorded of them."""
        desk = self._desk()
        return tuple(tube_label.face(number, desk) for number in numbers)

    def about(self, name: str, seq: int) -> str:
        """What whoever waits for it is told beside its name: the code of a sample; empty where there is none."""
        return self._told(name, seq, "sample_code")

    def whose(self, name: str, seq: int) -> str:
        """Id of the subject whom it is about; empty where there is none."""
        return self._told(name, seq, "subject")

    def _told(self, name: str, seq: int, field: str) -> str:
        try:
            body: Any = self._cited.of(KINDS[name], seq)
        except (KeyError, CitedError):
            return ""
        return str(getattr(body, field, ""))

    # --- within ---------------------------------------------------------------------------------------------------

    def _made(self, name: str, head: Header, body: Any) -> Faces:
        """What the record alone does not know."""
        desk, beside = self._desk(), self._beside
        made: dict[str, Callable[[], Faces]] = {
            "hand_in": lambda: hand_in.face(body, head, beside.waiting(body.sample_code), desk),
            "acceptance": lambda: acceptance.face(body, head, beside.delivered(), desk),
            "handover": lambda: handover.face(beside.shift(body), desk),
            "card": lambda: self._card(body, head, desk),
        }
        return made[name]()

    def _card(self, given: CardGiven, head: Header, desk: Desk) -> SlipFace:
        """The same card as often as it is printed: its day is that of its entry."""
        name = self._cited.name(given.subject)
        code = self._beside.card(given.card, given.subject, name, date.fromisoformat(head.time[:10]))
        return card.face(name, given.card, code, desk.words)
