"""The county's program: the intake in its own thread and the pages, until SIGTERM or SIGINT. Built here, once.

On PostgreSQL its parts may be processes of their own: several intakes, each with its name, and several with pages.
"""

import asyncio
import ipaddress
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

from starlette.applications import Starlette

from kiosk.clock import Clock, build_time, system_time
from kiosk.enrolment import TrustFile
from kiosk.log import Locked, LogError
from kiosk.notify import notify
from kiosk.pack import load_packs
from kiosk.trust import SealError
from kiosk.words import Words
from ui.county.accounts.passwords import Passwords
from ui.county.acts import Acts
from ui.county.alarms.telling import AlarmTeller
from ui.county.app import Desks, build_app
from ui.county.changes import Changes
from ui.county.closed import close_to_others
from ui.county.database import Database, DatabaseError, Lost
from ui.county.given import given
from ui.county.intake import Intake, Tell
from ui.county.office import CountyConfig, OfficeError
from ui.county.ordered import Ordered
from ui.county.orders import Orders
from ui.county.page_keys import office_key, pages_key
from ui.county.rights import INTAKE
from ui.county.running import running_as
from ui.county.seat import Seat
from ui.county.serve import CountyServer
from ui.county.signer import Signer
from ui.county.sql import Where
from ui.county.telling import Teller
from ui.county.watch import Watch
from ui.county.web.outside import Outside


class Part(StrEnum):
    """What of the county's program runs here. On PostgreSQL it may run in several processes."""

    ALL = "all"
    INTAKE = "intake"
    WEB = "web"
    SIGNER = "signer"  # signs what pages ask for (ui.county.signer): all of the county's keys but the root's


def run_county(config: CountyConfig, words: Words, tell: Tell, part: Part = Part.ALL, name: str = INTAKE) -> int:
    """0 when told to stop, 1 when the intake could not go on. `name` is that of this intake at the broker.

    Raises OfficeError for an address that is not ours to serve, or an intake that may not run; OSError, SealError for
    a folder that cannot be used.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())  # uvicorn puts its own over this, and raises it again at its end
    if part is Part.WEB:
        return _serve(config, words, tell, stop, None)
    if part is Part.SIGNER:
        return _sign(config, stop)
    with running_as(config, name):
        _make_tables(config.memory)
        changes = Changes()
        seat = Seat(name, shared=bool(config.database))
        intake = Intake(config, config.memory, Clock(build_time()), tell, changes.announce, seat)
        if part is Part.ALL:
            return _serve(config, words, tell, stop, _Thread(intake, stop, tell), changes)
        notify("READY=1")
        thread = _Thread(intake, stop, tell)
        thread.run()
        return 1 if thread.failed else 0


def _serve(
    config: CountyConfig,
    words: Words,
    tell: Tell,
    stop: threading.Event,
    intake: "_Thread | None",
    changes: Changes | None = None,
) -> int:
    """The pages, beside the intake of this process or without one."""
    changes = changes or Changes()
    trust = TrustFile(config.folder / "trust.json")
    address = listen_address(config.listen)
    door = _door(address, config.listen)

    def ready() -> None:
        notify("READY=1")
        tell("office.serving", address=f"http://{config.listen}/")

    put = given(Orders(config.folder)).on(system_time().date())
    ordered = Ordered(Orders(config.folder))
    outside = Outside(config.host, config.aliases, config.complaints)
    desks = desks_of(config, Clock(build_time()), changes)
    app = build_app(config.memory, trust.now, words, changes, desks, put=put, ordered=ordered, outside=outside)
    server = _Server(app, changes, address, ready)
    threads: list[threading.Thread] = [] if intake is None else [intake]
    if intake is not None:
        intake.ends(server)
    if intake is not None and (signer := _signer_here(config)) is not None:
        threads.append(threading.Thread(target=signer.run, args=(stop,), name="signer"))
    teller = Teller(words, load_packs(put=put, texts=False))
    alarms = AlarmTeller(config.memory, desks.acts, config.folder, teller, config.host, system_time)
    threads.append(threading.Thread(target=alarms.run, args=(stop,), name="alarms"))
    if intake is None or config.database:  # others commit too
        threads.append(threading.Thread(target=Watch(config.memory, changes).run, args=(stop,), name="watch"))
    for thread in threads:
        thread.start()
    try:
        server.run(sockets=[door])
    finally:
        notify("STOPPING=1")
        stop.set()
        for thread in threads:
            thread.join()
    return 1 if intake is not None and intake.failed else 0


def _sign(config: CountyConfig, stop: threading.Event) -> int:
    """The signer as a program of its own: the pages' program then sees neither of its keys (systemd)."""
    close_to_others()
    _make_tables(config.memory)
    signer = _signer(config)
    notify("READY=1")
    try:
        signer.run(stop)
    finally:
        notify("STOPPING=1")
        signer.close()
    return 0


def _signer_here(config: CountyConfig) -> Signer | None:
    """None where the keys are out of this program's reach, or another program signs."""
    if not os.access(config.folder / "keys" / "order.key", os.R_OK):
        return None
    with suppress(Locked):
        return _signer(config)
    return None


def _signer(config: CountyConfig) -> Signer:
    trust = TrustFile(config.folder / "trust.json")
    return Signer(config.folder, config.memory, trust.now, Clock(build_time()))


def desks_of(config: CountyConfig, clock: Clock, changes: Changes) -> Desks:
    """Raises OfficeError for a county whose keys were made before it had a log of its own."""
    acts = Acts(config.memory, office_key(config.folder), config.county, clock.now, changes.announce)
    return Desks(acts, config.folder, pages_key(config.folder), Passwords())


def listen_address(listen: str) -> tuple[str, int]:
    """Host and port of `listen`. Only loopback: what speaks TLS to browsers stands before it. Raises OfficeError."""
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

    def __init__(self, intake: Intake, stop: threading.Event, tell: Tell) -> None:
        super().__init__(name="intake")
        self.failed = False
        self._intake = intake
        self._stop_asked = stop
        self._server: CountyServer | None = None
        self._tell = tell

    def ends(self, server: CountyServer) -> None:
        """The pages are served no longer than the intake runs."""
        self._server = server

    def run(self) -> None:
        try:
            self._intake.run(self._stop_asked)
        except (OSError, SealError, LogError, DatabaseError) as wrong:
            self._tell("problem.office.intake_stopped", reason=wrong)
        finally:
            self.failed = not self._stop_asked.is_set()
            if self._server is not None:
                self._server.should_exit = True


def _door(address: tuple[str, int], listen: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    try:
        return socket.create_server(address, family=family)
    except OSError as taken:
        raise OfficeError("office.listen_taken", listen=listen, reason=taken.strerror) from taken


def _make_tables(where: Where) -> None:
    """Pages can be asked for before the intake's thread has made its own connection."""
    try:
        Database(where).close()
    except Lost as away:
        raise OfficeError("office.database_away", reason=away) from away
    except DatabaseError as wrong:
        raise OfficeError("office.database", reason=wrong) from wrong
