"""Survivors that no test can notice, each with its reason: survivors.toml. An excuse that fits nothing is an error."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant

FILE = Path(__file__).parent / "survivors.toml"


@dataclass(frozen=True, slots=True)
class Excuse:
    """`line` is the line's text without its indentation, `now` what stands there in the mutant, as the run tells it."""

    module: str
    line: str
    now: str
    reason: str

    def fits(self, mutant: Mutant) -> bool:
        return self.line == mutant.text and self.now == mutant.now


def excuses(module: str, file: Path = FILE) -> list[Excuse]:
    """Of one module. Raises TypeError when a table has other keys than an excuse."""
    tables = tomllib.loads(file.read_text("utf-8")).get("survivor", [])
    return [excuse for excuse in (Excuse(**table) for table in tables) if excuse.module == module]


def reason(given: Iterable[Excuse], mutant: Mutant) -> str:
    """Empty when there is none."""
    return next((excuse.reason for excuse in given if excuse.fits(mutant)), "")


def stale(given: Iterable[Excuse], mutants: Iterable[Mutant], killed: Mapping[int, bool]) -> list[Excuse]:
    """Those that fit no mutant of the source, or only such as were killed."""
    known = list(mutants)
    return [excuse for excuse in given if all(killed.get(mutant.nth, False) for mutant in known if excuse.fits(mutant))]
