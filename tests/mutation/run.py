"""`make mutate`: small changes of the rules, each of which a test must notice. Seeded and resumable.

What is done stands in build/mutation/; the same command goes on where the last one stopped, tries survivors again when
tests changed and all anew when the module did. Exit 1 under 85 %, on an excuse that fits nothing, on tests that fail.
"""

import argparse
import hashlib
import json
import os
import sys
import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.sources import ROOT
from tests.mutation import mutants, trial
from tests.mutation.excuses import excuses, reason, stale
from tests.mutation.mutants import Mutant, Source
from tests.mutation.reach import Reach, dotted, file_of, reach, rule_modules

HOME = ROOT / "build" / "mutation"
WANTED = 85  # per cent
BATCH = 20  # mutants between two runs of the unchanged module, which prove that the tests themselves still pass
FIRST_WITHIN, TIMES = 120, 5  # seconds for the unchanged module; a mutant may take so many times as long, and 5 s
BROKEN = 2


@dataclass(slots=True)
class Book:
    """What became of the mutants of one module; kept as JSON, written after every batch."""

    file: Path
    source: str
    tests: str
    killed: dict[int, bool] = field(default_factory=dict)
    broken: str = ""

    def write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        facts = {"source": self.source, "tests": self.tests, "broken": self.broken, "killed": self.killed}
        self.file.write_text(json.dumps(facts), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Module:
    """One module of the rules with what is needed to try it."""

    name: str
    source: Source
    reach: Reach
    sample: int
    seed: int
    home: Path

    def opened(self) -> Book:
        """The book as far as it still holds."""
        changed = _digest([file_of(self.name), Path(mutants.__file__)])
        tests = _digest([*self.reach.files, *(ROOT / "tests/support").glob("*.py"), *self._rows()])
        book = Book(self.home / f"{self.name.replace('/', '.')}.json", changed, tests)
        if book.file.exists():
            facts = json.loads(book.file.read_text("utf-8"))
            kept = facts["killed"].items() if facts["source"] == changed else ()
            book.broken = facts["broken"]
            book.killed = {int(nth): dead for nth, dead in kept if dead or facts["tests"] == tests}
        return book

    def _rows(self) -> list[Path]:
        return [ROOT / f"tests/kiosk/rules/worked/{room}.py" for room in sorted(self.reach.rooms)]

    def chosen(self) -> list[Mutant]:
        """All, or a sample that is the same for the same seed and source, and part of every larger one."""
        order = sorted(self.source.mutants, key=lambda one: hashlib.sha256(f"{self.seed} {one.nth}".encode()).digest())
        return sorted(order[: self.sample or None], key=lambda one: one.nth)

    def left(self, book: Book) -> list[Mutant]:
        return [mutant for mutant in self.chosen() if mutant.nth not in book.killed]


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    killed: int
    tried: int
    lived: int
    excused: int
    known: int
    whole: bool
    wrong: tuple[str, ...]

    @property
    def share(self) -> float:
        return 100 * self.killed / self.tried if self.tried else 0.0

    @property
    def line(self) -> str:
        counts = f"{self.killed:7}{self.tried:7}{self.known:7}{self.share:8.1f} %{self.lived:10}{self.excused:9}"
        return "\n".join([f"{self.name:34}{counts}", *(f"  WRONG {wrong}" for wrong in self.wrong)])


def main() -> int:
    args = _asked(sys.argv[1:])
    until = time.monotonic() + args.minutes * 60
    part, _, parts = args.part.partition("/")
    names = [name for name in rule_modules() if name.startswith(args.module)][int(part) - 1 :: int(parts)]
    modules = [_module(name, args) for name in names]
    outcomes = [_judged(module, until) for module in modules if module.source.mutants]
    _say(f"\n{'module':34}{'killed':>7}{'tried':>7}{'of all':>7}{'':10}{'survived':>10}{'excused':>9}")
    for outcome in outcomes:
        _say(outcome.line)
    if not all(outcome.whole for outcome in outcomes):
        _say(f"not finished; go on with: .venv/bin/python tests/mutation/run.py {' '.join(sys.argv[1:])}")
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


def _module(name: str, args: argparse.Namespace) -> Module:
    source = Source(file_of(name).read_text("utf-8"), name)
    return Module(name, source, reach(dotted(name)), args.sample, args.seed, args.into)


def _judged(module: Module, until: float) -> Outcome:
    """Tries what is left and tells of the survivors."""
    if module.left(module.opened()):
        _apart(module, until)
    book = module.opened()
    given = excuses(module.name)
    lived = [mutant for mutant in module.chosen() if not book.killed.get(mutant.nth, True)]
    for mutant in lived:
        _say(f"{module.name}:{mutant.line}  {mutant.was}  →  {mutant.now}")
        _say(f"    {reason(given, mutant) or mutant.text}")
    tried = [mutant for mutant in module.chosen() if mutant.nth in book.killed]
    killed, excused = len(tried) - len(lived), sum(bool(reason(given, mutant)) for mutant in lived)
    wrong = [book.broken] * bool(book.broken)
    wrong += [f"nothing survives for {excuse}" for excuse in stale(given, module.source.mutants, book.killed)]
    wrong += [f"under {WANTED} %"] * (100 * killed < WANTED * len(tried))
    known, whole = len(module.source.mutants), not module.left(book)
    return Outcome(module.name, killed, len(tried), len(lived), excused, known, whole, tuple(wrong))


def _apart(module: Module, until: float) -> None:
    """In a process of its own, since what one module's tests import must not stand there for the next."""
    child = os.fork()
    if not child:
        code = BROKEN
        try:
            _try(module, until)
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1]:
        raise SystemExit(BROKEN)


def _try(module: Module, until: float) -> None:
    """A batch counts when the unchanged module passes after it too: others may be changing tests at this moment."""
    book = module.opened()
    tests = trial.Selection(module.reach.files, module.reach.rooms)
    trial.prepare(module.reach.around)
    plain = trial.tried(dotted(module.name), module.source.plain(), tests, FIRST_WITHIN)
    limit = int(plain.seconds * TIMES) + 5
    while not plain.code and time.monotonic() < until and (batch := module.left(book)[:BATCH]):
        found = _found(module, batch, tests, limit, until)
        plain = trial.tried(dotted(module.name), module.source.plain(), tests, FIRST_WITHIN)
        book.killed |= {} if plain.code else found
        book.write()
    book.broken = f"its tests fail without any change (pytest ends with {plain.code})" if plain.code else ""
    book.write()


def _found(module: Module, batch: list[Mutant], tests: trial.Selection, limit: int, until: float) -> dict[int, bool]:
    """Which of them were killed; those for which the time was over are not in it."""
    found: dict[int, bool] = {}
    for mutant in batch:
        if time.monotonic() < until:
            ended = trial.tried(dotted(module.name), module.source.mutated(mutant), tests, limit)
            found[mutant.nth] = ended.code != 0
    return found


def _digest(files: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="", help="only modules whose name begins so: scan, scan/gs1")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants of each module; all of them by default")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--part", default="1/1", help="k/n: only every n-th module, from the k-th")
    parser.add_argument("--minutes", type=float, default=9.0, help="stop after so long; the same command goes on")
    parser.add_argument("--into", type=Path, default=HOME, help="where to keep what was done")
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
