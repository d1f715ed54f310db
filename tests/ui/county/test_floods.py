"""Stations that say too much, on a real broker: poison, repeats, askings, chunks. The others do not notice."""

import hashlib
import secrets
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.checkpoint import open_kept, open_receipt
from kiosk.rules.messages import CardRevoked
from kiosk.trust import read_trust
from kiosk.wire import MOST_CHUNK, Chunk, ChunkHead, Topics, pack
from tests.support.broker import COUNTY, RunningBroker
from tests.support.line import NOON, Box, Client, CountyEnd, Running, incidents, noon_clock
from tests.support.waiting import wait_for
from ui.county.intake import Intake
from ui.county.orders import Orders
from ui.county.parking import BURST

TOPICS = Topics(COUNTY)
FLOOD, CALM = "gasa-01", "gasa-02"


@pytest.fixture
def intake(broker: RunningBroker, county: CountyEnd) -> Intake:
    return Intake(broker.config, county.database, noon_clock(), county.told, lambda: None)


@pytest.fixture
def running(intake: Intake, calm: Client) -> Iterator[None]:
    with Running(intake.run):
        wait_for(lambda: calm.publish(TOPICS.of(CALM, "want"), b'{"all":0,"own":0}') == "Success", "the intake")
        yield


@pytest.fixture
def flood(broker: RunningBroker, tmp_path: Path) -> Iterator[Client]:
    with Client(broker, tmp_path / FLOOD / "tls") as line:
        line.subscribe(TOPICS.of(FLOOD, "receipt"), TOPICS.of(FLOOD, "kept"), TOPICS.of(FLOOD, "order"))
        yield line


@pytest.fixture
def calm(broker: RunningBroker, tmp_path: Path) -> Iterator[Client]:
    with Client(broker, tmp_path / CALM / "tls") as line:
        line.subscribe(TOPICS.of(CALM, "receipt"))
        yield line


def said(line: Client, channel: str) -> list[bytes]:
    return [bytes(message.payload) for message in list(line.heard) if message.topic.endswith(f"/{channel}")]


@pytest.mark.usefixtures("running")
def test_a_flood_of_poison_fills_no_disk_and_stops_nobody(
    flood: Client, calm: Client, county: CountyEnd, broker: RunningBroker, tmp_path: Path
) -> None:
    for nth in range(BURST * 3):
        flood.publish(TOPICS.of(FLOOD, "up"), b"poison %d " % nth + secrets.token_bytes(100))
    box = Box(tmp_path / CALM, broker, CALM)
    calm.publish(TOPICS.of(CALM, "up"), b"[" + box.sign(1, incidents(1)[0]).bytes() + b"]")
    wait_for(lambda: said(calm, "receipt"), "the other station's receipt")
    reasons = [reason for _, reason in county.parked()]
    assert len(reasons) == BURST + 1
    assert reasons.count("county.parked.counted") == 1


@pytest.mark.usefixtures("running")
def test_a_station_at_a_thousand_a_second_does_not_starve_the_others(
    flood: Client, calm: Client, intake: Intake, broker: RunningBroker, tmp_path: Path
) -> None:
    """Fifty entries in each message, always the same ones, which cost as much as new ones."""
    loud, quiet = Box(tmp_path / FLOOD, broker, FLOOD), Box(tmp_path / CALM, broker, CALM)
    entries = [loud.sign(nth, body).bytes() for nth, body in enumerate(incidents(50), 1)]
    parcel, stop, sent = pack(entries), threading.Event(), [0]

    def shout() -> None:
        while not stop.wait(0.02):
            for _ in range(20):
                flood.post(TOPICS.of(FLOOD, "up"), parcel.payload, deflated=True)
                sent[0] += 1

    shouting = threading.Thread(target=shout)
    shouting.start()
    try:
        wait_for(lambda: sent[0] > 2000, "the flood")
        for nth, body in enumerate(incidents(10), 1):
            calm.publish(TOPICS.of(CALM, "up"), b"[" + quiet.sign(nth, body).bytes() + b"]")
            wait_for(lambda nth=nth: receipted(calm, quiet) == nth, "a receipt in the flood")  # type: ignore[misc]
    finally:
        stop.set()
        shouting.join()
    wait_for(lambda: receipted(flood, loud) == 50, "the flood's own entries")
    wait_for(lambda: intake.let_go, "the count of what was let go")
    assert list(intake.let_go) == [FLOOD]


def receipted(line: Client, box: Box) -> int:
    trust = read_trust(box.folder / "trust.json")
    return max((open_receipt(note.decode(), trust).checkpoint.size for note in said(line, "receipt")), default=0)


@pytest.mark.usefixtures("running")
def test_who_asks_without_pause_is_answered_at_a_measured_pace(flood: Client, broker: RunningBroker) -> None:
    Orders(broker.folder).give("all", CardRevoked("K-1"), NOON)
    for nth in range(100):
        flood.publish(TOPICS.of(FLOOD, "want"), b'{"all":0,"own":%d}' % nth)
    wait_for(lambda: said(flood, "order"), "an answer")
    assert len(said(flood, "order")) < 20


@pytest.mark.usefixtures("running")
def test_a_blob_is_gathered_and_answered_and_again_at_once(
    flood: Client, county: CountyEnd, broker: RunningBroker, tmp_path: Path
) -> None:
    data = secrets.token_bytes(MOST_CHUNK) * 3
    lying = zlib.compress(data)
    digest, trust = hashlib.sha256(data).hexdigest(), read_trust(tmp_path / FLOOD / "trust.json")
    head = {"blob": digest, "month": "2026-11", "packed": True, "of": len(lying)}
    chunks = [
        Chunk(ChunkHead.model_validate(head | {"at": at}), lying[at : at + MOST_CHUNK]).bytes()
        for at in range(0, len(lying), MOST_CHUNK)
    ]
    for chunk in [*chunks, chunks[0]]:
        flood.publish(TOPICS.of(FLOOD, "blob"), chunk)
    wait_for(lambda: len(said(flood, "kept")) == 2, "the county's word, twice")
    assert {open_kept(note.decode(), trust) for note in said(flood, "kept")} == {digest}
    assert (broker.folder / "blobs" / "2026-11" / f"{digest}.zlib").read_bytes() == lying
    with closing(sqlite3.connect(county.database)) as sql:
        assert sql.execute("select digest, station from blob").fetchall() == [(digest, FLOOD)]


@pytest.mark.usefixtures("running")
def test_a_blob_with_the_wrong_hash_is_put_aside_in_words(flood: Client, county: CountyEnd) -> None:
    head = ChunkHead(blob="ab" * 32, month="2026-11", packed=False, at=0, of=4)
    flood.publish(TOPICS.of(FLOOD, "blob"), Chunk(head, b"lies").bytes())
    flood.publish(TOPICS.of(FLOOD, "blob"), b"no chunk at all")
    wait_for(lambda: len(county.parked()) == 2, "both put aside")
    assert [reason for _, reason in county.parked()] == ["county.parked.blob_bytes", "county.parked.wire"]
    assert said(flood, "kept") == []
