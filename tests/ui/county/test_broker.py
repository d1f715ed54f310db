"""Who may speak and hear where, asked of a real mosquitto: every identity against every topic."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from kiosk.enrolment import install
from kiosk.wire import Topics
from tests.support.broker import COUNTY, DAY, RunningBroker, running_broker
from tests.support.line import Client
from tests.support.waiting import wait_for
from ui.county.broker import Broker, access_list, configuration
from ui.county.tls import Authority, client_certificate, load_authority, make_authority, make_tls_key

TOPICS = Topics(COUNTY)
STATIONS = ("gasa-01", "gasa-02")
UPWARD, DOWNWARD = ("up", "blob", "status", "want"), ("receipt", "kept", "order")
EVERY_TOPIC = [
    *(TOPICS.of(station, channel) for station in STATIONS for channel in (*UPWARD, *DOWNWARD)),
    *(TOPICS.of("all", channel) for channel in ("up", "order")),
    TOPICS.feed("test"),
    "liangzheng/1/other/gasa-01/up",
    "somewhere/else",
]
MAY_SPEAK = {
    **{station: {TOPICS.of(station, channel) for channel in UPWARD} for station in STATIONS},
    "intake": {
        *(TOPICS.of(station, channel) for station in STATIONS for channel in DOWNWARD),
        TOPICS.of("all", "order"),
        TOPICS.feed("test"),
    },
    "feed": set(),
    "ghost": set(),
}
MAY_HEAR = {
    **{
        station: {*(TOPICS.of(station, channel) for channel in DOWNWARD), TOPICS.of("all", "order")}
        for station in STATIONS
    },
    "intake": {TOPICS.of(station, channel) for station in STATIONS for channel in UPWARD},
    "feed": {TOPICS.feed("test")},
    "ghost": set(),
}
ALLOWED = {"Success", "No matching subscribers"}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    with running_broker(tmp_path_factory.mktemp("county"), *STATIONS) as running:
        authority = load_authority(running.folder / "tls" / "ca.pem", running.folder / "keys" / "ca.key")
        identity(running.folder / "tls", authority, "ghost")
        yield running


def identity(tls: Path, authority: Authority, name: str, day: date = DAY) -> None:
    public, private = make_tls_key()
    install(tls / f"{name}.key", private, 0o600)
    install(tls / f"{name}.pem", client_certificate(authority, name, public, day).encode())


def connect(broker: RunningBroker, name: str, client_id: str = "") -> Client:
    if name in STATIONS:
        return Client(broker, broker.folder.parent / name / "tls", "client", client_id)
    return Client(broker, broker.folder / "tls", name, client_id)


@pytest.mark.parametrize("name", MAY_SPEAK)
def test_who_may_speak_where(broker: RunningBroker, name: str) -> None:
    """Each asking on its own connection, for mosquitto 2.0 may close the line with a refusal."""
    answers = {}
    for topic in EVERY_TOPIC:
        with connect(broker, name) as client:
            answers[topic] = client.publish(topic, b"x")
    assert {topic for topic, answer in answers.items() if answer in ALLOWED} == MAY_SPEAK[name]
    assert set(answers.values()) <= ALLOWED | {"Not authorized"}


@pytest.mark.parametrize("wish", ["#", "liangzheng/#", "+/+/+/+/+", "$share/thief/#", "each"])
@pytest.mark.parametrize("name", MAY_HEAR)
def test_who_hears_what_whatever_he_asks_for(broker: RunningBroker, name: str, wish: str) -> None:
    with ExitStack() as stack:
        listener = stack.enter_context(connect(broker, name))
        listener.subscribe(*(EVERY_TOPIC if wish == "each" else [wish]))
        for speaker in MAY_SPEAK.keys() - {name}:
            client = stack.enter_context(connect(broker, speaker))
            for topic in MAY_SPEAK[speaker]:
                client.publish(topic, speaker.encode())
        expected = {topic for topic in MAY_HEAR[name] if any(topic in said for said in MAY_SPEAK.values())}
        wait_for(lambda: {message.topic for message in listener.heard} >= expected, "all that may be heard")
    assert {message.topic for message in listener.heard} == expected


def test_a_client_id_of_another_does_not_take_over_his_session(broker: RunningBroker) -> None:
    with connect(broker, "gasa-01") as owner, connect(broker, "intake") as intake:
        owner.subscribe(TOPICS.of("gasa-01", "order"))
        with connect(broker, "gasa-02", client_id="gasa-01") as thief:
            thief.subscribe(TOPICS.of("gasa-01", "order"))
            assert intake.publish(TOPICS.of("gasa-01", "order"), b"secret") == "Success"
            wait_for(lambda: owner.heard, "the owner's order")
            assert thief.heard == []


def test_a_stranger_s_certificate_is_refused(broker: RunningBroker, tmp_path: Path) -> None:
    identity(tmp_path, make_authority("elsewhere", DAY), "gasa-01")
    context = ssl.create_default_context(cafile=broker.folder / "tls" / "ca.pem")
    context.load_cert_chain(tmp_path / "gasa-01.pem", tmp_path / "gasa-01.key")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        greet(broker, context)


def test_no_certificate_is_refused(broker: RunningBroker) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        greet(broker, ssl.create_default_context(cafile=broker.folder / "tls" / "ca.pem"))


def test_older_tls_is_refused(broker: RunningBroker) -> None:
    context = ssl.create_default_context(cafile=broker.folder / "tls" / "ca.pem")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionError)):
        greet(broker, context)


def greet(broker: RunningBroker, context: ssl.SSLContext) -> None:
    """A handshake and one byte back: in TLS 1.3 the server's refusal comes after the client's last word."""
    with (
        socket.create_connection(("127.0.0.1", broker.port), timeout=5) as line,
        context.wrap_socket(line, server_hostname="localhost") as secure,
    ):
        secure.sendall(b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x03abc")
        if not secure.recv(1):
            raise ConnectionResetError


def test_the_access_list_names_everyone_and_is_never_empty() -> None:
    alone = access_list("530427", ())
    assert alone.startswith("user intake\n")
    assert "pattern" not in access_list("530427", STATIONS)
    assert [line for line in access_list("530427", STATIONS).splitlines() if line.startswith("user")] == [
        "user intake",
        "user feed",
        "user gasa-01",
        "user gasa-02",
    ]


def test_the_configuration_asks_for_certificates_and_runs_as_the_named_user(tmp_path: Path) -> None:
    lines = configuration(Broker(tmp_path, "127.0.0.1", 8883, "mosquitto")).splitlines()
    assert {
        "user mosquitto",
        "listener 8883 127.0.0.1",
        "tls_version tlsv1.3",
        "require_certificate true",
        "use_identity_as_username true",
        "use_username_as_clientid true",
        "allow_anonymous false",
        f"acl_file {tmp_path}/acl",
    } <= set(lines)
