"""What stands behind the word `evidence`: the origin of the goldens, a laboratory's comparison, checksums that work."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources.abc import Traversable

from drivers.errors import ProfileError
from drivers.evidence.goldens import play, succeeds
from drivers.evidence.replay import ReplayPort
from drivers.profile.contradictions import Fault
from drivers.profile.exchange import Hear
from drivers.profile.form import Profile
from drivers.profile.layout import Grid
from drivers.profile.link import Astm, Framed, Line
from drivers.transcript import Case, Golden

CAPTURED = re.compile(r"captured (\d{4}-\d\d-\d\d|unknown) \S+")
ORIGIN = re.compile(r"(documented|constructed|captured)\b")
COMPARISON = ("reference", "read", "unit", "laboratory", "date")
WRONG = 0x5A  # laid over a check byte: never the same byte again


def unproven(profile: Profile, golden: Golden, comparison: Traversable) -> Iterator[Fault]:
    """Evidence that is claimed and not there."""
    evidence = profile.device.evidence
    if not ORIGIN.match(golden.origin):
        yield "profile.golden.origin", "origin", {"value": golden.origin}
    elif evidence != "documented" and not CAPTURED.match(golden.origin):
        yield "profile.evidence", "device.evidence", {"value": evidence, "found": golden.origin}
    if evidence == "certified":
        yield from _comparison(comparison)
    if not all(source.strip() for source in profile.device.sources):
        yield "profile.sources", "device.sources", {"value": "-"}


def _comparison(file: Traversable) -> Iterator[Fault]:
    try:
        rows = csv.DictReader(io.StringIO(file.read_text("utf-8")))
        absent = [name for name in COMPARISON if name not in (rows.fieldnames or ())]
        filled = list(rows)
    except (OSError, UnicodeDecodeError, csv.Error):
        yield "profile.comparison", file.name, {"value": "-", "wanted": ", ".join(COMPARISON)}
        return
    if absent or not filled:
        yield "profile.comparison", file.name, {"value": ", ".join(absent) or "0", "wanted": ", ".join(COMPARISON)}
        return
    for n, row in enumerate(filled, 2):
        yield from (("profile.compared", f"{file.name}:{n}", {"name": key, "value": row[key]}) for key in _wrong(row))


def _wrong(row: dict[str, str]) -> Iterator[str]:
    for key in COMPARISON:
        try:
            if key in ("reference", "read"):
                Decimal(row[key])
            elif key == "date":
                date.fromisoformat(row[key])
            elif not row[key].strip():
                yield key
        except (InvalidOperation, ValueError, TypeError, AttributeError):
            yield key


def integrity(profile: Profile) -> Iterator[Fault]:
    """Is there a check where the profile says so, and a caveat where nothing can be confirmed?"""
    if profile.device.integrity == "check" and not guarded(profile):
        yield "profile.integrity", "device.integrity", {"value": "check"}
    heard = isinstance(profile.exchange.get(profile.run.exchange or ""), Hear)
    if profile.device.integrity == "none" and heard and not profile.device.caveats:
        yield "profile.uncaveated", "device.caveats", {"value": "[]"}


def guarded(profile: Profile) -> bool:
    """Do broken bytes betray themselves: by sums in the message, or because the network carries sums of its own?"""
    frame = profile.frame
    if profile.link.kind in ("tcp", "modbus-tcp", "modbus-rtu") or isinstance(frame, Astm):
        return True
    summed = any(isinstance(record.text, Grid) and record.text.sum for record in profile.record.values())
    return summed or (isinstance(frame, Framed | Line) and bool(frame.checks))


def unchecked(profile: Profile, golden: Golden) -> Iterator[Fault]:
    """Goldens that still end in the same result when every check byte is wrong: then the sum is not looked at."""
    for case in filter(succeeds, golden.cases):
        for spoilt in _spoilt(profile, case):
            try:
                outcome = play(profile, spoilt, ReplayPort(spoilt, loose=True))
            except ProfileError:
                continue
            if outcome == case.told:
                yield "profile.golden.unchecked", "frame.checks", {"value": case.name}


def _spoilt(profile: Profile, case: Case) -> Iterator[Case]:
    """The case with one kind of check byte wrong in every answer."""
    frame = profile.frame
    if profile.link.kind == "modbus-rtu":
        yield _wrong_at(case, -1, b"")
    if isinstance(frame, Framed | Line):
        start = frame.heard if isinstance(frame, Framed) else frame.start.encode("latin-1")
        yield from (_wrong_at(case, check.at, start) for check in frame.checks)


def _wrong_at(case: Case, at: int, start: bytes) -> Case:
    """Negative places count from the end of an answer, others from the first start mark."""
    steps = []
    for step in case.steps:
        place = len(step.data) + at if at < 0 else max(0, step.data.find(start)) + at
        hit = step.mark == "<" and 0 <= place < len(step.data)
        wrong = step.data[:place] + bytes([step.data[place] ^ WRONG]) + step.data[place + 1 :] if hit else step.data
        steps.append(replace(step, data=wrong))
    return replace(case, steps=tuple(steps))
