"""The county's witness: signs how far it has a log, remembers what it signed, and never signs what contradicts that.

Its memory lies beside the database, in `witness/<log>`, durable before a receipt leaves: a database that was changed,
or set back and filled with another story, cannot make it say two things of one log (C2SP tlog-witness asks the same).

    Contradiction      what the database holds now does not continue what was signed before
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import tree
from kiosk.checkpoint import Checkpoint, open_receipt, sign_kept, sign_receipt
from kiosk.enrolment import install
from kiosk.trust import Broken, SealError, Trust

SECOND = timedelta(seconds=1)  # the resolution of a receipt's time
GROUP_FOR = b"liangzheng intakes"
GROUP_LETTERS = 16


Version = tuple[int, int]  # inode and change of a file


class Contradiction(Exception):
    def __init__(self, log: str, size: int) -> None:
        super().__init__(f"the first {size} entries of log {log} are not those that a receipt was signed for")
        self.size = size


@dataclass(frozen=True, slots=True)
class Memory:
    """What was signed for most entries of a log, and last: they differ after the county was restored."""

    most: Checkpoint
    newest: Checkpoint
    time: datetime


class Witness:
    """Used by one thread; a log is signed by one intake at a time.

    Raises SealError when its memory is not what it wrote, OSError when it cannot write it.
    """

    def __init__(self, folder: Path, name: str, key: Ed25519PrivateKey) -> None:
        self._folder = folder
        self._name = name
        self._key = key
        self._memory: dict[str, tuple[Version, Memory]] = {}  # by log, with the file that it was read from
        folder.mkdir(mode=0o700, exist_ok=True)

    def receipt(self, head: Checkpoint, at: datetime, nodes: tree.Nodes, *, database_says: str, trust: Trust) -> str:
        """The receipt (text) for `head`; durably remembered when this returns.

        `nodes` is the tree of the log, `database_says` the last receipt that the database holds, of this intake or of
        another. Raises Contradiction.
        """
        known = self._known(head.log)
        if known is not None:
            _check(known.most, head, nodes)
            if head.size < known.newest.size:
                at = max(at, known.time + SECOND)  # a station believes a lower receipt only when it is newer
        if (told := _told(database_says, head.log, trust)) is not None:
            _check(told, head, nodes)
        self._remember(known, head, at)
        return sign_receipt(head, at, self._name, self._key)

    def kept(self, blob: str, at: datetime) -> str:
        """The word (text) that the county keeps a blob."""
        return sign_kept(blob, at, self._name, self._key)

    def _known(self, log: str) -> Memory | None:
        """What this intake, or another one on the same folder, remembers. A log has one signer at a time."""
        file = self._folder / log
        try:
            version = _version(file)
            if log not in self._memory or self._memory[log][0] != version:
                self._memory[log] = version, _read(log, file.read_bytes())
        except FileNotFoundError:
            return None
        return self._memory[log][1]

    def _remember(self, known: Memory | None, head: Checkpoint, at: datetime) -> None:
        most = head if known is None or head.size >= known.most.size else known.most
        file, memory = self._folder / head.log, Memory(most, head, at)
        if known is None or known.newest != head:
            install(file, _written(memory), 0o600)
        self._memory[head.log] = _version(file), memory


def group_of(key: Ed25519PrivateKey) -> str:
    """The group that a county's intakes share (ui.county.seat): the same for all who hold its witness key, and never
    written down.
    """
    return hmac.new(key.private_bytes_raw(), GROUP_FOR, hashlib.sha256).hexdigest()[:GROUP_LETTERS]


def _version(file: Path) -> Version:
    state = file.stat()
    return state.st_ino, state.st_mtime_ns


def _check(before: Checkpoint, head: Checkpoint, nodes: tree.Nodes) -> None:
    """A log that is shorter than what was signed (the county was restored) is compared when it is as long again."""
    if before.size > head.size:
        return
    same = before.root == head.root if before.size == head.size else tree.root(before.size, nodes) == before.root
    if not same:
        raise Contradiction(head.log, before.size)


def _told(note: str, log: str, trust: Trust) -> Checkpoint | None:
    """What a receipt in the database says of this log; one that is not the county's says nothing."""
    try:
        checkpoint = open_receipt(note, trust).checkpoint
    except SealError:
        return None
    return checkpoint if checkpoint.log == log else None


def _written(memory: Memory) -> bytes:
    table = {
        name: {"size": head.size, "root": head.root.hex()}
        for name, head in (("most", memory.most), ("newest", memory.newest))
    }
    return json.dumps(table | {"time": memory.time.isoformat()}, indent=1).encode() + b"\n"


def _read(log: str, data: bytes) -> Memory:
    try:
        table = json.loads(data)
        most, newest = (
            Checkpoint(log, int(table[name]["size"]), bytes.fromhex(table[name]["root"])) for name in ("most", "newest")
        )
        return Memory(most, newest, datetime.fromisoformat(table["time"]))
    except (ValueError, KeyError, TypeError) as wrong:
        raise Broken(f"what the witness remembers of log {log} cannot be read: {wrong}") from wrong
