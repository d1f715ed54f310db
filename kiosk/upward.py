"""Which entries travel next, and when they travel again. Numbers and seconds in, numbers out; opens nothing.

Only a receipt moves the start forward. A PUBACK can refuse a message; it never proves arrival.
"""

from dataclasses import dataclass

from kiosk.wire import Backoff

WINDOW = 8  # messages beyond the receipt


@dataclass(frozen=True, slots=True)
class Flight:
    """One message that the broker has, or will have, and that no receipt covers yet."""

    message: int
    last: int


class Upward:
    def __init__(self, backoff: Backoff) -> None:
        self._backoff = backoff
        self._receipted = 0
        self._sent = 0
        self._flights: list[Flight] = []
        self._due: float | None = None  # when everything after the receipt travels again
        self._hold = 0.0  # nothing travels before

    @property
    def receipted(self) -> int:
        return self._receipted

    def flies(self, message: int) -> bool:
        return any(flight.message == message for flight in self._flights)

    def begin(self, through: int) -> None:
        """On a new connection all that is not receipted travels again: what became of the old messages is unknown.

        A refusal holds beyond it: mosquitto 2.0 may close the line with its refusal, and must not be asked at once.
        """
        self._receipted = through
        self._rewind()

    def next(self, durable: int, now: float) -> int | None:
        """The entry after which the next message starts; None while there is nothing to send or no room."""
        if self._due is not None and now >= self._due:
            self._rewind()
        if now < self._hold or len(self._flights) >= WINDOW or self._sent >= durable:
            return None
        return self._sent

    def sent(self, message: int, last: int, now: float) -> None:
        self._flights.append(Flight(message, last))
        self._sent = last
        if self._due is None:
            self._due = now + self._backoff.next()

    def refused(self, message: int, now: float) -> None:
        """The broker did not take a message: it and all after it count as not sent, and wait."""
        if self.flies(message):
            self._rewind()
            self._hold = now + self._backoff.next()

    def heard(self, through: int, now: float) -> None:
        """A receipt covers the log up to `through`; less than before when the county was restored."""
        if through < self._receipted:
            self._sent, self._flights = through, []
        self._receipted = through
        self._sent = max(self._sent, through)
        self._flights = [flight for flight in self._flights if flight.last > through]
        self._backoff.reset()
        self._hold = 0.0
        self._due = now + self._backoff.next() if self._flights else None

    def _rewind(self) -> None:
        self._sent, self._flights, self._due = self._receipted, [], None
