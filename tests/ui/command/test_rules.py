"""`liangzheng rules`: every rule can be explained, in both languages, with its worked table in straight columns."""

import pytest

from kiosk.pack import load_packs
from kiosk.rule_text import Worked
from kiosk.words import LANGUAGES, load_words
from tests.support.typed import run
from ui.command import rules
from ui.command.columns import width

RULES = load_packs().rules
WORDS = {language: load_words(language) for language in LANGUAGES}


def call(*typed: str, language: str = "en") -> int:
    return run(rules.add, typed, language)


def test_all_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("rules", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == list(RULES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(RULES))
def test_every_rule_is_explained(name: str, language: str) -> None:
    lines = rules.explained(RULES[name], WORDS[language])
    whole = "".join(line.strip() for line in lines).replace(" ", "")
    assert lines[0].startswith(name)
    assert RULES[name].texts[language].replace(" ", "") in whole
    assert RULES[name].source.replace(" ", "") in whole
    if not RULES[name].confirmed:
        assert WORDS[language].say("rule.unconfirmed") in lines[0]


def test_the_worked_table_stands_in_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("rules", "explain", "lot/over_issue", language="zh") == 0
    lines = capsys.readouterr().out.splitlines()
    table = lines[lines.index("算例") + 1 :]
    text = RULES["lot/over_issue"]
    assert len(table) >= len(text.worked) + 1
    starts = {width(line[: line.rindex("  ") + 2]) for line in table[: 1 + _first_group(text.worked)]}
    assert len(starts) == 1


def _first_group(rows: tuple[Worked, ...]) -> int:
    return sum(1 for row in rows if tuple(row.given) == tuple(rows[0].given))


def test_a_clause_of_a_method_shows_its_numbers_and_their_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("rules", "explain", "GB/T 5009.199-2003/positive") == 0
    told = capsys.readouterr().out
    assert told.startswith("GB/T 5009.199-2003/positive\nassay/positive")
    assert "positive_at = 50  [V-]" in told
    assert "blank_min = 0.3  [G] not confirmed" in told
    assert "S12, S15, S23" in told
    assert "methods/gbt-5009-199-2003.toml" in told


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("lot/over_isue", "lot/over_issue"),
        ("GB/T 5009.199-2003/positiv", "GB/T 5009.199-2003/positive"),
        ("GB/T 5009/positive", "GB/T 5009.199-2003/positive"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_an_unknown_name_leads_to_the_nearest(name: str, near: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("rules", "explain", name) == 1
    told = capsys.readouterr()
    assert (told.out, near in told.err) == ("", True)
    assert "liangzheng rules list" in told.err
