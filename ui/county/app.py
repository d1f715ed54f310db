"""The county's web app: office pages, their live stream, and the public trace page. It only reads."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from importlib import resources
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.clock import system_time
from kiosk.contract import ContractError
from kiosk.override import Overrides
from kiosk.pack import load_packs
from kiosk.trust import SealError, Trust
from kiosk.verify_proof import as_tlog_proof
from kiosk.words import LANGUAGES, Words, load_words
from ui.county import proof
from ui.county.changes import Changes
from ui.county.database import Absent, SqlError
from ui.county.live import Frame, Live
from ui.county.ordered import Ordered
from ui.county.pages import Pages
from ui.county.reader import Kept, Reader
from ui.county.sql import Where
from ui.county.telling import Teller
from ui.county.trace import Gone, TracedPaper, Unknown, Unreadable, by_code, by_number

logger = logging.getLogger(__name__)

YEAR = 365 * 24 * 3600
SECURITY = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def build_app(
    database: Where,
    trust: Callable[[], Trust],
    words: Words,
    changed: Changes,
    now: Callable[[], datetime] = system_time,
    put: Overrides | None = None,
    ordered: Ordered | None = None,
) -> Starlette:
    """The whole app. `trust` is asked on each request, so that a station enrolled today is known today.

    `words` is the language of a browser that has not chosen one; `put` is what the county put over the shipped packs,
    `ordered` what its orders say of numbers and names.
    """
    web = _Web(database, trust, words, changed, now, put, ordered or Ordered(None))
    return Starlette(
        routes=[
            Route("/", web.office),
            Route("/live", web.live),
            Route("/stations", web.stations),
            Route("/entry/{log}/{seq:int}", web.entry),
            Route("/entry/{log}/{seq:int}/proof.json", web.proof),
            Route("/entry/{log}/{seq:int}/proof.tlog-proof", web.proof),
            *(Route(f"/{letter}/{{text}}", web.certificate_by_code) for letter in "Cc"),
            *(Route(f"/{letter}/{{text}}", web.certificate_by_number) for letter in "Nn"),
            Route("/n", web.typed_number),
            Route("/healthz", web.health),
            Mount("/static", StaticFiles(directory=str(resources.files("ui.county") / "static"))),
        ],
        exception_handlers={Absent: web.absent, HTTPException: web.refused},
        middleware=[Middleware(_Guarded)],
        lifespan=web.lifespan,
    )


class _Web:
    """Handlers are plain functions in worker threads; each opens its own reader."""

    def __init__(
        self,
        database: Where,
        trust: Callable[[], Trust],
        words: Words,
        changed: Changes,
        now: Callable[[], datetime],
        put: Overrides | None,
        ordered: Ordered,
    ) -> None:
        packs = load_packs(put=put)
        spoken = {language: load_words(language) for language in LANGUAGES} | {words.language: words}
        county = trust().county
        self._database = database
        self._trust = trust
        self._now = now
        self._ordered = ordered
        self._default = words.language
        self._pages = {language: Pages(county, Teller(said, packs)) for language, said in spoken.items()}
        self._live = {language: Live(changed, partial(self._frame, pages)) for language, pages in self._pages.items()}

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        streams = [asyncio.create_task(live.run()) for live in self._live.values()]
        yield
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)

    def office(self, request: Request) -> Response:
        with Reader(self._database) as reader:
            return self._page(request, lambda pages: pages.office(reader, self._now()))

    async def live(self, request: Request) -> Response:
        seen = request.headers.get("last-event-id", "")
        stream = self._live[self._language(request)].follow(int(seen) if seen.isdecimal() and len(seen) < 16 else None)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"cache-control": "no-store"})

    def stations(self, request: Request) -> Response:
        with Reader(self._database) as reader:
            return self._page(request, lambda pages: pages.stations(reader, self._trust(), self._now()))

    def entry(self, request: Request) -> Response:
        with Reader(self._database) as reader:
            kept = self._kept(request, reader)
            if kept is None:
                return self._wrong(request, 404, "entry", office=True)
            return self._page(request, lambda pages: pages.entry(kept, reader, self._trust(), self._now().date()))

    def proof(self, request: Request) -> Response:
        with Reader(self._database) as reader:
            kept = self._kept(request, reader)
            head = reader.head(request.path_params["log"])
            if kept is None:
                return self._wrong(request, 404, "entry", office=True)
            if head is None or not proof.is_covered(kept.envelope, head):
                return self._wrong(request, 404, "unproven", office=True)
            try:
                document = proof.document(kept.envelope, head, reader.nodes(kept.envelope.header.log), self._trust())
            except (SealError, ContractError, LookupError):
                return self._wrong(request, 404, "unproven", office=True)
        form = "tlog-proof" if request.url.path.endswith("tlog-proof") else "proof.json"
        name = f"{kept.envelope.header.log[:8]}-{kept.envelope.header.seq}.{form}"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        if form == "tlog-proof":
            return PlainTextResponse(as_tlog_proof(document), headers=headers)
        return JSONResponse(document, headers=headers)

    def certificate_by_code(self, request: Request) -> Response:
        try:
            with Reader(self._database) as reader:
                traced = by_code(request.path_params["text"], reader, self._trust(), self._ordered)
        except Unreadable:
            return self._wrong(request, 400, "garbled", office=False)
        except Unknown:
            return self._wrong(request, 404, "forged", office=False)
        return self._page(request, lambda pages: pages.trace(traced))

    def certificate_by_number(self, request: Request) -> Response:
        text = request.path_params["text"]
        try:
            with Reader(self._database) as reader:
                traced = by_number(text, reader, self._trust(), self._ordered)
        except Unreadable:
            return self._wrong(request, 400, "number_garbled", office=False, number=text[:30])
        except Unknown:
            return self._wrong(request, 404, "number", office=False, number=text[:30])
        except Gone:
            return self._wrong(request, 410, "number_gone", office=False, number=text[:30])
        if isinstance(traced, TracedPaper):
            return self._page(request, lambda pages: pages.paper(traced))
        return self._page(request, lambda pages: pages.trace(traced))

    def typed_number(self, request: Request) -> Response:
        """From the form under a code that could not be read."""
        typed = request.query_params.get("number", "").strip()[:30]
        return RedirectResponse(f"/N/{quote(typed, safe='') or '-'}", 303)

    def health(self, request: Request) -> Response:
        with Reader(self._database) as reader:
            return PlainTextResponse(f"ok {reader.version}\n")

    def absent(self, request: Request, wrong: Exception) -> Response:
        return self._wrong(request, 503, "starting", office=True)

    def refused(self, request: Request, wrong: Exception) -> Response:
        status = wrong.status_code if isinstance(wrong, HTTPException) else 404
        return self._wrong(request, status, "nothing", office=False)

    def _kept(self, request: Request, reader: Reader) -> Kept | None:
        return reader.entry(request.path_params["log"], min(request.path_params["seq"], 2**53))

    def _frame(self, pages: Pages, since: int | None) -> Frame:
        """A frame that changes nothing when the database cannot be read now; the next heartbeat asks again."""
        try:
            with Reader(self._database) as reader:
                return pages.frame(reader, since, self._now())
        except (Absent, SqlError) as unread:
            logger.warning("live page: the database cannot be read: %s", unread)
            return Frame(since, since or 0, b"")

    def _language(self, request: Request) -> str:
        for wish in (request.query_params.get("lang"), request.cookies.get("lang")):
            if wish in self._pages:
                return wish
        return self._default

    def _page(self, request: Request, draw: Callable[[Pages], str], status: int = 200) -> Response:
        language = self._language(request)
        response = HTMLResponse(draw(self._pages[language]), status, headers={"cache-control": "no-store"})
        if request.query_params.get("lang") == language:
            response.set_cookie("lang", language, max_age=YEAR, httponly=True, samesite="lax")
        return response

    def _wrong(self, request: Request, status: int, name: str, *, office: bool, **facts: object) -> Response:
        return self._page(request, lambda pages: pages.wrong(name, office=office, **facts), status)


class _Guarded:
    """Puts the security headers on every answer, streams included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY)
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)
