"""Which TLS certificates boxes were given, and the list of those that count no more (RFC 5280 CRL) for the broker.

Beside the access list, which knows names only: a box that was replaced bears the name of the one that took its place.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from kiosk.enrolment import install
from ui.county.tls import Authority, revocation_list


@dataclass(frozen=True, slots=True)
class Given:
    """One certificate: whose, its serial number, the SHA-256 of its key, and whether it was taken back."""

    name: str
    serial: str
    key: str
    ended: bool = False


class Issued:
    """`file` lists what was given; whoever changes it holds the office's lock."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.given = tuple(Given(**row) for row in json.loads(file.read_bytes())) if file.exists() else ()

    def give(self, name: str, certificate: str) -> None:
        """Keep a new certificate; those of the same name for another key end with it."""
        parsed = x509.load_pem_x509_certificate(certificate.encode())
        fresh = Given(name, f"{parsed.serial_number:x}", _key(parsed))
        others = tuple(
            replace(one, ended=True) if (one.name == name and one.key != fresh.key) else one for one in self.given
        )
        self.given = (*others, fresh)
        install(self._file, json.dumps([asdict(one) for one in self.given], indent=1).encode() + b"\n", 0o600)

    def ended(self, authority: Authority) -> str:
        """PEM of the list of those that count no more."""
        return revocation_list(authority, [int(one.serial, 16) for one in self.given if one.ended])


def _key(certificate: x509.Certificate) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return hashlib.sha256(certificate.public_key().public_bytes(serialization.Encoding.DER, form)).hexdigest()
