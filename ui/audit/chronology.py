"""Time in a log: it never goes back but where something vouches for the clock again, and says what vouched for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ui.audit.entry import CLOCKS, VOUCHED, Entry
from ui.audit.view import View

SILENCE = timedelta(days=3)
AGREES = timedelta(minutes=5)  # as near as a vouched clock is to the county's (FORMATS.md §2, `county`)


@dataclass(slots=True)
class Span:
    """Entries one after the other whose clock nothing vouched for."""

    first: int
    last: int
    since: str
    until: str
    clocks: set[str]


class Chronology:
    """`receipt`: size and time of the county's newest word, where there is one."""

    def __init__(self, view: View, receipt: tuple[int, datetime] | None) -> None:
        self._view = view
        self._receipt = receipt
        self._before: Entry | None = None
        self._span: Span | None = None
        self.since = self.until = ""
        self.spans: list[Span] = []

    def take(self, entry: Entry) -> None:
        tell, before = self._view.tell, self._before
        if entry.clock not in CLOCKS:
            tell.found("clock_state", entry.seq, clock=entry.clock)
        if before is not None:
            self._follow(before, entry)
        self._vouched(entry)
        self._before = entry
        self.since = self.since or entry.time
        self.until = entry.time

    def _follow(self, before: Entry, entry: Entry) -> None:
        facts = {"before": before.time, "time": entry.time}
        if entry.at < before.at:
            set_again = entry.clock in VOUCHED and before.clock not in VOUCHED
            tell = self._view.tell.remarked if set_again else self._view.tell.found
            tell("clock_set" if set_again else "time_back", entry.seq, **facts)
        elif entry.at - before.at > SILENCE:
            self._view.tell.remarked("silent", entry.seq, days=(entry.at - before.at).days, **facts)

    def _vouched(self, entry: Entry) -> None:
        if entry.clock in VOUCHED:
            self._span = None
            if self._receipt and entry.seq <= self._receipt[0] and entry.at > self._receipt[1] + AGREES:
                self._view.tell.remarked("ahead", entry.seq, time=entry.time, county=self._receipt[1].isoformat())
        elif self._span is None:
            self._span = Span(entry.seq, entry.seq, entry.time, entry.time, {entry.clock})
            self.spans.append(self._span)
        else:
            self._span.last, self._span.until = entry.seq, entry.time
            self._span.clocks.add(entry.clock)

    def end(self) -> None:
        for span in self.spans:
            facts = {"since": span.since, "until": span.until, "clock": ",".join(sorted(span.clocks))}
            self._view.tell.remarked("untrusted", span.first, first=span.first, last=span.last, **facts)
