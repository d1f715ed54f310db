"""A real PostgreSQL in a folder of its own, on a Unix socket only; it can be killed and started again.

It refuses to run as root: then it runs as the user that Debian's package made. A test gets a database of its own.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg

from tests.support.waiting import came

USER = "postgres"  # made by Debian's package
ROLE = "liangzheng"
PATIENCE_S = 30.0
QUIET = {"listen_addresses": "", "max_connections": "60", "shared_buffers": "32MB", "timezone": "UTC"}
# A contract test asks what the tables say, not what a power cut leaves: nothing has to reach the disk.
UNFLUSHED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class RunningPostgres:
    """`durable`: as a county runs it, every commit flushed."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._folder = folder
        self._settings = QUIET | ({} if durable else UNFLUSHED)
        self._process: subprocess.Popen[bytes] | None = None
        self._made = count(1)
        if os.geteuid() == 0:
            shutil.chown(folder, USER, pwd.getpwnam(USER).pw_gid)
        make = ["-D", str(folder / "data"), "-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(_as_its_user([_program("initdb"), *make]), check=True, capture_output=True, cwd=folder)

    def start(self) -> None:
        told = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        command = [_program("postgres"), "-D", str(self._folder / "data"), "-k", str(self._folder), *told]
        with (self._folder / "said").open("ab") as said:
            self._process = subprocess.Popen(_as_its_user(command), stdout=said, stderr=said, cwd=self._folder)
        process = self._process
        came(lambda: self._answers() or process.poll() is not None, PATIENCE_S, again=0.02)
        if not self._answers():
            raise RuntimeError((self._folder / "said").read_text())

    def kill(self, number: int = signal.SIGKILL) -> None:
        """As a power cut does to the server, unless another signal is named: SIGINT ends it in good order."""
        if self._process is None:
            return
        for process in (*self._children(), self._process.pid) if number == signal.SIGKILL else (self._process.pid,):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)
        self._process.wait(PATIENCE_S)
        self._process = None

    def fresh(self) -> str:
        """Where a new, empty database is."""
        name = f"county{next(self._made)}"
        with self._asked("postgres") as connection:
            connection.execute(f"create database {name}".encode())
        return self.where(name)

    def drop(self, where: str) -> None:
        name = psycopg.conninfo.conninfo_to_dict(where)["dbname"]
        with self._asked("postgres") as connection:
            connection.execute(f"drop database {name} with (force)".encode())

    def where(self, name: str) -> str:
        return f"host={self._folder} dbname={name} user={ROLE}"

    def _asked(self, name: str) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self.where(name), autocommit=True, connect_timeout=5)

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.Error), self._asked("postgres"):
            return True
        return False

    def _children(self) -> list[int]:
        """Its processes of this moment; they would finish their commit after their parent is gone."""
        if self._process is None:
            return []
        found = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return [int(word) for word in found.split()]


@contextlib.contextmanager
def running_postgres(*, durable: bool) -> Iterator[RunningPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="lz-pg-"))  # a short path: the socket's name has 107 bytes at most
    try:
        server = RunningPostgres(folder, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.kill(signal.SIGINT)
    finally:
        shutil.rmtree(folder)


def _program(name: str) -> str:
    """Debian keeps the servers of every release beside each other; the newest is taken."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda file: int(file.parts[-3]))
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        raise FileNotFoundError(f"{name}: PostgreSQL is not installed (systemd/prepare test)")
    return program


def _as_its_user(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups", "--", *command]
