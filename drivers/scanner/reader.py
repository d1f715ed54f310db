"""Reads codes from frame after frame: one plain look at each, and on a miss one of the harder ways, in turn.

A hand moves, so what one frame does not show the next may; no frame costs more than a plain look and one way.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from drivers.scanner.decoders import Found
from drivers.scanner.quality import hint_of, measured
from drivers.scanner.regions import Place, around
from drivers.scanner.ways import Picture, Way, all_ways
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
        self._ways = all_ways()
        self._turn = 0
        self._liked: Way | None = None

    def look(self, gray: memoryview) -> Sight:
        """One frame: a 2-D buffer of grey bytes."""
        picture = Picture.of(gray)
        read = [one for one in picture.plain if one.seen is not None]
        if read:
            return _sight(picture, read, around(read[0].corners))
        way, self._liked = self._liked or self._next(), None
        read = way.read(picture)
        if read or way.near():
            self._liked = way
        return _sight(picture, read, picture.places[0] if picture.places else None)

    def _next(self) -> Way:
        way = self._ways[self._turn]
        self._turn = (self._turn + 1) % len(self._ways)
        return way


def read_still(gray: memoryview) -> tuple[Seen, ...]:
    """The codes of a single picture, looked at as frames are, again and again until every way was tried."""
    whole = Picture.of(gray)
    small = whole.reduced(LONGEST)
    counted: Counter[tuple[bytes, str]] = Counter()
    for found in _looks(whole, small):
        seen = _distinct(found)
        counted.update(seen.keys())
        if sure := tuple(
            one for key, one in seen.items() if (one.symbology, one.decoder) == PROVEN or counted[key] > 1
        ):
            return sure
    return ()


def _proven(seen: Seen) -> bool:
    return (seen.symbology, seen.decoder) == PROVEN


def _looks(whole: Picture, small: Picture) -> Iterator[list[Found]]:
    yield whole.plain
    if small is not whole:
        yield small.plain
    for way in all_ways():
        yield way.read(small)


def _distinct(found: Iterable[Found]) -> dict[tuple[bytes, str], Seen]:
    return {(one.seen.data, one.seen.symbology): one.seen for one in found if one.seen is not None}


def _sight(picture: Picture, read: list[Found], place: Place | None) -> Sight:
    codes = tuple(_distinct(read).values())
    if place is None:
        return Sight(codes)
    quality = measured(picture.gray, place)
    hint = None if codes else hint_of(picture.gray, place, quality)
    return Sight(tuple(replace(one, quality=quality) for one in codes), quality, hint)
