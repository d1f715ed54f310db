"""The station's log and its tables. One entry = segment + tables, both durable before anyone hears of it.

Owned by one thread. Nothing is printed, sent or answered before `append` returns.

    RecordError
    ├── Unwritable   the disk refused; the entry may lie in one copy: stop, start again, recovery decides
    ├── RolledBack   the county holds a receipt for more than we have: a card was restored or swapped
    └── Foreign      the log on disk belongs to another key, or its two copies tell different stories
"""

import base64
import hashlib
import os
import secrets
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import contract, log
from kiosk.checkpoint import Receipt, open_receipt
from kiosk.clock import Clock
from kiosk.contract import ContractError, Envelope, key_id
from kiosk.rules.messages import EntryBody, Opened, OrderDone
from kiosk.tables import Tables, open_tables
from kiosk.trust import SealError, Trust, Use, public_bytes

STREAMS = ("all", "own")


class RecordError(Exception):
    pass


class Unwritable(RecordError):
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
    ) -> None:
        """Open, recover, and begin a new log when there is none. Raises RecordError or log.LogError."""
        self.home = home
        self.log = key_id(public_bytes(key))
        self._key = key
        self._trust = trust
        self._clock = clock
        self._writer = log.Writer(home.up, flush)
        self._flusher = ThreadPoolExecutor(1, "segment-flush")
        self._sql = open_tables(home.tables)
        self._orders = {stream: log.Tail(home.down / stream) for stream in STREAMS}
        self._receipts = log.Tail(home.down / "receipts")
        self._receipts_seen = 0
        self.tables = Tables(self._sql, self._find_order)
        self.took_over = self._recover()
        if self._writer.last == 0:
            self.append(self._opening())

    def append(self, body: EntryBody, visit: tuple[str, str, str | None] | None = None) -> Envelope:
        """Make one fact durable: numbered, signed, in segment and tables, together with the visit's new state.

        `visit` is (id, body, run) as for `save_visit`. Raises Unwritable when the disk refuses.
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
        try:
            self._writer.append(payload)
            flushed = self._flusher.submit(self._writer.flush)
            self._commit(envelope, payload, visit)
            flushed.result()
        except (OSError, sqlite3.Error) as refused:
            raise Unwritable(f"entry {envelope.header.seq} ({body.kind}): {refused}") from refused
        self._clock.raise_floor(now.at)
        self._writer.publish(envelope.header.seq)
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
        """Apply the county's new orders, in order and once; each is an entry, done or refused with its reason."""
        done = []
        for stream, tail in self._orders.items():
            for seq, payload in tail.after(self.tables.cursor(stream), 100):
                entry = self._judge(stream, seq, payload)
                self.append(entry)
                done.append(entry)
        return done

    def hear_receipts(self) -> Receipt | None:
        """Check the county's newest receipts against our own tree; the newest that holds is kept and returned.

        Receipts are rows, not entries: an entry for each would ask for a receipt of its own, for ever.
        """
        heard = None
        for seq, payload in self._receipts.after(self._receipts_seen, 1000):
            self._receipts_seen = seq
            heard = self._holds(payload) or heard
        if heard is not None:
            kept = heard
            time = kept.time.isoformat()
            self._alone(lambda: self.tables.keep_receipt(kept.checkpoint.size, time, kept.note))
        return heard

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the tables; called when nobody is being served (performance.md §2.4)."""
        self._sql.execute("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        self._flusher.shutdown()
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

    # --- orders and receipts ------------------------------------------------------------------------------------

    def _judge(self, stream: str, seq: int, payload: bytes) -> OrderDone:
        """Is this the county's next order to us? The uplink that brought it is not believed."""
        digest = hashlib.sha256(payload).hexdigest()
        try:
            envelope = contract.read(payload)
            header = envelope.header
            if (header.log, header.seq) != (self._stream_name(stream), seq):
                raise contract.Malformed(f"{header.log}/{header.seq} is not our next order")
            day = datetime.fromisoformat(header.time).date()
            contract.verify(envelope, self._trust.grant(Use.ORDER, envelope.key, day).public)
            return OrderDone(stream, seq, envelope.order.kind, digest, done=True)
        except (ContractError, SealError, ValueError) as refused:
            return OrderDone(stream, seq, "", digest, done=False, reason=f"{type(refused).__name__}: {refused}"[:200])

    def _stream_name(self, stream: str) -> str:
        return f"{self.home.county}.{'all' if stream == 'all' else self.home.station}"

    def _find_order(self, stream: str, seq: int) -> Envelope:
        (found,) = self._orders[stream].after(seq - 1, 1)
        return contract.read(found[1])

    def _holds(self, note: bytes) -> Receipt | None:
        """A receipt is kept when the county's witness signed it and our own tree has that root at that size."""
        try:
            receipt = open_receipt(note.decode(), self._trust)
        except (SealError, UnicodeDecodeError):
            return None
        checkpoint = receipt.checkpoint
        if checkpoint.log != self.log or not 0 < checkpoint.size <= self._writer.last:
            return None
        return receipt if self.tables.root(checkpoint.size) == checkpoint.root else None

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
        return abs(in_segments - in_tables)

    def _roll_forward(self, after: int) -> None:
        for seq, payload in log.payloads(self.home.up):
            if seq > after:
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
        through = self._receipts.through
        if not through:
            return
        ((_, note),) = self._receipts.after(through - 1, 1)
        try:
            checkpoint = open_receipt(note.decode(), self._trust).checkpoint
        except SealError:
            return
        if checkpoint.log == self.log and checkpoint.size > self._writer.last:
            raise RolledBack(f"the county has {checkpoint.size} entries of this log, this card {self._writer.last}")

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
