"""What a page of ours sends is a small form that comes at once: anything else is refused before anybody reads it."""

import anyio
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 1 << 18  # bytes: a signature with all its points, as a form writes it, takes less
WITHIN = 10.0  # seconds
BODILESS = ("GET", "HEAD")
FORM = "application/x-www-form-urlencoded"


class Small:
    """ASGI middleware: 413 for a body that is too large, 408 for one that does not end, 415 for what is no form."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in BODILESS:
            await self._app(scope, receive, send)
            return
        try:
            with anyio.fail_after(WITHIN):
                body = await _body(receive)
        except TimeoutError:
            await _refused(408)(scope, receive, send)
            return
        kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
        if body is None:
            await _refused(413)(scope, receive, send)
        elif body and kind != FORM:
            await _refused(415)(scope, receive, send)
        else:
            await self._app(scope, _again(body, receive), send)


async def _body(receive: Receive) -> bytes | None:
    """The whole of it; None when it is too large. One that breaks off ends where it broke."""
    parts, size = list[bytes](), 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Once the body, then what comes."""
    told = False

    async def received() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return received


def _refused(status: int) -> PlainTextResponse:
    return PlainTextResponse("", status, headers={"connection": "close"})
