"""One call of each kind in every test run, struck in every way; all of them are `make faults ARGS='--only strokes'`."""

from collections.abc import Iterator

import pytest

from tests.faults.flows import FLOWS, MIGRATION, TURN
from tests.faults.strokes import Bed, bedded, struck


@pytest.fixture(scope="module")
def bed() -> Iterator[Bed]:
    with bedded() as made:
        yield made


@pytest.mark.parametrize("flow", FLOWS)
def test_a_struck_file_call_loses_nothing(bed: Bed, flow: str) -> None:
    some = {TURN: ("pwrite64", "fdatasync", "rename", "openat"), MIGRATION: ("pwrite64", "fdatasync")}
    counted = bed.counted(flow)
    kinds = [kind for kind in counted if kind.call in some.get(flow, ("pwrite64", "fsync"))]
    assert len(kinds) >= 3
    for kind in kinds:
        found = struck(bed, kind, [(counted[kind] + 1) // 2])
        assert (str(kind), list(found)) == (str(kind), [])
        assert found.counts["kill: killed"] == 1
