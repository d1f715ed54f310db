"""A camera as OpenCV shows one, but what it gives stands in a list: the place where hardware would be."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np

HANGS, GONE, TORN = "hangs", "gone", "torn"  # in `gives`: a driver that never returns, that ends, a decoder that fails


class ScriptedCapture:
    """Each `grab` takes the next of `gives` after `pace` seconds; the last one is given again and again.

    An item is what `retrieve` returns, or one of the words above, or a callable that makes it.
    """

    def __init__(self, gives: Iterator[Any], pace: float = 0.005) -> None:
        self.grabbed = self.retrieved = 0
        self.released = threading.Event()
        self.go_on = threading.Event()  # ends a hang
        self._gives = gives
        self._pace = threading.Event()
        self._seconds = pace
        self._item: Any = None

    def grab(self) -> bool:
        self._pace.wait(self._seconds)
        self._item = next(self._gives, self._item)
        if isinstance(self._item, str) and self._item == HANGS:
            self.go_on.wait(30)
        self.grabbed += 1
        return not (isinstance(self._item, str) and self._item in {GONE, HANGS})

    def has_grabbed(self, frames: int) -> bool:
        return self.grabbed >= frames

    def retrieve(self) -> tuple[bool, Any]:
        self.retrieved += 1
        if isinstance(self._item, str) and self._item == TORN:
            raise cv2.error("imdecode")
        item = self._item() if callable(self._item) else self._item
        return item is not None, item

    def get(self, prop: int, /) -> float:
        return 30.0 if prop == cv2.CAP_PROP_FPS else 0.0

    def set(self, prop: int, value: float, /) -> bool:
        return False

    def release(self) -> None:
        self.released.set()


def noise(
    seed: int = 1, height: int = 720, width: int = 1280, level: int = 120
) -> Callable[[], "np.typing.NDArray[np.uint8]"]:
    """A still room with a sensor's noise: no two pictures are equal."""
    rng = np.random.default_rng(seed)
    wall = np.full((height, width, 3), level, np.int16)
    wall[: height // 2] += 30
    return lambda: np.clip(wall + rng.integers(-6, 7, wall.shape, np.int16), 0, 255).astype(np.uint8)
