"""Whose rows somebody sees: those of stations in his towns, villages and markets. Values only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """`regions` are codes or beginnings of codes (county 6, town 9, village 12 digits); neither: the whole county."""

    regions: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not (self.regions or self.stations)

    def covers(self, station: str, region: str) -> bool:
        """`region` is empty for a station that has not said where it stands: only who sees all sees it."""
        return self.is_whole or station in self.stations or any(region.startswith(one) for one in self.regions)

    def where(self, column: str) -> tuple[str, tuple[str, ...]]:
        """A condition of SQL on a column that names the station, and its values."""
        if self.is_whole:
            return "1 = 1", ()
        parts = ["region like ?"] * len(self.regions)
        if self.stations:
            parts.append(f"station in ({', '.join('?' * len(self.stations))})")
        inside = f"select station from station where {' or '.join(parts)}"  # noqa: S608  only marks
        return f"{column} in ({inside})", (*(f"{one}%" for one in self.regions), *self.stations)


WHOLE = Scope()
