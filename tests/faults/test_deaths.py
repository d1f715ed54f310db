"""Twenty kills in every test run; the thousand are `make faults ARGS='--only kills'`."""

from random import Random

from tests.faults.deaths import killed


def test_a_killed_record_loses_and_doubles_nothing() -> None:
    found = killed(Random("smoke"), 20)
    assert list(found) == []
    assert found.counts["kills"] == 20
    assert found.counts["promised entries"] > 20
