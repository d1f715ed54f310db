"""What each act of the county's own log changes in the tables that pages read. The caller owns the transaction."""

import json

from kiosk.contract import ContractError, Envelope
from kiosk.rules.messages import ActBody, OrderGiven, UserEnded, UserPut, UserSecret, UserSession
from ui.county.sql import Sql

OFFICE = "office"  # whose log is the county's own; no station may have this name (kiosk.wire.RESERVED)


class ActTables:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def apply(self, entry: Envelope, log: str, seq: int) -> None:
        """An act of newer software is told by its kind alone."""
        try:
            act = entry.act
        except ContractError:
            self._note(entry, log, seq, "", "")
            return
        by, about = parties(act)
        self._note(entry, log, seq, by, about)
        match act:
            case UserPut():
                self._account(act, seq)
            case UserEnded(id=account):
                self._sql.execute("update account set ended = 1, seq = ? where id = ?", (seq, account))

    def _note(self, entry: Envelope, log: str, seq: int, by: str, about: str) -> None:
        self._sql.execute(
            "insert into act (log, seq, kind, by_account, about, time) values (?, ?, ?, ?, ?, ?)",
            (log, seq, entry.header.kind, by, about, entry.header.time),
        )

    def _account(self, user: UserPut, seq: int) -> None:
        lists = (json.dumps(list(one)) for one in (user.roles, user.regions, user.stations))
        self._sql.execute(
            "insert into account (id, name, roles, regions, stations, until, ended, seq)"
            " values (?, ?, ?, ?, ?, ?, 0, ?) on conflict (id) do update set name = excluded.name,"
            " roles = excluded.roles, regions = excluded.regions, stations = excluded.stations,"
            " until = excluded.until, ended = 0, seq = excluded.seq",
            (user.id, user.name, *lists, user.until, seq),
        )


def parties(act: ActBody) -> tuple[str, str]:
    """Who did it, and what it is about: an account, or an order as `stream/seq`."""
    match act:
        case UserPut(id=account, by=by) | UserEnded(id=account, by=by) | UserSecret(id=account, by=by):
            return by, account
        case UserSession(id=account):
            return account, account
        case OrderGiven(stream=stream, seq=seq, by=by):
            return by, f"{stream}/{seq}"
