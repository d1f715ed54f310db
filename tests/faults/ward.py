"""A bench for faults: a county, a box, and enough people and products that a test is due in every turn."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from kiosk.rules.messages import Subject
from kiosk.words import load_words
from tests.faults.feed import Listener
from ui.demo.bench import Bench, Plan

PEOPLE = 6
PRODUCTS = ("cowpea", "cucumber", "tomato", "citrus", "apple", "strawberry")
TURNS_OF_ONE = PEOPLE * len(PRODUCTS)  # turns of one bench: after that every lot of the day has been tested


def people() -> tuple[Subject, ...]:
    return tuple(
        Subject(
            id=f"p{number:04}",
            kind="farmer",
            name=f"Farmer {number}",
            contact=f"138000{number:05}",
            origin="Gasa, Xinping",
            region="530427",
        )
        for number in range(1, PEOPLE + 1)
    )


@contextmanager
def running(seed: int, scenario: str = "clean") -> Iterator[tuple[Bench, Listener]]:
    """A bench with all its programs running, and somebody who hears the county's feed from the first entry on.

    It lies in a folder of its own below /tmp: pytest's is closed to the broker's user.
    """
    with tempfile.TemporaryDirectory(prefix="liangzheng-faults-", ignore_cleanup_errors=True) as folder:
        bench = Bench(Path(folder), Plan(scenario, seed, run_seconds=0.4), people(), load_words("zh"))
        bench.make()
        listener = Listener(bench.county, bench.broker_port)
        with at_work(bench, listener):
            yield bench, listener


class Watcher(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None: ...


@contextmanager
def at_work(bench: Bench, watcher: Watcher) -> Iterator[None]:
    """All programs of a bench that was made; the watcher is at the broker before any of them. Both are closed after."""
    try:
        bench.plug_in()
        bench.start("broker")
        watcher.start()
        for name in ("county", "scanner", "station", "uplink"):
            bench.start(name)
        yield
    finally:
        watcher.stop()
        bench.close()
