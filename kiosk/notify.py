"""Tells systemd how a program stands (sd_notify(3)). Silent where no service manager listens."""

import contextlib
import os
import socket


def notify(state: str) -> None:
    """Send one state, such as `READY=1` or `STOPPING=1`, to NOTIFY_SOCKET when there is one."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    path = "\0" + address[1:] if address.startswith("@") else address
    gone = contextlib.suppress(ConnectionRefusedError, FileNotFoundError)  # a manager that is gone needs no news
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line, gone:
        line.connect(path)
        line.send(state.encode())
