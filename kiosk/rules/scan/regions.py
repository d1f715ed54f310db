"""GB/T 2260 regions with their history: codes are renamed and used again, so a name is of a code on a day.

An unknown code is never wrong: it has no name here, nothing else.
"""

from dataclasses import dataclass
from datetime import date

RULE = "codes/region"


@dataclass(frozen=True, slots=True)
class RegionName:
    """One name that a code had. `since` and `through` are its first and last day, None where no end is known."""

    code: str
    name: str
    since: date | None
    through: date | None
    mark: str
    source: str
    confirmed: bool

    def on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.through is None or day <= self.through)


@dataclass(frozen=True, slots=True)
class Village:
    """Where somebody lives: a village of a town, or a town where `name` is empty. `code` is the county's."""

    code: str
    town: str
    name: str

    @property
    def whole(self) -> str:
        return f"{self.town}{self.name}"


@dataclass(frozen=True, slots=True)
class Regions:
    names: tuple[RegionName, ...] = ()

    def history(self, code: str) -> tuple[RegionName, ...]:
        """All names of a code, the newest first. Longer codes (town, village) begin with their county's six digits."""
        found = [name for name in self.names if name.code == code[:6]]
        return tuple(sorted(found, key=lambda name: name.since or date.min, reverse=True))

    def on(self, code: str, day: date) -> tuple[RegionName, ...]:
        """The names that may hold on a day, the newest first: two in a year of which only the change is known."""
        return tuple(name for name in self.history(code) if name.on(day))

    def name(self, code: str, day: date) -> str:
        """The newest of them; empty when none is known."""
        return next((found.name for found in self.on(code, day)), "")

    def place(self, code: str, day: date) -> tuple[RegionName, ...]:
        """Province, prefecture and county of a code on a day, as far as they are known."""
        whole = (code[:2] + "0000", code[:4] + "00", code[:6])
        chain = [found[0] for part in dict.fromkeys(whole) if (found := self.on(part, day))]
        return tuple(chain)
