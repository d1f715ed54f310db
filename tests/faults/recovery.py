"""Part `recovery`: the power is cut in the recovery from a power cut, at any of its file calls; then it starts again.

A unit records the restart of some damaged states, and tries pairs: a first cut and one in the recovery from it.
"""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from tests.faults.book import Found, Units
from tests.faults.box import Plan, Site
from tests.faults.disk import Disk, Image, lay
from tests.faults.inspector import inspect
from tests.faults.power import MEMORY, Count, program, states
from tests.faults.promises import Promises
from tests.faults.recorder import Step, built, recorded

FULL = 40  # boxes
FIRST = 4  # states after the first cut, of each
PAIRS = 16  # of each of these with a second cut


def units(seed: int, count: int | None) -> Units:
    for nth in range(FULL if count is None else count):
        yield f"box {nth}", _box(seed, nth)


def _box(seed: int, nth: int) -> Callable[[], Sequence[str]]:
    return lambda: cut_twice(seed * 1000 + nth, FIRST, PAIRS)


def cut_twice(seed: int, first: int, pairs: int) -> Found:
    """Damage a box `first` times, and each restart `pairs` times."""
    memory = MEMORY if MEMORY.is_dir() else None
    wrong, tried = list[str](), 0
    with tempfile.TemporaryDirectory(prefix="liangzheng-recovery-", dir=memory) as name:
        folder, draw = Path(name), Random(seed)
        site, plan = Site(folder / "box"), Plan(seed, turns=2, sessions=1)
        site.make()
        disk = Disk(site.folder)
        library = built(folder)
        steps = recorded(library, site.folder, program(site, plan))
        for image, promises in _damaged(disk, steps, draw, first):
            lay(site.folder, image, disk.folders)
            again = Disk(site.folder)
            restart = recorded(library, site.folder, program(site, Plan(seed, turns=0)))
            for second, told in _second(again, restart, draw, pairs, promises):
                tried += 1
                lay(folder / "state", second, disk.folders)
                wrong += inspect(Site(folder / "state"), told)
    return Found(wrong, {"pairs": tried})


def _damaged(disk: Disk, steps: Sequence[Step], draw: Random, most: int) -> list[tuple[Image, Promises]]:
    """Some states of a first cut, each with what had been promised then."""
    made = states(disk, steps, draw, 3.0 * most / len(steps), Count())
    found = [(image, promises.copy()) for image, promises in made if draw.random() < 0.15]
    return draw.sample(found, min(most, len(found)))


def _second(
    disk: Disk, restart: Sequence[Step], draw: Random, pairs: int, before: Promises
) -> list[tuple[Image, Promises]]:
    """States that a cut in the recovery may leave, no two alike."""
    made = states(disk, restart, draw, 0.3, Count(), before)
    found = [(image, promises.copy()) for image, promises in made if draw.random() < 0.2]
    return draw.sample(found, min(pairs, len(found)))
