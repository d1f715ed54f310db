"""Whose key is whose, by the word of the county's root (FORMATS.md §6). A list in, answers out."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from ui.audit.errors import Wrong
from ui.audit.forms import canonical, key_id, parsed, unbase64
from ui.audit.notes import Note, cosigned, signed
from ui.audit.signatures import verified

GRANT = {"county", "use", "name", "key", "since", "until", "signature"}
REVOKED = {"county", "use", "key", "since", "through", "reason", "signature"}
LIST = {"county", "root", "grants"}
OFFICE = "office"  # the use and the name of the key of the county's own log, and the station that this log names
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Grant:
    use: str
    name: str
    public: bytes
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Revocation:
    use: str
    key: str
    since: str
    through: int


@dataclass(frozen=True, slots=True)
class Trust:
    county: str
    root: str  # base64
    grants: tuple[Grant, ...]
    revoked: tuple[Revocation, ...]

    def log_key(self, log: str, station: str) -> Grant:
        """Of the key that names this log; that of the county's own log is the office's. Raises Wrong without one."""
        wanted = (OFFICE if station == OFFICE else "station", station, log)
        for grant in self.grants:
            if (grant.use, grant.name, key_id(grant.public)) == wanted:
                return grant
        raise Wrong("ungranted", station=f"{self.county}/{station}", key=log)

    def office_of(self, note: Note) -> str:
        """Id of the office's key that signed this note, whatever its days: a note tells none. Empty for no such key."""
        for grant in self.grants:
            if (grant.use, grant.name) == (OFFICE, OFFICE) and signed(note, 0, self.office, grant.public):
                return key_id(grant.public)
        return ""

    @property
    def office(self) -> str:
        """In which name the county signs what it writes itself."""
        return f"liangzheng/{self.county}/{OFFICE}"

    def office_ended(self, key: str) -> str:
        """From which day on nothing of an office's key counts; empty while it was not taken back."""
        return min((word.since for word in self.revoked if (word.use, word.key) == (OFFICE, key)), default="")

    def through(self, log: str) -> int | None:
        """How many entries of a station's log count; None while all do."""
        return min((word.through for word in self.revoked if (word.use, word.key) == ("station", log)), default=None)

    def granted(self, use: str, key: str, day: date) -> bool:
        """Whether a key was granted for this use on a day, whatever was taken back since."""
        grants = (grant for grant in self.grants if grant.use == use and key_id(grant.public) == key)
        return any(grant.since <= day.isoformat() <= grant.until for grant in grants)

    def counts(self, use: str, key: str, day: date) -> bool:
        """The same, and whether it was not taken back by then."""
        ended = any((word.use, word.key) == (use, key) and word.since <= day.isoformat() for word in self.revoked)
        return not ended and self.granted(use, key, day)

    def informed(self, other: "Trust") -> "Trust":
        """This list, and what another of the same root says. Raises Wrong for one of another root or county."""
        if (other.root, other.county) != (self.root, self.county):
            raise Wrong("root_key", told=self.root)
        grants, revoked = (*self.grants, *other.grants), (*self.revoked, *other.revoked)
        return replace(self, grants=tuple(dict.fromkeys(grants)), revoked=tuple(dict.fromkeys(revoked)))

    def witnessed(self, note: Note, nth: int) -> datetime | None:
        """When a witness of this county signed this line, by a key that counted then."""
        name = f"liangzheng/{self.county}/witness"
        for grant in self.grants:
            at = cosigned(note, nth, name, grant.public) if grant.use == "witness" else None
            if at is not None and self.counts("witness", key_id(grant.public), at.date()):
                return at
        return None


def trust_of(data: bytes) -> Trust:
    """The list, when every word in it is the root's. Raises Wrong."""
    try:
        table = parsed(data)
        root, county = unbase64(table["root"]), str(table["county"])
        if not LIST <= set(table) <= {*LIST, "revoked"}:
            raise Wrong("trust")
        grants = [_signed(word, root, GRANT) for word in table["grants"]]
        revoked = [_signed(word, root, REVOKED) for word in table.get("revoked", [])]
        return Trust(
            county,
            table["root"],
            tuple(_grant(word) for word in grants if word["county"] == county),
            tuple(_revocation(word) for word in revoked if word["county"] == county),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        raise Wrong("trust") from wrong


def _signed(word: dict[str, Any], root: bytes, members: set[str]) -> dict[str, Any]:
    unsigned = canonical({name: value for name, value in word.items() if name != "signature"})
    if set(word) != members or not verified(root, unbase64(word["signature"]), unsigned):
        raise Wrong("trust")
    return word


def _grant(word: dict[str, Any]) -> Grant:
    return Grant(str(word["use"]), str(word["name"]), unbase64(word["key"]), _day(word["since"]), _day(word["until"]))


def _revocation(word: dict[str, Any]) -> Revocation:
    if type(word["through"]) is not int:
        raise Wrong("trust")
    return Revocation(str(word["use"]), str(word["key"]), _day(word["since"]), word["through"])


def _day(text: str) -> str:
    if not DAY.fullmatch(text):
        raise Wrong("trust")
    return text
