"""Entries of the station itself: its log, its troubles, what it did with orders."""

from dataclasses import dataclass
from typing import ClassVar

from kiosk.rules.messages.forms import Digest, Key, KeyId
from kiosk.rules.messages.parts import Position


@dataclass(frozen=True, slots=True)
class Opened:
    """First entry of every log: whose it is and which log it continues."""

    kind: ClassVar[str] = "log.opened"
    county: str
    station: str
    key: Key
    software: str
    predecessor: KeyId | None = None
    predecessor_through: int | None = None
    predecessor_root: Digest | None = None
    name: str = ""  # of the service point, as its sign says
    address: str = ""
    region: str = ""  # GB/T 2260
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """Something a person must know of: a device lost, a paper jam, a restart inside a run."""

    kind: ClassVar[str] = "incident"
    part: str
    problem: str
    facts: dict[str, str]
    visit: str = ""


@dataclass(frozen=True, slots=True)
class OrderDone:
    """The station verified one county order and did it, or refused it and says why."""

    kind: ClassVar[str] = "order.done"
    stream: str
    seq: int
    order: str
    digest: Digest
    done: bool
    reason: str = ""
