"""Which entries travel, told by numbers alone: the receipt leads, everything else may be lost."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.upward import LIVE_MOST, LIVE_WINDOW, WINDOW, Span, Upward
from kiosk.wire import MOST_ENTRIES, Backoff


def upward() -> Upward:
    fresh = Upward(Backoff(60, 900, lambda: 0.5))
    fresh.begin(0)
    return fresh


def send(carrier: Upward, durable: int, now: float, size: int = 1) -> list[int]:
    """Post all that may go now, `size` entries in a message; the last entry of each."""
    posted = []
    while (span := carrier.next(durable, now)) is not None:
        last = span.after + min(size, span.most)
        carrier.sent(last, span, last, now)
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


def test_what_is_recorded_while_the_line_stands_overtakes_the_backlog() -> None:
    carrier = upward()
    assert len(send(carrier, 1000, 0, 50)) == WINDOW
    assert carrier.next(1001, 1) == Span(1000, 1)
    assert send(carrier, 1002, 1) == [1001, 1002]


def test_the_brokers_answer_makes_room_for_the_next_live_entry() -> None:
    carrier = upward()
    send(carrier, 1000, 0, 50)
    assert send(carrier, 1020, 1) == [1001, 1002, 1003, 1004]
    assert LIVE_WINDOW == 4
    carrier.taken(1002)
    assert send(carrier, 1020, 1) == [1005]
    carrier.taken(50)  # of the backlog: only a receipt makes room there
    assert send(carrier, 1020, 1) == []


def test_a_receipt_for_the_backlog_covers_the_live_entries_behind_it() -> None:
    carrier = upward()
    send(carrier, 60, 0, 50)
    assert send(carrier, 61, 1) == [61]
    carrier.heard(61, 2)
    assert send(carrier, 61, 10_000) == []


def test_live_entries_that_were_lost_travel_again_with_the_rest() -> None:
    carrier = upward()
    send(carrier, 60, 0, 50)
    send(carrier, 61, 1)
    carrier.taken(61)
    carrier.heard(60, 2)
    assert send(carrier, 61, 61) == []
    assert send(carrier, 61, 62) == [61]


def test_a_burst_of_live_entries_shares_messages() -> None:
    carrier = upward()
    assert carrier.next(0, 0) is None
    assert carrier.next(LIVE_MOST, 0) == Span(0, 1)
    assert carrier.next(LIVE_MOST + 1, 0) == Span(0, MOST_ENTRIES)


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

    def take(self, number: int) -> None:
        self.carrier.taken(number)

    def receipt(self, _number: int) -> None:
        through = next(nth for nth in range(len(self.arrived) + 1) if nth + 1 not in self.arrived)
        self.carrier.heard(through, self.now)

    def send(self, number: int) -> bool:
        span = self.carrier.next(self.durable, self.now)
        if span is None:
            return False
        assert 0 < span.most <= MOST_ENTRIES
        last = min(span.after + min(number + 1, span.most), self.durable)
        assert last > span.after
        self.carrier.sent(last, span, last, self.now)
        if number % 3 != 2:
            self.arrived.update(range(span.after + 1, last + 1))
        return True

    def drain(self) -> list[Span]:
        """All that may go now; it ends, for a window is small."""
        spans: list[Span] = []
        while (span := self.carrier.next(self.durable, self.now)) is not None:
            last = min(span.after + span.most, self.durable)
            self.carrier.sent(len(self.arrived) + 100_000 + len(spans), span, last, self.now)
            spans.append(span)
            assert len(spans) <= WINDOW + LIVE_WINDOW
        return spans


Kinds = ["send", "receipt", "refuse", "take", "connect", "wait", "write"]
Step = st.tuples(st.sampled_from(Kinds), st.integers(0, 40))
Steps = st.lists(Step, max_size=60)


def walked(steps: list[tuple[str, int]]) -> Trip:
    trip = Trip()
    for step, number in steps:
        trip.now += 0.1
        getattr(trip, step)(number)
    return trip


@given(Steps)
def test_whatever_happens_everything_arrives_in_the_end(steps: list[tuple[str, int]]) -> None:
    trip = walked(steps)
    while trip.carrier.receipted < trip.durable:
        trip.now += 1000
        while trip.send(12):
            pass
        trip.receipt(0)
    assert trip.arrived == set(range(1, trip.durable + 1))


@given(Steps)
def test_every_entry_is_receipted_or_on_its_way_or_next(steps: list[tuple[str, int]]) -> None:
    """When nothing more can go, an entry without a receipt has a clock running that will send it again."""
    trip = walked(steps)
    trip.drain()
    if trip.carrier.receipted >= trip.durable:
        return
    before = trip.carrier.receipted
    trip.now += 10_000  # longer than any wait
    first = trip.carrier.next(trip.durable, trip.now)
    assert first == Span(before, min(MOST_ENTRIES, trip.durable - before))


@given(Steps)
def test_while_receipts_come_nothing_travels_twice(steps: list[tuple[str, int]]) -> None:
    trip = walked(steps)
    trip.now += 10_000
    trip.carrier.begin(trip.carrier.receipted)
    sent: set[int] = set()
    while trip.carrier.receipted < trip.durable:
        spans = trip.drain()
        entries = [
            seq for span in spans for seq in range(span.after + 1, min(span.after + span.most, trip.durable) + 1)
        ]
        assert entries
        assert not sent & set(entries)
        sent |= set(entries)
        trip.now += 59  # just before any clock would run out
        trip.carrier.heard(max(entries), trip.now)


@given(Steps, st.integers(1, 3000), st.integers(1, 20))
def test_neither_lane_starves_the_other(steps: list[tuple[str, int]], backlog: int, live: int) -> None:
    trip = walked(steps)
    trip.now += 10_000
    trip.durable += backlog
    trip.carrier.begin(trip.carrier.receipted)
    edge, before = trip.durable, trip.carrier.receipted
    trip.carrier.next(edge, trip.now)
    trip.durable += live
    spans = trip.drain()
    assert [span.after for span in spans if span.after >= edge] == list(range(edge, edge + min(live, LIVE_WINDOW)))
    assert next(span for span in spans if span.after < edge) == Span(before, min(MOST_ENTRIES, edge - before))
