"""The scripts that keep the displays: they go in without telling the token, and end a page that is dead.

Two displays are those of a real compositor without a screen: whose window stands on which is asked of it.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.support.policies import SHIPPED, under_policies
from tests.support.units import SYSTEMD, unit
from tests.support.waiting import came, wait_for
from tests.ui.station.conftest import TOKEN, Served, served

__all__ = ["served"]  # the fixture

SILENT = 6  # seconds, where the unit has 30
QUIET = ("--headless", "--no-sandbox", "--disable-gpu")


@contextmanager
def screen(folder: Path, address: str) -> Iterator["subprocess.Popen[bytes]"]:
    """systemd/screen as its unit starts it, with a headless browser instead of a compositor."""
    run, state, keys = (folder / name for name in ("run", "state", "keys"))
    for made in (run, state, keys):
        made.mkdir()
    (keys / "screen-token").write_text(f"boot-id {TOKEN}\n", encoding="ascii")
    browser = under_policies(folder, address, f"file://{run}/turn.html")
    told = {"RUNTIME_DIRECTORY": run, "STATE_DIRECTORY": state, "CREDENTIALS_DIRECTORY": keys}
    mine = {"ADDRESS": address, "COMPOSITOR": "", "BROWSER": " ".join((str(browser), *QUIET))}
    own = {"LOOK_EVERY": "1", "SILENT": str(SILENT)}
    process = subprocess.Popen(
        [SYSTEMD / "screen"],
        env={**os.environ, **{name: str(value) for name, value in told.items()}, **mine, **own},
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        with_children = os.getpgid(process.pid) if process.poll() is None else process.pid
        for by in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(with_children, by)
            except ProcessLookupError:
                break
            came(lambda: process.poll() is not None, 5)
        process.wait()


def processes(group: int) -> dict[int, str]:
    """The command line of every process of this process group."""
    found = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if os.getpgid(int(entry.name)) == group:
                found[int(entry.name)] = (entry / "cmdline").read_text(errors="replace")
    return found


def send(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """To every process that draws a page."""
    drawing = [pid for pid, line in processes(process.pid).items() if "--type=renderer" in line]
    assert drawing
    for pid in drawing:
        os.kill(pid, number)


def heard(address: str) -> int:
    """Seconds since the page was heard, as the station says."""
    told = httpx.get(f"{address}/alive", cookies={"liangzheng": TOKEN}).text
    return int(dict(line.split(" ") for line in told.splitlines())["turn"])


@pytest.fixture
def started(served: Served, tmp_path: Path) -> Iterator["tuple[subprocess.Popen[bytes], Served, Path]"]:
    with screen(tmp_path, served.address) as process:
        wait_for(lambda: heard(served.address) < SILENT, "the page is heard", 90)
        yield process, served, tmp_path


Started = tuple["subprocess.Popen[bytes]", Served, Path]


def test_no_process_tells_the_token(started: Started) -> None:
    process, _, folder = started
    lines = processes(process.pid).values()
    assert any("chromium" in line for line in lines)
    assert not [line for line in lines if TOKEN in line]
    assert (folder / "run" / "turn.html").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("what", "number"), [("crashed", signal.SIGSEGV), ("frozen", signal.SIGSTOP)])
def test_a_dead_page_ends_the_browser(started: Started, what: str, number: signal.Signals) -> None:
    process, _, _ = started
    began = time.monotonic()
    send(process, number)
    wait_for(lambda: process.poll() is not None, "the script has ended", 60)
    assert process.returncode == 1
    print(f"a {what} page: {time.monotonic() - began:.1f} s with a patience of {SILENT} s")


def test_a_station_that_cannot_draw_is_waited_for(started: Started) -> None:
    """The browser is not to blame: its page says so, and comes back by itself."""
    process, served, _ = started
    served.attendant.show(visit=None)
    until = time.monotonic() + 2 * SILENT
    wait_for(lambda: time.monotonic() > until, "twice the patience", 60)
    assert process.poll() is None
    assert heard(served.address) < SILENT


def test_the_shipped_policies_let_nobody_look_in() -> None:
    """The station's address is that of the unit."""
    told = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert told["RemoteDebuggingAllowed"] is False
    assert told["URLBlocklist"][0] == "*"
    address = next(line.removeprefix("ADDRESS=") for line in unit("screen").all("Environment") if "ADDRESS" in line)
    folder = unit("screen").one("RuntimeDirectory")
    assert told["URLAllowlist"] == [address, *(f"file:///run/{folder}/{page}.html" for page in ("turn", "board"))]
