"""The programs as they run: start and memory of the station, and the way of an entry to the county's open page."""

import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing

from kiosk.clock import Clock, build_time
from kiosk.record import Home, Record
from kiosk.trust import read_key, read_trust
from tests.bench.memory import KINDS, Memory, compile_ours, settled
from tests.bench.row import Row, milliseconds
from tests.faults.patient import Patient
from tests.faults.tray import Tray
from tests.faults.trial import lot_of
from tests.faults.ward import running
from tests.support.bodies import a_test
from tests.support.waiting import let_pass
from ui.county.web.doors import COOKIE
from ui.demo.bench import COUNTY, STATION, Bench

STARTS = 5
SHOWN = 20
WITHIN = 60.0
QUIET = 0.4  # seconds without news: the stream joins what comes close together


def rows() -> Iterator[Row]:
    with running(seed=1) as (bench, _):
        yield from _station(bench)
        bench.programs.stop("station")
        with closing(_record(bench)) as record:
            yield _shown(bench, record)


# --- the station ------------------------------------------------------------------------------------------------


def _station(bench: Bench) -> Iterator[Row]:
    starts, bare, memory = list[float](), list[float](), list[Memory]()
    compile_ours()
    for _ in range(STARTS):
        bench.programs.stop("station")
        starts.append(milliseconds(lambda: bench.start("station")))
        memory.append(Memory.of(bench.programs._running["station"].pid))
        bare.append(milliseconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)))
    yield Row("station: process start to READY=1", "ms", tuple(starts), "an empty Python", tuple(bare))
    for kind in KINDS:
        yield Row(f"station: {kind} at ready", "MiB", tuple(one.kinds()[kind] for one in memory))
    yield Row("station: modules at ready", "modules", (_modules(),), "an empty Python", (_modules("sys"),))
    Patient(bench, Tray(bench), lot_of(bench, 1, 0, 0)).take_turn()
    for kind, amount in settled(bench.programs._running["station"].pid).kinds().items():
        yield Row(f"station: {kind} after one turn", "MiB", (amount,))


def _modules(program: str = "ui.command.station") -> float:
    """Loaded before anything is built."""
    count = f"import sys, {program}; print(len(sys.modules))"
    return float(subprocess.run([sys.executable, "-c", count], check=True, capture_output=True).stdout)


def _record(bench: Bench) -> Record:
    """The station's own record, opened by us: what it appends is what the station would append."""
    box = bench.box
    home = Home(COUNTY, STATION, "0", box / "state" / "record.db", box / "up", box / "down")
    return Record(
        home, read_key(box / "keys" / "station.key"), read_trust(box / "keys" / "trust.json"), Clock(build_time())
    )


# --- to the county's page ---------------------------------------------------------------------------------------


def _shown(bench: Bench, record: Record) -> Row:
    """From before the append to the line of that entry in a stream that a browser holds open."""
    page = _Page(f"{bench.county_url}/live", bench.signed_in())
    took = []
    for _ in range(SHOWN + 2):
        let_pass(QUIET)
        began = time.perf_counter()
        entry = record.append(a_test())
        page.await_text(f"/entry/{record.log}/{entry.header.seq}")
        took.append((time.perf_counter() - began) * 1000)
    page.close()
    return Row("verdict: append at the box to the county's page", "ms", tuple(took[2:]))


class _Page:
    """An open server-sent event stream; remembers all that it said."""

    def __init__(self, url: str, session: str) -> None:
        browser = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        asked = urllib.request.Request(url, headers={"Cookie": f"{COOKIE}={session}"})
        self._answer = browser.open(asked, timeout=WITHIN)
        self._said = ""
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def await_text(self, text: str) -> None:
        with self._news:
            if not self._news.wait_for(lambda: text in self._said, WITHIN):
                raise TimeoutError(f"the page does not show {text}")

    def close(self) -> None:
        """The thread ends with the program: a blocked read cannot be called back."""
        self._said = ""

    def _listen(self) -> None:
        while line := self._answer.readline():
            with self._news:
                self._said += line.decode()
                self._news.notify_all()
