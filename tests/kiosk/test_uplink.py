"""The uplink against a real mosquitto with TLS and the real intake: what goes up, what comes down, and what is lost."""

import secrets
import signal

from kiosk import blobs, tree
from kiosk.contract import read
from kiosk.log import Tail, payloads
from kiosk.rules.messages import CardRevoked
from kiosk.wire import Status
from tests.support.broker import RunningBroker
from tests.support.line import NOON, Box, Client, CountyEnd, incidents
from tests.support.waiting import wait_for
from ui.county.orders import Orders


def root_of(box: Box, size: int) -> bytes:
    nodes: dict[tuple[int, int], bytes] = {}
    for nth, (_, payload) in enumerate(payloads(box.up)):
        leaf = tree.leaf_hash(read(payload).header.bytes())
        for level, index, digest in tree.added(nth, leaf, lambda level, index: nodes[level, index]):
            nodes[level, index] = digest
    return tree.root(size, lambda level, index: nodes[level, index])


def test_entries_go_up_and_a_verified_receipt_comes_down(box: Box, county: CountyEnd) -> None:
    box.write(*incidents(3))
    with county.intake(), box.uplink():
        wait_for(lambda: box.receipted() == 3, "receipt of the first three")
        box.write(*incidents(1))
        wait_for(lambda: box.receipted() == 4, "receipt of a live entry")
    receipt = box.receipts()[-1].checkpoint
    assert receipt.log == box.log
    assert receipt.root == root_of(box, 4)
    assert [entry.header.seq for entry in county.entries(box.log)] == [1, 2, 3, 4]
    assert county.commits > 0
    assert box.told.keys[0] == "uplink.connected"
    assert "uplink.lost" not in box.told.keys


def test_a_backlog_travels_in_batches_and_arrives_whole(box: Box, county: CountyEnd) -> None:
    box.write(*incidents(1200))
    with county.intake(), box.uplink():
        wait_for(lambda: box.receipted() == 1200, "receipt of the backlog")
    assert [entry.header.seq for entry in county.entries(box.log)] == list(range(1, 1201))
    assert len(box.receipts()) <= 1200 / 50 + 1


def test_folders_that_do_not_exist_yet_are_waited_for(box: Box, county: CountyEnd) -> None:
    assert not box.up.exists()
    with county.intake(), box.uplink():
        wait_for(lambda: "uplink.connected" in box.told.keys, "connection")
        box.write(*incidents(1))
        wait_for(lambda: box.receipted() == 1, "receipt")


def test_an_absent_broker_is_waited_for(box: Box, broker: RunningBroker, county: CountyEnd) -> None:
    broker.kill(signal.SIGTERM)
    box.write(*incidents(2))
    with county.intake(), box.uplink():
        wait_for(lambda: box.told.keys == ["uplink.lost"], "the loss to be told once")
        broker.start()
        wait_for(lambda: box.receipted() == 2, "receipt after the broker came")
    assert box.told.keys[:2] == ["uplink.lost", "uplink.connected"]


def test_a_killed_broker_loses_nothing(box: Box, broker: RunningBroker, county: CountyEnd) -> None:
    with county.intake(), box.uplink():
        for least in (0, 400, 800):
            box.write(*incidents(400))
            wait_for(lambda: box.receipted() > least, "some progress")  # noqa: B023  waited for at once
            broker.kill()
            broker.start()
        wait_for(lambda: box.receipted() == 1200, "receipt of everything")
    assert [entry.header.seq for entry in county.entries(box.log)] == list(range(1, 1201))


def test_an_absent_county_is_sent_to_again_by_timer(box: Box, broker: RunningBroker, county: CountyEnd) -> None:
    box.write(*incidents(2))
    with box.uplink():
        wait_for(lambda: "uplink.not_taken" in box.told.keys, "the broker to find no taker")
        with county.intake():
            wait_for(lambda: box.receipted() == 2, "receipt without a new connection")
    assert box.told.keys.count("uplink.connected") == 1


def test_messages_that_only_the_broker_took_are_sent_again(box: Box, broker: RunningBroker, county: CountyEnd) -> None:
    """The broker's promise is worth nothing: here it forgets the queue that it held for the intake."""
    with county.intake():
        pass
    box.write(*incidents(2))
    with box.uplink():
        wait_for(lambda: "uplink.connected" in box.told.keys, "connection")
        broker.kill()
        broker.start()
        with county.intake():
            wait_for(lambda: box.receipted() == 2, "receipt")


def test_a_publish_that_the_broker_refuses_is_not_sent(box: Box, broker: RunningBroker, county: CountyEnd) -> None:
    acl = broker.folder / "mosquitto" / "acl"
    allowed = acl.read_text()
    acl.write_text(allowed.replace("topic write liangzheng/1/530427/gasa-01/up\n", ""))
    broker.kill()
    broker.start()
    box.write(*incidents(2))
    with county.intake(), box.uplink():
        wait_for(lambda: ("uplink.not_taken", {"reason": "Not authorized"}) in box.told.said, "the refusal to be told")
        assert box.receipted() == 0
        acl.write_text(allowed)
        broker.kill()
        broker.start()
        wait_for(lambda: box.receipted() == 2, "receipt after the list was put right")


def test_a_killed_uplink_goes_on_from_the_receipt(box: Box, county: CountyEnd) -> None:
    box.write(*incidents(60))
    with county.intake():
        with box.uplink():
            wait_for(lambda: box.receipted() == 60, "first receipt")
        box.write(*incidents(5))
        with box.uplink():
            wait_for(lambda: box.receipted() == 65, "second receipt")
    assert len(county.entries(box.log)) == 65


def test_a_restored_county_gets_everything_again(box: Box, broker: RunningBroker, county: CountyEnd) -> None:
    box.write(*incidents(70))
    with box.uplink():
        with county.intake():
            wait_for(lambda: box.receipted() == 70, "receipt of the old county")
        restored = CountyEnd(broker, "restored.db")
        restored.at = 60
        with restored.intake():
            box.write(*incidents(1))
            wait_for(lambda: len(restored.entries(box.log)) == 71, "the whole log at the new county")
            wait_for(lambda: box.receipted() == 71, "receipt of the new county")
    sizes = [receipt.checkpoint.size for receipt in box.receipts()]
    assert min(sizes[sizes.index(70) :]) < 70


def test_orders_come_down_without_gaps(box: Box, broker: RunningBroker, county: CountyEnd) -> None:
    orders = Orders(broker.folder)
    for nth in range(3):
        orders.give("all", CardRevoked(f"K-{nth}"), NOON)
    with county.intake(), box.uplink():
        wait_for(lambda: len(box.orders("all")) == 3, "orders given before")
        orders.give("all", CardRevoked("K-3"), NOON)
        orders.give("gasa-01", CardRevoked("K-own"), NOON)
        wait_for(lambda: len(box.orders("all")) == 4 and len(box.orders("own")) == 1, "orders given live")
    assert box.orders("all") == orders.after("all", 0)
    assert box.orders("own") == orders.after("gasa-01", 0)
    assert [read(order).header.seq for order in box.orders("all")] == [1, 2, 3, 4]


def test_orders_given_while_the_intake_was_away_arrive(box: Box, broker: RunningBroker, county: CountyEnd) -> None:
    """The station stays connected, so it does not ask; the intake announces the newest, and the gap makes it ask."""
    orders = Orders(broker.folder)
    with box.uplink():
        with county.intake():
            orders.give("all", CardRevoked("K-1"), NOON)
            wait_for(lambda: len(box.orders("all")) == 1, "first order")
        for nth in range(120):
            orders.give("all", CardRevoked(f"L-{nth}"), NOON)
        with county.intake():
            wait_for(lambda: len(box.orders("all")) == 121, "all the missing ones")


def test_blobs_follow_the_entries_and_are_kept_by_the_countys_word(
    box: Box, broker: RunningBroker, county: CountyEnd
) -> None:
    """Killed anywhere, the uplink begins the blob again; the county keeps each once."""
    store = box.folder / "blobs"
    pictures = {blobs.keep(store, month, secrets.token_bytes(120_000)) for month in ("2026-10", "2026-11", "2026-11")}
    session = blobs.keep(store, "2026-11", b"golden " * 5000, pack=True)
    box.write(*incidents(60))
    with county.intake():
        for least in range(5):
            with box.uplink(blobs=store):
                wait_for(lambda: Tail(box.down / "kept").through >= least, "some words")  # noqa: B023  waited for
    kept = list((broker.folder / "blobs").glob("[0-9]*/*"))
    assert {file.name for file in kept} == pictures | {f"{session}.zlib"}
    assert Tail(box.down / "kept").through == 4
    assert {file.parent.name for file in kept} == {"2026-10", "2026-11"}
    assert county.parked() == []


def test_the_status_says_what_waits(box: Box, broker: RunningBroker) -> None:
    blobs.keep(box.folder / "blobs", "2026-11", b"x")
    box.write(*incidents(3))
    with Client(broker, broker.folder / "tls", "intake", client_id="intake") as office:
        office.subscribe("liangzheng/1/530427/+/status")
        with box.uplink(blobs=box.folder / "blobs", resend_s=30):
            wait_for(lambda: office.heard, "a status")
        status = Status.model_validate_json(office.heard[0].payload)
    assert (status.state, status.recorded, status.through) == ("online", 3, 0)
    assert status.oldest == NOON.isoformat(timespec="milliseconds")
