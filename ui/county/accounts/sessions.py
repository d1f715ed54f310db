"""Sessions: what a browser bears is random and kept only as its hash. The caller owns the transaction."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from ui.county.sql import Row, Sql

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
HALF = timedelta(minutes=5)  # for the code, after the password
TOUCHED = timedelta(minutes=1)  # between two notes that somebody is still there
TOKEN_BYTES = 32
SHOWN = 12  # digits of the hash that name a session in acts


@dataclass(frozen=True, slots=True)
class Session:
    """`half`: the password was right, the one-time code is still asked. Times are ISO 8601 with offset."""

    name: str
    account: str
    began: str
    seen: str
    half: bool

    def is_over(self, now: datetime) -> bool:
        began, seen = datetime.fromisoformat(self.began), datetime.fromisoformat(self.seen)
        if self.half:
            return now - began > HALF
        return now - seen > IDLE or now - began > LONGEST

    def is_due(self, now: datetime) -> bool:
        """Whether it should be noted that somebody is still there."""
        return now - datetime.fromisoformat(self.seen) > TOUCHED


def begin(sql: Sql, account: str, now: datetime, *, half: bool) -> tuple[str, Session]:
    """The token for the browser, and the session. What was over of this account is forgotten."""
    for row in sql.execute("select * from session where account = ?", (account,)).fetchall():
        if _session(row).is_over(now):
            sql.execute("delete from session where token = ?", (row["token"],))
    token, at = secrets.token_urlsafe(TOKEN_BYTES), now.isoformat(timespec="seconds")
    kept = _hash(token)
    sql.execute(
        "insert into session (token, account, began, seen, half) values (?, ?, ?, ?, ?)", (kept, account, at, at, half)
    )
    return token, Session(kept[:SHOWN], account, at, at, half)


def find(sql: Sql, token: str) -> Session | None:
    row = sql.execute("select * from session where token = ?", (_hash(token),)).fetchone()
    return None if row is None else _session(row)


def touch(sql: Sql, token: str, now: datetime) -> None:
    at = now.isoformat(timespec="seconds")
    sql.execute("update session set seen = ? where token = ?", (at, _hash(token)))


def end(sql: Sql, token: str) -> None:
    sql.execute("delete from session where token = ?", (_hash(token),))


def end_all(sql: Sql, account: str, but: str = "") -> None:
    """Every browser of an account but the one that bears the token `but`."""
    sql.execute("delete from session where account = ? and token <> ?", (account, _hash(but) if but else ""))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _session(row: Row) -> Session:
    return Session(row["token"][:SHOWN], row["account"], row["began"], row["seen"], bool(row["half"]))
