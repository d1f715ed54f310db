"""Part `strokes`: SIGKILL, EIO and ENOSPC at every file call of the record and the uplink (Tessera does the same).

strace counts the calls of a thread on our files, and strikes at the N-th: once, or from there on. Afterwards a restart
must find everything that was promised; a program that went on or stopped with a named error is as good as a killed one.
"""

import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.faults.book import Found, Units
from tests.faults.box import Plan, Site
from tests.faults.clerk import REFUSED, clerk
from tests.faults.flows import FLOWS, made
from tests.faults.inspector import inspect
from tests.faults.promises import Promises

CALLS = (
    *("openat", "mkdir", "read", "pread64", "write", "pwrite64", "ftruncate"),
    *("fsync", "fdatasync", "rename", "unlink", "close"),
)
STRIKES = {
    "kill": "signal=SIGKILL:when={}",
    "eio": "error=EIO:when={}",
    "eio+": "error=EIO:when={}+",
    "enospc": "error=ENOSPC:when={}",
    "enospc+": "error=ENOSPC:when={}+",
}
ROOM = ("openat", "mkdir", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "rename")  # may lack space
AT_ONCE = 12  # points of one unit
PLAN = Plan(turns=1, segment_bytes=6000, fold_every=1)


@dataclass(frozen=True, slots=True)
class Kind:
    """Calls of one name on one half of the files: the record's thread and its flusher are told apart by them."""

    flow: str
    half: str  # "up", or "rest"
    call: str

    def __str__(self) -> str:
        return f"{self.flow}/{self.call}/{self.half}"


class Bed:
    """Folders in which the same flow is struck again and again."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(folder / "box")
        self._folder = folder
        self._kept: dict[str, Promises] = {}
        self._paths: dict[str, dict[str, list[str]]] = {}

    def counted(self, flow: str) -> dict[Kind, int]:
        """How often a thread makes each call in an undisturbed run of a flow."""
        self._kept[flow] = made(flow, self._folder / flow)
        self._lay(flow)
        before = _names(self.site.folder)
        self._strike(["-o", "/dev/null", "-e", "trace=none"])
        self._paths[flow] = _halves(self.site.folder, before | _names(self.site.folder))
        return {Kind(flow, half, call): most for half in ("up", "rest") for call, most in self._most(flow, half)}

    def struck(self, kind: Kind, strike: str, nth: int) -> tuple[int, list[str]]:
        """Exit status of the program under one strike, and what is wrong afterwards."""
        self._lay(kind.flow)
        rule = f"inject={kind.call}:{STRIKES[strike].format(nth)}"
        options = ["-o", "/dev/null", *self._filter(kind.flow, kind.half), "-e", f"trace={kind.call}", "-e", rule]
        status, said = self._strike(options)
        promises = Promises()
        promises.hear(said)
        wrong = [] if status in (0, -9, REFUSED) else [f"the program broke: {status}"]
        return status, wrong + inspect(self.site, self._with(kind.flow, promises))

    def _with(self, flow: str, promises: Promises) -> Promises:
        before = self._kept[flow]
        promises.entries = before.entries | promises.entries
        promises.papers = before.papers + promises.papers
        promises.obeyed |= before.obeyed
        return promises

    def _most(self, flow: str, half: str) -> Iterator[tuple[str, int]]:
        self._lay(flow)
        log = self._folder / "calls"
        self._strike(["-o", str(log), *self._filter(flow, half), "-e", "trace=" + ",".join(CALLS)])
        calls = Counter(line.partition("(")[0] for line in log.read_text().splitlines() if "(" in line)
        most = Counter[str]()
        for line, times in calls.items():  # "PID call"
            call = line.split()[-1]
            most[call] = max(most[call], times)
        return iter(sorted((call, times) for call, times in most.items() if call in CALLS))

    def _filter(self, flow: str, half: str) -> list[str]:
        return [option for path in self._paths[flow][half] for option in ("-P", path)]

    def _lay(self, flow: str) -> None:
        shutil.rmtree(self.site.folder, ignore_errors=True)
        shutil.copytree(self._folder / flow, self.site.folder)

    def _strike(self, options: Sequence[str]) -> tuple[int, list[str]]:
        busy = clerk(self.site, PLAN, held=True)
        strace = subprocess.Popen(["strace", "-f", "-p", str(busy.pid), *options], stderr=subprocess.PIPE, text=True)
        try:
            _wait(strace)
            busy.go_on()
            said = busy.promises()
            return busy.ended(), said
        finally:
            strace.communicate()


def units(seed: int, count: int | None) -> Units:
    """`count`: so many calls of each kind instead of all of them."""
    with bedded() as bed:
        for flow in FLOWS:
            for kind, most in bed.counted(flow).items():
                points = list(range(1, most + 1))
                if count is not None:
                    points = sorted(Random(f"{seed}/{kind}").sample(points, min(count, most)))
                for at in range(0, len(points), AT_ONCE):
                    some = points[at : at + AT_ONCE]
                    yield f"{kind} {some[0]}-{some[-1]}", _struck(bed, kind, some)


@contextmanager
def bedded() -> Iterator[Bed]:
    with tempfile.TemporaryDirectory(prefix="liangzheng-strokes-") as folder:
        yield Bed(Path(folder))


def _struck(bed: Bed, kind: Kind, points: Sequence[int]) -> Callable[[], Sequence[str]]:
    return lambda: struck(bed, kind, points)


def struck(bed: Bed, kind: Kind, points: Sequence[int]) -> Found:
    """Every strike that the call knows, at each of these points."""
    wrong, ends = list[str](), Counter[str]()
    for nth in points:
        for strike in STRIKES:
            if strike.startswith("enospc") and kind.call not in ROOM:
                continue
            status, found = bed.struck(kind, strike, nth)
            wrong += [f"{strike} at {nth}: {sentence}" for sentence in found]
            ends[f"{strike}: {_END.get(status, 'broke')}"] += 1
    return Found(wrong, {f"calls {kind.call}": len(points), **ends})


_END = {0: "went on", -9: "killed", REFUSED: "stopped with a named error"}


def _wait(strace: subprocess.Popen[str]) -> None:
    """Until strace holds its program."""
    line = "" if strace.stderr is None else strace.stderr.readline()
    if "attached" not in line:
        raise RuntimeError(f"strace does not attach: {line}")


def _names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def _halves(folder: Path, names: set[str]) -> dict[str, list[str]]:
    """Every path that the flow may touch, also those that are there for a moment only."""
    beside = {f"record.db{end}" for end in ("", "-wal", "-shm", "-journal")}
    beside |= {f"{log}/{name}" for log in ("up", "down/all", "down/own", "down/receipts") for name in _MOMENTS}
    every = sorted(names | beside)
    up = [str(folder / name) for name in every if name == "up" or name.startswith("up/")]
    return {"up": up, "rest": [str(folder), *(str(folder / name) for name in every if str(folder / name) not in up)]}


_MOMENTS = ("lock", "through", "through.new")
