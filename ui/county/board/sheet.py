"""What the pages of stations say of one: its receipt, its numbers by day, its controls, its newest look at itself."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.checkpoint import open_receipt
from kiosk.rules.messages import DoctorReport
from kiosk.trust import SealError, Trust
from ui.county.board.light import Controlled
from ui.county.reader import Kept
from ui.county.sheet import body_of
from ui.county.sheet_station import doctor_sheet, doctor_state
from ui.county.sql import Row
from ui.county.telling import Teller

MARKS = {"ok": "ok", "warn": "wait", "fail": "bad"}  # of the doctor's states
COUNTED = ("negative", "suspect", "positive", "invalid", "retest", "certificate")


@dataclass(frozen=True, slots=True)
class Looked:
    """A report of the station on itself: mark and words of all, address of the entry, each line with its own mark."""

    mark: str
    words: str
    address: str
    lines: tuple[tuple[str, str], ...]


def receipt_told(row: Row, trust: Trust, tell: Teller, today: date) -> str:
    if not row["receipt"]:
        return tell.say("county.station.no_receipt")
    try:
        receipt = open_receipt(row["receipt"], trust)
    except SealError:
        return tell.say("county.station.receipt_broken")
    time = tell.time(receipt.time.isoformat(), today)
    return tell.say("county.station.receipt_time", through=receipt.checkpoint.size, time=time)


def days_told(rows: Iterable[Row]) -> list[tuple[str, list[int]]]:
    """Day, and how often each of COUNTED; days without anything are left out."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["day"], {})[row["what"]] = row["count"]
    return [(day, [counts.get(what, 0) for what in COUNTED]) for day, counts in found.items()]


def tested_told(controls: Iterable[Controlled], tell: Teller, today: date) -> list[tuple[str, ...]]:
    """Method, its last valid control, the one that failed since, its last sample; empty where there is none."""

    def times(one: Controlled) -> Iterable[str]:
        return ("" if at is None else tell.time(at.isoformat(), today) for at in (one.valid, one.failed, one.tested))

    return [(tell.method_name(one.method), *times(one)) for one in controls]


def parked_told(row: Row, tell: Teller) -> tuple[str, str]:
    """Why a message was refused, and what a reader of its form said, in that one's own words."""
    facts = json.loads(row["facts"])
    return tell.sentence(row["reason"], facts), facts.get("detail", "")


def doctor_told(looked: Kept, tell: Teller, today: date) -> Looked | None:
    report, header = body_of(looked), looked.envelope.header
    if not isinstance(report, DoctorReport):  # retention took it
        return None
    state, _ = doctor_state(report)
    told = {"state": tell.word("county.doctor.state", state), "time": tell.time(header.time, today)}
    lines = tuple((MARKS.get(one, "wait"), words) for one, words in doctor_sheet(report, tell).checks)
    words = tell.say("county.board.doctor", **told)
    return Looked(MARKS[state], words, f"/entry/{header.log}/{header.seq}", lines)
