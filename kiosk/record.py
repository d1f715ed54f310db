"""The station's log and its tables. One entry = segment + tables, both durable before anyone hears of it.

Owned by one thread. Nothing is printed, sent or answered before `append` returns. Errors: kiosk.record_error.
"""

import base64
import contextlib
import logging
import os
import secrets
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import contract, log, recovery, retiring
from kiosk.brought import STREAMS, Brought
from kiosk.checking import Checked, FullCheck
from kiosk.checkpoint import Checkpoint, Receipt, countersigned, sign_checkpoint
from kiosk.clock import BEIJING, Clock, ClockState
from kiosk.contract import ContractError, Envelope, key_id
from kiosk.live_trust import LiveTrust, live
from kiosk.order_table import OrderTable
from kiosk.predecessor import Predecessor
from kiosk.record_error import Foreign, Kept, Oversized, RecordError, RolledBack, Unreadable, Unwritable
from kiosk.rules.messages import DayClosed, EntryBody, KeysPut, Opened, OrderBody, OrderDone, Retired
from kiosk.tables import VERSION, Tables, open_tables
from kiosk.trust import Revoked, Trust, Use, public_bytes

__all__ = (
    "ORDERS_AT_ONCE", "Foreign", "Hindrance", "Home", "Kept", "Oversized", "Record", "RecordError", "RolledBack",
    "Unreadable", "Unwritable",
)  # fmt: skip
logger = logging.getLogger(__name__)

# Why an order that is the county's cannot be done here, given what stands in the tables today; empty when it can.
Hindrance = Callable[[Tables, OrderBody, date], str]

ORDERS_AT_ONCE = 10  # each is an entry with its flushes, and somebody may be waiting for an answer meanwhile


@dataclass(frozen=True, slots=True)
class Home:
    """Where a station's record lives and who it is."""

    county: str
    station: str
    software: str
    tables: Path
    up: Path
    down: Path
    predecessor: Predecessor | None = None  # whose log a new one continues

    @property
    def signer(self) -> str:
        """Name of the station under its checkpoints (FORMATS.md §5)."""
        return f"liangzheng/{self.county}/{self.station}"


class Record:
    def __init__(
        self,
        home: Home,
        key: Ed25519PrivateKey,
        trust: Trust | LiveTrust,
        clock: Clock,
        flush: Callable[[int], None] = os.fdatasync,
        hindrance: Hindrance | None = None,
    ) -> None:
        """Open, recover, and begin a new log when there is none. Raises RecordError or log.LogError."""
        self.home = home
        self.log = key_id(public_bytes(key))
        self._key = key
        self._clock = clock
        self._hindrance = hindrance
        self._public = public_bytes(key)
        self.trust = live(trust)
        self._brought = Brought(home.down, self.trust, home.county, home.station, self.log)
        self._receipts_seen = 0
        self._parted = False  # the segment has an entry that the tables lack: only a start brings them together
        self._doubted: dict[str, int] = {}  # stream -> the order that somebody else wrote
        self._judge()
        self._writer = log.Writer(home.up, flush)
        self._flusher = ThreadPoolExecutor(1, "segment-flush")
        try:
            self._sql = open_tables(home.tables)
            self.tables = Tables(self._sql, self._brought.order_of)
            self._full_check = FullCheck(home.up, self.tables, self._public, home.signer)
            self.took_over = self._recover()
            self._learn_keys()
            self._newest_of(self._brought.receipts(0)[0])
        except sqlite3.Error as wrong:
            self._writer.close()
            raise Unreadable(f"{home.tables.name}: {wrong}") from wrong
        except (OSError, RecordError, log.LogError):
            self._writer.close()
            raise
        if self._writer.last == 0:
            self.append(self._opening())

    def append(self, body: EntryBody, visit: tuple[str, str, str | None] | None = None) -> Envelope:
        """Make one fact durable: numbered, signed, in segment and tables, together with the visit's new state.

        `visit` is (id, body, run) as for `save_visit`. Raises Unwritable when the disk refuses, Oversized.
        """
        now = self._clock.now()
        envelope = contract.write(
            body,
            log=self.log,
            seq=self._writer.last + 1,
            time=now.text,
            clock=now.state,
            salt=secrets.token_bytes(contract.SALT_BYTES),
            key=self._key,
        )
        payload = envelope.bytes()
        if len(payload) > contract.MOST_BYTES:
            raise Oversized(f"entry {envelope.header.seq} ({body.kind}) would have {len(payload)} bytes")
        if self._parted:
            raise Unwritable(f"entry {envelope.header.seq - 1} is in one copy only")
        try:
            self._writer.append(payload)
            self._parted = True
            flushed = self._flusher.submit(self._writer.flush)
            self._commit(envelope, payload, visit)
            flushed.result()
            self._parted = False
            self._writer.publish(envelope.header.seq)
        except (OSError, sqlite3.Error) as refused:
            raise Unwritable(f"entry {envelope.header.seq} ({body.kind}): {refused}") from refused
        self._clock.raise_floor(now.at, now.state)
        return envelope

    def save_visit(self, visit: str, body: str, run: str | None) -> None:
        """Keep the state of an open visit, so that a restart finds it. Raises Unwritable."""
        self._alone(lambda: self.tables.save_visit(visit, body, run))

    def close_visit(self, visit: str) -> None:
        self._alone(lambda: self.tables.close_visit(visit))

    def read(self, seq: int) -> EntryBody:
        """Raises RecordError where there is no such entry, retention took its body, or newer software wrote it."""
        payload = self.tables.payload(seq)
        if payload is None:
            raise RecordError(f"there is no entry {seq}")
        try:
            return contract.read(payload).entry
        except ContractError as wrong:
            raise RecordError(f"entry {seq}: {wrong}") from wrong

    @property
    def last(self) -> int:
        return self._writer.last

    @property
    def taken_back(self) -> Revoked | None:
        """The root's word that our own key counts no more, nor what is signed with it; None while it counts."""
        return self.trust.now().revocation(Use.STATION, self.log)

    def obey(self) -> list[OrderDone]:
        """Apply the county's new orders, in order and once; each is an entry, done or refused with its reason.

        What is not the county's word is an entry too, but the stream waits there for the true order.
        """
        obeyed: list[OrderDone] = []
        for stream in STREAMS:
            while len(obeyed) < ORDERS_AT_ONCE and (done := self._obey_next(stream)) is not None:
                obeyed.append(done)
        return obeyed

    def hear_receipts(self) -> Receipt | None:
        """Check the county's newest receipts against our own tree; the newest is kept and returned.

        Receipts are rows, not entries: an entry for each would ask for a receipt of its own, for ever. Raises
        RolledBack when the county confirmed under our key what we do not have, Unreadable, Unwritable.
        """
        receipts, self._receipts_seen = self._brought.receipts(self._receipts_seen)
        try:
            held = self._newest_of(receipts)
        except sqlite3.Error as wrong:
            raise Unreadable(f"{self.home.tables.name}: {wrong}") from wrong
        if held is not None:
            kept = held
            time = kept.time.astimezone(BEIJING).isoformat()
            note = countersigned(kept, self.home.signer, self._key)
            self._alone(lambda: self.tables.keep_receipt(kept.checkpoint.size, time, note))
        return held

    def close_day(self, day: str) -> Envelope:
        """End a day (ISO date): the root of the log so far under our own signature, and what was done on that day."""
        root = self.tables.root(self.last)
        note = sign_checkpoint(Checkpoint(self.log, self.last, root), self.home.signer, self._key)
        done = self.tables.done_on(day)
        counts = (done.certificates, done.voided, done.tests, done.positives)
        return self.append(DayClosed(day, self.last, root.hex(), note, *counts))

    def last_day(self) -> str:
        """The day that is still to be closed: that of the newest entry; empty when it is closed."""
        return self.tables.last_day()

    def check(self, most: int) -> Checked:
        """The next slice of the full check: up to `most` entries. After an end it begins anew. Raises Unwritable."""
        try:
            checked, began = self._full_check.slice(most, self.last, self._clock.now().text)
        except sqlite3.Error as wrong:
            raise Unwritable(f"full check: {wrong}") from wrong
        self._alone(lambda: self.tables.keep_check(checked.seq, began, checked.ended, checked.problem))
        return checked

    @property
    def checked(self) -> Checked:
        """How far the full check has come."""
        return self._full_check.state(self.last)

    def retire(self, retired: Retired) -> Envelope:
        """Record what retention takes, then take it from both copies; a restart finishes what a power cut left.

        Raises Kept when these entries have to stay (kiosk.retiring.refusal); nothing
        was recorded then. Raises Unwritable.
        """
        refused = retiring.refusal(self.tables, retired)
        if refused:
            raise Kept(refused)
        envelope = self.append(retired)
        self._finish_retiring()
        return envelope

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the tables; called when nobody is being served (performance.md §2.4)."""
        try:
            left = self.tables.retired.unfinished()
        except sqlite3.Error as refused:
            raise Unwritable(f"checkpoint: {refused}") from refused
        if left:
            self._finish_retiring()
        else:
            self._fold()

    def close(self) -> None:
        self._flusher.shutdown()
        with contextlib.suppress(Unwritable):  # the write-ahead log keeps what could not be folded in
            self.checkpoint()
        self._sql.close()
        self._writer.close()

    def _commit(self, envelope: Envelope, payload: bytes, visit: tuple[str, str, str | None] | None) -> None:
        with _Transaction(self._sql):
            self.tables.apply(envelope, payload)
            if visit is not None:
                self.tables.save_visit(*visit)

    def _alone(self, change: Callable[[], object]) -> None:
        try:
            with _Transaction(self._sql):
                change()
        except sqlite3.Error as refused:
            raise Unwritable(str(refused)) from refused

    def _fold(self) -> bool:
        """Whether nothing is left in the write-ahead log; who reads the tables for a backup holds it for a while."""
        try:
            self._sql.execute("pragma busy_timeout = 0")
            (busy, _, _) = self._sql.execute("pragma wal_checkpoint(truncate)").fetchone()
            self._sql.execute("pragma busy_timeout = 5000")
        except sqlite3.Error as refused:
            raise Unwritable(f"checkpoint: {refused}") from refused
        return not busy

    def _finish_retiring(self) -> None:
        named = {seq for seq, _, _ in self.tables.retired.unfinished()}
        try:
            retiring.take_rows(self.tables, lambda: _Transaction(self._sql))
            retiring.take_frames(self.tables, self._writer)
            retiring.take_evidence(self.home.tables)
        except (log.Damaged, OSError) as wrong:  # what was named stays unfinished: no reason to serve nobody
            logger.error("retention cannot finish: %s", wrong)
            self._fold()
            return
        except sqlite3.Error as refused:
            raise Unwritable(f"retention: {refused}") from refused
        if self._fold():
            self._alone(lambda: self.tables.retired.ended(named))

    def _opening(self) -> Opened:
        key, old = base64.b64encode(public_bytes(self._key)).decode(), self.home.predecessor
        opened = Opened(self.home.county, self.home.station, key, self.home.software)
        if old is None or old.log == self.log:
            return opened
        return replace(opened, predecessor=old.log, predecessor_through=old.through, predecessor_root=old.root or None)

    def _newest_of(self, receipts: list[Receipt]) -> Receipt | None:
        """The first. All have to hold: the county signs only what our key signed, so another box has our place, or
        this card was set back. Raises RolledBack, sqlite3.Error.
        """
        for said in (receipt.checkpoint for receipt in receipts):
            if said.size > self.last:
                raise RolledBack(f"the county has {said.size} entries of this log, this card {self.last}")
            if said.root != self.tables.root(said.size):
                raise RolledBack(f"the first {said.size} entries that the county has of this log are not ours")
        return receipts[0] if receipts else None

    def _obey_next(self, stream: str) -> OrderDone | None:
        seq = self.tables.cursor(stream) + 1
        done = self._brought.judged(stream, seq)
        if done is None or (not done.order and self._doubted.get(stream) == seq):
            return None
        self._doubted[stream] = 0 if done.order else seq
        done = self._weighed(done)
        self.append(done)
        if done.done and done.order == KeysPut.kind:
            self._learn_keys()
        return done

    def _learn_keys(self) -> None:
        self.trust.learn(self.tables.orders.key_words())

    def _weighed(self, done: OrderDone) -> OrderDone:
        """What is the county's word, and yet cannot be done, is refused whole and with its reason."""
        order = self._brought.order_of(done) if done.done else None
        if order is None or self._hindrance is None:
            return done
        reason = self._hindrance(self.tables, order, self._clock.now().at.date())
        return replace(done, done=False, reason=reason) if reason else done

    # --- recovery -----------------------------------------------------------------------------------------------

    def _judge(self) -> None:
        """Before anything is changed. What was receipted is asked first: the log may grow meanwhile.

        A receipt may bear a key that only an order granted.
        """
        with recovery.found(self.home.tables) as rows:
            if recovery.version(rows) == VERSION:
                self.trust.learn(OrderTable(rows).key_words())
            receipts, _ = self._brought.receipts(0)
            receipted = max((receipt.checkpoint.size for receipt in receipts), default=0)
            recovery.judge(self.home.up, rows, self._public, receipted)

    def _recover(self) -> int:
        """Bring segment and tables to the longer valid copy; the number of entries that one of them lacked."""
        in_segments, in_tables = self._writer.last, self.tables.last()
        for seq in range(in_segments + 1, in_tables + 1):
            self._writer.append(self.tables.payload(seq) or b"")
        self._writer.flush()
        for _, payload in log.payloads(self.home.up, in_tables):
            with _Transaction(self._sql):
                self.tables.apply(contract.read(payload), payload)
        self._writer.publish(self._writer.last)
        self._know_the_time()
        if self.tables.retired.unfinished():
            self._finish_retiring()
        return abs(in_segments - in_tables)

    def _know_the_time(self) -> None:
        """Now is not before the last entries and the last receipt (reliability.md: the clock)."""
        for seq in range(max(1, self._writer.last - 20), self._writer.last + 1):
            header = contract.read(self.tables.payload(seq) or b"").header
            self._clock.raise_floor(datetime.fromisoformat(header.time), ClockState(header.clock))
        _, receipted = self.tables.receipt()
        if receipted:
            self._clock.raise_floor(datetime.fromisoformat(receipted))


class _Transaction:
    """BEGIN IMMEDIATE … COMMIT, or ROLLBACK when anything raises."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection

    def __enter__(self) -> None:
        self._sql.execute("begin immediate")

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._sql.execute("commit")
        elif self._sql.in_transaction:
            self._sql.execute("rollback")
