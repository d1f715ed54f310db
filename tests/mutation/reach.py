"""Which tests reach a module of the rules, and which modules would have to be imported anew. Reads sources only."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.house.sources import ROOT, imports

FOLDERS = ("kiosk", "drivers", "tests/support", "tests/kiosk/rules")
RULES = "kiosk/rules"
TESTS = "tests/kiosk/rules"
WORKED = "tests.kiosk.rules.test_worked"
CONFTEST = "tests.kiosk.rules.conftest"
ROOMS = "tests.kiosk.rules.worked."
DATA = f"{RULES}/messages/"  # shapes without a decision

Graph = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Reach:
    """`files` with the nearest first, of the worked rows only `rooms`; `around`: what they use besides the module."""

    files: tuple[Path, ...]
    rooms: frozenset[str]
    around: tuple[str, ...]


def rule_modules() -> list[str]:
    """`scan/gs1`, as a person names it."""
    files = (file.relative_to(ROOT).as_posix() for file in (ROOT / RULES).rglob("*.py"))
    names = [file.removesuffix(".py") for file in files if not file.startswith(DATA)]
    return sorted(name.removeprefix(f"{RULES}/") for name in names if not name.endswith("__init__"))


def file_of(name: str) -> Path:
    return ROOT / RULES / f"{name}.py"


def dotted(name: str) -> str:
    return f"{RULES}/{name}".replace("/", ".")


def reach(module: str) -> Reach:
    """Of the tests that name the module themselves or through a hand of theirs; failing these, of those one step on."""
    graph = _graph()
    near = _tests(graph, {module}) + _rows(graph, {module})
    if not near:
        users = {name for name in graph if module in graph[name] and name.startswith("kiosk.")}
        near = _tests(graph, users) + _rows(graph, users)
    handed = [name for name in _tests(graph) if module in _through_hands(graph, name)]
    own = [name for name in near if name.endswith(f".test_{module.rpartition('.')[2]}")]
    tests = list(dict.fromkeys([*own, *near, *handed]))
    rooms = frozenset(name.removeprefix(ROOMS) for name in tests if name.startswith(ROOMS))
    files = [name for name in tests if not name.startswith(ROOMS)] + [WORKED] * bool(rooms)
    touched = _above(graph, frozenset({module}))
    below = _below(graph, frozenset({*tests, CONFTEST}))
    around = sorted(name for name in below - touched if name.startswith(("kiosk.", "drivers.")))
    return Reach(tuple(_path(name) for name in files), rooms, tuple(around))


def _tests(graph: Graph, modules: set[str] | None = None) -> list[str]:
    """All test files, or those whose own imports name one of these modules."""
    named = (name for name in graph if name.rpartition(".")[2].startswith("test_") and name != WORKED)
    return sorted(name for name in named if modules is None or graph[name] & modules)


def _rows(graph: Graph, modules: set[str]) -> list[str]:
    return sorted(name for name in graph if name.startswith(ROOMS) and graph[name] & modules)


@cache
def _graph() -> Graph:
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    named = {_name(file): file for file in files}
    return {name: frozenset(_imported(file)) & named.keys() for name, file in named.items()}


def _imported(file: Path) -> Iterator[str]:
    """Every module that the file's own statements import, with the packages around it."""
    for node, module in imports(ast.parse(file.read_text("utf-8"))):
        parts = module.split(".")
        yield from (".".join(parts[: nth + 1]) for nth in range(len(parts)))
        if isinstance(node, ast.ImportFrom):
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _through_hands(graph: Graph, name: str) -> frozenset[str]:
    """What a test imports, itself or through modules that are tests' own."""
    seen: set[str] = set()
    left = [name]
    while left:
        new = graph[left.pop()] - seen
        seen |= new
        left += [found for found in new if found.startswith("tests.")]
    return frozenset(seen)


def _above(graph: Graph, modules: frozenset[str]) -> frozenset[str]:
    """With everything that imports them."""
    wider = modules | {name for name, used in graph.items() if used & modules}
    return modules if wider == modules else _above(graph, wider)


def _below(graph: Graph, modules: frozenset[str]) -> frozenset[str]:
    """With everything that they import."""
    wider = modules.union(*(graph[name] for name in modules))
    return modules if wider == modules else _below(graph, wider)


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix().removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _path(name: str) -> Path:
    return ROOT / f"{name.replace('.', '/')}.py"
