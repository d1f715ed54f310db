"""The ways to read what a plain look cannot: each a cheap change to the likely part of a picture, then a decoder.

Which ways, with which figures and in which order was measured on generated scenes (`make bench`, part scenes): the most
codes per millisecond first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Self

from drivers.scanner.codes import enhance, flatten
from drivers.scanner.codes.decoders import Found, Wanted, zbar, zxing
from drivers.scanner.codes.regions import Place, Texture, around, places
from drivers.scanner.frames import Grey

RANKED = 12  # pictures
RANKS = 2  # likely parts of a texture that get their turn
FLAT_LONGEST = 560  # pixels of a part that is laid flat: five for each module of a large code
MARGIN = 0.15  # of a place's side: decoders want the quiet zone too


class Picture:
    """One picture and what was found out about it so far; a way that comes second pays only for itself.

    `number` counts pictures: for `RANKED` of them the likeliest part is tried, then for as many the one after that.
    """

    def __init__(self, gray: Grey, number: int = 0) -> None:
        self.gray = gray
        self.number = number
        self._rank = number // RANKED % RANKS

    @classmethod
    def of(cls, gray: memoryview, number: int = 0) -> Self:
        """Of a 2-D buffer of grey bytes."""
        import numpy as np

        return cls(np.asarray(gray), number)

    def reduced(self, longest: int) -> Self:
        """Itself, or with no edge longer than that."""
        gray = enhance.reduced(self.gray, longest)
        return self if gray is self.gray else type(self)(gray, self.number)

    @cached_property
    def plain(self) -> list[Found]:
        """Squares that zxing reads at once, and those that it sees and cannot read."""
        return zxing(flat(self.gray), Wanted.SQUARES, failed=True)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The sure ones, where a decoder saw a square code, or the likeliest; squares before lines."""
        failed = [around(one.corners) for one in self.plain if one.seen is None and any(map(any, one.corners))]
        found = places(self.gray, failed, RANKS)
        return tuple(place for place in found if place.sure) or found

    @property
    def surely_square(self) -> bool:
        """A decoder saw a square code there: to look for lines would be lost time."""
        return any(place.sure for place in self.places)

    def part(self, texture: Texture) -> "Grey | None":
        """The part that is to be tried; None where nothing looks like that."""
        alike = [place for place in self.places if place.texture is texture]
        return alike[min(self._rank, len(alike) - 1)].of(self.gray, MARGIN) if alike else None


@dataclass(frozen=True, slots=True)
class Way:
    """`worth`: it reads much for its time. `near`: it all but read the last picture, so the next one is its own too."""

    name: str
    read: Callable[[Picture], list[Found]]
    worth: bool = False
    lines: bool = False
    near: Callable[[], bool] = lambda: False


Change = Callable[[Grey], Grey]
Decode = Callable[["memoryview"], list[Found]]

SQUARES: Decode = partial(zxing, wanted=Wanted.SQUARES)
LINES: Decode = partial(zxing, wanted=Wanted.LINES)


def flat(gray: Grey) -> memoryview:
    """Decoders want rows without gaps."""
    import numpy as np

    return np.ascontiguousarray(gray).data


def _same(gray: Grey) -> Grey:
    return gray


def _part(decode: Decode, texture: Texture, *changes: Change) -> Callable[[Picture], list[Found]]:
    """Each change to the part of this texture, until one is read."""

    def read(picture: Picture) -> list[Found]:
        part = picture.part(texture)
        if part is None:
            return []
        return next((found for change in changes if (found := decode(flat(change(part))))), [])

    return read


def _whole(decode: Decode, change: Change = _same) -> Callable[[Picture], list[Found]]:
    return lambda picture: decode(flat(change(picture.gray)))


def _either(*reads: Callable[[Picture], list[Found]]) -> Callable[[Picture], list[Found]]:
    """One after the other, until one reads: cheap ones share a turn."""
    return lambda picture: next((found for read in reads if (found := read(picture))), [])


class _Flattened:
    """Folded, crumpled, bent or seen at a slant: laid flat by its own grid, and added up over frames."""

    def __init__(self) -> None:
        self._flattener = flatten.Flattener()

    def read(self, picture: Picture) -> list[Found]:
        part = picture.part(Texture.SQUARES)
        if part is None:
            return []
        drawings = self._flattener.flattened(enhance.reduced(part, FLAT_LONGEST), picture.number)
        return next((found for drawn in drawings if (found := SQUARES(drawn.data))), [])

    def near(self) -> bool:
        return self._flattener.near


def _zbar(picture: Picture) -> list[Found]:
    """The second opinion on the likely part; on the whole, coarsely, where nothing seems likely."""
    part = picture.part(Texture.SQUARES)
    return zbar(flat(picture.gray), every=2) if part is None else zbar(flat(part), Wanted.SQUARES)


def _larger(part: Grey) -> Grey:
    return enhance.evened(enhance.enlarged(part, 2))


def _sharper(part: Grey) -> Grey:
    return enhance.sharpened(enhance.enlarged(part, 2), 4, 3)


def _calmer(part: Grey) -> Grey:
    return enhance.calmer(enhance.enlarged(part, 1.5))


def _level(part: Grey) -> Grey:
    return enhance.level(enhance.reduced(part, FLAT_LONGEST))


def ways_to_squares() -> tuple[Way, ...]:
    """New ones for each reader: one of them remembers."""
    bent = _Flattened()
    near, wide, middle = (
        partial(enhance.two_levels, block=block, below=below) for block, below in ((21, 4), (51, 2), (31, 6))
    )
    one_threshold = _whole(partial(zxing, wanted=Wanted.SQUARES, one_threshold=True))
    return (
        Way("levels", _either(_part(SQUARES, Texture.SQUARES, near, enhance.bolder), one_threshold), worth=True),
        Way("wide levels", _part(SQUARES, Texture.SQUARES, wide, enhance.calmer, middle, enhance.thinner)),
        Way("enlarged", _part(SQUARES, Texture.SQUARES, _larger), worth=True),
        Way("flattened", bent.read, worth=True, near=bent.near),
        Way("sharpened", _part(SQUARES, Texture.SQUARES, _sharper)),
        Way("evened", _whole(SQUARES, partial(enhance.evened, tiles=8))),
        Way("zbar", _zbar, worth=True),
        Way("whole enlarged", _whole(SQUARES, partial(enhance.enlarged, times=2, longest=2000))),
    )


def ways_to_lines() -> tuple[Way, ...]:
    return (
        Way("lines", _whole(LINES), worth=True, lines=True),
        Way("lines level", _part(LINES, Texture.LINES, _level), worth=True, lines=True),
        Way("lines calmer", _part(LINES, Texture.LINES, _calmer), lines=True),
    )


def ways_to_confirm() -> tuple[Way, ...]:
    """For a single picture in which a code was read once: slightly other pictures, in which a misreading is another."""
    return (
        Way("again calmer", _whole(zxing, enhance.calmer)),
        Way("again enlarged", _whole(zxing, partial(enhance.enlarged, times=1.5, longest=2400))),
        Way("again by zbar", _whole(zbar)),
    )
