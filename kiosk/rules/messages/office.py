"""Acts: what people at the county office did. Bodies of the county's own log, which no station writes.

`by` is the account of who did it; empty where it was done at the county's own machine (`liangzheng county`). A fact
that only a person may know (password, one-time code) is never in an act, only that it was set.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from kiosk.rules.messages.forms import DayOrNone, Form

UserId = Annotated[str, Form("[a-z][a-z0-9._-]{1,31}")]
UserIdOrNone = Annotated[str, Form("[a-z][a-z0-9._-]{1,31}", empty=True)]
Region = Annotated[str, Form("[0-9]{6}([0-9]{3}([0-9]{3})?)?")]  # county, town, village: GB/T 2260 and GB/T 10114
ROLES = (
    "officer", "township", "assistant", "reviewer", "lab", "enforcement", "authority", "market", "administrator",
    "auditor", "province",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UserPut:
    """An account of the county's pages, with these facts from now on.

    `regions` and `stations` say whose rows it sees; neither: the whole county.
    """

    kind: ClassVar[str] = "user.put"
    id: UserId
    name: str
    roles: tuple[Annotated[str, Form(words=ROLES)], ...]
    regions: tuple[Region, ...] = ()
    stations: tuple[str, ...] = ()
    until: DayOrNone = ""
    by: UserIdOrNone = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UserEnded:
    """An account opens nothing any more; what it did stays its own."""

    kind: ClassVar[str] = "user.ended"
    id: UserId
    by: UserIdOrNone = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UserSecret:
    """A password or a one-time code generator was set for an account, or taken away."""

    kind: ClassVar[str] = "user.secret"
    id: UserId
    what: Annotated[str, Form(words=("password", "codes", "codes_off"))]
    by: UserIdOrNone = ""


@dataclass(frozen=True, slots=True)
class UserSession:
    """Somebody came in, went, or was kept out. `session` names it in other acts."""

    kind: ClassVar[str] = "user.session"
    id: UserId
    what: Annotated[str, Form(words=("in", "out", "idle", "ended", "locked"))]
    session: str = ""
    address: str = ""  # of the network, from which it was asked


@dataclass(frozen=True, slots=True)
class OrderGiven:
    """An order to stations, by its name in the county's order logs."""

    kind: ClassVar[str] = "order.given"
    stream: str
    seq: int
    order: str
    by: UserIdOrNone = ""
    reason: str = ""
