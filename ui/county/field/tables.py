"""What entries and acts change in the tables of notes of phones. The caller owns the transaction.

`field_note` has one row for each note, however often its phone sent it; `gate_paper` what came in on our papers at any
gate of the county, of stations and of phones; `field_task` what the pages asked stations and officers to do.
"""

import json

from kiosk.contract import ContractError, Envelope, read_order
from kiosk.rules.certify.incoming import Paper
from kiosk.rules.messages import (
    ActBody,
    Disposal,
    EntryBody,
    FieldNoted,
    GateCheck,
    OrderAsked,
    Patrol,
    SampleTaken,
    TaskGiven,
    TaskWithdrawn,
)
from kiosk.rules.oversight.gate_facts import Decision
from ui.county.place import Place
from ui.county.sql import Sql

NOTE = """insert into field_note (id, account, kind, at, on_day, time, log, seq, case_log, case_seq, region, station,
  subject, subject_name, product, decision, state, sample_code, pictures)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing"""
MOST_NUMBER = 64  # letters of a number; what is longer is none of ours


class FieldTables:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def reported(self, body: EntryBody, entry: Envelope, at: Place) -> None:
        """An entry of a station."""
        if isinstance(body, GateCheck):
            self._came_in(body, entry, at)

    def acted(self, act: ActBody, entry: Envelope, at: Place) -> None:
        """An act of the office."""
        match act:
            case FieldNoted():
                self._noted(act, entry, at)
            case OrderAsked(order=kind) if kind in (TaskGiven.kind, TaskWithdrawn.kind):
                self._asked(act, at)

    def _noted(self, act: FieldNoted, entry: Envelope, at: Place) -> None:
        kind, body = form_of(act)
        if body is None:
            return  # of newer software: a form that is not known here
        named = (act.id, act.by, kind, act.at, act.on, entry.header.time, at.log, at.seq, act.log, act.seq)
        row = (*named, *self._place(act.by), *_told(body), len(pictures_of(body)))
        if self._sql.execute(NOTE, row).count and act.gate is not None:
            self._came_in(act.gate, entry, at)

    def _place(self, account: str) -> tuple[str, str]:
        """Region and station of whoever has one alone; a note of somebody who goes everywhere belongs to no place."""
        row = self._sql.execute("select regions, stations from account where id = ?", (account,)).fetchone()
        lists = ([], []) if row is None else (json.loads(row["regions"]), json.loads(row["stations"]))
        region, station = (str(one[0]) if len(one) == 1 else "" for one in lists)
        return region, station

    def _came_in(self, check: GateCheck, entry: Envelope, at: Place) -> None:
        """Only what was let in on a paper with a number of ours counts against that paper."""
        ours = check.paper == Paper.OURS and 0 < len(check.number) <= MOST_NUMBER
        if ours and check.decision == Decision.ADMIT:
            self._sql.execute(
                "insert into gate_paper (log, seq, number, quantity, unit, time) values (?, ?, ?, ?, ?, ?)",
                (at.log, at.seq, check.number, str(check.quantity), check.unit, entry.header.time),
            )

    def _asked(self, act: OrderAsked, at: Place) -> None:
        try:
            order = read_order(act.order, act.text.encode())
        except ContractError:
            return  # of newer software
        match order:
            case TaskGiven():
                self._sql.execute(
                    "insert into field_task (task, stream, what, title, until, withdrawn, log, seq)"
                    " values (?, ?, ?, ?, ?, 0, ?, ?) on conflict (task, stream) do update set what = excluded.what,"
                    " title = excluded.title, until = excluded.until, withdrawn = 0, log = excluded.log,"
                    " seq = excluded.seq",
                    (order.task, act.stream, order.what, order.title, order.until, at.log, at.seq),
                )
            case TaskWithdrawn(task=task):
                self._sql.execute(
                    "update field_task set withdrawn = 1 where task = ? and stream = ?", (task, act.stream)
                )


def form_of(act: FieldNoted) -> tuple[str, GateCheck | Patrol | SampleTaken | Disposal | None]:
    """The kind of a note, and its one form; None where it has none, or several."""
    forms = {"gate": act.gate, "patrol": act.patrol, "sample": act.sample, "disposal": act.disposal}
    told = [(kind, form) for kind, form in forms.items() if form is not None]
    return told[0] if len(told) == 1 else ("", None)


def pictures_of(body: GateCheck | Patrol | SampleTaken | Disposal) -> tuple[str, ...]:
    """The digests of a form's pictures, in their order."""
    if isinstance(body, GateCheck):
        return (body.picture,) if body.picture else ()
    return body.pictures


def _told(body: GateCheck | Patrol | SampleTaken | Disposal) -> tuple[str, str, str, str, str, str]:
    """Producer's id and name, product, what was decided, state of the paper, sample code."""
    match body:
        case GateCheck():
            return "", body.seller, body.product, body.decision, body.state, ""
        case Patrol():
            poor = any(one.found == "poor" for one in body.items)
            return body.subject, body.subject_name, "", "poor" if poor else "good", "", ""
        case SampleTaken():
            return body.subject, body.subject_name, body.product, body.sample_type, "", body.sample_code
        case Disposal():
            return body.subject, "", body.product, body.measure, "", ""
