"""The number of a certificate: county, 10 characters, a check (FORMATS.md §8; ISO 7064, hybrid system 33,32)."""

import re

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SHAPE = re.compile(f"[0-9]{{6}}[{CROCKFORD}]{{11}}")


def is_number(text: str, county: str) -> bool:
    """17 characters of this county with a right check."""
    if SHAPE.fullmatch(text) is None or text[:6] != county:
        return False
    product = 32
    for character in text[:-1]:
        total = (product + CROCKFORD.index(character)) % 32 or 32
        product = total * 2 % 33
    return (product + CROCKFORD.index(text[-1])) % 32 == 1
