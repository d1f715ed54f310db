"""Serves the county's web app. Open live streams end at once when the program is told to stop."""

import socket

import uvicorn
from starlette.applications import Starlette

from ui.county.changes import Changes
from ui.ending import EndingServer


class CountyServer(EndingServer):
    def __init__(self, app: Starlette, changes: Changes, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                http="h11",
                loop="asyncio",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=2,
            )
        )
        self._changes = changes

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        for door in sockets or ():  # asyncio does so only where a socket names its protocol; else an answer waits 40 ms
            door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._changes.close()
        await super().shutdown(sockets)
