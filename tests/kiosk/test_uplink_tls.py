"""Whom the uplink trusts and when: clocks that stand years off, certificates that are wrong, each told in words."""

import json
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.clock import system_time
from kiosk.enrolment import private_pem
from kiosk.words import load_words
from tests.support.broker import RunningBroker
from tests.support.line import Box, CountyEnd, incidents
from tests.support.rude_broker import RudeBroker, welcome
from tests.support.waiting import wait_for
from ui.county.tls import Authority, load_authority, make_authority, pem

YEAR = timedelta(days=365)
NOW = system_time()  # TLS judges certificates by the clock of this machine


@pytest.mark.parametrize("clock", ["-2y", "+2y", "+10y", "@1971-02-03 04:05:06"])
def test_a_clock_that_stands_years_off_does_not_cut_a_box_off(
    clock: str, box: Box, county: CountyEnd, tmp_path: Path
) -> None:
    """Our certificates are valid from 1970 for decades: no battery, no time server, and the box still reports."""
    table = box.config().model_dump(mode="json", exclude_none=True)
    config = tmp_path / "uplink.toml"
    config.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in table.items()), "utf-8")
    box.write(*incidents(1))
    command = [sys.executable, "-m", "ui.command.main", "uplink", "--config", str(config)]
    with county.intake(), (tmp_path / "said").open("wb") as said:
        running = subprocess.Popen(command, env=standing_at(clock), stderr=said, start_new_session=True)
        try:
            wait_for(lambda: box.receipted() == 1, "receipt")
        finally:
            running.terminate()
            assert running.wait(20) == 0
            with pytest.raises(ProcessLookupError):  # no child of it is left
                os.killpg(running.pid, 0)
    assert len(county.entries(box.log)) == 1


def standing_at(clock: str) -> dict[str, str]:
    """The environment of a program whose clock stands there: `faketime` itself would be a parent between us and it."""
    told = subprocess.run(
        ["faketime", "-f", clock, "printenv", "LD_PRELOAD"], check=True, capture_output=True, text=True
    )
    faked = {"LD_PRELOAD": told.stdout.strip(), "FAKETIME": clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return os.environ | faked


@dataclass(frozen=True)
class Shown:
    """A broker's certificate, and the sentence that it brings."""

    told: str
    since: timedelta = -YEAR
    until: timedelta = YEAR
    name: str = "localhost"
    foreign: bool = False
    said: tuple[str, ...] = field(default=("{broker}",))


WRONG = {
    "not yet valid": Shown("uplink.tls_not_yet", since=YEAR, until=2 * YEAR, said=("{time}",)),
    "expired": Shown("uplink.tls_expired", since=-2 * YEAR, until=-YEAR, said=("{time}",)),
    "another name": Shown("uplink.tls_name", name="other.example.cn"),
    "another authority": Shown("uplink.tls_unknown", foreign=True),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_certificate_is_told_with_what_to_do(
    name: str, box: Box, broker: RunningBroker, tmp_path: Path
) -> None:
    shown, folder = WRONG[name], broker.folder
    authority = load_authority(folder / "tls" / "ca.pem", folder / "keys" / "ca.key")
    if shown.foreign:
        authority = make_authority("999999", NOW.date())
    certificate, key = _written(tmp_path, authority, shown)
    with RudeBroker(certificate, key, [welcome()]) as rude, box.uplink(broker_port=rude.port):
        wait_for(lambda: box.told.said, "a word")
    told, facts = box.told.said[0]
    assert told == shown.told
    assert rude.greeted == 0  # nothing was sent
    for language in ("zh", "en"):
        assert [
            part for part in shown.said if part.format(**facts) not in load_words(language).say(told, **facts)
        ] == []


def test_something_that_speaks_no_tls_is_told(box: Box, broker: RunningBroker) -> None:
    """As a sign-in page of a hotel network does."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def page() -> None:
            line, _ = door.accept()
            with line:
                line.recv(100)
                line.sendall(b"HTTP/1.1 302 Found\r\n\r\n")

        thread = threading.Thread(target=page)
        thread.start()
        with box.uplink(broker_port=door.getsockname()[1]):
            wait_for(lambda: "uplink.tls" in box.told.keys, "a word")
        thread.join()


def _written(folder: Path, authority: Authority, shown: Shown) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, shown.name)]))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + shown.since)
        .not_valid_after(NOW + shown.until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(shown.name)]), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    (folder / "shown.pem").write_text(pem(certificate), "ascii")
    (folder / "shown.key").write_bytes(private_pem(key))
    return folder / "shown.pem", folder / "shown.key"
