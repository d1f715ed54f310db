"""Starts, watches and ends the demo's programs, each as a process of its own and, where asked, of its own user."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

READY_WITHIN = 60.0  # seconds; a cold Raspberry Pi compiles nothing, but reads everything from its card
ENDS_WITHIN = 10.0


class ProgramError(Exception):
    """A program did not start or ended by itself; `log` says why."""

    def __init__(self, name: str, log: Path, how: str) -> None:
        super().__init__(f"{name}: {how}; see {log}")
        self.name = name
        self.log = log


@dataclass(frozen=True, slots=True)
class User:
    """A numeric user of the machine; `groups` are the further groups that its program is in."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()


class Programs:
    def __init__(self, logs: Path, users: Mapping[str, User]) -> None:
        self._logs = logs
        self._users = users
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)
        self._lifeline = subprocess.Popen(
            [sys.executable, "-m", "ui.demo.lifeline"], stdin=subprocess.PIPE, start_new_session=True
        )

    def start(self, name: str, command: Sequence[str], *, says_ready: bool = True) -> None:
        """Start a program; when it `says_ready` (sd_notify), come back only then. Raises ProgramError."""
        user = self._users.get(name)
        with (self._logs / f"{name}.log").open("ab") as log, _Listening(says_ready) as listening:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(user) | listening.environment,
                start_new_session=True,
                umask=0o027,
                user=None if user is None else user.uid,
                group=None if user is None else user.gid,
                extra_groups=None if user is None else user.groups,
            )
            self._running[name] = process
            self._tell_lifeline(process.pid)
            if says_ready:
                self._await_ready(name, listening)

    def liangzheng(self, name: str, *arguments: str, says_ready: bool = True) -> None:
        """One of our own programs, in the Python that runs now."""
        self.start(name, [sys.executable, "-m", "ui.command.main", *arguments], says_ready=says_ready)

    def runs(self, name: str) -> bool:
        return name in self._running and self._running[name].poll() is None

    def pids(self) -> list[int]:
        """Of all that were started and not stopped."""
        return [process.pid for process in self._running.values()]

    def kill(self, name: str) -> None:
        """SIGKILL, as a power cut would."""
        self._end(name, signal.SIGKILL)

    def stop(self, name: str) -> int:
        """Ask it to end; its exit code."""
        return self._end(name, signal.SIGTERM)

    def stop_all(self) -> None:
        for name in reversed(list(self._running)):
            self.stop(name)
        if self._lifeline.stdin is not None:
            self._lifeline.stdin.close()
        self._lifeline.wait()

    def check(self) -> None:
        """Raises ProgramError when a program that should run has ended."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise ProgramError(name, self._logs / f"{name}.log", f"ended with {process.returncode}")

    def _end(self, name: str, by: signal.Signals) -> int:
        process = self._running.pop(name)
        if process.poll() is None:
            process.send_signal(by)
        try:
            process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._tell_lifeline(-process.pid)
        return process.returncode

    def _tell_lifeline(self, number: int) -> None:
        """A process that runs, or, as a negative number, one that has ended."""
        if self._lifeline.stdin is not None:
            self._lifeline.stdin.write(f"{number}\n".encode())
            self._lifeline.stdin.flush()

    def _await_ready(self, name: str, listening: "_Listening") -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            if listening.heard_ready(0.1):
                return
            if not self.runs(name):
                how = f"ended with {self._running[name].returncode} before it was ready"
                raise ProgramError(name, self._logs / f"{name}.log", how)
        raise ProgramError(name, self._logs / f"{name}.log", f"not ready within {READY_WITHIN:.0f} s")


def _environment(user: User | None) -> dict[str, str]:
    """Ours; without our home and our XDG folders for a program that is somebody else's."""
    if user is None:
        return dict(os.environ)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return ours | {"HOME": "/nonexistent"}


class _Listening:
    """The service manager's end of sd_notify(3): an abstract socket, so that every user may write to it."""

    def __init__(self, wanted: bool) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if wanted else None
        self.environment: dict[str, str] = {"PYTHONUNBUFFERED": "1"}
        if self._socket is not None:
            self._socket.bind("")  # an abstract address of the kernel's choice, unix(7)
            self.environment["NOTIFY_SOCKET"] = "@" + self._socket.getsockname()[1:].decode()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()

    def heard_ready(self, within: float) -> bool:
        if self._socket is None or not select.select([self._socket], [], [], within)[0]:
            return False
        return b"READY=1" in self._socket.recv(4096).splitlines()


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def await_port(port: int, within: float) -> None:
    """Raises TimeoutError when nobody listens there in time."""
    until = time.monotonic() + within
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError as refused:
            if time.monotonic() > until:
                raise TimeoutError(f"127.0.0.1:{port}: {refused}") from refused
            time.sleep(0.05)
        else:
            return
