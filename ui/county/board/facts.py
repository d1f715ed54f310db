"""What the county knows of each station, from rows to the facts of its light."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.pack import Packs
from kiosk.rules.testing.methods import BatchControl
from ui.county.board.light import Controlled, Facts, Light, Receipt, Trouble, light, version_of
from ui.county.board.receipts import Receipts
from ui.county.reader import Reader
from ui.county.sql import Row
from ui.county.telling import moment


@dataclass(frozen=True, slots=True)
class Spot:
    """A station as it stands. `position`: longitude and latitude in degrees of WGS 84."""

    row: Row
    facts: Facts
    light: Light
    position: tuple[float, float] | None

    @property
    def station(self) -> str:
        return str(self.row["station"])

    @property
    def region(self) -> str:
        return str(self.row["region"])


class Spots:
    """`asked` tells of a method (its standard) whether each batch needs a control of its own. Used by any thread."""

    def __init__(self, receipts: Receipts, asked: Callable[[str], bool]) -> None:
        self._receipts = receipts
        self._asked = asked

    def all(self, reader: Reader, now: datetime) -> list[Spot]:
        """Of all stations in the reader's scope, by name."""
        spots = self._spots(reader.stations(), reader.seen(), reader, now)
        return sorted(spots, key=lambda spot: spot.station)

    def one(self, reader: Reader, station: str, now: datetime) -> Spot | None:
        row = reader.station(station)
        if row is None:
            return None
        return next(self._spots([row], reader.seen(station), reader, now))

    def _spots(self, rows: Sequence[Row], seen: Iterable[Row], reader: Reader, now: datetime) -> Iterator[Spot]:
        newest, said = newest_of(reader.software()), _by_station(seen)
        for row, receipt in zip(rows, self._receipts.of(rows, reader), strict=True):
            yield self._spot(row, said.get(row["station"], []), receipt, newest, now)

    def _spot(self, row: Row, said: Sequence[Row], receipt: Receipt, newest: str, now: datetime) -> Spot:
        own = [one for one in said if one["log"] == row["log"]]
        facts = Facts(
            heard=moment(row["last_received"]),
            online=bool(row["online"]),
            queue=row["queue"],
            oldest=moment(row["oldest"]),
            conflict=bool(row["conflict"]),
            pending=row["pending"],
            blobs=row["blobs"],
            parked=row["parked"],
            receipt=receipt,
            clock=row["clock"],
            controls=tuple(self._controls(said)),
            troubles=tuple(_troubles(own)),
            days=_days(own),
            software=row["software"],
            newest=newest,
        )
        return Spot(row, facts, light(facts, now), _position(own))

    def _controls(self, said: Iterable[Row]) -> Iterator[Controlled]:
        """The newest of each method, whichever box of the station said it: analyzers outlive boxes."""
        newest: dict[tuple[str, str], Row] = {}
        for row in sorted(said, key=lambda row: (row["time"], row["log"])):
            newest[row["about"], row["what"]] = row
        for method in sorted({about for about, what in newest if what in ("control", "valid", "tested")}):
            last, valid, tested = (newest.get((method, what)) for what in ("control", "valid", "tested"))
            failed = last if last is not None and last["state"] == "failed" else None
            if failed is not None and valid is not None and valid["time"] > failed["time"]:
                failed = None
            yield Controlled(method, _at(valid), _at(tested), _at(failed), self._asked(method))


def controlled(packs: Packs) -> Callable[[str], bool]:
    """Whether a method, by its standard, asks for a control in each batch that is recorded as an entry of its own."""
    asking = {pack.rule for pack in packs.methods.values() if BatchControl.POSITIVE in pack.controls}
    return asking.__contains__


def newest_of(software: Iterable[str]) -> str:
    return max(software, key=version_of, default="")


def _by_station(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["station"], []).append(row)
    return found


def _troubles(own: Iterable[Row]) -> Iterator[Trouble]:
    for row in own:
        if row["what"] == "part":
            facts = json.loads(row["facts"])
            problem = facts.pop("problem", "")
            yield Trouble(row["about"], row["state"] == "fail", problem, tuple(facts.items()), _at(row))


def _days(own: Iterable[Row]) -> int | None:
    return next((int(json.loads(row["facts"])["days"]) for row in own if row["what"] == "disk"), None)


def _position(own: Iterable[Row]) -> tuple[float, float] | None:
    for row in own:
        if row["what"] == "place":
            told = json.loads(row["facts"])
            longitude, latitude = float(told["longitude"]), float(told["latitude"])
            return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 85 else None
    return None


def _at(row: Row | None) -> datetime | None:
    return None if row is None else moment(row["time"])
