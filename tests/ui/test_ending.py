"""The end of a web server of ours, while a browser neither reads nor hangs up."""

import socket
import threading
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from tests.support.waiting import wait_for
from ui.ending import EndingServer

PART = bytes(1 << 16)
WITHIN = 20.0  # seconds


async def endless(_request: Request) -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        while True:
            yield PART

    return StreamingResponse(parts())


def test_who_does_not_read_is_cut_off() -> None:
    """Left open, its socket would live until somebody collects the garbage of a loop that has ended."""
    app = Starlette(routes=[Route("/", endless)])
    config = uvicorn.Config(app, "127.0.0.1", 0, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = EndingServer(config)
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=server.run, args=([door],))
        thread.start()
        with socket.create_connection(door.getsockname(), timeout=WITHIN) as browser:
            browser.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            wait_for(lambda: bool(server.server_state.connections), "the request")
            assert browser.recv(10)
            server.should_exit = True
            thread.join(WITHIN)
            assert not thread.is_alive()
            assert is_cut(browser)


def is_cut(browser: socket.socket) -> bool:
    """After all that was on its way has been read. TimeoutError while the other end stands."""
    try:
        while browser.recv(1 << 20):
            pass
    except ConnectionResetError:
        return True
    return True
