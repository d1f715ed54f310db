"""A web server whose end leaves nothing open: a browser that does not hang up in its time is cut off."""

import asyncio
import socket

import uvicorn


class EndingServer(uvicorn.Server):
    """uvicorn ends its loop after the time of grace with whatever connections still stand (Server.shutdown)."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # the loop tells each connection that it is lost, which closes its socket
