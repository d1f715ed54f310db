"""The ways to read what a plain look cannot: each a cheap change to the likely part of a picture, then a decoder.

Which ways, with which figures and in which order was measured on generated scenes (`make bench`, part scenes): the most
codes per millisecond first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Self

from drivers.scanner import enhance, flatten
from drivers.scanner.decoders import Found, Wanted, zbar, zxing
from drivers.scanner.regions import Place, Texture, around, places

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

FLAT_LONGEST = 560  # pixels of a part that is laid flat: five for each module of a large code
MARGIN = 0.15  # of a place's side: decoders want the quiet zone too


class Picture:
    """One picture and what was found out about it so far; a way that comes second pays only for itself."""

    def __init__(self, gray: "Grey") -> None:
        self.gray = gray

    @classmethod
    def of(cls, gray: memoryview) -> Self:
        """Of a 2-D buffer of grey bytes."""
        import numpy as np

        return cls(np.asarray(gray))

    def reduced(self, longest: int) -> Self:
        """Itself, or with no edge longer than that."""
        gray = enhance.reduced(self.gray, longest)
        return self if gray is self.gray else type(self)(gray)

    @cached_property
    def plain(self) -> list[Found]:
        """Squares that zxing reads at once, and those that it sees and cannot read."""
        return zxing(flat(self.gray), Wanted.SQUARES, failed=True)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        failed = [around(one.corners) for one in self.plain if one.seen is None and any(map(any, one.corners))]
        return places(self.gray, failed)

    def crops(self, texture: Texture) -> "list[Grey]":
        return [place.of(self.gray, MARGIN) for place in self.places if place.texture is texture]


@dataclass(frozen=True, slots=True)
class Way:
    """`near`: it all but read the last picture, so the next one is its own as well."""

    name: str
    read: Callable[[Picture], list[Found]]
    near: Callable[[], bool] = lambda: False


Change = Callable[["Grey"], "Grey"]
Decode = Callable[["memoryview"], list[Found]]

SQUARES: Decode = partial(zxing, wanted=Wanted.SQUARES)
LINES: Decode = partial(zxing, wanted=Wanted.LINES)


def flat(gray: "Grey") -> memoryview:
    """Decoders want rows without gaps."""
    import numpy as np

    return np.ascontiguousarray(gray).data


def _same(gray: "Grey") -> "Grey":
    return gray


def _parts(decode: Decode, textures: Sequence[Texture], *changes: Change) -> Callable[[Picture], list[Found]]:
    """Each change to each part of these textures, until one is read."""

    def read(picture: Picture) -> list[Found]:
        for texture in textures:
            for part in picture.crops(texture):
                for change in changes:
                    if found := decode(flat(change(part))):
                        return found
        return []

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
        for part in picture.crops(Texture.SQUARES):
            for drawn in self._flattener.flattened(enhance.reduced(part, FLAT_LONGEST)):
                if found := SQUARES(drawn.data):
                    return found
            if self._flattener.near:
                break
        return []

    def near(self) -> bool:
        return self._flattener.near


_SQUARE, _LINE, _BOTH = (Texture.SQUARES,), (Texture.LINES,), (Texture.SQUARES, Texture.LINES)


def all_ways() -> tuple[Way, ...]:
    """New ones for each reader: one of them remembers."""
    bent = _Flattened()
    levels = (partial(enhance.two_levels, block=block, below=below) for block, below in ((21, 4), (51, 2), (31, 6)))
    near, wide, middle = levels
    one_threshold = _whole(partial(zxing, wanted=Wanted.SQUARES, one_threshold=True))
    return (
        Way("levels", _either(_parts(SQUARES, _SQUARE, near, enhance.bolder), one_threshold)),
        Way("lines", _parts(LINES, _BOTH, _same)),
        Way("wide levels", _parts(SQUARES, _SQUARE, wide, enhance.calmer, middle, enhance.thinner)),
        Way("enlarged", _parts(SQUARES, _SQUARE, lambda part: enhance.evened(enhance.enlarged(part, 2)))),
        Way("flattened", bent.read, bent.near),
        Way("lines calmer", _parts(LINES, _LINE, lambda part: enhance.calmer(enhance.enlarged(part, 1.5)))),
        Way("sharpened", _parts(SQUARES, _SQUARE, lambda part: enhance.sharpened(enhance.enlarged(part, 2), 4, 3))),
        Way("evened", _whole(SQUARES, partial(enhance.evened, tiles=8))),
        Way("zbar", _parts(partial(zbar, wanted=Wanted.SQUARES), _SQUARE, _same)),
        Way("lines anywhere", _whole(LINES)),
        Way("zbar anywhere", _whole(partial(zbar, every=2))),
        Way("whole enlarged", _whole(SQUARES, partial(enhance.enlarged, times=2, longest=2000))),
    )
