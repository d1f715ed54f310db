"""Coming in: a password, then a one-time code where the account has one. Wrong tries cost time, whoever makes them.

Refused     code + facts; `county.door.<code>` is the sentence
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.rules.messages import UserSecret, UserSession
from ui.county.accounts import account as accounts
from ui.county.accounts import codes as one_time
from ui.county.accounts import passwords, sessions
from ui.county.accounts.account import Secret
from ui.county.accounts.codes import Codes
from ui.county.accounts.errors import Refused
from ui.county.accounts.passwords import Passwords
from ui.county.acts import Act, Acts
from ui.county.migration import open_reader
from ui.county.sql import Sql, Where

FREE = 5  # wrong tries in a row that cost nothing but themselves
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=1), timedelta(hours=1)
KNOCKS = 20  # names that are no account, from one address
KNOCKED = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Entered:
    """`token` is what the browser bears; `half`: the code is still to come."""

    token: str
    half: bool


class Entering:
    def __init__(self, where: Where, acts: Acts, secrets: Passwords, codes: Codes, now: Callable[[], datetime]) -> None:
        self._where = where
        self._acts = acts
        self._passwords = secrets
        self._codes = codes
        self._now = now

    def password(self, account: str, password: str, address: str) -> Entered:
        """Raises Refused: `wrong` says not whether the account exists."""
        now = self._now()
        with closing(open_reader(self._where)) as sql:
            known = accounts.find(sql, account)
            kept = accounts.secret(sql, account)
            knocked = _knocked(sql, address, now)
        if knocked:
            raise Refused("knocked", minutes=_minutes(KNOCKED))
        _unlocked(kept, now)
        right = self._passwords.is_right(password, kept.password)  # takes its time, and no lock
        if known is None or not known.counts(now.date()):
            self._acts.do(lambda act: _knock(act.sql, address, now))
            raise Refused("wrong")
        if not right:
            self._acts.do(lambda act: self._missed(act, account, address))
            raise Refused("wrong")
        return self._acts.do(lambda act: self._begun(act, account, address))

    def code(self, token: str, code: str, address: str) -> Entered:
        """The second half. Raises Refused."""
        now = self._now()
        with closing(open_reader(self._where)) as sql:
            session = sessions.find(sql, token)
            kept = accounts.secret(sql, "" if session is None else session.account)
        if session is None or not session.half or session.is_over(now):
            raise Refused("again")
        _unlocked(kept, now)
        step = self._codes.step(code, kept.codes, session.account, now, kept.used)
        account = session.account
        if step is None:
            self._acts.do(lambda act: self._missed(act, account, address))
            raise Refused("code")
        return self._acts.do(lambda act: self._completed(act, account, token, step, address))

    def leave(self, token: str, account: str, session: str) -> None:
        def left(act: Act) -> None:
            sessions.end(act.sql, token)
            act.says(UserSession(account, "out", session))

        self._acts.do(left)

    # --- one's own secrets ----------------------------------------------------------------------------------------

    def change(self, account: str, old: str, typed: tuple[str, str], token: str) -> None:
        """Another password, typed twice by its owner; his other browsers are signed out. Raises Refused."""
        new, again = typed
        if new != again:
            raise Refused("differs")
        with closing(open_reader(self._where)) as sql:
            kept = accounts.secret(sql, account)
        _unlocked(kept, self._now())
        if not self._passwords.is_right(old, kept.password):
            self._acts.do(lambda act: self._missed(act, account, ""))
            raise Refused("old_wrong")
        if old == new:
            raise Refused("same")
        hashed = self.accepted(new, account)

        def changed(act: Act) -> None:
            known = accounts.secret(act.sql, account)
            accounts.keep_secret(act.sql, account, replace(known, password=hashed, must_change=False))
            sessions.end_all(act.sql, account, but=token)
            act.says(UserSecret(account, "password", by=account))

        self._acts.do(changed)

    def accepted(self, password: str, account: str) -> str:
        """As it is kept. Raises Refused for one that is guessed first."""
        if why := passwords.fault(password, account):
            raise Refused(f"password_{why}", least=passwords.LEAST, most=passwords.MOST)
        return self._passwords.hashed(password)

    def take_codes(self, account: str, secret: str, code: str) -> None:
        """A code generator is asked from now on, once it has shown that it works. Raises Refused."""
        sealed = self._codes.sealed(secret, account)
        step = self._codes.step(code, sealed, account, self._now(), 0)
        if step is None or not one_time.is_secret(secret):
            raise Refused("code")

        def taken(act: Act) -> None:
            kept = accounts.secret(act.sql, account)
            accounts.keep_secret(act.sql, account, replace(kept, codes=sealed, used=step))
            act.says(UserSecret(account, "codes", by=account))

        self._acts.do(taken)

    # --- within ---------------------------------------------------------------------------------------------------

    def _missed(self, act: Act, account: str, address: str) -> None:
        kept = accounts.secret(act.sql, account)
        missed = replace(kept, tries=kept.tries + 1)
        if missed.tries >= FREE:
            until = self._now() + min(FIRST_LOCK * 2 ** min(missed.tries - FREE, 10), LONGEST_LOCK)
            missed = replace(missed, locked_until=until.isoformat(timespec="seconds"))
            act.says(UserSession(account, "locked", address=address))
        accounts.keep_secret(act.sql, account, missed)

    def _begun(self, act: Act, account: str, address: str) -> Entered:
        kept = accounts.secret(act.sql, account)
        half = bool(kept.codes)
        token, session = sessions.begin(act.sql, account, self._now(), half=half)
        if not half:
            accounts.keep_secret(act.sql, account, replace(kept, tries=0, locked_until=""))
            act.says(UserSession(account, "in", session.name, address))
        return Entered(token, half)

    def _completed(self, act: Act, account: str, half: str, step: int, address: str) -> Entered:
        """A new token: what was borne before the code opens nothing more. Raises Refused for a code used meanwhile."""
        kept = accounts.secret(act.sql, account)
        if step <= kept.used:
            raise Refused("code")
        sessions.end(act.sql, half)
        token, session = sessions.begin(act.sql, account, self._now(), half=False)
        accounts.keep_secret(act.sql, account, replace(kept, used=step, tries=0, locked_until=""))
        act.says(UserSession(account, "in", session.name, address))
        return Entered(token, half=False)


def _unlocked(kept: Secret, now: datetime) -> None:
    if kept.locked_until and (until := datetime.fromisoformat(kept.locked_until)) > now:
        raise Refused("locked", minutes=_minutes(until - now))


def _minutes(wait: timedelta) -> int:
    return -(-int(wait.total_seconds()) // 60)


def _knocked(sql: Sql, address: str, now: datetime) -> bool:
    row = sql.execute("select tries, since from knock where address = ?", (address,)).fetchone()
    return row is not None and row["tries"] >= KNOCKS and now - datetime.fromisoformat(row["since"]) < KNOCKED


def _knock(sql: Sql, address: str, now: datetime) -> None:
    """Counted anew once the time is over; what is older is forgotten."""
    sql.execute("delete from knock where since < ?", ((now - KNOCKED).isoformat(timespec="seconds"),))
    sql.execute(
        "insert into knock (address, tries, since) values (?, 1, ?)"
        " on conflict (address) do update set tries = knock.tries + 1",
        (address, now.isoformat(timespec="seconds")),
    )
