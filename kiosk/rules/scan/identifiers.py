"""Codes that others gave: credit codes, ID numbers, family farms, goods; each check as domain.md §3 has it."""

import re
from dataclasses import dataclass
from datetime import date

from kiosk.rules.ruling import Ruling, stop, warn

# GB 32100-2015: no I O S V Z.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
CREDIT_SHAPE = re.compile(rf"[{CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{CREDIT_ALPHABET}]{{10}}")

# Registrar and class, as far as domain.md §3.1 names them; another pair is not wrong, only not named.
REGISTERED = {
    "91": "enterprise",
    "92": "sole_trader",
    "93": "cooperative",
    "11": "authority",
    "12": "institution",
    "13": "mass_organisation",
    "51": "association",
    "52": "private_non_enterprise",
    "53": "foundation",
    "59": "civil_other",
    "N1": "collective_group",
    "N2": "collective_village",
    "N3": "collective_town",
    "N9": "collective_other",
    "Y1": "other",
}

# GB 11643-1999, ISO 7064 MOD 11-2.
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
ID_SHAPE = re.compile(r"[1-9][0-9]{5}((?:18|19|20)[0-9]{2})([0-9]{2})([0-9]{2})[0-9]{3}[0-9X]")

# 家庭农场一码通: 18 letters or digits "after the rules of the credit code"; the exact rule is not known.
FARM_SHAPE = re.compile(r"[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{10}")


@dataclass(frozen=True, slots=True)
class CreditCode:
    """统一社会信用代码. `right` is the check character that the other 17 ask for."""

    text: str
    holder: str  # a word of REGISTERED, empty when the pair is not named there
    region: str
    right: str

    @property
    def ok(self) -> bool:
        return self.text[17] == self.right


def credit_code(text: str) -> CreditCode | None:
    """None when it does not have the form of a credit code; a wrong check character is `ok` False."""
    if not CREDIT_SHAPE.fullmatch(text):
        return None
    return CreditCode(text, REGISTERED.get(text[:2], ""), text[2:8], credit_check(text))


def credit_check(text: str) -> str:
    """Check character of the first 17; for Σ mod 31 = 0 it is 0."""
    total = sum(CREDIT_ALPHABET.index(one) * weight for one, weight in zip(text[:17], CREDIT_WEIGHTS, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def is_id(text: str, today: date | None = None) -> bool:
    """A right 公民身份号码 with a real day of birth, not after `today` where that is given.

    Regions are not checked: their codes are re-used and renamed.
    """
    parts = ID_SHAPE.fullmatch(text)
    if parts is None or text[17] != id_check(text):
        return False
    born = real_day(*(int(part) for part in parts.groups()))
    return born is not None and (today is None or born <= today)


def id_check(text: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], ID_WEIGHTS, strict=True))
    return ID_CHECKS[total % 11]


def right_credit_code(text: str) -> bool:
    code = credit_code(text)
    return code is not None and code.ok


def credit_ruling(code: CreditCode, seen_by: str = "") -> Ruling | None:
    """A wrong check stops. Registries err too: who compared the licence may let it pass, and is named for it."""
    if code.ok:
        return None
    if seen_by:
        return warn("codes/credit_override", "code.credit_override", code=code.text, right=code.right, by=seen_by)
    return stop("codes/credit_check", "code.credit_code_wrong", code=code.text, right=code.right)


@dataclass(frozen=True, slots=True)
class FarmCode:
    """May be a 家庭农场一码通; 18 mere digits only with a right check.

    `right` is what the credit code's rule asks for, empty where it cannot be computed.
    """

    text: str
    right: str

    @property
    def ok(self) -> bool:
        return self.text[17] == self.right


def farm_code(text: str) -> FarmCode | None:
    if FARM_SHAPE.fullmatch(text) is None:
        return None
    code = FarmCode(text, credit_check(text) if set(text) <= set(CREDIT_ALPHABET) else "")
    return code if code.ok or not text.isdigit() else None


def farm_ruling(code: FarmCode) -> Ruling | None:
    """Its rule is only likened to the credit code's, so a wrong check is no more than a warning."""
    return None if code.ok else warn("codes/farm", "code.farm_code_unchecked", code=code.text)


def gtin_ok(text: str) -> bool:
    """GTIN-8, -12, -13 or -14 with a right check digit."""
    return len(text) in (8, 12, 13, 14) and gs1_check_ok(text)


def gs1_check_ok(digits: str) -> bool:
    """GS1 check digit of a number of any length: from the right x1, x3, …"""
    if not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return total % 10 == 0


def real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
