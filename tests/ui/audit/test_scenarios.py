"""The shipped scenarios: made by the house, the same bytes each time, and judged as each of them says."""

import json
from pathlib import Path

import jsonschema
import pytest

from kiosk.export_read import examine
from kiosk.trust import parse_trust
from tests.support.lies import unpacked
from tests.support.scenarios import FOLDER, PLAYS, play
from ui.audit.codes import PROOF, REMARKS, STORY
from ui.audit.report import report
from ui.audit.scenarios import holds, scenarios
from ui.audit.together import Asked, audit

SCHEMA = json.loads((FOLDER.parent / "report.schema.json").read_text("utf-8"))
HERE = Path(__file__).parent


@pytest.mark.parametrize("name", PLAYS)
def test_the_house_writes_the_same_scenario_again(tmp_path: Path, name: str) -> None:
    """`python -m tests.support.scenarios` writes them after a wanted change."""
    play(name, tmp_path)
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert {file: (FOLDER / file).read_bytes() for file in made} == made


def test_every_file_belongs_to_a_scenario() -> None:
    tables = {file.stem: json.loads(file.read_text("utf-8")) for file in FOLDER.glob("*.json")}
    assert sorted(tables) == sorted(PLAYS)
    named = {name for one in tables.values() for name in (*one["files"], one["receipt"]) if name}
    assert {file.name for file in FOLDER.iterdir() if file.suffix != ".json"} == named


def test_every_scenario_holds() -> None:
    assert [one.name for one in scenarios() if not holds(one)] == []


def test_a_scenario_that_says_something_else_does_not_hold(tmp_path: Path) -> None:
    for name in ("normal-day.zip", "normal-day.json"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    told = json.loads((tmp_path / "normal-day.json").read_text("utf-8"))
    told["expected"]["exports"][0]["counts"]["certificates"] += 1
    (tmp_path / "normal-day.json").write_text(json.dumps(told))
    assert [holds(one) for one in scenarios(tmp_path)] == [False]


@pytest.mark.parametrize("name", PLAYS)
def test_the_house_itself_finds_nothing_wrong_with_the_proof(name: str) -> None:
    """A second opinion: what the station wrote is in order; only what it says may not be."""
    for file in json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["files"]:
        trust = parse_trust(unpacked((FOLDER / file).read_bytes())["trust.json"], file)
        assert examine(FOLDER / file, trust, lambda _: None).findings == []


@pytest.mark.parametrize("name", PLAYS)
def test_a_report_fits_its_schema(name: str) -> None:
    table = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(table["expected"])
    whole = report(audit(Asked([FOLDER / file for file in table["files"]], table["root"], rows=True)))
    jsonschema.Draft202012Validator(SCHEMA).validate(whole)


def test_the_schema_names_every_code() -> None:
    codes = SCHEMA["$defs"]["findings"]["items"]["properties"]["code"]["enum"]
    assert codes == sorted(PROOF | STORY)
    assert SCHEMA["$defs"]["remarks"]["items"]["properties"]["code"]["enum"] == sorted(REMARKS)
    assert not PROOF & STORY
    assert not REMARKS & (PROOF | STORY)


def test_every_code_is_met_by_some_test() -> None:
    text = "".join(file.read_text("utf-8") for file in [*HERE.glob("test_*.py"), *FOLDER.glob("*.json")])
    assert [code for code in sorted(PROOF | STORY | REMARKS) if f'"{code}"' not in text] == []
