"""The full check of a record, in slices that a restart does not lose. Reads only; the caller keeps how far it came.

A problem is `<code> <seq>`; `record.finding.<code>` in the word packs says what it means.
"""

from dataclasses import dataclass
from pathlib import Path

from kiosk import log, tree
from kiosk.checkpoint import Checkpoint, open_checkpoint
from kiosk.contract import ContractError, Envelope, key_id
from kiosk.record_error import Foreign
from kiosk.recovery import own, same
from kiosk.rules.messages import DayClosed
from kiosk.tables import Tables
from kiosk.trust import SealError

DAMAGED, DIFFERS, FOREIGN, NODE, TAKEN, DAY, RECEIPT = (
    "damaged", "differs", "foreign", "node", "taken", "day", "receipt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """Entries 1 … `seq` of `last` were checked since the check last began; `ended` when (ISO 8601), empty: not yet.

    `problem` is the last that was found; a check that comes to its end without one takes it back.
    """

    seq: int
    last: int
    ended: str
    problem: str


class Examiner:
    """Compares the two copies of the log of one key, entry by entry, with each other and with what was signed."""

    def __init__(self, tables: Tables, public: bytes, name: str) -> None:
        self._tables = tables
        self._public = public
        self._name = name

    def entry(self, seq: int, payload: bytes) -> str:
        """What is wrong with entry `seq`, as it lies in its segment; empty when nothing is. All before it are right."""
        taken = self._tables.retired.takes(seq)
        if not self._alike(payload, self._tables.payload(seq) or b"", going=taken is False):
            return DIFFERS
        try:
            envelope = own(payload, seq, self._public)
        except Foreign:
            return FOREIGN
        header = envelope.header
        if self._tables.head_of(seq) != (header.kind, header.time):
            return DIFFERS
        bare = envelope.body is None
        if (bare and taken is None) or (taken is True and not bare):
            return TAKEN
        return self._sealed(envelope)

    @staticmethod
    def _alike(payload: bytes, row: bytes, *, going: bool) -> bool:
        """While retention takes an entry, one copy may have lost its body before the other."""
        return payload == row or (going and same(payload, row))

    def receipt(self, last: int) -> str:
        """Whether our own tree has the root that the county confirmed last."""
        note, through = self._tables.receipt_note(), self._tables.receipted()
        if not note:
            return ""
        root = self._tables.root(through) if 0 < through <= last else b""
        return "" if note.startswith(Checkpoint(key_id(self._public), through, root).text()) else RECEIPT

    def _sealed(self, envelope: Envelope) -> str:
        """Every node that this leaf completes is what its children say; a day's close says the root before it."""
        seq = envelope.header.seq
        nodes = tree.added(seq - 1, tree.leaf_hash(envelope.header.bytes()), self._tables.node)
        if any(self._tables.node(level, index) != digest for level, index, digest in nodes):
            return NODE
        if envelope.header.kind != DayClosed.kind or envelope.body is None:
            return ""
        try:
            body = envelope.entry
            closed = open_checkpoint(body.checkpoint, self._name, self._public) if isinstance(body, DayClosed) else None
        except (ContractError, SealError):
            return DAY
        before = Checkpoint(key_id(self._public), seq - 1, self._tables.root(seq - 1))
        said = (body.size, body.root) if isinstance(body, DayClosed) else None
        return "" if closed == before and said == (before.size, before.root.hex()) else DAY


class FullCheck:
    """One slice after the other over a record that goes on growing."""

    def __init__(self, up: Path, tables: Tables, public: bytes, name: str) -> None:
        self._tail = log.Tail(up)
        self._tables = tables
        self._examiner = Examiner(tables, public, name)

    def state(self, last: int) -> Checked:
        seq, _, ended, problem = self._tables.full_check()
        return Checked(seq, last, ended, problem)

    def slice(self, most: int, last: int, now: str) -> tuple[Checked, str]:
        """Check up to `most` further entries; the state to keep, and when this check began. After an end: anew.

        Raises sqlite3.Error when the tables cannot be read.
        """
        seq, began, ended, before = self._tables.full_check()
        if ended or not began:
            seq, began = 0, now
        reached, problem = self._through(seq, most, last)
        if problem:
            return Checked(reached, last, now, problem), began
        whole = reached == last
        return Checked(reached, last, now if whole else "", "" if whole else before), began

    def _through(self, seq: int, most: int, last: int) -> tuple[int, str]:
        try:
            entries = self._tail.after(seq, most)
        except log.Damaged as wrong:
            return max(wrong.seq - 1, 0), f"{DAMAGED} {wrong.seq}"
        for number, payload in entries:
            wrong_here = self._examiner.entry(number, payload)
            if wrong_here:
                return number - 1, f"{wrong_here} {number}"
            seq = number
        wrong_end = self._examiner.receipt(last) if seq == last else ""
        return seq, f"{wrong_end} {self._tables.receipted()}" if wrong_end else ""
