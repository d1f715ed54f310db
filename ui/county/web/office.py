"""What the app gives each room of the office: built once, passed by argument."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starlette.requests import Request

from kiosk.pack import Packs
from kiosk.trust import Trust
from ui.county.acts import Acts
from ui.county.sql import Where
from ui.county.telling import Teller
from ui.county.web.answering import Answering
from ui.county.web.doors import Doors


@dataclass(frozen=True, slots=True)
class Office:
    """`folder` is the county's; `tellers` by language; `trust` is asked on each request; `now` bears an offset."""

    where: Where
    doors: Doors
    answering: Answering
    acts: Acts
    folder: Path
    packs: Packs
    tellers: Mapping[str, Teller]
    county: str
    trust: Callable[[], Trust]
    now: Callable[[], datetime]

    def teller(self, request: Request) -> Teller:
        """Speaks the language of the browser."""
        return self.tellers[self.answering.language(request)]
