"""The station's signs of life, from the real program: none while it is stopped, and again when it goes on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.notified import Notified
from tests.support.stage import bench
from tests.support.waiting import came, wait_for

WAITS = 3.0  # seconds that the service manager of this test waits
SIGN = "WATCHDOG=1"


@pytest.fixture
def station() -> Iterator[tuple[subprocess.Popen[bytes], Notified]]:
    with bench() as box:
        manager = Notified(box.folder / "notify")
        told = {"NOTIFY_SOCKET": str(box.folder / "notify"), "WATCHDOG_USEC": str(int(WAITS * 1e6))}
        config = str(box.box / "etc" / "station.toml")
        command = [sys.executable, "-m", "ui.command.main", "station", "--config", config]
        process = subprocess.Popen(command, env={**os.environ, **told}, stderr=subprocess.DEVNULL)
        try:
            yield process, manager
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            process.wait()
            manager.close()


def test_a_stopped_station_gives_none(station: tuple[subprocess.Popen[bytes], Notified]) -> None:
    process, manager = station
    wait_for(lambda: SIGN in manager.heard(), "a sign of life")
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    manager.heard()  # what it had said until then
    assert not came(lambda: SIGN in manager.heard(), WAITS), "as long as the service manager waits"
    process.send_signal(signal.SIGCONT)
    wait_for(lambda: SIGN in manager.heard(), "the next one")
