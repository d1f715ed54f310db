"""Numbers that we give. A certificate number is county + 10 random Crockford characters + a check over all of them;
a card's number is 7 random digits + a check, short enough to be keyed in.

The checks are ISO 7064's hybrid systems (MOD 33,32 and MOD 11,10): every single wrong character is found.
"""

import re

from kiosk.rules.errors import Unusable

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I L O U
RANDOM_BYTES = 7  # 56 bits, of which 50 are used
CARD_BYTES = 8  # 7 digits, as evenly drawn as anybody could notice
CARD_SHAPE = re.compile(r"[0-9]{8}")
DIGITS = "0123456789"
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


def card_number(random: bytes) -> str:
    """A new number of a card, 8 digits. `random` are 8 bytes; whoever keeps the numbers draws again if it is taken."""
    if len(random) != CARD_BYTES:
        raise Unusable("rules.random", expected=str(CARD_BYTES))
    body = f"{int.from_bytes(random) % 10**7:07}"
    return body + check_character(body, DIGITS)


def parse_card(text: str) -> str | None:
    """The number of a card that somebody keyed in; None when it cannot be one."""
    if not CARD_SHAPE.fullmatch(text) or check_character(text[:-1], DIGITS) != text[-1]:
        return None
    return text


def shown_card(number: str) -> str:
    """`1234 5675`, as it is printed; a number of an older form as it is."""
    return number if parse_card(number) is None else f"{number[:4]} {number[4:]}"


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


def check_character(body: str, alphabet: str = CROCKFORD) -> str:
    """ISO 7064 hybrid system, modulus M+1,M for an alphabet of M characters."""
    size = len(alphabet)
    check = size
    for character in body:
        check = (check + alphabet.index(character)) % size or size
        check = check * 2 % (size + 1)
    return alphabet[(1 - check) % size]
