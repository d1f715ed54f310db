"""The station's log and its tables. One entry = segment + tables, both durable before anyone hears of it.

Owned by one thread. Nothing is printed, sent or answered before `append` returns.

    RecordError
    ├── Unwritable   the disk refused; the entry may lie in one copy: stop, start again, recovery decides
    ├── Unreadable   the tables cannot be opened: damaged, or made by newer software
    ├── Oversized    a body that no reader would take; nothing of it was written
    ├── RolledBack   the county holds a receipt for more than we have: a card was restored or swapped
    └── Foreign      the log on disk belongs to another key, or its two copies tell different stories
"""

import base64
import contextlib
import os
import secrets
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import contract, log
from kiosk.brought import STREAMS, Brought
from kiosk.checkpoint import Checkpoint, Receipt
from kiosk.clock import BEIJING, Clock, ClockState
from kiosk.contract import ContractError, Envelope, key_id
from kiosk.rules.messages import EntryBody, Opened, OrderBody, OrderDone
from kiosk.tables import Tables, open_tables
from kiosk.trust import Trust, public_bytes

# Why an order that is the county's cannot be done here, given what stands in the tables today; empty when it can.
Hindrance = Callable[[Tables, OrderBody, date], str]

ORDERS_AT_ONCE = 10  # each is an entry with its flushes, and somebody may be waiting for an answer meanwhile


class RecordError(Exception):
    pass


class Unwritable(RecordError):
    pass


class Unreadable(RecordError):
    pass


class Oversized(RecordError):
    pass


class RolledBack(RecordError):
    pass


class Foreign(RecordError):
    pass


@dataclass(frozen=True, slots=True)
class Home:
    """Where a station's record lives and who it is."""

    county: str
    station: str
    software: str
    tables: Path
    up: Path
    down: Path


class Record:
    def __init__(
        self,
        home: Home,
        key: Ed25519PrivateKey,
        trust: Trust,
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
        self._writer = log.Writer(home.up, flush)
        self._flusher = ThreadPoolExecutor(1, "segment-flush")
        self._brought = Brought(home.down, trust, home.county, home.station, self.log)
        self._receipts_seen = 0
        self._doubted: dict[str, int] = {}  # stream -> the order that somebody else wrote
        try:
            self._sql = open_tables(home.tables)
            self.tables = Tables(self._sql, self._brought.order_of)
            self.took_over = self._recover()
        except sqlite3.Error as wrong:
            raise Unreadable(f"{home.tables.name}: {wrong}") from wrong
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
        try:
            self._writer.append(payload)
            flushed = self._flusher.submit(self._writer.flush)
            self._commit(envelope, payload, visit)
            flushed.result()
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
        payload = self.tables.payload(seq)
        if payload is None:
            raise RecordError(f"there is no entry {seq}")
        return contract.read(payload).entry

    @property
    def last(self) -> int:
        return self._writer.last

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
        """Check the county's newest receipts against our own tree; the newest that holds is kept and returned.

        Receipts are rows, not entries: an entry for each would ask for a receipt of its own, for ever.
        """
        receipts, self._receipts_seen = self._brought.receipts(self._receipts_seen)
        held = next((receipt for receipt in receipts if self._holds(receipt.checkpoint)), None)
        if held is not None:
            kept = held
            time = kept.time.astimezone(BEIJING).isoformat()
            self._alone(lambda: self.tables.keep_receipt(kept.checkpoint.size, time, kept.note))
        return held

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the tables; called when nobody is being served (performance.md §2.4)."""
        try:
            self._sql.execute("pragma wal_checkpoint(truncate)")
        except sqlite3.Error as refused:
            raise Unwritable(f"checkpoint: {refused}") from refused

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

    def _alone(self, change: Callable[[], None]) -> None:
        try:
            with _Transaction(self._sql):
                change()
        except sqlite3.Error as refused:
            raise Unwritable(str(refused)) from refused

    def _opening(self) -> Opened:
        public = public_bytes(self._key)
        return Opened(self.home.county, self.home.station, base64.b64encode(public).decode(), self.home.software)

    def _holds(self, checkpoint: Checkpoint) -> bool:
        return checkpoint.size <= self._writer.last and self.tables.root(checkpoint.size) == checkpoint.root

    def _obey_next(self, stream: str) -> OrderDone | None:
        seq = self.tables.cursor(stream) + 1
        done = self._brought.judged(stream, seq)
        if done is None or (not done.order and self._doubted.get(stream) == seq):
            return None
        self._doubted[stream] = 0 if done.order else seq
        done = self._weighed(done)
        self.append(done)
        return done

    def _weighed(self, done: OrderDone) -> OrderDone:
        """What is the county's word, and yet cannot be done, is refused whole and with its reason."""
        order = self._brought.order_of(done) if done.done else None
        if order is None or self._hindrance is None:
            return done
        reason = self._hindrance(self.tables, order, self._clock.now().at.date())
        return replace(done, done=False, reason=reason) if reason else done

    # --- recovery -----------------------------------------------------------------------------------------------

    def _recover(self) -> int:
        """Bring segment and tables to the longer valid copy; the number of entries that one of them lacked."""
        in_segments, in_tables = self._writer.last, self.tables.last()
        for seq in range(in_segments + 1, in_tables + 1):
            self._writer.append(self._own(self.tables.payload(seq) or b"", seq)[1])
        self._writer.flush()
        if in_segments > in_tables:
            self._roll_forward(in_tables)
        self._writer.publish(self._writer.last)
        self._compare_tail()
        self._not_behind_county()
        self._know_the_time()
        return abs(in_segments - in_tables)

    def _roll_forward(self, after: int) -> None:
        for seq, payload in log.payloads(self.home.up, after):
            envelope, _ = self._own(payload, seq)
            with _Transaction(self._sql):
                self.tables.apply(envelope, payload)

    def _compare_tail(self) -> None:
        """The last entries of both copies are the same ones and ours. The full check runs later, in the background."""
        last = self._writer.last
        for seq, payload in log.Tail(self.home.up).after(max(0, last - 20), 20):
            if payload != self.tables.payload(seq):
                raise Foreign(f"entry {seq} differs between segment and tables")
            self._own(payload, seq)

    def _not_behind_county(self) -> None:
        receipts, _ = self._brought.receipts(0)
        size = max((receipt.checkpoint.size for receipt in receipts), default=0)
        if size > self._writer.last:
            raise RolledBack(f"the county has {size} entries of this log, this card {self._writer.last}")

    def _know_the_time(self) -> None:
        """Now is not before the last entries and the last receipt (reliability.md: the clock)."""
        for seq in range(max(1, self._writer.last - 20), self._writer.last + 1):
            header = contract.read(self.tables.payload(seq) or b"").header
            self._clock.raise_floor(datetime.fromisoformat(header.time), ClockState(header.clock))
        _, receipted = self.tables.receipt()
        if receipted:
            self._clock.raise_floor(datetime.fromisoformat(receipted))

    def _own(self, payload: bytes, seq: int) -> tuple[Envelope, bytes]:
        try:
            envelope = contract.read(payload)
            contract.verify(envelope, public_bytes(self._key))
        except ContractError as wrong:
            raise Foreign(f"entry {seq}: {wrong}") from wrong
        if envelope.header.log != self.log or envelope.header.seq != seq:
            raise Foreign(f"entry {seq} is {envelope.header.log}/{envelope.header.seq}")
        return envelope, payload


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
