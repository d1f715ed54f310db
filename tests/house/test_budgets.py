"""The house stays readable (style.md §3.19): no file over 400 lines, most functions short, everything typed."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.house.sources import ROOT, sources

FILE_LINES = 400
FUNCTION_MEDIAN, FUNCTION_MOST = 8, 30  # lines; 90 % are within the second


def functions() -> list[tuple[str, int]]:
    """Every function's place and its lines."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [(source, node) for source in sources() for node in ast.walk(source.tree) if isinstance(node, kinds)]
    return [(source.at(node), (node.end_lineno or node.lineno) - node.lineno + 1) for source, node in nodes]


def test_no_file_holds_two_ideas() -> None:
    lengths = {source.name: len((ROOT / source.name).read_text("utf-8").splitlines()) for source in sources()}
    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES} == {}


def test_functions_are_short() -> None:
    lengths = sorted(lines for _, lines in functions())
    assert median(lengths) <= FUNCTION_MEDIAN
    long = sorted((place, lines) for place, lines in functions() if lines > FUNCTION_MOST)
    assert len(long) <= len(lengths) // 10, long


def test_every_module_says_its_law() -> None:
    silent = [source.name for source in sources() if not ast.get_docstring(source.tree)]
    empty = [name for name in silent if not (ROOT / name).read_text("utf-8").strip()]
    assert sorted(set(silent) - set(empty)) == []


def test_nothing_is_left_for_later() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    files = [file for folder in ("kiosk", "drivers", "ui", "tests") for file in (ROOT / folder).rglob("*.py")]
    left = [str(file.relative_to(ROOT)) for file in files if any(word in file.read_text("utf-8") for word in words)]
    assert left == []


def test_no_test_is_skipped() -> None:
    marks = ("mark." + "skip", "pytest." + "skip", "mark." + "xfail", "import" + "orskip")
    files = (ROOT / "tests").rglob("test_*.py")
    assert [
        str(file.relative_to(ROOT)) for file in files if any(mark in file.read_text("utf-8") for mark in marks)
    ] == []


def test_no_test_sleeps_and_hopes() -> None:
    """One place may: where all conditions are waited for."""
    files = (ROOT / "tests").rglob("*.py")
    sleeping = [str(file.relative_to(ROOT)) for file in files for node in _nodes(file) if _sleeps(node)]
    assert sleeping == ["tests/support/waiting.py"]


def _nodes(file: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(file.read_text("utf-8")))


def _sleeps(node: ast.AST) -> bool:
    """However it is called: `time.sleep`, `sleep`, `asyncio.sleep`, and a browser's own."""
    called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    return called.rpartition(".")[2] in ("sleep", "wait_for_timeout")
