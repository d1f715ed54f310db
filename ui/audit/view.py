"""What every judge of one export knows: whose log, which part of it, what cannot be seen, and where to tell."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ui.audit.entry import Entry
from ui.audit.finding import Findings
from ui.audit.trust import Trust


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose log it is, and its public key. `use`: what the root granted that key for, `station` or `office`."""

    log: str
    county: str
    station: str
    public: bytes
    use: str = "station"

    @property
    def signer(self) -> str:
        return f"liangzheng/{self.county}/{self.station}"


@dataclass(slots=True)
class View:
    """`end`: how far the log is known to go, by the county's word; more than `last` where an export was cut there.

    `by_county`: the county wrote this export, and keeps bodies by its own days, of which the log says nothing.
    """

    owner: Owner
    trust: Trust
    first: int
    last: int
    end: int
    by_county: bool = False
    tell: Findings = field(default_factory=Findings)
    taken: Counter[str] = field(default_factory=Counter)  # kinds of entries whose body retention took
    unjudged: int = 0

    @property
    def whole(self) -> bool:
        """Nothing of the log lies before what we see."""
        return self.first == 1

    def hides(self, *kinds: str) -> bool:
        """Whether an entry of such a kind may be there that we cannot read."""
        return not self.whole or any(self.taken[kind] for kind in kinds)

    def missing(self, code: str, seq: int, kinds: tuple[str, ...], **facts: object) -> None:
        """Something names what is not there: a finding, unless it may lie where we cannot see."""
        if self.hides(*kinds):
            self.unjudged += 1
        else:
            self.tell.found(code, seq, **facts)


def body_of(entry: Entry) -> dict[str, Any]:
    """Raises ValueError for an entry that retention took; judges are asked for others only."""
    if entry.body is None:
        raise ValueError("no body")
    return entry.body


def text(body: dict[str, Any], name: str, default: str | None = None) -> str:
    """Raises ValueError or KeyError where it is no text."""
    value = body[name] if default is None else body.get(name, default)
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def number(body: dict[str, Any], name: str, default: int | None = None) -> int:
    value = body[name] if default is None else body.get(name, default)
    if type(value) is not int:
        raise TypeError(f"{name} is no whole number")
    return value
