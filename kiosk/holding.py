"""Lots that failed, as the tables know them: what became of each, and which still lie there. Reads only."""

from collections.abc import Sequence

from kiosk.rules.messages import Outcome, Test
from kiosk.rules.oversight.disposal import Fate, Held, held
from kiosk.tables import Tables

FAILED = (Outcome.POSITIVE, Outcome.SUSPECT)


def held_lot(lot: str, tables: Tables) -> Held | None:
    """None for one that nobody declared here."""
    balance = tables.lots.book(lot).balance(lot)
    if balance is None:
        return None
    order = tables.orders.released(lot)
    return held(
        lot,
        balance.declared,
        balance.unit,
        failed=[seq for seq, _ in failed_of(lot, tables)],
        disposals=tables.work.disposals_of(lot),
        orders=() if order is None else [(tables.work.released_by(lot), order)],
    )


def failed_of(lot: str, tables: Tables) -> Sequence[tuple[int, Test]]:
    """Its tests that were positive or suspect, oldest first."""
    return [(seq, test) for seq, test in tables.tests_of_lot(lot) if test.verdict.outcome in FAILED]


def stopped_lots(most: int, tables: Tables) -> Sequence[tuple[int, Test]]:
    """Of the lots that failed last those that are neither gone nor freed, each by its newest failed test."""
    failed = tables.work.failed_lots(most)
    fates = {test.lot: held_lot(test.lot, tables) for _, test in failed}
    still = {lot for lot, one in fates.items() if one is not None and one.fate in (Fate.STOPPED, Fate.SEALED)}
    return [(seq, test) for seq, test in failed if test.lot in still]
