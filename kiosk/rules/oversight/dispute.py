"""Where the dispute of one test's result stands: a fold over its entries, in whatever order they are read.

Nothing is deleted: late objections and what came after the end stay in the history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.rules.messages import Objection, ObjectionClosed, ResultDelivered
from kiosk.rules.oversight.objection import FOUR_HOURS, Result, moment


class Stage(StrEnum):
    UNDELIVERED = "undelivered"
    SENT = "sent"  # no receipt is known: the clock has not started
    DELIVERED = "delivered"
    OBJECTED = "objected"
    AT_LABORATORY = "at_laboratory"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AtLaboratory:
    """复检: the sealed reserve portion reached a laboratory. `objection` is the seq of its entry."""

    objection: int
    laboratory: str
    seal: str
    received_at: str


Later = AtLaboratory | ObjectionClosed
Event = ResultDelivered | Objection | AtLaboratory | ObjectionClosed


@dataclass(frozen=True, slots=True)
class Case:
    """Where one test's dispute stands. `objection` is the first in time; `late` came after the four hours."""

    stage: Stage
    received: datetime | None = None
    objection: int | None = None
    late: tuple[int, ...] = ()
    laboratory: AtLaboratory | None = None
    closed: ObjectionClosed | None = None
    history: tuple[int, ...] = ()

    @property
    def deadline(self) -> datetime | None:
        return None if self.received is None else self.received + FOUR_HOURS


def case(test: int, events: Iterable[tuple[int, Event]]) -> Case:
    """Fold the entries of one test's dispute, given with their seq; others, and what is told twice, do not matter."""
    told = sorted(dict(events).items())
    deliveries = {seq: one for seq, one in told if isinstance(one, ResultDelivered) and one.test == test}
    if not deliveries:
        return Case(Stage.UNDELIVERED)
    objections = {seq: one for seq, one in told if isinstance(one, Objection) and one.delivery in deliveries}
    timely = [seq for seq, one in objections.items() if one.in_time]
    after = {seq: one for seq, one in told if isinstance(one, Later) and one.objection in timely}
    received = _first_receipt(tuple(deliveries.values()))
    laboratory = next((one for one in after.values() if isinstance(one, AtLaboratory)), None)
    ended = next((one for one in after.values() if isinstance(one, ObjectionClosed) and _ends(one)), None)
    return Case(
        stage=_stage(received, timely, laboratory, ended),
        received=received,
        objection=timely[0] if timely else None,
        late=tuple(seq for seq in objections if seq not in timely),
        laboratory=laboratory,
        closed=ended,
        history=tuple(sorted((*deliveries, *objections, *after))),
    )


def _stage(
    received: datetime | None, timely: list[int], laboratory: AtLaboratory | None, ended: ObjectionClosed | None
) -> Stage:
    if ended is not None:
        return Stage.CLOSED
    if laboratory is not None:
        return Stage.AT_LABORATORY
    if timely:
        return Stage.OBJECTED
    return Stage.SENT if received is None else Stage.DELIVERED


def _first_receipt(deliveries: Sequence[ResultDelivered]) -> datetime | None:
    """A result that was delivered twice was received the first time."""
    return min((at for at in (moment(one.received_at) for one in deliveries) if at is not None), default=None)


def _ends(closed: ObjectionClosed) -> bool:
    """A withdrawal, or a laboratory's report; whatever else says so closes nothing."""
    return closed.result == Result.WITHDRAWN or bool(closed.report and closed.laboratory)
