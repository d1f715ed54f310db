"""What the board shows, in words: towns with their stations as tiles, a map of those that said where they stand.

Values that compare: a tile that is the same is not sent again.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ui.county.board.facts import Spot
from ui.county.board.light import RANK, Light, Reason, State, Trouble
from ui.county.telling import Teller

FIRST = 12  # stations that are named above all towns because somebody has to act
COUNTY, TOWN, VILLAGE = 6, 9, 12  # digits of a region's code
LEVELS = {COUNTY: "county", TOWN: "town", VILLAGE: "village"}
WIDE, HIGH = 1000, 620  # of the map, in its own units
MARGIN = 90  # half a name on either side
NAMED = 40  # stations on the map up to which each bears its name


@dataclass(frozen=True, slots=True)
class Tile:
    """`mark` chooses colour and shape, `words` say the state, `reason` the gravest thing; `more` further reasons."""

    station: str
    name: str
    level: str
    mark: str
    words: str
    reason: str
    more: int


@dataclass(frozen=True, slots=True)
class Town:
    """`code` is empty for stations that have not said where they stand."""

    code: str
    name: str
    counts: tuple[tuple[str, str, int], ...]  # mark, words, how many
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A station on the map; `x` and `y` in units of WIDE by HIGH."""

    tile: Tile
    x: int
    y: int
    named: bool


@dataclass(frozen=True, slots=True)
class View:
    """`counts` of all; `first`: those that need somebody; `unplaced` have not said where they stand."""

    towns: tuple[Town, ...]
    counts: tuple[tuple[str, str, int], ...]
    first: tuple[Tile, ...]
    points: tuple[Point, ...]
    unplaced: int


class Viewing:
    """One language's way to say it."""

    def __init__(self, tell: Teller) -> None:
        self._tell = tell

    def view(self, spots: Sequence[Spot], today: date) -> View:
        tiles = {spot.station: self.tile(spot, today) for spot in spots}
        by_town: dict[str, list[Spot]] = {}
        for spot in spots:
            by_town.setdefault(town_of(spot.region), []).append(spot)
        towns = [self._town(code, by_town[code], tiles, today) for code in sorted(by_town, key=_order)]
        grave = [spot for spot in self.gravest_first(spots) if spot.light.state in (State.RED, State.AMBER)]
        placed = {spot.station: spot.position for spot in spots if spot.position is not None}
        return View(
            tuple(towns),
            self._counts(spots),
            tuple(tiles[spot.station] for spot in grave[:FIRST]),
            tuple(_points(placed, tiles)),
            len(spots) - len(placed),
        )

    def gravest_first(self, spots: Iterable[Spot]) -> list[Spot]:
        return sorted(spots, key=lambda spot: (RANK[spot.light.state], spot.station))

    def tile(self, spot: Spot, today: date) -> Tile:
        gravest, state = spot.light.gravest, spot.light.state
        return Tile(
            spot.station,
            spot.row["name"] or spot.station,
            self.level(spot.region),
            state,
            self.state(state),
            "" if gravest is None or gravest.state is State.GREEN else self.reason(gravest, today),
            sum(one.state is not State.GREEN for one in spot.light.reasons[1:]),
        )

    def state(self, state: State) -> str:
        return self._tell.word("county.light.state", state)

    def level(self, region: str) -> str:
        level = LEVELS.get(len(region))
        return self._tell.word("county.light.level", level) if level else ""

    def reasons(self, light: Light, today: date) -> list[tuple[str, str]]:
        """Mark and sentence of each, the gravest first."""
        return [(reason.state, self.reason(reason, today)) for reason in light.reasons]

    def reason(self, reason: Reason, today: date) -> str:
        if reason.trouble is not None:
            return self._trouble(reason.trouble)
        facts = {name: value if isinstance(value, str | int) else self._tell.time(value.isoformat(), today)
                 for name, value in reason.facts}  # fmt: skip
        if "method" in facts:
            facts["method"] = self._tell.method_name(str(facts["method"]))
        return self._tell.say(f"county.light.why.{reason.key}", **facts)

    def place(self, code: str, today: date) -> str:
        """The name of a region, or its code where nobody knows a name."""
        return self._tell.region(code, today) or code

    def _trouble(self, trouble: Trouble) -> str:
        part = self._tell.word("county.part", trouble.part)
        told = self._tell.sentence(trouble.problem, dict(trouble.facts))
        return self._tell.say("county.light.why.trouble", part=part, problem=told)

    def _town(self, code: str, spots: Sequence[Spot], tiles: dict[str, Tile], today: date) -> Town:
        name = self.place(code, today) if code else self._tell.say("county.light.nowhere")
        return Town(code, name, self._counts(spots), tuple(tiles[spot.station] for spot in spots))

    def _counts(self, spots: Iterable[Spot]) -> tuple[tuple[str, str, int], ...]:
        found = Counter(spot.light.state for spot in spots)
        return tuple((state, self.state(state), found[state]) for state in State if found[state])


def town_of(region: str) -> str:
    """The town that a code lies in; of a county's own station the county, of none nothing."""
    return region[:TOWN] if len(region) >= TOWN else region[:COUNTY]


def _order(code: str) -> tuple[bool, bool, str]:
    """The county's own first, then towns; at the end who has said nothing."""
    return not code, len(code) > COUNTY, code


def _points(placed: dict[str, tuple[float, float]], tiles: dict[str, Tile]) -> Iterable[Point]:
    """Equirectangular about the middle: over one county no other projection could be told from it."""
    if not placed:
        return
    shrunk = math.cos(math.radians(sum(latitude for _, latitude in placed.values()) / len(placed)))
    flat = {station: (longitude * shrunk, -latitude) for station, (longitude, latitude) in placed.items()}
    left, top = (min(point[axis] for point in flat.values()) for axis in (0, 1))
    wide, high = (max(point[axis] for point in flat.values()) - least for axis, least in ((0, left), (1, top)))
    scale = min((WIDE - 2 * MARGIN) / (wide or 1e-9), (HIGH - 2 * MARGIN) / (high or 1e-9))
    scale = scale if wide or high else 0.0
    aside, down = (WIDE - wide * scale) / 2, (HIGH - high * scale) / 2
    for station, (across, up) in flat.items():
        x, y = aside + (across - left) * scale, down + (up - top) * scale
        yield Point(tiles[station], round(x), round(y), len(placed) <= NAMED)
