"""Accounts are made, changed and ended: by an administrator's page, or at the county's own machine.

Unfit       code + facts; `problem.office.user.<code>` is the sentence
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args

from kiosk.rules.messages import UserEnded, UserPut, UserSecret, UserSession
from kiosk.rules.messages.office import Region, UserId
from ui.county.accounts import account as accounts
from ui.county.accounts import passwords, sessions
from ui.county.accounts.errors import Unfit
from ui.county.accounts.passwords import Passwords
from ui.county.accounts.roles import LOCAL, Role
from ui.county.acts import Act, Acts
from ui.county.migration import open_reader
from ui.county.sql import Where

MOST_NAME, MOST_PARTS = 60, 200
ID_FORM, REGION_FORM = (get_args(one)[1] for one in (UserId, Region))


@dataclass(frozen=True, slots=True)
class Draft:
    """An account as it was typed."""

    id: str
    name: str
    roles: tuple[str, ...]
    regions: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    until: str = ""
    reason: str = ""


def draft_of(fields: Mapping[str, str]) -> Draft:
    """Of a form: roles are check boxes `role.<role>`, regions and stations stand in one field with blanks between."""
    roles = tuple(role.value for role in Role if f"role.{role}" in fields)
    regions, stations = (tuple(fields.get(name, "").replace(",", " ").split()) for name in ("regions", "stations"))
    account, name, until, reason = (fields.get(name, "").strip() for name in ("id", "name", "until", "reason"))
    return Draft(account, name, roles, regions, stations, until, reason)


class Hiring:
    def __init__(self, where: Where, acts: Acts, secrets: Passwords) -> None:
        self._where = where
        self._acts = acts
        self._passwords = secrets

    def put(self, draft: Draft, by: str) -> str:
        """The first password of a new account, to hand over; empty for one that was there. Raises Unfit."""
        check(draft)
        facts = (draft.id, draft.name, draft.roles, draft.regions, draft.stations, draft.until, by, draft.reason)
        with closing(open_reader(self._where)) as sql:
            known = accounts.find(sql, draft.id)
        first = passwords.made() if known is None or known.ended else ""
        hashed = self._passwords.hashed(first) if first else ""

        def put(act: Act) -> None:
            act.says(UserPut(*facts))
            if first:
                accounts.keep_secret(act.sql, draft.id, accounts.Secret(hashed, must_change=True))
                act.says(UserSecret(draft.id, "password", by))

        self._acts.do(put)
        return first

    def end(self, account: str, by: str, reason: str = "") -> None:
        """It opens nothing any more, from this moment."""

        def ended(act: Act) -> None:
            sessions.end_all(act.sql, account)
            accounts.keep_secret(act.sql, account, accounts.Secret())
            act.says(UserEnded(account, by, reason))
            act.says(UserSession(account, "ended"))

        self._acts.do(ended)

    def first_password(self, account: str, by: str) -> str:
        """A new one to hand over; every browser of the account is signed out, and a lock is lifted."""
        first = passwords.made()
        hashed = self._passwords.hashed(first)

        def given(act: Act) -> None:
            known = accounts.secret(act.sql, account)
            fresh = replace(known, password=hashed, tries=0, locked_until="", must_change=True)
            accounts.keep_secret(act.sql, account, fresh)
            sessions.end_all(act.sql, account)
            act.says(UserSecret(account, "password", by))

        self._acts.do(given)
        return first

    def drop_codes(self, account: str, by: str) -> None:
        def dropped(act: Act) -> None:
            known = accounts.secret(act.sql, account)
            accounts.keep_secret(act.sql, account, replace(known, codes="", used=0))
            sessions.end_all(act.sql, account)
            act.says(UserSecret(account, "codes_off", by))

        self._acts.do(dropped)


def check(draft: Draft) -> None:
    """Raises Unfit."""
    if not ID_FORM.fits(draft.id):
        raise Unfit("id", id=draft.id)
    if not draft.name or len(draft.name) > MOST_NAME:
        raise Unfit("name", most=MOST_NAME)
    if not draft.roles or any(role not in set(Role) for role in draft.roles):
        raise Unfit("roles", roles=", ".join(Role))
    if wrong := next((one for one in draft.regions if not REGION_FORM.fits(one)), ""):
        raise Unfit("region", region=wrong)
    if len(draft.regions) + len(draft.stations) > MOST_PARTS:
        raise Unfit("parts", most=MOST_PARTS)
    if LOCAL.intersection(draft.roles) and not (draft.regions or draft.stations):
        raise Unfit("whole")
    try:
        date.fromisoformat(draft.until or "2026-01-01")
    except ValueError as wrong_day:
        raise Unfit("until", until=draft.until) from wrong_day
