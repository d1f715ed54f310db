"""Users of their own for the programs of a test, where root can give them some."""

import subprocess
import sys
from collections.abc import Mapping
from os import geteuid

from ui.demo.programs import User

STATION, UPLINK, SCANNER, COUNTY = 64101, 64102, 64103, 64104  # numbers that no Debian package uses
USERS = {
    "station": User(STATION, STATION),
    "uplink": User(UPLINK, UPLINK),
    "scanner": User(SCANNER, SCANNER),
    "county": User(COUNTY, COUNTY),
}


def own_users() -> Mapping[str, User]:
    """A user for each program, where we are root and those users can reach this checkout; else none."""
    if geteuid() != 0:
        return {}
    asked = [sys.executable, "-c", "import ui.demo.bench"]
    try:
        subprocess.run(asked, user=STATION, group=STATION, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):  # a checkout under /root, for one
        return {}
    return USERS
