"""One-time codes (TOTP, RFC 6238) as a second factor: 30 seconds, six digits, SHA-1, as every phone app has it.

The secret lies sealed in the database; the key to it is a file of the county's folder.
"""

import base64
import re
import secrets
from datetime import datetime
from pathlib import Path

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

STEP_S = 30
BESIDE = 1  # steps that a phone's clock may be off (RFC 6238 §5.2)
NONCE = 12
KEY_BYTES = 32
PAGES = "pages.key"  # file of the key, in keys/


class Codes:
    """`file` holds the key, KEY_BYTES of randomness. Raises OSError when it cannot be read."""

    def __init__(self, file: Path) -> None:
        self._box = ChaCha20Poly1305(file.read_bytes()[:KEY_BYTES])

    def sealed(self, secret: str, account: str) -> str:
        """What the database keeps of a secret (base32); it opens for that account only."""
        nonce = secrets.token_bytes(NONCE)
        return base64.b64encode(nonce + self._box.encrypt(nonce, secret.encode(), account.encode())).decode()

    def step(self, code: str, kept: str, account: str, at: datetime, used: int) -> int | None:
        """The time step of a right code that was not used before; None: wrong, or used, or not to be opened."""
        secret = self._opened(kept, account)
        if not secret or not (code.isascii() and code.isdigit()):
            return None
        totp, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_S
        steps = range(now - BESIDE, now + BESIDE + 1)
        return next((step for step in steps if step > used and _same(totp.at(step * STEP_S), code)), None)

    def _opened(self, kept: str, account: str) -> str:
        try:
            raw = base64.b64decode(kept)
            return self._box.decrypt(raw[:NONCE], raw[NONCE:], account.encode()).decode()
        except (InvalidTag, ValueError):
            return ""


def made() -> str:
    """A new secret, base32."""
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """Whether this may be one that we made."""
    return re.fullmatch("[A-Z2-7]{32}", text) is not None


def address(secret: str, account: str, county: str) -> str:
    """The `otpauth://` text that phone apps scan."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=f"Liangzheng {county}")


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one, other)
