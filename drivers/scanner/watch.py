"""When a code counts as shown. Times and facts in, decisions out; no camera here."""

from dataclasses import dataclass, replace

from drivers.scanner.wire import Seen

READS = 2  # identical reads before a code counts: one wrong read must not open a visit
GONE = 1.5  # seconds out of view before the same code counts as shown again
KEPT = 64  # codes remembered at once; a wall of codes must not eat memory


@dataclass(slots=True)
class _Track:
    last: float
    reads: int
    showing: int


class CodeWatch:
    """Debounces codes: each is told twice per showing, at its first read and at the one that confirms it."""

    def __init__(self) -> None:
        self._tracks: dict[tuple[bytes, str], _Track] = {}
        self._showings = 0

    def shown(self, codes: tuple[Seen, ...], now: float, looked: float | None = None) -> tuple[Seen, ...]:
        """The codes of one frame; returns what is to be told of them. `looked`: when reading it was done, for the time
        that reading takes is no time out of view."""
        self._forget(now)
        done = now if looked is None else looked
        tracked = [(code, self._read(code, done)) for code in _distinct(codes)]
        return tuple(
            replace(code, reads=track.reads, showing=track.showing)
            for code, track in tracked
            if track is not None and track.reads <= READS
        )

    def held(self, now: float) -> None:
        """Nothing has moved since the last frame: what was in view still is, read or not."""
        self._forget(now)
        for track in self._tracks.values():
            track.last = now

    def _forget(self, now: float) -> None:
        self._tracks = {key: track for key, track in self._tracks.items() if now - track.last < GONE}

    def _read(self, code: Seen, now: float) -> _Track | None:
        key = (code.data, code.symbology)
        track = self._tracks.get(key)
        if track is None:
            if len(self._tracks) >= KEPT:
                return None
            self._showings += 1
            track = self._tracks[key] = _Track(now, 0, self._showings)
        track.last = now
        track.reads += 1
        return track


def _distinct(codes: tuple[Seen, ...]) -> tuple[Seen, ...]:
    """The same code twice in one picture is one read."""
    return tuple({(code.data, code.symbology): code for code in codes}.values())
