"""The hand-out as whoever got it runs it: its own `main`, with arguments in and an exit code out."""

import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path

from kiosk.hand_out import check_certificate
from kiosk.verify import Verdict

GENUINE, NOT, UNREADABLE, UNCLEAR = range(4)
ENDS = {Verdict.GENUINE: GENUINE, Verdict.FALSE: NOT, Verdict.REVOKED: NOT, Verdict.UNCLEAR: UNCLEAR}


def ended(text: str, trust: Path, today: date, revoked: Path | None = None) -> int:
    """Its exit code. Whatever it lets out is let out."""
    given = ["check_certificate.py", "--trust", str(trust), "--today", today.isoformat()]
    given += ["--revoked", str(revoked)] if revoked else []
    kept, sys.argv = sys.argv, [*given, "--", text]
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            return check_certificate.main()
    finally:
        sys.argv = kept
