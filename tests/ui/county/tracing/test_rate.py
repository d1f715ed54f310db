"""How often the public may ask, with a clock that the test sets; and who is believed about who asks."""

import pytest

from ui.county.web.rate import MOST_ADDRESSES, Rate, Rates, address_of

EACH, ALL = Rate(burst=3, per_second=0.5), Rate(burst=10, per_second=5)


def test_so_many_at_once_and_then_so_many_per_second() -> None:
    rates = Rates(EACH, ALL)
    assert [rates.take("1.2.3.4", 0.0) for _ in range(4)] == [0, 0, 0, 2]
    assert rates.take("1.2.3.4", 1.0) == 1
    assert [rates.take("1.2.3.4", 2.0) for _ in range(2)] == [0, 2]


def test_one_who_asks_too_often_stops_nobody_else() -> None:
    rates = Rates(EACH, ALL)
    assert [rates.take("1.2.3.4", 0.0) == 0 for _ in range(30)].count(True) == 3
    assert rates.take("5.6.7.8", 0.0) == 0


def test_all_together_have_a_bound() -> None:
    rates = Rates(EACH, ALL)
    asked = [rates.take(f"10.0.0.{nth}", 0.0) for nth in range(12)]
    assert asked[:10] == [0] * 10
    assert asked[10] == pytest.approx(0.2)
    assert rates.take("10.0.1.1", 0.2) == 0


def test_a_program_of_this_machine_counts_for_all_only() -> None:
    rates = Rates(EACH, ALL)
    assert [rates.take("", 0.0) == 0 for _ in range(12)].count(True) == 10


def test_memory_of_addresses_is_bounded() -> None:
    rates = Rates(EACH, Rate(1e9, 1e9))
    for nth in range(MOST_ADDRESSES + 50):
        rates.take(f"{nth >> 16}.{nth >> 8 & 255}.{nth & 255}.1", 0.0)
    assert len(rates._buckets) == MOST_ADDRESSES


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["9.9.9.9"], "203.0.113.7"),  # no proxy of ours: what it says counts nothing
        ("127.0.0.1", ["9.9.9.9"], "9.9.9.9"),
        ("127.0.0.1", ["8.8.8.8, 9.9.9.9"], "9.9.9.9"),  # the first was there before our proxy
        ("127.0.0.1", ["8.8.8.8", "9.9.9.9"], "9.9.9.9"),
        ("::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::"),  # one household
        ("127.0.0.1", ["::ffff:9.9.9.9"], "9.9.9.9"),
        ("127.0.0.1", ["<script>"], ""),
        ("127.0.0.1", ["127.0.0.1"], ""),
        ("127.0.0.1", [], ""),
        ("", [], ""),
    ],
)
def test_who_asks(peer: str, forwarded: list[str], address: str) -> None:
    assert address_of(peer, forwarded) == address
