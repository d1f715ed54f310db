"""What the uplink has brought: orders and receipts, believed only under the county's own signature. Never writes.

The uplink faces the network. Whatever it leaves in down/ may hold things back; it can neither invent nor stop the box.
"""

import hashlib
import logging
from pathlib import Path

from kiosk import contract, log
from kiosk.checkpoint import Receipt, open_receipt
from kiosk.contract import ContractError, Envelope
from kiosk.live_trust import LiveTrust, words_of
from kiosk.log import LogError
from kiosk.rules.messages import KeysPut, OrderBody, OrderDone
from kiosk.trust import SealError

logger = logging.getLogger(__name__)

STREAMS = ("all", "own")
RECEIPTS_HEARD = 20  # the newest; each covers everything before it


class Brought:
    """`down` is the uplink's folder; `log` the name of our own log, which receipts must be of."""

    def __init__(self, down: Path, trust: LiveTrust, county: str, station: str, log_name: str) -> None:
        self._trust = trust
        self._log = log_name
        self._names = {"all": f"{county}.all", "own": f"{county}.{station}"}
        self._orders = {stream: log.Tail(down / stream) for stream in STREAMS}
        self._receipts = log.Tail(down / "receipts")
        self._ill: dict[Path, str] = {}
        self._judged: tuple[str, OrderBody] | None = None

    def judged(self, stream: str, seq: int) -> OrderDone | None:
        """Order `seq` of a stream as it would be recorded, done or refused; None while nothing was brought.

        `order` is empty when it is not the county's word: such bytes say nothing about the stream.
        """
        for _, payload in self._after(self._orders[stream], seq - 1, 1):
            return self._judge(stream, seq, payload)
        return None

    def order_of(self, done: OrderDone) -> OrderBody | None:
        """What our own entry says that it did, byte for byte; None when the uplink no longer has it.

        Also behind what the uplink has told of: a power cut may take its `through` back and leave the order.
        """
        if self._judged is not None and self._judged[0] == done.digest:
            return self._judged[1]
        try:
            payload = self._orders[done.stream].at(done.seq)
        except (LogError, OSError):
            return None
        return contract.read(payload).order if hashlib.sha256(payload).hexdigest() == done.digest else None

    def receipts(self, after: int) -> tuple[list[Receipt], int]:
        """The newest receipts of our log behind number `after`, newest first, and the number of the last one seen."""
        found = self._after(self._receipts, max(after, self._brought_receipts() - RECEIPTS_HEARD), RECEIPTS_HEARD)
        opened = [self._receipt(note) for _, note in reversed(found)]
        return [receipt for receipt in opened if receipt is not None], found[-1][0] if found else after

    def _judge(self, stream: str, seq: int, payload: bytes) -> OrderDone:
        digest, kind = hashlib.sha256(payload).hexdigest(), ""
        try:
            envelope = self._authentic(stream, seq, payload)
            kind = envelope.header.kind
            self._judged = (digest, self._checked(envelope.order))
            return OrderDone(stream, seq, kind, digest, done=True)
        except (ContractError, SealError, ValueError) as refused:
            reason = f"{type(refused).__name__}: {refused}"[:200]
            return OrderDone(stream, seq, kind, digest, done=False, reason=reason)

    def _authentic(self, stream: str, seq: int, payload: bytes) -> Envelope:
        envelope = contract.read(payload)
        header = envelope.header
        if (header.log, header.seq) != (self._names[stream], seq):
            raise contract.Malformed(f"{header.log}/{header.seq} is not our next order")
        self._trust.check_order(envelope, county_wide=stream == "all")
        return envelope

    def _checked(self, order: OrderBody) -> OrderBody:
        """Raises SealError for words about keys that are not the root's, whoever signed the order."""
        if isinstance(order, KeysPut):
            words = words_of(order)
            self._trust.now().merged(words.grants, words.revoked)
        return order

    def _receipt(self, note: bytes) -> Receipt | None:
        try:
            receipt = open_receipt(note.decode(), self._trust.now())
        except (SealError, UnicodeDecodeError):
            return None
        return receipt if receipt.checkpoint.log == self._log and receipt.checkpoint.size > 0 else None

    def _after(self, tail: log.Tail, seq: int, most: int) -> list[tuple[int, bytes]]:
        """A folder that cannot be read is an uplink that says nothing; told once."""
        try:
            found = tail.after(seq, most)
        except (LogError, OSError) as ill:
            if self._ill.get(tail.folder) != str(ill):
                self._ill[tail.folder] = str(ill)
                logger.warning("down/%s cannot be read: %s", tail.folder.name, ill)
            return []
        self._ill.pop(tail.folder, None)
        return found

    def _brought_receipts(self) -> int:
        try:
            return self._receipts.through
        except (LogError, OSError):
            return 0
