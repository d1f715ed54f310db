"""SIGKILL at a stage of the turn and at once a new start, beside a person who goes on. Same seed, same plan."""

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Self

from kiosk.rules.visits.turn import Stage
from ui.demo.bench import PROGRAMS, Bench
from ui.demo.programs import ProgramError

EARLY = (Stage.IDLE, Stage.PROVING, Stage.PRODUCT, Stage.QUANTITY, Stage.TEST_CHOICE, Stage.TESTING, Stage.RESULT)
LATE = (Stage.PROMISE, Stage.PRINTING, Stage.UNSURE, Stage.DONE)
ALWAYS = (Stage.IDLE, Stage.PRODUCT, Stage.QUANTITY)  # every turn shows these: its first kill is sure
WEIGHTS = {"station": 6, "uplink": 2, "scanner": 2, "county": 2, "broker": 2}
LATEST = 0.9  # seconds after a stage was seen first


@dataclass(frozen=True, slots=True)
class Kill:
    """`program` dies `after` seconds from when the screen first shows `stage`, counted anew after each kill."""

    stage: Stage
    after: float
    program: str

    def __str__(self) -> str:
        return f"{self.program}@{self.stage}+{self.after:.3f}"


def planned(seed: int, turn: int) -> tuple[Kill, ...]:
    """One to three kills; half of them where it matters most, between the promise and the paper."""
    draw = Random(f"{seed}/{turn}")
    names = [name for name in PROGRAMS for _ in range(WEIGHTS[name])]
    stages = [draw.choice((*ALWAYS, Stage.PROMISE, Stage.PROMISE, Stage.PROMISE))]
    stages += [draw.choice(draw.choice((EARLY, LATE))) for _ in range(draw.randint(0, 2))]
    return tuple(Kill(stage, draw.uniform(0, LATEST) ** 2, draw.choice(names)) for stage in stages)


class Killer:
    """Used as a context; `saw` is for the person whom it disturbs."""

    def __init__(self, bench: Bench, plan: Sequence[Kill]) -> None:
        self.done: list[Kill] = []
        self.failed: list[str] = []
        self._bench = bench
        self._plan = list(plan)
        self._due: queue.SimpleQueue[tuple[float, Kill] | None] = queue.SimpleQueue()
        self._over = threading.Event()  # what is still due is done at once
        self._thread = threading.Thread(target=self._work, name="killer")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._due.put(None)
        self._thread.join()

    def saw(self, stage: Stage) -> None:
        for kill in [kill for kill in self._plan if kill.stage is stage]:
            self._plan.remove(kill)
            self._due.put((time.monotonic() + kill.after, kill))

    def _work(self) -> None:
        while (order := self._due.get()) is not None:
            at, kill = order
            self._over.wait(max(0.0, at - time.monotonic()))
            self._bench.programs.kill(kill.program)
            try:
                self._bench.start(kill.program)
            except (ProgramError, TimeoutError) as failed:
                self.failed.append(f"{kill}: does not start again: {failed}")
            self.done.append(kill)
