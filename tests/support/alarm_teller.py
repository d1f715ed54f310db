"""The county's teller of alarms as a program of its own, to be killed: `where` `folder` `time` (ISO 8601, stands)."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk.clock import ClockState, Now
from kiosk.pack import load_packs
from kiosk.words import load_words
from tests.support.bodies import COUNTY
from ui.county.acts import Acts
from ui.county.alarms.telling import AlarmTeller
from ui.county.sql import Where
from ui.county.telling import Teller

HOST = "office.example.cn"


def alarm_teller(where: Where, folder: Path, now: Callable[[], datetime]) -> AlarmTeller:
    """`folder` holds the office key and the county's channels."""
    acts = Acts(where, folder / "office.key", COUNTY, lambda: Now(now(), ClockState.NTP), lambda: None)
    return AlarmTeller(where, acts, folder, Teller(load_words("zh"), load_packs(texts=False)), HOST, now)


def main(where: str, folder: str, time: str) -> None:
    at = datetime.fromisoformat(time)
    place: Where = where if "=" in where else Path(where)
    alarm_teller(place, Path(folder), lambda: at).look()


if __name__ == "__main__":
    main(*sys.argv[1:])
