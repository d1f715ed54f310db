"""A county's database of as many entries as a bench wants: 500 stations in 25 towns, written straight into its tables.

One log is real, so that an entry's page has something to prove; of all others only the rows are there. A file that was
begun is carried on, and one that is whole is used again.
"""

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

from kiosk.clock import BEIJING
from tests.support.bodies import County, a_test
from ui.county.database import Arrived, Database
from ui.county.migration import VERSION, open_writer
from ui.county.sql import Sql

COUNTY = "530427"
TOWNS, STATIONS = 25, 500
REAL = 40  # entries of the real log
AT_ONCE = 20_000
START = datetime(2026, 1, 1, 8, 0, tzinfo=BEIJING)
END = datetime(2026, 11, 22, 9, 0, tzinfo=BEIJING)
METHOD = "GB/T 5009.199-2003"
PEOPLE = 5000


@dataclass(frozen=True, slots=True)
class Filled:
    """`log` is the real one; `town` the region of twenty stations."""

    file: Path
    county: County
    log: str
    town: str = f"{COUNTY}100"
    station: str = "s-000"
    person: str = "p-1"
    case: int = REAL + 2  # its seq in the real log


def filled(folder: Path, entries: int) -> Filled:
    """The file in `folder` with this many entries; its tables are those of this software."""
    scripts = resources.files("ui.county.schema")
    schema = hashlib.sha256((scripts / f"{VERSION}.sqlite.sql").read_bytes()).hexdigest()[:8]
    file, county = folder / f"county-{schema}-{entries}.db", County(COUNTY)
    box = county.enrol("real")
    if not file.exists():
        _begin(file, county)
    with closing(open_writer(file)) as sql:
        sql.execute("pragma synchronous = off")  # a bench's file may be lost
        done = int(sql.execute("select place from state").fetchone()[0])
        while done < entries:
            with sql.transaction():
                done = _more(sql, done, min(entries, done + AT_ONCE), entries)
        with sql.transaction():
            _stations(sql, done)
            _people(sql)
        sql.execute("analyze")
    return Filled(file, county, box.log)


def _begin(file: Path, county: County) -> None:
    box = county.enrol("real")
    box.opened(f"{COUNTY}100")
    for nth in range(REAL):
        box.write(a_test(str(nth)))
    box.write(a_test("81"))  # the case whose page is asked
    with closing(Database(file)) as database:
        taken = database.take([Arrived(box.name, entry) for entry in box.entries], box.at.isoformat())
        for log, head in taken.heads.items():
            database.receipted(log, head.through, county.receipt(log, head.through, head.root))


def station(nth: int) -> str:
    return f"s-{nth % STATIONS:03}"


def log_of(nth: int) -> str:
    return hashlib.sha256(station(nth).encode()).hexdigest()[:32]


def _more(sql: Sql, done: int, until: int, entries: int) -> int:
    """Of ten entries six are tests, three are certificates, one is an incident; one test of a hundred is positive."""
    step = (END - START) / entries
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in INSERTS}
    tally: dict[tuple[str, str, str], int] = {}
    for place in range(done + 1, until + 1):
        time = (START + step * place).isoformat(timespec="milliseconds")
        name = (log_of(place), place // STATIONS + 1)
        _one(rows, tally, place, name, time)
    for table, statement in INSERTS.items():
        sql.executemany(statement, rows[table])
    sql.executemany(
        "insert into tally values (?, ?, ?, ?)"
        " on conflict (day, what, station) do update set count = tally.count + excluded.count",
        [(*key, count) for key, count in tally.items()],
    )
    sql.execute("update state set place = ?, version = version + 1", (until,))
    return until


INSERTS = {
    "entry": "insert into entry values (?, ?, ?, ?, ?, ?, 'ntp', ?, ?, ?, ?, ?, ?)",
    "feed": "insert into feed (place, kind, log, seq, born, changed, station) values (?, ?, ?, ?, ?, ?, ?)",
    "test": "insert into test values (?, ?, ?, ?, ?, ?, ?, 'cowpea', ?, ?, ?, '%', null, 0, 1, 'captured')",
    "certificate": "insert into certificate values (?, ?, ?, ?, ?, ?, ?, 'cowpea', '160', 'kg', ?, 0)",
    "alarm": "insert into alarm (kind, log, seq, station, time, state) values (?, ?, ?, ?, ?, ?)",
    "case_file": "insert into case_file values (?, ?, ?, ?, ?, '', ?, 'cowpea', ?, '', '', ?)",
    "review": "insert into review values (?, ?, ?, 'positive', ?, ?, 1)",
    "subject_entry": "insert into subject_entry values (?, ?, ?, ?, ?, ?)",
}


def _one(
    rows: dict[str, list[tuple[object, ...]]],
    tally: dict[tuple[str, str, str], int],
    place: int,
    name: tuple[str, int],
    time: str,
) -> None:
    of, person = station(place), f"p-{place % PEOPLE}"
    kind = "test" if place // STATIONS % 10 < 6 else "certificate" if place // STATIONS % 10 < 9 else "incident"
    table = {"log": name[0], "seq": name[1], "time": time, "clock": "ntp", "kind": kind, "body": "0" * 64, "v": 1}
    header = json.dumps(table).encode()
    body = b'{"part":"printer","problem":"printer.paper_out","facts":{}}' if kind == "incident" else b"{}"
    rows["entry"].append((*name, place, of, kind, time, header, body, b"salt", bytes(64), name[0], time))
    rows["feed"].append((place, kind, *name, place, place, of))
    what = kind
    if kind == "test":
        what = "positive" if place % 100 == 1 else "negative"
        value = "81.0" if what == "positive" else "3.2"
        rows["test"].append((*name, place, of, time, f"c-{place}", person, METHOD, what, value))
    if kind == "certificate":
        rows["certificate"].append((*name, place, f"N{place}", of, time, person, time[:10]))
    if kind == "incident" or what == "positive":
        state = "told" if kind == "incident" else "confirmed" if place % 7 else "open"
        rows["alarm"].append((what, *name, of, time, state))
    if what == "positive":
        over = bool(place % 7)  # the office is done with six of seven
        rank = f"1{time}" if over else f"0{time}"
        rows["case_file"].append((*name, of, time, f"c-{place}", person, "closed" if over else "open", rank))
        rows["review"].append((*name, of, time, not over))
    if kind != "incident":
        rows["subject_entry"].append((*name, person, "test.positive" if what == "positive" else kind, time, of))
        day = (time[:10], what, of)
        tally[day] = tally.get(day, 0) + 1


def _people(sql: Sql) -> None:
    """Everybody of whom entries speak, seen at one station each, found by his name."""
    for nth in range(PEOPLE):
        name, region = f"p-{nth}", f"{COUNTY}{100 + nth % TOWNS}"
        sql.execute(
            "insert into subject (id, state, put, sort, kind, name, spelling, contact, region)"
            " values (?, 'listed', 1, 'farmer', 'farmer', ?, ?, ?, ?) on conflict (id) do nothing",
            (name, f"农户{nth}", f"nonghu{nth:05}", f"138{nth:08}", region),
        )
        for key in (f"农户{nth}", f"nonghu{nth:05}", f"{nth:04}"):
            sql.execute("insert into subject_key values (?, ?) on conflict (key, subject) do nothing", (key, name))
        sql.execute(
            "insert into subject_seen values (?, ?) on conflict (station, subject) do nothing", (station(nth), name)
        )


def _stations(sql: Sql, through: int) -> None:
    """Every station's line, its log's head, and what it last said of its state."""
    time = (END + timedelta(minutes=50)).isoformat(timespec="milliseconds")
    for nth in range(STATIONS):
        log, of, seq = log_of(nth), station(nth), max(1, through // STATIONS)
        region = f"{COUNTY}{100 + nth % TOWNS}{nth // TOWNS:03}"
        sql.execute(
            "insert into head (log, station, through, root, software, region, name) values (?, ?, ?, ?, ?, ?, ?)"
            " on conflict (log) do update set through = excluded.through",
            (log, of, seq, bytes(32), "liangzheng 1.4.0", region, f"第 {nth} 服务站"),
        )
        sql.execute(
            "insert into station (station, log, software, clock, last_time, last_received, online, recorded, region,"
            " name) values (?, ?, 'liangzheng 1.4.0', 'ntp', ?, ?, ?, 0, ?, ?) on conflict (station) do nothing",
            (of, log, time, time, nth % 10 != 0, region, f"第 {nth} 服务站"),
        )
        place = {"longitude": str(101.5 + nth % TOWNS / 30), "latitude": str(23.8 + nth / STATIONS)}
        for what, about, state, facts in (
            ("place", "", "", place),
            ("valid", METHOD, "passed", {}),
            ("tested", METHOD, "", {}),
            ("disk", "", "", {"days": str(nth % 60)}),
            ("part", "printer", "fail" if nth % 9 == 0 else "ok", {"problem": "problem.printer.paper_out"}),
        ):
            sql.execute(
                "insert into seen values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (log, what, about) do nothing",
                (log, what, about, of, seq, time, state, json.dumps(facts)),
            )
