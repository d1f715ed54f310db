"""The county's program: the intake in its own thread and the pages, until SIGTERM or SIGINT. Built here, once."""

import asyncio
import ipaddress
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from starlette.applications import Starlette

from kiosk.clock import Clock, build_time, system_time
from kiosk.enrolment import TrustFile
from kiosk.log import LogError
from kiosk.notify import notify
from kiosk.trust import SealError
from kiosk.words import Words
from ui.county.app import build_app
from ui.county.changes import Changes
from ui.county.database import Database, DatabaseError
from ui.county.given import given
from ui.county.intake import Intake, Tell
from ui.county.office import CountyConfig, OfficeError
from ui.county.orders import Orders
from ui.county.serve import CountyServer


def run_county(config: CountyConfig, words: Words, tell: Tell) -> int:
    """0 when told to stop, 1 when the intake could not go on.

    Raises OfficeError for an address that is not ours to serve; OSError, SealError for a folder that cannot be used.
    """
    database, changes, stop = config.folder / "county.db", Changes(), threading.Event()
    intake = Intake(config, database, Clock(build_time()), tell, changes.announce)
    trust = TrustFile(config.folder / "trust.json")
    address = listen_address(config.listen)
    door = _door(address, config.listen)
    _make_tables(database)

    def ready() -> None:
        notify("READY=1")
        tell("office.serving", address=f"http://{config.listen}/")

    put = given(Orders(config.folder)).on(system_time().date())
    server = _Server(build_app(database, trust.now, words, changes, put=put), changes, address, ready)
    intake_thread = _Thread(intake, stop, server, tell)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ignore)  # uvicorn puts its own handler over this, and raises the signal again at its end
    intake_thread.start()
    try:
        server.run(sockets=[door])
    finally:
        notify("STOPPING=1")
        stop.set()
        intake_thread.join()
    return 1 if intake_thread.failed else 0


def listen_address(listen: str) -> tuple[str, int]:
    """Host and port of `listen`. Only loopback: the office's pages have no sign-in. Raises OfficeError."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
        number = int(port)
    except ValueError as wrong:
        raise OfficeError("office.listen_form", listen=listen) from wrong
    if not loopback:
        raise OfficeError("office.listen_open", listen=listen)
    return host, number


class _Server(CountyServer):
    def __init__(
        self, app: Starlette, changes: Changes, address: tuple[str, int], on_ready: Callable[[], None]
    ) -> None:
        super().__init__(app, changes, *address)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await asyncio.to_thread(self._on_ready)


class _Thread(threading.Thread):
    """Runs the intake; when it ends unasked, the whole program ends and is started again by the service manager."""

    def __init__(self, intake: Intake, stop: threading.Event, server: CountyServer, tell: Tell) -> None:
        super().__init__(name="intake")
        self.failed = False
        self._intake = intake
        self._stop_asked = stop
        self._server = server
        self._tell = tell

    def run(self) -> None:
        try:
            self._intake.run(self._stop_asked)
        except (OSError, SealError, LogError, DatabaseError) as wrong:
            self._tell("problem.office.intake_stopped", reason=wrong)
        finally:
            self.failed = not self._stop_asked.is_set()
            self._server.should_exit = True


def _door(address: tuple[str, int], listen: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    try:
        return socket.create_server(address, family=family)
    except OSError as taken:
        raise OfficeError("office.listen_taken", listen=listen, reason=taken.strerror) from taken


def _make_tables(database: Path) -> None:
    """Pages can be asked for before the intake's thread has made its own connection."""
    try:
        Database(database).close()
    except DatabaseError as wrong:
        raise OfficeError("office.database", reason=wrong) from wrong


def _ignore(_number: int, _frame: FrameType | None) -> None:
    return
