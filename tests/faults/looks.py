"""Part `looks`: every page of the touch screen in each panel, language and size of letters, file by file."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.faults.book import Found, Units

ROOT = Path(__file__).resolve().parents[2]
FILES = (
    "test_looks.py",
    "test_looks_sheets.py",
    "test_bench.py",
    "test_trade.py",
    "tools/test_tool_pages.py",
)
PASSED = re.compile(r"(\d+) passed")
FAILED = re.compile(r"^(?:FAILED|ERROR) (.*)$", re.MULTILINE)


def units(seed: int, count: int | None) -> Units:
    """Nothing here is drawn: a seed is another book. `count`: so many files."""
    for file in FILES[:count]:
        yield file, _looked(f"tests/ui/station/{file}")


def _looked(file: str) -> Callable[[], Sequence[str]]:
    def look() -> Found:
        command = [sys.executable, "-m", "pytest", "-q", "--timeout", "600", file]
        told = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | {"LIANGZHENG_LOOKS": "every"},
            capture_output=True,
            text=True,
            check=False,
        )
        passed = PASSED.search(told.stdout)
        wrong = FAILED.findall(told.stdout) or ([told.stdout[-400:]] if told.returncode else [])
        return Found(wrong, {"pages": int(passed[1]) if passed else 0})

    return look
