"""Two intakes and two page programs on one PostgreSQL, killed mid-stream: browsers recover, an alarm is told once."""

import json
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Self

import httpx
import pytest

from kiosk.clock import Clock, build_time, system_time
from kiosk.rules.messages import DutyPut, UserPut
from tests.support.broker import RunningBroker, free_port
from tests.support.line import Box
from tests.support.postgres import RunningPostgres, running_postgres
from tests.support.supervised import Supervised
from tests.support.waiting import came, wait_for
from tests.ui.county.test_several import ENTRIES, Speaker, county_of, intake
from ui.county.accounts import sessions
from ui.county.acts import Act, Acts
from ui.county.database import Database
from ui.county.page_keys import office_key
from ui.county.reader import Reader
from ui.county.web.doors import COOKIE

INTAKES = ("intake", "intake.2")
STATIONS = ("gasa-01", "gasa-02")
POSITIVES = 3  # of one station
SECONDS = 20.0  # of silence after which a browser asks again: more than a heartbeat


class Follower(threading.Thread):
    """A browser with the live page open: it asks again when the line breaks, and says what it saw last."""

    def __init__(self, address: str, token: str) -> None:
        super().__init__(name=f"follower {address}")
        self.version = 0
        self.opened = 0
        self.seen: set[str] = set()
        self._address = address
        self._token = token
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.is_set():
            try:
                self._follow()
            except httpx.HTTPError:
                self._over.wait(0.1)

    def _follow(self) -> None:
        headers = {"last-event-id": str(self.version)} if self.version else {}
        cookies, limit = {COOKIE: self._token}, httpx.Timeout(SECONDS, read=1.0)
        with (
            httpx.Client(base_url=self._address, cookies=cookies, timeout=limit) as client,
            client.stream("GET", "/live", headers=headers) as answer,
        ):
            answer.raise_for_status()
            self.opened += 1
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    self.version = int(line.removeprefix("id: "))
                self.seen |= {part.partition('"')[0] for part in line.split('href="/entry/')[1:]}


class FarEnd:
    """Whom alarms are sent to; counts what came by the id of the telling."""

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()
        far = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["content-length"])))
                far.ids[told["id"]] += 1
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"code": 0}')

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"


@contextmanager
def far_end() -> Iterator[FarEnd]:
    far = FarEnd()
    thread = threading.Thread(target=far.server.serve_forever)
    thread.start()
    try:
        yield far
    finally:
        far.server.shutdown()
        thread.join()
        far.server.server_close()


@pytest.fixture(scope="module")
def server() -> Iterator[RunningPostgres]:
    with running_postgres(durable=True) as running:
        yield running


def pages(broker: RunningBroker, nth: int) -> tuple[str, Supervised]:
    """The address of one more page program, and the program."""
    port, told = free_port(), (broker.folder / "county.toml").read_text(encoding="utf-8").splitlines()
    config = broker.folder / f"pages.{nth}.toml"
    kept = [line for line in told if not line.startswith("listen")]
    config.write_text("\n".join([*kept, f'listen = "127.0.0.1:{port}"', ""]), encoding="utf-8")
    program = str(Path(sys.executable).with_name("liangzheng"))
    command = [program, "county", "run", "--only", "web", "--config", str(config)]
    return f"http://127.0.0.1:{port}", Supervised(command, broker.folder / f"pages.{nth}.log")


def signed_in(broker: RunningBroker, where: str, far: FarEnd) -> str:
    """An officer who is told of alarms, and what his browser bears."""
    channel = f'[test]\nnames = {{ zh = "试" }}\nkind = "sms-http"\nurl = "{far.url}"\nfields = {{ id = "{{id}}" }}\n'
    file = broker.folder / "channels.toml"
    file.write_text(channel, encoding="utf-8")
    file.chmod(0o600)
    Database(where).close()
    acts = Acts(where, office_key(broker.folder), broker.config.county, Clock(build_time()).now, lambda: None)

    def begin(act: Act) -> str:
        act.says(UserPut("wang", "Wang", ("officer",)))
        act.says(DutyPut("d-1", "Wang", "test", "", 1))
        return sessions.begin(act.sql, "wang", system_time(), half=False)[0]

    return acts.do(begin)


def test_browsers_recover_and_alarms_are_told_once(tmp_path: Path, server: RunningPostgres) -> None:
    random, where = Random("pages"), server.fresh()
    with county_of(tmp_path, where) as broker, far_end() as far, ExitStack() as running:
        token = signed_in(broker, where, far)
        intakes = [running.enter_context(intake(broker, name)) for name in INTAKES]
        webs = [pages(broker, nth) for nth in range(2)]
        programs = [running.enter_context(program) for _, program in webs]
        followers = [running.enter_context(Follower(address, token)) for address, _ in webs]
        wait_for(lambda: all(one.opened for one in followers), "both live pages open")
        speakers = [Speaker(broker, Box(tmp_path / name, broker, name), random, POSITIVES) for name in STATIONS]
        for speaker in speakers:
            running.enter_context(speaker.client)
        for dying in (programs[0], intakes[0], programs[1], intakes[1], programs[0]):
            for speaker in speakers:
                speaker.say()
            before = [one.opened for one in followers]
            dying.kill()
            if dying in programs:
                follower, count = followers[programs.index(dying)], before[programs.index(dying)]
                wait_for(lambda who=follower, was=count: who.opened > was, "the browser is back")  # type: ignore[misc]
        while not came(lambda: all(speaker.receipted == ENTRIES for speaker in speakers), 3.0, 0.1):
            for speaker in speakers:
                speaker.say()
        wait_for(lambda: all(one.version >= version(where) for one in followers), "both pages up to date")
        newest = lines(where)
        assert all(newest <= one.seen for one in followers)
        wait_for(lambda: len(far.ids) == len(STATIONS) * POSITIVES, "every positive told")
        told_of = acts_of(where, "alarm.told")
        assert told_of == len(far.ids)
        assert sum(far.ids.values()) - len(far.ids) <= len(programs[0].ends) + len(programs[1].ends)


def version(where: str) -> int:
    with Reader(where) as reader:
        return reader.version


def lines(where: str) -> set[str]:
    with Reader(where) as reader:
        return {f"{row['log']}/{row['seq']}" for row in reader.newest(20)}


def acts_of(where: str, kind: str) -> int:
    from ui.county.migration import open_reader

    with closing(open_reader(where)) as sql:
        return int(sql.execute("select count(*) from act where kind = ?", (kind,)).fetchone()[0])
