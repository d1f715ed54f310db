"""What the scanner program tells, taken in: codes to where they are awaited, advice and the camera to the screen.

Owned by the attendant's thread.
"""

from collections.abc import Callable

from drivers.scanner.wire import Advice, Camera, CameraState, Hint, Seen
from kiosk.arriving import NOBODY_YET, Arriving
from kiosk.collecting import Collecting
from kiosk.guidance import Guidance
from kiosk.open_visit import OpenVisit
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Stage
from kiosk.scans import Scans

AWAY = "scanner.again"  # the program is away, and may be back before anybody has noticed
TAKES = (*NOBODY_YET, Stage.BASKET)


class Scanning:
    """`camera` hears what is wrong with it, None when nothing is; `show` draws the screen anew.

    `first`: whether a code means something wherever one stands (an answer of the open sheet, a badge), and was taken.
    """

    def __init__(
        self,
        open_visit: OpenVisit,
        arriving: Arriving,
        collecting: Collecting,
        proves: Callable[[bytes], bool],
        camera: Callable[[Sentence | None], None],
        show: Callable[[], None],
        first: Callable[[bytes], bool] = lambda _: False,
    ) -> None:
        self._open = open_visit
        self._arriving = arriving
        self._collecting = collecting
        self._scans = Scans(proves)
        self._guidance = Guidance()
        self._camera = camera
        self._show = show
        self._first = first

    @property
    def hint(self) -> Hint | None:
        return self._guidance.hint

    def seen(self, seen: Seen) -> bool:
        """A code was read; whether it was awaited, so that somebody is there who waits for us."""
        if not self._scans.counts(seen):
            return False
        if self._first(seen.data):
            return True
        awaited = self._open.stage in TAKES
        if self._open.stage is Stage.BASKET:
            self._collecting.scanned(seen.data)
        else:
            self._arriving.scanned(seen.data)
        return awaited

    def told(self, message: Advice | Camera) -> None:
        match message:
            case Advice(hint):
                self._guidance.advised(hint)
            case Camera(state, problem):
                self._camera_is(state, problem)
        self.settle()

    def settle(self) -> None:
        """Now and then: a hint that was held back, or stood its time; an answer that did."""
        self._arriving.settle()
        if self._guidance.settle():
            self._show()

    def _camera_is(self, state: CameraState, problem: str | None) -> None:
        """While the program is away for a moment nothing is wrong with the machine: the code is to be shown again."""
        self._guidance.scanner_away(problem == AWAY)
        if state is CameraState.ABSENT:
            self._scans.interrupted()
        well = problem in (None, AWAY) or state is CameraState.READY
        self._camera(None if well else Sentence(f"problem.{problem}"))
