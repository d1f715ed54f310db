"""The code of a sample that a phone took: written on the bag where no station prints one.

The phone makes it alone (static/field_form.js). Blind, as a station's is: `P-1A2B3C4D-9`, eight letters and digits of
the note's own id and a check over them.
"""

from kiosk.rules.scan.numbers import check_character

LETTERS = 8


def sample_code(note: str) -> str:
    """`note`: the id of the note, 32 hex digits."""
    body = note[:LETTERS].upper()
    return f"P-{body}-{check_character(body)}"
