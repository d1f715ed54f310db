"""Other counties whose papers come here: key lists, and lists of revoked certificates, as files in one folder.

`<name>.json` is a county's trust list, `<county>.revoked` beside it its list (kiosk.revoked_list). What cannot be read
is logged once and left out: a paper of that county is then said to be of an unknown one, never to be false.
"""

import logging
from datetime import date
from pathlib import Path

from kiosk.enrolment import TrustFile
from kiosk.revoked_list import open_list
from kiosk.trust import SealError, Trust
from kiosk.verify import County, Why

logger = logging.getLogger(__name__)

FOLDER = "neighbours"  # beside the station's own trust.json


class ListFile:
    """A list that is opened for each question: nothing is held while the station runs."""

    def __init__(self, file: Path, trust: Trust) -> None:
        """Raises SealError, OSError."""
        self._file = file
        self._trust = trust
        with open_list(file, trust) as revoked:
            self.day: date = revoked.day
            self.counter: int | None = revoked.counter

    def why(self, number: str) -> Why | None:
        """Raises SealError, OSError."""
        with open_list(self._file, self._trust) as revoked:
            return revoked.why(number)


class Neighbours:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Path, TrustFile] = {}
        self._told: set[str] = set()

    def __call__(self) -> tuple[County, ...]:
        """As they are now; a list that was put there since the last question counts."""
        return tuple(county for file in sorted(self._folder.glob("*.json")) if (county := self._county(file)))

    def _county(self, file: Path) -> County | None:
        if not file.is_file():  # a pipe would be waited for
            return None
        try:
            trust = self._files.setdefault(file, TrustFile(file)).now()
        except SealError as wrong:
            self._tell(wrong)
            return None
        listed = self._folder / f"{trust.county}.revoked"
        try:
            return County(trust, ListFile(listed, trust) if listed.exists() else None)
        except (SealError, OSError) as wrong:
            self._tell(wrong)
            return County(trust)

    def _tell(self, wrong: Exception) -> None:
        if str(wrong) not in self._told:
            self._told.add(str(wrong))
            logger.warning("a neighbour's list cannot be read: %s", wrong)
