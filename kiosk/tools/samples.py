"""The samples page (样品): what was taken and not tested yet, the labels of its seals, the way to the bench."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from kiosk.desk_counts import SINCE_DAYS
from kiosk.rules.messages import SampleTaken
from kiosk.rules.visits import desk
from kiosk.tools.tool import Reach


@dataclass(frozen=True, slots=True)
class SamplesShown:
    """Seq and sheet of each, the oldest first."""

    samples: tuple[tuple[int, SampleTaken], ...]


class Samples:
    id = "samples"
    roles = frozenset({desk.INSPECTOR})

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def shown(self, about: str) -> SamplesShown:
        today = self._reach.clock.now().at.date()
        since = (today - timedelta(days=SINCE_DAYS)).isoformat()
        return SamplesShown(tuple(self._reach.record.tables.work.samples_waiting(since)))

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {"print_sheet": self._sheet, "print_labels": self._labels}

    def heard(self, event: object) -> bool:
        return False

    def _sheet(self, sample: str) -> None:
        """The sampling sheet once more."""
        self._print("sampling", sample)

    def _labels(self, sample: str) -> None:
        """Those of its seals."""
        found = self._reach.record.tables.work.sample(sample)
        if found is not None and found[1].seals:
            self._print("seals", sample)

    def _print(self, slip: str, sample: str) -> None:
        found = self._reach.record.tables.work.sample(sample)
        if found is not None:
            self._reach.slip(slip, found[0])
