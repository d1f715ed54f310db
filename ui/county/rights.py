"""Who may say and hear what at the broker: the one table, of which every broker's own list is written. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.wire import Topics

INTAKE, FEED = "intake", "feed"  # common names of the county's own programs: the intake, and readers of the feed
UPWARD = ("up", "blob", "status", "want")  # channels that a station writes
DOWNWARD = ("receipt", "kept", "order")  # and those that it reads
RETAINED = ("status",)  # where a message may stay at the broker


@dataclass(frozen=True, slots=True)
class Rights:
    """Of one common name: topic filters that it reads, topics that it writes, and those of them that may be retained.

    What is not named is denied.
    """

    name: str
    read: tuple[str, ...]
    write: tuple[str, ...]
    retain: tuple[str, ...] = ()


def rights(county: str, stations: Sequence[str], intakes: Sequence[str] = (INTAKE,)) -> list[Rights]:
    """The whole table; never empty, for brokers read an empty list as «everything»."""
    topics = Topics(county)
    taking = [
        Rights(
            name,
            read=tuple(topics.of("+", channel) for channel in UPWARD),
            write=(*(topics.of("+", channel) for channel in DOWNWARD), topics.feed("#")),
        )
        for name in intakes
    ]
    feed = Rights(FEED, read=(topics.feed("#"),), write=())
    return [*taking, feed, *(_station(topics, station) for station in sorted(stations))]


def _station(topics: Topics, station: str) -> Rights:
    return Rights(
        station,
        read=(*(topics.of(station, channel) for channel in DOWNWARD), topics.of("all", "order")),
        write=tuple(topics.of(station, channel) for channel in UPWARD),
        retain=tuple(topics.of(station, channel) for channel in RETAINED),
    )
