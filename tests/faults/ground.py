"""A county, its broker and some boxes as processes of their own, on lines that can be cut; watched from outside."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from kiosk.clock import BEIJING
from tests.faults.backlog import Backlog
from tests.faults.ledger import opened, receipted
from tests.support.broker import COUNTY, RunningBroker, running_broker
from tests.support.proxy import PASS, Proxy
from tests.support.waiting import came
from ui.demo.programs import Programs

START = datetime(2026, 11, 22, 8, tzinfo=BEIJING)
LOOK_S = 0.05


class Ground:
    """Programs are called `county` and the codes of the boxes. `line` is the boxes' way to the broker, `office` the
    intake's.
    """

    def __init__(self, folder: Path, broker: RunningBroker, programs: Programs, line: Proxy, office: Proxy) -> None:
        self.folder = folder
        self.broker = broker
        self.programs = programs
        self.line = line
        self.office = office
        self.boxes: dict[str, Backlog] = {}
        self.database = broker.folder / "county.db"
        self._copy = folder / "copy"

    def box(self, station: str, at: datetime = START) -> Backlog:
        """A box that has joined (before the broker started), with its uplink's configuration."""
        box = self.boxes[station] = Backlog(self.folder / station, COUNTY, station, at)
        (box.folder / "uplink.toml").write_text(self._uplink(station, box.folder), encoding="utf-8")
        return box

    def start(self, name: str) -> None:
        if name == "broker":
            self.broker.start()
        elif name == "county":
            self.programs.liangzheng("county", "county", "run", "--config", str(self._county()))
        else:
            self.programs.liangzheng(name, "uplink", "--config", str(self.boxes[name].folder / "uplink.toml"))

    def kill(self, name: str) -> None:
        """SIGKILL, and start again."""
        if name == "broker":
            self.broker.kill()
        else:
            self.programs.kill(name)
        self.start(name)

    def copy(self) -> None:
        """What a backup of the county holds: database and blobs of this moment."""
        shutil.rmtree(self._copy, ignore_errors=True)
        self._copy.mkdir()
        with closing(opened(self.database)) as lying, closing(sqlite3.connect(self._copy / "county.db")) as kept:
            lying.backup(kept)
        with suppress(FileNotFoundError):
            shutil.copytree(self.broker.folder / "blobs", self._copy / "blobs")

    def restore(self) -> None:
        """The county goes on from the copy."""
        self.programs.kill("county")
        for file in self.broker.folder.glob("county.db*"):
            file.unlink()
        shutil.copy(self._copy / "county.db", self.database)
        shutil.rmtree(self.broker.folder / "blobs", ignore_errors=True)
        if (self._copy / "blobs").exists():
            shutil.copytree(self._copy / "blobs", self.broker.folder / "blobs")
        self.start("county")

    def taken(self) -> int:
        """Entries in verified prefixes of the county."""
        try:
            with closing(opened(self.database)) as sql:
                return int(sql.execute("select coalesce(sum(through), 0) from head").fetchone()[0])
        except sqlite3.OperationalError:
            return 0

    def settled(self, total: int) -> bool:
        """Everything is taken, told, receipted, and the boxes know."""
        if self.taken() < total:
            return False
        with closing(opened(self.database)) as sql:
            if sql.execute("select count(*) from outgoing").fetchone()[0]:
                return False
        with suppress(ValueError, FileNotFoundError):
            return sum(receipted(box.folder)[1] for box in self.boxes.values()) >= total and self._blobs_are_there()
        return False

    def await_(self, reached: int, within: float, what: str) -> list[str]:
        """Until so many entries are taken; a sentence when they are not."""
        if self._came(lambda: self.taken() >= reached, within):
            return []
        return [f"{what}: after {within:.0f} s the county has taken {self.taken()} of {reached}"]

    def await_settled(self, total: int, within: float) -> list[str]:
        if self._came(lambda: self.settled(total), within):
            return []
        return [f"after {within:.0f} s it is not settled: {self.taken()} of {total} taken"]

    def _came(self, holds: Callable[[], bool], within: float) -> bool:
        """Raises ProgramError when a program that should run has ended meanwhile."""

        def looked() -> bool:
            if holds():
                return True
            self.programs.check()
            return False

        return came(looked, within, again=LOOK_S)

    def _blobs_are_there(self) -> bool:
        folder = self.broker.folder / "blobs"
        files = (file for box in self.boxes.values() for file in (box.folder / "blobs").glob("*/*"))
        return all((folder / file.parent.name / file.name).exists() for file in files)

    def _county(self) -> Path:
        """The county's configuration with the intake's own way to the broker."""
        text = (self.broker.folder / "county.toml").read_text(encoding="utf-8")
        ours = self.folder / "county.toml"
        ours.write_text(text.replace(f"broker_port = {self.broker.port}", f"broker_port = {self.office.port}"))
        return ours

    def _uplink(self, station: str, folder: Path) -> str:
        facts = {
            "county": COUNTY,
            "station": station,
            "broker_host": "localhost",
            "broker_port": self.line.port,
            "ca": folder / "tls" / "ca.pem",
            "certificate": folder / "tls" / "client.pem",
            "key": folder / "tls" / "client.key",
            "trust": folder / "trust.json",
            "up": folder / "up",
            "down": folder / "down",
            "blobs": folder / "blobs",
            "resend_s": 1,
            "resend_most_s": 3,
            "reconnect_s": 0.2,
            "reconnect_most_s": 1,
            "keepalive_s": 5,
        }
        return "".join(f"{name} = {v if isinstance(v, int | float) else repr(str(v))}\n" for name, v in facts.items())


@contextmanager
def ground(stations: Sequence[str], at: datetime = START) -> Iterator[Ground]:
    """Nothing runs yet. It lies below /tmp: pytest's folders are closed to the broker's user."""
    with (
        tempfile.TemporaryDirectory(prefix="liangzheng-traffic-", ignore_cleanup_errors=True) as name,
        ExitStack() as up,
    ):
        folder = Path(name)
        folder.chmod(0o755)
        broker = up.enter_context(running_broker(folder, *stations, started=False))
        programs = Programs(folder / "logs", {})
        up.callback(programs.stop_all)
        line, office = (up.enter_context(Proxy(broker.port)) for _ in range(2))
        line.mode = office.mode = PASS
        made = Ground(folder, broker, programs, line, office)
        for station in stations:
            made.box(station, at)
        yield made
