"""The intake on a real broker: what it takes, what it puts aside, what it answers, and what the public feed shows."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.checkpoint import open_receipt
from kiosk.contract import Envelope, read
from kiosk.rules.messages import CardRevoked, Incident
from kiosk.trust import read_trust
from kiosk.wire import Topics, pack, unpack
from tests.support.bodies import FARMER, Station, a_print, a_test
from tests.support.broker import COUNTY, RunningBroker
from tests.support.line import NOON, Box, Client, CountyEnd, Running, incidents
from tests.support.waiting import wait_for
from ui.county.orders import Orders

TOPICS = Topics(COUNTY)


def say(line: Client, *envelopes: bytes, station: str = "gasa-01") -> None:
    parcel = pack(envelopes)
    line.publish(TOPICS.of(station, "up"), parcel.payload, deflated=parcel.deflated)


def receipts(line: Client, box: Box) -> list[int]:
    trust = read_trust(box.folder / "trust.json")
    notes = [message.payload.decode() for message in list(line.heard) if message.topic.endswith("/receipt")]
    return [open_receipt(note, trust).checkpoint.size for note in notes]


@pytest.mark.usefixtures("intake")
def test_the_same_delivery_twice_changes_nothing_and_is_receipted_again(
    line: Client, box: Box, county: CountyEnd
) -> None:
    entries = [box.sign(nth, body).bytes() for nth, body in enumerate(incidents(3), 1)]
    say(line, *entries)
    say(line, *entries)
    wait_for(lambda: receipts(line, box) == [3, 3], "two receipts")
    assert len(county.entries(box.log)) == 3


@pytest.mark.usefixtures("intake")
def test_what_comes_early_waits_and_is_not_receipted(line: Client, box: Box, county: CountyEnd) -> None:
    first, second = (box.sign(nth, body).bytes() for nth, body in enumerate(incidents(2), 1))
    say(line, second)
    wait_for(lambda: receipts(line, box) == [0], "a receipt that covers nothing")
    say(line, first)
    wait_for(lambda: receipts(line, box) == [0, 2], "a receipt that covers both")


@pytest.mark.usefixtures("intake")
def test_a_forged_entry_is_parked_and_its_honest_neighbours_are_taken(
    line: Client, box: Box, county: CountyEnd
) -> None:
    first, second = (box.sign(nth, body).bytes() for nth, body in enumerate(incidents(2), 1))
    say(line, first, second.replace(b"paper_out", b"paper_low"), second)
    wait_for(lambda: receipts(line, box) == [2], "receipt of the honest ones")
    assert [reason for _, reason in county.parked()] == ["county.parked.forged"]
    assert {"office.intake.parked", "county.parked.forged"} <= {*county.told.keys}


@pytest.mark.usefixtures("intake")
def test_an_unknown_log_is_parked(line: Client, box: Box, county: CountyEnd) -> None:
    say(line, Station(COUNTY, "gasa-01", Ed25519PrivateKey.generate()).opened().bytes())
    wait_for(county.parked, "parked")
    assert county.parked()[0][1] == "county.parked.log_unknown"


@pytest.mark.usefixtures("intake")
def test_an_honest_entry_under_another_station_s_topic_is_parked(
    line: Client, county: CountyEnd, broker: RunningBroker, tmp_path: Path
) -> None:
    other = Box(tmp_path / "gasa-02", broker, "gasa-02")
    say(line, other.sign(1, incidents(1)[0]).bytes())
    wait_for(county.parked, "parked")
    assert county.parked() == [(TOPICS.of("gasa-01", "up"), "county.parked.station_other")]
    assert ("county.parked.station_other", {"owner": "gasa-02", "station": "gasa-01"}) in county.told.said
    assert county.entries(other.log) == []


@pytest.mark.usefixtures("intake")
@pytest.mark.parametrize("channel", ["up", "want", "status"])
@pytest.mark.parametrize("payload", [b"", b"\xff\xfe", b"[[[", b"{}", b"null", b'["x"]', b'{"all":-1,"own":"x"}'])
def test_poison_is_parked_once_and_does_not_stop_the_rest(
    line: Client, box: Box, county: CountyEnd, channel: str, payload: bytes
) -> None:
    line.publish(TOPICS.of("gasa-01", channel), payload)
    line.publish(TOPICS.of("gasa-01", "up"), b"not deflated", deflated=True)
    say(line, box.sign(1, incidents(1)[0]).bytes())
    wait_for(lambda: receipts(line, box) == [1], "receipt of what came after")
    assert len(county.parked()) == 2


def test_a_signed_entry_whose_body_does_not_fit_is_kept_as_it_is(
    intake: Running, line: Client, box: Box, county: CountyEnd
) -> None:
    """It is in the log, so it is evidence; the tables cannot use it, and nothing stops."""
    odd = Incident("printer", "printer.paper_out", {"nth": "0"})
    object.__setattr__(odd, "part", ["not", "a", "word"])
    with pytest.warns(UserWarning, match="serialized value"):
        entry = box.sign(1, odd)
    say(line, entry.bytes())
    wait_for(lambda: receipts(line, box) == [1], "receipt")
    assert county.entries(box.log) == [entry]


def test_a_second_story_for_one_number_is_kept_as_evidence(
    intake: Running, line: Client, box: Box, county: CountyEnd
) -> None:
    ours, theirs = (box.sign(1, body) for body in incidents(2))
    say(line, ours.bytes())
    say(line, theirs.bytes())
    wait_for(lambda: receipts(line, box) == [1, 1], "receipts")
    assert county.entries(box.log) == [ours]


def test_an_entry_stays_with_the_broker_until_it_is_committed(
    line: Client, box: Box, county: CountyEnd, broker: RunningBroker
) -> None:
    """The intake's session outlives it: what came while it was away is taken when it is back."""
    with county.intake():
        want = TOPICS.of("gasa-01", "want")
        wait_for(lambda: line.publish(want, b'{"all":0,"own":0}') == "Success", "the intake's subscription")
    say(line, box.sign(1, incidents(1)[0]).bytes())
    with county.intake():
        wait_for(lambda: receipts(line, box) == [1], "receipt")


@pytest.mark.usefixtures("intake")
def test_want_is_answered_with_what_is_missing(line: Client, broker: RunningBroker) -> None:
    orders = Orders(broker.folder)
    given = [orders.give("all", CardRevoked(f"K-{nth}"), NOON) for nth in range(120)]
    own = orders.give("gasa-01", CardRevoked("K-own"), NOON)
    line.publish(TOPICS.of("gasa-01", "want"), b'{"all":10,"own":0}')
    wait_for(lambda: {own.bytes(), *(order.bytes() for order in given[10:])} <= set(orders_heard(line)), "the orders")
    assert given[9].bytes() not in orders_heard(line)


def test_status_and_will_reach_the_county(box: Box, county: CountyEnd, broker: RunningBroker) -> None:
    with county.intake():
        with box.uplink():
            wait_for(lambda: county.statuses().get("gasa-01") is True, "online")
        wait_for(lambda: county.statuses().get("gasa-01") is False, "offline after a goodbye")


def test_the_feed_has_each_entry_once_in_order(
    intake: Running, broker: RunningBroker, box: Box, line: Client, county: CountyEnd
) -> None:
    with Client(broker, broker.folder / "tls", "feed") as reader:
        reader.subscribe(TOPICS.feed("#"))
        for nth, body in enumerate(incidents(5), 1):
            say(line, box.sign(nth, body).bytes())
            say(line, box.sign(nth, body).bytes())
        wait_for(lambda: len(reader.heard) == 5, "five events")
        say(line, box.sign(6, a_print("n")).bytes())
        wait_for(lambda: len(reader.heard) == 6, "the next event")
    ids = [json.loads(message.payload)["id"] for message in reader.heard]
    assert ids == [f"{box.log}/{nth}" for nth in range(1, 7)]
    assert reader.heard[-1].topic == TOPICS.feed("print")
    assert getattr(reader.heard[0].properties, "ContentType", "") == "application/cloudevents+json"


def test_a_feed_event_is_a_cloud_event_without_personal_fields(
    intake: Running, broker: RunningBroker, box: Box, line: Client
) -> None:
    station = Station(COUNTY, "gasa-01", box.key)
    entries = [
        station.opened(),
        station.write(a_test()),
        station.write(station.certificate(tests=(2,))),
        station.write(a_print(station.certificate().number)),
        station.write(Incident("analyzer", "analyzer.silent", {"subject": FARMER.name}, "v-1")),
    ]
    with Client(broker, broker.folder / "tls", "feed") as reader:
        reader.subscribe(TOPICS.feed("#"))
        say(line, *(entry.bytes() for entry in entries))
        wait_for(lambda: len(reader.heard) == 5, "all events")
    for message, entry in zip(reader.heard, entries, strict=True):
        check_event(bytes(message.payload), entry)
        said = message.payload.decode()
        for private in (FARMER.name, FARMER.contact, FARMER.origin, FARMER.id, station.certificate().number):
            assert private not in said
    test = json.loads(reader.heard[1].payload)["data"]
    assert test["product"] == "cowpea"
    assert test["verdict"]["outcome"] == "negative"


def check_event(payload: bytes, entry: Envelope) -> None:
    """CloudEvents 1.0 §3.1 and its JSON format: the required attributes, their types and names."""
    event = json.loads(payload)
    assert event["specversion"] == "1.0"
    assert event["id"] == f"{entry.header.log}/{entry.header.seq}"
    assert event["source"] == f"urn:liangzheng:log:{entry.header.log}"
    assert event["type"] == f"cn.liangzheng.{entry.header.kind}.1"
    assert event["datacontenttype"] == "application/json"
    assert datetime.fromisoformat(event["time"]).tzinfo is not None
    assert isinstance(event["data"], dict)
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in event)


def orders_heard(line: Client) -> list[bytes]:
    said = [message for message in list(line.heard) if message.topic.endswith("/order")]
    return [
        order
        for message in said
        for order in unpack(bytes(message.payload), hasattr(message.properties, "UserProperty"))
        if read(order)
    ]
