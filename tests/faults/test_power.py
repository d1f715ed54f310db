"""Some thousand states of a power cut in every test run, and the two bad ways to work that must be found out."""

import pytest

from tests.faults.power import BAD, box, control


def test_no_state_of_a_power_cut_loses_what_was_promised() -> None:
    found = box(seed=11, turns=3, share=0.2)
    assert list(found) == []
    assert found.counts["states"] > 600


@pytest.mark.parametrize("mode", BAD)
def test_a_bad_way_to_work_is_found_out(mode: str) -> None:
    assert list(control(1, mode)) == []
