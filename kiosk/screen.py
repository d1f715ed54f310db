"""What the touch screen draws: one frozen value, replaced whole at every change. The screen decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from drivers.reading import Identity, Reading
from kiosk.checking import Checked
from kiosk.clock import Now
from kiosk.own_shown import BasketShown, OwnShown, Pieces
from kiosk.rules.drug_use.intervals import Question
from kiosk.rules.drug_use.pesticides import Drugs
from kiosk.rules.goods.products import Product
from kiosk.rules.messages import Basis, NoticePut, Outcome
from kiosk.rules.ruling import Ruling
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Ask, Choice, Draft
from kiosk.rules.visits.turn import Stage, Visit
from kiosk.storage import Disk
from kiosk.training import Training
from kiosk.verify import PaperCheck

NO_DRUGS = Drugs({}, {}, ())


@dataclass(frozen=True, slots=True)
class DeviceState:
    """One device in words: `problem` is None while it answers; `readings` are the last that it gave when asked."""

    part: str  # camera | printer | the analyzer's name
    problem: Sentence | None
    identity: Identity | None = None
    readings: tuple[Reading, ...] = ()
    readable: bool = True  # an analyzer that may be read at any moment, without a person at it


@dataclass(frozen=True, slots=True)
class Link:
    """How far the county has confirmed our log."""

    recorded: int
    receipted: int
    receipt_time: str  # ISO 8601, empty before the first receipt


@dataclass(frozen=True, slots=True)
class House:
    """What the station knows of itself."""

    disk: Disk | None = None  # None: not looked at yet
    notices: tuple[NoticePut, ...] = ()  # of the county, to be shown while nobody is served
    checked: Checked | None = None  # how far the full check of the record has come


@dataclass(frozen=True, slots=True)
class Step:
    """What a run waits for: a person (`word`, of the profile's sequence), or time (`ends`, by time.monotonic)."""

    id: str
    word: str
    control: int | None = None  # the hole of the control
    samples: tuple[int, ...] = ()  # the holes of the samples
    ends: float = 0.0


@dataclass(frozen=True, slots=True)
class SheetShown:
    """What is drawn of a sheet: the open question, or, without one, the summary.

    `found` is what the letters typed so far lead to.
    """

    sheet: str
    draft: Draft
    asks: tuple[Ask, ...]
    at: Ask | None
    found: tuple[Choice, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # of the people in the answers, by their ids

    @property
    def nth(self) -> int:
        """Which question; behind the last one on the summary."""
        return next((nth for nth, ask in enumerate(self.asks, 1) if ask == self.at), len(self.asks) + 1)


@dataclass(frozen=True, slots=True)
class StaffShown:
    """Who of the staff stands there, or helps."""

    id: str
    name: str
    roles: tuple[str, ...]


class Way(StrEnum):
    """How somebody looks for a product or a drug."""

    PICTURES = "pictures"  # as the page begins
    NAMES = "names"  # one more drug, where some are named already
    LETTERS = "letters"
    BOTTLE = "bottle"  # its code is held up


@dataclass(frozen=True, slots=True)
class Looked:
    """`found` is what letters or a bottle's code lead to, best first."""

    way: Way = Way.PICTURES
    letters: str = ""
    found: tuple[Choice, ...] = ()


class RunState(StrEnum):
    """Where one loading of an analyzer stands."""

    BASING = "basing"  # what is old in it has to be known first
    READY = "ready"  # the samples may be put in
    ASKING = "asking"  # a person has to do the step
    REACTING = "reacting"  # time has to pass
    READING = "reading"  # the instrument is at work
    LOST = "lost"  # the instrument does not answer; the run waits for it


@dataclass(frozen=True, slots=True)
class ChannelShown:
    """One hole of the analyzer: what stands in it, and what is known of it so far."""

    channel: int
    use: str  # control | positive | sample | empty
    sample: str = ""  # code
    tube: str = ""
    product: str = ""
    curve: tuple[Decimal, ...] = ()  # what was read of it in this run, oldest first
    unit: str = ""
    outcome: Outcome | None = None
    value: str = ""
    reason: Sentence | None = None


@dataclass(frozen=True, slots=True)
class TimerShown:
    """The clock of a step that people do, or that the analyzer needs. Times by time.monotonic, lengths in seconds."""

    step: str
    names: Mapping[str, str]  # language -> what to do
    least: int
    most: int | None
    began: float = 0.0  # 0: not begun
    phase: str = ""  # early | open | missed | broken | done; empty: not begun


@dataclass(frozen=True, slots=True)
class RunShown:
    """A run that is going on, whoever waits for it. Times by time.monotonic."""

    run: str
    analyzer: str
    visit: str
    state: RunState
    began: float
    ends: float = 0.0  # of the step; 0: nobody knows
    step: Step | None = None
    who: str = ""  # masked, for the strip
    slip: str = ""
    channels: tuple[ChannelShown, ...] = ()
    problem: Sentence | None = None
    staff: bool = False  # a bench full of samples
    method: str = ""  # id of its method pack
    timers: tuple[TimerShown, ...] = ()
    over: bool = False  # its time is over: somebody has to come


@dataclass(frozen=True, slots=True)
class Aside:
    """A parked turn. `worst` is the outcome of its tests so far."""

    visit: str
    stage: Stage
    who: str  # masked
    slip: str
    product: str
    since: str  # ISO 8601
    worst: Outcome | None = None
    place: int = 0  # in the line for an analyzer; 0: in none
    called: bool = False  # an analyzer is free for it: the sample may be brought
    run: str = ""  # that is on for it
    staff: bool = False
    over: bool = False  # the time of a step at its bench is over


@dataclass(frozen=True, slots=True)
class TesterShown:
    """An analyzer that staff may choose."""

    __test__ = False  # not a class of pytest

    name: str
    ready: bool  # it answers
    busy: bool  # somebody else's run is on it
    method: str  # id of its method pack
    channels: tuple[int, ...]
    control: int | None


@dataclass(frozen=True, slots=True)
class SampleShown:
    """A sample that waits for a test, or stands in this run."""

    code: str
    product: str
    who: str  # masked
    taken_at: str  # ISO 8601
    channel: int | None = None
    tube: str = ""


@dataclass(frozen=True, slots=True)
class ResultShown:
    """What is known of a sample's last test. `lot`: it was drawn from one that lies stopped; `delivery`: seq of the
    entry by which whom it is about was told, 0 before.
    """

    sample: str
    reason: Sentence | None
    lot: str = ""
    delivery: int = 0
    objected: bool = False


@dataclass(frozen=True, slots=True)
class LoadingShown:
    """The bench, before a run and after it. `rulings` are quality control's of the run that is to begin."""

    analyzer: str
    testers: tuple[TesterShown, ...]
    channels: tuple[ChannelShown, ...]
    samples: tuple[SampleShown, ...]
    picked: str = ""  # sample whose tube is awaited
    reagent: str = ""
    reagents: tuple[str, ...] = ()  # lots in use
    left: tuple[Sentence, ...] = ()  # of the reagent
    rulings: tuple[Ruling, ...] = ()
    timers: tuple[TimerShown, ...] = ()
    positive: int | None = None
    results: tuple[ResultShown, ...] = ()  # of the run that has ended


@dataclass(frozen=True, slots=True)
class Alarm:
    """A positive test: has it reached the county, and has somebody there seen it."""

    seq: int
    product: str
    at: str  # ISO 8601
    sent: bool
    seen_by: str = ""
    seen_at: str = ""


@dataclass(frozen=True, slots=True)
class SlipShown:
    """A slip or a label that was asked for. `state`: waiting | drawing | printing | done | failed | unsure."""

    id: str
    name: str  # which piece: hand_in, report …
    state: str
    about: str = ""  # code of its sample, or how many labels
    problem: Sentence | None = None
    yours: bool = True  # of whoever stands there, who may have it once more


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A result as everybody may read it: nothing of whose goods these are. `item` is empty where the method says it."""

    at: str  # HH:MM
    product: str
    item: str
    outcome: Outcome
    method: str
    confirmed: bool  # False: 未核实


@dataclass(frozen=True, slots=True)
class Screen:
    version: int
    visit: Visit
    offered: tuple[tuple[Basis, ...], ...]  # sets of boxes that may be ticked now, plainest first
    may_go_back: bool
    may_abandon: bool
    run_ready: bool  # the analyzer's old records are known: the sample may be put in
    kilograms: Decimal | None
    products: tuple[Product, ...]
    devices: tuple[DeviceState, ...]
    link: Link
    now: Now
    unconfirmed: tuple[str, ...]  # packs in use that nobody has confirmed, to be shown as 未核实
    drugs: Drugs = NO_DRUGS  # what may be named as used, and the names of what the rules speak of
    question: Question | None = None  # what is to be asked next about what was used
    led: bool = False  # the tester's run has steps that a person is led through
    step: Step | None = None  # which of them is now; None: the instrument is at work
    hint: str = ""  # how a code is better held: a word of drivers.scanner.wire.Hint; empty where none is awaited
    halted: Sentence | None = None  # nobody is served: the record refused, or no turn may be begun; it says why
    house: House = House()
    parts: tuple[str, ...] = ()  # of the certificate that was printed, each of which can be printed again
    listed: Sentence | None = None  # what a list of the county says of whoever stands there
    checked: PaperCheck | None = None  # what a paper is worth that somebody held up while nobody is served
    place: str = ""  # what a tap is about: the stage, and behind a slash the question or page that stands open
    looked: Looked = Looked()
    trace: str = ""  # link to the electronic certificate of the visit that ended
    staff: StaffShown | None = None
    helper: StaffShown | None = None  # a badge was shown in somebody's turn: its PIN is asked over the page
    may_vouch: bool = False  # staff beside him may say that they know him
    proof: str = "tail"  # in PROVING: tail | pin | staff, or badge: a member of staff's own PIN
    counts: Mapping[str, int] = field(default_factory=dict)  # on the desk: what waits, by the id of the tile
    agreements: tuple[str, ...] = ()  # notice, pledge: what this subject has not signed and the county wants
    sheet: SheetShown | None = None
    training: Training | None = None  # nothing that is done counts: a practice
    basket: BasketShown | None = None
    own: OwnShown | None = None  # his certificates, in MINE, DONE and VOIDING
    pieces: Pieces | None = None
    tool: object = None  # what the open page of the desk shows (kiosk.tools)
    queue: int = 0  # place in the line of whoever stands there and waits for an analyzer; 0: he waits for none
    back_at: str = ""  # when his result may be there, ISO 8601; empty: nobody knows
    may_park: bool = False  # the next person may be served now, and this turn goes on aside
    loading: LoadingShown | None = None  # the bench, in a turn of staff
    timers: tuple[TimerShown, ...] = ()  # that were begun in this turn
    runs: tuple[RunShown, ...] = ()
    aside: tuple[Aside, ...] = ()
    board: tuple[BoardLine, ...] | None = None  # the results of today, where the county wants them public
    alarms: tuple[Alarm, ...] = ()  # of the last days, the latest first
    slips: tuple[SlipShown, ...] = ()  # that were asked for, the oldest first

    @property
    def problems(self) -> tuple[Sentence, ...]:
        return tuple(device.problem for device in self.devices if device.problem is not None)
