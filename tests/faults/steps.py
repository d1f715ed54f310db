"""Part `steps`: the whole station dies inside each system call of some steps of a turn."""

from collections.abc import Callable, Sequence

from tests.faults.book import Book, Found, Units
from tests.faults.syscalls import CALLS, STEPS, Point
from tests.faults.turns import SCENARIOS, Benches

MOST_CALLS = 400  # a step with more calls of one kind than this is no longer a step


def units(seed: int, count: int | None) -> Units:
    """Each kind of call up to the first that the step does not reach, or `count` of each."""
    benches, book = Benches(seed, SCENARIOS[:1]), Book("steps", seed)
    try:
        for step in STEPS:
            for call in CALLS:
                for nth in range(1, (count or MOST_CALLS) + 1):
                    point = Point(step, call, nth)
                    over: list[bool] = []
                    yield str(point), _point(benches, point, over)
                    page = book.pages.get(str(point))
                    if over or (page is not None and not page.counts):
                        break
    finally:
        benches.close()


def _point(benches: Benches, point: Point, over: list[bool]) -> Callable[[], Sequence[str]]:
    def run() -> Sequence[str]:
        outcome = benches.tried(point.nth, lambda trials, lot: trials.crashed(lot, point))
        if not outcome.kills:
            over.append(True)
        return Found(outcome.wrong, {f"{point.step}/{point.call}": 1} if outcome.kills else {})

    return run
