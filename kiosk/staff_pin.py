"""PINs of people who work at stations: kept as a salted hash (scrypt, RFC 7914), never as they were typed.

The text is `scrypt$n$r$p$salt$hash`, salt and hash in base64.
"""

import base64
import hashlib
import hmac
import re
import secrets

N, R, P = 1 << 14, 8, 1  # RFC 7914 §2: 16 MiB and a tenth of a second where it is typed
MOST_N, MOST_R, MOST_P = 1 << 16, 8, 4  # what an order may ask a station to work
BYTES = 32
SALT_BYTES = 16
TYPED = re.compile("[0-9]{4,12}")
KEPT = re.compile(r"scrypt\$([0-9]{1,6})\$([0-9]{1,2})\$([0-9]{1,2})\$([A-Za-z0-9+/]{22}==)\$([A-Za-z0-9+/]{43}=)")


def is_pin(typed: str) -> bool:
    """4 to 12 digits: what a keypad can take."""
    return TYPED.fullmatch(typed) is not None


def hashed(pin: str) -> str:
    salt = secrets.token_bytes(SALT_BYTES)
    digest = hashlib.scrypt(pin.encode(), salt=salt, n=N, r=R, p=P, dklen=BYTES)
    return f"scrypt${N}${R}${P}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def is_kept(kept: str) -> bool:
    """Whether this is a hash of ours that a station can check."""
    found = KEPT.fullmatch(kept)
    if found is None:
        return False
    n, r, p = (int(found[group]) for group in (1, 2, 3))
    return 2 <= n <= MOST_N and n & (n - 1) == 0 and 1 <= r <= MOST_R and 1 <= p <= MOST_P


def verify(pin: str, kept: str) -> bool:
    """False for a wrong PIN, and for a text that is no hash of ours."""
    found = KEPT.fullmatch(kept)
    if found is None or not is_kept(kept):
        return False
    n, r, p = (int(found[group]) for group in (1, 2, 3))
    salt, digest = base64.b64decode(found[4]), base64.b64decode(found[5])
    memory = 128 * n * r * (p + 1) + (1 << 20)
    return hmac.compare_digest(
        hashlib.scrypt(pin.encode(), salt=salt, n=n, r=r, p=p, dklen=BYTES, maxmem=memory), digest
    )
