"""The matrix of rights, cut short: every identity and every way, on a few topics. The whole is `make faults`'."""

from contextlib import closing

from tests.faults.acl import units
from tests.faults.book import Found


def test_nobody_hears_or_says_what_is_not_his() -> None:
    cells, wrong = 0, []
    with closing(units(seed=1, count=2)) as some:
        for name, run in some:
            found = run()
            wrong += [f"{name}: {sentence}" for sentence in found]
            cells += found.counts["cells"] if isinstance(found, Found) else 0
    assert wrong == []
    assert cells >= 100
