"""A county office with its database, its web app served on a loopback port, and a box that reports to it."""

import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from kiosk.clock import BEIJING
from kiosk.contract import Envelope
from kiosk.wire import Topics
from kiosk.words import load_words
from tests.support.accounts import office_accounts
from tests.support.bodies import County, Station
from tests.support.broker import COUNTY, RunningBroker
from tests.support.line import Client, CountyEnd, Running
from tests.support.postgres import RunningPostgres, running_postgres
from tests.support.waiting import wait_for
from ui.county.app import build_app
from ui.county.changes import Changes
from ui.county.database import Arrived, Database
from ui.county.ordered import Ordered
from ui.county.serve import CountyServer
from ui.county.sql import Where

TOPICS = Topics(COUNTY)
DEADLINE = 15.0
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=BEIJING)


@dataclass
class Desk:
    """What the intake does, without a broker: take, receipt, announce."""

    file: Where
    county: County = field(default_factory=County)
    changes: Changes = field(default_factory=Changes)
    at: datetime = NOW

    def __post_init__(self) -> None:
        self.database = Database(self.file)
        self.box = self.county.enrol("gasa")
        self._keys = Path(tempfile.mkdtemp(prefix="liangzheng-keys-"))
        self.accounts = office_accounts(self._keys, self.file, self.county.office, COUNTY, self.now, self.announce)
        self.start()

    def now(self) -> datetime:
        return self.at

    def announce(self) -> None:
        self.changes.announce()

    def start(self, where: Where | None = None, ordered: Ordered | None = None) -> None:
        """A new run of the web app, on the same database unless it is told."""
        self.changes = Changes()
        trust, words, desks = (lambda: self.county.trust), load_words("zh"), self.accounts.desks
        self.app = build_app(where or self.file, trust, words, self.changes, desks, self.now, ordered=ordered)

    def cookies(self) -> dict[str, str]:
        """Of an officer who may do everything."""
        return self.accounts.cookies()

    def close(self) -> None:
        self.database.close()
        shutil.rmtree(self._keys, ignore_errors=True)

    def take(self, *entries: Envelope, box: Station | None = None, receipt: bool = True, late: int = 1) -> None:
        box = box or self.box
        received = (box.at + timedelta(seconds=late)).isoformat()
        taken = self.database.take([Arrived(box.name, entry) for entry in entries], received)
        for log, head in taken.heads.items() if receipt else ():
            self.database.receipted(log, head.through, self.county.receipt(log, head.through, head.root))
        self.changes.announce()


@pytest.fixture(scope="session")
def postgres() -> Iterator[RunningPostgres]:
    """One server for all contract tests; it need not survive a power cut."""
    with running_postgres(durable=False) as server:
        yield server


@pytest.fixture
def server_database(postgres: RunningPostgres) -> Iterator[str]:
    where = postgres.fresh()
    yield where
    postgres.drop(where)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """A new, empty database, of each kind in turn."""
    if request.param == "sqlite":
        return tmp_path / "county.db"
    return str(request.getfixturevalue("server_database"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Desk(tmp_path / "county.db")) as desk:
        yield desk


@contextmanager
def served(desk: Desk, port: int = 0) -> Iterator[str]:
    """The address of the app while it runs; leaving stops it, open streams and all."""
    server = CountyServer(desk.app, desk.changes, "127.0.0.1", 0)
    with socket.create_server(("127.0.0.1", port)) as door:  # listens before the app is up: the first request waits
        thread = threading.Thread(target=server.run, args=([door],), name="county web")
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(DEADLINE)
    assert not thread.is_alive()


def officer(desk: Desk, address: str) -> httpx.Client:
    """The browser of somebody who may do everything."""
    return httpx.Client(base_url=address, timeout=DEADLINE, cookies=desk.cookies())


@pytest.fixture
def web(desk: Desk) -> Iterator[httpx.Client]:
    with served(desk) as address, officer(desk, address) as client:
        yield client


@pytest.fixture
def line(broker: RunningBroker, tmp_path: Path) -> Iterator[Client]:
    """The first station's own connection, in the hands of the test."""
    with Client(broker, tmp_path / "gasa-01" / "tls") as client:
        client.subscribe(TOPICS.of("gasa-01", "receipt"), TOPICS.of("gasa-01", "order"))
        yield client


@pytest.fixture
def intake(county: CountyEnd, line: Client) -> Iterator[Running]:
    """Running, and heard by the broker: a publish finds its subscriber."""
    with county.intake() as running:
        want = TOPICS.of("gasa-01", "want")
        wait_for(lambda: line.publish(want, b'{"all":0,"own":0}') == "Success", "the intake's subscription")
        yield running
