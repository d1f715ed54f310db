"""What entries and acts change in the tables of alarms. The caller owns the transaction."""

import json

from kiosk.rules.messages import ActBody, Complaint, DutyEnded, DutyPut, EntryBody, FaultReported
from ui.county.place import Place
from ui.county.sql import Sql


class AlarmTables:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def reported(self, body: EntryBody, at: Place) -> None:
        match body:
            case Complaint():
                self._alert("complaint", at)
            case FaultReported():
                self._alert("fault", at)

    def acted(self, act: ActBody, at: Place) -> None:
        match act:
            case DutyPut():
                self._put(act, at.seq)
            case DutyEnded(duty=duty):
                self._sql.execute("update duty set ended = 1, seq = ? where id = ?", (at.seq, duty))

    def _alert(self, kind: str, at: Place) -> None:
        self._sql.execute(
            "insert into alert (kind, log, seq, station, time) values (?, ?, ?, ?, ?)"
            " on conflict (log, seq) do nothing",
            (kind, at.log, at.seq, at.station, at.received),
        )

    def _put(self, put: DutyPut, seq: int) -> None:
        facts = (put.name, put.channel, put.address, put.step, put.account, json.dumps(list(put.regions)))
        self._sql.execute(
            "insert into duty (id, name, channel, address, step, account, regions, since, until, ended, seq)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) on conflict (id) do update set name = excluded.name,"
            " channel = excluded.channel, address = excluded.address, step = excluded.step,"
            " account = excluded.account, regions = excluded.regions, since = excluded.since,"
            " until = excluded.until, ended = 0, seq = excluded.seq",
            (put.duty, *facts, put.since, put.until, seq),
        )
