"""One read of what proves itself, two of anything else; a showing once, and no real showing swallowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanner.wire import Seen
from kiosk.scans import KEPT, Scans

CARD, OTHER = b"card", b"other"


def scans() -> Scans:
    return Scans(lambda data: data.startswith(CARD))


def seen(data: bytes, reads: int, showing: int, decoder: str = "zxing") -> Seen:
    return Seen(data, "QRCode", decoder, reads=reads, showing=showing)


@pytest.mark.parametrize(("data", "counts"), [(CARD, [True, False]), (OTHER, [False, True])])
def test_a_showing_counts_once(data: bytes, counts: list[bool]) -> None:
    here = scans()
    assert [here.counts(seen(data, reads, 7)) for reads in (1, 2)] == counts


def test_the_same_code_shown_again_counts_again() -> None:
    here = scans()
    told = [seen(CARD, reads, showing) for showing in (1, 2) for reads in (1, 2)]
    assert [here.counts(one) for one in told] == [True, False, True, False]


def test_a_scanner_that_began_anew_swallows_nothing() -> None:
    here = scans()
    assert here.counts(seen(CARD, 1, 1))
    assert here.counts(seen(CARD, 1, 1))  # the same code under the same number, of another start
    assert not here.counts(seen(CARD, 2, 1))
    assert here.counts(seen(CARD + b" of another", 1, 1))
    here.interrupted()
    assert here.counts(seen(CARD, 2, 1))  # its first read was lost with the connection
    assert here.counts(seen(OTHER, 2, 1))


def test_two_codes_in_one_picture() -> None:
    here = scans()
    two = [(CARD + b"1", 1), (CARD + b"2", 2)]
    assert [here.counts(seen(data, reads, nth)) for reads in (1, 2) for data, nth in two] == [True, True, False, False]


def test_every_pull_of_a_trigger_counts() -> None:
    here = scans()
    assert here.counts(seen(CARD, 1, 3))
    assert [here.counts(seen(CARD, 2, 3, "gun")) for _ in range(2)] == [True, True]
    assert not here.counts(seen(CARD, 2, 3))


def test_codes_that_are_never_read_twice_are_forgotten() -> None:
    here = scans()
    for nth in range(10 * KEPT):
        assert here.counts(seen(CARD + str(nth).encode(), 1, nth))
    assert len(here._counted) == KEPT


@given(st.lists(st.tuples(st.sampled_from([CARD, OTHER]), st.booleans()), max_size=20))
def test_whatever_is_shown_each_showing_that_was_read_twice_counts_once(shown: list[tuple[bytes, bool]]) -> None:
    here, nth = scans(), 0
    for data, again in shown:
        nth = 1 if again else nth + 1  # the scanner began anew, or went on
        assert [here.counts(seen(data, reads, nth)) for reads in (1, 2)].count(True) == 1
