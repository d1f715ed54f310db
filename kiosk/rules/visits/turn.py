"""A Visit as a value, and the law of its moves: every named transition, from where, to where, and how long one waits.

The transitions are in arrival.py (who), visit.py (goods, test, aside), drug_turn.py (what was used), issue.py (promise
and paper), sheet_turn.py (sheets), desk.py and inspection.py (staff); none of them can take a visit where this table
does not let it go.
A screen draws a Visit, it never decides.

    idle > proving > (basket) > product > quantity > drugs > test_choice > testing > result > promise > printing > done
                                                                           |   ^                        |   |     |
                                                                        retesting > stopped     unprinted unsure voiding
    idle > proving > desk > loading > testing > result > desk
    desk > tool > desk, and from many a stage > filling (a sheet) > back, done, or product (a newcomer is served)
    product > mine > product: his own certificates; done > pieces > done: vouchers and labels, piece by piece
    done > product: the next batch of a clerk, without his card
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
from kiosk.rules.messages import Basis, DrugUse, Presence, Present, SampleTaken, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import CountySettings
from kiosk.rules.sheets.sheet import Draft
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.testing.methods import MethodPack


class Turn(StrEnum):
    PRODUCER = "producer"  # farmer, family farm
    CLERK = "clerk"  # of a co-operative or enterprise: batch after batch
    BUYER = "buyer"  # mixes or re-packs what others certified
    STAFF = "staff"  # clerk of the station, inspector, technician, officer: by badge and PIN


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
    DESK = "desk"  # what a member of staff came for
    TOOL = "tool"  # one page of the desk: devices, network, tasks, samples …
    FILLING = "filling"  # a sheet, one question at a time
    LOADING = "loading"  # tubes and channels
    MINE = "mine"  # a subject's own certificates
    PIECES = "pieces"  # a voucher or labels come out of the printer, piece by piece
    DONE = "done"
    STOPPED = "stopped"  # no certificate; the notice says why and what happens now
    ABANDONED = "abandoned"


IN = "in"  # what he took in, among his own papers: the archive of a buyer
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
    Stage.DESK: (Waits.IDLE, Lapse.ABANDON),  # logged off
    Stage.TOOL: (Waits.IDLE, Lapse.ABANDON),
    Stage.FILLING: (Waits.IDLE, Lapse.PARK),
    Stage.LOADING: (Waits.IDLE, Lapse.PARK),
    Stage.MINE: (Waits.IDLE, Lapse.ABANDON),
    Stage.PIECES: (Waits.IDLE, Lapse.CLOSE),  # what is not printed waits for him
    Stage.DONE: (Waits.ENDED, Lapse.CLOSE),
    Stage.STOPPED: (Waits.IDLE, Lapse.CLOSE),  # why there is no paper wants reading
    Stage.ABANDONED: (Waits.ENDED, Lapse.CLOSE),
}

Stages = tuple[Stage, ...]
SERVED: Stages = (Stage.BASKET, Stage.PRODUCT, Stage.DESK, Stage.STOPPED)
JUDGED: Stages = (Stage.RESULT, Stage.RETESTING, Stage.STOPPED)
LOT_KNOWN: Stages = (Stage.TEST_CHOICE, Stage.PROMISE, *JUDGED)
WEIGHED: Stages = (Stage.PROVING, Stage.DRUGS, *LOT_KNOWN)
PROVED: Stages = (*SERVED, *WEIGHED, Stage.MINE)
PARKABLE: Stages = (
    Stage.TEST_CHOICE, Stage.TESTING, Stage.RETESTING, Stage.RESULT, Stage.UNPRINTED, Stage.UNSURE, Stage.FILLING,
    Stage.LOADING,
)  # fmt: skip

BACK_FROM: Stages = (
    Stage.KEYING, Stage.PRODUCT, Stage.QUANTITY, Stage.PROVING, Stage.DRUGS, Stage.TEST_CHOICE, Stage.PROMISE,
    Stage.VOIDING, Stage.LOADING, Stage.TOOL, Stage.MINE,
)  # fmt: skip
BACK_TO: Stages = (
    Stage.IDLE,
    Stage.BASKET,
    Stage.PRODUCT,
    Stage.QUANTITY,
    Stage.DRUGS,
    Stage.TEST_CHOICE,
    Stage.RESULT,
    Stage.PRINTING,
    Stage.CONTINUING,
    Stage.UNPRINTED,
    Stage.UNSURE,
    Stage.DONE,
    Stage.DESK,
    Stage.MINE,
)
# Where a sheet may be opened, and where its end leads back to.
OPENERS: Stages = (
    Stage.IDLE, Stage.KEYING, Stage.PRODUCT, Stage.BASKET, Stage.DESK, Stage.TOOL, Stage.LOADING, Stage.RESULT,
    Stage.STOPPED, Stage.DONE, Stage.MINE,
)  # fmt: skip
# Where staff may watch the clock of a step that people do.
TIMED: Stages = (Stage.LOADING, Stage.RETESTING, Stage.DESK, Stage.TOOL, Stage.FILLING)

# name -> (from, to); staying where one is needs no word.
MOVES: dict[str, tuple[Stages, Stages]] = {
    # who
    "number_wanted": ((Stage.IDLE,), (Stage.KEYING,)),
    "card_shown": ((Stage.IDLE, Stage.KEYING), (Stage.PROVING, *SERVED)),
    "badge_shown": ((Stage.IDLE, Stage.KEYING), (Stage.PROVING,)),
    "tail_given": ((Stage.PROVING,), PROVED),
    "pin_given": ((Stage.PROVING,), PROVED),
    "staff_vouched": ((Stage.PROVING,), PROVED),
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
    "paper_spoiled": ((Stage.UNSURE, Stage.DONE, Stage.MINE), (Stage.PRINTING,)),
    "enough": ((Stage.PRINTING, Stage.CONTINUING, Stage.UNPRINTED, Stage.UNSURE), (Stage.DONE,)),
    "wrong": (
        (Stage.PRINTING, Stage.CONTINUING, Stage.UNPRINTED, Stage.UNSURE, Stage.DONE, Stage.MINE),
        (Stage.VOIDING,),
    ),
    "void_picked": ((Stage.VOIDING,), ()),
    "voided": ((Stage.VOIDING,), (Stage.PRODUCT, Stage.BASKET, Stage.DONE, Stage.MINE)),
    # batch after batch
    "batch_begun": ((Stage.DONE,), (Stage.PRODUCT, Stage.BASKET)),
    "batch_repeated": ((Stage.MINE,), (Stage.PRODUCT,)),
    # vouchers and labels
    "pieces_begun": ((Stage.MINE, Stage.DONE), (Stage.PIECES,)),
    "pieces_left": ((Stage.PIECES,), (Stage.MINE, Stage.DONE)),
    # staff
    "desk_chosen": ((Stage.DESK, Stage.TOOL), (Stage.LOADING,)),
    "tool_opened": ((Stage.DESK, Stage.TOOL), (Stage.TOOL,)),
    "sheet_opened": (OPENERS, (Stage.FILLING,)),
    "sheet_filled": ((Stage.FILLING,), ()),
    "sheet_closed": ((Stage.FILLING,), OPENERS),
    "tube_bound": ((Stage.LOADING,), ()),
    "arranged": ((Stage.LOADING,), ()),
    "timed": (TIMED, ()),
    "run_started": ((Stage.LOADING,), (Stage.TESTING,)),
    "samples_judged": ((Stage.TESTING,), (Stage.RESULT, Stage.RETESTING)),
    "results_read": ((Stage.RESULT,), (Stage.DESK,)),
    "load_again": ((Stage.RESULT,), (Stage.LOADING,)),
    "rated": ((Stage.DONE, Stage.STOPPED), ()),
    # a subject's own papers
    "mine": ((Stage.PRODUCT, Stage.BASKET), (Stage.MINE, Stage.PROVING)),
    "own_shown": ((Stage.MINE,), ()),
    # out of line
    "parked": (PARKABLE, (Stage.PARKED,)),
    "meanwhile": ((*PARKABLE, Stage.STOPPED, Stage.PROMISE), (Stage.PARKED,)),
    "resumed": ((Stage.PARKED,), (*PARKABLE, Stage.STOPPED, Stage.PROMISE)),
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
    origin: str = ""


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
    """One sample of an inspector's run: in which tube, on which channel, and the tests it has had."""

    sample: SampleTaken
    tube: str = ""
    channel: int | None = None
    notes: tuple[TestNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A sample (its code) on a channel of one run; None where the instrument has no channels."""

    sample: str
    channel: int | None


@dataclass(frozen=True, slots=True)
class StepTimer:
    """The clock of a step that people do; `began` and `ended` are texts of a Moment, `ended` empty while it runs."""

    step: str
    began: str
    ended: str = ""
    method: str = ""  # id of the pack whose step it is; empty: that of the visit's analyzer


@dataclass(frozen=True, slots=True)
class Visit:
    id: str
    turn: Turn = Turn.PRODUCER
    stage: Stage = Stage.IDLE
    subject: Subject | None = None
    card: str = ""  # a badge's number for staff
    keyed: bool = False  # the card's number was keyed in: nobody has seen the card
    first_use: bool = False
    provisional: bool = False  # a newcomer of whom the county has not spoken
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
    rest: bool = False  # goods of a lot that is declared already, and not certified yet: nothing is declared anew
    picked: tuple[str, ...] = ()  # numbers of the papers that are to be void; empty: the one it stands at
    picking: int | None = None  # leaf of the papers among which they are picked
    shown: str = ""  # of his own papers: the batch that stands open, or IN; empty: the list
    paper: str = ""  # number of the voucher or labels at the printer
    aside: Stage | None = None  # where the turn goes on after it was parked, or when a void is called off
    loaded: tuple[Loaded, ...] = ()
    analyzer: str = ""  # that this visit tests on; empty: none chosen yet
    queued: int = 0  # place in the order of those who wait for an analyzer; 0: he waits for none
    placed: tuple[Placed, ...] = ()  # what stands where in the run that is on, or is to stand in the repeats
    reagent: str = ""  # lot that the bench works with
    positive: int | None = None  # channel of a positive control
    timers: tuple[StepTimer, ...] = ()
    slip: str = ""  # number of the hand-in slip, by which a parked turn is taken up
    since: str = ""  # when it was set aside, ISO 8601
    rated: bool = False  # 满意度 was told
    staff: str = ""  # id of the member of staff: whose turn it is, or who helps
    tool: str = ""  # which page of the desk stands open, and behind a space what it shows
    sheet: Draft | None = None
    opener: Stage | None = None  # where the open sheet or tool leads back to
    notice: Sentence | None = None


def moved(visit: Visit, move: str, stage: Stage, notice: Sentence | None = None) -> Visit:
    """The only way from one stage to another."""
    begins, ends = MOVES[move]
    if visit.stage not in begins or (stage is not visit.stage and stage not in ends):
        raise OutOfTurn(move, visit.stage)
    return replace(visit, stage=stage, notice=notice)
