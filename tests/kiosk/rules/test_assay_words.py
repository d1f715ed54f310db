"""Whatever a test comes to can be said in both languages, and its clause has a text that can be explained."""

import ast
from pathlib import Path

import pytest

import kiosk.rules
from kiosk.pack import Packs
from kiosk.rules.testing.assayed import Assayed
from kiosk.rules.testing.strip import TestLine
from kiosk.words import Words, load_words
from tests.kiosk.rules.worked.assay import CLAUSES, found

FILES = ("assay", "assayed", "inhibition", "curve", "strip", "card_colour", "repeats", "read")
FOLDER = Path(kiosk.rules.__file__).parent / "testing"


@pytest.fixture(params=["zh", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    return load_words(str(request.param))


@pytest.fixture(scope="module")
def judged(packs: Packs) -> list[Assayed]:
    rows = [dict(row.given) for clause in CLAUSES for row in packs.rules[f"assay/{clause}"].worked]
    return [found(given) for given in rows]


def test_every_verdict_can_be_said(words: Words, judged: list[Assayed]) -> None:
    said = [words.say(one.verdict.reason, **one.verdict.facts) for one in judged]
    assert all(said)
    assert len({one.verdict.reason for one in judged}) > 35


def test_every_clause_has_a_text(packs: Packs, judged: list[Assayed]) -> None:
    """What a verdict stores is `<method>/<clause>`."""
    clauses = {one.verdict.rule.rpartition("/")[2] for one in judged}
    assert len(clauses) > 18
    assert [clause for clause in sorted(clauses) if f"assay/{clause}" not in packs.rules] == []


def test_every_reason_in_the_code_is_a_sentence(words: Words) -> None:
    constants = [
        node.value
        for name in FILES
        for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    keys = {text for text in constants if text.startswith(("verdict.", "assay.")) and not text.endswith((".", "_"))}
    assert len(keys) > 40
    assert [key for key in sorted(keys) if not words.knows(key)] == []


def test_the_lines_have_names(words: Words) -> None:
    assert [line for line in TestLine if not words.knows(f"verdict.line.{line}")] == []
