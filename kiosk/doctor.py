"""The station looked over (体检): record, disk, clock, line to the county, devices, software. Facts in, checks out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.checking import Checked
from kiosk.clock import Now
from kiosk.log import Damaged, LogError, Tail
from kiosk.record import Record
from kiosk.rules.messages import Check, DoctorReport
from kiosk.rules.sentence import Sentence
from kiosk.screen import DeviceState, Link
from kiosk.storage import Disk

OK, WARN, FAIL = "ok", "warn", "fail"
SILENT = (timedelta(days=1), timedelta(days=7))  # without a receipt while entries wait: a warning, a failure
CHECK_LATE = timedelta(days=14)  # twice the time between two full checks
HOUSE = ("camera", "printer", "label_printer")  # devices that every box has one of
UNKNOWN = "-"
PARTS = ("record", "tail", "disk", "clock", "uplink", "down", "software", "packs")  # any other is a device, by its name
LOGS = ("all", "own", "receipts")  # what the uplink brings


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to judge. `devices` are those that have reported; `down` says what keeps us from reading it."""

    now: Now
    checked: Checked
    link: Link
    disk: Disk | None
    down: Sentence | None
    devices: tuple[DeviceState, ...]
    software: str
    offered: str  # the version that the county wants here; empty: it said none
    left_out: int  # packs of the county that this software cannot use


def examined(facts: Facts) -> tuple[Check, ...]:
    """Every part in turn; `problem` is a key of the word packs, empty where all is well."""
    return (
        _record(facts),
        _disk(facts.disk),
        _clock(facts.now),
        _uplink(facts),
        _down(facts.down),
        *_devices(facts.devices),
        _software(facts),
        _packs(facts.left_out),
    )


def down_problem(down: Path) -> Sentence | None:
    """Why what the uplink brings cannot be read; None when it can."""
    try:
        for name in LOGS:
            tail = Tail(down / name)
            tail.after(max(0, tail.through - 1), 1)
    except Damaged as wrong:
        return Sentence("doctor.down_damaged", {"file": wrong.file.name, "seq": str(wrong.seq)})
    except (LogError, OSError):
        return Sentence("doctor.down_unreadable")
    return None


class Doctor:
    """Answers the county's orders, each once: the entry that answers is what says so."""

    def __init__(self, record: Record, facts: Callable[[], Facts]) -> None:
        self._record = record
        self._facts = facts

    def answer(self) -> bool:
        """The oldest order that waits; whether there was one. Raises RecordError."""
        waiting = self._record.tables.orders.doctor_waiting()
        if waiting:
            self._record.append(DoctorReport(waiting[0], examined(self._facts())))
        return bool(waiting)


def told(check: Check) -> Sentence:
    """What a line of the report says."""
    part = check.part if check.part in (*PARTS, *HOUSE) else "device"
    if part == "disk" and check.facts.get("days") == UNKNOWN:
        part = "disk_young"
    return Sentence(check.problem or f"doctor.well.{part}", check.facts)


def _record(facts: Facts) -> Check:
    checked, numbers = facts.checked, {"seq": str(facts.checked.seq), "last": str(facts.checked.last)}
    if checked.problem:
        return Check("record", FAIL, "doctor.record_wrong", {"entry": checked.problem.rpartition(" ")[2]})
    if not checked.ended:
        return Check("record", OK, "", {**numbers, "ended": "-"})
    late = facts.now.at - datetime.fromisoformat(checked.ended) > CHECK_LATE
    return Check(
        "record", WARN if late else OK, "doctor.check_late" if late else "", {**numbers, "ended": checked.ended[:10]}
    )


def _disk(disk: Disk | None) -> Check:
    if disk is None:
        return Check("disk", OK, "", {"used": "-", "free": "-", "days": "-"})
    days = {"days": "-" if disk.days is None else str(disk.days)}
    if disk.left <= 0:
        return Check("disk", FAIL, "doctor.disk_full", {**disk.facts, **days})
    return Check(
        "disk", WARN if disk.scarce else OK, "doctor.disk_scarce" if disk.scarce else "", {**disk.facts, **days}
    )


def _clock(now: Now) -> Check:
    facts = {"time": f"{now.at:%Y-%m-%d %H:%M}"}
    return Check("clock", OK if now.trusted else WARN, "" if now.trusted else f"doctor.clock_{now.state}", facts)


def _uplink(facts: Facts) -> Check:
    waiting = max(facts.link.recorded - facts.link.receipted, 0)
    numbers = {"waiting": str(waiting), "heard": facts.link.receipt_time[:10] or "-"}
    if not facts.link.receipt_time:
        return Check("uplink", WARN, "doctor.never_heard", numbers)
    silent = facts.now.at - datetime.fromisoformat(facts.link.receipt_time)
    if not waiting or silent <= SILENT[0]:
        return Check("uplink", OK, "", numbers)
    return Check("uplink", FAIL if silent > SILENT[1] else WARN, "doctor.county_silent", numbers)


def _down(wrong: Sentence | None) -> Check:
    return Check("down", OK, "", {}) if wrong is None else Check("down", FAIL, wrong.key, wrong.facts)


def _devices(devices: tuple[DeviceState, ...]) -> Iterator[Check]:
    for device in devices:
        identity = "" if device.identity is None else f"{device.identity.vendor} {device.identity.model}"
        if device.problem is None:
            yield Check(device.part, OK, "", {"part": device.part, "identity": identity})
        else:
            yield Check(device.part, FAIL, device.problem.key, dict(device.problem.facts))


def _software(facts: Facts) -> Check:
    versions = {"version": facts.software, "offered": facts.offered or "-"}
    wanted = facts.offered not in ("", facts.software)
    return Check("software", WARN if wanted else OK, "doctor.update_waits" if wanted else "", versions)


def _packs(left_out: int) -> Check:
    return Check(
        "packs", WARN if left_out else OK, "doctor.packs_left_out" if left_out else "", {"count": str(left_out)}
    )
