"""`rules.toml`: what a log is held to, as data."""

import tomllib
from importlib import resources
from typing import Any


def rules() -> dict[str, Any]:
    return tomllib.loads((resources.files("ui.audit") / "rules.toml").read_text("utf-8"))
