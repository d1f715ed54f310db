"""The scan test: what camera and scan gun read now, of what kind it is, and how it could be held better."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drivers.scanner.wire import Advice, Hint, Quality, Seen
from kiosk.rules.scan import codes
from kiosk.rules.visits import desk
from kiosk.tools.tool import Reach

GUN = "gun"
MOST = 5
TEXT = 120  # characters of a code that are shown


@dataclass(frozen=True, slots=True)
class Reading:
    """One showing of a code. `kind` of codes.Kind; `at` ISO 8601."""

    kind: str
    text: str
    symbology: str
    decoder: str
    reads: int
    at: str
    quality: Quality | None

    @property
    def by_gun(self) -> bool:
        return self.decoder == GUN


@dataclass(frozen=True, slots=True)
class ScanShown:
    """The latest first. `camera`, `gun`: whether each of them has read anything since the page was opened."""

    readings: tuple[Reading, ...]
    hint: str
    camera: bool
    gun: bool


class ScanTest:
    id = "scan_test"
    roles = frozenset({desk.TECHNICIAN, desk.INSPECTOR, desk.CLERK})

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._readings: tuple[Reading, ...] = ()
        self._showing = -1
        self._hint: Hint | None = None

    def shown(self, about: str) -> ScanShown:
        guns = [one.by_gun for one in self._readings]
        hint = "" if self._hint is None else self._hint.value
        return ScanShown(self._readings, hint, not all(guns) if guns else False, any(guns))

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {"clear": lambda _: self._clear()}

    def heard(self, event: object) -> bool:
        """Nothing that is held up here is anybody's card: it is only read. Advice is everybody's."""
        opened = self._reach.open.visit.tool.partition(" ")[0] == self.id
        if isinstance(event, Seen) and opened:
            self._read(event)
            return True
        if isinstance(event, Advice) and opened and event.hint is not self._hint:
            self._hint = event.hint
            self._reach.show()
        return False

    def _read(self, seen: Seen) -> None:
        scanned = codes.explain(seen.data)
        text = seen.data.decode("utf-8", "replace")[:TEXT]
        now = self._reach.clock.now().text
        reading = Reading(str(scanned.kind), text, seen.symbology, seen.decoder, seen.reads, now, seen.quality)
        again = seen.showing == self._showing and self._readings and self._readings[0].text == text
        self._readings = (reading, *self._readings[1 if again else 0 : MOST - 1 + bool(again)])
        self._showing, self._hint = seen.showing, None
        self._reach.show()

    def _clear(self) -> None:
        self._readings = ()
        self._reach.show()
