"""A Visit as a value, and the law of its moves: every named transition, from where, to where, and how long one waits.

The transitions are in arrival.py (who), visit.py (goods, test, aside), drug_turn.py (what was used), issue.py (promise
and paper) and inspection.py (inspectors); none of them can take a visit where this table does not let it go.
A screen draws a Visit, it never decides.

    idle > proving > (basket) > product > quantity > drugs > test_choice > testing > result > promise > printing > done
                                                                           |   ^                        |   |     |
                                                                        retesting > stopped     unprinted unsure voiding
    idle > proving > desk > sampling > loading > testing > result > delivering > done
                       |  > gate > deciding > done
    idle > keying > proving: the number of a card, where its code cannot be shown
    parked: aside while others are served; taken up again by card or slip
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from kiosk.rules.certify.certificate import Wording
from kiosk.rules.drug_use.intervals import Question
from kiosk.rules.drug_use.pesticides import Drugs
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import Basis, DrugUse, GateCheck, Presence, Present, SampleTaken, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import CountySettings
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.testing.methods import MethodPack


class Turn(StrEnum):
    PRODUCER = "producer"  # farmer, family farm
    CLERK = "clerk"  # of a co-operative or enterprise: batch after batch
    BUYER = "buyer"  # mixes or re-packs what others certified
    INSPECTOR = "inspector"


class Stage(StrEnum):
    IDLE = "idle"
    KEYING = "keying"  # the number of a card, by finger
    PROVING = "proving"  # phone tail, PIN or staff
    BASKET = "basket"  # a buyer's incoming papers
    PRODUCT = "product"
    QUANTITY = "quantity"
    DRUGS = "drugs"  # 用什么药
    TEST_CHOICE = "test_choice"
    TESTING = "testing"  # the analyzer is at work
    RETESTING = "retesting"  # the repeats are to be loaded
    RESULT = "result"
    PROMISE = "promise"
    PRINTING = "printing"
    CONTINUING = "continuing"  # between two parts of an issue, or two papers of a split lot (分几张)
    UNPRINTED = "unprinted"  # recorded, not a byte reached the printer
    UNSURE = "unsure"  # recorded, only the person can say whether the paper is whole
    VOIDING = "voiding"  # 开错了: why, and where the paper is
    PARKED = "parked"
    DESK = "desk"  # what an inspector came for
    SAMPLING = "sampling"  # 抽样单
    LOADING = "loading"  # tubes and channels
    DELIVERING = "delivering"  # 结果告知
    GATE = "gate"  # a paper and a scale
    DECIDING = "deciding"
    DONE = "done"
    STOPPED = "stopped"  # no certificate; the notice says why and what happens now
    ABANDONED = "abandoned"


FINAL = frozenset({Stage.DONE, Stage.STOPPED, Stage.ABANDONED})


class Waits(StrEnum):
    """Which of the station's times a stage waits for."""

    IDLE = "idle_after"
    ENDED = "ended_after"
    RUN = "run_within"
    NEVER = "never"


class Lapse(StrEnum):
    """What becomes of a visit that waited too long."""

    ABANDON = "abandon"
    PARK = "park"  # something has happened that must not get lost
    CLOSE = "close"  # it has ended already
    FAIL_RUN = "fail_run"
    NOTHING = "nothing"


PATIENCE: dict[Stage, tuple[Waits, Lapse]] = {
    Stage.IDLE: (Waits.NEVER, Lapse.NOTHING),
    Stage.KEYING: (Waits.IDLE, Lapse.CLOSE),
    Stage.PROVING: (Waits.IDLE, Lapse.ABANDON),
    Stage.BASKET: (Waits.IDLE, Lapse.ABANDON),
    Stage.PRODUCT: (Waits.IDLE, Lapse.ABANDON),
    Stage.QUANTITY: (Waits.IDLE, Lapse.ABANDON),
    Stage.DRUGS: (Waits.IDLE, Lapse.ABANDON),
    Stage.TEST_CHOICE: (Waits.IDLE, Lapse.ABANDON),
    Stage.TESTING: (Waits.RUN, Lapse.FAIL_RUN),
    Stage.RETESTING: (Waits.RUN, Lapse.PARK),
    Stage.RESULT: (Waits.IDLE, Lapse.ABANDON),
    Stage.PROMISE: (Waits.IDLE, Lapse.ABANDON),
    Stage.PRINTING: (Waits.NEVER, Lapse.NOTHING),  # the printer's own time ends it
    Stage.CONTINUING: (Waits.IDLE, Lapse.ABANDON),  # the station goes on by itself, unless it cannot
    Stage.UNPRINTED: (Waits.IDLE, Lapse.PARK),
    Stage.UNSURE: (Waits.IDLE, Lapse.PARK),
    Stage.VOIDING: (Waits.IDLE, Lapse.CLOSE),
    Stage.PARKED: (Waits.NEVER, Lapse.NOTHING),
    Stage.DESK: (Waits.IDLE, Lapse.ABANDON),
    Stage.SAMPLING: (Waits.RUN, Lapse.ABANDON),
    Stage.LOADING: (Waits.RUN, Lapse.ABANDON),
    Stage.DELIVERING: (Waits.RUN, Lapse.PARK),
    Stage.GATE: (Waits.IDLE, Lapse.ABANDON),
    Stage.DECIDING: (Waits.IDLE, Lapse.ABANDON),
    Stage.DONE: (Waits.ENDED, Lapse.CLOSE),
    Stage.STOPPED: (Waits.ENDED, Lapse.CLOSE),
    Stage.ABANDONED: (Waits.ENDED, Lapse.CLOSE),
}

Stages = tuple[Stage, ...]
SERVED: Stages = (Stage.BASKET, Stage.PRODUCT, Stage.DESK, Stage.STOPPED)
JUDGED: Stages = (Stage.RESULT, Stage.RETESTING, Stage.STOPPED)
LOT_KNOWN: Stages = (Stage.TEST_CHOICE, Stage.PROMISE, *JUDGED)
WEIGHED: Stages = (Stage.PROVING, Stage.DRUGS, *LOT_KNOWN)
PARKABLE: Stages = (
    Stage.TEST_CHOICE, Stage.TESTING, Stage.RETESTING, Stage.RESULT, Stage.UNPRINTED, Stage.UNSURE, Stage.DELIVERING,
)  # fmt: skip

BACK_FROM: Stages = (
    Stage.KEYING, Stage.PRODUCT, Stage.QUANTITY, Stage.PROVING, Stage.DRUGS, Stage.TEST_CHOICE, Stage.PROMISE,
    Stage.VOIDING, Stage.SAMPLING, Stage.LOADING, Stage.GATE, Stage.DECIDING,
)  # fmt: skip
BACK_TO: Stages = (
    Stage.IDLE, Stage.BASKET, Stage.PRODUCT, Stage.QUANTITY, Stage.DRUGS, Stage.TEST_CHOICE, Stage.RESULT,
    Stage.PRINTING, Stage.CONTINUING, Stage.UNPRINTED, Stage.UNSURE, Stage.DONE,
    Stage.DESK, Stage.SAMPLING, Stage.GATE,
)  # fmt: skip

# name -> (from, to); staying where one is needs no word.
MOVES: dict[str, tuple[Stages, Stages]] = {
    # who
    "number_wanted": ((Stage.IDLE,), (Stage.KEYING,)),
    "card_shown": ((Stage.IDLE, Stage.KEYING), (Stage.PROVING, *SERVED)),
    "badge_shown": ((Stage.IDLE,), (Stage.PROVING,)),
    "tail_given": ((Stage.PROVING,), (*SERVED, *WEIGHED)),
    "pin_given": ((Stage.PROVING,), (*SERVED, *WEIGHED)),
    "staff_vouched": ((Stage.PROVING,), (*SERVED, *WEIGHED)),
    "present_told": ((Stage.BASKET, Stage.PRODUCT, Stage.QUANTITY, Stage.DRUGS, Stage.TEST_CHOICE, Stage.PROMISE), ()),
    # goods
    "paper_taken": ((Stage.BASKET,), ()),
    "paper_returned": ((Stage.BASKET,), ()),
    "basket_closed": ((Stage.BASKET,), (Stage.PRODUCT,)),
    "product_chosen": ((Stage.PRODUCT,), (Stage.QUANTITY, Stage.STOPPED)),
    "repeat_last": ((Stage.PRODUCT,), WEIGHED),
    "quantity_given": ((Stage.QUANTITY,), WEIGHED),
    "split": ((Stage.DRUGS, Stage.TEST_CHOICE, Stage.RESULT, Stage.PROMISE), ()),
    "drugs_used": ((Stage.DRUGS,), ()),
    "drug_added": ((Stage.DRUGS,), ()),
    "drug_removed": ((Stage.DRUGS,), ()),
    "drug_answered": ((Stage.DRUGS,), ()),
    "harvest_told": ((Stage.DRUGS,), ()),
    "drugs_told": ((Stage.DRUGS,), LOT_KNOWN),
    # test
    "test_wanted": ((Stage.TEST_CHOICE, Stage.PROMISE), (Stage.TESTING,)),
    "test_declined": ((Stage.TEST_CHOICE,), (Stage.PROMISE,)),
    "retest_started": ((Stage.RETESTING,), (Stage.TESTING,)),
    "run_finished": ((Stage.TESTING,), JUDGED),
    "run_failed": ((Stage.TESTING,), (Stage.TEST_CHOICE, Stage.PROMISE, Stage.RETESTING, Stage.RESULT, Stage.LOADING)),
    "test_again": ((Stage.RESULT,), (Stage.TESTING,)),
    "result_read": ((Stage.RESULT,), (Stage.PROMISE,)),
    # promise and paper
    "promised": ((Stage.PROMISE,), (Stage.PRINTING, Stage.STOPPED)),
    "issued": ((Stage.PROMISE, Stage.CONTINUING), (Stage.PRINTING,)),
    "print_ended": (
        (Stage.PRINTING, Stage.VOIDING),
        (Stage.UNPRINTED, Stage.UNSURE, Stage.CONTINUING, Stage.DONE),
    ),
    "part_begun": ((Stage.CONTINUING,), (Stage.PRINTING,)),
    "print_again": ((Stage.UNPRINTED,), (Stage.PRINTING,)),
    "paper_whole": ((Stage.UNSURE,), (Stage.CONTINUING, Stage.DONE)),
    "paper_spoiled": ((Stage.UNSURE, Stage.DONE), (Stage.PRINTING,)),
    "enough": ((Stage.PRINTING, Stage.CONTINUING, Stage.UNPRINTED, Stage.UNSURE), (Stage.DONE,)),
    "wrong": ((Stage.PRINTING, Stage.CONTINUING, Stage.UNPRINTED, Stage.UNSURE, Stage.DONE), (Stage.VOIDING,)),
    "voided": ((Stage.VOIDING,), (Stage.PRODUCT, Stage.BASKET, Stage.DONE)),
    # inspector
    "desk_chosen": ((Stage.DESK,), (Stage.SAMPLING, Stage.LOADING, Stage.GATE)),
    "sheet_filled": ((Stage.SAMPLING,), ()),
    "sheet_signed": ((Stage.SAMPLING,), (Stage.LOADING,)),
    "tube_bound": ((Stage.LOADING,), ()),
    "run_started": ((Stage.LOADING,), (Stage.TESTING,)),
    "samples_judged": ((Stage.TESTING,), (Stage.RESULT, Stage.RETESTING)),
    "results_read": ((Stage.RESULT,), (Stage.DELIVERING, Stage.DONE)),
    "delivered": ((Stage.DELIVERING,), (Stage.DONE,)),
    "paper_checked": ((Stage.GATE,), (Stage.DECIDING,)),
    "decided": ((Stage.DECIDING,), (Stage.DONE, Stage.LOADING)),
    # out of line
    "parked": (PARKABLE, (Stage.PARKED,)),
    "meanwhile": ((*PARKABLE, Stage.STOPPED), (Stage.PARKED,)),
    "resumed": ((Stage.PARKED,), (*PARKABLE, Stage.STOPPED, Stage.PROMISE, Stage.LOADING)),
    "back": (BACK_FROM, BACK_TO),
    "abandon": (tuple(stage for stage in Stage if stage is not Stage.PRINTING), (Stage.ABANDONED,)),
}


class Planned(StrEnum):
    FIRST = "first"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class VisitRules:
    """The county's settings and today's packs, as the visit needs them."""

    method: MethodPack | None  # what the analyzer here measures; None: no test at this point
    wording: Wording | None  # in force today (`certificate.wording_on`)
    settings: CountySettings
    drugs: Drugs
    at: datetime
    test_offered: bool = True

    @property
    def repeats(self) -> int:
        return self.method.repeats if self.method is not None else 1

    @property
    def today(self) -> date:
        return self.at.date()

    @property
    def agreement(self) -> Decimal | None:
        return self.method.agreement if self.method is not None else None

    @property
    def tests(self) -> bool:
        return self.test_offered and self.method is not None


@dataclass(frozen=True, slots=True)
class LastTime:
    """What this subject took last time; offered as 跟上次一样. Neither the drugs nor the promise are part of it."""

    product: str
    amount: Quantity


@dataclass(frozen=True, slots=True)
class Kept:
    """An incoming paper in a buyer's basket: `seq` of its entry, `source` its name in the book of lots."""

    seq: int
    source: str
    number: str
    product: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """One sample of an inspector's run: in which tube, on which channel, the tests it has had, and who was told."""

    sample: SampleTaken
    tube: str = ""
    channel: int | None = None
    notes: tuple[TestNote, ...] = ()
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    id: str
    turn: Turn = Turn.PRODUCER
    stage: Stage = Stage.IDLE
    subject: Subject | None = None
    card: str = ""  # a badge's number for an inspector
    keyed: bool = False  # the card's number was keyed in: nobody has seen the card
    first_use: bool = False
    last: LastTime | None = None
    presence: Presence | None = None
    present: Present = Present.SELF
    tries: int = 0
    basket: tuple[Kept, ...] = ()
    product: str = ""
    unit: Unit = Unit.KG
    quantity: Quantity | None = None
    typed: str = ""
    origin: str = ""
    again: bool = False  # 跟上次一样: a test is not asked about, only offered beside the promise
    lot: str = ""
    declared: int | None = None  # seq of the lot's declaration in this visit; from then on the goods are fixed
    used: bool | None = None  # 用药: None until asked; True without uses: 不知道
    uses: tuple[DrugUse, ...] = ()
    asked: tuple[Question, ...] = ()  # what was asked about them, whether anybody knew or not
    harvest: str = ""
    stated: int | None = None  # seq of the statement about drugs
    tests: tuple[TestNote, ...] = ()
    planned: Planned | None = None
    basis: tuple[Basis, ...] = ()
    papers: int = 1  # 分几张
    nth: int = 1
    enough: bool = False  # of the papers, no more after this one
    number: str = ""
    part: str = ""  # of an issue in parts: the one at the printer, or the last one that was
    waiting: tuple[str, ...] = ()  # the parts of this number that come after it
    copy: int = 0  # of this part
    replaces: str = ""
    aside: Stage | None = None  # where the turn goes on after it was parked, or when a void is called off
    loaded: tuple[Loaded, ...] = ()
    gate: GateCheck | None = None
    notice: Sentence | None = None


def moved(visit: Visit, move: str, stage: Stage, notice: Sentence | None = None) -> Visit:
    """The only way from one stage to another."""
    begins, ends = MOVES[move]
    if visit.stage not in begins or (stage is not visit.stage and stage not in ends):
        raise OutOfTurn(move, visit.stage)
    return replace(visit, stage=stage, notice=notice)
