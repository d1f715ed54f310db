"""What entries change in the table of the board. The caller owns the transaction.

`seen` holds what each log last said of the station's state. Within one log the newest number counts; of several logs of
one station the reader chooses, so that it makes no difference which arrived first.
"""

import json
from collections.abc import Mapping

from kiosk.contract import Envelope
from kiosk.rules.messages import (
    ActBody,
    Control,
    DoctorReport,
    EntryBody,
    Incident,
    Opened,
    Outcome,
    Print,
    PrintOutcome,
    Test,
)
from ui.county.place import Place
from ui.county.sql import Sql

PRINTERS = ("printer", "label_printer")
ON_PAPER = (PrintOutcome.PRINTED, PrintOutcome.CONFIRMED)
MOST_ABOUT = 64  # letters of a method or a part; no index could hold a book
DISK = "disk"
PASSED, FAILED = "passed", "failed"  # of a control


class BoardTables:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def reported(self, body: EntryBody, entry: Envelope, at: Place) -> None:
        """An entry of a station."""
        match body:
            case Opened(position=position) if position is not None:
                place = {"longitude": str(position.longitude), "latitude": str(position.latitude)}
                self._see("place", "", "", place, entry, at)
            case Control() as control:
                self._control(control, entry, at)
            case Test() as test if test.verdict.outcome is not Outcome.INVALID:
                self._tested(test, entry, at)
            case Incident() as incident:
                self._incident(incident, entry, at)
            case Print(outcome=outcome) if outcome in ON_PAPER:
                self._printed(entry, at)
            case DoctorReport() as report:
                self._looked(report, entry, at)

    def acted(self, act: ActBody, entry: Envelope, at: Place) -> None:
        """An act of the office: none of them changes the state of a station."""

    def _tested(self, test: Test, entry: Envelope, at: Place) -> None:
        """A sample that was judged against a blank of its own run bears a control that held."""
        self._see("tested", test.method, "", {}, entry, at)
        if test.blank:
            self._see("valid", test.method, PASSED, {}, entry, at)

    def _control(self, control: Control, entry: Envelope, at: Place) -> None:
        """A calibration is due once a year and says nothing of today's runs."""
        if control.what == "calibration":
            return
        self._see("control", control.method, PASSED if control.passed else FAILED, {}, entry, at)
        if control.passed:
            self._see("valid", control.method, PASSED, {}, entry, at)

    def _incident(self, incident: Incident, entry: Envelope, at: Place) -> None:
        if incident.part == DISK:
            self._disk(incident.facts, entry, at)
        if incident.part in PRINTERS:
            told = {**incident.facts, "problem": f"problem.{incident.problem}"}
            self._see("part", incident.part, "fail", told, entry, at)

    def _printed(self, entry: Envelope, at: Place) -> None:
        """What reached paper ends the trouble with printers; where there was none, nothing is written."""
        self._sql.execute(
            "update seen set state = 'ok', facts = '{}', seq = ?, time = ?"
            " where log = ? and what = 'part' and about in (?, ?) and state <> 'ok' and seq < ?",
            (at.seq, entry.header.time, at.log, *PRINTERS, at.seq),
        )

    def _looked(self, report: DoctorReport, entry: Envelope, at: Place) -> None:
        for check in report.checks:
            told = {**check.facts, "problem": check.problem} if check.state != "ok" else {}
            self._see("part", check.part, check.state, told, entry, at)
            if check.part == DISK:
                self._disk(check.facts, entry, at)

    def _disk(self, facts: Mapping[str, str], entry: Envelope, at: Place) -> None:
        """For how many days there is room, where the station knows it."""
        days = facts.get("days", "")
        if days.isdecimal() and len(days) <= MOST_ABOUT:
            self._see(DISK, "", "", {"days": days}, entry, at)

    def _see(self, what: str, about: str, state: str, facts: Mapping[str, str], entry: Envelope, at: Place) -> None:
        told = json.dumps(dict(facts), sort_keys=True)
        self._sql.execute(
            "insert into seen (log, what, about, station, seq, time, state, facts) values (?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict (log, what, about) do update set seq = excluded.seq, time = excluded.time,"
            " state = excluded.state, facts = excluded.facts where excluded.seq >= seen.seq",
            (at.log, what, about[:MOST_ABOUT], at.station, at.seq, entry.header.time, state, told),
        )
