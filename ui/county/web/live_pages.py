"""The office's own pages: the live page and its stream, who did what."""

import logging
from collections.abc import Callable
from contextlib import closing

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ui.county.accounts.roles import Right
from ui.county.accounts.scope import Scope
from ui.county.acted import Acted
from ui.county.board.facts import Spots
from ui.county.changes import Changes
from ui.county.database import Absent, SqlError
from ui.county.live import Frame, Lives
from ui.county.migration import open_reader
from ui.county.pages import Pages
from ui.county.reader import Reader
from ui.county.web.doors import Visitor
from ui.county.web.office import Office
from ui.county.web.streams import Streams

logger = logging.getLogger(__name__)

ACTS = "/acts"


class LivePages:
    """Handlers run in worker threads; each opens its own reader, which sees no more than the visitor may."""

    def __init__(self, office: Office, spots: Spots, changes: Changes) -> None:
        self._where = office.where
        self._doors = office.doors
        self._answering = office.answering
        self._now = office.now
        self._spots = spots
        self._streams = Streams(office.where, office.now)
        self._live = Lives(changes, self._frame)

    def routes(self) -> list[BaseRoute]:
        return [
            self._doors.page("/", self.office, Right.LIVE),
            self._doors.stream("/live", self.live, Right.LIVE),
            self._doors.page(ACTS, self.acts, Right.ACTS),
        ]

    def office(self, request: Request, visitor: Visitor) -> Response:
        now = self._now()
        with self._reader(visitor) as reader:
            return self._page(request, visitor, lambda pages: pages.office(reader, self._spots.all(reader, now), now))

    async def live(self, request: Request, visitor: Visitor) -> Response:
        live = self._live.of(self._answering.language(request), visitor.account.scope)
        return self._streams.answer(request, visitor, live)

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

    def _frame(self, language: str, scope: Scope, since: int | None) -> Frame:
        """A frame that changes nothing when the database cannot be read now; the next heartbeat asks again."""
        try:
            with Reader(self._where, scope) as reader:
                return self._answering.pages[language].frame(reader, self._spots, since, self._now())
        except (Absent, SqlError) as unread:
            logger.warning("live page: the database cannot be read: %s", unread)
            return Frame(since, since or 0, b"")
