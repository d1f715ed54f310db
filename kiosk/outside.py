"""What can be known of a station without its lock, also while it serves. Reads its files and leaves them alone."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

from kiosk.checking import Checked
from kiosk.clock import Clock, ClockState, build_time
from kiosk.doctor import FAIL, OK, Facts, down_problem, examined
from kiosk.log import LogError, Tail
from kiosk.record import Home
from kiosk.record_error import Unreadable
from kiosk.rules.messages import Check
from kiosk.screen import DeviceState, Link
from kiosk.storage import Folders, Limits, Log, measured
from kiosk.tables import Tables, read_tables

TAIL = 20  # of the newest entries, which lie in both copies


def looked_over(home: Home, folders: Folders, limits: Limits, devices: Sequence[DeviceState]) -> tuple[Check, ...]:
    """Raises Unreadable when there is no record that can be read."""
    try:
        with closing(read_tables(home.tables)) as connection:
            tables = Tables(connection, lambda _: None)
            return (_tail(home, tables), *examined(_facts(home, folders, limits, tuple(devices), tables)))
    except (sqlite3.Error, LogError, OSError) as wrong:
        raise Unreadable(str(wrong)) from wrong


def _facts(home: Home, folders: Folders, limits: Limits, devices: tuple[DeviceState, ...], tables: Tables) -> Facts:
    last, (through, heard) = tables.last(), tables.receipt()
    now = _clock(tables, last).now()
    seq, _, ended, problem = tables.full_check()
    update = tables.orders.update()
    return Facts(
        now=now,
        checked=Checked(seq, last, ended, problem),
        link=Link(last, through, heard),
        disk=measured(folders, limits, Log(tables.time_of, last), now.at.date()),
        down=down_problem(home.down),
        devices=devices,
        software=home.software,
        offered="" if update is None else update.version,
        left_out=0,
    )


def _clock(tables: Tables, last: int) -> Clock:
    clock = Clock(build_time())
    for time in (tables.time_of(last), tables.receipt()[1]):
        if time:
            clock.raise_floor(datetime.fromisoformat(time), ClockState.UNKNOWN)
    return clock


def _tail(home: Home, tables: Tables) -> Check:
    """Whether the newest entries are the same in both copies. While the station writes, one copy may be ahead."""
    entries = Tail(home.up).after(max(0, tables.last() - TAIL), TAIL)
    wrong = next((seq for seq, payload in entries if tables.payload(seq) not in (payload, None)), None)
    if wrong is None:
        return Check("tail", OK, "", {"last": str(tables.last())})
    return Check("tail", FAIL, "doctor.tail_differs", {"entry": str(wrong)})
