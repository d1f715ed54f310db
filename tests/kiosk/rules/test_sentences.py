"""Every sentence that the rules can ask for exists in both languages and its blanks are filled."""

import ast
import string
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

import kiosk.rules
from drivers.reading import Reading
from kiosk.rules.certify.certificate import stopped_by_tests
from kiosk.rules.goods.products import ProductClass
from kiosk.rules.goods.quantity import Unit, quantity, told
from kiosk.rules.messages import Basis, Outcome, SampleType, Scene
from kiosk.rules.scan.codes import Kind, explain
from kiosk.rules.scan.identifiers import REGISTERED
from kiosk.rules.testing import assay
from kiosk.rules.testing.lot import Standing
from kiosk.rules.testing.methods import DrugClass, MethodPack, with_band
from kiosk.rules.visits.turn import Stage
from kiosk.words import Words, load_words

FOLDER = Path(kiosk.rules.__file__).parent
PREFIXES = ("verdict.", "visit.", "problem.rules.", "code.")
ROOMS = ("verdict", "outcome", "basis", "sample_type", "scene", "unit", "product", "code", "visit", "command.code")

LISTS: dict[str, Sequence[str]] = {
    "outcome": list(Outcome), "basis": list(Basis), "sample_type": list(SampleType), "scene": list(Scene),
    "unit": list(Unit), "unit.amount": list(Unit), "product.class": list(ProductClass), "code.kind": list(Kind),
    "code.holder": [*REGISTERED.values(), "unnamed"], "verdict.drug": list(DrugClass), "visit.stage": list(Stage),
}  # fmt: skip


@pytest.fixture(params=["zh", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    return load_words(str(request.param))


def written_keys() -> set[str]:
    """Every key and error code that stands as a literal in the rules."""
    keys: set[str] = set()
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                key = f"problem.{node.value}" if node.value.startswith("rules.") else node.value
                if key.startswith(PREFIXES) and not key.endswith(("_", ".")):
                    keys.add(key)
    return keys


def test_every_written_key_is_a_sentence(words: Words) -> None:
    assert len(written_keys()) > 40
    assert [key for key in sorted(written_keys()) if not words.knows(key)] == []


def test_every_word_of_every_list(words: Words) -> None:
    wanted = [f"{room}.{member}" for room, members in LISTS.items() for member in members]
    assert [key for key in wanted if not words.knows(key)] == []


def readings(value: str, quantity_: str = "absorbance_change") -> list[Reading]:
    return [Reading(1, quantity_, Decimal(value), "AU", b"")]


@pytest.mark.parametrize("sample", ["0.4", "0.27", "0.1", "0"])
@pytest.mark.parametrize("blank", ["0.1", "0.5", "0.9"])
def test_verdicts_can_be_said(words: Words, method: MethodPack, blank: str, sample: str) -> None:
    verdict = assay.judge_run(with_band(method, Decimal(40)), readings(blank), readings(sample)).verdict
    assert words.say(verdict.reason, **verdict.facts)
    again = assay.combine(method, verdict, [verdict, verdict])
    assert again is not None
    assert words.say(again.reason, **again.facts)


@pytest.mark.parametrize("standing", [Standing.UNSETTLED, Standing.SUSPECT, Standing.POSITIVE])
def test_stops_can_be_said(words: Words, standing: Standing) -> None:
    stopped = stopped_by_tests(standing)
    assert stopped is not None
    assert words.say(stopped.reason.key, **stopped.reason.facts)


@pytest.mark.parametrize("unit", list(Unit))
def test_quantities_can_be_said(words: Words, unit: Unit) -> None:
    sentence = told(quantity("320", unit))
    assert "320" in words.say(sentence.key, **sentence.facts)


def test_kilograms_come_first_when_jin_were_typed() -> None:
    sentence = told(quantity("320", Unit.JIN))
    assert load_words("zh").say(sentence.key, **sentence.facts) == "160千克（320斤）"


@pytest.mark.parametrize(
    "text",
    ["HTTPS://A.B/K/MFRGG", "HTTPS://A.B/C/MFRGG", "HTTPS://A.B/K/MFRGH", "11140500012420117H", "91350211M0000XUF46",
     "11010519491231002X", "JT530427MF1234567S", "6901234567892", "6901234567893", "https://a.b/01/09521234543213",
     "https://a.b/01/09521234543214", "https://a.b/", "hello", "", "530427-7K3M9-QX2VH-B"],
)  # fmt: skip
def test_codes_can_be_said(words: Words, text: str) -> None:
    scanned = explain(text.encode())
    assert words.say(scanned.note, **scanned.facts)


def test_both_languages_have_the_same_blanks() -> None:
    zh, en = (load_words(language) for language in ("zh", "en"))
    mine = {f"{room}." for room in ROOMS} | {"problem.rules."}
    sentences = {key: text for key, text in zh._sentences.items() if key.startswith(tuple(mine))}
    assert sentences.keys() == {key for key in en._sentences if key.startswith(tuple(mine))}
    assert [key for key, text in sentences.items() if blanks(text) != blanks(en._sentences[key])] == []


def blanks(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
