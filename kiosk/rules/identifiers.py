"""Codes that others gave: credit codes, ID numbers, family farms, goods; each check as domain.md §3 has it."""

import re
from dataclasses import dataclass
from datetime import date

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
    born = _day(*(int(part) for part in parts.groups()))
    return born is not None and (today is None or born <= today)


def id_check(text: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], ID_WEIGHTS, strict=True))
    return ID_CHECKS[total % 11]


def farm_code(text: str) -> bool:
    """May be a 家庭农场一码通. Its check is a warning only."""
    return FARM_SHAPE.fullmatch(text) is not None


def gtin_ok(text: str) -> bool:
    """GS1 check digit of a GTIN of any length: from the right x3, x1, …"""
    if not (text.isascii() and text.isdigit()) or len(text) not in (8, 12, 13, 14):
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text)))
    return total % 10 == 0


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
