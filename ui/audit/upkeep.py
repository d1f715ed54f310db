"""What a log says of itself: its opening, corrections, retention, the county's orders, closed days."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from sys import intern
from typing import Any

from ui.audit import notes
from ui.audit.entry import VOUCHED, Entry
from ui.audit.errors import Wrong
from ui.audit.forms import key_id, unbase64
from ui.audit.view import View, body_of, number, text

OPENED, CLOSED, RETIRED = "log.opened", "day.closed", "retention.done"
STREAMS = ("all", "own")
SEALED = {"incoming": ("verified", True), "gate.check": ("paper", "ours")}  # where more of an entry is under a seal
LEAST_MONTHS = 6
AMOUNTS = ("quantity", "quantity_seen", "heads")  # fields of corrections
COUNTED = {"certificate": "certificates", "certificate.voided": "voided", "test": "tests"}


class Opening:
    def __init__(self, view: View) -> None:
        self._view = view
        self.body: dict[str, Any] = {}

    def take(self, entry: Entry) -> None:
        if (entry.seq == 1) != (entry.kind == OPENED):
            self._view.tell.found("opened" if entry.seq == 1 else "opened_again", entry.seq, kind=entry.kind)

    def opened(self, entry: Entry) -> None:
        owner, body = self._view.owner, body_of(entry)
        if entry.seq != 1:
            return
        told = (text(body, "county"), text(body, "station"), key_id(unbase64(body["key"])))
        if told != (owner.county, owner.station, owner.log):
            self._view.tell.found("opened", entry.seq, kind="/".join(told))
        self.body = body


class Corrections:
    """`correctable`: by kind, the fields that a correction may name; `kind sealed` for entries under another's seal."""

    def __init__(self, view: View, correctable: Mapping[str, list[str]]) -> None:
        self._view = view
        self._fields = correctable
        self._values: dict[int, dict[str, str]] = {}  # of each entry that may be corrected, as it counts now

    def take(self, entry: Entry) -> None:
        body = entry.body or {}
        member, value = SEALED.get(entry.kind, ("", None))
        name = f"{entry.kind} sealed" if member and body.get(member) == value else entry.kind
        if name in self._fields:
            told = {field: body.get(field) or "" for field in self._fields[name]}
            self._values[entry.seq] = {field: intern(one) for field, one in told.items() if isinstance(one, str)}

    def correction(self, entry: Entry) -> None:
        body, tell = body_of(entry), self._view.tell
        corrects, field = number(body, "corrects"), text(body, "field")
        if not 0 < corrects < entry.seq:
            tell.found("correction_unknown", entry.seq, corrects=corrects)
        elif corrects < self._view.first:
            self._view.unjudged += 1
        elif field not in self._values.get(corrects, {}):
            tell.found("correction_field", entry.seq, corrects=corrects, field=field)
        else:
            self._replaced(entry, self._values[corrects], field)
        one, other = text(body, "by").strip().casefold(), text(body, "second", "").strip().casefold()
        if not one or one == other:
            tell.found("correction_person", entry.seq)

    def _replaced(self, entry: Entry, values: dict[str, str], field: str) -> None:
        """What was corrected is what stood there, with the corrections before in it."""
        body = body_of(entry)
        old, new = text(body, "old"), text(body, "new")
        if not _same(field, old, values[field]):
            told = {"corrects": number(body, "corrects"), "field": field, "old": old, "recorded": values[field]}
            self._view.tell.found("correction_old", entry.seq, **told)
        values[field] = intern(new)


class Retention:
    """A body that is not there was taken by an entry that says so, and nothing else is missing."""

    def __init__(self, view: View, stays: frozenset[str]) -> None:
        self._view = view
        self._stays = stays
        self._gone: list[list[int]] = []  # spans of entries without a body
        self._named: list[tuple[int, int, int]] = []  # first, last, and the entry that says so
        self._days: list[tuple[int, str]] = []  # the last entry of each day among vouched ones
        self.count = 0

    def take(self, entry: Entry) -> None:
        if entry.clock in VOUCHED:
            day = entry.time[:10]
            if self._days and self._days[-1][1] >= day:
                day = self._days.pop()[1]
            self._days.append((entry.seq, day))
        if entry.body is not None:
            return
        self.count += 1
        self._view.taken[entry.kind] += 1
        if entry.kind in self._stays:
            self._view.tell.found("must_stay", entry.seq, kind=entry.kind)
        if self._gone and self._gone[-1][1] == entry.seq - 1:
            self._gone[-1][1] = entry.seq
        else:
            self._gone.append([entry.seq, entry.seq])

    def retired(self, entry: Entry) -> None:
        spans = [(number(span, "first"), number(span, "last")) for span in body_of(entry)["spans"]]
        before = [0, *(last for _, last in spans)]
        if any(not low < first <= last < entry.seq for low, (first, last) in zip(before, spans, strict=False)):
            self._view.tell.found("retention_spans", entry.seq)
            return
        self._named += [(first, last, entry.seq) for first, last in spans]
        old = entry.clock in VOUCHED and _months_before(entry.at.date(), LEAST_MONTHS)
        if spans and (not old or self._day_of(spans[-1][1]) >= old):
            self._view.tell.found("retired_early", entry.seq, last=spans[-1][1])

    def end(self) -> None:
        first, last = self._view.first, self._view.last
        named = [(max(a, first), min(b, last)) for a, b, _ in self._named]
        gone = [(one[0], one[1]) for one in self._gone]
        for a, b in without(gone, named):
            self._uncovered(a, b)
        for a, b in [] if self._view.by_county else without(named, gone):
            self._view.tell.found("kept_body", a, last=b)
        if gone:
            self._view.tell.remarked("retired", gone[0][0], count=self.count)

    def _uncovered(self, first: int, last: int) -> None:
        """The word for it may stand behind where this export was cut; of what the county took no log has a word."""
        if self._view.by_county:
            self._view.tell.remarked("missing_county", first, last=last)
        elif self._view.end > self._view.last:
            self._view.tell.remarked("missing_later", first, last=last)
        else:
            self._view.tell.found("missing_body", first, last=last)

    def _day_of(self, seq: int) -> str:
        """How old an entry is, the first clock at or behind it that something vouched for tells."""
        return next(day for last, day in self._days if seq <= last)


class Orders:
    """Each stream of the county's orders is done in order, without gaps; what was refused is passed too."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._done: dict[str, int] = {}

    def done(self, entry: Entry) -> None:
        body, tell = body_of(entry), self._view.tell
        stream, seq, order = text(body, "stream"), number(body, "seq"), text(body, "order")
        if stream not in STREAMS:
            tell.found("orders_stream", entry.seq, stream=stream)
            return
        before = self._done.get(stream, 0 if self._view.whole else seq - 1)
        if seq > before + 1:
            tell.found("orders_gap", entry.seq, stream=stream, told=seq, expected=before + 1)
        elif seq <= before:
            tell.remarked("orders_again", entry.seq, stream=stream, told=seq)
        if order:  # otherwise it was not the county's, and the stream waits there
            self._done[stream] = seq
        else:
            self._done.setdefault(stream, before)


class Days:
    """A closed day names the log before it, and counts what was done on it."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._done: dict[str, Counter[str]] = {}
        self._positive_hidden: set[str] = set()
        self._closes: list[str] = []

    def take(self, entry: Entry) -> None:
        day = entry.time[:10]
        counts = self._done.setdefault(day, Counter())
        if entry.kind in COUNTED:
            counts[COUNTED[entry.kind]] += 1
        if entry.kind == "test" and entry.body is None:
            self._positive_hidden.add(day)
        elif entry.kind == "test" and entry.body is not None:
            verdict = entry.body.get("verdict")
            counts["positives"] += isinstance(verdict, dict) and verdict.get("outcome") == "positive"

    def closed(self, entry: Entry, size: int, root: bytes) -> None:
        """`size` and `root` are those of the log before this entry."""
        body, owner = body_of(entry), self._view.owner
        note = notes.parted(text(body, "checkpoint").encode(), "day_checkpoint", entry.seq)
        told = notes.checkpoint(note, "day_checkpoint", entry.seq)
        good = len(note.lines) == 1 and notes.signed(note, 0, owner.signer, owner.public)
        same = told == notes.Checkpoint(owner.log, size, root) and (body["size"], body["root"]) == (size, root.hex())
        if not good or not same:
            raise Wrong("day_checkpoint", entry.seq)
        self._counted(entry, body)

    def _counted(self, entry: Entry, body: dict[str, Any]) -> None:
        day = text(body, "day")
        names = [*COUNTED.values(), *([] if day in self._positive_hidden else ["positives"])]
        counts = self._done.get(day, Counter())
        seen = self._view.whole or any(one < day for one in self._closes)
        wrong = [name for name in names if number(body, name) != counts[name]]
        if wrong and seen:
            self._view.tell.found("day_counts", entry.seq, day=day, counts=", ".join(wrong))
        for one in [one for one in self._done if one > day]:  # a close of an earlier day begins the later ones anew
            del self._done[one]
        self._closes.append(day)


def _same(field: str, one: str, other: str) -> bool:
    """Amounts are the same however they are written. Raises InvalidOperation."""
    return one == other or (field in AMOUNTS and "" not in (one, other) and Decimal(one) == Decimal(other))


def without(spans: list[tuple[int, int]], others: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What of these spans no other covers."""
    left = []
    covers = sorted(others)
    for first, last in sorted(spans):
        for a, b in covers:
            if b < first or a > last:
                continue
            if a > first:
                left.append((first, a - 1))
            first = max(first, b + 1)  # noqa: PLW2901 - what is still to be covered
        if first <= last:
            left.append((first, last))
    return left


def _months_before(day: date, months: int) -> str:
    """The last day that is so many months old, ISO; a month that has no such day ends earlier."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return f"{year:04}-{month + 1:02}-{day.day:02}"
