"""The county's own log: every act is an entry that the office key signs, in one commit with what it changes.

It stands among the logs of the stations, in the same form: the same tree, the same proof, the same audit.
"""

import base64
import secrets
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib import metadata
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import Now
from kiosk.contract import SALT_BYTES, Envelope, canonical, key_id, write
from kiosk.rules.messages import ActBody, Opened, OrderAsked, OrderBody
from kiosk.trust import public_bytes, read_key
from ui.county.act_tables import OFFICE
from ui.county.commit import Commit
from ui.county.database import Database
from ui.county.orders import check
from ui.county.sql import Sql, Where

T = TypeVar("T")


class Act:
    """One transaction of somebody at the office: `sql` for what no act holds, `says` for what he did."""

    def __init__(self, sql: Sql, commit: Commit, county: str, key: Ed25519PrivateKey, now: Callable[[], Now]) -> None:
        self.sql = sql
        self._now = now
        self._commit = commit
        self._county = county
        self._key = key
        self._log = key_id(public_bytes(key))

    def says(self, *bodies: ActBody) -> None:
        self._commit.own(self._log, lambda seq: self._entries(seq, bodies))

    def asks(self, stream: str, body: OrderBody, by: str, about: str = "", reason: str = "") -> None:
        """An order for `all` or one station, which the program that holds the order key gives (ui.county.signer).

        Raises OfficeError for an order that would do harm.
        """
        check(body)
        text = canonical(body).decode()
        self.says(OrderAsked(stream, body.kind, text, about, by, reason))

    def _entries(self, seq: int, bodies: Sequence[ActBody]) -> list[Envelope]:
        """The first of all says whose log it is, as a station's does.

        The time is that of the moment in which nobody else extends the log: it never goes back from entry to entry.
        """
        now, first = self._now(), list[ActBody | Opened]()
        if seq == 1:
            key, software = base64.b64encode(public_bytes(self._key)).decode(), metadata.version("liangzheng")
            first = [Opened(self._county, OFFICE, key, software)]
        return [self._entry(seq + nth, body, now) for nth, body in enumerate([*first, *bodies])]

    def _entry(self, seq: int, body: ActBody | Opened, now: Now) -> Envelope:
        salt = secrets.token_bytes(SALT_BYTES)
        return write(body, log=self._log, seq=seq, time=now.text, clock=now.state.value, salt=salt, key=self._key)


class Acts:
    """`key` is the file of the office key: who may read it may act. Used by many threads, each with its connection."""

    def __init__(
        self, where: Where, key: Path, county: str, now: Callable[[], Now], on_commit: Callable[[], None]
    ) -> None:
        self._where = where
        self._key = key
        self._county = county
        self._now = now
        self._on_commit = on_commit

    def do(self, work: Callable[[Act], T]) -> T:
        """All of `work` in one commit; it may be begun anew when another was in the way.

        Raises DatabaseError, and OSError or SealError when the office key cannot be read: nothing is done then.
        """
        key = read_key(self._key)
        with closing(Database(self._where)) as database:
            done = database.act(lambda sql, commit: work(Act(sql, commit, self._county, key, self._now)))
        self._on_commit()
        return done
