"""Which entries, and which whole months of blobs, may go today (PIPL art. 19: kept no longer than needed).

Looks through the record in small steps while nobody is served; the decision is a value, and Record.retire makes it so.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kiosk import blobs, log
from kiosk.checkpoint import open_kept
from kiosk.clock import VOUCHED, Now
from kiosk.contract import read
from kiosk.durable import flush_folder
from kiosk.kept_blobs import RECEIPT
from kiosk.rules.certify import cases
from kiosk.rules.certify.cases import NEVER, STANDING, TELLING, alone, spans, ties
from kiosk.rules.certify.keeping import is_over, last_day, old_before
from kiosk.rules.messages import Retired
from kiosk.tables import Tables
from kiosk.trust import SealError, Trust

STEP = 200  # entries, or the county's words for blobs, that are read in one step
AT_ONCE = 2000  # entries that one decision weighs
OVERLAP = 500  # that the next decision weighs again, so that a case across the edge is seen whole
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
DIGEST = re.compile(rb'"([0-9a-f]{64})"')

Step = Iterator[None]


@dataclass(frozen=True, slots=True)
class Why:
    """How many old entries stay, and why: a case is open, a part of it is young, the county has no receipt for it."""

    case: int = 0
    young: int = 0
    receipt: int = 0

    @property
    def held(self) -> int:
        return self.case + self.young + self.receipt


@dataclass(slots=True)
class _Found:
    """What a look through the whole log found: what is weighed now, and what of its ties others have too."""

    tied: dict[int, frozenset[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)  # all their ties
    others: set[str] = field(default_factory=set)
    named: dict[str, list[int]] = field(default_factory=dict)  # blob of an old month -> entries that name it
    first: int = 0  # that still has a body and may go one day
    cut: int = 0  # where the next decision begins, when this one could not weigh all; 0 when it did
    unreceipted: int = 0
    older: bool = True  # no young entry came yet: the log is old up to here
    waiting: list[tuple[int, frozenset[str]]] = field(default_factory=list)  # for a clock that can be believed


class Retention:
    """`days` is the county's setting; `folder` holds the blobs, `down` what the county said."""

    def __init__(
        self, tables: Tables, last: Callable[[], int], folder: Path, down: Path, trust: Callable[[], Trust],
        days: Callable[[], int],
    ) -> None:  # fmt: skip
        self._tables = tables
        self._last = last
        self._folder = folder
        self._down = down
        self._trust = trust
        self._days = days
        self._from = 1
        self._floor = 1
        self._looking: Iterator[Retired | None] | None = None
        self._done_on: date | None = None
        self.why = Why()  # of the last decision

    def due(self, now: Now) -> Retired | None:
        """One small step of today's look; what may go once it is through and something may. Never by a doubtful clock.

        The caller lets Record.retire do it and then `drop`s its months.
        """
        today = now.at.date()
        if not now.trusted or self._done_on == today:
            return None
        if self._looking is None:
            self._looking = self.look(today)
        found = next(self._looking)
        if found is not None:
            self._looking = None
            if self._from == 1:
                self._done_on = today
        return found if found is not None and (found.spans or found.months) else None

    def look(self, today: date) -> Iterator[Retired | None]:
        """One decision: None after each step, the decision at the end. It may name nothing."""
        days = self._days()
        old = self._old_months(today, days)
        found = _Found()
        for _ in self._read(found, today, days, frozenset().union(*old.values())):
            yield None
        going = self._going(found)
        kept: set[str] = set()
        for _ in self._kept(frozenset(found.named), kept):
            yield None
        staying = {blob for blob, names in found.named.items() if not going.issuperset(names)} - kept
        months = tuple(sorted(month for month, digests in old.items() if not digests & staying))
        self._from = found.cut or 1
        self._floor = found.first or self._floor
        before = old_before(today, days).isoformat()
        yield Retired(before, days, spans(going), self.why.held, months)

    # --- the log ------------------------------------------------------------------------------------------------

    def _read(self, found: _Found, today: date, days: int, blobs_of_old: frozenset[str]) -> Step:
        """Sort every entry that has a body: to be weighed now, or merely in the way of those."""
        for seq in range(self._floor, self._last() + 1):
            if not seq % STEP:
                yield
            payload = self._tables.payload(seq)
            table = {} if payload is None else json.loads(payload)
            if payload is None or table.get("body") is None or table["header"]["kind"] in NEVER:
                continue
            found.first = found.first or seq
            for blob in blobs_of_old.intersection(_named(payload)):
                found.named.setdefault(blob, []).append(seq)
            found.waiting.append((seq, ties(table["header"]["kind"], seq, table["body"])))
            if table["header"]["clock"] in VOUCHED:
                made = date.fromisoformat(table["header"]["time"][:10])
                self._settle(found, older=found.older and is_over(made, today, days))
        self._settle(found, older=False)

    def _settle(self, found: _Found, *, older: bool) -> None:
        """A clock that nothing vouched for may stand years back: how old an entry is, the next vouched one tells."""
        receipted = self._tables.receipted()
        found.older = older
        for seq, tied in found.waiting:
            found.unreceipted += older and seq > receipted
            self._sort(found, seq, tied, older and seq <= receipted)
        found.waiting.clear()

    def _sort(self, found: _Found, seq: int, tied: frozenset[str], may_go: bool) -> None:
        """Those that are weighed stand together: of what comes behind them only what they share has to be known."""
        if seq < self._from:
            found.others |= tied
        elif may_go and len(found.tied) < AT_ONCE:
            found.tied[seq] = tied
            found.names |= tied
        else:
            found.others |= tied & found.names
            if may_go and not found.cut:
                found.cut = sorted(found.tied)[-OVERLAP]

    def _going(self, found: _Found) -> set[int]:
        free = alone(found.tied, found.others)
        going = {seq for case in free if not self._is_open(case) for seq in case}
        young = len(found.tied) - sum(map(len, free))
        self.why = Why(len(found.tied) - young - len(going), young, found.unreceipted)
        return going

    def _is_open(self, case: list[int]) -> bool:
        told = [read(payload) for seq in case if (payload := self._tables.payload(seq)) is not None]
        whole = [(one.header.seq, one.header.kind, one) for one in told if one.body is not None]
        bodies = [(seq, one.entry) for seq, kind, one in whole if kind in TELLING]
        if any(self._tables.stands(seq, one.entry) for seq, kind, one in whole if kind in STANDING):
            return True
        return cases.is_open(bodies, lambda lot: self._tables.orders.released(lot) is not None)

    # --- blobs --------------------------------------------------------------------------------------------------

    def _old_months(self, today: date, days: int) -> dict[str, frozenset[str]]:
        """The digests of every month whose last day is over."""
        folders = [one for one in self._folder.glob("*") if MONTH.fullmatch(one.name) and one.is_dir()]
        over = [one for one in folders if is_over(last_day(one.name), today, days)]
        return {one.name: frozenset(file.name.removesuffix(blobs.PACKED) for file in one.iterdir()) for one in over}

    def _kept(self, wanted: frozenset[str], kept: set[str]) -> Step:
        """Which of these the county says that it has, by its witness's signature."""
        if not wanted:
            return
        for seq, note in log.payloads(self._down / "kept"):
            if not seq % STEP:
                yield
            if note.startswith(RECEIPT):
                kept.clear()
            elif note.partition(b"\n")[0].rpartition(b"/")[2].decode("ascii", "replace") in wanted:
                kept.update(self._word(note))

    def _word(self, note: bytes) -> list[str]:
        try:
            return [open_kept(note.decode(), self._trust())]
        except (SealError, UnicodeDecodeError):
            return []  # down/ is the uplink's: what it cannot prove counts for nothing


def drop(folder: Path, months: tuple[str, ...]) -> None:
    """Take whole months of blobs away. Again after a restart: what is gone already is no trouble. Raises OSError."""
    for month in months:
        home = folder / month
        if MONTH.fullmatch(month) and home.is_dir() and not home.is_symlink():
            shutil.rmtree(home)
    if months and folder.is_dir():
        flush_folder(folder)


def _named(payload: bytes) -> set[str]:
    return {digest.decode() for digest in DIGEST.findall(payload)}
