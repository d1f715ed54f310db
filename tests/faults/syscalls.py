"""Crash points by system call: strace kills the station as it enters the N-th call of a kind in a step of a turn."""

import contextlib
import subprocess
import threading
from dataclasses import dataclass
from typing import Self

from kiosk.rules.visits.turn import Stage
from ui.demo.bench import Bench
from ui.demo.programs import ProgramError

CALLS = ("pwrite64", "fdatasync", "rename", "write")
STEPS = (Stage.PROMISE, Stage.TEST_CHOICE, Stage.QUANTITY, Stage.DONE)
ATTACHED_WITHIN = 20.0


@dataclass(frozen=True, slots=True)
class Point:
    """The `nth` `call` of any one thread, counted from when the screen shows `step`."""

    step: Stage
    call: str
    nth: int

    def __str__(self) -> str:
        return f"{self.step}/{self.call}/{self.nth}"


class Injector:
    """Attaches when the person first sees the step, and starts the station again after it died there."""

    def __init__(self, bench: Bench, point: Point) -> None:
        self.hit = False
        self.failed: list[str] = []
        self._bench = bench
        self._point = point
        self._strace: subprocess.Popen[str] | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="keeper")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._strace is not None and self._strace.poll() is None:
            self._strace.terminate()  # it lets the station go
        self._ended.set()
        self._thread.join()
        if self._strace is not None:
            self._strace.communicate()

    def saw(self, stage: Stage) -> None:
        if stage is self._point.step and self._strace is None:
            self._strace = self._attached()

    def _attached(self) -> subprocess.Popen[str]:
        call = "/^rename" if self._point.call == "rename" else self._point.call
        process = self._bench.programs._running["station"]
        rule = f"inject={call}:signal=SIGKILL:when={self._point.nth}"
        command = ["strace", "-f", "-p", str(process.pid), "-o", "/dev/null", "-e", f"trace={call}", "-e", rule]
        strace = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        said = "" if strace.stderr is None else strace.stderr.readline()
        if "attached" not in said:
            raise RuntimeError(f"strace: {said}")
        return strace

    def _keep(self) -> None:
        """The station is started again as soon as it has died of its point."""
        while not self._ended.wait(0.02):
            if not self.hit and not self._bench.programs.runs("station"):
                self.hit = True
                self._restart()

    def _restart(self) -> None:
        with contextlib.suppress(KeyError):
            self._bench.programs.kill("station")
        if self._strace is not None:
            self._strace.wait(ATTACHED_WITHIN)
        try:
            self._bench.start("station")
        except (ProgramError, TimeoutError) as failed:
            self.failed.append(f"{self._point}: the station does not start again: {failed}")
