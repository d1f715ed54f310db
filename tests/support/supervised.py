"""A program that is started again whenever it ends, as systemd does it for our units; and what it uses meanwhile."""

import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

RESTART_S = 0.2  # RestartSec of liangzheng-scanner.service


class Supervised:
    """`starts` counts; the program that runs now is `program`. What it said on its way out stands in `ends`."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self.starts = 0
        self.ends: list[int] = []
        self.program: subprocess.Popen[bytes] | None = None
        self._command = command
        self._log = log
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def kill(self) -> None:
        if self.program is not None:
            self.program.kill()

    def peak_mb(self) -> int:
        """The most memory that the running program ever had, `VmHWM` of proc(5)."""
        if self.program is None:
            return 0
        status = Path(f"/proc/{self.program.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) // 1024

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _wrong: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._stop.set()
        self.kill()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            with self._log.open("ab") as log, subprocess.Popen(self._command, stderr=log) as self.program:
                self.starts += 1
                self._wait(self.program)
            self._stop.wait(RESTART_S)

    def _wait(self, program: "subprocess.Popen[bytes]") -> None:
        """A start and the end of the test may cross each other: then nobody else kills it."""
        while program.poll() is None:
            if self._stop.is_set():
                program.kill()
            self._stop.wait(0.01)
        self.ends.append(program.returncode)
