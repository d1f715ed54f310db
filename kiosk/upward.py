"""Which entries travel next, and when they travel again. Numbers and seconds in, numbers out; opens nothing.

Two lanes: what is recorded while a connection stands is live and travels at once; what lay there before is the
backlog. Only a receipt moves the start forward. A PUBACK can refuse a message; it never proves arrival.
"""

from dataclasses import dataclass

from kiosk.wire import MOST_ENTRIES, Backoff

WINDOW = 8  # messages of the backlog beyond the receipt
LIVE_WINDOW = 4  # messages of live entries that the broker has not answered
LIVE_MOST = 25  # a burst of more live entries than this shares messages


@dataclass(frozen=True, slots=True)
class Span:
    """Up to `most` entries that follow `after`: one message."""

    after: int
    most: int


@dataclass(frozen=True, slots=True)
class Flight:
    """One message that the broker has, or will have, and that no receipt covers yet."""

    message: int
    last: int
    live: bool


class Upward:
    """receipted ≤ `_sent` ≤ `_edge` ≤ `_told`: up to the edge is backlog, sent as far as `_sent`; after it is live,
    sent as far as `_told`. The edge is the last entry that stood when the connection, or the last rewind, was new.
    """

    def __init__(self, backoff: Backoff) -> None:
        self._backoff = backoff
        self._receipted = self._sent = self._edge = self._told = 0
        self._fresh = True  # the edge is drawn at the next look at the log
        self._flights: list[Flight] = []
        self._due: float | None = None  # when everything after the receipt travels again
        self._hold = 0.0  # nothing travels before

    @property
    def receipted(self) -> int:
        return self._receipted

    def flies(self, message: int) -> bool:
        return any(flight.message == message for flight in self._flights)

    def waits(self, durable: int) -> bool:
        """Is there an entry that has not been sent since the last rewind?"""
        return self._fresh or self._sent < self._edge or self._told < durable

    def begin(self, through: int) -> None:
        """On a new connection all that is not receipted travels again: what became of the old messages is unknown.

        A refusal holds beyond it: mosquitto 2.0 may close the line with its refusal, and must not be asked at once.
        """
        self._receipted = through
        self._rewind()

    def next(self, durable: int, now: float) -> Span | None:
        """What the next message holds; None while there is nothing to send or no room."""
        if self._due is not None and now >= self._due:
            self._rewind()
        if self._fresh and durable > self._edge:
            self._edge = self._told = durable
        self._fresh = False
        if now < self._hold:
            return None
        return self._live(durable) or self._backlog()

    def is_live(self, span: Span) -> bool:
        return span.after >= self._edge

    def sent(self, message: int, span: Span, last: int, now: float) -> None:
        """The entries after `span.after` up to `last` were posted as this message."""
        live = self.is_live(span)
        if live:
            self._told = last
        else:
            self._sent = last
        self._flights.append(Flight(message, last, live))
        if self._due is None:
            self._due = now + self._backoff.next()

    def taken(self, message: int) -> None:
        """The broker took a message. A live one makes room for the next; its entries wait for their receipt."""
        self._flights = [flight for flight in self._flights if not (flight.live and flight.message == message)]

    def refused(self, message: int, now: float) -> None:
        """The broker did not take a message: it and all after it count as not sent, and wait."""
        if self.flies(message):
            self._rewind()
            self._hold = now + self._backoff.next()

    def heard(self, through: int, now: float) -> None:
        """A receipt covers the log up to `through`; less than before when the county was restored."""
        lower, self._receipted = through < self._receipted, through
        if lower:
            self._rewind()
        self._sent = max(self._sent, through)
        self._edge = max(self._edge, through)
        self._told = max(self._told, self._edge)
        self._flights = [flight for flight in self._flights if flight.last > through]
        self._backoff.reset()
        self._hold = 0.0
        self._due = now + self._backoff.next() if self._sent > through or self._told > self._edge else None

    def _live(self, durable: int) -> Span | None:
        waiting = durable - self._told
        if waiting <= 0 or sum(flight.live for flight in self._flights) >= LIVE_WINDOW:
            return None
        return Span(self._told, 1 if waiting <= LIVE_MOST else MOST_ENTRIES)

    def _backlog(self) -> Span | None:
        waiting = self._edge - self._sent
        if waiting <= 0 or sum(not flight.live for flight in self._flights) >= WINDOW:
            return None
        return Span(self._sent, min(MOST_ENTRIES, waiting))

    def _rewind(self) -> None:
        self._sent = self._edge = self._told = self._receipted
        self._flights, self._due, self._fresh = [], None, True
