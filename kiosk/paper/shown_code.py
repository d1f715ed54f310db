"""A code for a screen: the modules alone, to be drawn in whatever the page draws in."""

from collections.abc import Sequence

import segno

QUIET = 4  # modules of white around a code (ISO/IEC 18004)


def modules(text: str) -> Sequence[bytes]:
    """Rows of dark (1) and light (0) of a link in characters of the QR alphanumeric mode, without the white border."""
    code = segno.make(text, error="m", mode="alphanumeric", micro=False, boost_error=False)
    return tuple(bytes(row) for row in code.matrix)
