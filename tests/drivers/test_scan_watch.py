"""When a code counts, when a camera is ill. Pure: times are numbers."""

import pytest

from drivers.scan_watch import DARK_FOR, FROZEN_FOR, GONE, KEPT, CodeWatch, PictureWatch
from drivers.scan_wire import CameraState, Seen

CARD = Seen(b"CARD", "QRCode", "zxing")
CARD_BY_ZBAR = Seen(b"CARD", "QRCode", "zbar")
OTHER = Seen(b"OTHER", "QRCode", "zxing")


def test_one_read_is_not_enough_and_two_are() -> None:
    watch = CodeWatch()
    assert watch.shown((CARD,), 0.0) == ()
    assert watch.shown((CARD,), 0.1) == (CARD,)


def test_a_code_held_up_counts_once_however_long() -> None:
    watch = CodeWatch()
    told = [watch.shown((CARD,), tick / 10) for tick in range(100)]
    assert sum(map(len, told)) == 1


def test_a_short_gap_is_a_shaking_hand_a_long_one_a_new_showing() -> None:
    watch = CodeWatch()
    watch.shown((CARD,), 0.0)
    watch.shown((CARD,), 0.1)
    assert watch.shown((CARD,), 0.1 + GONE - 0.01) == ()
    again = 0.1 + 2 * GONE
    assert watch.shown((CARD,), again) == ()
    assert watch.shown((CARD,), again + 0.1) == (CARD,)


def test_two_decoders_agreeing_are_two_reads_and_two_copies_in_one_frame_are_one() -> None:
    watch = CodeWatch()
    assert watch.shown((CARD, CARD_BY_ZBAR), 0.0) == ()
    assert watch.shown((CARD_BY_ZBAR,), 0.1) == (CARD_BY_ZBAR,)


def test_codes_side_by_side_are_counted_apart() -> None:
    watch = CodeWatch()
    watch.shown((CARD,), 0.0)
    assert watch.shown((CARD, OTHER), 0.1) == (CARD,)
    assert watch.shown((CARD, OTHER), 0.2) == (OTHER,)


def test_a_wall_of_codes_does_not_eat_memory() -> None:
    watch = CodeWatch()
    for tick in range(100):
        watch.shown(tuple(Seen(b"%d-%d" % (tick, n), "QRCode", "zxing") for n in range(50)), tick / 1000)
    assert len(watch._tracks) <= KEPT


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
