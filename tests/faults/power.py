"""Part `power`: every file call of a working box is recorded, and the power cut at each; every state that a disk could
be in then is opened with the product and inspected. Two bad ways to work are recorded too, and must be found out.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.faults.book import Found, Units
from tests.faults.box import Plan, Site
from tests.faults.disk import Disk, Image, lay, lying
from tests.faults.inspector import inspect
from tests.faults.promises import Promises
from tests.faults.recorder import Step, built, recorded

FULL = 100  # boxes of TURNS certificates each
SHARE = 0.08  # of the cuts of a box; other ones in each
TURNS, SESSIONS = 5, 2
SUBSETS = 4  # of what was not flushed, at each cut; and as many more with torn writes
BAD = ("lazy", "early")
LOST = ("was promised and is gone", "is not the one that was promised", "in somebody's hand")
MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory: the states are many and need no disk


@dataclass
class Count:
    cuts: int = 0
    states: int = 0
    wrong: list[str] = field(default_factory=list)


def units(seed: int, count: int | None) -> Units:
    for mode in BAD:
        yield f"control {mode}", _control(seed, mode)
    for nth in range(FULL if count is None else count):
        yield f"box {nth}", _box(seed, nth)


def _control(seed: int, mode: str) -> Callable[[], Sequence[str]]:
    return lambda: control(seed, mode)


def _box(seed: int, nth: int) -> Callable[[], Sequence[str]]:
    return lambda: box(seed * 1000 + nth, TURNS, SHARE)


def box(seed: int, turns: int, share: float) -> Found:
    """Record one box and try `share` of all cuts in its work."""
    with tempfile.TemporaryDirectory(prefix="liangzheng-power-", dir=_memory()) as folder:
        made = tried(Path(folder), Plan(seed, turns, sessions=SESSIONS), share)
    return Found(made.wrong, {"certificates": turns, "cuts": made.cuts, "states": made.states})


def control(seed: int, mode: str) -> Found:
    """A bad way to work, its bare states at every cut: wrong is when nothing that was promised is missed."""
    with tempfile.TemporaryDirectory(prefix="liangzheng-power-", dir=_memory()) as folder:
        made = tried(Path(folder), Plan(seed, 3, mode), 1.0, LOST, patience=3, subsets=0)
    missed = [] if made.wrong else [f"{mode}: {made.states} states, and nothing that was promised was missed"]
    return Found(missed, {f"{mode}: states": made.states, f"{mode}: found out": len(made.wrong)})


def tried(
    folder: Path, plan: Plan, share: float, about: Sequence[str] = ("",), patience: int = 1, subsets: int = SUBSETS
) -> Count:
    """Record a plan, then try its cuts until `patience` findings were of what is asked about."""
    site, count = Site(folder / "box"), Count()
    site.make()
    disk = Disk(site.folder)
    steps = recorded(built(folder), site.folder, program(site, plan))
    for image, promises in states(disk, steps, Random(plan.seed), share, count, subsets=subsets):
        count.states += 1
        lay(folder / "state", image, disk.folders)
        wrong = [one for one in inspect(Site(folder / "state"), promises) if any(word in one for word in about)]
        count.wrong += [f"cut {count.cuts}: {sentence}" for sentence in wrong]
        if len(count.wrong) >= patience:
            return count
    count.wrong += [one for one in unlike(disk.left(lambda _: True), lying(site.folder)) if about == ("",)]
    return count


def program(site: Site, plan: Plan) -> list[str]:
    facts = {"seed": plan.seed, "turns": plan.turns, "sessions": plan.sessions, "mode": plan.mode}
    options = [f"--{name}={value}" for name, value in facts.items()]
    return [sys.executable, "-m", "tests.faults.clerk", str(site.folder), *options]


def states(
    disk: Disk,
    steps: Sequence[Step],
    draw: Random,
    share: float,
    count: Count,
    before: Promises | None = None,
    subsets: int = SUBSETS,
) -> Iterator[tuple[Image, Promises]]:
    """Every state that is another one than all before, with what was promised until then."""
    promises, tried_before, said = before or Promises(), set[int](), b""
    for step in steps:
        if step.call == "a":
            *lines, said = (said + step.data).split(b"\n")
            promises.hear(line.decode() for line in lines)
        if disk.do(step) and draw.random() < share:
            count.cuts += 1
            for image in variants(disk, draw, subsets):
                name = hash((len(promises.entries), len(promises.papers), tuple(sorted(image.items()))))
                if name not in tried_before:
                    tried_before.add(name)
                    yield image, promises


def variants(disk: Disk, draw: Random, subsets: int) -> Iterator[Image]:
    """Nothing of what was not flushed, all of it, any part of it, any part of it torn between sectors."""
    yield disk.left(lambda _: False)
    yield disk.left(lambda _: True)
    for _ in range(subsets):
        for torn in (None, draw):
            likely = draw.choice((0.2, 0.5, 0.8))
            yield disk.left(lambda _, likely=likely: draw.random() < likely, torn)  # type: ignore[misc]


def unlike(modelled: Image, real: Image) -> list[str]:
    """The model must know everything that really happened; what SQLite shares in memory is no file of anybody."""
    names = {name for name in modelled.keys() | real.keys() if not name.endswith("-shm")}
    return [f"the recorder does not know {name}" for name in sorted(names) if modelled.get(name) != real.get(name)]


def _memory() -> str | None:
    return str(MEMORY) if MEMORY.is_dir() else None
