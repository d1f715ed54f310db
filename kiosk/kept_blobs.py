"""What the county said that it keeps: down/kept/, a log of its signed words for blobs, and which blobs they name."""

from pathlib import Path

from kiosk.checkpoint import open_kept
from kiosk.enrolment import TrustFile
from kiosk.log import Writer, payloads
from kiosk.trust import Broken

ROWS = 1 << 12


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
        self._publish()
        self._digests = Digests()
        for _, note in payloads(folder):
            self._digests.add(_named(note))

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

    def close(self) -> None:
        self._log.close()

    def _publish(self) -> None:
        self._log.flush()
        self._log.publish(self._log.last)


def _named(note: bytes) -> str:
    """The digest in a note that was judged when it came."""
    return note.partition(b"\n")[0].rpartition(b"/")[2].decode("ascii")
