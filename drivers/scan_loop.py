"""The scanner's life: look, decode, tell. Finds its camera again after every loss and says each change once."""

import logging
import threading
import time
from collections.abc import Callable

from drivers.errors import DeviceError
from drivers.scan_watch import CodeWatch, PictureWatch
from drivers.scan_wire import Camera, CameraState, Message, Preview
from drivers.scanner import Frame, Frames, decode, glance, gray_of, mirror_of

logger = logging.getLogger(__name__)

PATIENCE = 3.0  # seconds without a frame before a camera counts as lost
RETRY_FIRST, RETRY_LAST = 0.2, 5.0  # seconds between two attempts to open it again
MIRROR_EVERY = 0.2  # seconds between two preview pictures
SECOND_OPINION_EVERY = 3  # frames: zbar costs ten times what zxing does


class Scanner:
    """`tell` gets every code and every change of the camera's state; `mirror` says whether anybody wants previews."""

    def __init__(
        self,
        open_camera: Callable[[], Frames],
        tell: Callable[[Message], None],
        mirror: Callable[[], bool] = lambda: False,
        fps: int = 10,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_camera = open_camera
        self._tell = tell
        self._mirror = mirror
        self._interval = 1 / fps
        self._clock = clock
        self._codes = CodeWatch()
        self._camera: Camera | None = None
        self._mirrored = float("-inf")

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; a lost camera is tried again, first soon, then less often."""
        wait = RETRY_FIRST
        while not stop.is_set():
            try:
                frames = self._open_camera()
            except DeviceError as absent:
                self._note(Camera(CameraState.ABSENT, absent.code))
            else:
                wait = RETRY_FIRST if self._watch(frames, stop) else wait
            stop.wait(wait)
            wait = min(wait * 2, RETRY_LAST)

    def _watch(self, frames: Frames, stop: threading.Event) -> bool:
        """Looks until the camera is lost; True when it gave at least one frame."""
        picture = PictureWatch(frames.still)
        count = 0
        try:
            while not stop.is_set():
                due = self._clock() + self._interval
                self._look(frames.newest(PATIENCE), picture, count)
                count += 1
                stop.wait(max(0.0, due - self._clock()))
        except DeviceError as lost:
            self._note(Camera(CameraState.ABSENT, lost.code))
        finally:
            frames.close()
        return count > 0

    def _look(self, frame: Frame, picture: PictureWatch, count: int) -> None:
        gray, now = gray_of(frame), self._clock()
        self._note(picture.looked(*glance(gray), now))
        codes = decode(gray, second_opinion=count % SECOND_OPINION_EVERY == 0)
        for code in self._codes.shown(codes, now):
            self._tell(code)
        if self._mirror() and now - self._mirrored >= MIRROR_EVERY:
            self._mirrored = now
            self._tell(Preview(mirror_of(frame)))

    def _note(self, camera: Camera) -> None:
        if camera == self._camera:
            return
        self._camera = camera
        logger.info("camera %s%s", camera.state, f" ({camera.problem})" if camera.problem else "")
        self._tell(camera)
