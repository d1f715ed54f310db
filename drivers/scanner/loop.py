"""The scanner's life: look, read, tell. Finds its camera again after every loss and says each change once."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from drivers.errors import DeviceError
from drivers.scanner.camera.cameras import Frames
from drivers.scanner.camera.exposure import ExposureWatch
from drivers.scanner.camera.pace import MotionWatch, Pace
from drivers.scanner.camera.picture_watch import PictureWatch
from drivers.scanner.frames import Frame, glance, gray_of, mirror_of, small_of, still_of
from drivers.scanner.hint_watch import HintWatch
from drivers.scanner.watch import CodeWatch
from drivers.scanner.wire import Advice, Camera, CameraState, Hint, Message, Preview, Quality, Seen, Still

logger = logging.getLogger(__name__)

PATIENCE = 3.0  # seconds without a frame before a camera counts as lost
RETRY_FIRST, RETRY_LAST = 0.2, 5.0  # seconds between two attempts to open it again
FROZEN_LONG = 10.0  # seconds with a frozen picture before the camera is closed and opened again (opencv issue 14044)
MIRROR_EVERY, MIRROR_QUIET = 0.2, 1.0  # seconds between two preview pictures, and when nothing moves
ALIVE_EVERY = 1.0  # seconds between two signs of life to whoever watches over us
SLICE = 0.1  # seconds of waiting without a camera at a time: wishes are answered meanwhile


class Sight(Protocol):
    """What one reading of a picture gave; reader.py makes it."""

    @property
    def codes(self) -> tuple[Seen, ...]: ...

    @property
    def quality(self) -> Quality | None: ...

    @property
    def hint(self) -> Hint | None: ...


class Scanner:
    """`look` reads a grey picture; `tell` gets every code and every change of the camera's state.

    `mirror` says whether anybody wants previews, `wished` who wants a still; `alive` is called about once a second for
    as long as nothing hangs.
    """

    def __init__(
        self,
        open_camera: Callable[[], Frames],
        tell: Callable[[Message], None],
        look: Callable[[memoryview], Sight],
        mirror: Callable[[], bool] = lambda: False,
        wished: Callable[[], tuple[str, ...]] = lambda: (),
        alive: Callable[[], None] = lambda: None,
        fps: int = 30,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_camera = open_camera
        self._tell = tell
        self._look = look
        self._mirror = mirror
        self._wished = wished
        self._alive = alive
        self._clock = clock
        self._codes = CodeWatch()
        self._hints = HintWatch()
        self._exposure = ExposureWatch()
        self._dark = False
        self._motion = MotionWatch()
        self._pace = Pace(fps)
        self._picture: PictureWatch | None = None
        self._camera: Camera | None = None
        self._mirrored = self._lived = float("-inf")

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; a lost camera is tried again, first soon, then less often."""
        wait = RETRY_FIRST
        while not stop.is_set():
            try:
                frames = self._open_camera()
            except DeviceError as absent:
                self._lost(absent)
            else:
                wait = RETRY_FIRST if self._watch(frames, stop) else wait
            self._rest(stop, wait)
            wait = min(wait * 2, RETRY_LAST)

    def _watch(self, frames: Frames, stop: threading.Event) -> bool:
        """Looks until the camera is lost or frozen for long; True when it gave at least one frame."""
        looked, self._dark = False, False
        self._picture = self._picture or PictureWatch(frames.still)
        frozen = None
        try:
            while not stop.is_set() and (frozen is None or self._clock() - frozen < FROZEN_LONG):
                began = self._clock()
                state = self._see(frames.newest(PATIENCE), frames, self._picture)
                frozen = None if state is not CameraState.FROZEN else frozen or began
                looked = True
                stop.wait(max(0.0, began + self._pace.interval - self._clock()))
        except DeviceError as lost:
            self._lost(lost)
            self._picture = None
        finally:
            frames.close()
        return looked

    def _see(self, frame: Frame, frames: Frames, picture: PictureWatch) -> CameraState:
        gray, now = gray_of(frame), self._clock()
        self._live(now)
        camera = picture.looked(*glance(gray), now)
        self._note(camera)
        self._pace.looked(self._motion.moved(small_of(gray)), now)
        if self._pace.reads(now):
            self._read(gray, frames, now)
        else:
            self._codes.held(now)
        for mark in self._wished():
            self._tell(Still(mark, still_of(frame)))
        if self._mirror() and now - self._mirrored >= (MIRROR_QUIET if self._pace.quiet else MIRROR_EVERY):
            self._mirrored = now
            self._tell(Preview(mirror_of(frame)))
        return camera.state

    def _read(self, gray: memoryview, frames: Frames, now: float) -> None:
        sight = self._look(gray)
        for code in self._codes.shown(sight.codes, now, self._clock()):
            self._tell(code)
        self._advise(self._hints.read() if sight.codes else self._hints.looked(sight.hint, now))
        unread = None if sight.codes or sight.quality is None else sight.quality.glare
        dark = self._exposure.looked(unread, now)
        if dark != self._dark:
            self._dark = dark
            frames.darken(dark)

    def _rest(self, stop: threading.Event, wait: float) -> None:
        until = self._clock() + wait
        while (left := until - self._clock()) > 0 and not stop.is_set():
            self._live(self._clock())
            for mark in self._wished():
                self._tell(Still(mark, b""))
            stop.wait(min(left, SLICE))

    def _lost(self, problem: DeviceError) -> None:
        if self._camera != (camera := Camera(CameraState.ABSENT, problem.code)):
            logger.warning("%s", problem)
        self._note(camera)
        self._advise(self._hints.read())

    def _live(self, now: float) -> None:
        if now - self._lived >= ALIVE_EVERY:
            self._lived = now
            self._alive()

    def _advise(self, advice: Advice | None) -> None:
        if advice is not None:
            self._tell(advice)

    def _note(self, camera: Camera) -> None:
        if camera == self._camera:
            return
        self._camera = camera
        logger.info("camera %s%s", camera.state, f" ({camera.problem})" if camera.problem else "")
        self._tell(camera)
