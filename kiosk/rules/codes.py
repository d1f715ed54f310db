"""What scanned bytes are: one function, and unknown is an answer. Signatures are verified by kiosk.seal, not here.

An ID number is recognised so that a screen can decline it politely; it is never in the answer.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.rules import identifiers, numbers

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
OURS = re.compile(r"https://([^/?#\s]+)/([KCN])/([0-9A-Za-z-]+)", re.IGNORECASE)
WEB = re.compile(r"https?://([^/?#\s]+)([^?#\s]*)(\?[^#\s]*)?(#\S*)?", re.IGNORECASE)
DIGITAL_LINK = re.compile(r".*/01/([0-9]{8,14})((?:/[0-9]{2,4}/[^/]+)*)/?")
LINK_PARTS = {"22": "variant", "10": "lot", "21": "serial", "11": "produced", "13": "packed", "17": "expires"}
LONG_DIGITS = re.compile(r"[0-9]{5,}[Xx]?")
LONE_ID = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
ID_LIKE = re.compile(r"[1-8][0-9]{16}[0-9X]")
EXCERPT = 24


class Kind(StrEnum):
    CARD = "card"  # a producer's card; `token` is its signed payload
    CERTIFICATE = "certificate"  # the code of a certificate; `token` likewise
    NUMBER = "number"  # a certificate number, bare or as our short link
    CREDIT_CODE = "credit_code"
    ID_NUMBER = "id_number"
    FARM_CODE = "farm_code"
    GTIN = "gtin"
    GS1_LINK = "gs1_link"
    URL = "url"  # a page of somebody else, such as a 追溯 page
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scanned:
    """`text` may be shown and stored: what is private is masked. `note` is a key of the word packs, for `facts`."""

    kind: Kind
    text: str
    ok: bool
    note: str
    token: bytes | None = None
    facts: dict[str, str] = field(default_factory=dict)


def explain(data: bytes) -> Scanned:
    """What these bytes are. `ok` is False when the kind is clear and its check fails, or when nothing is clear."""
    text = text_of(data)
    if text is None or not text:
        return Scanned(Kind.UNKNOWN, "", ok=False, note="code.unreadable")
    for reader in (_ours, _link, _bare):
        if found := reader(text):
            return found
    return Scanned(Kind.UNKNOWN, excerpt(text), ok=False, note="code.unknown", facts={"excerpt": excerpt(text)})


def text_of(data: bytes) -> str | None:
    """Text as scanners see it in China: UTF-8, else GB18030; None when neither fits or it holds control characters."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding).strip(" \t\r\n")
        except UnicodeDecodeError:
            continue
        return None if any(unicodedata.category(one) in ("Cc", "Cs", "Cn", "Co") for one in text) else text
    return None


def excerpt(text: str) -> str:
    """The beginning of a text that may be shown: long digit runs could be a telephone or ID number and are masked."""
    printable = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in text)
    masked = LONG_DIGITS.sub("***", printable)
    return masked if len(masked) <= EXCERPT else masked[:EXCERPT] + "…"


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


def _ours(text: str) -> Scanned | None:
    parts = OURS.fullmatch(text)
    if parts is None:
        return None
    host, room, rest = parts[1].lower(), parts[2], parts[3]
    if room == "N":
        ours = numbers.parse_number(rest) or numbers.looks_like_number(rest)
        return _number(rest, {"host": host}) if ours else None
    if room not in ("K", "C") or rest != rest.upper() or "-" in rest:
        return None
    kind = Kind.CARD if room == "K" else Kind.CERTIFICATE
    token = base32_bytes(rest)
    if token is None:
        return Scanned(kind, text, ok=False, note="code.damaged", facts={"host": host})
    return Scanned(kind, text, ok=True, note=f"code.{kind}", token=token, facts={"host": host})


def _link(text: str) -> Scanned | None:
    parts = WEB.fullmatch(text)
    if parts is None:
        return None
    host = parts[1].rpartition("@")[2].lower()
    if good := DIGITAL_LINK.fullmatch(parts[2]):
        facts = {"host": host, "gtin": good[1], **_link_parts(good[2], parts[3] or "")}
        ok = identifiers.gtin_ok(good[1])
        return Scanned(Kind.GS1_LINK, _without_ids(text), ok=ok, note=_noted("gs1_link", ok), facts=facts)
    return Scanned(Kind.URL, _without_ids(text), ok=True, note="code.url", facts={"host": host})


def _link_parts(path: str, query: str) -> dict[str, str]:
    steps = path.split("/")[1:]
    pairs = [*zip(steps[::2], steps[1::2], strict=False)]
    pairs += [(name, value) for name, _, value in (part.partition("=") for part in query[1:].split("&"))]
    return {LINK_PARTS[key]: _without_ids(_unquoted(value)) for key, value in pairs if key in LINK_PARTS}


def _bare(text: str) -> Scanned | None:
    compact = text.replace(" ", "").upper()
    return _person(compact) or _registered(compact) or _certificate_number(text) or _goods(compact)


def _person(compact: str) -> Scanned | None:
    """Anything that may be an ID number, even a mistyped one, is taken for one unless it is a right credit code."""
    ok = identifiers.is_id(compact)
    code = identifiers.credit_code(compact)
    if ok or (ID_LIKE.fullmatch(compact) and not (code is not None and code.ok)):
        return Scanned(Kind.ID_NUMBER, "", ok=ok, note="code.id_number")
    return None


def _registered(compact: str) -> Scanned | None:
    code = identifiers.credit_code(compact)
    if code is not None and (code.ok or code.holder):
        facts = {"code": compact, "region": code.region, "holder": code.holder, "right": code.right}
        return Scanned(Kind.CREDIT_CODE, compact, ok=code.ok, note=_noted("credit_code", code.ok), facts=facts)
    if identifiers.farm_code(compact) and not compact.isdigit():
        return Scanned(Kind.FARM_CODE, compact, ok=True, note="code.farm_code_unchecked", facts={"code": compact})
    return None


def _certificate_number(text: str) -> Scanned | None:
    upper = text.upper()
    if numbers.looks_like_number(upper) or (numbers.parse_number(text) and not upper.isdigit()):
        return _number(upper, {})
    return None


def _number(text: str, facts: dict[str, str]) -> Scanned:
    number = numbers.parse_number(text)
    if number is None:
        return Scanned(Kind.NUMBER, text, ok=False, note="code.number_wrong", facts={**facts, "number": text})
    told = numbers.shown(number)
    return Scanned(Kind.NUMBER, number, ok=True, note="code.number", facts={**facts, "number": told})


def _goods(compact: str) -> Scanned | None:
    if not (compact.isascii() and compact.isdigit()) or len(compact) not in (13, 14):
        return None
    ok = identifiers.gtin_ok(compact)
    return Scanned(Kind.GTIN, compact, ok=ok, note=_noted("gtin", ok), facts={"gtin": compact})


def _noted(kind: str, ok: bool) -> str:
    return f"code.{kind}" if ok else f"code.{kind}_wrong"


def _without_ids(text: str) -> str:
    return LONE_ID.sub(lambda found: "*" * 18 if identifiers.is_id(found[0].upper()) else found[0], text)


def _unquoted(text: str) -> str:
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text.encode())
    return raw.decode("utf-8", "replace")
