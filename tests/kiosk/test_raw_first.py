"""An instrument that erases after transfer: every record is exactly once in entries or still in it, whenever we die."""

import multiprocessing
import os
import select
import signal
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from drivers.transcript import parse_torn
from kiosk import blobs
from tests.support.eraser import NAME, Eraser, observed, record_bytes, serve
from tests.support.waiting import came

SOON = 30.0
SPAWN = multiprocessing.get_context("forkserver")
RECORDS = [1, 2, 3]
# hello and its answer, get, head, three records each with its acknowledgement, end
BYTES = 2 + 2 + 2 + 2 + len(RECORDS) * (len(record_bytes(1)) + 1) + 2


class Wire:
    """The instrument's end of a pseudo-terminal. Counts bytes both ways."""

    def __init__(self, eraser: Eraser) -> None:
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.port = os.ttyname(self.slave)
        self.passed = 0
        self.said = 0  # by the instrument
        self._eraser = eraser

    def close(self) -> None:
        os.close(self.master)
        os.close(self.slave)

    def talk(self, box: ForkServerProcess, stop_at: int | None, tape: Path | None = None) -> bool:
        """Until the box has ended, or just after byte `stop_at`: True. `tape`: until that byte is written on it."""
        end = time.monotonic() + SOON
        while box.is_alive():
            assert time.monotonic() < end
            if not select.select([self.master], [], [], 0.02)[0]:
                continue
            for code in os.read(self.master, 1):
                if self._count(stop_at):
                    self._eraser.answer(bytes([code]))
                    return True
                for said in self._eraser.answer(bytes([code])):
                    os.write(self.master, bytes([said]))
                    self.said += 1
                    if self._count(stop_at):
                        _written(tape, self.said, end)
                        return True
        return False

    def rest(self) -> bytes:
        """What a box that died had already sent."""
        said = b""
        while select.select([self.master], [], [], 0.0)[0]:
            said += os.read(self.master, 4096)
        return said

    def _count(self, stop_at: int | None) -> bool:
        self.passed += 1
        return self.passed == stop_at


def _written(tape: Path | None, said: int, end: float) -> None:
    """So many bytes of the instrument are on the tape, or they were the last and the tape is settled."""

    def written() -> bool:
        text = tape.read_text() if tape is not None and tape.exists() else ""
        heard = [line.split()[1:] for line in text.splitlines() if line.startswith("<")]
        return sum(map(len, heard)) >= said or (said > 2 and "case " not in text)

    assert tape is None or came(written, end - time.monotonic(), again=0.001)


@contextmanager
def wire(eraser: Eraser) -> Iterator[Wire]:
    line = Wire(eraser)
    try:
        yield line
    finally:
        line.close()


def box(folder: Path, port: str, reads: int) -> ForkServerProcess:
    SPAWN.set_forkserver_preload(["tests.support.eraser"])
    process = SPAWN.Process(target=serve, args=(folder, port, reads))
    process.start()
    return process


def killed(folder: Path, eraser: Eraser, at: int, *, settled: bool, lost: bool) -> None:
    """`settled`: the box has written that byte down. `lost`: what it said last never reached the instrument."""
    with wire(eraser) as line:
        process = box(folder, line.port, 1)
        tape = folder / "tapes" / f"{NAME}.tape" if settled else None
        assert line.talk(process, at, tape)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join(SOON)
        said = line.rest()
        if not lost:
            eraser.answer(said)
        eraser.interrupted()


def restarted(folder: Path, eraser: Eraser) -> None:
    with wire(eraser) as line:
        process = box(folder, line.port, 2)
        line.talk(process, None)
        process.join(SOON)
        assert process.exitcode == 0


@pytest.mark.parametrize(("settled", "lost"), [(False, False), (True, False), (True, True)])
def test_killed_at_every_byte_of_a_transfer(tmp_path: Path, settled: bool, lost: bool) -> None:
    wrong = {}
    for at in range(1, BYTES + 1):
        eraser, folder = Eraser(list(RECORDS)), tmp_path / str(at)
        killed(folder, eraser, at, settled=settled, lost=lost)
        restarted(folder, eraser)
        if (observed(folder), eraser.store) != (RECORDS, []):
            wrong[at] = (observed(folder), eraser.store)
    assert wrong == {}


def test_without_a_kill_nothing_is_left(tmp_path: Path) -> None:
    eraser = Eraser(list(RECORDS))
    with wire(eraser) as line:
        process = box(tmp_path, line.port, 1)
        assert not line.talk(process, None)
        process.join(SOON)
        assert (process.exitcode, line.passed) == (0, BYTES)
    assert (observed(tmp_path), eraser.store) == (RECORDS, [])
    assert "case " not in (tmp_path / "tapes" / f"{NAME}.tape").read_text()
    (capture,) = (tmp_path / "blobs").glob("*/*")
    session = parse_torn(blobs.read(capture).decode()).cases[-1]
    assert b"".join(step.data for step in session.steps if step.mark == "<").startswith(b"\x1b\xc1" + record_bytes(1))
