"""When a code counts as shown and when a camera counts as well. Times and facts in, decisions out; no camera here."""

from dataclasses import dataclass

from drivers.scan_wire import Camera, CameraState, Seen

READS = 2  # identical reads before a code counts: one wrong read must not open a visit
GONE = 1.5  # seconds out of view before the same code counts as shown again
KEPT = 64  # codes remembered at once; a wall of codes must not eat memory

DARK = 10  # mean brightness of 255 below which nobody can read anything
DARK_FOR = 1.0  # seconds, so that a hand on the lens is not an alarm
FROZEN_FOR = 3.0  # a lens never gives the same picture twice for so long: sensor noise differs


@dataclass(slots=True)
class _Track:
    last: float
    reads: int


class CodeWatch:
    """Debounces codes: each is told once per showing."""

    def __init__(self) -> None:
        self._tracks: dict[tuple[bytes, str], _Track] = {}

    def shown(self, codes: tuple[Seen, ...], now: float) -> tuple[Seen, ...]:
        """The codes of one frame; returns those that now count as newly shown."""
        self._tracks = {key: track for key, track in self._tracks.items() if now - track.last < GONE}
        return tuple(code for code in _distinct(codes) if self._read(code, now))

    def _read(self, code: Seen, now: float) -> bool:
        key = (code.data, code.symbology)
        track = self._tracks.get(key)
        if track is None:
            if len(self._tracks) < KEPT:
                self._tracks[key] = _Track(now, 1)
            return False
        track.last = now
        track.reads += 1
        return track.reads == READS


def _distinct(codes: tuple[Seen, ...]) -> tuple[Seen, ...]:
    """The same code twice in one picture is one read."""
    return tuple({(code.data, code.symbology): code for code in codes}.values())


class PictureWatch:
    """Notices that a camera gives pictures nobody can use. A `still` one (a folder of pictures) may repeat itself."""

    def __init__(self, still: bool) -> None:
        self._still = still
        self._fingerprint: int | None = None
        self._changed = 0.0
        self._bright = 0.0

    def looked(self, brightness: float, fingerprint: int, now: float) -> Camera:
        if self._fingerprint is None:
            self._bright = self._changed = now
        if fingerprint != self._fingerprint:
            self._fingerprint, self._changed = fingerprint, now
        if brightness >= DARK:
            self._bright = now
        if now - self._bright >= DARK_FOR:
            return Camera(CameraState.DARK, "scanner.dark")
        if not self._still and now - self._changed >= FROZEN_FOR:
            return Camera(CameraState.FROZEN, "scanner.frozen")
        return Camera(CameraState.READY)
