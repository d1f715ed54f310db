"""Accounts, for administrators: who there is, a new one, other facts, an end, a new first password."""

from collections.abc import Mapping
from contextlib import closing

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from ui.county.accounts import account as accounts
from ui.county.accounts.account import Account
from ui.county.accounts.errors import Unfit
from ui.county.accounts.hiring import Hiring, draft_of
from ui.county.accounts.roles import Right, Role
from ui.county.migration import open_reader
from ui.county.sql import Where
from ui.county.web.answering import Answering
from ui.county.web.doors import Doors, Visitor

USERS = "/users"


class Users:
    def __init__(self, where: Where, doors: Doors, hiring: Hiring, answering: Answering) -> None:
        self._where = where
        self._doors = doors
        self._hiring = hiring
        self._answering = answering

    def routes(self) -> list[BaseRoute]:
        return [
            self._doors.page(USERS, self.listed, Right.USERS),
            self._doors.form(USERS, self.put, Right.USERS),
            self._doors.page(f"{USERS}/{{account}}", self.one, Right.USERS),
            self._doors.form(f"{USERS}/{{account}}/end", self.ended, Right.USERS),
            self._doors.form(f"{USERS}/{{account}}/password", self.password, Right.USERS),
            self._doors.form(f"{USERS}/{{account}}/codes", self.codes, Right.USERS),
        ]

    def listed(self, request: Request, visitor: Visitor) -> Response:
        return self._draw(request, visitor, "users.html", every=self._every(), roles=tuple(Role))

    def one(self, request: Request, visitor: Visitor) -> Response:
        found = self._find(request)
        if found is None:
            return self._answering.wrong(request, 404, "user", office=True)
        return self._draw(request, visitor, "user.html", one=found, roles=tuple(Role))

    def put(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        """A new account, with a password to hand over; or other facts of a known one."""
        try:
            first = self._hiring.put(draft_of(fields), visitor.account.id)
        except Unfit as unfit:
            typed = {**fields, "roles": [role for role in Role if f"role.{role}" in fields]}
            every = self._every()
            return self._draw(
                request, visitor, "users.html", 422, every=every, roles=tuple(Role), unfit=unfit, typed=typed
            )
        if not first:
            return RedirectResponse(f"{USERS}/{fields.get('id', '')}", 303)
        return self._draw(request, visitor, "handed.html", account=fields.get("id", ""), password=first)

    def ended(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        found = self._find(request)
        if found is None:
            return self._answering.wrong(request, 404, "user", office=True)
        if found.id == visitor.account.id:  # somebody has to be left who can take it back
            return self._answering.wrong(request, 409, "user_self", office=True)
        self._hiring.end(found.id, visitor.account.id, fields.get("reason", ""))
        return RedirectResponse(USERS, 303)

    def password(self, request: Request, visitor: Visitor, _fields: Mapping[str, str]) -> Response:
        found = self._find(request)
        if found is None or found.ended:
            return self._answering.wrong(request, 404, "user", office=True)
        first = self._hiring.first_password(found.id, visitor.account.id)
        return self._draw(request, visitor, "handed.html", account=found.id, password=first)

    def codes(self, request: Request, visitor: Visitor, _fields: Mapping[str, str]) -> Response:
        """The phone was lost: no code is asked until he sets one up again."""
        found = self._find(request)
        if found is None:
            return self._answering.wrong(request, 404, "user", office=True)
        self._hiring.drop_codes(found.id, visitor.account.id)
        return RedirectResponse(f"{USERS}/{found.id}", 303)

    def _every(self) -> list[Account]:
        with closing(open_reader(self._where)) as sql:
            return accounts.every(sql)

    def _find(self, request: Request) -> Account | None:
        with closing(open_reader(self._where)) as sql:
            return accounts.find(sql, request.path_params["account"])

    def _draw(self, request: Request, visitor: Visitor, template: str, status: int = 200, **values: object) -> Response:
        facts = {"unfit": None, "typed": {}, **values}
        return self._answering.page(request, lambda pages: pages.draw(template, **facts), status, visitor.account)
