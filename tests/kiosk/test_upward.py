"""Which entries travel, told by numbers alone: the receipt leads, everything else may be lost."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.upward import WINDOW, Upward
from kiosk.wire import Backoff


def upward() -> Upward:
    fresh = Upward(Backoff(60, 900, lambda: 0.5))
    fresh.begin(0)
    return fresh


def send(carrier: Upward, durable: int, now: float, size: int = 1) -> list[int]:
    """Post all that may go now, `size` entries in a message; the last entry of each."""
    posted = []
    while (after := carrier.next(durable, now)) is not None:
        last = min(after + size, durable)
        carrier.sent(last, last, now)
        posted.append(last)
    return posted


def test_nothing_travels_when_nothing_is_there() -> None:
    assert send(upward(), 0, 0) == []


def test_no_more_messages_than_the_window_go_beyond_the_receipt() -> None:
    carrier = upward()
    assert send(carrier, 1000, 0, 50) == [50 * nth for nth in range(1, WINDOW + 1)]
    carrier.heard(100, 1)
    assert send(carrier, 1000, 1, 50) == [450, 500]


def test_without_a_receipt_everything_travels_again_later_and_later() -> None:
    carrier = upward()
    assert send(carrier, 2, 0) == [1, 2]
    assert send(carrier, 2, 59) == []
    assert send(carrier, 2, 60) == [1, 2]
    assert send(carrier, 2, 179) == []
    assert send(carrier, 2, 180) == [1, 2]


def test_a_receipt_makes_waiting_short_again() -> None:
    carrier = upward()
    send(carrier, 2, 0)
    send(carrier, 2, 60)
    carrier.heard(1, 61)
    assert send(carrier, 2, 120) == []
    assert send(carrier, 2, 121) == [2]


def test_a_refused_message_and_all_after_it_wait_and_go_again() -> None:
    carrier = upward()
    send(carrier, 3, 0)
    carrier.refused(2, 1)
    assert send(carrier, 3, 2) == []
    assert send(carrier, 3, 200) == [1, 2, 3]


def test_a_new_connection_does_not_end_the_waiting_after_a_refusal() -> None:
    carrier = upward()
    send(carrier, 3, 0)
    carrier.refused(1, 1)
    carrier.begin(0)
    assert send(carrier, 3, 2) == []
    assert send(carrier, 3, 200) == [1, 2, 3]


def test_a_refusal_of_something_else_changes_nothing() -> None:
    carrier = upward()
    send(carrier, 3, 0)
    carrier.refused(99, 1)
    assert send(carrier, 4, 1) == [4]


def test_a_lower_receipt_goes_back() -> None:
    carrier = upward()
    send(carrier, 5, 0)
    carrier.heard(5, 1)
    carrier.heard(2, 2)
    assert send(carrier, 5, 2) == [3, 4, 5]


def test_a_new_connection_starts_from_the_receipt() -> None:
    carrier = upward()
    send(carrier, 5, 0)
    carrier.heard(2, 1)
    carrier.begin(2)
    assert send(carrier, 5, 1) == [3, 4, 5]


def test_a_receipt_beyond_what_we_hold_is_waited_out() -> None:
    carrier = upward()
    carrier.heard(10, 1)
    assert send(carrier, 5, 1) == []
    assert send(carrier, 11, 1) == [11]


class Trip:
    """A box that writes, a line that loses every third message, a county whose receipt covers what has no gap."""

    def __init__(self) -> None:
        self.carrier = upward()
        self.durable = 0
        self.now = 0.0
        self.arrived: set[int] = set()

    def write(self, number: int) -> None:
        self.durable += number

    def wait(self, number: int) -> None:
        self.now += number * 30

    def connect(self, _number: int) -> None:
        self.carrier.begin(self.carrier.receipted)

    def refuse(self, number: int) -> None:
        self.carrier.refused(number, self.now)

    def receipt(self, _number: int) -> None:
        through = next(nth for nth in range(len(self.arrived) + 1) if nth + 1 not in self.arrived)
        self.carrier.heard(through, self.now)

    def send(self, number: int) -> bool:
        after = self.carrier.next(self.durable, self.now)
        if after is None:
            return False
        last = min(after + number + 1, self.durable)
        self.carrier.sent(last, last, self.now)
        if number % 3 != 2:
            self.arrived.update(range(after + 1, last + 1))
        return True


Step = st.tuples(st.sampled_from(["send", "receipt", "refuse", "connect", "wait", "write"]), st.integers(0, 40))


@given(st.lists(Step, max_size=60))
def test_whatever_happens_everything_arrives_in_the_end(steps: list[tuple[str, int]]) -> None:
    trip = Trip()
    for step, number in steps:
        trip.now += 0.1
        getattr(trip, step)(number)
    while trip.carrier.receipted < trip.durable:
        trip.now += 1000
        while trip.send(12):
            pass
        trip.receipt(0)
    assert trip.arrived == set(range(1, trip.durable + 1))
