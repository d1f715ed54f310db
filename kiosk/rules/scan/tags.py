"""Tags of our own: reagent lots, tasks, tubes, staff badges. Their kind stands in what the check covers, so that no tag
is ever read as one of another kind. A tag names; only a signed payload, checked elsewhere, proves.

A number is the kind's letter, 7 random Crockford characters and a check: nine, which is never a length of base32.
"""

import re
from enum import StrEnum

from kiosk.rules.errors import Unusable
from kiosk.rules.scan.numbers import CROCKFORD, READ_AS, check_character

RANDOM_BYTES = 5  # 40 bits, of which 35 are used
HOST = re.compile(r"[0-9A-Za-z.-]{1,60}(:[0-9]{1,5})?")


class Tag(StrEnum):
    REAGENT = "R"
    TASK = "J"
    TUBE = "T"
    BADGE = "S"


SIGNED = (Tag.TASK, Tag.BADGE)  # may carry a payload instead of a number
SHAPE = re.compile(rf"[{''.join(Tag)}][{CROCKFORD}]{{8}}")
GROUPED = re.compile(rf"[{''.join(Tag)}][0-9A-Z]{{2}}-[0-9A-Z]{{3}}-[0-9A-Z]{{3}}", re.IGNORECASE)


def tag_number(tag: Tag, random: bytes) -> str:
    """A new number. `random` are 5 bytes of `secrets.token_bytes`; whoever keeps the numbers draws again if taken."""
    if len(random) != RANDOM_BYTES:
        raise Unusable("rules.random", expected=str(RANDOM_BYTES))
    bits = int.from_bytes(random) >> 5
    body = tag + "".join(CROCKFORD[bits >> shift & 31] for shift in range(30, -1, -5))
    return body + check_character(body)


def parse_tag(text: str, tag: Tag | None = None) -> str | None:
    """The number that was read or typed, of this kind where one is wanted; hyphens, spaces, case, I L O are free."""
    number = text.strip().upper().translate(READ_AS)
    if not SHAPE.fullmatch(number) or check_character(number[:-1]) != number[-1]:
        return None
    return number if tag is None or number[0] == tag else None


def looks_like_tag(text: str) -> bool:
    """Has our groups, whatever its check says."""
    return GROUPED.fullmatch(text.strip()) is not None


def tag_of(number: str) -> Tag:
    return Tag(number[0])


def shown_tag(number: str) -> str:
    """`T7K-3M9-QXA`: as it is printed beside the code."""
    return f"{number[:3]}-{number[3:6]}-{number[6:]}"


def tag_link(host: str, number: str) -> str:
    """For a code with room for a link; a tube's 12 mm carry the bare number (QR version 1-M holds 20 characters)."""
    if not HOST.fullmatch(host):
        raise Unusable("rules.host", host=host)
    return f"HTTPS://{host.upper()}/{number[0]}/{number}"
