"""Cameras: something that shows pictures, found by its name, and only its newest picture counts.

Tried with films and with what OpenCV may hand out composed by hand; no real camera was at hand.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from drivers.errors import LinkError, Refused
from drivers.scanner.camera.controls import Controls
from drivers.scanner.camera.nodes import is_camera, node_of
from drivers.scanner.frames import Frame, opencv, read_picture, sound
from drivers.simulated.camera import FolderCamera
from drivers.sockets import ROOT

logger = logging.getLogger(__name__)

AFTER_GARBAGE = 0.01  # seconds: a broken camera must not keep a core busy
BREATH = 0.001  # seconds between two frames of a camera, which itself makes us wait


class Frames(Protocol):
    """Something that shows pictures. `still`: identical pictures are no sign of a fault."""

    @property
    def still(self) -> bool: ...

    def newest(self, timeout: float) -> Frame:
        """A picture taken after the call; LinkError when the camera is gone or gives none within `timeout` seconds."""

    def darken(self, dark: bool) -> None:
        """A darker picture, for bright telephone screens, or the camera's own judgement again."""

    def close(self) -> None: ...


class Capture(Protocol):
    """What we use of `cv2.VideoCapture`: `grab` waits for a frame, `retrieve` decodes the one that was grabbed."""

    def grab(self) -> bool: ...

    def retrieve(self) -> tuple[bool, Any]: ...

    def get(self, prop: int, /) -> float: ...

    def set(self, prop: int, value: float, /) -> bool: ...

    def release(self) -> None: ...


def open_frames(source: str, focus: int | None = None, root: Path = ROOT) -> Frames:
    """A camera (nodes.py says how it is named), a film or a folder of pictures; LinkError("scanner.absent") if none."""
    if is_camera(source):
        node = node_of(source, root)
        controls = Controls(node, focus)
        capture = _open_camera(node, source)
        controls.settle()
        return FilmedFrames(capture, source, controls.darken)
    place = Path(source)
    if place.is_dir():
        return FolderCamera(place, _picture_or_none, _grey_frame())
    if place.is_file():
        return FilmedFrames(_open_film(source), source, film=True)
    raise LinkError("scanner.absent", camera=source)


class FilmedFrames:
    """Takes every frame in a thread, so that no driver's queue grows old, and decodes only those that are asked for.

    A picture handed out was taken after it was asked for: its age is the time that decoding took. What is no picture
    is passed over. A film is shown at its own speed, again and again.
    """

    def __init__(
        self,
        capture: Capture,
        source: str,
        darken: Callable[[bool], None] = lambda _dark: None,
        film: bool = False,
    ) -> None:
        self.still = film
        self.darken = darken
        self._capture = capture
        self._source = source
        self._wanted = False
        self._fresh: Frame | None = None
        self._lost = False
        self._garbled = False
        self._change = threading.Condition()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._take_on, name=f"camera {source}", daemon=True)
        self._thread.start()

    def newest(self, timeout: float) -> Frame:
        with self._change:
            self._ask(wanted=True)
            self._change.wait_for(lambda: self._lost or self._fresh is not None, timeout)
            frame = self._fresh
            self._ask(wanted=False)
            if frame is None:
                raise LinkError("scanner.absent" if self._lost else "scanner.silent", camera=self._source)
            return frame

    def close(self) -> None:
        """A driver may hang in a read for seconds; its thread then ends by itself."""
        self._stop.set()
        self._thread.join(timeout=1.0)

    def _ask(self, wanted: bool) -> None:
        self._wanted, self._fresh = wanted, None

    def _take_on(self) -> None:
        pause = self._pause()
        while not self._stop.is_set() and self._grabbed():
            with self._change:
                wanted = self._wanted
            taken = not wanted or self._take()
            self._stop.wait(pause if taken else AFTER_GARBAGE)
        with self._change:
            self._lost = True
            self._change.notify_all()
        self._capture.release()

    def _grabbed(self) -> bool:
        cv2 = opencv()
        try:
            if self._capture.grab():
                return True
            return self.still and self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0) and self._capture.grab()
        except cv2.error:
            return False

    def _take(self) -> bool:
        """Decodes the grabbed frame; False when it is no picture."""
        frame = self._retrieved()
        self._note(garbled=frame is None)
        if frame is None:
            return False
        with self._change:
            self._fresh = frame
            self._change.notify_all()
        return True

    def _retrieved(self) -> "Frame | None":
        try:
            there, raw = self._capture.retrieve()
            return sound(raw) if there else None
        except opencv().error:  # a torn JPEG from a camera, or more than there is memory for
            return None

    def _note(self, garbled: bool) -> None:
        if garbled and not self._garbled:
            logger.warning("camera %s gives something that is no picture", self._source)
        self._garbled = garbled

    def _pause(self) -> float:
        if not self.still:
            return BREATH
        speed = self._capture.get(opencv().CAP_PROP_FPS)
        return 1 / speed if speed > 0 else 0.1


def _open_camera(node: Path, source: str) -> Capture:
    """MJPG: USB 2 carries raw pictures of this size ten times a second. Two buffers: one fills, one is read."""
    cv2 = opencv()
    capture = cv2.VideoCapture(str(node), cv2.CAP_V4L2)
    if not capture.isOpened():
        capture.release()
        raise LinkError("scanner.absent", camera=source)
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, 1280)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, 720)
    capture.set(cv2.CAP_PROP_FPS, 30)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 2)
    camera: Capture = capture
    return camera


def _open_film(source: str) -> Capture:
    """OpenCV's own reader of MJPG films first: it decodes in `retrieve` alone, as a camera does."""
    cv2 = opencv()
    for backend in (cv2.CAP_OPENCV_MJPEG, cv2.CAP_ANY):
        capture = cv2.VideoCapture(source, backend)
        if capture.isOpened():
            film: Capture = capture
            return film
        capture.release()
    raise Refused("scanner.picture", file=source)


def _picture_or_none(path: Path) -> "Frame | None":
    try:
        return sound(read_picture(path))
    except (LinkError, Refused):
        return None


def _grey_frame() -> Frame:
    import numpy as np

    return np.full((720, 1280, 3), 128, np.uint8)
