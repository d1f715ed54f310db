"""«Something was committed»: said by the intake's thread, heard by the pages' event loop. No queue, only a count."""

import asyncio
import threading


class Changes:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._closed = False
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    @property
    def count(self) -> int:
        with self._lock:
            return self._count

    def is_closed(self) -> bool:
        with self._lock:
            return self._closed

    def announce(self) -> None:
        """From any thread."""
        with self._lock:
            self._count += 1
            self._wake()

    def close(self) -> None:
        """The program stops: everyone who waits is woken, and nobody waits any more."""
        with self._lock:
            self._closed = True
            self._wake()

    async def after(self, seen: int, seconds: float) -> int:
        """The count, as soon as it is past `seen`; the same again when the time is over or the program stops."""
        event = asyncio.Event()
        waiter = (asyncio.get_running_loop(), event)
        with self._lock:
            if self._closed or self._count > seen:
                return self._count
            self._waiting.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._waiting.discard(waiter)
        return self.count

    def _wake(self) -> None:
        for loop, event in self._waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)
