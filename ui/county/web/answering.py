"""How a browser is answered: in its language, as a page that says what is wrong, with what keeps a page to itself."""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.county.accounts.account import Account
from ui.county.pages import Pages

YEAR = 365 * 24 * 3600
SECURITY = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Answering:
    """`pages` by language; `default` is that of a browser which has not chosen one."""

    def __init__(self, pages: dict[str, Pages], default: str) -> None:
        self.pages = pages
        self._default = default

    def language(self, request: Request) -> str:
        for wish in (request.query_params.get("lang"), request.cookies.get("lang")):
            if wish in self.pages:
                return wish
        return self._default

    def page(
        self, request: Request, draw: Callable[[Pages], str], status: int = 200, who: Account | None = None
    ) -> Response:
        pages = self.pages[self.language(request)].seen_by(who)
        response = HTMLResponse(draw(pages), status, headers={"cache-control": "no-store"})
        self.keep_language(request, response)
        return response

    def keep_language(self, request: Request, response: Response) -> None:
        """The one that was asked for by name is that of this browser from now on."""
        if (wish := request.query_params.get("lang")) in self.pages:
            response.set_cookie("lang", str(wish), max_age=YEAR, httponly=True, samesite="lax")

    def wrong(self, request: Request, status: int, name: str, *, office: bool, **facts: object) -> Response:
        return self.page(request, lambda pages: pages.wrong(name, office=office, **facts), status)


class Guarded:
    """Puts the security headers on every answer, streams included; a page that needs one wider says so itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)
