"""One box, two displays: the touch panel keeps the page of a turn, whatever happens to the board and its display.

The compositor is the real one with displays that nobody sees; whose window stands where is asked of it.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.policies import under_policies
from tests.support.units import SYSTEMD
from tests.support.waiting import came, wait_for
from tests.ui.station.conftest import TOKEN, Served, served

__all__ = ["served"]  # the fixture

NOBODY = 65534
PANEL, BOARD = "HEADLESS-1", "HEADLESS-2"
UNSEEN = {"WLR_BACKENDS": "headless", "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman"}
HEARD = 10  # seconds within which a page that draws was heard
PATIENCE = 90  # seconds for a browser on a busy machine


@dataclass(frozen=True, slots=True)
class Window:
    page: str
    pid: int
    whole: bool  # it fills its display
    display: str
    seen: bool


class Displays:
    """systemd/screen as its unit starts it, by a user who is not root: the compositor refuses to be."""

    def __init__(self, folder: Path, address: str, plugged: int = 2) -> None:
        self._run = folder / "run"
        for name in ("run", "state", "keys"):
            (folder / name).mkdir(mode=0o700)
        (folder / "keys" / "screen-token").write_text(f"boot-id {TOKEN}\n", encoding="ascii")
        for script in ("screen", "page"):
            shutil.copy(SYSTEMD / script, folder)
        told = {"RUNTIME_DIRECTORY": "run", "STATE_DIRECTORY": "state", "CREDENTIALS_DIRECTORY": "keys"}
        own = {name: str(folder / place) for name, place in told.items()}
        entrances = [f"file://{self._run}/{page}.html" for page in ("turn", "board")]
        program = under_policies(folder, address, *entrances, uid=os.geteuid() or NOBODY)
        browser = f"{program} --ozone-platform=wayland --no-sandbox --disable-gpu"
        own |= {"ADDRESS": address, "BROWSER": browser, "LOOK_EVERY": "1", "PANEL": PANEL, "BOARD": BOARD}
        own["WLR_HEADLESS_OUTPUTS"] = str(plugged)
        self.process = subprocess.Popen(
            [*_as_nobody(folder), folder / "screen"], env={**os.environ, **UNSEEN, **own}, start_new_session=True
        )

    def ask(self, *words: str) -> Any:
        """What the compositor answers; None where it does not."""
        sockets = [*self._run.glob("sway-ipc.*.sock")]
        if not sockets:
            return None
        asked = ("swaymsg", "--socket", str(sockets[0]), "--raw", *words)
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def windows(self) -> dict[str, Window]:
        """By page."""
        tree = self.ask("-t", "get_tree") or {"nodes": []}
        found = [
            Window(
                one["app_id"].removeprefix("liangzheng-"),
                one["pid"],
                one["fullscreen_mode"] == 1 and one["rect"] == display["rect"],
                display["name"],
                one["visible"],
            )
            for display in tree["nodes"]
            for space in display["nodes"]
            for one in (*space["nodes"], *space["floating_nodes"])
        ]
        return {one.page: one for one in found}

    def stand(self) -> bool:
        windows = self.windows()
        return set(windows) == {"turn", "board"} and all(one.whole for one in windows.values())

    def end(self) -> None:
        if self.process.poll() is None:
            self.ask("exit")
            if not came(lambda: self.process.poll() is not None, 10):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        wait_for(lambda: not _running(self._run.parent), "every browser has ended", PATIENCE)


def _as_nobody(folder: Path) -> Sequence[str]:
    if os.geteuid() != 0:
        return ()
    for place in (folder, *folder.rglob("*")):
        os.chown(place, NOBODY, NOBODY)
    return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


def _running(folder: Path) -> list[int]:
    """Processes whose command line names the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in line:
            found.append(int(entry.name))
    return found


def silent(address: str) -> dict[str, int]:
    """Seconds since each page was heard, as the station says."""
    told = httpx.get(f"{address}/alive", cookies={"liangzheng": TOKEN}).text
    return {page: int(age) for page, age in (line.split(" ") for line in told.splitlines())}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where somebody else than the tests' user may write, and with a path that is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="lz-") as made:
        yield Path(made)


@pytest.fixture
def displays(served: Served, folder: Path) -> Iterator[Displays]:
    started = Displays(folder, served.address)
    try:
        wait_for(started.stand, "both pages fill their displays", PATIENCE)
        yield started
    finally:
        started.end()


def test_each_page_fills_a_display_of_its_own_and_is_heard(displays: Displays, served: Served) -> None:
    windows = displays.windows()
    assert (windows["turn"].display, windows["board"].display) == (PANEL, BOARD)
    wait_for(lambda: all(silent(served.address)[page] < HEARD for page in windows), "both are heard", PATIENCE)


def test_a_board_that_dies_comes_back_and_the_panel_never_notices(displays: Displays) -> None:
    before = displays.windows()
    os.kill(before["board"].pid, signal.SIGKILL)
    wait_for(lambda: "board" not in displays.windows(), "the board is gone", PATIENCE)
    wait_for(displays.stand, "the board is back", PATIENCE)
    after = displays.windows()
    assert after["turn"] == before["turn"]
    assert after["board"].display == BOARD
    assert after["board"].pid != before["board"].pid


def test_a_board_without_its_display_waits_unseen(served: Served, folder: Path) -> None:
    started = Displays(folder, served.address, plugged=1)
    try:
        wait_for(started.stand, "both browsers are there", PATIENCE)
        assert {page: window.seen for page, window in started.windows().items()} == {"turn": True, "board": False}
    finally:
        started.end()


def test_the_unit_starts_everything_anew_when_the_panels_browser_ends(displays: Displays) -> None:
    os.kill(displays.windows()["turn"].pid, signal.SIGKILL)
    wait_for(lambda: displays.process.poll() is not None, "the script has ended", PATIENCE)
