#!/usr/bin/env python3
"""Checks the code on a certificate without a network, and needs nothing but this file and Python 3.9 or later.

    python3 check_certificate.py LINK --trust trust.json [--revoked FILE] [--lang zh|en]

LINK is the text of the code. trust.json lists the keys of a county, FILE its revoked certificates. Exit codes:
0 genuine, and not void on the list given · 1 false, void or revoked · 2 a list cannot be read · 3 cannot tell.
The formats are those of FORMATS.md §5 to §8; signatures are checked by the lines below (RFC 8032 §5.1).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import re
import sys
import time
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

WORDS: dict[str, dict[str, str]] = {}

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)
AMOUNT = r"[0-9]+(\.[0-9]+)?"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER = f"[0-9]{{6}}[{CROCKFORD}]{{11}}"
GROUPS = f"[0-9]{{6}}-[{CROCKFORD}]{{5}}-[{CROCKFORD}]{{5}}-[{CROCKFORD}]"
LINK = re.compile(r"(?i:https)://[^/?#\s]+/([CKN])/((?i:[0-9A-Z-]+))")
FIELDS = {6: "quantity", 5: "product", 3: "subject", 8: "origin", 9: "date", 1: "number", 10: "basis", 11: "tests"}
BASES = {1: "control", 2: "self_test", 3: "commissioned_test"}
OUTCOMES = {1: "negative", 2: "suspect", 3: "positive", 4: "invalid"}
ENDS = {"genuine": 0, "false": 1, "revoked": 1, "unclear": 3}
OLD_DAYS, PAGE, MOST = 7, 2048 * 8, 8192
REPLACED = "replaced by "  # reason of a revocation when another box took the place of one that was fit
ODD = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, InvalidOperation)
Point = tuple[int, int, int, int]
Table = dict[Any, Any]


def answered(verdict: str, key: str, claims: Table | None = None, paper: bool = True, **facts: object) -> Table:
    """A verdict and why, as a key of the words with its facts; `claims` once a known key vouches for them."""
    why = (f"verify.{verdict}.{key}", facts)
    return {"verdict": verdict, "why": why, "claims": claims, "told": [], "paper": paper}


# Ed25519 (RFC 8032 §5.1.3, §5.1.4, §5.1.7): s < L, points in their one form, no key of small order


def decoded(data: bytes) -> Point | None:
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def encoded(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    return (point[1] * inverse % P | (point[0] * inverse % P & 1) << 255).to_bytes(32, "little")


def plus(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * one[3] * other[3] * D, 2 * one[2] * other[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while scalar:
        total = plus(total, point) if scalar & 1 else total
        point, scalar = plus(point, point), scalar >> 1
    return total


def signed(public: bytes, signature: bytes, message: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64:
        return False
    key, s = decoded(public), int.from_bytes(signature[32:], "little")
    base = decoded((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    if key is None or base is None or s >= L or encoded(times(8, key)) == encoded((0, 1, 1, 0)):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return encoded(plus(times(s, base), times(k, (P - key[0], key[1], 1, P - key[3])))) == signature[:32]


# The code: base32, CBOR in the one form in which it is written (RFC 8949 §4.2.1), and what it claims


def right(holds: bool, what: str = "not a code of ours") -> None:
    if not holds:
        raise ValueError(what)


def item(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """A number, bytes, a text or a list, and where the next one begins."""
    major, size, at = data[at] >> 5, data[at] & 31, at + 1
    if size >= 24:
        width = 1 << (size - 24)
        size, at = int.from_bytes(data[at : at + width], "big"), at + width
        right(width <= 8 and at <= len(data) and size >= (24 if width == 1 else 1 << 4 * width))
    if major < 2:
        right(size + major < 1 << 63)
        return (-1 - size if major else size), at
    if major < 4:
        right(at + size <= len(data))
        return (data[at : at + size].decode() if major == 3 else data[at : at + size]), at + size
    right(major == 4 and depth > 0)
    values = []
    for _ in range(size):
        value, at = item(data, at, depth - 1)
        values.append(value)
    return values, at


def mapped(data: bytes) -> Table:
    """A map from small numbers, in their order."""
    right(0xA0 <= data[0] <= 0xB7)
    claims: Table = {}
    at = 1
    for _ in range(data[0] - 0xA0):
        name = data[at]
        right(max(claims, default=0) < name < 24)
        claims[name], at = item(data, at + 1, 2)
    right(at == len(data))
    return claims


def opened(token: bytes) -> tuple[str, Table, bytes, bytes]:
    """Key id, claims, what was signed, signature: 18([protected, {}, payload, signature]) (RFC 9052 §4.2, §4.4)."""
    right(token[:2] == b"\xd2\x84")
    protected, begin = item(token, 2, 0)
    right(protected[:5] == b"\xa2\x01\x27\x04\x48" and len(protected) == 13 and token[begin] == 0xA0)
    payload, middle = item(token, begin + 1, 0)
    signature, end = item(token, middle, 0)
    right(isinstance(payload, bytes) and isinstance(signature, bytes) and end == len(token))
    claims = mapped(payload)
    right(all(isinstance(claims[name], str) for name in (1, 3, 4, 5, 6, 7, 8)) and claims[2] >= 1)
    right(isinstance(claims[10], list) and isinstance(claims[11], list) and len(claims[13]) == 16)
    right(re.fullmatch(AMOUNT, claims[6]) is not None and f"{Decimal(claims[6]):f}" == claims[6])
    claims[11] = [[method + "", OUTCOMES[outcome], value + ""] for method, outcome, value in claims[11]]
    claims[10], claims[6] = [BASES[one] for one in claims[10]], Decimal(claims[6])
    claims[9] = (date(1970, 1, 1) + timedelta(days=claims[9])).isoformat()
    claims[12], claims[13] = claims[12].hex(), claims[13].hex()
    right(claims[6] > 0)
    whole = b"\x84\x6aSignature1" + token[2:begin] + b"\x40" + token[begin + 1 : middle]
    return protected[5:].hex(), claims, whole, signature


def number_of(text: str) -> str | None:
    """A number in its one form, whose check character is right: ISO 7064, modulus 33,32."""
    number, check = text.strip().upper().translate(str.maketrans("ILO", "110", "- ")), 32
    if not re.fullmatch(NUMBER, number):
        return None
    for one in number[:-1]:
        check = ((check + CROCKFORD.index(one)) % 32 or 32) * 2 % 33
    return number if CROCKFORD[(1 - check) % 32] == number[-1] else None


# The lists of a county


class County:
    """`trust.json`. A grant in it is checked against the root when it is used: there may be thousands."""

    def __init__(self, data: bytes) -> None:
        table = json.loads(data)
        self.name, self.root, self.grants = table["county"], base64.b64decode(table["root"]), table["grants"]
        self.revoked = [self.rooted(one) for one in table.get("revoked", [])]
        self.newest = max((one["since"] for one in self.grants), default="")

    def granted(self, use: str, kid: str) -> list[Table]:
        ours = [one for one in self.grants if (one["use"], one["county"]) == (use, self.name)]
        return [self.rooted(one) for one in ours if key_id(one).startswith(kid)]

    def ended(self, use: str, kid: str) -> Table:
        """Since when a key counts no more and why, and how many entries of its log do; empty while it counts."""
        words = [one for one in self.revoked if (one["county"], one["use"], one["key"]) == (self.name, use, kid)]
        words.sort(key=lambda one: (one["since"], one["reason"].startswith(REPLACED)))
        return words[0] | {"through": min(one["through"] for one in words)} if words else {}

    def rooted(self, word: Table) -> Table:
        said = {name: value for name, value in word.items() if name != "signature"}
        text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)  # RFC 8785 for these
        proved = signed(self.root, base64.b64decode(word["signature"]), text.encode())
        right(proved, "a word in the list of keys is not the root's")
        return word


class Revoked:
    """A county's list of revoked certificates, whose head an order key of the county signed (C2SP signed-note)."""

    def __init__(self, data: bytes, county: County) -> None:
        begin, signer = 12 + int.from_bytes(data[8:12], "big"), f"liangzheng/{county.name}/order"
        text, _, line = data[12:begin].decode().partition("\n\n")
        origin, self.counter, at, _, count, digest = text.split("\n")
        pages, self.day = -(-int(count) * 8 // PAGE), datetime.fromisoformat(at).date()
        index, self.entries = data[begin : begin + pages * 40], data[begin + pages * 40 :]
        cut = [self.entries[page * PAGE :][:PAGE] for page in range(pages)]
        stamp = base64.b64decode(line.rpartition(" ")[2])
        good = data[:8] == b"LZREV1\n\n" and origin == f"liangzheng/revoked/{county.name}"
        good = good and line == f"— {signer} {base64.b64encode(stamp).decode()}\n"
        good = good and base64.b64decode(digest) == hashlib.sha256(index).digest()
        good = good and index == b"".join(page[:8] + hashlib.sha256(page).digest() for page in cut)
        good = good and len(self.entries) == int(count) * 8
        ours = [one for one in county.granted("order", "") if one["since"] <= str(self.day) <= one["until"]]
        ours = [one for one in ours if str(self.day) < county.ended("order", key_id(one)).get("since", "9999")]
        keys = [base64.b64decode(one["key"]) for one in ours]
        hint = f"{signer}\n\x01".encode()
        keys = [key for key in keys if stamp[:4] == hashlib.sha256(hint + key).digest()[:4]]
        good = good and any(signed(key, stamp[4:], f"{text}\n".encode()) for key in keys)
        right(good, "not a list of revoked certificates of this county")

    def why(self, number: str) -> str | None:
        digest = hashlib.sha256(number.encode()).digest()[:8]
        for bit, why in enumerate(("order", "void")):
            at = self.entries.find(wanted := digest[:7] + bytes([digest[7] & 0xFE | bit]))
            while at % 8 and at > 0:
                at = self.entries.find(wanted, at + 1)
            if at >= 0:
                return why
        return None


def key_id(grant: Table) -> str:
    return hashlib.sha256(base64.b64decode(grant["key"])).hexdigest()[:32]


# The answer


def judge(text: str, county: County, revoked: Revoked | None, today: date) -> Table:
    text = re.sub(r"^\][A-Za-z][0-9A-Za-z]", "", text.strip(" \t\r\n"))  # as some scanners begin
    link = LINK.fullmatch(text) if len(text) <= MOST else None
    room, rest = ("", text) if link is None else link.groups()
    if room in ("", "N"):
        return numbered(room, rest, county, revoked, today)
    if room == "K" or rest != rest.upper() or "-" in rest:
        whole = rest == rest.upper() and "-" not in rest
        return answered("unclear", "card" if whole else "other", paper=False)
    try:
        token = base64.b32decode(rest + "=" * (-len(rest) % 8))
        right(base64.b32encode(token).decode().rstrip("=") == rest)
        found = opened(token)
    except (*ODD, RecursionError):
        return answered("false", "broken")
    return coded(*found, county, revoked, today)


def numbered(room: str, text: str, county: County, revoked: Revoked | None, today: date) -> Table:
    """A number proves nothing; but a list may know that it is void. Who types makes slips, a code makes none."""
    number, shown = number_of(text), text if room else text.upper()
    if number is not None:
        online = answered("unclear", "online")
        return listed(online, number, revoked, today) if number[:6] == county.name else online
    if re.fullmatch(GROUPS, shown.upper()) or (re.fullmatch(NUMBER, shown) and not shown.isdigit()):
        return answered("false", "number") if room else answered("unclear", "typed")
    return answered("unclear", "other", paper=False)


def coded(
    kid: str, claims: Table, whole: bytes, signature: bytes, county: County, revoked: Revoked | None, today: date
) -> Table:
    if number_of(claims[1]) != claims[1]:
        return answered("false", "number")
    if claims[1][:6] != county.name:
        return answered("unclear", "county", county=claims[1][:6])
    grants, newest = county.granted("station", kid), county.newest
    if not grants:
        return answered("false" if claims[9] < newest else "unclear", "key", county=county.name, newest=newest)
    grants = [one for one in grants if key_id(one) == claims[12]]
    grants = [one for one in grants if signed(base64.b64decode(one["key"]), signature, whole)]
    return sealed(claims, grants, county, revoked, today) if grants else answered("false", "broken")


def sealed(claims: Table, grants: list[Table], county: County, revoked: Revoked | None, today: date) -> Table:
    """`grants` are those of the key that sealed it."""
    day = claims[9]
    grant = next((one for one in grants if one["since"] <= day <= one["until"]), grants[-1])
    since, until, station = grant["since"], grant["until"], grant["name"]
    if not since <= day <= until:
        return answered("false", "day", claims, day=day, since=since, until=until, station=station)
    answer = answered("genuine", "why", claims)
    answer["told"].append(("verify.told.sealed", {"station": station, "county": county.name}))
    answer["told"].append(("verify.told.key", {"since": since, "until": until}))
    if day > str(today):
        answer["told"].append(("verify.doubt.future", {"day": day}))
    if ended := county.ended("station", claims[12]):
        before = "unclear.replaced" if ended["reason"].startswith(REPLACED) else "unclear.key_ended"
        verdict, _, key = ("revoked.key" if ended["since"] <= day else before).partition(".")
        answer = answer | {"verdict": verdict, "why": (f"verify.{verdict}.{key}", ended)}
    return listed(answer, claims[1], revoked, today, day)


def listed(answer: Table, number: str, revoked: Revoked | None, today: date, day: str = "") -> Table:
    if revoked is None:
        answer["told"] += [] if answer["verdict"] == "revoked" else [("verify.doubt.no_list", {})]
        return answer | {"why": ("verify.genuine.unlisted", {})} if answer["verdict"] == "genuine" else answer
    age, why = (today - revoked.day).days, revoked.why(number)
    facts = {"day": str(revoked.day), "days": max(age, 0), "counter": revoked.counter}
    answer["told"].append(("verify.told.list", facts))
    if age < 0:
        answer["told"].append(("verify.doubt.ahead", facts))
    elif why is None and (age > OLD_DAYS or str(revoked.day) < day):
        answer["told"].append(("verify.doubt.old" if age > OLD_DAYS else "verify.doubt.before", facts))
    return answer if why is None else answer | {"verdict": "revoked", "why": (f"verify.revoked.{why}", {})}


def lines(answer: Table, words: dict[str, str]) -> list[str]:
    def say(key: str, facts: Table) -> str:
        return words[key].format(**facts) if key in words else f"{key} {facts or ''}".rstrip()

    told = [say(f"verify.verdict.{answer['verdict']}", {}), say(*answer["why"])]
    told += [("! " if key.startswith("verify.doubt") else "") + say(key, facts) for key, facts in answer["told"]]
    if (shown := answer["claims"]) is not None:
        shown = shown | {6: f"{shown[6]} {words.get('unit.' + shown[7], shown[7])}"}
        shown[10] = "; ".join(say(f"basis.{one}", {}) for one in shown[10])
        shown[11] = "; ".join(f"{one[0]} {say('outcome.' + one[1], {})} {one[2]}" for one in shown[11])
        told += [f"{say('verify.field.' + name, {})}: {shown[claim]}" for claim, name in FIELDS.items() if shown[claim]]
    told += [say(f"verify.advice.{answer['verdict']}", {})] if answer["paper"] else []
    return ["".join(sign if sign.isprintable() else "?" for sign in line) for line in told]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("link", metavar="LINK")
    parser.add_argument("--trust", type=Path, required=True, metavar="FILE")
    parser.add_argument("--revoked", type=Path, metavar="FILE")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    parser.add_argument("--today", type=date.fromisoformat, metavar="DATE")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no Chinese shows question marks
    args = parser.parse_args()
    now = time.gmtime()  # China is eight hours ahead
    today = args.today or date(*now[:3]) + timedelta(days=now.tm_hour >= 16)
    try:
        county = County(args.trust.read_bytes())
        revoked = None if args.revoked is None else Revoked(args.revoked.read_bytes(), county)
        answer = judge(args.link, county, revoked, today)
    except (OSError, RecursionError, *ODD) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    sys.stdout.write("\n".join(lines(answer, WORDS.get(args.lang, {}))) + "\n")
    return int(ENDS[answer["verdict"]])


if __name__ == "__main__":
    sys.exit(main())
