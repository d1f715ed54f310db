"""What the demonstration's county office has ordered: its staff with their PINs, whom it watches, tasks, and a notice
(office.json).
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import Any

from pydantic import TypeAdapter

from kiosk.rules.messages import (
    Credit,
    CreditPut,
    NoticePut,
    OrderBody,
    Staff,
    StaffPut,
    Subject,
    SubjectsUpsert,
    TaskGiven,
    UserPut,
    UserSecret,
)
from kiosk.rules.scan.tags import RANDOM_BYTES, Tag, tag_number
from kiosk.staff_pin import hashed
from ui.county.accounts.account import Secret, keep_secret
from ui.county.accounts.passwords import Passwords
from ui.county.acts import Act, Acts

DAYS = 30  # that tasks and notices stand


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at the demonstration's station. The PIN is no secret here: it is told on the screen."""

    id: str
    name: str
    roles: tuple[str, ...]
    pin: str

    @property
    def badge(self) -> str:
        """The number on it; the same in every demonstration."""
        return tag_number(Tag.BADGE, hashlib.sha256(self.id.encode()).digest()[:RANDOM_BYTES])


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the county's pages. The password is no secret here: it is told beside the address."""

    id: str
    name: str
    roles: tuple[str, ...]
    password: str


@dataclass(frozen=True, slots=True)
class Office:
    staff: tuple[Colleague, ...]
    accounts: tuple[Login, ...]
    watched: tuple[Subject, ...]
    tasks: tuple[dict[str, Any], ...]
    notices: tuple[dict[str, Any], ...]

    def orders(self, today: date) -> list[OrderBody]:
        until = (today + timedelta(days=DAYS)).isoformat()
        staff = tuple(Staff(one.id, one.name, one.roles, one.badge, hashed(one.pin)) for one in self.staff)
        tasks = (TypeAdapter(TaskGiven).validate_python({**task, "until": until}) for task in self.tasks)
        dates = {"since": today.isoformat(), "until": until}
        notices = (TypeAdapter(NoticePut).validate_python({**notice, **dates}) for notice in self.notices)
        watches = CreditPut(tuple(Credit(one.id, "C", "watch", today.isoformat()) for one in self.watched))
        return [StaffPut(staff), SubjectsUpsert(self.watched), watches, *tasks, *notices]

    def opens_accounts(self, acts: Acts, passwords: Passwords) -> None:
        """Nobody has to change a password that everybody is told."""

        def opened(act: Act) -> None:
            for one in self.accounts:
                act.says(UserPut(one.id, one.name, one.roles))
                keep_secret(act.sql, one.id, Secret(passwords.hashed(one.password)))
                act.says(UserSecret(one.id, "password"))

        acts.do(opened)


def office() -> Office:
    return TypeAdapter(Office).validate_json((resources.files("ui.demo") / "office.json").read_bytes())
