"""What the Modbus tests share: a bus over any port, scripted bytes in virtual time, frames made without pymodbus."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from drivers.analyzer.analyzer import Analyzer
from drivers.analyzer.conversation import Conversation, Port
from drivers.analyzer.modbus import Modbus
from drivers.errors import DeviceError, LinkError
from drivers.evidence.replay import ReplayPort
from drivers.ports import open_port
from drivers.profile.exchange import Put, Read
from drivers.profile.folder import find
from drivers.profile.link import Link
from drivers.transcript import Recorder, parse
from tests.support.waiting import let_pass, wait_for

PATIENCE = 20.0  # seconds


class Bus:
    """Modbus over an open port, as an exchange uses it: after trouble nothing is trusted until it was silent."""

    def __init__(
        self,
        port: Port,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
        **link: object,
    ) -> None:
        self.link = self.settings(**link)
        recorder = Recorder("any@1")
        recorder.begin("test")
        self.port = port
        self.talk = Conversation(port, self.link, recorder, clock, pause)
        self.modbus = Modbus(self.link, self.talk)

    @staticmethod
    def settings(**link: object) -> Link:
        baud = None if link.get("kind") == "modbus-tcp" else 9600
        usual = {"kind": "modbus-rtu", "baud": baud, "unit": 1, "gap_ms": 5, "reply_ms": 300, "byte_ms": 60}
        return Link.model_validate(usual | link)

    def read(self, table: str, addr: int, count: int, unit: int | None = None) -> bytes:
        read = Read.model_validate({"table": table, "addr": addr, "count": count, "doc": f"wire {addr}", "unit": unit})
        with self._trusting():
            return self.modbus.read(read)[0]

    def write(self, table: str, addr: int, value: int) -> None:
        put = Put.model_validate({"table": table, "addr": addr, "value": value, "doc": f"wire {addr}"})
        with self._trusting():
            self.modbus.write(put)

    def pdu(self, pdu: str, size: int | None) -> bytes:
        with self._trusting():
            return self.modbus.pdu(bytes.fromhex(pdu), size)[0]

    @contextmanager
    def _trusting(self) -> Iterator[None]:
        try:
            yield
        except DeviceError:
            self.talk.distrust()
            raise


def scripted(lines: str, **link: object) -> Bus:
    """`> …`, `< …`, `~ ms` of a golden; what is sent must be what stands there."""
    case = parse(f"golden 1\nprofile any@1\norigin constructed\ncase any\nrun any\n{lines}").cases[0]
    port = ReplayPort(case)
    return Bus(port, port.clock, port.pause, **link)


def rtu(text: str) -> str:
    """Hexadecimal bytes with their CRC; bit by bit, unlike every table in the product."""
    data = bytes.fromhex(text)
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return (data + crc.to_bytes(2, "little")).hex(" ").upper()


def tcp(number: int, text: str) -> str:
    data = bytes.fromhex(text)
    return (number.to_bytes(2, "big") + bytes(2) + len(data).to_bytes(2, "big") + data).hex(" ").upper()


@contextmanager
def analyzer(profile_id: str, where: str, **link: object) -> Iterator[Analyzer]:
    """The real driver of a profile on a real port; only its waits are shorter."""
    profile = find(profile_id)
    quick = profile.model_copy(
        update={"link": profile.link.model_copy(update={"reply_ms": 300, "byte_ms": 60, **link})}
    )
    running = Analyzer(quick, open_port(where, quick.link), pause=lambda seconds: let_pass(min(seconds, 0.02)))
    try:
        yield running
    finally:
        running.close()


def until_open(where: str, link: Link) -> Port:
    """The port of a program that is still starting."""
    opened: list[Port] = []

    def opens() -> bool:
        with suppress(LinkError):
            opened.append(open_port(where, link))
        return bool(opened)

    wait_for(opens, f"the port of {where}", PATIENCE)
    return opened[0]


@contextmanager
def program(*command: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A foreign program, ended with the test."""
    name = shutil.which(command[0])
    assert name is not None, f"{command[0]} is missing: systemd/prepare test"
    arguments = [name, *map(str, command[1:])]
    with subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.terminate()


@contextmanager
def pty_pair(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Two ends of one line, by socat."""
    ours, theirs = folder / "ours", folder / "theirs"
    ends = [f"pty,raw,echo=0,link={end}" for end in (ours, theirs)]
    with program("socat", *ends):
        wait_for(lambda: ours.exists() and theirs.exists(), "socat has made both ends", PATIENCE)
        yield ours, theirs
