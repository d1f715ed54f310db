"""A few hundred changed exports in every test run, and one of each kind; the counts are tests/faults/run.py's."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.faults import mutations
from tests.faults.mutations import BYTES, OWNERS, PARTS, Exports, Parts, clever, judged, made
from tests.support.lies import fitted, unpacked


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    return made(tmp_path_factory.mktemp("exports"))


def test_nobody_complains_of_what_was_not_changed(exports: Exports, tmp_path: Path) -> None:
    assert [judged(file, exports, tmp_path / "x") for file in (*exports.files, exports.other)] == [(False, False)] * 5


@pytest.mark.parametrize("change", PARTS, ids=lambda change: change.__name__)
def test_every_clever_change_is_found(
    exports: Exports, tmp_path: Path, change: Callable[[Parts, Parts, Random], Parts]
) -> None:
    missed = []
    for number, whole in enumerate(exports.files):
        data = clever(exports, change, whole, Random(number))
        if data != whole and judged(data, exports, tmp_path / "x") != (True, True):
            missed.append(number)
    assert missed == []


@pytest.mark.parametrize("change", OWNERS, ids=lambda change: change.__name__)
def test_what_the_owner_of_the_key_does_to_the_file_is_found(
    exports: Exports, tmp_path: Path, change: Callable[[Parts, Parts, Random], Parts]
) -> None:
    missed = []
    for number, whole in enumerate(exports.files):
        data = fitted(change(unpacked(whole), unpacked(exports.other), Random(number)))
        if data != whole and not judged(data, exports, tmp_path / "x")[0]:
            missed.append(number)
    assert missed == []


@pytest.mark.parametrize("change", BYTES, ids=lambda change: change.__name__)
def test_every_bent_byte_is_found(exports: Exports, tmp_path: Path, change: Callable[[bytes, Random], bytes]) -> None:
    bent = {change(exports.files[1], Random(number)) for number in range(10)} - {exports.files[1]}
    assert len(bent) > 5
    assert {judged(data, exports, tmp_path / "x") for data in bent} == {(True, True)}


def test_three_hundred_of_the_long_run_are_found() -> None:
    assert [wrong for _, run in mutations.units(1, 300) for wrong in run()] == []
