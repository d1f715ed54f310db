"""Who may speak to the touch screen: this machine's own browser, by the token of this boot. Everyone else gets nothing.

Rule 1: the Host is the loopback (a rebound name is not). Rule 2: every route wants the token. Rule 3: a tap comes from
our own page. Rule 4: no page of ours runs script or style that is not one of our files.
"""

import logging
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

COOKIE = "liangzheng"
ENTRANCE = "/enter"
HOSTS = ("127.0.0.1", "localhost")
HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer a form of ours would post from the origin "null"
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()",
}


class LastResort:
    """A fault in a page becomes a page: `mended` draws it from the fault's name. What happened goes to the log."""

    def __init__(self, app: ASGIApp, mended: Callable[[str], str]) -> None:
        self._app = app
        self._mended = mended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return
        except Exception as fault:
            if begun:
                raise
            logger.exception("%s could not be drawn", scope.get("path"))
            await HTMLResponse(self._mended(type(fault).__name__), 500)(scope, receive, send)


class Guard:
    """ASGI middleware; `refused` gives the words of a refusal."""

    def __init__(self, app: ASGIApp, token: str, refused: Callable[[], str]) -> None:
        self._app = app
        self._token = token
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = self._status(Request(scope))
        answer = self._app if status is None else PlainTextResponse(self._refused(), status)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _sealed(scope["path"], MutableHeaders(scope=message))
            await send(message)

        await answer(scope, receive, guarded)

    def _status(self, request: Request) -> int | None:
        """The status of a refusal; None for who may come in."""
        host = request.headers.get("host", "")
        if host.rsplit(":", 1)[0].lower() not in HOSTS:
            return 400
        if not self._knows(request):
            return 403
        return None if _from_here(request, host) else 403

    def _knows(self, request: Request) -> bool:
        shown = request.cookies.get(COOKIE, "")
        if request.url.path == ENTRANCE:
            shown = request.query_params.get("token", "")
        return secrets.compare_digest(shown.encode(), self._token.encode())


def _from_here(request: Request, host: str) -> bool:
    """Cookies are shared between the ports of a host: another local page must not tap for the person."""
    origin = request.headers.get("origin")
    if request.method in ("GET", "HEAD") or origin is None:
        return True
    return urlsplit(origin).netloc.lower() == host.lower()


def _sealed(path: str, headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    headers["cache-control"] = "no-cache" if path.startswith("/static/") else "no-store"
