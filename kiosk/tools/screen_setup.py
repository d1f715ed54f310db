"""The screen's page: where a finger lands, whether every part of the picture shows, how bright it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.durable import write_whole
from kiosk.error_words import sentence_of
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import desk
from kiosk.tools import touch
from kiosk.tools.tool import Reach
from kiosk.tools.touch import TARGETS, Matrix, Point

FILE = "touch-calibration"
BACKLIGHTS = Path("/sys/class/backlight")
STEPS = (10, 25, 50, 75, 100)  # percent
TOUCH, COLOURS = "touch", "colours"


@dataclass(frozen=True, slots=True)
class SetupShown:
    """`page`: "" | touch | colours | bright. `target`: to be touched now. `bright` percent; None: no backlight."""

    page: str
    target: Point
    nth: int
    calibrated: bool
    bright: int | None
    told: Sentence | None


class ScreenSetup:
    """`state`: the station's own folder; udev reads the matrix there when the panel is found (systemd/72-…rules)."""

    id = "screen_setup"
    roles = frozenset({desk.TECHNICIAN})

    def __init__(self, reach: Reach, state: Path, backlights: Path = BACKLIGHTS) -> None:
        self._reach = reach
        self._file = state / FILE
        self._backlights = backlights
        self._touched: list[Point] = []
        self._told: Sentence | None = None

    def shown(self, about: str) -> SetupShown:
        if about != TOUCH:
            self._touched = []
        nth = len(self._touched)
        return SetupShown(about, TARGETS[nth], nth, self._file.exists(), self._brightness(), self._told)

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {"touched": self._touch, "straight": lambda _: self._straight(), "bright": self._brighten}

    def heard(self, event: object) -> bool:
        return False

    # --- where a finger lands -------------------------------------------------------------------------------------

    def _touch(self, where: str) -> None:
        """`<x> <y>`, in ten-thousandths of the window."""
        point = _point(where)
        if point is None:
            return
        self._touched.append(point)
        if len(self._touched) < len(TARGETS):
            self._reach.show()
            return
        found, self._touched = touch.fitted(self._touched, self._before()), []
        if found is None:
            self._tell(Sentence("tools.screen_setup.not_agreed"))
        else:
            self._keep(found)

    def _before(self) -> Matrix:
        return touch.read(self._file.read_text("ascii", "replace")) if self._file.exists() else touch.STRAIGHT

    def _keep(self, matrix: Matrix) -> None:
        try:
            write_whole(self._file, touch.property_of(matrix).encode(), 0o644)
        except OSError as refused:
            self._tell(sentence_of(refused) or Sentence("tools.choice_unkept"))
            return
        self._told = Sentence("tools.screen_setup.kept")
        self._reach.open.step(desk.tool_opened(self._reach.open.visit, self.id))

    def _straight(self) -> None:
        self._file.unlink(missing_ok=True)
        self._tell(Sentence("tools.screen_setup.straight"))

    # --- how bright it is -----------------------------------------------------------------------------------------

    def _brightness(self) -> int | None:
        for light in sorted(self._backlights.glob("*")):
            most, now = _number(light / "max_brightness"), _number(light / "brightness")
            if most and now is not None:
                return round(100 * now / most)
        return None

    def _brighten(self, percent: str) -> None:
        """Every backlight; never quite dark."""
        if percent not in map(str, STEPS):
            return
        try:
            for light in sorted(self._backlights.glob("*")):
                most = _number(light / "max_brightness") or 0
                (light / "brightness").write_text(str(max(1, most * int(percent) // 100)), "ascii")
        except OSError:
            self._told = Sentence("tools.screen_setup.dim_denied")
        self._reach.show()

    def _tell(self, told: Sentence) -> None:
        self._told = told
        self._reach.show()


def _point(where: str) -> Point | None:
    parts = where.split(" ")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) <= 5 for part in parts):
        return None
    return int(parts[0]) / 10_000, int(parts[1]) / 10_000


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text("ascii"))
    except (OSError, ValueError):
        return None
