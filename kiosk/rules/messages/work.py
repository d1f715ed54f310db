"""Entries about the work of staff: patrols, slaughter, reviews, shifts, supplies, faults; growers' own records."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from kiosk.rules.messages.forms import Day, Digest, Form, Number, Time
from kiosk.rules.messages.parts import Position, Signature


@dataclass(frozen=True, slots=True)
class PatrolItem:
    """One line of a patrol sheet (日常巡查): `item` is its id in the patrol pack."""

    item: str
    found: Annotated[str, Form(words=("good", "poor", "none"))]  # none: does not apply here
    note: str = ""


@dataclass(frozen=True, slots=True)
class Patrol:
    """A visit of inspectors to a subject, line by line."""

    kind: ClassVar[str] = "patrol"
    subject: str
    subject_name: str
    place: str
    at: Time
    inspector: str
    items: tuple[PatrolItem, ...]
    companion: str = ""  # the second inspector
    advice: str = ""
    task: str = ""
    pictures: tuple[Digest, ...] = ()
    signatures: tuple[Signature, ...] = ()
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class SlaughterEntry:
    """进场查验 at a slaughterhouse: whose animals, with which papers and tests, let in or not."""

    kind: ClassVar[str] = "slaughter.entry"
    at: Time
    subject: str
    subject_name: str
    origin: str
    product: str  # the animal
    heads: Number
    quarantine: str  # number of the quarantine certificate (检疫证明)
    decision: Annotated[str, Form(words=("admit", "hold", "refuse"))]
    inspector: str
    lot: str = ""
    ear_tags: tuple[str, ...] = ()
    tests: tuple[int, ...] = ()  # seq of the 瘦肉精 tests that it rests on
    reason: str = ""
    pictures: tuple[Digest, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """检测数据的审核: a second person looked at a test. The test stays as it is."""

    kind: ClassVar[str] = "test.reviewed"
    test: int
    reviewer: str
    agreed: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """交接班: what one shift leaves to the next."""

    kind: ClassVar[str] = "shift.handover"
    at: Time
    leaving: str
    arriving: str
    runs: tuple[str, ...]  # not ended
    samples: tuple[str, ...]  # sample codes that wait
    alarms: tuple[int, ...]  # seq of positives that the county has not seen
    note: str = ""
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Supply:
    """Consumables (免费提供耗材): what came, what was handed out free, what was used, what was counted."""

    kind: ClassVar[str] = "supply"
    item: str  # id in the supplies pack
    event: Annotated[str, Form(words=("received", "given", "used", "counted"))]
    count: Number
    unit: str
    by: str
    subject: str = ""  # who got it
    note: str = ""


@dataclass(frozen=True, slots=True)
class FaultReported:
    """报故障: a person says that something is broken; the station's own words go with it."""

    kind: ClassVar[str] = "fault.reported"
    part: str
    what: Annotated[str, Form(words=("broken", "wrong_value", "paper", "network", "other"))]
    note: str
    by: str = ""
    problem: str = ""  # key of what the station itself said of the part at that moment


@dataclass(frozen=True, slots=True)
class Trained:
    """Somebody practised in training mode. What he did there is nobody's record; that he did it is."""

    kind: ClassVar[str] = "training.done"
    person: str
    began: Time
    minutes: int
    certificates: int
    tests: int
    sheets: int


@dataclass(frozen=True, slots=True)
class FarmWork:
    """One line of a grower's production record (生产记录), told at the box."""

    kind: ClassVar[str] = "farm.work"
    subject: str
    product: str
    what: Annotated[str, Form(words=("sown", "fertilised", "sprayed", "watered", "harvested", "other"))]
    on: Day
    plot: str = ""
    given: str = ""  # name of what was put on
    amount: str = ""
    by: Annotated[str, Form(words=("self", "others", "service"), empty=True)] = ""
    note: str = ""
