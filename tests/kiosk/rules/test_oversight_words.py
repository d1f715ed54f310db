"""The words that oversight writes into entries are those of the contract, letter by letter."""

from enum import StrEnum
from typing import get_type_hints

import pytest

from kiosk.rules.messages import Disposal, GateCheck, ObjectionClosed, ResultDelivered
from kiosk.rules.oversight.disposal import Fate, Measure
from kiosk.rules.oversight.dispute import Stage
from kiosk.rules.oversight.gate_facts import Decision, Office, Seal, State
from kiosk.rules.oversight.objection import How, Result


def words(body: type, field: str) -> set[str]:
    (form,) = get_type_hints(body, include_extras=True)[field].__metadata__
    return set(form.words)


@pytest.mark.parametrize(
    ("body", "field", "ours"),
    [(GateCheck, "state", State), (GateCheck, "advice", Decision), (GateCheck, "decision", Decision),
     (ResultDelivered, "how", How),
     (ObjectionClosed, "result", Result), (Disposal, "measure", Measure)],
)  # fmt: skip
def test_our_words_are_the_entrys(body: type, field: str, ours: type[StrEnum]) -> None:
    assert words(body, field) == {one.value for one in ours}


@pytest.mark.parametrize(
    ("ours", "told"),
    [(State, "void altered not_matching over_issued incomplete unverifiable none valid"),
     (Seal, "none key_unknown broken"), (Office, "agriculture market_regulation origin"),
     (Decision, "admit test_first refuse"), (Fate, "free stopped sealed released gone"),
     (Stage, "undelivered sent delivered objected at_laboratory closed")],
)  # fmt: skip
def test_words_that_screens_and_folds_know(ours: type[StrEnum], told: str) -> None:
    assert [one.value for one in ours] == told.split()
