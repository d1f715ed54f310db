"""A Visit as a value: its stages, what it holds, and the county's settings for it. Transitions are in visit.py."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kiosk.rules.certificate import Wording
from kiosk.rules.lot import TestNote
from kiosk.rules.messages import Basis, Presence, Subject
from kiosk.rules.methods import MethodPack
from kiosk.rules.quantity import Quantity, Unit
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof


class Stage(StrEnum):
    IDLE = "idle"
    PROVING = "proving"  # the phone tail is asked for
    PRODUCT = "product"
    QUANTITY = "quantity"
    TEST_CHOICE = "test_choice"
    TESTING = "testing"  # the analyzer is at work
    RETESTING = "retesting"  # the repeats are to be loaded
    RESULT = "result"
    PROMISE = "promise"
    PRINTING = "printing"
    UNPRINTED = "unprinted"  # recorded, not a byte reached the printer
    UNSURE = "unsure"  # recorded, only the person can say whether the paper is whole
    DONE = "done"
    STOPPED = "stopped"  # no certificate; the notice says why and what happens now
    ABANDONED = "abandoned"


FINAL = frozenset({Stage.DONE, Stage.STOPPED, Stage.ABANDONED})
CHOOSING = frozenset({Stage.IDLE, Stage.PROVING, Stage.PRODUCT, Stage.QUANTITY})


class Planned(StrEnum):
    FIRST = "first"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class VisitRules:
    """The county's settings and today's packs, as the visit needs them."""

    method: MethodPack | None  # what the analyzer here measures; None: no test at this point
    wording: Wording | None  # in force today (`certificate.wording_on`)
    proof: Proof = Proof.TAIL
    tail_above: Decimal = Decimal(500)  # kg; what cannot be weighed counts as above
    tail_tries: int = 3
    test_offered: bool = True
    staff_may_vouch: bool = False

    @property
    def repeats(self) -> int:
        return self.method.repeats if self.method is not None else 1

    @property
    def tests(self) -> bool:
        return self.test_offered and self.method is not None


@dataclass(frozen=True, slots=True)
class LastTime:
    """What this subject took last time; offered as 跟上次一样. The promise is never part of it."""

    product: str
    amount: Quantity


@dataclass(frozen=True, slots=True)
class Visit:
    id: str
    stage: Stage = Stage.IDLE
    subject: Subject | None = None
    card: str = ""
    first_use: bool = False
    last: LastTime | None = None
    presence: Presence | None = None
    tries: int = 0
    product: str = ""
    unit: Unit = Unit.KG
    quantity: Quantity | None = None
    typed: str = ""
    origin: str = ""
    tests: tuple[TestNote, ...] = ()
    planned: Planned | None = None
    basis: tuple[Basis, ...] = ()
    number: str = ""
    copy: int = 0
    notice: Sentence | None = None
