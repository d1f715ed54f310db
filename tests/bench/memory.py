"""Memory of programs that run, as the kernel counts it.

Resident: every page that a program has touched. Proportional: a page that several have touched counts as a part to
each, so that programs can be added up; libraries and the fonts that the browser has open too are such pages. Own: what
would be free if the program ended.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.support.waiting import let_pass

ROOT = Path(__file__).resolve().parents[2]
KINDS = {"resident": "Rss", "proportional": "Pss", "own": "Private_Clean Private_Dirty"}
STEADY = 0.5  # MiB in LOOK seconds
LOOK, LOOKS = 3.0, 12


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB."""

    resident: float
    proportional: float
    own: float

    @classmethod
    def of(cls, pid: int) -> Self:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
        kilobytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
        return cls(*(sum(kilobytes[name] for name in names.split()) / 1024 for names in KINDS.values()))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.resident + other.resident, self.proportional + other.proportional, self.own + other.own)

    def kinds(self) -> dict[str, float]:
        return {kind: getattr(self, kind) for kind in KINDS}


def settled(pid: int) -> Memory:
    """When what a program loads after its start is there."""
    now = Memory.of(pid)
    for _ in range(LOOKS):
        before = now
        let_pass(LOOK)
        now = Memory.of(pid)
        if abs(now.resident - before.resident) < STEADY:
            break
    return now


def compile_ours() -> None:
    """As an installed box has them: a program that compiles its modules keeps 5 MiB of that, and starts later."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", "drivers", "kiosk", "ui"], cwd=ROOT, check=True)
