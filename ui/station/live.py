"""What the page is told while it stays open: each part again when it reads differently, and a beat in between."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import anyio.to_thread
from anyio import CapacityLimiter

from kiosk.screen import Screen

BEAT = 2.0  # seconds of silence until the page is told that we are still here
STREAMS = 16  # pages that may wait for news at one time
MOST = 64  # that may be open: each is drawn for, so that more of them would keep a finger waiting


class Watched(Protocol):
    """What a stream needs of the attendant."""

    def screen(self) -> Screen: ...

    def wait(self, version: int, timeout: float) -> Screen: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a page; `key` is the digest of what a person sees in it."""

    key: str
    html: str


async def events(
    watched: Watched, draw: Callable[[Screen], Mapping[str, Piece]], limiter: CapacityLimiter
) -> AsyncGenerator[str, None]:
    """Server-sent events for one page: every part at once, then only what changed; the beat tells the version."""
    sent: dict[str, str] = {}
    screen = watched.screen()
    yield "retry: 1000\n\n"
    while True:
        for name, piece in draw(screen).items():
            if sent.get(name) != piece.key:
                sent[name] = piece.key
                yield event(name, piece.html)
        yield event("beat", str(screen.version))
        screen = await anyio.to_thread.run_sync(
            watched.wait, screen.version, BEAT, abandon_on_cancel=True, limiter=limiter
        )


def event(name: str, data: str) -> str:
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {name}\n{lines}\n"
