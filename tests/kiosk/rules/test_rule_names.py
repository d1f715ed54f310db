"""Every rule that the code names has a text that `liangzheng rules explain` can show; every text is a rule in use."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import kiosk.rules
from kiosk.pack import load_packs

FOLDER = Path(kiosk.rules.__file__).parent
TREES = {file.relative_to(FOLDER).as_posix(): ast.parse(file.read_text("utf-8")) for file in FOLDER.rglob("*.py")}
RULES = load_packs().rules
ROOMS = {name.partition("/")[0] for name in RULES}
NAMED_BY = {"stop", "warn", "Ruling"}  # their first word is a rule
NAME = re.compile(r"[a-z][a-z_]*/[a-z][a-z0-9_]*")
# a text that no verdict and no ruling names, and why
UNNAMED = {"methods/unit": "kept by the form of method packs: a pack that breaks it never loads"}
METHOD_ROOM = "assay"  # `method.clause("positive")` is the text assay/positive


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def literals(value: ast.expr) -> Iterator[str]:
    """What an expression may give, with `*` for what is filled in; nothing for a name that comes from elsewhere."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in value.values)
    elif isinstance(value, ast.IfExp):
        yield from literals(value.body)
        yield from literals(value.orelse)


def is_rule(value: object) -> bool:
    return isinstance(value, str) and bool(NAME.fullmatch(value)) and value.partition("/")[0] in ROOMS


def named(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Rules that a file names: in stop(), warn(), Ruling(), as clauses of a method, and wherever a text looks so."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and called(node) in NAMED_BY:
            yield from ((node.lineno, name) for name in literals(node.args[0]))
        elif isinstance(node, ast.Call) and node.args and called(node) == "clause":
            yield from ((node.lineno, f"{METHOD_ROOM}/{name}") for name in literals(node.args[0]))
        elif isinstance(node, ast.Constant) and id(node) not in docs and is_rule(node.value):
            yield node.lineno, str(node.value)


def fits(name: str, rule: str) -> bool:
    return re.fullmatch(re.escape(name).replace(r"\*", "[a-z0-9_]+"), rule) is not None


NAMES = {(file, line, name) for file, tree in TREES.items() for line, name in named(tree)}


def test_every_rule_named_in_code_has_a_text() -> None:
    untold = [found for found in NAMES if not any(fits(found[2], rule) for rule in RULES)]
    assert sorted(f"{file}:{line} names {name}" for file, line, name in untold) == []


def test_every_text_is_of_a_rule_that_the_code_names() -> None:
    patterns = {name for _, _, name in NAMES}
    idle = [rule for rule in RULES if not any(fits(pattern, rule) for pattern in patterns)]
    assert sorted(idle) == sorted(UNNAMED)


def test_the_code_names_rules() -> None:
    assert len(NAMES) > 50


def test_the_check_itself_bites() -> None:
    tree = ast.parse('stop("lot/nowhere", "x"); warn(f"lot/{x}", "y"); method.clause("odd"); z = "lot/b" if q else ""')
    found = [name for _, name in named(tree)]
    assert found[:3] == ["lot/nowhere", "lot/*", "assay/odd"]
    assert fits("lot/*", "lot/over_issue")
    assert not fits("lot/*", "gate/over_issue")
