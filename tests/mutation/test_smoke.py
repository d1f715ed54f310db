"""The mutation run kills what a test can notice and spares what it cannot. Figures: tests/mutation/run.py."""

from pathlib import Path

import pytest

from tests.mutation.excuses import FILE, Excuse, excuses, reason, stale
from tests.mutation.mutants import Mutant, Source
from tests.mutation.reach import dotted, file_of, reach, rule_modules
from tests.mutation.trial import Selection, tried

PLANTED = '''
"""Law of the file."""

def fee(kilograms: int) -> int:
    """Nothing up to ten."""
    largest = kilograms if kilograms > 10 else 10
    return largest - 10
'''
TESTS = """
from planted_fee import fee

def test_fee():
    assert [fee(9), fee(10), fee(11), fee(12)] == [0, 0, 1, 2]
"""
CHANGES = ("kilograms >= 10", "kilograms", "return None", "largest + 10")


def changed(text: str) -> list[tuple[str, str]]:
    return [(mutant.was, mutant.now) for mutant in Source(text, "here").mutants]


def mutant(source: Source, now: str) -> Mutant:
    (found,) = [mutant for mutant in source.mutants if mutant.now == now]
    return found


def test_planted_mutants_are_killed_and_an_equivalent_one_lives(tmp_path: Path) -> None:
    """At ten both branches give ten: no test can tell `>=` from `>`."""
    file = tmp_path / "test_planted.py"
    file.write_text(TESTS, encoding="utf-8")
    source, tests = Source(PLANTED, "planted_fee"), Selection((file,))

    assert tried("planted_fee", source.plain(), tests, 20).code == 0
    codes = {now: tried("planted_fee", source.mutated(mutant(source, now)), tests, 20).code for now in CHANGES}
    assert {now for now, code in codes.items() if not code} == {"kilograms >= 10"}


def test_an_endless_mutant_counts_as_killed(tmp_path: Path) -> None:
    file = tmp_path / "test_planted.py"
    file.write_text("from planted_loop import end\n\ndef test_end():\n    assert end() == 3\n", encoding="utf-8")
    source = Source("def end():\n    n = 0\n    while n < 3:\n        n += 1\n    return n\n", "planted_loop")
    assert tried("planted_loop", source.mutated(mutant(source, "n -= 1")), Selection((file,)), 1).code < 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b", [("a < b", "a <= b")]),
        ("a >= b", [("a >= b", "a > b")]),
        ("a == b != c", [("a == b != c", "a != b != c"), ("a == b != c", "a == b == c")]),
        ("a in b", [("a in b", "a not in b")]),
        ("a is b", [("a is b", "a is not b")]),
        ("a and b", [("a and b", "a or b")]),
        ("not a", [("not a", "a")]),
        ("a + -b", [("a + -b", "a - -b"), ("-b", "b")]),
        ("a * b // c", [("a * b // c", "a * b * c"), ("a * b", "a / b")]),
        ("a | b", []),
        ("7", [("7", "8"), ("7", "6")]),
        ("True", [("True", "False")]),
        ("'lot/over'", [("'lot/over'", "'lot/overu'")]),
        ("'0.5'", [("'0.5'", "'1.5'")]),
        ("f(None)", []),
        ("a if b else c", [("a if b else c", "a"), ("a if b else c", "c")]),
        ("[a for a in b if a]", [("for a in b if a", "for a in b")]),
    ],
)
def test_an_expression_is_changed(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(was.strip(), now.strip()) for was, now in changed(f"kept = {text}")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f():\n    return a", [("return a", "return None")]),
        ("def f():\n    return None", []),
        ("if a:\n    b = c", [("if a", "if True"), ("if a", "if False")]),
        ("while a:\n    b = c", [("while a", "while False")]),
        ("match a:\n    case b if c:\n        d = e", [("case b if c", "case b")]),
        ("a.append(b)", [("a.append(b)", "pass")]),
        ("raise A", [("raise A", "pass")]),
        ("a += b", [("a += b", "a -= b"), ("a += b", "pass")]),
        ("def f():\n    yield a", [("yield a", "pass")]),
    ],
)
def test_a_statement_is_changed(text: str, expected: list[tuple[str, str]]) -> None:
    assert changed(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '"""Law."""',
        "import a",
        "__all__ = ['a']",
        "a: 'int'",
        "def f(a: 'int') -> 'str':\n    b = a",
        "@dataclass(frozen=True)\nclass A:\n    '''Law.'''",
        "if TYPE_CHECKING:\n    a = 1",
        "T = TypeVar('T')",
    ],
)
def test_what_decides_nothing_stays(text: str) -> None:
    assert changed(text) == []


def test_a_source_is_whole_again_after_a_mutant() -> None:
    source = Source(PLANTED, "planted_fee")
    before = source.plain()
    assert all(source.mutated(mutant) != before for mutant in source.mutants)
    assert source.plain() == before


def test_tests_of_a_module_are_found() -> None:
    found = reach(dotted("scan/gs1"))
    assert found.files[0].name == "test_gs1.py"
    assert dotted("scan/gs1") not in found.around
    assert reach(dotted("goods/quantity")).rooms == {"quantity"}


def test_an_excuse_fits_one_change_of_one_line() -> None:
    source = Source("a = 1 < b\n", "here")
    fitting = Excuse("here", "a = 1 < b", "1 <= b", "b is never 1")
    gone = Excuse("here", "a = 2 < b", "2 <= b", "b is never 2")
    nth = mutant(source, "1 <= b").nth
    assert reason([gone, fitting], source.mutants[nth]) == "b is never 1"
    assert stale([gone, fitting], source.mutants, {nth: False}) == [gone]
    assert stale([fitting], source.mutants, {nth: True}) == [fitting]


def test_every_excuse_names_a_line_and_a_change_that_are_there() -> None:
    known = rule_modules()
    for name in known:
        mutants = Source(file_of(name).read_text("utf-8"), name).mutants
        assert stale(excuses(name), mutants, {}) == []
    assert {line.partition('"')[2].rstrip('"') for line in _named()} <= set(known)


def _named() -> list[str]:
    return [line for line in FILE.read_text("utf-8").splitlines() if line.startswith("module =")]
