"""Signing in and out, one's own password and code generator: pages that everybody with an account has."""

from collections.abc import Mapping
from urllib.parse import quote

import segno
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from ui.county.accounts import codes
from ui.county.accounts.entering import Entered, Entering
from ui.county.accounts.errors import Refused
from ui.county.accounts.passwords import LEAST
from ui.county.accounts.sessions import LONGEST
from ui.county.web.answering import Answering
from ui.county.web.doors import CHANGE, COOKIE, SIGN_IN, SIGN_OUT, Doors, Visitor, fields_of, inside, is_own

CODE, ME, MY_CODES = "/sign-in/code", "/me", "/me/codes"
MOST_NAME = 64
DONE = ("password", "codes")


class SignIn:
    def __init__(self, doors: Doors, entering: Entering, answering: Answering, county: str) -> None:
        self._doors = doors
        self._entering = entering
        self._answering = answering
        self._county = county

    def routes(self) -> list[BaseRoute]:
        return [
            Route(SIGN_IN, self.asked),
            Route(SIGN_IN, self.entered, methods=["POST"]),
            Route(CODE, self.code_asked),
            Route(CODE, self.code_entered, methods=["POST"]),
            self._doors.form(SIGN_OUT, self.left, None),
            self._doors.page(ME, self.me, None),
            self._doors.page(CHANGE, self.password_asked, None),
            self._doors.form(CHANGE, self.password_changed, None),
            self._doors.page(MY_CODES, self.codes_asked, None),
            self._doors.form(MY_CODES, self.codes_taken, None),
        ]

    # --- coming in ------------------------------------------------------------------------------------------------

    def asked(self, request: Request) -> Response:
        visitor = self._doors.visitor(request)
        if visitor is None:
            return self._form(request, "sign_in.html", to=inside(request.query_params.get("to", "")))
        return RedirectResponse(CODE if visitor.session.half else "/", 303)

    async def entered(self, request: Request) -> Response:
        """A password: to the first page, or on to the code."""
        fields = await fields_of(request)
        return await run_in_threadpool(self._entered, request, fields)

    def _entered(self, request: Request, fields: Mapping[str, str]) -> Response:
        account, to = fields.get("account", "").strip().lower()[:MOST_NAME], inside(fields.get("to", ""))
        if not is_own(request):
            return self._answering.wrong(request, 403, "foreign", office=True)
        try:
            entered = self._entering.password(account, fields.get("password", ""), _address(request))
        except Refused as refused:
            return self._form(request, "sign_in.html", refused, to=to, account=account)
        return self._in(request, entered, f"{CODE}?to={quote(to, safe='/')}" if entered.half else to)

    def code_asked(self, request: Request) -> Response:
        return self._form(request, "code.html", to=inside(request.query_params.get("to", "")))

    async def code_entered(self, request: Request) -> Response:
        fields = await fields_of(request)
        return await run_in_threadpool(self._code_entered, request, fields)

    def _code_entered(self, request: Request, fields: Mapping[str, str]) -> Response:
        to, token = inside(fields.get("to", "")), request.cookies.get(COOKIE, "")
        if not is_own(request):
            return self._answering.wrong(request, 403, "foreign", office=True)
        try:
            entered = self._entering.code(token, fields.get("code", "").strip(), _address(request))
        except Refused as refused:
            if refused.code == "again":
                return self._form(request, "sign_in.html", refused, to=to)
            return self._form(request, "code.html", refused, to=to)
        return self._in(request, entered, to)

    # --- and going ------------------------------------------------------------------------------------------------

    def left(self, request: Request, visitor: Visitor, _fields: Mapping[str, str]) -> Response:
        self._entering.leave(request.cookies[COOKIE], visitor.account.id, visitor.session.name)
        answer = RedirectResponse(SIGN_IN, 303)
        answer.delete_cookie(COOKIE, path="/")
        return answer

    # --- one's own ------------------------------------------------------------------------------------------------

    def me(self, request: Request, visitor: Visitor) -> Response:
        done = request.query_params.get("done", "")
        return self._form(request, "me.html", visitor=visitor, done=done if done in DONE else "")

    def password_asked(self, request: Request, visitor: Visitor) -> Response:
        return self._form(request, "password.html", visitor=visitor, least=LEAST)

    def password_changed(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        old, new = fields.get("old", ""), (fields.get("new", ""), fields.get("again", ""))
        try:
            self._entering.change(visitor.account.id, old, new, request.cookies[COOKIE])
        except Refused as refused:
            return self._form(request, "password.html", refused, visitor=visitor, least=LEAST)
        return RedirectResponse(f"{ME}?done=password", 303)

    def codes_asked(self, request: Request, visitor: Visitor) -> Response:
        return self._codes(request, visitor, codes.made())

    def codes_taken(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        secret = fields.get("secret", "")
        try:
            self._entering.take_codes(visitor.account.id, secret, fields.get("code", "").strip())
        except Refused as refused:
            return self._codes(request, visitor, secret if codes.is_secret(secret) else codes.made(), refused)
        return RedirectResponse(f"{ME}?done=codes", 303)

    def _codes(self, request: Request, visitor: Visitor, secret: str, refused: Refused | None = None) -> Response:
        code = segno.make(codes.address(secret, visitor.account.id, self._county), error="m")
        drawn = Markup(code.svg_inline(scale=6, border=4))  # noqa: S704  rectangles of segno, no text of anybody
        return self._form(request, "codes.html", refused, visitor=visitor, secret=secret, drawn=drawn)

    # --- within ---------------------------------------------------------------------------------------------------

    def _form(
        self,
        request: Request,
        template: str,
        refused: Refused | None = None,
        visitor: Visitor | None = None,
        **values: object,
    ) -> Response:
        return self._answering.page(
            request,
            lambda pages: pages.draw(template, refused=refused, **{"account": "", **values}),
            200 if refused is None else 422,
            None if visitor is None else visitor.account,
        )

    def _in(self, request: Request, entered: Entered, to: str) -> Response:
        answer = RedirectResponse(to, 303)
        secure = request.url.scheme == "https"
        longest = int(LONGEST.total_seconds())
        answer.set_cookie(COOKIE, entered.token, longest, httponly=True, samesite="strict", secure=secure)
        return answer


def _address(request: Request) -> str:
    return "" if request.client is None else request.client.host
