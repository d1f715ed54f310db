"""The office's own pages: the live page and its stream, the stations, one entry with its proof, who did what."""

import logging
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute

from kiosk.contract import ContractError
from kiosk.trust import SealError, Trust
from kiosk.verify_proof import as_tlog_proof
from ui.county import proof
from ui.county.accounts.roles import Right
from ui.county.accounts.scope import Scope
from ui.county.acted import Acted
from ui.county.changes import Changes
from ui.county.database import Absent, SqlError
from ui.county.live import Frame, Lives
from ui.county.migration import open_reader
from ui.county.pages import Pages
from ui.county.reader import Kept, Reader
from ui.county.sql import Where
from ui.county.web.answering import Answering
from ui.county.web.doors import Doors, Visitor

logger = logging.getLogger(__name__)

ACTS = "/acts"
MOST_SEQ = 2**53


class OfficePages:
    """Handlers run in worker threads; each opens its own reader, which sees no more than the visitor may."""

    def __init__(
        self,
        where: Where,
        doors: Doors,
        answering: Answering,
        trust: Callable[[], Trust],
        changes: Changes,
        now: Callable[[], datetime],
    ) -> None:
        self._where = where
        self._doors = doors
        self._answering = answering
        self._trust = trust
        self._now = now
        self._live = Lives(changes, self._frame)

    def routes(self) -> list[BaseRoute]:
        return [
            self._doors.page("/", self.office, Right.LIVE),
            self._doors.stream("/live", self.live, Right.LIVE),
            self._doors.page("/stations", self.stations, Right.LIVE),
            self._doors.page("/entry/{log}/{seq:int}", self.entry, Right.ENTRY),
            self._doors.page("/entry/{log}/{seq:int}/proof.json", self.proof, Right.ENTRY),
            self._doors.page("/entry/{log}/{seq:int}/proof.tlog-proof", self.proof, Right.ENTRY),
            self._doors.page(ACTS, self.acts, Right.ACTS),
        ]

    def office(self, request: Request, visitor: Visitor) -> Response:
        with self._reader(visitor) as reader:
            return self._page(request, visitor, lambda pages: pages.office(reader, self._now()))

    async def live(self, request: Request, visitor: Visitor) -> Response:
        seen = request.headers.get("last-event-id", "")
        live = self._live.of(self._answering.language(request), visitor.account.scope)
        stream = live.follow(int(seen) if seen.isdecimal() and len(seen) < 16 else None)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"cache-control": "no-store"})

    def stations(self, request: Request, visitor: Visitor) -> Response:
        with self._reader(visitor) as reader:
            return self._page(request, visitor, lambda pages: pages.stations(reader, self._trust(), self._now()))

    def entry(self, request: Request, visitor: Visitor) -> Response:
        with self._reader(visitor) as reader:
            kept = self._kept(request, reader)
            if kept is None:
                return self._answering.wrong(request, 404, "entry", office=True)
            today = self._now().date()
            return self._page(request, visitor, lambda pages: pages.entry(kept, reader, self._trust(), today))

    def proof(self, request: Request, visitor: Visitor) -> Response:
        with self._reader(visitor) as reader:
            kept = self._kept(request, reader)
            head = reader.head(request.path_params["log"])
            if kept is None:
                return self._answering.wrong(request, 404, "entry", office=True)
            if head is None or not proof.is_covered(kept.envelope, head):
                return self._answering.wrong(request, 404, "unproven", office=True)
            try:
                document = proof.document(kept.envelope, head, reader.nodes(kept.envelope.header.log), self._trust())
            except (SealError, ContractError, LookupError):
                return self._answering.wrong(request, 404, "unproven", office=True)
        form = "tlog-proof" if request.url.path.endswith("tlog-proof") else "proof.json"
        name = f"{kept.envelope.header.log[:8]}-{kept.envelope.header.seq}.{form}"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        if form == "tlog-proof":
            return PlainTextResponse(as_tlog_proof(document), headers=headers)
        return JSONResponse(document, headers=headers)

    def acts(self, request: Request, visitor: Visitor) -> Response:
        """Who did what, the newest first; `by` and `about` narrow it, `before` turns the page."""
        asked = request.query_params
        with closing(open_reader(self._where)) as sql:
            found = Acted(sql).page(asked.get("by", ""), asked.get("about", ""), asked.get("before", ""))
        return self._page(request, visitor, lambda pages: pages.acts(found, self._now().date()))

    async def stop(self) -> None:
        """The program ends: no stream is drawn any more."""
        await self._live.stop()

    def _reader(self, visitor: Visitor) -> Reader:
        return Reader(self._where, visitor.account.scope)

    def _page(self, request: Request, visitor: Visitor, draw: Callable[[Pages], str]) -> Response:
        return self._answering.page(request, draw, who=visitor.account)

    def _kept(self, request: Request, reader: Reader) -> Kept | None:
        return reader.entry(request.path_params["log"], min(request.path_params["seq"], MOST_SEQ))

    def _frame(self, language: str, scope: Scope, since: int | None) -> Frame:
        """A frame that changes nothing when the database cannot be read now; the next heartbeat asks again."""
        try:
            with Reader(self._where, scope) as reader:
                return self._answering.pages[language].frame(reader, since, self._now())
        except (Absent, SqlError) as unread:
            logger.warning("live page: the database cannot be read: %s", unread)
            return Frame(since, since or 0, b"")
