"""Who asks, and whether he may: a session's cookie in, a visitor out. No page is served without a right but the public.

A form counts only when it comes from our own page: its cookie is SameSite=Strict, and what the browser says of where
the request began (Sec-Fetch-Site, Origin) has to agree.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kiosk.rules.messages import UserSession
from ui.county.accounts import account as accounts
from ui.county.accounts import sessions
from ui.county.accounts.account import Account
from ui.county.accounts.roles import Right
from ui.county.accounts.sessions import Session
from ui.county.acts import Act, Acts
from ui.county.migration import open_reader
from ui.county.reader import Reader
from ui.county.sql import Where
from ui.county.web.answering import Answering

COOKIE = "liangzheng-office"
SAFE = ("GET", "HEAD")
SIGN_IN, SIGN_OUT, CHANGE = "/sign-in", "/sign-out", "/me/password"
MOST_FIELDS = 300  # of one form
ALWAYS = (SIGN_OUT, CHANGE)  # for who has to change his password first


@dataclass(frozen=True, slots=True)
class Visitor:
    account: Account
    session: Session
    must_change: bool = False


Page = Callable[[Request, Visitor], Response]
Form = Callable[[Request, Visitor, Mapping[str, str]], Response]
Stream = Callable[[Request, Visitor], Awaitable[Response]]


class Guard(Route):
    """A route that asks for a right; None: it is enough to be signed in."""

    def __init__(self, path: str, endpoint: Callable[[Request], Any], right: Right | None, method: str) -> None:
        super().__init__(path, endpoint, methods=[method])
        self.right = right


class Doors:
    """`now` bears the offset of the county's time."""

    def __init__(self, where: Where, acts: Acts, answering: Answering, now: Callable[[], datetime]) -> None:
        self._where = where
        self._acts = acts
        self._answering = answering
        self._now = now

    # --- routes ---------------------------------------------------------------------------------------------------

    def page(self, path: str, handler: Page, right: Right | None) -> Guard:
        def answered(request: Request) -> Response:
            asked = self._asked(request, right)
            return asked if isinstance(asked, Response) else handler(request, asked)

        return Guard(path, answered, right, "GET")

    def form(self, path: str, handler: Form, right: Right | None) -> Guard:
        """`handler` gets the fields that were sent; it runs in a worker thread."""

        async def answered(request: Request) -> Response:
            asked = await run_in_threadpool(self._asked, request, right)
            if isinstance(asked, Response):
                return asked
            return await run_in_threadpool(handler, request, asked, await fields_of(request))

        return Guard(path, answered, right, "POST")

    def stream(self, path: str, handler: Stream, right: Right | None, method: str = "GET") -> Guard:
        """`handler` reads and answers as it likes: a stream, or files that a form brings."""

        async def answered(request: Request) -> Response:
            asked = await run_in_threadpool(self._asked, request, right)
            return asked if isinstance(asked, Response) else await handler(request, asked)

        return Guard(path, answered, right, method)

    # --- what every room of the office does -----------------------------------------------------------------------

    def reader(self, visitor: Visitor) -> Reader:
        """Sees no more than the visitor may."""
        return Reader(self._where, visitor.account.scope)

    def draw(self, request: Request, visitor: Visitor, template: str, status: int = 200, **values: Any) -> Response:
        return self._answering.page(request, lambda pages: pages.draw(template, **values), status, visitor.account)

    def wrong(self, request: Request, status: int, name: str, **facts: object) -> Response:
        return self._answering.wrong(request, status, name, office=True, **facts)

    # --- who asks -------------------------------------------------------------------------------------------------

    def visitor(self, request: Request) -> Visitor | None:
        """None for a browser that bears no session, or one that is over, or of an account that counts no more."""
        token, now = request.cookies.get(COOKIE, ""), self._now()
        if not token:
            return None
        with closing(open_reader(self._where)) as sql:
            session = sessions.find(sql, token)
            account = None if session is None else accounts.find(sql, session.account)
            secret = accounts.secret(sql, "" if session is None else session.account)
        if session is None or account is None:
            return None
        if session.is_over(now) or not account.counts(now.date()):
            self._acts.do(lambda act: _ended(act, session, token))
            return None
        if session.is_due(now):
            self._acts.do(lambda act: sessions.touch(act.sql, token, now))
        return Visitor(account, session, secret.must_change)

    def _asked(self, request: Request, right: Right | None) -> Visitor | Response:
        """The visitor, or what he is told instead."""
        if request.method not in SAFE and not is_own(request):
            return self._answering.wrong(request, 403, "foreign", office=True)
        visitor = self.visitor(request)
        if visitor is None or visitor.session.half:
            return self._to_sign_in(request)
        if visitor.must_change and request.url.path not in ALWAYS:
            return RedirectResponse(CHANGE, 303)
        if right is not None and right not in visitor.account.rights:
            return self._answering.wrong(request, 403, "right", office=True)
        return visitor

    def _to_sign_in(self, request: Request) -> Response:
        if request.method not in SAFE or "text/html" not in request.headers.get("accept", "text/html"):
            return self._answering.wrong(request, 401, "signed_out", office=True)
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        answer = RedirectResponse(SIGN_IN if wanted == "/" else f"{SIGN_IN}?to={quote(wanted, safe='/')}", 303)
        self._answering.keep_language(request, answer)
        return answer


def is_own(request: Request) -> bool:
    """Whether one of our own pages sent this (Fetch Metadata; RFC 6454 where a browser does not say)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return urlsplit(origin).netloc == request.headers.get("host", "-")


async def fields_of(request: Request) -> dict[str, str]:
    """The text fields of a form; files are not among them."""
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as sent:
        return {name: value for name, value in sent.items() if isinstance(value, str)}


def inside(wanted: str) -> str:
    """Where a visitor wanted to go, if that is a page of ours; else the first page."""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not (parts.scheme or parts.netloc)
    return wanted if ours else "/"


def _ended(act: Act, session: Session, token: str) -> None:
    sessions.end(act.sql, token)
    act.says(UserSession(session.account, "idle", session.name))
