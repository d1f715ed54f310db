"""The house's own source files as syntax trees, for the tests that hold the house to its laws. Reads only."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("drivers", "firmware_profiles", "kiosk", "ui")


@dataclass(frozen=True, slots=True)
class Source:
    """`name` is the path from the root, as a person would say it."""

    name: str
    tree: ast.Module

    @property
    def module(self) -> str:
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def at(self, node: ast.AST) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 0)}"


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the four packages."""
    files = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return tuple(Source(file.relative_to(ROOT).as_posix(), ast.parse(file.read_text("utf-8"))) for file in files)


def imports(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Every absolute import, also those inside functions: (statement, module)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node, node.module or ""


def for_types_only(tree: ast.Module) -> set[int]:
    """Identities of the nodes under `if TYPE_CHECKING`: they never run."""
    guards = (node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    return {id(inner) for guard in guards for statement in guard.body for inner in ast.walk(statement)}


def docstrings(tree: ast.Module) -> set[int]:
    """Identities of the constants that nobody but a reader of the code sees."""
    alone = (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))
    return {id(value) for value in alone if isinstance(value, ast.Constant)}


def texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """String constants that a program uses."""
    unused = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unused:
            yield node


def called(node: ast.Call) -> str:
    """The dotted name of what is called: `datetime.now`, `self._tell.say`; empty when it is no name."""
    parts: list[str] = []
    func: ast.expr = node.func
    while isinstance(func, ast.Attribute):
        parts.append(func.attr)
        func = func.value
    return ".".join(reversed([*parts, func.id])) if isinstance(func, ast.Name) else ".".join(reversed(parts))
