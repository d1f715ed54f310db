"""What the office is told of one station: its light, its last receipt, and whatever a person should look at."""

import json
from dataclasses import dataclass
from datetime import date

from kiosk.checkpoint import open_receipt
from kiosk.rules.messages import DoctorReport
from kiosk.trust import SealError, Trust
from ui.county.database import Row
from ui.county.reader import Kept
from ui.county.sheet import body_of
from ui.county.sheet_station import doctor_sheet, doctor_state
from ui.county.telling import Teller

MARKS = {"ok": "ok", "warn": "wait", "fail": "bad"}  # of the doctor's states


@dataclass(frozen=True, slots=True)
class Note:
    """`mark` chooses colour and shape; `address` is empty when there is nothing more to read."""

    mark: str
    words: str
    address: str = ""


def light(row: Row, tell: Teller) -> tuple[str, str]:
    """Mark and words of a station's trust light, the gravest thing first."""
    if row["conflict"]:
        return "bad", tell.say("county.station.conflict")
    if not row["online"]:
        return "off", tell.say("county.station.offline" if row["last_received"] else "county.station.silent")
    if row["gap"]:
        return "wait", tell.say("county.station.gap")
    if row["queue"]:
        return "wait", tell.say("county.station.behind", count=row["queue"])
    return "ok", tell.say("county.station.ok")


def receipt_told(row: Row, trust: Trust, tell: Teller, today: date) -> str:
    if not row["receipt"]:
        return tell.say("county.station.no_receipt")
    try:
        receipt = open_receipt(row["receipt"], trust)
    except SealError:
        return tell.say("county.station.receipt_broken")
    time = tell.time(receipt.time.isoformat(), today)
    return tell.say("county.station.receipt_time", through=receipt.checkpoint.size, time=time)


def notes(row: Row, looked: Kept | None, tell: Teller, today: date) -> list[Note]:
    """What waits, what was refused, and what the station's newest look at itself (`looked`) found, good or bad."""
    found = [
        Note("wait", tell.say(f"county.station.note_{name}", count=row[name]))
        for name in ("pending", "blobs", "parked")
        if row[name]
    ]
    if row["queue"] and row["oldest"]:
        time = tell.time(row["oldest"], today)
        found.insert(0, Note("wait", tell.say("county.station.note_oldest", count=row["queue"], time=time)))
    return found + (_doctor(looked, tell, today) if looked else [])


def _doctor(looked: Kept, tell: Teller, today: date) -> list[Note]:
    report, header = body_of(looked), looked.envelope.header
    if not isinstance(report, DoctorReport):  # retention took it
        return []
    state, _ = doctor_state(report)
    told = {"state": tell.word("county.doctor.state", state), "time": tell.time(header.time, today)}
    head = Note(MARKS[state], tell.say("county.station.note_doctor", **told), f"/entry/{header.log}/{header.seq}")
    found = doctor_sheet(report, tell).checks
    return [head, *(Note(MARKS.get(one, "wait"), words) for one, words in found if one != "ok")]


def parked_told(row: Row, tell: Teller) -> tuple[str, str]:
    """Why a message was refused, and what a reader of its form said, in that one's own words."""
    facts = json.loads(row["facts"])
    return tell.sentence(row["reason"], facts), facts.get("detail", "")
