"""Server-sent events to who may see them: a stream ends with the session of its browser, or when his scope changes."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, closing
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ui.county.accounts import account as accounts
from ui.county.accounts import sessions
from ui.county.database import SqlError
from ui.county.live import Live
from ui.county.migration import open_reader
from ui.county.sql import Where
from ui.county.web.doors import COOKIE, Visitor

LOOK_S = 5.0  # between two looks whether the session still stands; a quiet stream looks at each heartbeat
ENDED = b"event: ended\ndata: session\n\n"  # the page finds out what became of it, and leads to where it goes on
MOST_DIGITS = 16


class Streams:
    """To look at a page keeps no session alive: who left his desk is signed out, and his screen says so."""

    def __init__(self, where: Where, now: Callable[[], datetime]) -> None:
        self._where = where
        self._now = now

    def answer(self, request: Request, visitor: Visitor, live: Live) -> Response:
        seen = request.headers.get("last-event-id", "")
        since = int(seen) if seen.isdecimal() and len(seen) < MOST_DIGITS else None
        frames = self._frames(request.cookies.get(COOKIE, ""), visitor, live, since)
        return StreamingResponse(frames, media_type="text/event-stream", headers={"cache-control": "no-store"})

    async def _frames(self, token: str, visitor: Visitor, live: Live, since: int | None) -> AsyncIterator[bytes]:
        looked = time.monotonic()
        async with aclosing(live.follow(since)) as frames:
            async for data in frames:
                if time.monotonic() - looked >= LOOK_S:
                    if not await run_in_threadpool(self._stands, token, visitor):
                        yield ENDED
                        return
                    looked = time.monotonic()
                yield data

    def _stands(self, token: str, visitor: Visitor) -> bool:
        """Whether the same person is still signed in and sees the same; a database that cannot be read ends nothing."""
        now = self._now()
        try:
            with closing(open_reader(self._where)) as sql:
                session = sessions.find(sql, token)
                account = None if session is None else accounts.find(sql, session.account)
        except SqlError:
            return True
        if session is None or account is None or session.is_over(now) or not account.counts(now.date()):
            return False
        return account.scope == visitor.account.scope and account.rights == visitor.account.rights
