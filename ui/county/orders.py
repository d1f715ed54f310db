"""The county's order logs: what it tells all stations, and each one. One segment log per stream, signed by the office.

Only `give` reads the order key; a program that merely carries orders cannot make any.
"""

import secrets
from datetime import datetime
from pathlib import Path

from kiosk.clock import ClockState, Now
from kiosk.contract import MOST_BYTES, SALT_BYTES, Envelope, write
from kiosk.log import Tail, Writer
from kiosk.rules.messages import OrderBody
from kiosk.rules.personal.typed import misplaced
from kiosk.trust import read_key, read_trust
from ui.county.office import OfficeError, give_back

ALL = "all"


def check(body: OrderBody) -> None:
    """Raises OfficeError when an id in it is a person's number: it would stand in every list, code and topic."""
    places = misplaced(body)
    if places:
        raise OfficeError("office.order_personal", places=", ".join(places))


class Orders:
    """The order logs of the county in `folder`. Holds no lock between two orders: there is nothing to close."""

    def __init__(self, folder: Path) -> None:
        self._logs = folder / "orders"
        self._key = folder / "keys" / "order.key"
        self._trust = folder / "trust.json"
        self._tails: dict[str, Tail] = {}

    def give(self, stream: str, body: OrderBody, at: datetime, clock: ClockState = ClockState.NTP) -> Envelope:
        """Sign the next order of `all` or of one station; it is durable when this returns. `at` bears an offset.

        Raises OfficeError for an order that would do harm (`check`) or that no station could read, and kiosk.log.Locked
        while another program gives an order to the same stream; nothing is signed then.
        """
        check(body)
        key, county = read_key(self._key), read_trust(self._trust).county
        writer = Writer(self._logs / stream)
        try:
            envelope = write(
                body,
                log=f"{county}.{stream}",
                seq=writer.last + 1,
                time=Now(at, clock).text,
                clock=clock.value,
                salt=secrets.token_bytes(SALT_BYTES),
                key=key,
            )
            payload = envelope.bytes()
            if len(payload) > MOST_BYTES:  # every station's stream would stop before it, for ever
                raise OfficeError("office.order_size", bytes=len(payload), most=MOST_BYTES)
            writer.append(payload)
            writer.flush()
            writer.publish(writer.last)
        finally:
            writer.close()
            give_back(self._logs.parent, self._logs / stream, *(self._logs / stream).iterdir())
        return envelope

    def streams(self) -> list[str]:
        return sorted(folder.name for folder in self._logs.glob("*/") if (folder / "through").exists())

    def through(self, stream: str) -> int:
        return self._tail(stream).through

    def after(self, stream: str, seq: int, most: int = 50) -> list[bytes]:
        """Up to `most` orders (envelope bytes) that follow `seq`."""
        return [payload for _, payload in self._tail(stream).after(seq, most)]

    def _tail(self, stream: str) -> Tail:
        if stream not in self._tails:
            self._tails[stream] = Tail(self._logs / stream)
        return self._tails[stream]
