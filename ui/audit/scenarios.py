"""The shipped scenarios: small exports and what an auditor has to say of them. Any auditor can be tried on them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui.audit.report import report
from ui.audit.together import Asked, audit

FOLDER = Path(__file__).with_name("scenarios")
FORM = "liangzheng/audit-scenario/1"


@dataclass(frozen=True, slots=True)
class Scenario:
    """`expected` is the whole report, with `rows` left out."""

    name: str
    asked: Asked
    expected: dict[str, Any]


def scenarios(folder: Path = FOLDER) -> Iterator[Scenario]:
    """By name. Raises OSError or ValueError where they do not lie as they were shipped."""
    for file in sorted(folder.glob("*.json")):
        table = json.loads(file.read_text("utf-8"))
        receipt = (folder / table["receipt"]).read_bytes() if table["receipt"] else None
        asked = Asked([folder / name for name in table["files"]], table["root"], receipt)
        yield Scenario(file.stem, asked, table["expected"])


def holds(scenario: Scenario) -> bool:
    """Whether this auditor says of it what has to be said."""
    return report(audit(scenario.asked)) == scenario.expected
