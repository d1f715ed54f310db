"""Codes and numbers of other counties: judged by that county's own list of keys, and led to its own page.

Beside `<name>.json` and `<county>.revoked` (kiosk.neighbours) the folder may hold `<county>.host`: one line, the host
of that county's trace page.
"""

import re
from pathlib import Path

from kiosk.neighbours import Neighbours
from kiosk.verify import COUNTY_DIGITS, County

HOST = re.compile(r"[A-Za-z0-9.-]{1,60}(:[0-9]{1,5})?")
HOSTS = ".host"
MOST = 200  # bytes of such a file


class Elsewhere:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._neighbours = Neighbours(folder)

    def of(self, number: str) -> County | None:
        """The county that a number names; None when nothing is at hand of it."""
        name = number[:COUNTY_DIGITS]
        return next((one for one in self._neighbours() if one.trust.county == name), None)

    def page(self, county: str, path: str) -> str:
        """The address of that county's own page; empty while nobody has said where it is."""
        try:
            with (self._folder / f"{county}{HOSTS}").open(encoding="ascii") as file:
                host = file.read(MOST).strip()
        except (OSError, ValueError):
            return ""
        return f"https://{host}{path}" if HOST.fullmatch(host) else ""
