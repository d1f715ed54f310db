"""When a camera counts as well: black and frozen pictures are noticed. Facts and times in, a state out."""

from drivers.scanner.wire import Camera, CameraState

DARK = 10  # mean brightness of 255 below which nobody can read anything
DARK_FOR = 1.0  # seconds, so that a hand on the lens is not an alarm
FROZEN_FOR = 3.0  # a lens never gives the same picture twice for so long: sensor noise differs


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
