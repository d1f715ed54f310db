"""The code of a certificate against its entry: sealed with the key of the log, and it says the same (FORMATS.md §8)."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from ui.audit import cbor
from ui.audit.entry import VOUCHED, Entry
from ui.audit.grounds import Tested
from ui.audit.lots import quantity
from ui.audit.view import View, body_of, text

TAG, EDDSA = 18, -8  # COSE_Sign1, RFC 9052 §4.2; RFC 9053 §2.2
CLAIMS = set(range(1, 14))
BASIS = ("control", "self_test", "commissioned_test")  # 1, 2, 3
OUTCOMES = ("negative", "suspect", "positive", "invalid")  # 1 … 4
CUTS = (40, 24, 16, 12, 8)
EPOCH = date(1970, 1, 1)

AMOUNT = re.compile(r"[0-9]+([.][0-9]+)?")

TestedAt = Callable[[int], Tested | None]
CheckLater = Callable[[int, bytes, bytes], None]


class Seals:
    """`check` takes a signature to be checked later; `tested` knows tests by their entry."""

    def __init__(self, view: View, check: CheckLater, tested: TestedAt) -> None:
        self._view = view
        self._check = check
        self._tested = tested

    def certificate(self, entry: Entry) -> None:
        body = body_of(entry)
        try:
            kid, claims, signature, signed = opened(bytes.fromhex(text(body, "code")))
        except (ValueError, TypeError, LookupError, AttributeError):
            self._view.tell.found("code", entry.seq)
            return
        if kid.hex() != self._view.owner.log[:16]:
            self._view.tell.found("code", entry.seq)
            return
        self._check(entry.seq, signature, signed)
        if wrong := self._other(claims, body):
            self._view.tell.found("code_says", entry.seq, number=text(body, "number"), claims=", ".join(wrong))
        self._dates(entry, body)

    def _other(self, claims: dict[Any, Any], body: dict[str, Any]) -> list[str]:
        """Claims that do not say what the entry says. The name of the product is its pack's word."""
        same = {
            1: claims[1] == body["number"],
            2: type(claims[2]) is int and claims[2] == body["style"],
            3: _cut_of(claims[3], body["subject"]["name"]),
            4: claims[4] == body["subject"]["id"],
            5: isinstance(claims[5], str) and claims[5] != "",
            6: _is_written(claims[6]) and Decimal(claims[6]) == quantity(body),
            7: claims[7] == body["unit"],
            8: _cut_of(claims[8], body["origin"]),
            9: _day(claims[9]) == body["date"],
            10: [_word(BASIS, one) for one in claims[10]] == body["basis"],
            11: self._tests(claims[11], body["tests"]),
            12: claims[12] == bytes.fromhex(self._view.owner.log),
            13: claims[13] == bytes.fromhex(body["text"])[:16],
        }
        return [str(claim) for claim, good in same.items() if not good]

    def _tests(self, told: list[list[Any]], named: list[int]) -> bool:
        return len(told) == len(named) and all(map(self._of_test, told, named))

    def _of_test(self, told: list[Any], seq: int) -> bool:
        """Outcome and value of the test; one that we cannot see is judged elsewhere."""
        method, outcome, value = told
        if not isinstance(method, str) or not isinstance(value, str) or not _word(OUTCOMES, outcome):
            return False
        test = self._tested(seq)
        return test is None or (_word(OUTCOMES, outcome) == test.outcome and _cut_value(value, test.value))

    def _dates(self, entry: Entry, body: dict[str, Any]) -> None:
        owner, told = self._view.owner, date.fromisoformat(text(body, "date"))
        if not self._view.trust.granted("station", owner.log, told):
            self._view.tell.found("code_day", entry.seq, number=body["number"], date=told)
        elif not self._view.trust.counts("station", owner.log, told):
            self._view.tell.remarked("code_ended", entry.seq, number=body["number"], date=told)
        if abs(told - entry.at.date()) > timedelta(days=1):
            self._view.tell.found("date", entry.seq, number=body["number"], date=told, time=entry.time)
        if body["clock_trusted"] is not (entry.clock in VOUCHED):
            self._view.tell.remarked("clock_claim", entry.seq, number=body["number"], clock=entry.clock)


def opened(token: bytes) -> tuple[bytes, dict[Any, Any], bytes, bytes]:
    """Start of the key's id, claims, signature and what is signed. Raises ValueError, TypeError or LookupError."""
    sealed = cbor.loads(token)
    protected, unprotected, payload, signature = sealed.value
    header, claims = cbor.loads(protected), cbor.loads(payload)
    if sealed.tag != TAG or unprotected != {} or header.keys() != {1, 4} or header[1] != EDDSA:
        raise ValueError("no seal of ours")
    if len(signature) != 64 or len(header[4]) != 8 or claims.keys() != CLAIMS:
        raise ValueError("no seal of ours")
    signed = b"\x84\x6aSignature1" + cbor.sequence(protected) + b"\x40" + cbor.sequence(payload)
    return header[4], claims, signature, signed


def _cut_of(short: Any, whole: str) -> bool:
    """The same, or cut with an ellipsis at one of the lengths that are used."""
    if short == whole:
        return True
    cut = isinstance(short, str) and len(short) in CUTS and short.endswith("\u2026")
    return cut and len(whole) > len(short) and whole.startswith(short[:-1])


def _is_written(told: Any) -> bool:
    """A quantity as codes write it: in the one form of its digits, more than nothing."""
    if not isinstance(told, str) or AMOUNT.fullmatch(told) is None:
        return False
    return f"{Decimal(told):f}" == told and Decimal(told) > 0


def _cut_value(told: str, recorded: str | None) -> bool:
    """A value is cut, never rounded, and what is below nothing reads as nothing."""
    if recorded is None or not told:
        return recorded is None and not told
    exact = max(Decimal(recorded), Decimal(0))
    return AMOUNT.fullmatch(told) is not None and exact.quantize(Decimal(told), ROUND_DOWN) == Decimal(told)


def _day(days: Any) -> str:
    if type(days) is not int or not 0 <= days < 1 << 20:
        return ""
    return (EPOCH + timedelta(days=days)).isoformat()


def _word(words: tuple[str, ...], number: Any) -> str:
    return words[number - 1] if type(number) is int and 1 <= number <= len(words) else ""
