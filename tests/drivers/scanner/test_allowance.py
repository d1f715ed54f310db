"""A second of a socket brings no more than a scanner has to say, however it is cut into pieces."""

import pytest

from drivers.scanner.allowance import BURST, BURST_OCTETS, LEAST, MESSAGES, OCTETS, Allowance


class Clock:
    def __init__(self) -> None:
        self.now = 5.0

    def __call__(self) -> float:
        return self.now


def test_a_wall_of_codes_at_once_waits_for_nothing() -> None:
    assert Allowance(Clock()).took(BURST, 60_000) == 0


@pytest.mark.parametrize(
    ("messages", "octets", "most"),
    [(1, 100, MESSAGES), (0, 1, OCTETS / LEAST), (1, 65536, OCTETS / 65536), (5, 65536, MESSAGES / 5)],
)
def test_however_it_comes_a_flood_is_slowed_to_its_measure(messages: int, octets: int, most: float) -> None:
    clock = Clock()
    allowance, pieces = Allowance(clock), 0
    began = clock.now
    while clock.now < began + 100:
        clock.now += allowance.took(messages, octets)
        pieces += 1
    burst = min(BURST / messages if messages else 1e9, BURST_OCTETS / max(octets, LEAST))
    assert pieces <= 1.01 * (100 * most + burst) + 1


def test_silence_gives_back_no_more_than_one_burst() -> None:
    clock = Clock()
    allowance = Allowance(clock)
    clock.now += 1e6
    assert allowance.took(BURST, LEAST) == 0
    assert allowance.took(MESSAGES, LEAST) == 1.0
