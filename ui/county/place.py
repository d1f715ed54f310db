"""Where an entry stands in the county's memory. Values only."""

from dataclasses import dataclass

MOST_SEQ = 2**53  # what is larger no JSON holds exactly (RFC 8259 §6), and no log has so many entries


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its number in the order of arrival, its name, and the commit that brought it."""

    place: int
    station: str
    log: str
    seq: int
    received: str
    version: int
