"""What the touch screen draws: one frozen value, replaced whole at every change. The screen decides nothing."""

from dataclasses import dataclass
from decimal import Decimal

from drivers.reading import Identity, Reading
from kiosk.checking import Checked
from kiosk.clock import Now
from kiosk.rules.drug_use.intervals import Question
from kiosk.rules.drug_use.pesticides import Drugs
from kiosk.rules.goods.products import Product
from kiosk.rules.messages import Basis, NoticePut
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Visit
from kiosk.storage import Disk
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

    @property
    def problems(self) -> tuple[Sentence, ...]:
        return tuple(device.problem for device in self.devices if device.problem is not None)
