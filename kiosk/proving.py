"""Badges and PINs: whose they are, and whether what was typed is right. Nobody's PIN is stored as it was typed.

After some wrong ones a badge rests, also over restarts (kiosk.tries): nobody finds a PIN by trying. One thread.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import date

from kiosk import staff_pin
from kiosk.order_table import OrderTable
from kiosk.rules.messages import Staff
from kiosk.rules.scan import codes, tags
from kiosk.rules.scan.codes import Kind
from kiosk.rules.scan.tags import Tag
from kiosk.rules.sentence import Sentence
from kiosk.tries import Pace, Tries

PACE = Pace(most=5, rest=60.0, longest=3600.0)  # 5 an hour at last: 10 000 PINs take three months
HASH_BYTES = 16


class Badges:
    def __init__(self, orders: OrderTable, today: Callable[[], date], tries: Tries) -> None:
        self._orders = orders
        self._today = today
        self._tries = tries

    def shown(self, data: bytes) -> Staff | Sentence | None:
        """Whose badge was held up, or why it opens nothing; None for a code of another kind."""
        scanned = codes.explain(data)
        if scanned.kind is not Kind.BADGE:
            return None
        return self.numbered(scanned.text) if scanned.ok else Sentence("entrance.badge_unread")

    def numbered(self, typed: str) -> Staff | Sentence:
        """Whose badge has this number; hyphens, spaces and case are free."""
        number = tags.parse_tag(typed, Tag.BADGE)
        if number is None:
            return Sentence("entrance.badge_unread")
        person = self._orders.staff_by_badge(number)
        if person is None:
            return Sentence("entrance.badge_unknown", {"badge": tags.shown_tag(number)})
        return self._valid(person)

    def known(self, staff: str) -> Staff | None:
        """Who has this id and may work here today."""
        person = next((one for one in self._orders.staff() if one.id == staff), None)
        return person if person is not None and isinstance(self._valid(person), Staff) else None

    def wrong(self, staff: str, typed: str) -> Sentence | None:
        """What is wrong with this PIN; None: it is his. While a badge rests no PIN is looked at."""
        whose = f"badge/{staff}"
        if left := self._tries.rests(whose):
            return rests(left)
        person = self.known(staff)
        if person is None or not person.pin:
            return Sentence("entrance.pin_none")
        if staff_pin.is_pin(typed) and staff_pin.verify(typed, person.pin):
            self._tries.right(whose)
            return None
        if more := self._tries.wrong(whose, PACE):
            return Sentence("entrance.pin_wrong", {"left": str(more)})
        return rests(self._tries.rests(whose))

    def _valid(self, person: Staff) -> Staff | Sentence:
        if person.until and self._today().isoformat() > person.until:
            return Sentence("entrance.badge_over", {"name": person.name, "until": person.until})
        return person


class Pins:
    """PINs of subjects: a hash with a key that never leaves the box, so that nobody who reads the log can try them.

    `secret`: kiosk.private_data.station_secret.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def kept(self, fresh: str, typed: str) -> str:
        """Hex of `fresh` (hex, random) and the hash."""
        return fresh + self._hash(fresh, typed)

    def fits(self, typed: str, kept: str) -> bool:
        fresh, known = kept[: -2 * HASH_BYTES], kept[-2 * HASH_BYTES :]
        return bool(fresh) and hmac.compare_digest(self._hash(fresh, typed), known)

    def _hash(self, fresh: str, typed: str) -> str:
        told = f"pin.set {fresh} {typed}".encode()
        return hmac.new(self._secret, told, hashlib.sha256).digest()[:HASH_BYTES].hex()


def rests(seconds: int) -> Sentence:
    return Sentence("entrance.pin_rests", {"seconds": str(seconds)})
