"""The newest rows of what lies in a scope, found by an index in steps that do not grow with history.

One question over all stations of a scope would be answered by reading either the whole feed until enough of them were
met, or every line that they ever wrote. So each station is asked for its own newest, and these are merged.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ui.county.accounts.scope import Scope
from ui.county.sql import Sql

STATIONS_AT_ONCE = 50  # in one question: SQLite joins no more than 500 selects


@dataclass(frozen=True, slots=True)
class Shelf:
    """A table whose rows have a number that only grows, and an index on (station, number) `where` this holds."""

    table: str
    number: str
    where: str = "1 = 1"


FEED = Shelf("feed", "place")
GRAVE = Shelf("alarm", "id", "kind <> 'incident'")


def newest(sql: Sql, scope: Scope, shelf: Shelf, most: int) -> list[int]:
    """Numbers of at most `most` rows, the newest first."""
    if scope.is_whole:
        query = f"select {shelf.number} from {shelf.table} where {shelf.where} order by {shelf.number} desc limit ?"  # noqa: S608
        return [int(row[0]) for row in sql.execute(query, (most,))]
    found: list[int] = []
    for stations in _parts(_stations(sql, scope)):
        floor = found[-1] if len(found) == most else 0
        found = heapq.nlargest(most, (*found, *_of(sql, shelf, stations, floor, most)))
    return found


def _of(sql: Sql, shelf: Shelf, stations: Sequence[str], floor: int, most: int) -> list[int]:
    one = (
        f"select {shelf.number} from (select {shelf.number} from {shelf.table}"  # noqa: S608  our own words
        f" where station = ? and {shelf.number} > ? and {shelf.where} order by {shelf.number} desc limit ?) as of_one"
    )
    values = [value for station in stations for value in (station, floor, most)]
    return [int(row[0]) for row in sql.execute(" union all ".join([one] * len(stations)), values)]


def _stations(sql: Sql, scope: Scope) -> list[str]:
    within, values = scope.where("station")
    return [row["station"] for row in sql.execute(f"select station from station where {within}", values)]  # noqa: S608


def _parts(stations: Sequence[str]) -> Iterator[Sequence[str]]:
    return (stations[start : start + STATIONS_AT_ONCE] for start in range(0, len(stations), STATIONS_AT_ONCE))
