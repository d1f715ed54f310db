"""`liangzheng analyzer replay --record`: what old captures say otherwise today becomes further entries of the record.

Only while the station is stopped: it alone appends to its log.
"""

from collections.abc import Sequence
from importlib import metadata

from kiosk.clock import Clock, build_time
from kiosk.log import payloads
from kiosk.record import Home, Record
from kiosk.rereading import Now, further
from kiosk.trust import read_key, read_trust
from ui.command.station_config import StationConfig


def recorded(config: StationConfig, found: Sequence[Now]) -> list[tuple[int, int]]:
    """Each new entry, and the one that it reads again. Raises Locked while the station serves, RecordError, OSError.

    A box without a log gets none.
    """
    if next(payloads(config.up), None) is None:
        return []
    home = Home(
        config.county,
        config.station,
        metadata.version("liangzheng"),
        config.state / "record.db",
        config.up,
        config.down,
    )
    record = Record(home, read_key(config.key), read_trust(config.trust), Clock(build_time()))
    try:
        return [(record.append(one).header.seq, one.rereads or 0) for one in further(record, found)]
    finally:
        record.close()
