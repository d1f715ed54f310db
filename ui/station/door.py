"""The connections of the screen's server: those that never showed the token cannot keep the others waiting.

Rule 1: of strangers so many stay at most; the oldest goes first, so that a newcomer has time to show the token. Rule 2:
who has shown it once stays. Rule 3: a page that listens is let go at the end; its news has no end of its own.
"""

import asyncio
from typing import Any

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

STRANGERS = 128  # of 1024 files that a program may have open
AT_ONCE = 64  # connections taken in one go: fewer than strangers, so that nobody is shown out before he was heard
KNOWN = "known"


def let_in(scope: Scope) -> None:
    """The guard's word: this connection has shown the token."""
    scope.setdefault("state", {})[KNOWN] = True


def visitors(most: int | None) -> type[asyncio.Protocol]:
    """Connections of one server. `most` strangers; None: nobody here knows a token."""
    strangers: dict[H11Protocol, None] = {}

    class Visitor(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if most is not None:
                strangers[self] = None
                _show_out(strangers, most)

        def connection_lost(self, exc: Exception | None) -> None:
            strangers.pop(self, None)
            super().connection_lost(exc)

        def shutdown(self) -> None:
            super().shutdown()
            if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
                self.transport.close()

    return Visitor


def _show_out(strangers: dict[H11Protocol, None], most: int) -> None:
    if len(strangers) <= most:
        return
    for one in [one for one in strangers if _known(one.scope)]:
        del strangers[one]
    for one in list(strangers)[: max(0, len(strangers) - most)]:
        del strangers[one]
        one.transport.abort()


def _known(scope: Any) -> bool:
    """`scope`: of the newest request; None before the first."""
    return scope is not None and bool(scope.get("state", {}).get(KNOWN))
