"""What may enter down/: receipts that the county's witness signed, and orders of its office that follow without a gap.

The uplink can withhold, never invent: the station checks everything again before it applies it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.checkpoint import Receipt, open_receipt
from kiosk.contract import Malformed, read
from kiosk.enrolment import TrustFile
from kiosk.heard_keys import HeardKeys
from kiosk.live_trust import LiveTrust, keys_put
from kiosk.log import Tail, Writer
from kiosk.trust import Broken, SealError
from kiosk.wire import Want

RECEIPTS_LOOKED_AT = 20  # the newest; one by a witness key that was taken back since counts no more
SEGMENTS_KEPT = 2  # of receipts: some twenty thousand; the last says all that they say


@dataclass(frozen=True, slots=True)
class Heard:
    """`fresh` orders were appended; `gap` when an order came whose predecessor we do not have."""

    fresh: int
    gap: bool


class Downward:
    """The only writer of down/. Opening raises kiosk.log.LogError when another uplink runs or a log is damaged."""

    def __init__(self, folder: Path, county: str, station: str, trust: TrustFile) -> None:
        self._trust = LiveTrust(trust.now)
        self._all, self._own = f"{county}.all", f"{county}.{station}"
        self._receipts = _opened(folder / "receipts")
        self._receipts.drop_old(SEGMENTS_KEPT)
        self._orders = {self._all: _opened(folder / "all"), self._own: _opened(folder / "own")}
        self._keys = HeardKeys(folder / "keys.json", self._trust, (folder / "all", folder / "own"))
        self._receipt = self._kept_receipt()

    @property
    def want(self) -> Want:
        return Want(all=self._orders[self._all].last, own=self._orders[self._own].last)

    @property
    def receipts(self) -> int:
        return self._receipts.last

    def through(self, log: str) -> int:
        """How far the newest receipt covers this log; 0 when it is for another."""
        if self._receipt is None or self._receipt.checkpoint.log != log:
            return 0
        return self._receipt.checkpoint.size

    def receipt(self, note: bytes, log: str, restored: Callable[[bytes], None] = lambda _: None) -> bool:
        """Append a receipt of our log that says something new; True when it did.

        A lower one is believed only when it is newer: then the county was restored, and `restored` is told before the
        receipt is kept, so that no power cut comes between. Raises SealError.
        """
        try:
            heard = open_receipt(note.decode(), self._trust.now())
        except UnicodeDecodeError as wrong:
            raise Broken("not a receipt: not UTF-8") from wrong
        if heard.checkpoint.log != log or not self._is_news(heard, log):
            return False
        if heard.checkpoint.size < self.through(log):
            restored(note)
        self._receipts.append(note)
        _publish(self._receipts)
        self._receipt = heard
        return True

    def orders(self, envelopes: list[bytes]) -> Heard:
        """Append each order that is exactly the next of its stream; one that we have changes nothing.

        Raises ContractError or SealError at the first that is not the office's, OSError when the disk refuses; those
        before it stay.
        """
        before = self._lasts()
        try:
            gaps = [self._order(data) for data in envelopes]
        finally:
            for writer in self._orders.values():
                show(writer)
        return Heard(sum(self._lasts().values()) - sum(before.values()), any(gaps))

    def close(self) -> None:
        for writer in (self._receipts, *self._orders.values()):
            writer.close()

    def _lasts(self) -> dict[str, int]:
        return {log: writer.last for log, writer in self._orders.items()}

    def _is_news(self, heard: Receipt, log: str) -> bool:
        if self._receipt is None or self._receipt.checkpoint.log != log:
            return True
        if heard.checkpoint.size < self._receipt.checkpoint.size:
            return heard.time > self._receipt.time
        return heard.checkpoint != self._receipt.checkpoint

    def _order(self, data: bytes) -> bool:
        """Append one order if it is the next; True when it lies beyond a gap."""
        envelope = read(data)
        writer = self._orders.get(envelope.header.log)
        if writer is None:
            raise Malformed("an order for another stream")
        if envelope.header.seq != writer.last + 1:
            return envelope.header.seq > writer.last
        county_wide = writer is self._orders[self._all]
        self._trust.check_order(envelope, county_wide)
        if (order := keys_put(envelope)) is not None:
            self._keys.hear(order, county_wide)
        writer.append(data)
        return False

    def _kept_receipt(self) -> Receipt | None:
        """The newest that still holds."""
        after = max(0, self._receipts.last - RECEIPTS_LOOKED_AT)
        for _, note in reversed(Tail(self._receipts.folder).after(after, RECEIPTS_LOOKED_AT)):
            try:
                return open_receipt(note.decode(), self._trust.now())
            except SealError:
                continue
        return None


def _opened(folder: Path) -> Writer:
    """What recovery found is made durable and shown to readers before anything follows it."""
    writer = Writer(folder)
    try:
        show(writer)
    except OSError:
        writer.close()
        raise
    return writer


def show(writer: Writer) -> None:
    """All that was appended, durable; nothing is written when readers know it: the disk may be full."""
    if Tail(writer.folder).through != writer.last:
        _publish(writer)


def _publish(writer: Writer) -> None:
    writer.flush()
    writer.publish(writer.last)
