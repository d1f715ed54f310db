"""Texts of the rules: complete in both languages, honest about their sources, refused when a part is missing."""

import shutil
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from kiosk.pack import PackError, load_packs
from kiosk.rule_text import RuleText, Worked

SHIPPED = Path(str(resources.files("kiosk"))) / "packs"
RULES = load_packs().rules
CLAUSE = """[over_issue]
text = { zh = "合计不超过", en = "not more in sum" }
mark = "I"
source = "domain.md §1.7 (5)"
confirmed = false
worked = [
  { given = { declared = "100", asked = "100" }, then = "allowed" },
  { given = { declared = "100", asked = "100.001" }, then = "refused" },
]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "packs")
    shutil.rmtree(tmp_path / "packs" / "rules")
    (tmp_path / "packs" / "rules").mkdir()
    return tmp_path / "packs"


def problems(folder: Path, text: str) -> list[tuple[str, str]]:
    (folder / "rules" / "lot.toml").write_text(text, "utf-8")
    with pytest.raises(PackError) as wrong:
        load_packs(folder)
    return [(problem.key, problem.expected.key.removeprefix("pack.wrong.")) for problem in wrong.value.problems]


def test_a_text_is_read_whole(folder: Path) -> None:
    (folder / "rules" / "lot.toml").write_text(CLAUSE, "utf-8")
    rules = load_packs(folder).rules
    assert rules == {
        "lot/over_issue": RuleText(
            name="lot/over_issue",
            texts={"zh": "合计不超过", "en": "not more in sum"},
            mark="I",
            source="domain.md §1.7 (5)",
            confirmed=False,
            worked=(
                Worked({"declared": "100", "asked": "100"}, "allowed"),
                Worked({"declared": "100", "asked": "100.001"}, "refused"),
            ),
        )
    }
    assert load_packs(folder, texts=False).rules == {}


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        (', en = "not more in sum"', "", "over_issue.text", "names"),
        ('zh = "合计不超过"', 'zh = ""', "over_issue.text", "names"),
        ("confirmed = false", "confirmed = true", "over_issue", "unread"),
        ('mark = "I"', 'mark = "X"', "over_issue.mark", "one_of"),
        ('source = "domain.md §1.7 (5)"', 'source = ""', "over_issue.source", "not_empty"),
        ('source = "domain.md §1.7 (5)"\n', "", "over_issue.source", "missing"),
        ('asked = "100.001"', "asked = 100.001", "over_issue.worked.1.given.asked", "text"),
        ('then = "refused"', 'then = ""', "over_issue.worked.1.then", "not_empty"),
        ('then = "refused"', 'thn = "refused"', "over_issue.worked.1.thn", "unknown_key"),
        ("worked = [", "worked = []\nother = [", "over_issue.worked", "more_of"),
        ("[over_issue]", "[Over-issue]", "Over-issue.[key]", "pattern"),
        (CLAUSE, "", "-", "more_of"),
    ],
)
def test_what_is_refused(folder: Path, old: str, new: str, key: str, said: str) -> None:
    assert old in CLAUSE
    assert (key, said) in problems(folder, CLAUSE.replace(old, new, 1))


@pytest.mark.parametrize(("wrong", "near"), [("surce", "source"), ("workd", "worked"), ("txt", "text")])
def test_an_unknown_key_of_a_clause_leads_to_the_nearest(folder: Path, wrong: str, near: str) -> None:
    (folder / "rules" / "lot.toml").write_text(CLAUSE.replace(f"{near} =", f"{wrong} =", 1), "utf-8")
    with pytest.raises(PackError) as refused:
        load_packs(folder)
    assert {"near": near} in [problem.expected.facts for problem in refused.value.problems]


def test_many_rules_are_told() -> None:
    assert len(RULES) > 100
    rooms = Counter(name.partition("/")[0] for name in RULES)
    assert {"lot", "gate", "assay", "drugs", "certificate"} <= rooms.keys()


def test_nothing_is_confirmed_that_nobody_read() -> None:
    assert [name for name, text in RULES.items() if text.confirmed and text.mark not in ("V", "V-")] == []


def test_a_text_ends_as_a_sentence() -> None:
    unended = [
        f"{name} {language}" for name, rule in RULES.items() for language, text in rule.texts.items() if not _ends(text)
    ]
    assert unended == []


def test_texts_name_no_value_of_the_code() -> None:
    """People read these: no key, no bracket of ours."""
    assert [
        name for name, rule in RULES.items() if "_" in rule.texts["zh"] or "{" in "".join(rule.texts.values())
    ] == []


def _ends(text: str) -> bool:
    return text.rstrip('）)”"').endswith(("。", "？", ".", "?", "!", "！"))
