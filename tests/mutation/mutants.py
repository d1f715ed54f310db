"""What a mutant is: one small change of one module's syntax tree that a test ought to notice. Text in, code out.

Left alone is what decides nothing at run time: annotations, docstrings, decorators, imports, `__all__`, TYPE_CHECKING.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import CodeType

SHOWN = 90  # characters of a changed place
MARK = "u"  # in no alphabet of a code, no text of the house ends in it

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult,
}  # fmt: skip
UNREAD = {"annotation", "returns", "decorator_list", "type_comment"}
UNREAD_CALLS = {"TypeVar", "NewType", "assert_never"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """`nth` is its place among the mutants of the same source; `was` and `now` are told to people."""

    nth: int
    line: int
    text: str
    old: ast.AST
    new: ast.AST

    @property
    def was(self) -> str:
        return _shown(self.old)

    @property
    def now(self) -> str:
        return _shown(self.new)


class Source:
    """One module's text and all its mutants."""

    def __init__(self, text: str, name: str) -> None:
        self._tree = ast.parse(text)
        self._name = name
        lines = text.splitlines()
        changes = [(old, new) for old in _walk(self._tree) for new in _changes(old)]
        self.mutants = tuple(
            Mutant(nth, _line(old), lines[_line(old) - 1].strip(), old, ast.fix_missing_locations(_placed(new, old)))
            for nth, (old, new) in enumerate(changes)
        )

    def plain(self) -> CodeType:
        return compile(self._tree, self._name, "exec")

    def mutated(self, mutant: Mutant) -> CodeType:
        """The whole module with this one change."""
        _Swap(mutant.old, mutant.new).visit(self._tree)
        try:
            return compile(self._tree, self._name, "exec")
        finally:
            _Swap(mutant.new, mutant.old).visit(self._tree)


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that decides something, in the order of the text."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in UNREAD:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _unread(child):
                yield from _walk(child)


def _unread(node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in UNREAD_CALLS
        case ast.Expr(value=value):
            return _unread(value)
        case _:
            return False


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.stmt():
            yield from _of_statement(node)
        case ast.comprehension(ifs=ifs):
            for nth in range(len(ifs)):
                yield ast.comprehension(node.target, node.iter, ifs[:nth] + ifs[nth + 1 :], node.is_async)
        case ast.match_case(guard=ast.expr()):
            yield ast.match_case(node.pattern, None, node.body)
        case ast.expr():
            yield from _of_expression(node)


def _of_statement(node: ast.stmt) -> Iterator[ast.stmt]:
    match node:
        case ast.Return(value=ast.expr()) if not _is_none(node.value):
            yield ast.Return(ast.Constant(None))
        case ast.If(test=test, body=body, orelse=orelse) if not isinstance(test, ast.Constant):
            yield from (ast.If(ast.Constant(value), body, orelse) for value in (True, False))
        case ast.While(test=test, body=body, orelse=orelse) if not isinstance(test, ast.Constant):
            yield ast.While(ast.Constant(False), body, orelse)
        case ast.AugAssign(target=target, op=op, value=value):
            if type(op) in SUMS:
                yield ast.AugAssign(target, SUMS[type(op)](), value)
            yield ast.Pass()
        case ast.Expr() | ast.Raise() | ast.Continue() | ast.Break():
            yield ast.Pass()


def _of_expression(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=right):
            for nth, op in enumerate(ops):
                yield ast.Compare(left, [*ops[:nth], COMPARISONS[type(op)](), *ops[nth + 1 :]], right)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.BinOp(left=first, op=sign, right=second) if type(sign) in SUMS:
            yield ast.BinOp(first, SUMS[type(sign)](), second)
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.Constant(value=value):
            yield from (ast.Constant(other) for other in _others(value))


def _others(value: object) -> tuple[bool | int | str | bytes, ...]:
    match value:
        case bool():
            return (not value,)
        case int():
            return value + 1, value - 1
        case str():
            return (_other_text(value),)
        case bytes():
            return (value + MARK.encode(),)
        case _:
            return ()


def _other_text(text: str) -> str:
    """A number written as text stays one: a module that cannot be imported tells nothing about its tests."""
    try:
        return str(Decimal(text) + 1)
    except InvalidOperation:
        return text + MARK


def _is_none(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _line(node: ast.AST) -> int:
    """Two kinds of nodes have no line of their own."""
    match node:
        case ast.comprehension(target=inner) | ast.match_case(pattern=inner):
            return int(inner.lineno)
        case _:
            return int(getattr(node, "lineno", 1))


def _placed(new: ast.AST, old: ast.AST) -> ast.AST:
    return ast.copy_location(new, old)


def _shown(node: ast.AST) -> str:
    match node:
        case ast.If(test=test) | ast.While(test=test):
            text = f"if {ast.unparse(test)}" if isinstance(node, ast.If) else f"while {ast.unparse(test)}"
        case ast.match_case(pattern=pattern, guard=guard):
            text = f"case {ast.unparse(pattern)}" + ("" if guard is None else f" if {ast.unparse(guard)}")
        case _:
            text = ast.unparse(node).strip()
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
