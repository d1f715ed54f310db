"""kiosk.rules takes values and gives values: an allow-list of imports, and none of the calls that reach outside."""

import ast
from pathlib import Path

import pytest

import kiosk.rules

FOLDER = Path(kiosk.rules.__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))

ALLOWED = {
    "collections.abc": None,
    "dataclasses": None,
    "datetime": {"date", "datetime", "timedelta", "timezone"},
    "decimal": None,
    "drivers.reading": None,
    "enum": None,
    "hashlib": {"sha256"},
    "itertools": None,
    "math": None,
    "re": None,
    "typing": None,
    "unicodedata": None,
}
FORBIDDEN_CALLS = {
    "open", "print", "input", "exec", "eval", "__import__", "getLogger", "now", "today", "utcnow",
    "random", "sleep", "monotonic", "perf_counter", "urandom", "token_bytes",
}  # fmt: skip


def imports(tree: ast.Module) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(name.name, None) for name in node.names]
        if isinstance(node, ast.ImportFrom):
            found += [("." * node.level + (node.module or ""), name.name) for name in node.names]
    return found


def is_allowed(module: str, name: str | None) -> bool:
    if module == "kiosk.rules" or module.startswith("kiosk.rules."):
        return True
    if module not in ALLOWED:
        return False
    names = ALLOWED[module]
    return names is None or (name is not None and name in names)


def calls(tree: ast.Module) -> list[str]:
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = [func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in called]
    return [name for name in names if name in FORBIDDEN_CALLS]


def test_there_are_rules() -> None:
    assert len(FILES) >= 12


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_only_pure_imports(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert [found for found in imports(tree) if not is_allowed(*found)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_reaches_outside(file: Path) -> None:
    assert calls(ast.parse(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_person_facing_word_in_code(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docs]
    assert [text for text in constants if isinstance(text, str) and not text.isascii() and text != "…"] == []


@pytest.mark.parametrize(
    "code",
    ["import os", "from datetime import *", "import datetime", "from kiosk.clock import Clock", "import drivers.ports"],
)
def test_the_check_itself_bites(code: str) -> None:
    assert not all(is_allowed(*found) for found in imports(ast.parse(code)))


def test_the_call_check_itself_bites() -> None:
    assert calls(ast.parse("open('x'); date.today(); print(1)")) == ["open", "today", "print"]
