"""Every worked example of every rule text is executed by the rule itself; no text without a rule, no rule without one.

`worked/<room>.py` holds `WORKED`: rule name → a function from a row's `given` to its `then`.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from kiosk.pack import load_packs
from kiosk.rule_text import RuleText, Worked

FOLDER = Path(__file__).parent / "worked"
RULES = load_packs().rules
Function = Callable[[dict[str, str]], str]


def tables() -> dict[str, dict[str, Function]]:
    """Every room's table by the name of its file."""
    rooms = sorted(file.stem for file in FOLDER.glob("*.py") if not file.stem.startswith("_"))
    return {room: import_module(f"tests.kiosk.rules.worked.{room}").WORKED for room in rooms}


TABLES = tables()
FUNCTIONS = {name: function for table in TABLES.values() for name, function in table.items()}
ROWS = [(text, nth) for text in RULES.values() for nth in range(len(text.worked))]


def without_function(rules: dict[str, RuleText], functions: dict[str, Function]) -> list[str]:
    return [f"{name} has worked rows and no function" for name in rules if name not in functions]


def without_text(rules: dict[str, RuleText], functions: dict[str, Function]) -> list[str]:
    return [f"{name} has a function and no text" for name in functions if name not in rules]


def worked_out(row: Worked, function: Function) -> str:
    return function(dict(row.given))


@pytest.mark.parametrize(("text", "nth"), ROWS, ids=[f"{text.name}-{nth + 1}" for text, nth in ROWS])
def test_a_rule_does_what_its_text_says(text: RuleText, nth: int) -> None:
    assert text.name in FUNCTIONS, f"{text.name} has no function in worked/"
    assert worked_out(text.worked[nth], FUNCTIONS[text.name]) == text.worked[nth].then, text.worked[nth].given


def test_every_rule_has_its_function() -> None:
    assert without_function(RULES, FUNCTIONS) == []


def test_every_function_has_its_rule() -> None:
    assert without_text(RULES, FUNCTIONS) == []


def test_every_function_stands_in_its_room_and_once() -> None:
    names = [name for table in TABLES.values() for name in table]
    assert sorted({name for name in names if names.count(name) > 1}) == []
    strays = [f"{name} in worked/{room}.py" for room, table in TABLES.items() for name in table if _room(name) != room]
    assert strays == []


def test_a_rule_is_shown_allowing_and_refusing() -> None:
    """Rows that all end alike show no boundary."""
    flat = [text.name for text in RULES.values() if len({row.then for row in text.worked}) < 2]
    assert flat == []


def test_no_row_stands_twice() -> None:
    twice = [text.name for text in RULES.values() if len({repr(row.given) for row in text.worked}) < len(text.worked)]
    assert twice == []


def test_the_checks_themselves_bite() -> None:
    row = Worked({"asked": "41"}, "refused")
    text = RuleText("lot/made_up", {}, "I", "here", confirmed=False, worked=(row,))
    assert without_function({text.name: text}, {}) == ["lot/made_up has worked rows and no function"]
    assert without_text({}, {"lot/made_up": lambda _: ""}) == ["lot/made_up has a function and no text"]
    assert worked_out(row, lambda given: "allowed" if given["asked"] == "41" else "refused") != row.then


def _room(name: str) -> str:
    return name.partition("/")[0]
