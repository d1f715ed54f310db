"""Links as they stand in codes: their parts, percent escapes, and the base32 of our payloads. Nothing is fetched."""

import re
from dataclasses import dataclass

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
# Possessive: what follows never begins with what was taken, and going back over 8 kB costs seconds.
WEB = re.compile(r"https?://([^/?#\s]++)([^?#\s]*+)(\?[^#\s]*+)?(#\S*+)?", re.IGNORECASE)
ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Link:
    """`host` is lower case, without a user's name; `query` without its question mark. Escapes are left as they are."""

    host: str
    path: str
    query: str


def link(text: str) -> Link | None:
    parts = WEB.fullmatch(text)
    if parts is None:
        return None
    return Link(parts[1].rpartition("@")[2].lower(), parts[2], (parts[3] or "")[1:])


def pairs(query: str) -> tuple[tuple[str, str], ...]:
    """Names and values of a query, in their order, still escaped."""
    return tuple((name, value) for name, _, value in (part.partition("=") for part in query.split("&")) if name)


def unquoted(text: str) -> str:
    raw = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text.encode("utf-8", "surrogatepass"))
    return raw.decode("utf-8", "replace")


def base32_bytes(text: str) -> bytes | None:
    """Strict RFC 4648 base32: upper case, no padding, no stray bits; None for anything else."""
    if not text or any(one not in BASE32 for one in text):
        return None
    size, spare = divmod(len(text) * 5, 8)
    value = 0
    for one in text:
        value = value << 5 | BASE32.index(one)
    if spare >= 5 or value & ((1 << spare) - 1):
        return None
    return (value >> spare).to_bytes(size)
