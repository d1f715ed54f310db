"""Serves an app from a thread of its own, so that the program's main thread can own the record."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from ui.ending import EndingServer
from ui.station.door import AT_ONCE, visitors

KEPT = 75  # seconds for which a browser's idle connection is kept


@contextmanager
def served(app: Starlette, host: str, port: int, strangers: int | None = None) -> Iterator[None]:
    """The app accepts connections when the block begins. Raises OSError when the address cannot be had.

    `strangers`: how many may stay whom no guard knows (ui.station.door); None: there is no guard.
    """
    settings = uvicorn.Config(
        app,
        host,
        port,
        http=visitors(strangers),
        ws="none",
        log_level="warning",
        lifespan="off",
        backlog=AT_ONCE,
        timeout_keep_alive=KEPT,
        timeout_graceful_shutdown=1,
    )
    server = EndingServer(settings)
    thread = threading.Thread(target=server.run, name="screen")
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    if not server.started:
        raise OSError(f"{host}:{port} cannot be listened on")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
