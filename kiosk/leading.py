"""Leads a person through the tester's sequence: what is asked now, who answered, and which holes hold nothing.

Owned by the attendant's thread. A tester without a sequence is not led.
"""

import time
from collections.abc import Callable, Sequence
from decimal import Decimal

from drivers.reading import Reading
from kiosk.guide import AnalyzerAsks, AnalyzerWaits, Guided
from kiosk.rules.sentence import Sentence
from kiosk.run import Loading
from kiosk.screen import Step

# Our figure: a count may differ by 1 % + 20 between two readings (dayuan-dy3500), which is below 0.006 AU, and a
# cuvette with enzyme and colour reagent stands far above 0.02 AU before anything happens in it.
EMPTY = Decimal("0.02")  # AU


class Leading:
    """`line`: the tester's, where it has to be led; `control`: the hole of its control."""

    def __init__(self, line: Callable[[], Guided | None], control: int | None) -> None:
        self._line = line
        self._control = control
        self._count = 0
        self._holes: tuple[int, ...] = ()
        self._run = ""
        self.step: Step | None = None
        self.begun = False  # a person has been asked: what breaks from now on cannot be taken up

    @property
    def needed(self) -> bool:
        return self._line() is not None

    def begin(self, run: str, seconds: int | None, holes: tuple[int, ...]) -> None:
        """`seconds`: the method's reaction time; `holes`: where samples are to be put in."""
        line = self._line()
        if line is not None:
            self._run, self._holes = run, holes
            self.step, self.begun = None, False
            line.run(run, seconds)

    def heard(self, event: AnalyzerAsks | AnalyzerWaits, run: str) -> bool:
        """Is it of this run? Then it is what the screen shows."""
        if event.run != run or event.run != self._run:
            return False
        self._count, self.begun = self._count + 1, True
        if isinstance(event, AnalyzerAsks):
            self.step = Step(str(self._count), event.word, self._control, self._holes)
        else:
            self.step = Step(str(self._count), "", ends=time.monotonic() + event.seconds)
        return True

    def did(self, number: str) -> bool:
        """The person says that the step with this number is done; a tap on an older one counts for nothing."""
        step, line = self.step, self._line()
        if step is None or line is None or not step.word or step.id != number:
            return False
        self.step = None
        line.did(step.word)
        return True

    def end(self) -> None:
        """The run is over, one way or the other."""
        line = self._line()
        if line is not None and self._run:
            line.give_up()
        self._run, self.step, self.begun = "", None, False


def behind(control: int | None, samples: int) -> tuple[int, ...]:
    """The holes of so many samples: they stand right behind the control."""
    first = 1 if control is None else control + 1
    return tuple(range(first, first + samples))


def without(loaded: Loading, control: int | None, wanted: int) -> tuple[Loading, Sentence | None]:
    """What stood in the holes. The planned samples stand behind the control; any other hole may be empty.

    With a sentence: a hole that should hold something is empty, and nothing may be judged.
    """
    planned = loaded.samples[:wanted]
    of_control = () if is_empty(loaded.control) else loaded.control
    filled = Loading(of_control, tuple(one for one in loaded.samples if not is_empty(one)))
    if control is not None and not of_control:
        return filled, Sentence("visit.run_empty", {"hole": str(control)})
    for nth in range(wanted):
        if nth >= len(planned) or is_empty(planned[nth]):
            return filled, Sentence("visit.run_empty", {"hole": _hole(planned, nth, control)})
    return filled, None


def without_any(loaded: Loading, control: int | None, holes: Sequence[int]) -> tuple[Loading, Sentence | None]:
    """The same of a run whose samples stand in these holes, each in its own."""
    of_control = () if is_empty(loaded.control) else loaded.control
    filled = Loading(of_control, tuple(one for one in loaded.samples if not is_empty(one)))
    told = {one[0].channel for one in filled.samples}
    missing = [hole for hole in holes if hole not in told]
    if control is not None and not of_control:
        missing.insert(0, control)
    return filled, Sentence("visit.run_empty", {"hole": str(missing[0])}) if missing else None


def is_empty(hole: Sequence[Reading]) -> bool:
    """Clear and unchanged: nothing stands there, or nothing that could be told from nothing."""
    told = {reading.quantity: reading.value for reading in hole}
    both = (told.get("absorbance"), told.get("absorbance_change"))
    return all(value is not None and abs(value) < EMPTY for value in both)


def _hole(planned: Sequence[Sequence[Reading]], nth: int, control: int | None) -> str:
    channel = planned[nth][0].channel if nth < len(planned) else None
    return str(channel if channel is not None else nth + 1 + (control or 0))
