"""A box that was replaced does not come back as the one that took its place: by a real broker's own judgement."""

import signal
import socket
import ssl
from pathlib import Path

from kiosk.contract import key_id
from kiosk.enrolment import accept, prepare
from kiosk.trust import public_bytes, read_key, read_trust
from tests.support.broker import COUNTY, DAY, running_broker
from tests.support.waiting import wait_for
from ui.county.issued import Issued
from ui.county.office import enrol
from ui.county.tls import client_certificate, load_authority, make_authority, make_tls_key

CONNECT = bytes.fromhex("10110004") + b"MQTT" + bytes.fromhex("0502001e000004") + b"g-01"  # MQTT 5 §3.1
ACCEPTED = b"\x20"


def lets_in(port: int, box: Path) -> bool:
    """Whether the broker answers a CONNECT under this box's certificate. In TLS 1.3 a refusal comes with the answer."""
    tls = ssl.create_default_context(cafile=box / "tls" / "ca.pem")
    tls.load_cert_chain(box / "tls" / "client.pem", box / "tls" / "client.key")
    try:
        with (
            socket.create_connection(("localhost", port), timeout=10) as line,
            tls.wrap_socket(line, server_hostname="localhost") as sealed,
        ):
            sealed.sendall(CONNECT)
            return sealed.recv(1) == ACCEPTED
    except (ssl.SSLError, ConnectionError):
        return False


def test_the_certificate_of_a_replaced_box_opens_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    old, new = tmp_path / "g-01", tmp_path / "new"
    with running_broker(tmp_path, "g-01", "g-02") as broker:
        assert lets_in(broker.port, old)
        request = prepare(new, COUNTY, "g-01")
        accept(new, enrol(broker.folder, request, DAY, replaces=True, through=0))
        broker.signal(signal.SIGHUP)
        wait_for(lambda: not lets_in(broker.port, old), "the old box is shut out")
        assert lets_in(broker.port, new)
        assert lets_in(broker.port, tmp_path / "g-02")
    kid = key_id(public_bytes(read_key(old / "station.key")))
    assert read_trust(broker.folder / "trust.json").station_through(kid) is not None


def test_asking_again_ends_nothing(tmp_path: Path) -> None:
    authority, issued = make_authority(COUNTY, DAY), Issued(tmp_path / "issued.json")
    public, _ = make_tls_key()
    for _ in range(2):
        issued.give("g-01", client_certificate(authority, "g-01", public, DAY))
    issued.give("g-02", client_certificate(authority, "g-02", make_tls_key()[0], DAY))
    assert [one.ended for one in Issued(tmp_path / "issued.json").given] == [False] * 3
    issued.give("g-01", client_certificate(authority, "g-01", make_tls_key()[0], DAY))
    assert [one.ended for one in Issued(tmp_path / "issued.json").given] == [True, True, False, False]


def test_a_new_county_has_a_list_that_its_broker_takes(tmp_path: Path) -> None:
    with running_broker(tmp_path, started=False) as broker:
        authority = load_authority(broker.folder / "tls" / "ca.pem", broker.folder / "keys" / "ca.key")
        assert Issued(broker.folder / "tls" / "issued.json").ended(authority).startswith("-----BEGIN X509 CRL")
        assert (broker.folder / "mosquitto" / "crl.pem").exists()
