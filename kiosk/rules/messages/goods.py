"""Entries about goods: lots, what was used on them, where they came from and went."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from kiosk.rules.messages.forms import DayOrNone, Digest, DigestOrNone, Form, Number
from kiosk.rules.messages.parts import Paper


@dataclass(frozen=True, slots=True)
class LotDeclared:
    """A production batch with its quantity. A further declaration of the same `lot` adds to it.

    `sources` are lots merged or re-packed into it (one step back); `parent` is the lot that it was split from.
    """

    kind: ClassVar[str] = "lot.declared"
    lot: str
    subject: str
    product: str
    quantity: Number
    unit: str
    quantity_typed: str
    origin: str
    visit: str = ""
    plot: str = ""
    harvested: DayOrNone = ""
    parent: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrugUse:
    """One pesticide or drug that somebody used on the lot.

    `answer`: registered (a code or known product), trade_name (only what a person called it), others (别人打的),
    unknown (不知道). `ingredients` are ids of the pesticide pack; empty when nobody knows.
    """

    answer: Annotated[str, Form(words=("registered", "trade_name", "others", "unknown"))]
    name: str
    ingredients: tuple[str, ...] = ()
    registration: str = ""
    last_used: DayOrNone = ""
    by: Annotated[str, Form(words=("self", "others", "service"), empty=True)] = ""
    interval_days: int | None = None  # 安全间隔期 / 休药期 as read from the label
    interval_source: Annotated[str, Form(words=("label", "pack", "asked"), empty=True)] = ""


@dataclass(frozen=True, slots=True)
class DrugsStated:
    """What was used on a lot, by its producer's own word. `used` False: 没用. No uses and `used` True: 不知道."""

    kind: ClassVar[str] = "drugs.stated"
    visit: str
    lot: str
    subject: str
    product: str
    used: bool
    uses: tuple[DrugUse, ...] = ()
    harvest: DayOrNone = ""  # or slaughter
    earliest: DayOrNone = ""  # earliest lawful harvest that follows; empty when an interval is not known


@dataclass(frozen=True, slots=True)
class Incoming:
    """A paper that a buyer or a gate keeper took in.

    `verified`: by our own check of its seal. Everything else is 已留存，未能验证, with its picture.
    """

    kind: ClassVar[str] = "incoming"
    visit: str
    receiver: str  # subject
    paper: Paper
    verified: bool
    product: str
    quantity: Number | None
    unit: str
    issuer: str
    number: str = ""
    contact: str = ""
    origin: str = ""
    issued_on: str = ""
    picture: DigestOrNone = ""
    lot: str = ""
    missing: tuple[str, ...] = ()  # statutory fields that the paper lacks
    superseded: bool = False  # a paper of the 2019 or 2021 form


@dataclass(frozen=True, slots=True)
class Dispatched:
    """One step forward (向前一步): so much of a lot went to somebody, sold or carried away."""

    kind: ClassVar[str] = "lot.dispatched"
    lot: str
    quantity: Number
    unit: str
    quantity_typed: str
    to: str  # market or buyer, as told
    to_subject: str = ""
    certificate: str = ""
    voucher: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """Loss (损耗): so much of a lot is no more; it can never be certified."""

    kind: ClassVar[str] = "lot.lost"
    lot: str
    quantity: Number
    unit: str
    quantity_typed: str
    reason: str


@dataclass(frozen=True, slots=True)
class Disposal:
    """What was done with goods that failed."""

    kind: ClassVar[str] = "disposal"
    lot: str
    subject: str
    product: str
    measure: Annotated[str, Form(words=("sealed", "harmless", "destroyed", "returned", "released"))]
    quantity: Number | None
    unit: str
    place: str
    by: str
    tests: tuple[int, ...] = ()
    pictures: tuple[Digest, ...] = ()
    witness: str = ""
