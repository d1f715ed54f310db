"""Accounts of a county's pages for tests: an office that may act, and browsers whose owners are signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kiosk.clock import ClockState, Now
from kiosk.rules.messages import UserPut
from ui.county.accounts import account as accounts
from ui.county.accounts import sessions
from ui.county.accounts.codes import KEY_BYTES, PAGES
from ui.county.accounts.passwords import Passwords
from ui.county.accounts.roles import Role
from ui.county.acts import Act, Acts
from ui.county.app import Desks
from ui.county.sql import Where
from ui.county.web.doors import COOKIE

PASSWORD = "river-stone-42"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass(frozen=True, slots=True)
class OfficeAccounts:
    """The office of one county: `desks` for its app."""

    desks: Desks
    now: Callable[[], datetime]

    def put(self, account: str, *roles: str, regions: tuple[str, ...] = (), stations: tuple[str, ...] = ()) -> None:
        """An account with PASSWORD."""

        def put(act: Act) -> None:
            act.says(UserPut(account, account.title(), roles, regions, stations))
            accounts.keep_secret(act.sql, account, accounts.Secret(CHEAP.hashed(PASSWORD)))

        self.desks.acts.do(put)

    def token(self, account: str) -> str:
        """What the browser of somebody bears who is signed in."""
        return self.desks.acts.do(lambda act: sessions.begin(act.sql, account, self.now(), half=False)[0])

    def cookies(self, *roles: str, account: str = "officer") -> dict[str, str]:
        """Of a browser; by default its owner may do everything."""
        self.put(account, *(roles or [role.value for role in Role]))
        return {COOKIE: self.token(account)}


def office_accounts(
    folder: Path,
    where: Where,
    key: Ed25519PrivateKey,
    county: str,
    now: Callable[[], datetime],
    on_commit: Callable[[], None],
) -> OfficeAccounts:
    """`folder` gets the two keys that the pages need."""
    folder.mkdir(parents=True, exist_ok=True)
    office, pages = folder / "office.key", folder / PAGES
    office.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    pages.write_bytes(bytes(KEY_BYTES))
    acts = Acts(where, office, county, lambda: Now(now(), ClockState.NTP), on_commit)
    return OfficeAccounts(Desks(acts, folder, pages, CHEAP), now)
