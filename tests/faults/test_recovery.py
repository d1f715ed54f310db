"""Fifty cuts in the recovery from a cut in every test run; two thousand are `make faults ARGS='--only recovery'`."""

from tests.faults.recovery import cut_twice


def test_a_cut_in_a_recovery_is_recovered_from() -> None:
    found = cut_twice(seed=21, first=4, pairs=14)
    assert list(found) == []
    assert found.counts["pairs"] >= 50
