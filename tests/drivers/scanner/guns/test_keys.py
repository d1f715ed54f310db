"""The events of a gun that types, composed from the kernel's header (tests/support/wedge.py): whole codes or none."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanner.guns.gun import Unread
from drivers.scanner.guns.keys import CHORDS, ENDS, EVENT, PAD, PLAIN, SHIFTED, SHIFTS, Keys
from drivers.scanner.wire import DATA_LIMIT
from tests.support.wedge import ATTACKS, BETWEEN, EV_KEY, EV_SYN, SYN_DROPPED, Wedge, codes

CONTROL, LONG, HALF = (Unread(f"scanner.gun_{why}") for why in ("control", "long", "half"))
PRINTABLE = string.digits + string.ascii_letters + string.punctuation + " "


@pytest.fixture
def wedge() -> Wedge:
    return Wedge()


def numbers(*names: str) -> set[int]:
    return {codes()[f"KEY_{name}"] for name in names}


def test_an_event_is_as_long_as_on_a_64_bit_kernel() -> None:
    assert EVENT.size == 24


def test_every_character_of_the_us_layout(wedge: Wedge) -> None:
    assert Keys().typed(wedge.text(PRINTABLE + "\n")) == [PRINTABLE.encode()]


def test_the_keypad_with_numlock(wedge: Wedge) -> None:
    pad = ["KP7", "KP8", "KP9", "KPMINUS", "KP4", "KP5", "KP6", "KPPLUS", "KP1", "KP2", "KP3", "KP0", "KPDOT"]
    events = b"".join(wedge.tap(key) for key in [*pad, "KPASTERISK", "KPSLASH", "KPENTER"])
    assert Keys().typed(events) == [b"789-456+1230.*/"]
    assert set(PAD) == numbers(*pad, "KPASTERISK", "KPSLASH")


def test_the_tables_are_those_of_the_header() -> None:
    assert numbers("ENTER", "TAB", "KPENTER") == ENDS
    assert numbers("LEFTSHIFT", "RIGHTSHIFT") == SHIFTS
    assert numbers(*(f"{side}{key}" for side in ("LEFT", "RIGHT") for key in ("CTRL", "ALT", "META"))) == CHORDS
    assert PLAIN.keys() == SHIFTED.keys()


def test_tab_is_an_end_and_an_empty_code_is_none(wedge: Wedge) -> None:
    assert Keys().typed(wedge.text("\nLZ\t\t\n")) == [b"LZ"]


def test_both_shifts_and_a_right_one(wedge: Wedge) -> None:
    both = wedge.chord("LEFTSHIFT", "RIGHTSHIFT", "A") + wedge.chord("RIGHTSHIFT", "2") + wedge.text("a\n")
    assert Keys().typed(both) == [b"A@a"]


def test_a_key_that_the_kernel_repeats_counts_once(wedge: Wedge) -> None:
    held = wedge.key("A", 1) + wedge.key("A", 2) * 5 + wedge.key("A", 0)
    assert Keys().typed(held + wedge.text("\n")) == [b"a"]


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_no_code_and_the_next_code_is(wedge: Wedge, name: str) -> None:
    keys = Keys()
    assert keys.typed(ATTACKS[name](wedge)) == [CONTROL]
    wedge.pause()
    assert keys.typed(wedge.text("LZ1\n")) == [b"LZ1"]


REFUSED = [name for name, code in codes().items() if code not in PLAIN | PAD and code not in ENDS | SHIFTS]


@pytest.mark.parametrize("name", sorted(set(REFUSED) - {"KEY_MAX", "KEY_CNT", "KEY_RESERVED"}))
def test_every_other_key_of_the_header_spoils_the_code(wedge: Wedge, name: str) -> None:
    keys = Keys()
    assert keys.typed(wedge.text("LZ") + wedge.tap(name.removeprefix("KEY_")) + wedge.text("1\n2\n")) == [CONTROL]


@pytest.mark.parametrize("key", ["ENTER", "TAB", "KP1", "ESC"])
def test_shift_makes_other_keys_of_these(wedge: Wedge, key: str) -> None:
    assert Keys().typed(wedge.text("LZ") + wedge.chord("LEFTSHIFT", key) + wedge.text("\n")) == [CONTROL]


def test_a_control_key_that_stays_down_spoils_what_comes_after_a_pause_too(wedge: Wedge) -> None:
    keys = Keys()
    assert keys.typed(wedge.key("LEFTCTRL", 1)) == [CONTROL]
    wedge.pause()
    assert keys.typed(wedge.text("o\n")) == [CONTROL]
    assert keys.typed(wedge.key("LEFTCTRL", 0)) == []
    wedge.pause()
    assert keys.typed(wedge.text("o\n")) == [b"o"]


def test_a_pause_parts_two_codes_and_drops_half_a_one(wedge: Wedge) -> None:
    keys = Keys()
    assert keys.typed(wedge.text("690123")) == []
    wedge.pause()
    assert keys.typed(wedge.text("LZ\n")) == [HALF, b"LZ"]


def test_a_gun_for_slow_hosts_is_no_pause(wedge: Wedge) -> None:
    slow = []
    for one in "LZ1\n":
        slow.append(wedge.text(one))
        wedge.pause(0.4)
    assert Keys().typed(b"".join(slow)) == [b"LZ1"]


def test_what_the_kernel_dropped_takes_the_code_with_it(wedge: Wedge) -> None:
    keys = Keys()
    begun = wedge.text("AB") + wedge.key("LEFTSHIFT", 1)
    wedge.pause(2.0)  # as long as we were asleep
    dropped = wedge.event(EV_SYN, SYN_DROPPED, 0) + wedge.event(EV_KEY, codes()["KEY_LEFTCTRL"], 1)
    assert keys.typed(begun + dropped + wedge.event(EV_SYN, 0, 0) + wedge.text("CD\n")) == [HALF]
    wedge.pause()
    assert keys.typed(wedge.text("cd\n")) == [b"cd"]


@pytest.mark.parametrize("late", [0.0, -3.0])
def test_the_rest_of_what_was_lost_is_no_code(wedge: Wedge, late: float) -> None:
    """However long the loss took, and whatever time its report bears."""
    begun, at = wedge.text("A"), wedge.now
    wedge.now = at + int(late * 1_000_000)
    dropped = wedge.event(EV_SYN, SYN_DROPPED, 0)
    wedge.now = at + (1_000_000 if late == 0 else 0)
    lost = wedge.event(EV_KEY, codes()["KEY_B"], 1) + wedge.event(EV_SYN, 0, 0)
    assert Keys().typed(begun + dropped + lost + wedge.text("C\n")) == [HALF]


def test_what_is_too_long_is_drained(wedge: Wedge) -> None:
    keys = Keys()
    assert keys.typed(wedge.text("7" * DATA_LIMIT + "\n")) == [b"7" * DATA_LIMIT]
    wedge.pause()
    assert keys.typed(wedge.text("7" * (DATA_LIMIT + 9) + "\nLZ\n")) == [LONG]
    wedge.pause()
    assert keys.typed(wedge.text("LZ\n")) == [b"LZ"]


def test_other_kinds_of_events_say_nothing(wedge: Wedge) -> None:
    moved = wedge.event(2, 0, 5) + wedge.event(3, 0, 5) + wedge.event(0x11, 1, 1)
    assert Keys().typed(wedge.text("L") + moved + wedge.text("Z\n")) == [b"LZ"]


EVENTS = st.builds(
    lambda later, kind, code, value: (later, kind, code, value),
    st.sampled_from([0, BETWEEN, 600_000]),
    st.sampled_from([EV_SYN, EV_KEY, EV_KEY, EV_KEY, 4, 0x15]),
    st.integers(0, 130) | st.integers(0, 0xFFFF),
    st.sampled_from([0, 1, 1, 1, 2]),
)


@given(st.lists(EVENTS, max_size=60), st.integers(1, 50))
def test_any_events_give_printable_codes_or_none_however_they_are_cut(
    events: list[tuple[int, int, int, int]], cut: int
) -> None:
    wedge, data = Wedge(), b""
    for later, *event in events:
        wedge.now += later
        data += wedge.event(*event)
    whole, torn = Keys(), Keys()
    told = whole.typed(data)
    assert [one for at in range(0, len(data), cut) for one in torn.typed(data[at : at + cut])] == told
    assert set(b"".join(one for one in told if isinstance(one, bytes))) <= set(range(0x20, 0x7F))


@given(st.binary(max_size=400))
def test_any_bytes_are_survived(data: bytes) -> None:
    assert all(not isinstance(one, bytes) or one.isascii() for one in Keys().typed(data))
