"""Reads codes from frame after frame: one plain look at each, and on a miss one of the harder ways, in turn.

A hand moves, so what one frame does not show the next may; no frame costs more than a plain look and one way.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import cycle

from drivers.scanner.codes.decoders import Found
from drivers.scanner.codes.quality import hint_of, likely, measured
from drivers.scanner.codes.regions import Place, around
from drivers.scanner.codes.ways import Picture, Way, ways_to_confirm, ways_to_lines, ways_to_squares
from drivers.scanner.wire import Hint, Quality, Seen

LONGEST = 1600  # pixels: what is not read at once in a photograph is tried again at this size
# By its error correction. A code of lines has one check digit, and zbar was seen to mend a QR code in motion into wrong
# bytes: there one read proves nothing.
PROVEN = ("QRCode", "zxing")


@dataclass(frozen=True, slots=True)
class Sight:
    """What one frame gave. `quality` and `hint` are of the first code, or of where one seems to be."""

    codes: tuple[Seen, ...] = ()
    quality: Quality | None = None
    hint: Hint | None = None


class Reader:
    """Remembers which way read last: the next frame shows the same code."""

    def __init__(self) -> None:
        self._squares, self._lines = cycle(ways_to_squares()), cycle(ways_to_lines())
        self._looks = self._misses = 0
        self._liked: Way | None = None

    def look(self, gray: memoryview) -> Sight:
        """One frame: a 2-D buffer of grey bytes."""
        self._looks += 1
        picture = Picture.of(gray, self._looks)
        read = [one for one in picture.plain if one.seen is not None]
        if read:
            return _sight(picture, read, around(read[0].corners))
        way, self._liked = self._liked or self._next(picture), None
        read = way.read(picture)
        if read or way.near():
            self._liked = way
        return _sight(picture, read, likely(picture.places))

    def _next(self, picture: Picture) -> Way:
        """Every second miss is for lines, unless a square is there for sure."""
        self._misses += 1
        lines = self._misses % 2 == 0 and not picture.surely_square
        return next(self._lines if lines else self._squares)


def read_still(gray: memoryview, thorough: bool = False) -> tuple[Seen, ...]:
    """The codes of a single picture, looked at as frames are, again and again.

    By the ways that read most for their time, until one reads; or `thorough`: by every way that there is, whatever was
    read already, for several times as long.
    """
    counted: Counter[tuple[bytes, str]] = Counter()
    sure: list[Seen] = []
    for found in _looks(Picture.of(gray), thorough, counted):
        seen = [one.seen for one in found if one.seen is not None]
        counted.update({_key(one) for one in seen})
        known = {_key(one) for one in sure}
        sure += [one for one in seen if _key(one) not in known and (_proven(one) or counted[_key(one)] > 1)]
        if sure and not thorough:
            break
    return tuple(sure)


def _key(seen: Seen) -> tuple[bytes, str]:
    return seen.data, seen.symbology


def _proven(seen: Seen) -> bool:
    return (seen.symbology, seen.decoder) == PROVEN


def _looks(whole: Picture, thorough: bool, counted: Mapping[tuple[bytes, str], int]) -> Iterator[list[Found]]:
    """`counted` are the reads so far: what was read only once is worth looking at again."""
    yield whole.plain
    small = whole.reduced(LONGEST)
    if small is not whole:
        yield small.plain
    first, *others = ways_to_squares()
    for way in (first, *ways_to_lines(), *others):
        if (thorough or way.worth) and not (way.lines and small.surely_square):
            yield way.read(small)
    for way in ways_to_confirm() if counted else ():
        yield way.read(small)


def _distinct(found: Iterable[Found]) -> dict[tuple[bytes, str], Seen]:
    return {_key(one.seen): one.seen for one in found if one.seen is not None}


def _sight(picture: Picture, read: list[Found], place: Place | None) -> Sight:
    codes = tuple(_distinct(read).values())
    if place is None:
        return Sight(codes)
    quality = measured(picture.gray, place)
    hint = None if codes else hint_of(picture.gray, place, quality)
    return Sight(tuple(replace(one, quality=quality) for one in codes), quality, hint)
