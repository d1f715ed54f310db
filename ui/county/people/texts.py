"""What a stranger may have put into a name: formulas, markup, characters that nobody sees. Pure.

None of it acts: it is refused where a person can still correct it, and shown as a visible mark where it came signed.
"""

import unicodedata
from collections.abc import Iterator

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what makes a spreadsheet compute (OWASP)
UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}  # controls, bidi and zero-width, private, unassigned, separators
MARKUP = "<>"


def faults(text: str) -> Iterator[str]:
    """formula, markup, hidden: at most one of each."""
    if text.strip(" ").startswith(FORMULA):
        yield "formula"
    if any(one in text for one in MARKUP):
        yield "markup"
    if any(map(is_hidden, text)):
        yield "hidden"


def is_hidden(character: str) -> bool:
    return unicodedata.category(character) in UNSEEN


def visible(text: str) -> str:
    """The text with a mark `[U+202E]` for each character that nobody would see."""
    return "".join(f"[U+{ord(one):04X}]" if is_hidden(one) else one for one in text)


def cell(text: str) -> str:
    """The text as a cell of a table that a spreadsheet opens: nothing of it is computed."""
    shown = visible(text)
    return f"'{shown}" if shown.lstrip(" ").startswith(FORMULA) else shown
