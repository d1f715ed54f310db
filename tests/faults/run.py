"""`make faults`: many turns with kills, and a crash at every system call of some steps. Seeded and resumable.

What is done stands in build/faults/; the same command goes on where the last one stopped. Exit 1 on any violation.
"""

import argparse
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kiosk.rules.visits.turn import Stage
from tests.faults.kills import planned
from tests.faults.patient import Lot
from tests.faults.syscalls import CALLS, STEPS, Point
from tests.faults.trial import Outcome, Trials, lot_of
from tests.faults.ward import TURNS_OF_ONE, running

HOME = Path(__file__).resolve().parents[2] / "build" / "faults"
MOST_CALLS = 400  # a step with more calls of one kind than this is no longer a step


@dataclass(frozen=True, slots=True)
class Asked:
    turns: int
    seed: int
    part: int
    parts: int
    minutes: float
    scenario: str
    only: str

    @property
    def command(self) -> str:
        what = "" if self.only == "all" else f" --only {self.only}"
        scenario = "" if self.scenario == "clean" else f" --scenario {self.scenario}"
        part = f"--part {self.part}/{self.parts}"
        return f"tests/faults/run.py --turns {self.turns} --seed {self.seed} {part}{scenario}{what}"


class Book:
    """What was done and what came of it, one JSON line each; a run that was cut off loses nothing."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        self.pages: dict[str, dict[str, object]] = {}
        for line in lines:
            page = json.loads(line)
            self.pages[page["unit"]] = page

    def done(self, unit: str) -> bool:
        return unit in self.pages

    def write(self, unit: str, outcome: Outcome, excused: int) -> None:
        page: dict[str, object] = {
            "unit": unit,
            "kills": outcome.kills,
            "wrong": outcome.wrong,
            "seconds": round(outcome.seconds, 1),
            "feed_excused": excused,
        }
        self.pages[unit] = json.loads(json.dumps(page))
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(page, ensure_ascii=False) + "\n")


def main() -> int:
    asked = _asked(sys.argv[1:])
    until = time.monotonic() + asked.minutes * 60
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the bench's programs must not outlive this one
    book = Book(HOME / f"{asked.scenario}-seed{asked.seed}-part{asked.part}of{asked.parts}.jsonl")
    whole = True
    while whole and (units := _left(asked, book)):
        whole = _on_one_bench(asked, book, units, until)
    _tell(asked, book, finished=not _left(asked, book))
    return 1 if any(page["wrong"] for page in book.pages.values()) else 0


def _on_one_bench(asked: Asked, book: Book, units: Sequence[str], until: float) -> bool:
    """False when the time is over. A turn that went wrong ends its bench: what follows would only repeat it."""
    with running(asked.seed, asked.scenario) as (bench, listener):
        trials = Trials(bench, listener)
        for nth, unit in enumerate(units):
            if time.monotonic() > until:
                return False
            outcome = _tried(asked, trials, unit, lot_of(bench, asked.seed, nth, nth))
            excused = trials.auditor.excused
            book.write(unit, outcome, excused)
            _say(f"{unit:28} {outcome.seconds:5.1f} s  {', '.join(outcome.kills) or '-'}")
            for wrong in outcome.wrong:
                _say(f"  WRONG {wrong}")
            if outcome.wrong or (_is_over(unit) and not outcome.kills):
                return True  # the units are counted anew: a step that is over has no later points
    return True


def _tried(asked: Asked, trials: Trials, unit: str, lot: Lot) -> Outcome:
    kind, _, rest = unit.partition(" ")
    if kind == "turn":
        return trials.killed(lot, planned(asked.seed, int(rest)))
    step, call, nth = rest.split("/")
    return trials.crashed(lot, Point(Stage(step), call, int(nth)))


def _left(asked: Asked, book: Book) -> list[str]:
    return list(islice((unit for unit in _units(asked, book) if not book.done(unit)), TURNS_OF_ONE))


def _units(asked: Asked, book: Book) -> Iterator[str]:
    if asked.only in ("all", "turns"):
        yield from (f"turn {turn}" for turn in range(asked.part - 1, asked.turns, asked.parts))
    if asked.only in ("all", "points"):
        kinds = [(step, call) for step in STEPS for call in CALLS]
        for step, call in kinds[asked.part - 1 :: asked.parts]:
            yield from _points(step, call, book)


def _points(step: Stage, call: str, book: Book) -> Iterator[str]:
    """Up to the first point that was never reached."""
    for nth in range(1, MOST_CALLS + 1):
        unit = f"point {step}/{call}/{nth}"
        yield unit
        if book.done(unit) and not book.pages[unit]["kills"]:
            return


def _is_over(unit: str) -> bool:
    return unit.startswith("point ")


def _tell(asked: Asked, book: Book, *, finished: bool) -> None:
    pages = book.pages.values()
    turns = [page for page in pages if str(page["unit"]).startswith("turn")]
    points = [page for page in pages if str(page["unit"]).startswith("point") and page["kills"]]
    kills = Counter(_where(str(kill)) for page in turns for kill in _list(page["kills"]))
    wrong = [(page["unit"], sentence) for page in pages for sentence in _list(page["wrong"])]
    _say("")
    _say(f"{'turns':32}{len(turns):6}")
    for where, count in sorted(kills.items()):
        _say(f"  {where:30}{count:6}")
    for step, count in sorted(Counter(str(page["unit"]).rpartition("/")[0] for page in points).items()):
        _say(f"{step:32}{count:6}")
    _say(f"{'violations':32}{len(wrong):6}")
    for unit, sentence in wrong:
        _say(f"  {unit}: {sentence}")
    if wrong:
        _say(f"replay: rm -r {HOME} && .venv/bin/python {asked.command}")
    if not finished:
        _say(f"not finished; go on with: .venv/bin/python {asked.command}")


def _where(kill: str) -> str:
    """`station@promise+0.123` counts as station@promise."""
    return kill.partition("+")[0]


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _asked(arguments: Sequence[str]) -> Asked:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", default="1/1", help="k/n: only every n-th turn and kind of point, from the k-th")
    parser.add_argument("--minutes", type=float, default=9.0, help="stop after so long; the same command goes on")
    parser.add_argument("--scenario", default="clean", choices=("clean", "contaminated", "weak-enzyme"))
    parser.add_argument("--only", default="all", choices=("all", "turns", "points"))
    args = parser.parse_args(arguments)
    part, _, parts = args.part.partition("/")
    return Asked(args.turns, args.seed, int(part), int(parts), args.minutes, args.scenario, args.only)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
