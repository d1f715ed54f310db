"""What only the county may read: sealed with HPKE (RFC 9180) to its data key the moment it is taken.

X25519, HKDF-SHA256, ChaCha20-Poly1305, base mode. The station keeps no key that opens it.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.trust import Broken


def seal(public: bytes, text: str, about: str) -> str:
    """`text` sealed to a data key (32 raw bytes), hex. `about` is bound, not hidden: `<kind>.<field>` of the entry."""
    return _suite().encrypt(text.encode(), X25519PublicKey.from_public_bytes(public), about.encode()).hex()


def unseal(private: X25519PrivateKey, sealed: str, about: str) -> str:
    """Raises Broken when it was sealed to another key, or as something else."""
    try:
        return _suite().decrypt(bytes.fromhex(sealed), private, about.encode()).decode()
    except (InvalidTag, ValueError) as wrong:
        raise Broken(f"{about} does not open with this key") from wrong


def _suite() -> Suite:
    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
