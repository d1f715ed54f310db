"""Some hundred mutated codes judged by both programs; the long count is `make faults ARGS='--only checks'`."""

from tests.faults.checks import checked


def test_both_programs_judge_mutated_codes_alike() -> None:
    found = checked(1, 0, 400)
    assert list(found) == []
    assert found.counts["mutations"] == 400
