"""The county's office with history: each page at 10^4, 10^5 and 10^6 entries, and 200 browsers that see one arrive.

Goals: p95 of every page 200 ms, and no more at 10^6 than at 10^4; a line within 3 s of its commit in every browser.
Pages are all that the app has without a part in their address, and one of each kind that has. Each is asked by somebody
who sees the whole county and by somebody who sees one town of it.
"""

import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from kiosk.clock import BEIJING
from kiosk.words import load_words
from tests.bench.county_filled import Filled, filled
from tests.bench.row import Row, alternating, percentile, say
from tests.support.accounts import OfficeAccounts, office_accounts
from tests.support.bodies import Station, a_test
from tests.support.waiting import let_pass
from ui.county.accounts.roles import Role
from ui.county.app import build_app
from ui.county.changes import Changes
from ui.county.database import Arrived, Database
from ui.county.serve import CountyServer
from ui.county.web.doors import COOKIE

SIZES = (10_000, 100_000, 1_000_000)
ASKED = 25  # times each page
WARM = 3
BROWSERS, COMMITS = 200, 20
PAUSE = 0.4  # seconds between two commits: each is a frame of its own
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=BEIJING)
WITHIN = 60.0


def rows(build: Path, entries: int | None) -> Iterator[Row]:
    """`entries` is the largest size to take."""
    with _office(_place(build, SIZES[0])) as small:
        yield from _pages(small, SIZES[0], small)
        for size in SIZES[1:]:
            if size <= (entries or SIZES[-1]):
                with _office(_place(build, size)) as office:
                    yield from _pages(office, size, small)
        yield from _fan_out(small)


def _place(build: Path, size: int) -> Filled:
    began = time.monotonic()
    place = filled(build, size)
    say(f"{size} entries: {place.file.stat().st_size // 1_000_000} MB after {time.monotonic() - began:.0f} s")
    return place


# --- an office --------------------------------------------------------------------------------------------------


@dataclass
class Office:
    place: Filled
    app: Starlette
    address: str
    changes: Changes
    accounts: OfficeAccounts
    box: Station
    database: Database
    people: dict[str, str] = field(default_factory=dict)  # who: cookie


@contextmanager
def _office(place: Filled) -> Iterator[Office]:
    changes = Changes()
    with tempfile.TemporaryDirectory(prefix="liangzheng-bench-") as keys, closing(Database(place.file)) as database:
        accounts = office_accounts(
            Path(keys), place.file, place.county.office, place.county.name, lambda: NOW, changes.announce
        )
        box = place.county.enrol(f"new-{secrets.token_hex(4)}")
        words, desks, trust = load_words("zh"), accounts.desks, place.county.trust
        app = build_app(place.file, lambda: trust, words, changes, desks, lambda: NOW)
        server = CountyServer(app, changes, "127.0.0.1", 0)
        with socket.create_server(("127.0.0.1", 0)) as door:
            thread = threading.Thread(target=server.run, args=([door],))
            thread.start()
            address = f"http://127.0.0.1:{door.getsockname()[1]}"
            office = Office(place, app, address, changes, accounts, box, database)
            accounts.put("county", *(role.value for role in Role))
            accounts.put("town", *(role.value for role in Role), regions=(place.town,))
            office.people = {name: accounts.token(name) for name in ("county", "town")}
            try:
                yield office
            finally:
                server.should_exit = True
                thread.join(WITHIN)


# --- pages ------------------------------------------------------------------------------------------------------


def _pages(office: Office, size: int, small: Office) -> Iterator[Row]:
    """Each page by turns with that of the smallest county: what disturbs the machine disturbs both."""
    for who in office.people:
        with _browser(office, who) as browser, _browser(small, who) as other:
            for path, named in _paths(office):
                took, base = _asked(browser, other, path)
                if took:
                    name = f"{named}, {who}, {size}"
                    yield Row(name, "ms", tuple(took), f"{SIZES[0]} entries", tuple(base))
                    yield Row(f"{name}: p95", "ms", (percentile(took, 95),))


def _browser(office: Office, who: str) -> httpx.Client:
    return httpx.Client(base_url=office.address, timeout=WITHIN, cookies={COOKIE: office.people[who]})


def _paths(office: Office) -> Iterator[tuple[str, str]]:
    """Address, and what it is called in a row."""
    for route in office.app.routes:
        path = route.path if isinstance(route, Route) and "GET" in (route.methods or ()) else "{}"
        if "{" not in path and "live" not in path:  # streams have no end
            yield path, path
    yield f"/station/{office.place.station}", "/station"
    yield f"/entry/{office.place.log}/20", "/entry"
    yield f"/entry/{office.place.log}/20/proof.json", "/entry/proof"
    yield f"/people/{office.place.person}", "/people/one"
    yield "/people?q=nonghu001", "/people, search"
    yield f"/case/{office.place.log}/{office.place.case}", "/case"
    yield "/cases?view=closed", "/cases, closed"


def _asked(browser: httpx.Client, other: httpx.Client, path: str) -> tuple[list[float], list[float]]:
    """Milliseconds of both; nothing where there is no page without a question."""
    answers = [asked.get(path) for asked in (browser, other) for _ in range(WARM)]
    if (status := answers[0].status_code) != 200:
        say(f"{path}: {status}, left out")
        return [], []
    return alternating(lambda: browser.get(path).raise_for_status(), lambda: other.get(path).raise_for_status(), ASKED)


# --- browsers ---------------------------------------------------------------------------------------------------


class Browsers:
    """Some that look at one stream, in a process of their own."""

    def __init__(self, office: Office, path: str, count: int) -> None:
        host, port = office.address.removeprefix("http://").split(":")
        cookie = f"{COOKIE}={office.people['county']}"
        command = [sys.executable, "-m", "tests.bench.browsers", host, port, path, cookie, str(count)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._count = count
        self._came: dict[int, list[float]] = {}
        self._news = threading.Condition()
        self._ready = False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        with self._news:
            if not self._news.wait_for(lambda: self._ready, WITHIN):
                raise TimeoutError("not every browser got a first frame")
            self._came.clear()

    def frame(self) -> list[float]:
        """When the next frame reached each of them, in monotonic seconds."""
        with self._news:
            if not self._news.wait_for(self._whole, WITHIN):
                raise TimeoutError(f"a frame reached {max(map(len, self._came.values()), default=0)} browsers")
            found = self._whole()[0]
            self._came.clear()
            return found

    def close(self) -> None:
        self._process.communicate()

    def _whole(self) -> list[list[float]]:
        """Frames that every browser has."""
        return [at for at in self._came.values() if len(at) >= self._count]

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            words = line.split()
            with self._news:
                if words == ["ready"]:
                    self._ready = True
                else:
                    self._came.setdefault(int(words[1]), []).append(float(words[2]))
                self._news.notify_all()


def _fan_out(office: Office) -> Iterator[Row]:
    """CPU of a delivery is what 200 browsers cost more than one, beside one plain send of the same bytes."""
    opened = office.box.opened(f"{office.place.town}001")
    office.database.take([Arrived(office.box.name, opened)], NOW.isoformat())
    one, _ = _deliveries(office, 1)
    many, took = _deliveries(office, BROWSERS)
    each = [max(0.0, (all_ - alone) / (BROWSERS - 1)) for all_, alone in zip(many, one, strict=True)]
    plain = _plain_sends(_frame_bytes(office), len(each))
    yield Row(f"live: CPU of one of {BROWSERS} deliveries", "ms", tuple(each), "one plain send", plain)
    yield Row("live: CPU of a commit and its frame, one browser", "ms", tuple(one))
    yield Row(f"live: commit to the last of {BROWSERS} browsers", "ms", tuple(took))


def _deliveries(office: Office, count: int) -> tuple[list[float], list[float]]:
    """CPU of this process for each commit with its frame, and from before the commit to the last browser, in ms."""
    browsers = Browsers(office, "/live", count)
    spent, took = [], []
    for _ in range(COMMITS):
        entry = office.box.write(a_test("4"))
        began, cpu = time.monotonic(), time.process_time()
        office.database.take([Arrived(office.box.name, entry)], NOW.isoformat())
        office.changes.announce()
        last = max(browsers.frame())
        spent.append((time.process_time() - cpu) * 1000)
        took.append((last - began) * 1000)
        let_pass(PAUSE)
    browsers.close()
    return spent, took


def _frame_bytes(office: Office) -> bytes:
    bears = {COOKIE: office.people["county"]}
    with httpx.stream("GET", f"{office.address}/live", cookies=bears, timeout=WITHIN) as answer:
        return next(answer.iter_bytes())


def _plain_sends(data: bytes, times: int) -> tuple[float, ...]:
    """CPU of this thread for handing the bytes to the kernel, in milliseconds."""
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()) as mine:
        theirs, _ = door.accept()
        with theirs:
            took = []
            for _ in range(times):
                began = time.thread_time()
                mine.sendall(data)
                took.append((time.thread_time() - began) * 1000)
                left = len(data)
                while left:
                    left -= len(theirs.recv(left))
            return tuple(took)
