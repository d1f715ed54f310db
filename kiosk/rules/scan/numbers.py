"""Numbers that we give. A certificate number is county + 10 random Crockford characters + a check over all of them.

The check is ISO 7064's hybrid system for 32 characters (MOD 33,32): every single wrong character is found.
"""

import re

from kiosk.rules.errors import Unusable

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I L O U
RANDOM_BYTES = 7  # 56 bits, of which 50 are used
NUMBER_SHAPE = re.compile(rf"[0-9]{{6}}[{CROCKFORD}]{{11}}")
GROUPED = re.compile(rf"[0-9]{{6}}-[{CROCKFORD}]{{5}}-[{CROCKFORD}]{{5}}-[{CROCKFORD}]")
READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def certificate_number(county: str, random: bytes) -> str:
    """A new number, 17 characters. `random` are 7 bytes of `secrets.token_bytes`."""
    if not re.fullmatch(r"[0-9]{6}", county):
        raise Unusable("rules.county", county=county)
    if len(random) != RANDOM_BYTES:
        raise Unusable("rules.random", expected=str(RANDOM_BYTES))
    bits = int.from_bytes(random) >> 6
    body = county + "".join(CROCKFORD[bits >> shift & 31] for shift in range(45, -1, -5))
    return body + check_character(body)


def shown(number: str) -> str:
    """`530427-7K3M9-QX2VH-A`: groups that can be read out over a telephone."""
    return f"{number[:6]}-{number[6:11]}-{number[11:16]}-{number[16:]}"


def parse_number(text: str) -> str | None:
    """The number that somebody typed: hyphens, spaces, case and I L O do not matter; None when it cannot be one."""
    number = text.strip().upper().translate(READ_AS)
    if not NUMBER_SHAPE.fullmatch(number) or check_character(number[:-1]) != number[-1]:
        return None
    return number


def grouped(text: str) -> bool:
    """Stands in our groups, as it is printed."""
    return GROUPED.fullmatch(text.strip().upper()) is not None


def looks_like_number(text: str) -> bool:
    """Has the form of a certificate number, whatever its check says: 17 characters with a letter, or our groups."""
    if grouped(text):
        return True
    return NUMBER_SHAPE.fullmatch(text) is not None and not text.isdigit()


def check_character(body: str) -> str:
    """ISO 7064 hybrid system, modulus 33,32."""
    check = 32
    for character in body:
        check = (check + CROCKFORD.index(character)) % 32 or 32
        check = check * 2 % 33
    return CROCKFORD[(1 - check) % 32]
