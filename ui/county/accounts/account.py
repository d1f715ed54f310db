"""Accounts of the county's pages, as its own log says them; and the one secret that only their owner knows.

`find`, `every` and `secret` take any connection; what changes is said by an act (ui.county.acts).
"""

import json
from dataclasses import dataclass
from datetime import date

from ui.county.accounts.roles import Right, rights_of
from ui.county.accounts.scope import Scope
from ui.county.sql import Row, Sql


@dataclass(frozen=True, slots=True)
class Account:
    """`until` is an ISO 8601 day, the last one; empty: none is set. `has_codes`: a second factor is asked."""

    id: str
    name: str
    roles: tuple[str, ...]
    scope: Scope
    until: str
    ended: bool
    has_codes: bool = False
    locked_until: str = ""

    @property
    def rights(self) -> frozenset[Right]:
        return rights_of(self.roles)

    def counts(self, today: date) -> bool:
        return not self.ended and (not self.until or today.isoformat() <= self.until)


@dataclass(frozen=True, slots=True)
class Secret:
    """`password` in PHC form, `codes` sealed, `used` the time step of the last code, `tries` wrong ones in a row.

    `locked_until` is ISO 8601; `must_change`: somebody else knows the password.
    """

    password: str = ""
    codes: str = ""
    used: int = 0
    tries: int = 0
    locked_until: str = ""
    must_change: bool = False


ACCOUNT = """select account.*, coalesce(secret.codes, '') as codes, coalesce(secret.locked_until, '') as locked_until
  from account left join secret on secret.account = account.id"""


def find(sql: Sql, account: str) -> Account | None:
    row = sql.execute(f"{ACCOUNT} where account.id = ?", (account,)).fetchone()
    return None if row is None else _account(row)


def every(sql: Sql) -> list[Account]:
    """Those that count before those that ended, by their id."""
    return [_account(row) for row in sql.execute(f"{ACCOUNT} order by account.ended, account.id")]


def secret(sql: Sql, account: str) -> Secret:
    """That of nobody is empty."""
    row = sql.execute("select * from secret where account = ?", (account,)).fetchone()
    if row is None:
        return Secret()
    known = {name: row[name] for name in ("password", "codes", "used", "tries", "locked_until")}
    return Secret(**known, must_change=bool(row["must_change"]))


def keep_secret(sql: Sql, account: str, kept: Secret) -> None:
    """In the transaction that stands."""
    sql.execute(
        "insert into secret (account, password, codes, used, tries, locked_until, must_change)"
        " values (?, ?, ?, ?, ?, ?, ?) on conflict (account) do update set password = excluded.password,"
        " codes = excluded.codes, used = excluded.used, tries = excluded.tries,"
        " locked_until = excluded.locked_until, must_change = excluded.must_change",
        (account, kept.password, kept.codes, kept.used, kept.tries, kept.locked_until, kept.must_change),
    )


def _account(row: Row) -> Account:
    scope = Scope(tuple(json.loads(row["regions"])), tuple(json.loads(row["stations"])))
    roles = tuple(json.loads(row["roles"]))
    state = (bool(row["ended"]), bool(row["codes"]), row["locked_until"])
    return Account(row["id"], row["name"], roles, scope, row["until"], *state)
