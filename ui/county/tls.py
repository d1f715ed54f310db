"""The county's TLS authority: certificates for its broker, its programs and its boxes. Identity is the common name.

Valid from 1970, because a box without a battery clock may wake up there; valid for long, because a box may be offline
for long. What ends an identity is its removal from the broker's access list, and the list of revoked certificates where
another box took over the name; never a date.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.enrolment import private_pem

SINCE = datetime(1970, 1, 1, tzinfo=UTC)
AUTHORITY_DAYS = 40 * 365
LEAF_DAYS = 25 * 365


class TlsError(Exception):
    """A key or a signing request is not of our form."""


@dataclass(frozen=True, slots=True)
class Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def make_authority(county: str, day: date) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"liangzheng {county}")])
    usage = _usage(signature=False, certificates=True)
    certificate = (
        _builder(name, name, key.public_key(), day, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


def load_authority(certificate: Path, key: Path) -> Authority:
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TlsError(f"{key}: not an elliptic curve key")
    return Authority(x509.load_pem_x509_certificate(certificate.read_bytes()), private)


def server_certificate(authority: Authority, hosts: Sequence[str], public: ec.EllipticCurvePublicKey, day: date) -> str:
    """PEM of a broker's certificate; `hosts` are the names and addresses under which boxes reach it."""
    names = x509.SubjectAlternativeName([_host(host) for host in hosts])
    return _leaf(authority, hosts[0], public, day, ExtendedKeyUsageOID.SERVER_AUTH, names)


def client_certificate(authority: Authority, name: str, public: ec.EllipticCurvePublicKey, day: date) -> str:
    """PEM of the certificate of a box or program whose identity at the broker is `name`."""
    return _leaf(authority, name, public, day, ExtendedKeyUsageOID.CLIENT_AUTH, None)


def revocation_list(authority: Authority, serials: Sequence[int]) -> str:
    """PEM of the list of certificates that count no more. It never runs out: a broker with an old list would let
    nobody in.
    """
    until = authority.certificate.not_valid_after_utc
    builder = x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
    builder = builder.last_update(SINCE).next_update(until)
    for serial in serials:
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(SINCE).build()
        builder = builder.add_revoked_certificate(one)
    signed = builder.sign(authority.key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def requested_key(csr: str) -> ec.EllipticCurvePublicKey:
    """The key of a signing request, which must be signed by it. Everything else in a request is a wish, and ignored.

    Raises TlsError.
    """
    try:
        request = x509.load_pem_x509_csr(csr.encode())
        public = request.public_key()
    except (ValueError, UnsupportedAlgorithm) as wrong:
        raise TlsError("not a signing request") from wrong
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise TlsError("not a P-256 key")
    if not request.is_signature_valid:
        raise TlsError("the request is not signed by its own key")
    return public


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def make_tls_key() -> tuple[ec.EllipticCurvePublicKey, bytes]:
    """A new key: its public half, and the PEM of its private half."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.public_key(), private_pem(key)


def _leaf(
    authority: Authority,
    name: str,
    public: ec.EllipticCurvePublicKey,
    day: date,
    purpose: x509.ObjectIdentifier,
    hosts: x509.SubjectAlternativeName | None,
) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = (
        _builder(subject, authority.certificate.subject, public, day, LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signature=True, certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(issuer, critical=False)
    )
    if hosts is not None:
        builder = builder.add_extension(hosts, critical=False)
    return pem(builder.sign(authority.key, hashes.SHA256()))


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, day: date, days: int
) -> x509.CertificateBuilder:
    until = datetime.combine(day + timedelta(days=days), time(), UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, signature: bool, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return x509.DNSName(host)
    except ValueError as wrong:
        raise TlsError(f"{host}: not a host name") from wrong
