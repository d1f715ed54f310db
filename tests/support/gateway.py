"""A far end that takes messages over HTTP as an SMS gateway does, and misbehaves as it is told. On loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_S = 30.0


ANSWERS = {  # status and body
    "ok": (200, b'{"errcode":0}'),
    "refuses": (500, b""),
    "closed": (403, b""),
    "redirects": (307, b""),
    "wrong": (200, b'{"errcode":93000}'),
    "garbled": (200, b"<html>"),
}


@dataclass
class Gateway:
    """`way`: one of ANSWERS, or hangs, drips (a byte at a time, without end), hangs_up."""

    way: str = "ok"
    address: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)  # bodies, each with its headers
    release: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> list[str]:
        return [one["headers"]["Idempotency-Key"] for one in self.got]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.gateway = gateway
        gateway.address = f"http://127.0.0.1:{self.server_address[1]}"


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        text, gateway = self.rfile.read(int(self.headers["content-length"])).decode(), self.server.gateway
        sent = json.loads(text) if "json" in self.headers["content-type"] else text
        gateway.got.append({"body": sent, "headers": dict(self.headers), "path": self.path})
        if gateway.way == "hangs":
            gateway.release.wait(PATIENCE_S)
        elif gateway.way == "drips":
            self._drip(gateway)
        elif gateway.way in ANSWERS:
            self._answer(*ANSWERS[gateway.way])
        self.close_connection = gateway.way not in ANSWERS

    def log_message(self, *_args: object) -> None:
        """What was asked stands in `got`."""

    def _answer(self, status: int, answer: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(answer)))
        self.send_header("location", "/elsewhere")
        self.end_headers()
        self.wfile.write(answer)

    def _drip(self, gateway: Gateway) -> None:
        self.send_response(200)
        self.send_header("content-length", "9999")
        self.end_headers()
        with suppress(OSError):  # the other side has had enough
            while not gateway.release.wait(0.02):
                self.wfile.write(b" ")


@contextmanager
def running_gateway() -> Iterator[Gateway]:
    gateway = Gateway()
    server = Server(gateway)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield gateway
    finally:
        gateway.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
