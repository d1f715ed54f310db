"""Whether two counties hold the same: one hash over everything that follows from the entries alone.

Left out is what tells of arrival, and of what came beside the entries: when and in which order entries came (`place`,
`received`, `born`, `changed`, an alarm's `id` and `time`), what was answered (`receipted`, `receipt`), what was heard
without a signature (a station's state and when), and the tables of ASIDE. Which of two different entries with one
number came first is arrival too: the first one stands, and the other is evidence.
"""

import hashlib
from collections.abc import Iterator
from itertools import count

from ui.county.sql import Sql

AT_ONCE = 1000

TEST = ("product", "method", "outcome", "value", "unit", "retest_of", "disagrees", "confirmed", "evidence")
NOTE = ("region", "station", "subject", "subject_name", "product", "decision", "state", "sample_code", "pictures")
SUBJECT = (
    "sort", "kind", "name", "spelling", "contact", "origin", "region", "village", "code", "products", "controller",
    "adviser", "scale", "certifications", "grade", "listed", "credit_since", "credit_until", "risk", "log", "seq",
    "time",
)  # fmt: skip
DOSSIER = (
    "what", "on_day", "name", "state", "until", "amount", "hours", "told", "source", "by_account", "time",
)  # fmt: skip
CASE = ("state", "due", "due_for", "rank")
# table: how many of the columns, from the first, name a row; the columns
TOLD: dict[str, tuple[int, tuple[str, ...]]] = {
    "entry": (
        2,
        ("log", "seq", "station", "kind", "time", "clock", "header", "body", "salt", "signature", "key"),
    ),
    "head": (1, ("log", "station", "through", "root", "software", "doctor", "region", "name")),
    "node": (3, ("log", "level", "idx", "hash")),
    "conflict": (3, ("log", "seq", "digest", "envelope")),
    "station": (1, ("station", "log", "software", "clock", "last_time", "region", "name")),
    "test": (2, ("log", "seq", "station", "time", "sample_code", "subject_name", *TEST)),
    "certificate": (
        2,
        ("log", "seq", "number", "station", "time", "subject_name", "product", "quantity", "unit", "date", "twice"),
    ),
    "print": (4, ("number", "copy", "part", "log", "seq", "time", "outcome")),
    "numbered": (2, ("log", "seq", "number", "kind", "station", "time")),
    "alarm": (3, ("kind", "log", "seq", "station", "state", "repeats", "positives")),
    "tally": (3, ("day", "what", "station", "count")),
    "feed": (2, ("log", "seq", "kind", "station")),
    "seen": (3, ("log", "what", "about", "station", "seq", "time", "state", "facts")),
    "account": (1, ("id", "name", "roles", "regions", "stations", "until", "ended", "seq")),
    "act": (2, ("log", "seq", "kind", "by_account", "about", "time")),
    "subject": (1, ("id", "state", "merged_into", "put", *SUBJECT)),
    "subject_key": (2, ("key", "subject")),
    "subject_seen": (2, ("station", "subject")),
    "subject_entry": (2, ("log", "seq", "subject", "kind", "time", "station")),
    "subject_card": (2, ("log", "seq", "card", "subject", "event", "reason", "replaces", "time")),
    "dossier": (2, ("log", "seq", "subject", *DOSSIER)),
    "field_note": (1, ("id", "account", "kind", "at", "on_day", "time", "log", "seq", "case_log", "case_seq", *NOTE)),
    "gate_paper": (2, ("log", "seq", "number", "quantity", "unit", "time")),
    "field_task": (2, ("task", "stream", "what", "title", "until", "withdrawn", "log", "seq")),
    "correction": (2, ("log", "seq", "corrects")),
    "reviewed": (2, ("log", "seq", "test")),
    "trace_control": (2, ("log", "seq", "run", "method")),
    "trace_lot": (2, ("log", "seq", "kind", "station", "lot", "number", "time")),
    "trace_work": (2, ("log", "seq", "station", "subject", "product", "day")),
    "trace_source": (3, ("log", "seq", "source", "station", "time")),
    "trace_brand": (2, ("log", "seq", "subject", "name", "since", "until")),
    "case_file": (2, ("log", "seq", "station", "time", "sample_code", "lot", "subject", "product", *CASE)),
    "case_step": (3, ("thing", "log", "seq", "what", "time", "said", "until")),
    "alert": (2, ("log", "seq", "kind", "station")),
    "duty": (1, ("id", "name", "channel", "address", "step", "account", "regions", "since", "until", "ended", "seq")),
    "review": (2, ("log", "seq", "station", "why", "since", "waits", "agreed")),
    "judgment": (2, ("log", "seq", "of_log", "of_seq", "agreed", "time")),
}
ARRIVAL = {
    "entry": {"place", "received"},
    "head": {"receipted", "receipt"},
    "conflict": {"received"},
    "station": {"last_received", "online", "through", "orders_all", "orders_own", "recorded", "oldest", "blobs"},
    "test": {"place"},
    "certificate": {"place"},
    "alarm": {"id", "time"},
    "feed": {"place", "born", "changed"},
    "alert": {"time"},
}
ASIDE = {"state", "outgoing", "parked", "blob", "opened", "retired", "secret", "session", "knock"} | {
    "import_draft", "telling",
}  # fmt: skip


def table_hashes(sql: Sql) -> dict[str, str]:
    """SHA-256 of every table that follows from entries, in hex."""
    return {table: _hash(sql, table) for table in TOLD}


def table_hash(sql: Sql) -> str:
    """One hash over all of them."""
    return hashlib.sha256("".join(table_hashes(sql).values()).encode()).hexdigest()


def _hash(sql: Sql, table: str) -> str:
    digest = hashlib.sha256()
    for row in _rows(sql, table):
        for value in row:
            digest.update(b"%d:%b," % (len(value), value))
    return digest.hexdigest()


def _rows(sql: Sql, table: str) -> Iterator[list[bytes]]:
    """In the order of their names, a part at a time; text is ordered by its bytes in both databases."""
    named, columns = TOLD[table]
    names = ", ".join(columns[:named])
    marks = ", ".join("?" * named)
    after: tuple[object, ...] = ()
    for nth in count():
        where = f"where ({names}) > ({marks})" if nth else ""
        rows = sql.execute(
            f"select {', '.join(columns)} from {table} {where} order by {names} limit {AT_ONCE}",  # noqa: S608
            after,
        ).fetchall()
        yield from ([_bytes(value) for value in row] for row in rows)
        if len(rows) < AT_ONCE:
            return
        after = tuple(rows[-1])[:named]


def _bytes(value: object) -> bytes:
    match value:
        case None:
            return b"-"
        case bytes():
            return b"b" + value
        case str():
            return b"t" + value.encode()
        case int():
            return b"n%d" % value
        case _:
            raise TypeError(f"a value of no table of ours: {value!r}")
