"""How many of the hard scenes each reader reads: all the same frames, from seeds that no test uses."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from drivers.simulated.scenes.scene import KINDS, film, scene

Read = Callable[[NDArray[np.uint8]], set[bytes]]
FIRST_SEED = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """Of `shown` frames of one kind: how many one reader read, and what else it claimed to see."""

    kind: str
    reader: str
    shown: int
    read: int
    wrong: int  # frames with bytes that do not stand in them
    ms: float  # a frame


def table(
    readers: Mapping[str, Read], kinds: Sequence[str] = KINDS, per_kind: int = 20, seed: int = FIRST_SEED
) -> Iterator[Rate]:
    """One line for each kind and reader, kind after kind: one still of each of `per_kind` scenes."""
    for kind in kinds:
        frames = [(held.payload, next(film(held, 1))) for held in (scene(kind, seed + n) for n in range(per_kind))]
        for name, read in readers.items():
            yield _rate(kind, name, read, frames)


def _rate(kind: str, reader: str, read: Read, frames: list[tuple[bytes | None, NDArray[np.uint8]]]) -> Rate:
    started = perf_counter()
    found = [read(frame) for _, frame in frames]
    spent = (perf_counter() - started) * 1000 / max(1, len(frames))
    right = sum(payload in seen for (payload, _), seen in zip(frames, found, strict=True))
    wrong = sum(bool(seen - {payload}) for (payload, _), seen in zip(frames, found, strict=True))
    return Rate(kind, reader, len(frames), right, wrong, spent)


def shown(rates: Sequence[Rate]) -> str:
    """A line for each kind, a column for each reader: read of shown, with a line of sums below."""
    readers = list(dict.fromkeys(rate.reader for rate in rates))
    kinds = list(dict.fromkeys(rate.kind for rate in rates))
    lines = ["".join(f"{name:>16}" for name in ("", *readers))]
    for kind in (*kinds, "all"):
        cells = [
            _cell([rate for rate in rates if rate.reader == name and kind in (rate.kind, "all")]) for name in readers
        ]
        lines.append("".join(f"{cell:>16}" for cell in (kind, *cells)))
    return "\n".join(lines)


def _cell(rates: Sequence[Rate]) -> str:
    frames, read, wrong = (sum(part) for part in zip(*((r.shown, r.read, r.wrong) for r in rates), strict=True))
    mean = sum(rate.ms * rate.shown for rate in rates) / max(1, frames)
    return f"{read}/{frames} {mean:.1f}ms" + (f" !{wrong}" if wrong else "")
