"""The ways of the record that are struck call by call, each as the folder from which it starts."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from importlib import resources
from pathlib import Path

from tests.faults.box import Plan, Site
from tests.faults.clerk import clerk
from tests.faults.promises import Promises

FIRST, TURN, MIGRATION = "first", "turn", "migration"


def made(flow: str, folder: Path) -> Promises:
    """Make the folder of a flow; what was promised until then."""
    site, promises = Site(folder), Promises()
    site.make()
    FLOWS[flow](site, promises)
    return promises


def _worked_before(site: Site, promises: Promises, *, orders: bool = True) -> None:
    busy = clerk(site, Plan(turns=2, orders=orders))
    promises.hear(busy.promises())
    if busy.ended():
        raise RuntimeError("a box that nobody disturbs does not work")


def _old_tables(site: Site, promises: Promises) -> None:
    """A log beside tables of version 1, as the first release made them; it knew fewer orders."""
    _worked_before(site, promises, orders=False)
    with closing(sqlite3.connect(site.home.tables)) as new:
        old_file = site.folder / "old.db"
        with closing(sqlite3.connect(old_file)) as old:
            old.executescript((resources.files("kiosk.schema") / "1.sql").read_text(encoding="utf-8"))
            for table, columns in VERSION_1.items():
                rows = new.execute(f"select {columns} from {table}").fetchall()  # noqa: S608 - our own words
                marks = ", ".join("?" for _ in columns.split(","))
                old.executemany(f"insert or replace into {table} ({columns}) values ({marks})", rows)  # noqa: S608
            old.execute("pragma user_version = 1")
            old.commit()
    old_file.replace(site.home.tables)


VERSION_1 = {
    "entry": "seq, kind, time, envelope",
    "node": "level, idx, hash",
    "cursor": "stream, seq",
    "receipt": "one, through, time, note",
    "subject": "id, body",
    "revoked_card": "card, reason",
    "test": "seq, visit, run, subject, product, day, outcome, value, retest_of",
    "certificate": "number, seq, visit, subject, product, typed",
    "print": "number, copy, outcome",
}

FLOWS: dict[str, Callable[[Site, Promises], None]] = {
    FIRST: lambda _, __: None,
    TURN: _worked_before,
    MIGRATION: _old_tables,
}
