"""Who may speak to the touch screen: this machine's own browser, by the token of this boot. Everyone else gets nothing.

Rule 1: the Host is the loopback (a rebound name is not). Rule 2: every route and method wants the token. Rule 3: what
is asked for comes from our own page, as the browser itself says. Rule 4: no page of ours runs script or style that is
not one of our files. Rule 5: whatever fails becomes a page with a support code, which stands in the log as well.
"""

import logging
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.station.door import let_in

logger = logging.getLogger(__name__)

COOKIE = "liangzheng"
ENTRANCE = "/enter"
HOSTS = ("127.0.0.1", "localhost")
OWN = ("same-origin", "none")  # Fetch Metadata: our own page, or the browser by itself
HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; media-src 'self'; object-src 'none'; "
    "frame-src 'none'; worker-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer a form of ours would post from the origin "null"
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), "
    "bluetooth=(), midi=(), display-capture=(), clipboard-read=(), clipboard-write=(), fullscreen=()",
}


class LastResort:
    """A fault in a page becomes a page: `mended` draws it from a support code, whole, or as the part that a tap asked
    for. What happened goes to the log under the same code."""

    def __init__(self, app: ASGIApp, mended: Callable[[str, bool], str]) -> None:
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
            code = support_code(type(fault).__name__)
            logger.exception("%s: %s could not be drawn", code, scope.get("path"))
            whole = "hx-request" not in Headers(scope=scope)
            await HTMLResponse(self._mended(code, whole), 500)(scope, receive, send)


def support_code(what: str) -> str:
    """Short enough to be read out on the telephone, and never the same twice."""
    return f"{what}-{secrets.token_hex(2)}"


class Guard:
    """ASGI middleware; `refused` gives the words of a refusal."""

    def __init__(self, app: ASGIApp, token: str, refused: Callable[[], str]) -> None:
        self._app = app
        self._token = token
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # nothing of ours is one
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = self._status(Request(scope))
        if status is None:
            let_in(scope)
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
    """Cookies are shared between the ports of a host: another local page must neither tap nor look for the person.

    The way in is taken from outside; who takes it has shown the token in the address.
    """
    if request.url.path != ENTRANCE and request.headers.get("sec-fetch-site", OWN[0]) not in OWN:
        return False
    origin = request.headers.get("origin")
    if request.method in ("GET", "HEAD") or origin is None:
        return True
    return urlsplit(origin).netloc.lower() == host.lower()


def _sealed(path: str, headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    kept = "private, max-age=31536000, immutable" if path.startswith("/voice/") else "no-store"  # stamped addresses
    headers["cache-control"] = "no-cache" if path.startswith("/static/") else kept
