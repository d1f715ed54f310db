"""One message to one channel: a POST, and what came of it. Neither its address nor its key is ever logged.

The whole exchange has one limit of time: a far end that answers a byte a minute holds nobody up. Redirects are not
followed, and nothing but loopback is spoken to without TLS.
"""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ui.county.alarms.channels import Channel, filled

MOST_ANSWER = 64 * 1024
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Sent:
    """`reason` is a key of the words, empty when it arrived. `again`: another try may help."""

    reason: str = ""
    again: bool = False

    @property
    def arrived(self) -> bool:
        return not self.reason


def send(channel: Channel, facts: Mapping[str, str]) -> Sent:
    """`facts` fill every blank of the channel but its key."""
    given = {**facts, "key": channel.key}
    address = urlsplit(filled(channel.url, {name: quote(value, safe="") for name, value in given.items()}))
    host = address.hostname or ""
    if not host or not (address.scheme == "https" or (address.scheme == "http" and host in LOOPBACK)):
        return Sent("county.told.address")
    headers, body = _request(channel, given)
    try:
        line = _line(address.scheme, host, address.port, channel.timeout_s)
        status, answer = _exchange(line, f"{address.path or '/'}?{address.query}".rstrip("?"), body, headers, channel)
    except TimeoutError:
        return Sent("county.told.slow", again=True)
    except (OSError, http.client.HTTPException, ValueError):
        return Sent("county.told.unreachable", again=True)
    if status not in channel.status:
        return Sent("county.told.status", again=status >= 500 or status in (408, 425, 429))
    if channel.path and _value(answer, channel.path) != channel.equals:
        return Sent("county.told.answer", again=True)
    return Sent()


def _request(channel: Channel, facts: Mapping[str, str]) -> tuple[dict[str, str], bytes]:
    fields = filled(channel.fields, facts)
    if channel.body == "form":
        media, body = "application/x-www-form-urlencoded", urlencode(fields).encode()
    else:
        media, body = "application/json; charset=utf-8", json.dumps(fields, ensure_ascii=False).encode()
    return {**filled(dict(channel.headers), facts), "Content-Type": media}, body


def _line(scheme: str, host: str, port: int | None, timeout: float) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=timeout)
    return http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())


def _exchange(
    line: http.client.HTTPConnection, target: str, body: bytes, headers: Mapping[str, str], channel: Channel
) -> tuple[int, bytes]:
    """Raises TimeoutError when the whole of it took longer than it may."""
    over = threading.Event()
    guard = threading.Timer(channel.timeout_s, _cut, (line, over))
    guard.daemon = True
    guard.start()
    try:
        line.request("POST", target, body, dict(headers))
        response = line.getresponse()
        answer = response.read(MOST_ANSWER)
    except (OSError, http.client.HTTPException, ValueError) as wrong:
        if over.is_set():
            raise TimeoutError from wrong
        raise
    finally:
        guard.cancel()
        line.close()
    if over.is_set():
        raise TimeoutError
    return response.status, answer


def _cut(line: http.client.HTTPConnection, over: threading.Event) -> None:
    over.set()
    with suppress(OSError, AttributeError):
        line.sock.shutdown(socket.SHUT_RDWR)


def _value(answer: bytes, path: str) -> str | None:
    """The value that stands there, as text; None when there is none."""
    try:
        value: Any = json.loads(answer)
    except ValueError:
        return None
    for part in path.split("."):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value if isinstance(value, str) else json.dumps(value)
