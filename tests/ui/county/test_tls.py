"""Certificates as an independent program (openssl) sees them: for whom, for what, and on which days."""

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from tests.support.broker import DAY
from ui.county.tls import (
    Authority,
    TlsError,
    client_certificate,
    make_authority,
    make_tls_key,
    pem,
    requested_key,
    server_certificate,
)

WAKES_IN_1970, TEN_YEARS_AHEAD = 86_400, 2_110_000_000


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_authority("530427", DAY)


def verified(folder: Path, authority: Authority, certificate: str, *options: str) -> bool:
    (folder / "ca.pem").write_text(pem(authority.certificate))
    (folder / "leaf.pem").write_text(certificate)
    asked = ["openssl", "verify", "-x509_strict", *options, "-CAfile", str(folder / "ca.pem"), str(folder / "leaf.pem")]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("at", [WAKES_IN_1970, TEN_YEARS_AHEAD])
def test_a_wrong_clock_does_not_shut_a_box_out(tmp_path: Path, authority: Authority, at: int) -> None:
    public, _ = make_tls_key()
    server = server_certificate(authority, ["broker.example.cn"], public, DAY)
    assert verified(tmp_path, authority, server, "-attime", str(at), "-purpose", "sslserver")


def test_a_broker_is_known_by_its_names_and_addresses(tmp_path: Path, authority: Authority) -> None:
    public, _ = make_tls_key()
    server = server_certificate(authority, ["broker.example.cn", "192.0.2.7", "::1"], public, DAY)
    for option, value in (
        ("-verify_hostname", "broker.example.cn"),
        ("-verify_ip", "192.0.2.7"),
        ("-verify_ip", "::1"),
    ):
        assert verified(tmp_path, authority, server, option, value)
    assert not verified(tmp_path, authority, server, "-verify_hostname", "other.example.cn")


def test_a_box_cannot_pass_for_a_broker_nor_a_broker_for_a_box(tmp_path: Path, authority: Authority) -> None:
    public, _ = make_tls_key()
    client = client_certificate(authority, "gasa-01", public, DAY)
    server = server_certificate(authority, ["localhost"], public, DAY)
    assert verified(tmp_path, authority, client, "-purpose", "sslclient")
    assert not verified(tmp_path, authority, client, "-purpose", "sslserver")
    assert not verified(tmp_path, authority, server, "-purpose", "sslclient")


def test_a_box_cannot_issue(tmp_path: Path, authority: Authority) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    box = client_certificate(authority, "gasa-01", key.public_key(), DAY)
    false = Authority(x509.load_pem_x509_certificate(box.encode()), key)
    public, _ = make_tls_key()
    forged = client_certificate(false, "gasa-02", public, DAY)
    assert not verified(tmp_path, authority, forged, "-untrusted", str(tmp_path / "leaf.pem"))


def test_only_the_key_is_taken_from_a_request() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    assert requested_key(request(key)) == key.public_key()


@pytest.mark.parametrize(
    "wrong", ["", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"]
)
def test_what_is_no_request_is_refused(wrong: str) -> None:
    with pytest.raises(TlsError):
        requested_key(wrong)


def test_other_keys_are_refused() -> None:
    for key in (ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()):
        with pytest.raises(TlsError):
            requested_key(request(key))


def request(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "intake")])
    digest = hashes.SHA256() if isinstance(key, ec.EllipticCurvePrivateKey) else None
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, digest)
    return csr.public_bytes(serialization.Encoding.PEM).decode()
