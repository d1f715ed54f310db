"""What a line does to the uplink, and with what manners it comes back: a proxy that misbehaves, brokers that refuse."""

import gc
import signal
import ssl
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.courier import Letter
from kiosk.line import Ends, Line
from kiosk.line_trouble import Manners, Trouble
from kiosk.mqtt import tls_of
from kiosk.uplink import AWAY_GROWS, Uplink, UplinkConfig
from kiosk.wire import Backoff
from tests.support.broker import RunningBroker, running_broker
from tests.support.line import Box, Client, CountyEnd, incidents, noon_clock
from tests.support.proxy import BLACK_HOLE, HALF_OPEN, PASS, REFUSE, Proxy
from tests.support.rude_broker import RudeBroker, goodbye, published, welcome
from tests.support.waiting import wait_for

KEEPALIVE = 5
LONG = 180.0  # seconds in which a backlog has travelled however busy the machine is
FLAPS = 15  # EMQX: that many disconnects within FLAP_WINDOW shut a client out
FLAP_WINDOW = 60.0


@pytest.fixture
def proxy(broker: RunningBroker) -> Iterator[Proxy]:
    with Proxy(broker.port) as running:
        yield running


def connected(box: Box, times: int = 1) -> None:
    wait_for(lambda: box.told.keys.count("uplink.connected") >= times, f"connection {times}")


def of_the_line(box: Box) -> list[str]:
    """What was told of it. That nobody took an entry is no news of it: the county may listen later."""
    return [key for key in box.told.keys if key != "uplink.not_taken"]


@pytest.mark.parametrize("mode", [BLACK_HOLE, HALF_OPEN])
def test_a_line_that_only_looks_alive_is_noticed_and_built_anew(
    mode: str, box: Box, county: CountyEnd, proxy: Proxy
) -> None:
    box.write(*incidents(1))
    with county.intake(), box.uplink(broker_port=proxy.port, keepalive_s=KEEPALIVE):
        wait_for(lambda: box.receipted() == 1, "first receipt")
        proxy.fall(mode)
        box.write(*incidents(1))
        wait_for(lambda: "uplink.silent" in box.told.keys, "the loss to be noticed")
        wait_for(lambda: box.receipted() == 2, "receipt on a new line")
    assert of_the_line(box) == ["uplink.connected", "uplink.silent", "uplink.connected"]


def test_an_idle_line_that_went_dead_is_noticed_too(box: Box, proxy: Proxy) -> None:
    with box.uplink(broker_port=proxy.port, keepalive_s=KEEPALIVE):
        connected(box)
        proxy.mode = BLACK_HOLE
        wait_for(lambda: "uplink.silent" in box.told.keys, "the loss to be noticed")


def test_a_reset_line_loses_nothing(box: Box, county: CountyEnd, proxy: Proxy) -> None:
    with county.intake(), box.uplink(broker_port=proxy.port):
        for cut in range(4):
            box.write(*incidents(150))
            wait_for(lambda: box.receipted() > 150 * cut, "some progress")  # noqa: B023  waited for at once
            proxy.reset()
        wait_for(lambda: box.receipted() == 600, "receipt of everything")
    assert [entry.header.seq for entry in county.entries(box.log)] == list(range(1, 601))


def test_a_slow_line_carries(box: Box, county: CountyEnd, proxy: Proxy) -> None:
    proxy.delay_s = 0.2
    box.write(*incidents(200))
    with county.intake(), box.uplink(broker_port=proxy.port, resend_s=30, resend_most_s=60):
        wait_for(lambda: box.receipted() == 200, "receipt over a slow line")
    assert of_the_line(box) == ["uplink.connected"]


def test_a_line_that_dies_in_the_handshake_is_tried_again(box: Box, county: CountyEnd, proxy: Proxy) -> None:
    box.write(*incidents(1))
    proxy.mode = REFUSE
    with county.intake(), box.uplink(broker_port=proxy.port):
        wait_for(lambda: proxy.accepted >= 3, "attempts")
        proxy.mode = PASS
        wait_for(lambda: box.receipted() == 1, "receipt")
    assert box.told.keys[-1] == "uplink.connected"


def test_a_live_entry_arrives_while_the_backlog_is_still_on_its_way(box: Box, county: CountyEnd) -> None:
    """The county stores it beyond the gap; its receipt waits for what is before."""
    box.write(*incidents(3000))
    with county.intake(), box.uplink():
        wait_for(lambda: box.receipted() > 0, "the backlog to flow", LONG)
        box.write(*incidents(1))
        wait_for(lambda: county.has(box.log, 3001), "the live entry", LONG)
        before = box.receipted()
        wait_for(lambda: box.receipted() == 3001, "receipt of everything", LONG)
    assert before < 3001


def test_another_box_with_our_name_is_told_and_not_fought(box: Box, broker: RunningBroker) -> None:
    """Mosquitto 2.0.11 does not say what happened; of one that does see `taken over` below."""
    with box.uplink(reconnect_s=3.0, reconnect_most_s=3.0):
        connected(box)
        with Client(broker, box.folder / "tls", client_id="gasa-01") as other:
            wait_for(lambda: "uplink.closed" in box.told.keys, "the other box to be told")
            assert other.publish("liangzheng/1/530427/gasa-01/want", b'{"all":0,"own":0}')  # it was not thrown out
        connected(box, 2)


@dataclass(frozen=True)
class Refusal:
    speech: bytes
    told: str


LARGEST = b"\x27" + struct.pack(">I", 100)  # Maximum Packet Size
REFUSALS = {
    "not authorised": Refusal(welcome(0x87), "uplink.refused"),
    "busy": Refusal(welcome(0x89), "uplink.busy"),
    "banned": Refusal(welcome(0x8A), "uplink.banned"),
    "another version": Refusal(welcome(0x84), "uplink.wrong_version"),
    "quota": Refusal(welcome(0x97), "uplink.quota"),
    "shutting down": Refusal(welcome() + goodbye(0x8B), "uplink.busy"),
    "taken over": Refusal(welcome() + goodbye(0x8E), "uplink.taken_over"),
    "packet too large": Refusal(welcome() + goodbye(0x95), "uplink.too_large"),
    "receive maximum": Refusal(welcome() + goodbye(0x93), "uplink.too_fast"),
    "entry too large": Refusal(welcome(properties=LARGEST), "uplink.entry_too_large"),
    "a topic that is no text": Refusal(welcome() + published(b"\xff\xfe/receipt"), "uplink.lost"),
    "a broken property": Refusal(welcome(properties=b"\x27\x00"), "uplink.lost"),
    "no packet of MQTT": Refusal(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 8, "uplink.lost"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_a_broker_says_is_told_in_words_and_survived(name: str, box: Box, broker: RunningBroker) -> None:
    refusal, mosquitto = REFUSALS[name], broker.folder / "mosquitto"
    box.write(*incidents(1))
    rude = RudeBroker(mosquitto / "broker.pem", mosquitto / "broker.key", [refusal.speech])
    with rude, box.uplink(broker_port=rude.port, away_s=0.2):
        wait_for(lambda: refusal.told in box.told.keys, refusal.told)
        wait_for(lambda: rude.greeted > 1 or name == "entry too large", "another attempt")


def test_a_box_of_another_county_is_told_that_its_certificate_is_not_accepted(
    box: Box, broker: RunningBroker, tmp_path: Path
) -> None:
    with running_broker(tmp_path / "other", "gasa-01", started=False):
        tls = tmp_path / "other" / "gasa-01" / "tls"
        with box.uplink(certificate=tls / "client.pem", key=tls / "client.key"):
            wait_for(lambda: "uplink.tls_ours" in box.told.keys, "the refusal")


def test_a_name_that_is_not_found_is_told(box: Box) -> None:
    with box.uplink(broker_host="no-such-name.invalid"):
        wait_for(lambda: box.told.keys == ["uplink.no_name"], "the name to be told")


def test_a_line_that_takes_no_goodbye_is_closed_all_the_same(box: Box, broker: RunningBroker) -> None:
    """paho would keep the goodbye, and the socket with it, until somebody writes again."""
    config, mosquitto = box.config(), broker.folder / "mosquitto"
    with RudeBroker(mosquitto / "broker.pem", mosquitto / "broker.key", [welcome()]) as deaf:
        line = Line(Ends(config.county, box.station, "localhost", deaf.port, KEEPALIVE), Letter("status", b"{}"))
        line.connect(tls_of(config.ca, config.certificate, config.key))
        wait_for(lambda: heard_welcome(line), "the broker's welcome")
        before = open_lines()
        for _ in range(20):  # more than the buffers of both ends hold
            line.post(Letter("blob", bytes(1_000_000)))
        line.drop()
        assert open_lines() == before - 1


def heard_welcome(line: Line) -> bool:
    line.wait(0.05)
    return line.greeted


def open_lines() -> int:
    """TLS sockets of this process."""
    return sum(isinstance(one, ssl.SSLSocket) and one.fileno() >= 0 for one in gc.get_objects())


def test_a_stopped_uplink_stops_whatever_the_line_does(box: Box, proxy: Proxy) -> None:
    uplink = Uplink(box.config(broker_port=proxy.port), noon_clock(), box.told)
    stop = threading.Event()
    thread = threading.Thread(target=uplink.run, args=(stop,))
    thread.start()
    connected(box)
    proxy.mode = BLACK_HOLE
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_broker_that_is_started_anew_is_found_again(box: Box, broker: RunningBroker, county: CountyEnd) -> None:
    with county.intake(), box.uplink(steady_s=0.01):
        connected(box)
        broker.kill(signal.SIGTERM)
        broker.start()
        connected(box, 2)


def standard(name: str) -> float:
    """The default of a key of uplink.toml."""
    return float(UplinkConfig.model_fields[name].default)


@given(st.lists(st.tuples(st.floats(0, 200), st.booleans()), min_size=30, max_size=120), st.floats(0, 1))
def test_no_flap_detector_shuts_us_out(visits: list[tuple[float, bool]], drawn: float) -> None:
    """However long each line stands, any minute sees fewer disconnects than a broker of default settings minds."""
    away = standard("away_s")
    manners = Manners(
        Backoff(standard("reconnect_s"), standard("reconnect_most_s"), lambda: drawn),
        Backoff(away, away * AWAY_GROWS, lambda: drawn),
        standard("steady_s"),
    )
    now, ended = 0.0, list[float]()
    for stood, short in visits:
        seconds = stood / 100 if short else stood
        now += seconds
        manners.stood(seconds)
        ended.append(now)
        now += manners.pause(None)
    assert all(later - first > FLAP_WINDOW for first, later in zip(ended, ended[FLAPS - 1 :], strict=False))


def test_we_stay_away_for_long_when_another_box_has_our_name() -> None:
    manners = Manners(Backoff(1, 60, lambda: 0.5), Backoff(300, 3600, lambda: 0.5), 60)
    theirs = Trouble("uplink.taken_over", "Session taken over")
    assert [manners.pause(theirs) for _ in range(5)] == [300, 600, 1200, 2400, 3600]
    assert manners.pause(Trouble("uplink.lost", "-")) < 60
    manners.stood(60)
    assert manners.pause(theirs) == 300
