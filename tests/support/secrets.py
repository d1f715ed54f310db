"""Looks for private keys in bytes, in every form in which a program may have written them."""

import base64
import re
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

DEFLATED = re.compile(rb"\x78[\x01\x5e\x9c\xda]")  # how a zlib stream may begin (RFC 1950 §2.2)
ARMOUR = b"PRIVATE KEY-----"


def forms(secret: bytes) -> Iterator[bytes]:
    """As bytes, in hex, base64 and base32, whatever stands before it."""
    yield from (secret, secret[::-1], secret.hex().encode(), secret.hex().upper().encode())
    for before in range(3):
        whole, count = base64.b64encode(bytes(before) + secret), len(secret) + before
        middle = whole[-(-before * 8 // 6) : count * 8 // 6]
        yield from (middle, middle.translate(bytes.maketrans(b"+/", b"-_")))
    for before in range(5):
        count = len(secret) + before
        yield base64.b32encode(bytes(before) + secret)[-(-before * 8 // 5) : count * 8 // 5]


def secret_of(file: Path) -> bytes:
    """The private bytes of a key file: 32 for each kind of key that we make."""
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    if isinstance(key, EllipticCurvePrivateKey):
        return key.private_numbers().private_value.to_bytes(32, "big")
    assert isinstance(key, Ed25519PrivateKey | X25519PrivateKey), file
    return key.private_bytes_raw()


class Secrets:
    def __init__(self, secrets: Mapping[str, bytes]) -> None:
        self._forms = {form: name for name, secret in secrets.items() for form in forms(secret)}
        self.searched = 0  # bytes

    def within(self, data: bytes) -> set[str]:
        """Whose secret stands there: as it is, behind line breaks, or deflated."""
        texts = (data, data.replace(b"\n", b"").replace(b"\r", b"").replace(b"\\n", b""), *_inflated(data))
        self.searched += sum(map(len, texts))
        return {name for text in texts for form, name in self._forms.items() if form in text}

    def in_file(self, file: Path) -> set[str]:
        data = file.read_bytes()
        values = b"\n\n".join(_values(file)) if data.startswith(b"SQLite format 3\0") else b""
        return self.within(data) | self.within(values)


def _inflated(data: bytes) -> Iterator[bytes]:
    for found in DEFLATED.finditer(data):
        try:
            yield zlib.decompressobj().decompress(data[found.start() :])
        except zlib.error:
            continue


def _values(file: Path) -> Iterator[bytes]:
    """A long value is spread over pages that do not lie together."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as sql:
        tables = [row[0] for row in sql.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            for row in sql.execute(f'select * from "{table}"'):  # noqa: S608 - a name of the database's own
                yield from (one if isinstance(one, bytes) else str(one).encode() for one in row if one is not None)
