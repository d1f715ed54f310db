"""How much waits behind the tiles of the desk, by the id of the tile. Read from the tables, changes nothing."""

from collections.abc import Mapping
from datetime import date, timedelta

from kiosk.tables import Tables

SINCE_DAYS = 30  # a sample that nobody tested for so long is not waited for
MOST = 99


def counts(tables: Tables, today: date) -> Mapping[str, int]:
    """samples: taken and in no test; tasks: open ones; cases: results nobody was told and open objections; alarms:
    positives that nobody at the county has seen."""
    since = (today - timedelta(days=SINCE_DAYS)).isoformat()
    unseen = [one for one in tables.work.alarms(MOST, since) if not one.seen_by]
    return {
        "samples": len(tables.work.samples_waiting(since)),
        "tasks": len(tables.orders.tasks(today.isoformat())),
        "cases": len(tables.work.undelivered(MOST)) + len(tables.work.open_objections(MOST)),
        "alarms": len(unseen),
    }
