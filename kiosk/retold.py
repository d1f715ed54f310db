"""What an instrument has told lately, as the record holds it: a sender that missed our answer, or was switched off and
on again, tells it once more. Only what carries its own time of day can be known again: all else may be a second
measurement that came out the same.
"""

from collections.abc import Iterator

from kiosk.contract import ContractError
from kiosk.record import Record
from kiosk.rules.messages import Control, EntryBody, Measured, Observation, Test
from kiosk.run import timed

LOOKS_BACK = 500  # entries


def lately(record: Record, profile: str) -> list[Measured]:
    """Readings of this profile, with their own time, in the newest entries."""
    newest = range(max(1, record.last - LOOKS_BACK + 1), record.last + 1)
    return [one for seq in newest for one in _readings(record, seq, profile) if timed(one)]


def _readings(record: Record, seq: int, profile: str) -> Iterator[Measured]:
    body = _entry(record, seq)
    if isinstance(body, Test) and body.device.profile == profile:
        yield from (*body.blank, *body.sample)
    elif isinstance(body, Observation | Control) and body.device.profile == profile:
        yield from body.readings


def _entry(record: Record, seq: int) -> EntryBody | None:
    """None of one whose body is retired, or that newer software wrote."""
    try:
        return record.read(seq)
    except ContractError:
        return None
