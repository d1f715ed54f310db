"""Every parser under damaged inputs, and under every input that once broke a promise. Counts: tests/fuzz/run.py."""

import pytest

from tests.fuzz.every import all_targets
from tests.fuzz.target import CORPUS, Tally, attack, kept, shelf, tried

TARGETS = all_targets()


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_inputs_are_refused_as_declared(name: str) -> None:
    assert attack(TARGETS[name], TARGETS[name].smoke, seed=1).faults == []


@pytest.mark.parametrize("name", TARGETS)
def test_inputs_that_once_broke_a_promise(name: str) -> None:
    tally = Tally()
    for file in kept(name):
        tried(TARGETS[name], file.read_bytes(), tally)
    assert tally.faults == []


def test_the_corpus_belongs_to_targets() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} <= {shelf(name).name for name in TARGETS}
