"""Values of the tables of work: what a row says, under which names an entry is found, and which quantity is usual."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from kiosk.rules.certify.incoming import Seen as SeenPaper
from kiosk.rules.goods.quantity import IN_KILOGRAMS, Quantity, plain
from kiosk.rules.messages import (
    Control,
    Correction,
    Disposal,
    EntryBody,
    FarmWork,
    FaultReported,
    GateCheck,
    Handover,
    Incoming,
    Objection,
    ObjectionClosed,
    OrderDone,
    Patrol,
    ReagentOpened,
    ResultDelivered,
    Reviewed,
    SampleTaken,
    SlaughterEntry,
    Supply,
    Test,
    TubeBound,
)
from kiosk.rules.oversight.correctable import Class, classes

TASK = "task"  # kind of the rows that say what was done for a task of the county
USED = "reagent.used"  # kind of the rows that say which test was made with which reagent lot
CORRECTABLE = "correctable"  # kind of the rows of entries that hold anything which a person typed
PAPER = "paper"  # kind of the rows by which a paper that was taken in is known again
# kind -> the member that says what an entry is about
ABOUT = {
    SampleTaken.kind: "sample_code",
    TubeBound.kind: "tube",
    ResultDelivered.kind: "test",
    Reviewed.kind: "test",
    Objection.kind: "delivery",
    ObjectionClosed.kind: "objection",
    ReagentOpened.kind: "lot",
    Supply.kind: "item",
    FarmWork.kind: "subject",
    SlaughterEntry.kind: "subject",
    Patrol.kind: "subject",
    Disposal.kind: "lot",
    Correction.kind: "corrects",
}
LOT_RELEASED = "lot.released"


class Positive(NamedTuple):
    """A positive test: whether the county's receipt covers it, and who there has seen it. Times are ISO 8601."""

    seq: int
    product: str
    at: str
    sent: bool
    seen_by: str
    seen_at: str


class OwnRow(NamedTuple):
    """A certificate of a subject, as much of it as its row says; `typed` as Quantity writes it."""

    seq: int
    number: str
    visit: str
    product: str
    typed: str
    lot: str
    void: bool


class Seen(NamedTuple):
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What a person reported as broken; `seen_by` is empty until the county has seen it."""

    seq: int
    at: str
    body: FaultReported
    seen_by: str
    seen_at: str


@dataclass(frozen=True, slots=True)
class Stock:
    """What is left of a consumable by the entries since its last count; `seq` is the newest of them."""

    item: str
    unit: str
    left: Decimal
    seq: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate of a subject, as he sees it. `void`: by himself or by the county."""

    seq: int
    number: str
    date: str
    product: str
    quantity: Decimal
    unit: str
    typed: str
    void: bool


def about_rows(body: EntryBody) -> tuple[tuple[str, str], ...]:
    """Kind and name of each row: an entry is found by what it is about, and work for a task by the task too."""
    task = body.task if isinstance(body, SampleTaken | Patrol | GateCheck) else ""
    rows: tuple[tuple[str, str], ...] = ()
    if body.kind in ABOUT:
        rows = ((body.kind, str(getattr(body, ABOUT[body.kind]))),)
    if isinstance(body, Test) and body.reagent_lot:
        rows = ((USED, body.reagent_lot),)
    elif isinstance(body, Control):
        rows = ((body.kind, body.device.profile),)
    elif isinstance(body, FaultReported | Handover):
        rows = ((body.kind, ""),)
    elif isinstance(body, GateCheck) and body.number:
        rows = ((body.kind, body.number),)
    elif isinstance(body, OrderDone) and body.order == LOT_RELEASED:
        rows = ((body.kind, f"{body.stream}/{body.seq}"),)
    elif isinstance(body, Incoming):
        rows = tuple((PAPER, mark) for mark in paper_marks(body))
    if Class.CLERICAL in classes(body.kind).values():
        rows = (*rows, (CORRECTABLE, ""))
    return (*rows, (TASK, task)) if task else rows


def paper_marks(paper: Incoming | SeenPaper) -> tuple[str, ...]:
    """Under which a paper is looked for that may be the same (rules.certify.incoming): by its number and giver, or,
    without a number, by its picture and by what stands on it.
    """
    if paper.number:
        return (f"number/{paper.number}/{paper.issuer}",)
    pictures = (f"picture/{paper.picture}",) if paper.picture else ()
    return (*pictures, f"told/{paper.issuer}/{paper.product}/{paper.issued_on}")


def middle(last: list[Quantity]) -> Quantity:
    """The lower of the two middle ones where they are even: a quantity that somebody has really had."""
    latest = last[0]
    factor = IN_KILOGRAMS.get(latest.unit)
    if factor is None:
        amounts = sorted(one.amount for one in last if (one.unit, one.each) == (latest.unit, latest.each))
    else:
        amounts = sorted(one.amount * IN_KILOGRAMS[one.unit] / factor for one in last if one.unit in IN_KILOGRAMS)
    return Quantity(Decimal(plain(amounts[(len(amounts) - 1) // 2])), latest.unit, latest.each)
