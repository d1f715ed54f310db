"""Parts of the county's orders: keys, credit, people who work at stations."""

from dataclasses import dataclass
from typing import Annotated

from kiosk.rules.messages.forms import Day, DayOrNone, Form, Key, KeyId


@dataclass(frozen=True, slots=True)
class Credit:
    """How the county grades a producer (信用等级), and whether he is on a list of it (黑名单)."""

    subject: str
    grade: str  # as the county writes it: A, B, C …; empty: not graded
    listed: Annotated[str, Form(words=("watch", "black"), empty=True)]
    since: Day
    until: DayOrNone = ""
    reason: str = ""
    source: str = ""  # the document that says so


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """A grant as in the county's trust list (FORMATS.md §6)."""

    county: str
    use: Annotated[str, Form(words=("order", "witness", "card", "office", "station", "data"))]
    name: str
    key: Key
    since: Day
    until: Day
    signature: str


@dataclass(frozen=True, slots=True)
class KeyRevoked:
    """The root's word that a key counts no more: for what is dated `since` or later, and for entries past `through`."""

    county: str
    use: Annotated[str, Form(words=("order", "witness", "card", "office", "station", "data"))]
    key: KeyId
    since: Day
    through: int  # a station's log keeps its first so many entries; 0: of any other use
    reason: str
    signature: str


@dataclass(frozen=True, slots=True)
class Staff:
    """A person who works at stations. `badge` is the number on his badge, `pin` a salted hash, never the PIN."""

    id: str
    name: str
    roles: tuple[Annotated[str, Form(words=("clerk", "inspector", "technician", "officer"))], ...]
    badge: str = ""
    pin: str = ""
    until: DayOrNone = ""
