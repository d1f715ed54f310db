"""A plain reading of a picture for tests of what stands around it: the first decoder, nothing more."""

from dataclasses import dataclass

from drivers.scanner.codes.decoders import zxing
from drivers.scanner.wire import Hint, Quality, Seen


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A Sight as the loop takes it."""

    codes: tuple[Seen, ...] = ()
    quality: Quality | None = None
    hint: Hint | None = None


def look(gray: memoryview) -> Glimpse:
    return Glimpse(tuple(found.seen for found in zxing(gray) if found.seen is not None))
