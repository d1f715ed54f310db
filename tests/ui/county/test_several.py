"""Three intakes on one PostgreSQL, killed again and again, server included: nothing lost, nothing twice, one story."""

import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from kiosk import tree
from kiosk.checkpoint import open_receipt
from kiosk.contract import Envelope
from kiosk.trust import read_trust
from kiosk.wire import Topics, pack
from tests.support.bodies import a_test
from tests.support.broker import DAY, RunningBroker, county_config
from tests.support.line import Box, Client, incidents
from tests.support.postgres import RunningPostgres, running_postgres
from tests.support.supervised import Supervised
from tests.support.waiting import wait_for
from ui.county.database import Absent
from ui.county.migration import open_reader
from ui.county.office import init_county, make_identity
from ui.county.reader import Reader

STATIONS = ("gasa-01", "gasa-02", "moon-01", "yangwu-01")
INTAKES = ("intake", "intake.2", "intake.3")
ENTRIES = 100  # of one station
PARCEL = 7
ROUND_S = 2.0  # until a station says again what has no receipt


@pytest.fixture(scope="module")
def server() -> Iterator[RunningPostgres]:
    """As a county runs it: what it called committed is on the disk when it is killed."""
    with running_postgres(durable=True) as running:
        yield running


@contextmanager
def county_of(folder: Path, where: str) -> Iterator[RunningBroker]:
    """A county on PostgreSQL with certificates for three intakes, its broker, and four boxes in `folder`."""
    config = county_config(folder / "county").model_copy(update={"database": where})
    init_county(config, DAY)
    for name in INTAKES[1:]:
        make_identity(config.folder, name, DAY)
    broker = RunningBroker(config)
    for station in STATIONS:
        broker.enrol(folder / station, station)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill(signal.SIGTERM)


def intake(broker: RunningBroker, name: str) -> Supervised:
    program = [str(Path(sys.executable).with_name("liangzheng")), "county", "run", "--only", "intake"]
    command = [*program, "--name", name, "--config", str(broker.folder / "county.toml")]
    return Supervised(command, broker.folder / f"{name}.log")


class Speaker:
    """A station's own line in the hands of the test: it says all of its entries until they are receipted."""

    def __init__(self, broker: RunningBroker, box: Box, random: Random, positives: int = 0) -> None:
        values = [*range(ENTRIES // 2 - positives), *range(80, 80 + positives)]  # % inhibition
        bodies = [*(a_test(str(value)) for value in values), *incidents(ENTRIES - ENTRIES // 2)]
        self.entries = [box.sign(seq, body) for seq, body in enumerate(bodies, 1)]
        self.box = box
        self._random = random
        self._trust = read_trust(box.folder / "trust.json")
        self._topics = Topics(broker.config.county)
        self.client = Client(broker, box.folder / "tls")
        self.client.subscribe(self._topics.of(box.station, "receipt"))

    @property
    def receipted(self) -> int:
        notes = [message.payload.decode() for message in list(self.client.heard)]
        return max((open_receipt(note, self._trust).checkpoint.size for note in notes), default=0)

    def say(self) -> None:
        """In any order, a fifth of it twice; also what was receipted before."""
        entries = self.entries + self._random.sample(self.entries, len(self.entries) // 5)
        self._random.shuffle(entries)
        for start in range(0, len(entries), PARCEL):
            parcel = pack([entry.bytes() for entry in entries[start : start + PARCEL]])
            self.client.publish(self._topics.of(self.box.station, "up"), parcel.payload, deflated=parcel.deflated)


def test_nothing_is_lost_and_nothing_comes_twice(tmp_path: Path, server: RunningPostgres) -> None:
    random, where = Random("several"), server.fresh()
    with county_of(tmp_path, where) as broker, ExitStack() as running:
        feed = running.enter_context(Client(broker, broker.folder / "tls", "feed", "feed"))
        feed.subscribe(Topics(broker.config.county).feed("#"))
        speakers = [Speaker(broker, Box(tmp_path / name, broker, name), random) for name in STATIONS]
        for speaker in speakers:
            running.enter_context(speaker.client)
        intakes = [running.enter_context(intake(broker, name)) for name in INTAKES]
        wait_for(
            lambda: all(broker.config.broker_host in log(broker, name) for name in INTAKES),
            "three intakes at the broker",
        )
        deaths: list[Supervised | RunningPostgres] = [*random.sample(intakes, 3), server, *random.sample(intakes, 2)]
        _until_receipted(speakers, deaths)
        total = len(STATIONS) * ENTRIES
        wait_for(lambda: len(_events(feed)) == total, "every entry on the feed")
        wait_for(lambda: _left(where) == 0, "the feed's list to be empty")
        _audit(where, speakers)
        assert _events(feed) == _placed(where)
        assert sum(len(program.ends) for program in intakes) >= 5


def _until_receipted(speakers: Sequence[Speaker], deaths: "Sequence[Supervised | RunningPostgres]") -> None:
    """Everyone says everything, and in the middle something dies; again until nothing is left to die or to say."""
    for nth in range(20):
        for speaker in speakers:
            speaker.say()
            if speaker is speakers[1] and nth < len(deaths):
                deaths[nth].kill()
        if nth < len(deaths) and isinstance(server := deaths[nth], RunningPostgres):
            server.start()
        try:
            wait_for(lambda: all(speaker.receipted == ENTRIES for speaker in speakers), "receipts", ROUND_S)
        except AssertionError:
            continue
        if nth >= len(deaths):
            return
    raise AssertionError([speaker.receipted for speaker in speakers])


def log(broker: RunningBroker, name: str) -> str:
    """What an intake said of itself."""
    file = broker.folder / f"{name}.log"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _audit(where: str, speakers: Sequence[Speaker]) -> None:
    """What the county holds is, byte for byte, what each station wrote; its root is that of the station's log."""
    with Reader(where) as reader, closing(open_reader(where)) as sql:
        for speaker in speakers:
            rows = sql.execute("select seq from entry where log = ? order by seq", (speaker.box.log,)).fetchall()
            assert [row["seq"] for row in rows] == list(range(1, ENTRIES + 1))
            kept = [reader.entry(speaker.box.log, row["seq"]) for row in rows]
            assert [one.envelope for one in kept if one] == speaker.entries
            head = reader.head(speaker.box.log)
            assert head is not None
            assert (head.through, head.root, head.receipted) == (ENTRIES, _root(speaker.entries), ENTRIES)
        assert sql.execute("select count(*) from conflict").fetchone()[0] == 0
        assert sum(reader.tally("2026-11-22").values()) == len(speakers) * (ENTRIES // 2)
        places = [row["place"] for row in sql.execute("select place from entry order by place")]
        assert places == list(range(1, len(speakers) * ENTRIES + 1))


def _root(entries: Sequence[Envelope]) -> bytes:
    """RFC 6962 §2.1 as it is written, by halves; not the product's way."""
    if len(entries) == 1:
        return tree.leaf_hash(entries[0].header.bytes())
    half = 1 << (len(entries) - 1).bit_length() - 1
    return tree.node_hash(_root(entries[:half]), _root(entries[half:]))


def _events(feed: Client) -> list[str]:
    """Names of the events in the order in which each came first."""
    return list(dict.fromkeys(str(json.loads(message.payload)["id"]) for message in list(feed.heard)))


def _placed(where: str) -> list[str]:
    with closing(open_reader(where)) as sql:
        return [f"{row['log']}/{row['seq']}" for row in sql.execute("select log, seq from entry order by place")]


def _left(where: str) -> int:
    try:
        with closing(open_reader(where)) as sql:
            return int(sql.execute("select count(*) from outgoing").fetchone()[0])
    except Absent:
        return -1
