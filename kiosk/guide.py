"""The person at an instrument whose run has steps for a person: asked through the attendant, and free to give it up.

One `AtInstrument` per run: what belongs to another run is never mixed into it.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from drivers.errors import Refused
from drivers.profile.exchange import Operator, SequenceForm, Wait

GIVEN_UP = "analyzer.given_up"


@dataclass(frozen=True, slots=True)
class AnalyzerAsks:
    """A person is to do what `word` names (drivers/profile/exchange.py Operator); `did` goes on."""

    name: str
    word: str
    run: str


@dataclass(frozen=True, slots=True)
class AnalyzerWaits:
    """The instrument is left alone for so many seconds, from now."""

    name: str
    seconds: int
    run: str


class Guided(Protocol):
    """What a run needs of the line of an instrument whose run has steps for a person."""

    def run(self, run: str, seconds: int | None) -> None:
        """Begin; `seconds` is the method's own reaction time. Asked again before it has begun, it begins once."""

    def did(self, word: str) -> None: ...

    def give_up(self) -> None: ...


class AtInstrument:
    """drivers.analyzer.analyzer.Person for one run: the driver's thread asks and waits, the attendant's answers.

    `seconds`: the method's reaction time; it takes the place of the longest wait of the profile.
    """

    def __init__(
        self, name: str, run: str, sequence: SequenceForm, seconds: int | None, post: Callable[[object], None]
    ) -> None:
        self.name = name
        self.run = run
        self.begun = False  # a person has been asked, or was let wait: it cannot begin once more
        self._alone = not needs_a_person(sequence)
        self._reaction = max((step.wait_s for step in sequence.steps if isinstance(step, Wait)), default=None)
        self._seconds = seconds
        self._post = post
        self._done: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._given_up = threading.Event()

    @property
    def given_up(self) -> bool:
        return self._given_up.is_set()

    def did(self, word: str) -> None:
        self._done.put(word)

    def give_up(self) -> None:
        self._given_up.set()
        self._done.put("")

    def enter(self) -> None:
        """Before the run: where it asks a person for nothing, the sample has to be in it. Refused once given up."""
        if self._alone:
            self.asked("insert_sample")

    def asked(self, word: str) -> None:
        """Refused `analyzer.given_up` once it is."""
        while not self._done.empty():  # a finger that trembled answered an earlier step twice
            self._done.get()
        self._begin(AnalyzerAsks(self.name, word, self.run))
        while self._done.get() != word:
            self._require()

    def waiting(self, seconds: int) -> float:
        """Waits here, where it can be given up; nothing is left to wait. Refused `analyzer.given_up`."""
        length = self._seconds if self._seconds is not None and seconds == self._reaction else seconds
        self._begin(AnalyzerWaits(self.name, length, self.run))
        self._given_up.wait(length)
        self._require()
        return 0.0

    def _begin(self, event: AnalyzerAsks | AnalyzerWaits) -> None:
        self._require()
        self.begun = True
        self._post(event)

    def _require(self) -> None:
        if self.given_up:
            raise Refused(GIVEN_UP, name=self.name)


def needs_a_person(sequence: SequenceForm) -> bool:
    """Does anybody have to do anything while it runs?"""
    return any(isinstance(step, Operator) for step in sequence.steps)
