"""Debian's Chromium under the managed policies that we ship, for one browser alone: the machine's own stay as they are.

The policies lie where Chromium looks for them in a mount namespace of this browser. Three things are a test's own: the
station's port, the folder of the way in, and, where a test steers the browser, that it may.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from tests.support.browser import CHROMIUM
from tests.support.units import SYSTEMD

SHIPPED = SYSTEMD / "chromium-policies.json"
ETC = "/etc/chromium"


def under_policies(folder: Path, address: str, *also: str, steered: bool = False, uid: int | None = None) -> Path:
    """A program that is Chromium under our policies, for a station at this address; `also` may be opened as well.

    `uid` is the user that will run it, where it is another than the test's.
    """
    told = json.loads(SHIPPED.read_text(encoding="utf-8"))
    told["URLAllowlist"] = [address, *also, *(("about:blank",) if steered else ())]
    if steered:  # the shipped ones keep every debugger out, this one too
        told |= {"RemoteDebuggingAllowed": True, "DeveloperToolsAvailability": 1}
    managed = folder / "etc" / "policies" / "managed"
    managed.mkdir(parents=True)
    (managed / "liangzheng.json").write_text(json.dumps(told), encoding="utf-8")
    program = folder / "chromium"
    inside = f'mount --bind {folder / "etc"} {ETC} && exec {CHROMIUM} "$@"'
    program.write_text(
        f"#!/bin/sh\nexec {' '.join(_apart(os.geteuid() if uid is None else uid))} sh -c '{inside}' chromium \"$@\"\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program


def _apart(uid: int) -> Sequence[str]:
    """A mount namespace of one's own; who is not root gets one with a user namespace."""
    return ("unshare", "--mount") if uid == 0 else ("unshare", "--mount", "--user", "--map-root-user")
