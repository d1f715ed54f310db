"""What instruments that forget had told and no entry holds: recorded at the start, or when nobody waits for it.

Killed anywhere, it may be done again: a reading that an entry already holds under its capture is not recorded twice.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from drivers.errors import DeviceError
from drivers.reading import Identity, Reading
from kiosk import blobs, retold
from kiosk.captures import TAPES, FileTape, Find, Told, settle, told_on
from kiosk.record import Record, Unwritable
from kiosk.rules.messages import Control, Incident, Measured, Observation, Test
from kiosk.run import measured, observations_of, timed

logger = logging.getLogger(__name__)

UNREAD = "analyzer.unread"  # what an incident calls bytes that were acknowledged and cannot be read


def keep(folder: Path, month: str, capture: bytes) -> str:
    """The raw bytes of a session, durable; their hash. Raises Unwritable."""
    try:
        return blobs.keep(folder, month, capture, pack=True)
    except OSError as refused:
        raise Unwritable(f"capture: {refused}") from refused


def record_rest(record: Record, identity: Identity, readings: Sequence[Reading], capture: str, after: int) -> int:
    """Observations of those readings that no entry behind `after` holds under this capture, and that are not told once
    more byte for byte; how many there were.
    """
    held = Counter(_facts(one) for seq in range(after + 1, record.last + 1) for one in _held(record, seq, capture))
    again = set(retold.lately(record, identity.profile)) if any(map(timed, readings)) else set()
    rest = []
    for reading in readings:
        (said,) = measured([reading])
        if held[_facts(said)] > 0:
            held[_facts(said)] -= 1
        elif said not in again:
            rest.append(reading)
    for observation in observations_of(identity, rest, capture):
        record.append(observation)
    return len(rest)


def record_unread(record: Record, part: str, capture: str, after: int) -> None:
    """Bytes that the instrument forgot and we cannot read: a person must know where they are."""
    incident = Incident(part, UNREAD, {"capture": capture})
    if incident not in [record.read(seq) for seq in range(after + 1, record.last + 1)]:
        record.append(incident)


def recorded(record: Record, tapes: Path, captures: Path, month: str, find: Find) -> int:
    """Every tape that is left becomes entries and goes away; readings recorded. Raises RecordError."""
    return sum(_recorded(record, FileTape(file), unquote(file.stem), captures, month, find) for file in _left(tapes))


def _recorded(record: Record, tape: FileTape, name: str, captures: Path, month: str, find: Find) -> int:
    try:
        text = tape.text
    except OSError as refused:
        raise Unwritable(f"tape: {refused}") from refused
    count = 0
    told = _told(text, find)
    if told.readings or told.unread:
        capture = keep(captures, month, text.encode())
        if told.identity is not None:
            count = record_rest(record, told.identity, told.readings, capture, told.after)
        if told.unread or told.identity is None:
            record_unread(record, name, capture, told.after)
        logger.warning("%s: %s readings of a broken session recorded, capture %s", name, count, capture)
    try:
        settle(tape, told, record.last)
    except OSError as refused:
        raise Unwritable(f"tape: {refused}") from refused
    return count


def _told(text: str, find: Find) -> Told:
    """A tape that nobody can read is kept as a capture all the same."""
    try:
        return told_on(text, find)
    except DeviceError:
        return Told(unread=True)


def _left(tapes: Path) -> list[Path]:
    return sorted(tapes.glob(f"*{TAPES}"))


def _held(record: Record, seq: int, capture: str) -> tuple[Measured, ...]:
    match record.read(seq):
        case Test(capture=named, blank=blank, sample=sample) if named == capture:
            return (*blank, *sample)
        case Control(capture=named, readings=readings) if named == capture:
            return readings
        case Observation(capture=named, readings=readings) if named == capture:
            return readings
    return ()


def _facts(one: Measured) -> tuple[object, ...]:
    return (one.channel, one.quantity, one.value, one.unit, one.record, one.taken_at)
