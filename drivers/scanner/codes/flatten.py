"""A QR code laid flat by its own grid: creased, crumpled, bent round a bottle, or seen at a slant.

Every edge between modules lies on the grid. Folded at the grid's pitch, the strength of edges around a point has a
phase, and that phase is how far the grid is displaced there (demodulation, as of interferograms: Takeda, Ina,
Kobayashi 1982). From the first finder pattern outward the phase is unwrapped and the displacement taken out; what is
sampled then is drawn anew, clean, for a decoder.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.scanner.frames import Grey, opencv

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Field = NDArray[np.float32]
    Ring = tuple[float, float, float]  # centre x, y and the size of a module, in pixels
    Run = tuple[float, float, float, int]  # the same, and how many rows say so

QUIET = 4  # modules of margin (ISO/IEC 18004 §9.1)
CELLS, CELL = 2, 3  # cells along a module, pixels along a cell of the flat picture
PITCH = CELLS * CELL
CENTRE = 3.5  # modules from the corner of the code to the middle of a finder pattern
WINDOWS = (1.5, 1.5)  # modules around a point that its phase is taken from, round by round
SMALLEST, LARGEST = 21, 97  # modules along an edge that we lay flat: versions 1 to 20
DRAWN = 4  # pixels a module in what is handed to a decoder
SURROUND = 9  # modules that a module is compared with
CERTAIN = 0.75  # of the code's contrast: a module that is hardly taken for its opposite
DIFFERENT = 0.03  # of the modules certain in both; codes that differ in a single character differ in 0.05
FRAMES_MOST = 12  # added up one after the other before the turn goes on
DOUBTFUL = 0.2  # of a timing pattern: the number of modules was taken wrongly
TRIED = 2  # sets of three finder patterns
TOLERANCE = 0.65  # of a module: blurred, slanted, creased
HITS_MOST = 800  # rows that may say so: cloth and nets say it everywhere
LEAST_MODULE = 1.5  # pixels
LEVELS = ((31, 6), (75, 4))  # block and difference of the thresholds under which rings are looked for


@dataclass(frozen=True, slots=True)
class Corner:
    """Three finder patterns: the middle one, the one across, the one down."""

    middle: "Ring"
    across: "Ring"
    down: "Ring"
    oddness: float

    @property
    def modules(self) -> int:
        """The nearest lawful number along an edge, by the size of the patterns and their distance."""
        size = (self.middle[2] + self.across[2] + self.down[2]) / 3
        apart = (_apart(self.middle, self.across) + _apart(self.middle, self.down)) / 2
        return _lawful(apart / size + 2 * CENTRE)


class Flattener:
    """Over the frames of one showing what was sampled is added up: glare wanders and noise changes, modules stay.

    `near`: the last picture held a grid that fits and could not be read alone; the next frame may complete it.
    """

    def __init__(self) -> None:
        self.near = False
        self._sum: Field | None = None
        self._frames = 0
        self._number = -1

    def flattened(self, gray: Grey, number: int) -> Iterator[Grey]:
        """What may be a code in this part of picture `number`, redrawn flat and clean; none without three finder
        patterns. Only pictures right after one another are added up: what was shown before is another showing."""
        if number != self._number + 1:
            self._sum = None
        self.near, self._number = False, number
        for first, corner in enumerate(_corners(_rings(gray))):
            darkness, doubt = _laid(gray, corner, corner.modules)
            for other in (corner.modules + 4, corner.modules - 4) if doubt > DOUBTFUL and not first else ():
                if SMALLEST <= other <= LARGEST:
                    darkness, doubt = min((darkness, doubt), _laid(gray, corner, other), key=lambda one: one[1])
            yield _redrawn(darkness)
            if doubt <= DOUBTFUL:
                self.near = True
                yield from self._added(darkness)

    def _added(self, darkness: "Field") -> Iterator[Grey]:
        if self._sum is None or not _alike(self._sum, self._frames, darkness):
            self._sum, self._frames = darkness, 1
            return
        self._sum, self._frames = self._sum + darkness, self._frames + 1
        self.near = self._frames < FRAMES_MOST
        yield _redrawn(self._sum)


def _alike(total: "Field", frames: int, other: "Field") -> bool:
    """Two codes with nearly the same text have most modules in common; their error correction tells them apart."""
    import numpy as np

    if total.shape != other.shape:
        return False
    certain = (np.abs(total) > CERTAIN * frames) & (np.abs(other) > CERTAIN)
    different = certain & ((total > 0) != (other > 0))
    return int(different.sum()) <= DIFFERENT * int(certain.sum())


def _rings(gray: Grey) -> list["Ring"]:
    """Where 1:1:3:1:1 runs of dark and light cross (ISO/IEC 18004 §6.3.3), the most often seen first.

    A crease breaks the rings' outlines, but not every row and column through them.
    """
    cv2 = opencv()
    found: list[tuple[int, Ring]] = []
    for block, below in LEVELS:
        dark = cv2.adaptiveThreshold(gray, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, below)
        rows, columns = _runs(dark), [(x, y, size, seen) for y, x, size, seen in _runs(dark.T)]
        for x, y, size, seen in rows:
            crossing = [one for one in columns if _cross((x, y, size), one)]
            if crossing:
                other = max(crossing, key=lambda one: one[3])
                ring = x, other[1], (size + other[2]) / 2
                if all(_apart(ring, known) > 3 * ring[2] for _, known in found):
                    found.append((seen + other[3], ring))
        if len(found) >= 3:
            break
    return [ring for _, ring in sorted(found, reverse=True)]


def _cross(row: "Ring", column: "Run") -> bool:
    return _apart(row, column[:3]) < 1.5 * row[2] and 0.6 < row[2] / column[2] < 1.7


def _runs(dark: Grey) -> list["Run"]:
    """Bundles of rows in which five runs stand like a finder pattern's: middle x and y, module, how many rows."""
    import numpy as np

    framed = np.pad(dark, ((0, 0), (1, 1)), constant_values=2)  # each row begins and ends with an edge
    rows, edges = np.nonzero(np.diff(framed.astype(np.int8), axis=1))
    lengths = np.diff(edges).astype(np.float32)
    five = np.lib.stride_tricks.sliding_window_view(lengths, 5) if lengths.size >= 5 else np.empty((0, 5), np.float32)
    starts = np.arange(len(five))
    module = five.sum(axis=1) / 7
    near = (
        np.abs(five - module[:, np.newaxis] * np.array([1, 1, 3, 1, 1], np.float32)) < TOLERANCE * module[:, np.newaxis]
    )
    here = (rows[starts] == rows[np.minimum(starts + 5, len(rows) - 1)]) & near.all(axis=1) & (module >= LEAST_MODULE)
    here &= dark[rows[starts], np.minimum(edges[starts], dark.shape[1] - 1)] == 1
    hits = starts[here][:HITS_MOST]
    middles = edges[hits] + five[hits, :2].sum(axis=1) + five[hits, 2] / 2 - 0.5
    return _bundled(middles.tolist(), rows[hits].tolist(), module[hits].tolist())


def _bundled(across: list[float], down: list[float], modules: list[float]) -> list["Run"]:
    """Hits below one another, one bundle each; of a single row nothing is believed."""
    bundles: list[list[Ring]] = []
    for hit in zip(across, down, modules, strict=True):
        for bundle in bundles:
            x, y, size = bundle[-1]
            if abs(hit[0] - x) < size and hit[1] - y < 2 * size and 0.6 < hit[2] / size < 1.7:
                bundle.append(hit)
                break
        else:
            bundles.append([hit])
    return [(*_median(bundle), len(bundle)) for bundle in bundles if len(bundle) > 1]


def _median(bundle: list["Ring"]) -> "Ring":
    x, y, size = (sorted(one)[len(bundle) // 2] for one in zip(*bundle, strict=True))
    return x, y, size


def _corners(rings: list["Ring"]) -> list[Corner]:
    """The likeliest sets of three, each turned so that across and down follow the clock."""
    found = [corner for three in itertools.permutations(rings[:9], 3) if (corner := _corner(*three)) is not None]
    return sorted(found, key=lambda corner: corner.oddness)[:TRIED]


def _corner(middle: "Ring", across: "Ring", down: "Ring") -> Corner | None:
    right = across[0] - middle[0], across[1] - middle[1]
    below = down[0] - middle[0], down[1] - middle[1]
    if right[0] * below[1] - right[1] * below[0] <= 0:
        return None
    long, high = math.hypot(*right), math.hypot(*below)
    slant = abs(right[0] * below[0] + right[1] * below[1]) / (long * high)
    sizes = sorted((middle[2], across[2], down[2]))
    if slant > 0.75 or not 0.4 < long / high < 2.5 or sizes[2] > 2 * sizes[0]:
        return None
    corner = Corner(middle, across, down, slant + abs(math.log(long / high)) + math.log(sizes[2] / sizes[0]))
    return corner if SMALLEST <= corner.modules <= LARGEST else None


def _laid(gray: Grey, corner: Corner, modules: int) -> tuple["Field", float]:
    """How dark each module is if there are so many along an edge, and how wrong the timing patterns are then."""
    sheet = _Sheet(gray, corner, modules)
    for window in WINDOWS:
        sheet.straighten(window)
    darkness = sheet.sampled()
    expected = _clocks(modules)[8:-8]
    row, column = (darkness[6, 8:-8] > 0) != expected, (darkness[8:-8, 6] > 0) != expected
    return darkness, float(max(row.mean(), column.mean()))


def _clocks(modules: int) -> Grey:
    """The timing pattern: dark and light in turn, dark first (ISO/IEC 18004 §6.3.5)."""
    import numpy as np

    clocks: Grey = (np.arange(modules) % 2 == 0).astype(np.uint8)
    return clocks


def _redrawn(darkness: "Field") -> Grey:
    """A clean drawing of what was sampled, with finder and timing patterns as the standard has them."""
    import numpy as np

    cv2 = opencv()
    side, drawn = len(darkness), (darkness > 0).astype(np.uint8)
    drawn[6, 8:-8] = drawn[8:-8, 6] = _clocks(side)[8:-8]
    ring = np.zeros((9, 9), np.uint8)
    ring[1:8, 1:8], ring[2:7, 2:7], ring[3:6, 3:6] = 1, 0, 1
    drawn[:8, :8], drawn[:8, -8:], drawn[-8:, :8] = ring[1:, 1:], ring[1:, :8], ring[:8, 1:]
    framed = np.pad(255 * (1 - drawn), QUIET, constant_values=255).astype(np.uint8)
    picture: Grey = cv2.resize(framed, None, fx=DRAWN, fy=DRAWN, interpolation=cv2.INTER_NEAREST)
    return picture


class _Sheet:
    """A square sheet of `modules` and their margin, and where in the photograph each of its cells is found.

    A cell is half a module: displacements are smooth, so that finer steps are interpolated.
    """

    def __init__(self, gray: Grey, corner: Corner, modules: int) -> None:
        import numpy as np

        self._gray = gray
        self._modules = modules
        self._cells = CELLS * (modules + 2 * QUIET)
        self._side = self._cells * CELL
        near, far = (CENTRE + QUIET) * PITCH - 0.5, (modules - CENTRE + QUIET) * PITCH - 0.5
        here = np.array([[near, near], [far, near], [near, far]], np.float32)
        there = np.array([ring[:2] for ring in (corner.middle, corner.across, corner.down)], np.float32)
        affine = opencv().getAffineTransform(here, there)
        down, across = np.mgrid[0 : self._cells, 0 : self._cells].astype(np.float32)
        self._here = across, down
        x, y = ((across + 0.5) * CELL - 0.5, (down + 0.5) * CELL - 0.5)
        self._there = [(row[0] * x + row[1] * y + row[2]).astype(np.float32) for row in affine]

    def picture(self) -> Grey:
        cv2 = opencv()
        x, y = (cv2.resize(one, (self._side, self._side), interpolation=cv2.INTER_LINEAR) for one in self._there)
        flat: Grey = cv2.remap(self._gray, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return flat

    def straighten(self, window: float) -> None:
        """Takes out what the grid is displaced now; `window` in modules."""
        cv2 = opencv()
        now = self.picture()
        x, y = (here + self._displaced(now, axis, window) for axis, here in enumerate(self._here))
        self._there = [cv2.remap(one, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for one in self._there]

    def sampled(self) -> "Field":
        """How much darker each module is than those around it, in units of the whole code's contrast; burnt out: 0."""
        import numpy as np

        cv2 = opencv()
        picture = self.picture().astype(np.float32)
        around = cv2.blur(picture, (SURROUND * PITCH | 1, SURROUND * PITCH | 1))
        edge, size = QUIET * PITCH, (self._modules, self._modules)
        darker = cv2.resize((around - picture)[edge:-edge, edge:-edge], size, interpolation=cv2.INTER_AREA)
        fair: Field = np.clip(darker / max(float(np.abs(darker).mean()), 1.0), -1.5, 1.5)
        return fair

    def _displaced(self, picture: Grey, axis: int, window: float) -> "Field":
        """Cells by which the grid is displaced at each cell; `axis` 0 to the right, 1 down."""
        import numpy as np

        cv2 = opencv()
        edges = np.abs(cv2.Sobel(picture, cv2.CV_32F, 1 - axis, axis, ksize=3))
        turns = 2 * np.pi * (np.arange(self._side, dtype=np.float32) + 0.5) / PITCH  # edges lie between pixels
        parts = []
        for wave in (np.cos(turns), -np.sin(turns)):
            product = edges * (wave[np.newaxis, :] if axis == 0 else wave[:, np.newaxis])
            small = cv2.resize(product, (self._cells, self._cells), interpolation=cv2.INTER_AREA)
            parts.append(cv2.GaussianBlur(small, (0, 0), CELLS * window))
        phase = _unwrapped(np.arctan2(parts[1], parts[0]), round(CELLS * (CENTRE + QUIET)))
        displaced = (-phase / (2 * np.pi) * CELLS).astype(np.float32)
        smooth: Field = cv2.GaussianBlur(displaced, (0, 0), CELLS)
        return smooth


def _unwrapped(phase: "Field", start: int) -> "Field":
    """From the first finder pattern down, and from there to both sides."""
    import numpy as np

    first = np.unwrap(phase[:, start])
    first = first - 2 * np.pi * np.round(first[start] / (2 * np.pi))
    whole = np.empty_like(phase)
    for part in (np.s_[:, start:], np.s_[:, start::-1]):
        side = np.unwrap(phase[part], axis=1)
        whole[part] = side + (first - side[:, 0])[:, np.newaxis]
    return whole


def _apart(one: "Ring", other: "Ring") -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])


def _lawful(modules: float) -> int:
    """17 + 4 x version."""
    return 17 + 4 * round((modules - 17) / 4)
