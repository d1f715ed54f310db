"""How often to look. Pure: pictures are arrays, times are numbers."""

import cv2
import numpy as np
import pytest

from drivers.scanner.camera.pace import ANYWAY, EARLY, LIT, MOVED, QUIET_AFTER, QUIET_INTERVAL, MotionWatch, Pace

Small = np.typing.NDArray[np.uint8]


def room(level: int = 120) -> Small:
    wall = np.full((36, 64), level, np.float32) + np.linspace(-60, 60, 64, dtype=np.float32)
    return wall.astype(np.uint8)


def noisy(rng: np.random.Generator, scene: Small) -> Small:
    """What the mean of a cell of 400 pixels keeps of a sensor's noise of 10 levels, and a flickering lamp."""
    return np.clip(scene + rng.normal(0, 0.5, scene.shape) + rng.normal(0, 3), 0, 255).astype(np.uint8)


def test_a_still_room_does_not_move_whatever_noise_and_lamps_do() -> None:
    rng, watch = np.random.default_rng(1), MotionWatch()
    assert watch.moved(room())
    assert sum(watch.moved(noisy(rng, room())) for _ in range(500)) == 0


def test_daylight_drifts_and_is_no_movement() -> None:
    watch = MotionWatch()
    watch.moved(room(100))
    for step in range(200):
        scene = room(100)
        scene[:, :32] += step // 4  # one window
        assert not watch.moved(scene), step


@pytest.mark.parametrize("by", [MOVED + 1, -MOVED - 1])
def test_something_as_small_as_one_cell_moves(by: int) -> None:
    watch = MotionWatch()
    watch.moved(room())
    scene = room()
    scene[20, 30] = int(scene[20, 30]) + by
    assert watch.moved(scene)
    assert not watch.moved(scene)


def test_a_lamp_that_is_switched_on_moves() -> None:
    watch = MotionWatch()
    watch.moved(room(90))
    assert watch.moved(room(90 + LIT))


def test_a_card_far_away_is_seen_to_come() -> None:
    """A white card of 4 % of the frame's width."""
    watch, frame = MotionWatch(), np.full((720, 1280), 120, np.uint8)
    watch.moved(np.asarray(cv2.resize(frame, (64, 36), interpolation=cv2.INTER_AREA)))
    frame[300:335, 600:650] = 200
    assert watch.moved(np.asarray(cv2.resize(frame, (64, 36), interpolation=cv2.INTER_AREA)))


def test_full_rate_until_nothing_has_moved_for_a_while_and_again_at_once() -> None:
    pace = Pace(30)
    pace.looked(True, 10.0)
    pace.looked(False, 10.0 + QUIET_AFTER - 0.1)
    assert pace.interval == EARLY / 30
    pace.looked(False, 10.0 + QUIET_AFTER)
    assert (pace.quiet, pace.interval) == (True, QUIET_INTERVAL)
    pace.looked(True, 20.0)
    assert (pace.quiet, pace.interval) == (False, EARLY / 30)


def test_a_quiet_scene_is_read_now_and_then_a_lively_one_always() -> None:
    pace = Pace(30)
    pace.looked(True, 0.0)
    assert all(pace.reads(tick / 30) for tick in range(30))
    pace.looked(False, QUIET_AFTER)
    read = [tick for tick in range(50) if pace.reads(QUIET_AFTER + tick * QUIET_INTERVAL)]
    assert read == list(range(0, 50, round(ANYWAY / QUIET_INTERVAL)))
