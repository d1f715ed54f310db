"""Passwords as argon2id (RFC 9106), and which ones are refused. Nothing here is recorded or logged."""

import secrets
import string

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

LEAST, MOST = 10, 128  # characters
FEWEST = 5  # different ones
FIRST = 12  # of the one that an administrator hands over
EASY = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is mistaken for something else on paper
GUESSED = ("password", "passw0rd", "admin", "qwerty", "liangzheng", "woaini", "iloveyou", "letmein")
RUNS = (f"{string.digits}0", string.ascii_lowercase, "qwertyuiop", "asdfghjkl", "zxcvbnm")
RUN = 5  # neighbours in a row are one run


def fault(password: str, account: str) -> str:
    """Why this cannot be the password of an account, as a key of the words; empty when it can.

    NIST SP 800-63B §5.1.1.2: a length, and nothing that is guessed first; no rules of composition.
    """
    if len(password) < LEAST:
        return "short"
    if len(password) > MOST:
        return "long"
    low = password.lower()
    if account and account in low:
        return "own_name"
    return "guessed" if len(set(low)) < FEWEST or len(_left(low)) <= LEAST - RUN else ""


def made() -> str:
    """One to hand over on paper; its owner has to change it."""
    return "".join(secrets.choice(EASY) for _ in range(FIRST))


class Passwords:
    """Costs some 50 ms and 64 MiB a question, whether the account exists or not."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hashed(self, password: str) -> str:
        """In PHC form, with its own salt."""
        return self._hasher.hash(password)

    def is_right(self, password: str, kept: str) -> bool:
        """`kept` is empty for an account that has none, or does not exist."""
        try:
            self._hasher.verify(kept or self._nobody, password[: MOST + 1])
        except (Argon2Error, InvalidHashError):
            return False
        return bool(kept)


def _left(low: str) -> str:
    """Without words and runs that are guessed first."""
    for word in GUESSED:
        low = low.replace(word, "")
    for run in RUNS:
        for way in (run, run[::-1]):
            for start in range(len(way) - RUN + 1):
                low = low.replace(way[start : start + RUN], "")
    return low
