"""The live page's stream: each state is drawn and encoded once, and sent to every browser that stands one step behind.

A browser that is slow or new gets one frame made for it from the database, never a queue of old ones; what many lack at
the same moment (a county that comes back has all its browsers at once) is drawn once. Each heartbeat looks at the
database too, so that a page is never staler than that, and is heard: a page that hears none knows its line is dead.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool

from ui.county.accounts.scope import Scope
from ui.county.changes import Changes

COALESCE = 0.15  # seconds between two frames; the first after a quiet time leaves at once
HEARTBEAT = 15.0
STILL_HERE = b"event: still\ndata: here\n\n"


@dataclass(frozen=True, slots=True)
class Frame:
    """What brings a page from version `since` (None: any) to `version`."""

    since: int | None
    version: int
    data: bytes


Draw = Callable[[int | None], Frame]


class Live:
    """One language's stream. `draw` reads the database and runs in a worker thread."""

    def __init__(self, changes: Changes, draw: Draw, coalesce: float = COALESCE) -> None:
        self._changes = changes
        self._draw = draw
        self._coalesce = coalesce
        self._drawing: dict[tuple[int | None, int], asyncio.Future[Frame]] = {}
        self._newest: Frame | None = None
        self._followers = 0
        self._turn = asyncio.Condition()

    async def run(self) -> None:
        """Draw after each change until the program stops."""
        seen = 0
        while not self._changes.is_closed():
            count = await self._changes.after(seen, HEARTBEAT)
            if count != seen:
                seen = count
                if self._followers:  # nobody looks: nothing is drawn
                    await self._step()
                await asyncio.sleep(self._coalesce)
        async with self._turn:
            self._turn.notify_all()

    async def follow(self, since: int | None) -> AsyncGenerator[bytes, None]:
        """Frames for one browser, from the version that it last saw, until the program stops."""
        self._followers += 1
        try:
            async for data in self._frames(since):
                yield data
        finally:
            self._followers -= 1

    async def _frames(self, since: int | None) -> AsyncIterator[bytes]:
        frame = await self._drawn(since)
        yield frame.data
        at = frame.version
        while not self._changes.is_closed():
            newest = await self._newer(at)
            if self._changes.is_closed():
                return
            frame = newest if newest and newest.since == at else await self._drawn(at)
            yield STILL_HERE if frame.version == at else frame.data
            at = frame.version

    async def _step(self) -> None:
        before = self._newest.version if self._newest else None
        frame = await self._drawn(before)
        if frame.version != before:
            async with self._turn:
                self._newest = frame
                self._turn.notify_all()

    async def _drawn(self, since: int | None) -> Frame:
        """Joins a drawing of the same step that began after the last change."""
        asked = since, self._changes.count
        drawing = self._drawing.get(asked)
        if drawing is None:
            drawing = asyncio.ensure_future(run_in_threadpool(self._draw, since))
            self._drawing[asked] = drawing
            drawing.add_done_callback(lambda _: self._drawing.pop(asked, None))
        return await asyncio.shield(drawing)  # a browser that leaves takes nothing from the others

    async def _newer(self, at: int) -> Frame | None:
        """The newest frame once it is past a version; None after a heartbeat's time, or when the program stops."""

        def is_due() -> bool:
            return self._changes.is_closed() or (self._newest is not None and self._newest.version > at)

        try:
            async with asyncio.timeout(HEARTBEAT), self._turn:
                await self._turn.wait_for(is_due)
        except TimeoutError:
            return None
        newest = self._newest
        return newest if newest is not None and newest.version > at else None


class Lives:
    """One stream for each language and each scope that somebody looks at. Belongs to the event loop."""

    def __init__(
        self, changes: Changes, draw: Callable[[str, Scope, int | None], Frame], coalesce: float = COALESCE
    ) -> None:
        self._changes = changes
        self._draw = draw
        self._coalesce = coalesce
        self._streams: dict[tuple[str, Scope], tuple[Live, asyncio.Task[None]]] = {}

    def of(self, language: str, scope: Scope) -> Live:
        if (language, scope) not in self._streams:
            live = Live(self._changes, partial(self._draw, language, scope), self._coalesce)
            self._streams[language, scope] = live, asyncio.create_task(live.run())
        return self._streams[language, scope][0]

    async def stop(self) -> None:
        tasks = [task for _, task in self._streams.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
