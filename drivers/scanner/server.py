"""The scanner's Unix socket: every client hears every line. No slow, vanished or rude client disturbs another."""

import contextlib
import os
import selectors
import socket
import threading
from collections import deque
from pathlib import Path
from typing import Self

from drivers.errors import LinkError
from drivers.scanner.wire import Camera, Message, Preview, Still, line_of, wish_of

BACKLOG = 8 << 20  # bytes a client may leave unread before it is dropped
ASKED = 4096  # bytes a client may send without a line end


class _Client:
    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.out = bytearray()
        self.heard = bytearray()
        self.preview = False


class ScanServer:
    """`tell(message)` from any thread; a new client first hears the newest state of the camera."""

    def __init__(self, path: Path, mode: int = 0o660) -> None:
        self._path = path
        self._listener = _listen(path, mode)
        self._selector = selectors.DefaultSelector()
        self._clients: dict[int, _Client] = {}
        self._camera: Camera | None = None
        self._news: deque[Message] = deque()
        self._wishes: deque[tuple[str, _Client]] = deque()
        self._granted: dict[str, _Client] = {}
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        self._closing = False
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._serve, name="scan socket", daemon=True)
        self._thread.start()

    def tell(self, message: Message) -> None:
        self._news.append(message)
        self._ring()

    def mirror(self) -> bool:
        """Whether any client asked for preview pictures."""
        return any(client.preview for client in tuple(self._clients.values()))

    def wished(self) -> tuple[str, ...]:
        """The marks of still pictures wished for since the last call; each is to be answered by one `Still`."""
        wishes = [self._wishes.popleft() for _ in range(len(self._wishes))]
        self._granted.update(wishes)
        return tuple(mark for mark, _ in wishes)

    def close(self) -> None:
        self._closing = True
        self._ring()
        self._thread.join()
        os.close(self._wake)
        os.close(self._woken)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ring(self) -> None:
        with contextlib.suppress(BlockingIOError):  # the pipe is full of rings already
            os.write(self._wake, b".")

    def _serve(self) -> None:
        while not self._closing:
            for key, ready in self._selector.select():
                self._attend(key, ready)
            while self._news:
                self._spread(self._news.popleft())
        for client in tuple(self._clients.values()):
            self._drop(client)
        self._selector.close()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _attend(self, key: selectors.SelectorKey, ready: int) -> None:
        if key.fd == self._woken:
            os.read(self._woken, 4096)
        elif key.fileobj is self._listener:
            self._accept()
        elif (client := self._clients.get(key.fd)) is not None:
            if ready & selectors.EVENT_READ and not self._listened(client):
                self._drop(client)
            elif ready & selectors.EVENT_WRITE:
                self._push(client)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # it left while knocking
            line, _ = self._listener.accept()
            line.setblocking(False)
            client = self._clients[line.fileno()] = _Client(line)
            self._selector.register(line, selectors.EVENT_READ)
            if self._camera is not None:
                client.out += line_of(self._camera)
                self._push(client)

    def _listened(self, client: _Client) -> bool:
        """Takes in what the client says; False when it is gone or talks without end."""
        try:
            data = client.line.recv(ASKED)
        except BlockingIOError:
            return True
        except OSError:
            return False
        client.heard += data
        *lines, rest = bytes(client.heard).split(b"\n")
        client.heard = bytearray(rest)
        for line in lines:
            wish = wish_of(line)
            if isinstance(wish, bool):
                client.preview = wish
            elif wish is not None:
                self._wishes.append((wish, client))
        return bool(data) and len(rest) <= ASKED

    def _spread(self, message: Message) -> None:
        if isinstance(message, Camera):
            self._camera = message
        line = line_of(message)
        if isinstance(message, Still):
            self._answer(self._granted.pop(message.mark, None), line)
            return
        for client in tuple(self._clients.values()):
            if isinstance(message, Preview) and (not client.preview or client.out):
                continue  # an old mirror picture is worth nothing: who is behind misses it
            client.out += line
            self._push(client)

    def _answer(self, client: _Client | None, line: bytes) -> None:
        if client is not None and client.line.fileno() in self._clients:
            client.out += line
            self._push(client)

    def _push(self, client: _Client) -> None:
        try:
            del client.out[: client.line.send(client.out)]
        except BlockingIOError:
            pass
        except OSError:
            self._drop(client)
            return
        if len(client.out) > BACKLOG:
            self._drop(client)
            return
        waiting = selectors.EVENT_WRITE if client.out else 0
        self._selector.modify(client.line, selectors.EVENT_READ | waiting)

    def _drop(self, client: _Client) -> None:
        del self._clients[client.line.fileno()]
        self._selector.unregister(client.line)
        client.line.close()


def _listen(path: Path, mode: int) -> socket.socket:
    """LinkError when another scanner answers there; the socket file of a dead one is taken over."""
    if _answers(path):
        raise LinkError("scanner.taken", socket=str(path))
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket():  # nothing else that stands there is ours to remove
            path.unlink()
        listener.bind(str(path))
        path.chmod(mode)
        listener.listen(16)
    except OSError as refused:
        listener.close()
        raise LinkError("scanner.socket", socket=str(path)) from refused
    listener.setblocking(False)
    return listener


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        try:
            knock.connect(str(path))
        except OSError:
            return False
        return True
