"""When a camera is ill. Pure: times are numbers."""

import pytest

from drivers.scanner.camera.picture_watch import DARK_FOR, FROZEN_FOR, PictureWatch
from drivers.scanner.wire import CameraState


def state(watch: PictureWatch, brightness: float, fingerprint: int, now: float) -> CameraState:
    return watch.looked(brightness, fingerprint, now).state


@pytest.mark.parametrize("start", [0.0, 1000.0])
def test_darkness_is_told_after_a_while_and_ends_at_once(start: float) -> None:
    watch = PictureWatch(still=False)
    assert state(watch, 2, 1, start) is CameraState.READY
    assert state(watch, 2, 2, start + DARK_FOR) is CameraState.DARK
    assert state(watch, 80, 3, start + DARK_FOR + 0.1) is CameraState.READY


def test_the_same_picture_for_long_is_frozen_but_not_from_a_folder() -> None:
    lens, folder = PictureWatch(still=False), PictureWatch(still=True)
    for watch in (lens, folder):
        assert state(watch, 80, 7, 5.0) is CameraState.READY
    assert state(lens, 80, 7, 5.0 + FROZEN_FOR) is CameraState.FROZEN
    assert state(folder, 80, 7, 5.0 + FROZEN_FOR) is CameraState.READY
    assert state(lens, 80, 8, 5.1 + FROZEN_FOR) is CameraState.READY
