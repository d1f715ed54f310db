"""What the county said that it keeps: down/kept/, a log of its signed words for blobs, and which blobs they name.

A receipt among them voids every word before it: it was lower than the one before, so the county was restored from a
copy, and what it kept after that copy it may have no longer. It says so at once of every blob that it does have.
"""

from pathlib import Path

from kiosk.checkpoint import open_kept
from kiosk.enrolment import TrustFile
from kiosk.log import Tail, Writer, payloads
from kiosk.trust import Broken

ROWS = 1 << 12
RECEIPT = b"liangzheng/log/"  # how the text of a receipt begins (FORMATS.md §5)


class Digests:
    """A set of SHA-256 digests at 32 bytes each: as many years of blobs as a card holds stay small in memory."""

    def __init__(self) -> None:
        self._rows = [bytearray() for _ in range(ROWS)]

    def add(self, digest: str) -> None:
        raw = bytes.fromhex(digest)
        self._row(raw).extend(raw)

    def __contains__(self, digest: str) -> bool:
        raw = bytes.fromhex(digest)
        row = self._row(raw)
        at = row.find(raw)
        while at > 0 and at % len(raw):  # it lies across two others
            at = row.find(raw, at + 1)
        return at >= 0

    def _row(self, raw: bytes) -> bytearray:
        return self._rows[int.from_bytes(raw[:2]) % ROWS]


class KeptBlobs:
    """The only writer of `folder`. Opening raises kiosk.log.LogError when another uplink runs or it is damaged."""

    def __init__(self, folder: Path, trust: TrustFile) -> None:
        self._trust = trust
        self._log = Writer(folder)
        if Tail(folder).through != self._log.last:  # nothing is written without need: the disk may be full
            self._publish()
        self._digests = Digests()
        for _, note in payloads(folder):
            self._learn(note)

    def __contains__(self, digest: str) -> bool:
        return digest in self._digests

    def judged(self, note: bytes) -> str:
        """The blob (SHA-256, hex) that the county's witness names. Raises SealError."""
        try:
            return open_kept(note.decode(), self._trust.now())
        except UnicodeDecodeError as wrong:
            raise Broken("not a word for a blob: not UTF-8") from wrong

    def add(self, digest: str, note: bytes) -> None:
        """Keep a judged note; it is durable when this returns."""
        self._log.append(note)
        self._publish()
        self._digests.add(digest)

    def void(self, receipt: bytes) -> None:
        """The county was restored, as this judged receipt says; durable when this returns."""
        self._log.append(receipt)
        self._publish()
        self._learn(receipt)

    def close(self) -> None:
        self._log.close()

    def _learn(self, note: bytes) -> None:
        if note.startswith(RECEIPT):
            self._digests = Digests()
        else:
            self._digests.add(_named(note))

    def _publish(self) -> None:
        self._log.flush()
        self._log.publish(self._log.last)


def _named(note: bytes) -> str:
    """The digest in a note that was judged when it came."""
    return note.partition(b"\n")[0].rpartition(b"/")[2].decode("ascii")
