"""Where in a picture a code may stand: many edges close together, both ways (squares) or one way (lines).

The structure tensor of the half-size picture, summed over cells of 16 pixels: its smaller eigenvalue is large where
edges run both ways, the difference of both where they run one way (Förstner, Gülch 1987).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Self

from drivers.scanner.frames import Grey, opencv

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Map = NDArray[np.float32]

CELL = 16  # pixels of the whole picture
ABOVE_SENSOR = 2.0  # times the calmest tenth of the cells: what a sensor does by itself
ABOVE_ROOM = 1.3  # times the median cell
SPREAD = 2 * CELL  # pixels by which a place reaches beyond what it holds
RIM = 5  # cells around a place, with itself, that are no place of their own
WITHIN = 0.5  # of its strongest cell: what belongs to one place
HALF_OF_ALL = 0.5  # of the picture: what is larger is no place in it


class Texture(Enum):
    SQUARES = "squares"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle in pixels. `strength`: how much denser its edges are than the room's; `sure`: a decoder saw a code
    in it that it could not read."""

    left: int
    top: int
    right: int
    bottom: int
    texture: Texture
    strength: float = 0.0
    sure: bool = False

    @property
    def side(self) -> int:
        return max(self.right - self.left, self.bottom - self.top)

    @property
    def area(self) -> int:
        return (self.right - self.left) * (self.bottom - self.top)

    def of(self, gray: Grey, margin: float = 0.0) -> Grey:
        """This part of a picture, and `margin` of its longer side around it."""
        more = int(self.side * margin)
        return gray[max(0, self.top - more) : self.bottom + more, max(0, self.left - more) : self.right + more]

    @property
    def tight(self) -> Self:
        """Without what only the smoothing of the cells added; a sure place is tight."""
        spare = 0 if self.sure else min(SPREAD, (self.right - self.left) // 4, (self.bottom - self.top) // 4)
        left, top, right, bottom = self.left + spare, self.top + spare, self.right - spare, self.bottom - spare
        return replace(self, left=left, top=top, right=right, bottom=bottom)

    def meets(self, other: "Place") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0 and down > 0

    def with_(self, other: "Place") -> "Place":
        return replace(
            self,
            left=min(self.left, other.left),
            top=min(self.top, other.top),
            right=max(self.right, other.right),
            bottom=max(self.bottom, other.bottom),
        )


def around(corners: Sequence[tuple[int, int]], texture: Texture = Texture.SQUARES) -> Place:
    """The upright rectangle about the corners of a code that was seen."""
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return Place(min(across), min(down), max(across), max(down), texture, sure=True)


def places(gray: Grey, seen: Iterable[Place] = (), most: int = 2) -> tuple[Place, ...]:
    """The likeliest first, at most `most` of each texture; `seen`: where a decoder found something and failed."""
    if min(gray.shape) < 4 * CELL:
        return (Place(0, 0, gray.shape[1], gray.shape[0], Texture.SQUARES),)
    both, one = _edges(gray)
    squares = _peaks(both, Texture.SQUARES, most, gray.shape)
    sure = _joined([one for one in seen if one.area < HALF_OF_ALL * gray.size], squares)
    apart = [one for one in squares if not any(one.meets(other) for other in sure)]
    return (*(*sure, *apart)[:most], *_peaks(one, Texture.LINES, most, gray.shape))


def _joined(seen: Iterable[Place], dense: Iterable[Place]) -> list[Place]:
    """A decoder that fails may have taken a part for the whole: what is as dense beside it belongs to it."""
    joined: list[Place] = []
    for one in seen:
        whole = one
        for other in [other for other in joined if other.meets(one)]:
            joined.remove(other)
            whole = other.with_(whole)
        joined.append(whole)
    for number, one in enumerate(joined):
        for other in dense:
            if other.meets(one) and other.area < 6 * one.area:
                joined[number] = joined[number].with_(other)
    return joined


def _edges(gray: Grey) -> tuple["Map", "Map"]:
    """For each cell the strength of edges both ways and one way, in grey levels a pixel."""
    import numpy as np

    cv2 = opencv()
    rows, columns = gray.shape[0] // CELL, gray.shape[1] // CELL
    near = gray[: rows * CELL, : columns * CELL]
    half = cv2.resize(near, (columns * CELL // 2, rows * CELL // 2), interpolation=cv2.INTER_AREA)
    across = cv2.Sobel(half, cv2.CV_32F, 1, 0, ksize=1)
    down = cv2.Sobel(half, cv2.CV_32F, 0, 1, ksize=1)
    wide, high, skew = (
        cv2.blur(cv2.resize(product, (columns, rows), interpolation=cv2.INTER_AREA), (3, 3))
        for product in (across * across, down * down, across * down)
    )
    apart = np.sqrt((wide - high) ** 2 + 4 * skew * skew)
    both = np.sqrt(np.maximum(wide + high - apart, 0))
    return cv2.blur(both, (3, 3)), cv2.blur(np.sqrt(apart), (3, 3))


def _peaks(cells: "Map", texture: Texture, most: int, shape: tuple[int, ...]) -> list[Place]:
    import numpy as np

    cv2 = opencv()
    sensor, room = (float(value) for value in np.quantile(cells, (0.1, 0.5)))
    left, found = cells.copy(), []
    for _ in range(most):
        _, peak, _, (x, y) = cv2.minMaxLoc(left)
        if peak < max(1.0, ABOVE_SENSOR * sensor, ABOVE_ROOM * room):
            break
        dense = (cells > max(1.1 * room, WITHIN * peak)).astype(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(dense, connectivity=4)
        left[cv2.dilate((labels == labels[y, x]).astype(np.uint8), np.ones((RIM, RIM), np.uint8)) == 1] = 0
        found.append(_place(stats[labels[y, x]], texture, peak / max(room, 1.0), shape))
    return found


def _place(box: "NDArray[np.int32]", texture: Texture, strength: float, shape: tuple[int, ...]) -> Place:
    """The rectangle of a blob of cells and one cell around it."""
    x, y, width, height = (int(value) for value in box[:4])
    return Place(
        left=max(0, (x - 1) * CELL),
        top=max(0, (y - 1) * CELL),
        right=min(shape[1], (x + width + 1) * CELL),
        bottom=min(shape[0], (y + height + 1) * CELL),
        texture=texture,
        strength=strength,
    )
