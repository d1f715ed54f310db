"""The auditor's own words: both languages, the same blanks, a sentence for every code and advice for every finding."""

import ast
import re
import string
from collections.abc import Iterator

import pytest

from tests.house.sources import ROOT, called, sources
from tests.house.test_words import HAN
from ui.audit.codes import PROOF, REMARKS, STORY
from ui.audit.rules import rules
from ui.audit.scenarios import scenarios
from ui.audit.words import LANGUAGES, words_in

ZH, EN = words_in("zh").table, words_in("en").table


def sentences(table: dict[str, dict[str, str]]) -> dict[tuple[str, str], str]:
    return {(room, key): text for room, texts in table.items() for key, text in texts.items()}


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_say_the_same_things() -> None:
    zh, en = sentences(ZH), sentences(EN)
    assert zh.keys() == en.keys()
    assert [key for key in zh if blanks(zh[key]) != blanks(en[key]) or not zh[key].strip() or not en[key].strip()] == []
    assert [key for key, text in en.items() if HAN.search(text)] == []


def test_every_code_has_its_sentence_and_every_finding_its_advice() -> None:
    assert set(EN["finding"]) == PROOF | STORY
    assert set(EN["remark"]) == REMARKS
    advised = [code for codes in rules()["advice"].values() for code in codes]
    assert sorted(advised) == sorted(PROOF | STORY)
    assert set(rules()["advice"]) == set(EN["do"])
    assert set(EN["scenario"]) == {one.name for one in scenarios()}


def tells(node: ast.Call) -> bool:
    return called(node).rpartition(".")[2] in ("found", "remarked", "Wrong")


def told() -> Iterator[tuple[str, str, set[str]]]:
    """Where a code is told, and the facts that are named there; `**facts` counts as all."""
    for source in sources():
        for node in ast.walk(source.tree) if source.name.startswith("ui/audit/") else ():
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant) and tells(node):
                code = str(node.args[0].value)
                if code in PROOF | STORY | REMARKS and not any(word.arg is None for word in node.keywords):
                    yield source.at(node), code, {str(word.arg) for word in node.keywords}


def test_every_blank_of_a_sentence_is_filled() -> None:
    every = {**EN["finding"], **EN["remark"]}
    places = list(told())
    assert len(places) > 40
    assert [(place, code) for place, code, facts in places if not blanks(every[code]) <= facts | {"seq"}] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_is_asked_for_exists(language: str) -> None:
    table, missing = words_in(language).table, []
    for file in (ROOT / "ui" / "audit").glob("*.py"):
        for room, key in re.findall(r'words\.text\("(\w+)", "(\w+)"', file.read_text("utf-8")):
            if key not in table[room]:
                missing.append(f"{file.name}: {room}.{key}")
    assert missing == []
