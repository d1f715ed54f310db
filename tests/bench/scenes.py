"""How much of the hard scenes is read, by us and by each decoder alone: all the same frames, from seeds no test uses.

A still is one photograph of a scene: `read_still`, as `liangzheng scan` calls it, with and without `--thorough`. A film
is a hand that holds the code up for `FRAMES` at 30 a second: each reader looks at each frame, ours as the scanner does.
What counts is the scene's own bytes; zbar is asked in its binary mode, kinder to it than pyzbar's own `decode`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from drivers.scanner.codes.decoders import zbar
from drivers.scanner.codes.reader import Reader, read_still
from drivers.simulated.scenes.scene import KINDS, Scene, film, scene
from tests.bench.row import Row, say

Grey = NDArray[np.uint8]
Read = Callable[[Grey], set[bytes]]

FIRST_SEED = 10_000
STILLS = 20  # of each kind
FILMS = 5
FORMATS = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.EAN13]
)
FRAMES = 12  # 0.4 seconds at 30 a second
ZXING, ZBAR, OPENCV, UNION = "zxing-cpp", "zbar", "OpenCV", "zxing+zbar"


@dataclass(slots=True)
class Score:
    """What one reader did: scenes of a kind shown and read, bytes that stood nowhere, milliseconds of each look."""

    read: dict[str, int] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)
    wrong: int = 0
    ms: list[float] = field(default_factory=list)

    def saw(self, kind: str, right: bool) -> None:
        self.shown[kind] = self.shown.get(kind, 0) + 1
        self.read[kind] = self.read.get(kind, 0) + right

    @property
    def share(self) -> float:
        return 100 * sum(self.read.values()) / sum(self.shown.values())


def rows() -> Iterator[Row]:
    yield from _rows("a photograph", STILLS, 1, {"ours": lambda: _still, "thorough": lambda: _thorough})
    yield from _rows(f"a hand, {FRAMES} frames", FILMS, FRAMES, {"ours": _live})


def _scenes(each: int) -> list[Scene]:
    return [scene(kind, FIRST_SEED + number) for kind in KINDS for number in range(each)]


def _scores(scenes: Sequence[Scene], frames: int, ours: Mapping[str, Callable[[], Read]]) -> dict[str, Score]:
    """Every reader on every frame; of the others, the union is what either of the two read."""
    scores = {name: Score() for name in (*ours, ZXING, ZBAR, OPENCV, UNION)}
    for held in scenes:
        readers = {name: new() for name, new in ours.items()} | {ZXING: _zxing, ZBAR: _zbar, OPENCV: _opencv}
        seen: dict[str, set[bytes]] = {name: set() for name in readers}
        for frame in film(held, frames):
            for name, read in readers.items():
                began = perf_counter()
                seen[name] |= read(frame)
                scores[name].ms.append((perf_counter() - began) * 1000)
        seen[UNION] = seen[ZXING] | seen[ZBAR]
        for name, found in seen.items():
            scores[name].saw(held.kind, held.payload in found)
            scores[name].wrong += len(found - {held.payload})
    return scores


def _rows(what: str, each: int, frames: int, ours: Mapping[str, Callable[[], Read]]) -> Iterator[Row]:
    scores = _scores(_scenes(each), frames, ours)
    say(_table(what, scores))
    for mine in ours:
        for name in (ZXING, ZBAR, OPENCV, UNION):
            yield Row(f"scenes, {what}: read by {mine}", "%", (scores[mine].share,), name, (scores[name].share,))
        mean, theirs = (sum(scores[name].ms) / len(scores[name].ms) for name in (mine, ZXING))
        yield Row(f"scenes, {what}: mean cost, {mine}", "ms", (mean,), "zxing alone, same codes", (theirs,))


def _table(what: str, scores: dict[str, Score]) -> str:
    lines = ["", f"read of shown, {what}", "".join(f"{name:>14}" for name in ("", *scores))]
    for kind in KINDS:
        cells = [f"{score.read[kind]}/{score.shown[kind]}" for score in scores.values()]
        lines.append("".join(f"{cell:>14}" for cell in (kind, *cells)))
    sums = [f"{sum(score.read.values())}/{sum(score.shown.values())}" for score in scores.values()]
    lines.append("".join(f"{cell:>14}" for cell in ("all", *sums)))
    lines.append("".join(f"{cell:>14}" for cell in ("wrong bytes", *(str(score.wrong) for score in scores.values()))))
    return "\n".join(lines)


# --- the readers --------------------------------------------------------------------------------------------------


def _still(frame: Grey) -> set[bytes]:
    return {seen.data for seen in read_still(frame.data)}


def _thorough(frame: Grey) -> set[bytes]:
    return {seen.data for seen in read_still(frame.data, thorough=True)}


def _live() -> Read:
    reader = Reader()
    return lambda frame: {seen.data for seen in reader.look(frame.data).codes}


def _zxing(frame: Grey) -> set[bytes]:
    """The library as it comes, for the codes that we look for."""
    return {code.bytes for code in zxingcpp.read_barcodes(frame, formats=FORMATS)}


def _zbar(frame: Grey) -> set[bytes]:
    return {found.seen.data for found in zbar(frame.data) if found.seen is not None}


def _opencv(frame: Grey) -> set[bytes]:
    """Its two detectors, for squares and for lines."""
    square, *_ = cv2.QRCodeDetector().detectAndDecodeBytes(frame)
    _, lines, *_ = cv2.barcode.BarcodeDetector().detectAndDecodeMulti(frame)
    return {bytes(square), *(text.encode() for text in lines)} - {b""}
