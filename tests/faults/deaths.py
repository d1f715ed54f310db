"""Part `kills`: SIGKILL takes the record's program at any moment; each time it must start again and have kept its word.

A unit is one folder that is killed many times over: what an earlier death left is what the next one finds.
"""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from tests.faults.book import Found, Units
from tests.faults.box import Plan, Site
from tests.faults.clerk import REFUSED, Clerk, clerk
from tests.faults.inspector import inspect
from tests.faults.promises import Promises
from tests.support.waiting import came, let_pass

FULL = 40  # units
KILLS = 25  # in each
LATEST = 60  # promises; the kill comes after some of them and a moment more
MOMENT = 0.01  # seconds
PATIENCE = 10.0


def units(seed: int, count: int | None) -> Units:
    for nth in range(FULL if count is None else count):
        yield f"folder {nth}", _killed(seed, nth)


def _killed(seed: int, nth: int) -> Callable[[], Sequence[str]]:
    return lambda: killed(Random(f"{seed}/{nth}"), KILLS)


def killed(draw: Random, kills: int) -> Found:
    """Kill one box so many times."""
    site, promises, wrong, hits = Site(Path(tempfile.mkdtemp(prefix="liangzheng-deaths-")) / "box"), Promises(), [], 0
    try:
        site.make()
        for kill in range(kills):
            busy = clerk(site, Plan(turns=1000))
            _wait(busy, promises, draw.randrange(LATEST))
            let_pass(draw.uniform(0, MOMENT))
            busy.kill()
            promises.hear(busy.promises())
            if busy.ended() == -9:
                hits += 1
            else:
                wrong.append(f"kill {kill}: the program had ended by itself (a refusal is {REFUSED})")
            wrong += [f"kill {kill}: {sentence}" for sentence in inspect(site, promises)]
            if wrong:
                break
    finally:
        shutil.rmtree(site.folder.parent)
    return Found(wrong, {"kills": hits, "promised entries": len(promises.entries), "papers": len(promises.papers)})


def _wait(busy: Clerk, promises: Promises, most: int) -> None:
    """Until it has promised so much, or says nothing for long."""
    heard = 0

    def enough() -> bool:
        nonlocal heard
        if heard < most:
            said = busy.said()
            promises.hear(said)
            heard += len(said)
        return heard >= most

    came(enough, PATIENCE, again=0.001)
