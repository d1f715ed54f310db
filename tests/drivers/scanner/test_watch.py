"""When a code counts. Pure: times are numbers."""

from drivers.scanner.watch import GONE, KEPT, CodeWatch
from drivers.scanner.wire import Seen

CARD = Seen(b"CARD", "QRCode", "zxing")
CARD_BY_ZBAR = Seen(b"CARD", "QRCode", "zbar")
OTHER = Seen(b"OTHER", "QRCode", "zxing")


def told(watch: CodeWatch, codes: tuple[Seen, ...], now: float) -> list[tuple[bytes, int, int]]:
    return [(code.data, code.reads, code.showing) for code in watch.shown(codes, now)]


def test_the_first_read_is_told_and_the_second_that_confirms_it() -> None:
    watch = CodeWatch()
    assert told(watch, (CARD,), 0.0) == [(b"CARD", 1, 1)]
    assert told(watch, (CARD,), 0.1) == [(b"CARD", 2, 1)]


def test_a_code_held_up_is_told_no_more_however_long() -> None:
    watch = CodeWatch()
    assert sum(len(watch.shown((CARD,), tick / 10)) for tick in range(100)) == 2


def test_a_short_gap_is_a_shaking_hand_a_long_one_a_new_showing() -> None:
    watch = CodeWatch()
    told(watch, (CARD,), 0.0)
    told(watch, (CARD,), 0.1)
    assert told(watch, (CARD,), 0.1 + GONE - 0.01) == []
    again = 0.1 + 2 * GONE
    assert told(watch, (CARD,), again) == [(b"CARD", 1, 2)]
    assert told(watch, (CARD,), again + 0.1) == [(b"CARD", 2, 2)]


def test_the_time_that_a_slow_machine_reads_is_no_time_out_of_view() -> None:
    watch, slow = CodeWatch(), 2 * GONE
    first = watch.shown((CARD,), 0.0, slow)
    second = watch.shown((CARD,), slow + 0.1, 2 * slow)
    assert [(code.reads, code.showing) for code in (*first, *second)] == [(1, 1), (2, 1)]


def test_two_decoders_agreeing_in_one_frame_are_one_read() -> None:
    watch = CodeWatch()
    assert told(watch, (CARD, CARD_BY_ZBAR), 0.0) == [(b"CARD", 1, 1)]
    assert told(watch, (CARD_BY_ZBAR,), 0.1) == [(b"CARD", 2, 1)]


def test_codes_side_by_side_are_counted_apart() -> None:
    watch = CodeWatch()
    told(watch, (CARD,), 0.0)
    assert told(watch, (CARD, OTHER), 0.1) == [(b"CARD", 2, 1), (b"OTHER", 1, 2)]
    assert told(watch, (CARD, OTHER), 0.2) == [(b"OTHER", 2, 2)]


def test_a_wall_of_codes_does_not_eat_memory() -> None:
    watch = CodeWatch()
    for tick in range(100):
        watch.shown(tuple(Seen(b"%d-%d" % (tick, n), "QRCode", "zxing") for n in range(50)), tick / 1000)
    assert len(watch._tracks) <= KEPT


def test_what_does_not_move_stays_in_view_and_is_no_second_read() -> None:
    watch = CodeWatch()
    told(watch, (CARD,), 0.0)
    for tick in range(1, 50):
        watch.held(tick / 5)
    assert told(watch, (CARD,), 10.0) == [(b"CARD", 2, 1)]
    watch.held(10.0 + GONE)
    assert told(watch, (CARD,), 10.1 + GONE) == [(b"CARD", 1, 2)]
