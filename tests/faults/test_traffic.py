"""A small backlog through a bad line in every test run; the counts are `make faults`'."""

from tests.faults.traffic import BROKER, INTAKE, RESET, drained, patience


def test_a_backlog_survives_a_killed_broker_a_cut_line_and_a_killed_intake() -> None:
    found = drained(2000, (BROKER, RESET, INTAKE), blobs=2)
    assert list(found) == []
    assert found.counts["entries"] == 2000


def test_nothing_gives_up() -> None:
    assert list(patience()) == []
