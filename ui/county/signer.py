"""Signs what pages ask for: orders with the order key, cards with the card key. The one program that reads both.

It faces no network. An act counts only under the office key that the root granted, of somebody whose roles allow it,
and only for orders that belong on a page: keys, software, packs and settings are given by hand. Before an order is
given a line says where it will stand (ui.county.signed): killed in between, the program finds it and gives it once.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from kiosk.clock import Clock
from kiosk.contract import ContractError, Envelope, key_id, read, read_order, verify
from kiosk.log import LogError
from kiosk.rules.messages import CardMade, OrderAsked
from kiosk.trust import Grant, SealError, Trust, Use
from ui.county.accounts import account as accounts
from ui.county.accounts.roles import Right
from ui.county.database import DatabaseError, envelope_of, open_reader
from ui.county.office import OfficeError, make_card
from ui.county.ordered import Ordered
from ui.county.orders import ALL, Orders
from ui.county.signed import Book
from ui.county.sql import Sql, Where

LOOK_S = 0.5
AGAIN_S = 5.0
AT_ONCE = 200  # acts
# What a page may ask for, and the right that its visitor needs.
ALLOWED: Mapping[str, Right] = {
    "subjects.upsert": Right.REGISTER,
    "subjects.withdrawn": Right.REGISTER,
    "subjects.merged": Right.REGISTER,
    "credit.put": Right.REGISTER,
    "card.revoked": Right.REGISTER,
    "task.given": Right.ORDER,
    "task.withdrawn": Right.ORDER,
    "notice.put": Right.ORDER,
    "notice.withdrawn": Right.ORDER,
    "doctor.asked": Right.ORDER,
    "certificate.revoked": Right.ORDER,
    "alarm.seen": Right.CASE,
    "lot.released": Right.LAB,
}

logger = logging.getLogger(__name__)


class Signer:
    """Used by one thread, closed after. Raises OSError, and kiosk.log.Locked while another signs for this county."""

    def __init__(self, folder: Path, where: Where, trust: Callable[[], Trust], clock: Clock) -> None:
        self._folder = folder
        self._where = where
        self._trust = trust
        self._clock = clock
        self._orders = Orders(folder)
        self._ordered = Ordered(self._orders)
        self._book = Book(folder)

    def close(self) -> None:
        self._book.close()

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. What cannot be read or written now is tried again: nothing that was asked is lost."""
        wait = 0.0
        while not stop.wait(wait):
            try:
                wait = LOOK_S if self.once() == 0 else 0.0
            except (DatabaseError, LogError, OSError, SealError) as wrong:
                logger.warning("orders wait to be signed: %s", wrong)
                wait = AGAIN_S

    def once(self) -> int:
        """Sign what waits, at most AT_ONCE acts of each log; how many that were.

        Raises DatabaseError, OSError, SealError; kiosk.log.Locked while somebody gives an order by hand.
        """
        trust, done = self._trust(), 0
        offices = [grant for grant in trust.grants if grant.use == Use.OFFICE]
        with closing(open_reader(self._where)) as sql:
            for grant in offices:
                for envelope in self._waiting(sql, key_id(grant.public)):
                    self._settle(envelope, grant, trust, sql)
                    done += 1
        return done

    def _waiting(self, sql: Sql, log: str) -> list[Envelope]:
        rows = sql.execute(
            "select entry.* from act join entry using (log, seq) where act.log = ? and act.seq > ?"
            " and act.kind in ('order.asked', 'card.made') order by act.seq limit ?",
            (log, self._book.through(log), AT_ONCE),
        ).fetchall()
        return [envelope_of(row) for row in rows]

    def _settle(self, envelope: Envelope, grant: Grant, trust: Trust, sql: Sql) -> None:
        header = envelope.header
        try:
            said = self._signed(envelope, grant, trust, sql)
        except OfficeError as wrong:
            logger.warning("act %s/%d is not signed: %s", header.log, header.seq, wrong.code)
            said = {"refused": wrong.code}
        self._book.add(header.log, header.seq, **said)

    def _signed(self, envelope: Envelope, grant: Grant, trust: Trust, sql: Sql) -> dict[str, str | int]:
        """What the line says. Raises OfficeError."""
        try:
            verify(envelope, grant.public)
            act = envelope.act
        except ContractError as wrong:
            raise OfficeError("office.unsigned_unreadable") from wrong
        if trust.revocation(Use.OFFICE, envelope.header.log) is not None:
            raise OfficeError("office.unsigned_key")
        match act:
            case CardMade():
                self._allow(sql, act.by, Right.REGISTER)
                return self._card(act)
            case OrderAsked() if act.order in ALLOWED:
                self._allow(sql, act.by, ALLOWED[act.order])
                return self._order(act, envelope.header.log, envelope.header.seq, trust)
        raise OfficeError("office.unsigned_kind")

    def _card(self, made: CardMade) -> dict[str, str | int]:
        name = self._ordered.name(made.subject)
        if not name:  # no station knows him
            raise OfficeError("office.unsigned_subject")
        text = make_card(self._folder, made.subject, name, made.card, self._clock.now().at.date())
        return {"card": made.card, "text": text}

    def _order(self, asked: OrderAsked, log: str, seq: int, trust: Trust) -> dict[str, str | int]:
        known = {grant.name for grant in trust.grants if grant.use == Use.STATION}
        if asked.stream not in (ALL, *known):
            raise OfficeError("office.unsigned_station")
        try:
            body = read_order(asked.order, asked.text.encode())
        except ContractError as wrong:
            raise OfficeError("office.unsigned_unreadable") from wrong
        at = self._given_before(asked, self._book.begun(log, seq))
        if not at:
            now = self._clock.now()
            self._book.add(log, seq, begun=asked.stream, at=self._orders.through(asked.stream) + 1)
            at = self._orders.give(asked.stream, body, now.at, now.state).header.seq
        return {"stream": asked.stream, "seq": at}

    def _given_before(self, asked: OrderAsked, at: int) -> int:
        """Where this order stands, when it was given and only the line that says so is missing; 0: it was not."""
        if not at:
            return 0
        orders = map(read, self._orders.after(asked.stream, at - 1))
        same = (one.header.seq for one in orders if one.header.kind == asked.order and one.body == asked.text.encode())
        return next(same, 0)

    def _allow(self, sql: Sql, by: str, right: Right) -> None:
        account = accounts.find(sql, by) if by else None
        if account is None or right not in account.rights or not account.counts(self._clock.now().at.date()):
            raise OfficeError("office.unsigned_right")
