"""A service manager's end of NOTIFY_SOCKET (sd_notify(3))."""

import socket
from pathlib import Path


class Notified:
    def __init__(self, place: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(place))
        self._socket.setblocking(False)

    def heard(self) -> list[str]:
        """What came since the last call."""
        told = []
        while True:
            try:
                told.append(self._socket.recv(200).decode())
            except BlockingIOError:
                return told

    def close(self) -> None:
        self._socket.close()
