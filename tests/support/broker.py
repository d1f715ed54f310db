"""A real mosquitto with TLS and the county's own access list on a free port, which can be killed and started again."""

import contextlib
import getpass
import signal
import socket
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from kiosk.enrolment import accept, prepare
from tests.support.waiting import came
from ui.county.broker import start_command
from ui.county.office import CountyConfig, enrol, init_county

COUNTY = "530427"
DAY = date(2026, 11, 22)
PATIENCE_S = 20.0


class RunningBroker:
    """The county in `config.folder` and its broker."""

    def __init__(self, config: CountyConfig) -> None:
        self.config = config
        self.folder = config.folder
        self.port = config.broker_port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "mosquitto.log").open("ab") as said:
            command = start_command(self.folder / "mosquitto" / "mosquitto.conf")
            self._process = subprocess.Popen(command, stdout=said, stderr=said)
        process = self._process
        came(lambda: self._answers() or process.poll() is not None, PATIENCE_S, again=0.02)
        if not self._answers():
            raise RuntimeError((self.folder / "mosquitto.log").read_text())

    def kill(self, number: int = signal.SIGKILL) -> None:
        """As a power cut does, unless another signal is named."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(PATIENCE_S)
            self._process = None

    def signal(self, number: int) -> None:
        """SIGHUP has it read its list of rights anew."""
        if self._process is not None:
            self._process.send_signal(number)

    def enrol(self, box: Path, station: str) -> Path:
        """Let a box join; its keys, certificates and trust list are then in `box`. Enrol before the broker starts."""
        accept(box, enrol(self.folder, prepare(box, self.config.county, station), DAY))
        return box

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


def county_config(folder: Path, county: str = COUNTY) -> CountyConfig:
    return CountyConfig(
        county=county,
        folder=folder,
        host="lz.example.cn",
        broker_host="localhost",
        broker_address="127.0.0.1",
        broker_port=free_port(),
        broker_user=getpass.getuser(),
        listen=f"127.0.0.1:{free_port()}",
    )


@contextlib.contextmanager
def running_broker(folder: Path, *stations: str, started: bool = True) -> Iterator[RunningBroker]:
    """A new county in `folder`/county with its broker; each station joins as `folder`/<station>."""
    config = county_config(folder / "county")
    init_county(config, DAY)
    broker = RunningBroker(config)
    for station in stations:
        broker.enrol(folder / station, station)
    if started:
        broker.start()
    try:
        yield broker
    finally:
        broker.kill(signal.SIGTERM)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port
