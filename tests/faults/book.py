"""What of a long count was done and what came of it: a JSON line each, so that a run that was cut off loses nothing."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias

HOME = Path(__file__).resolve().parents[2] / "build" / "faults"

Unit: TypeAlias = tuple[str, Callable[[], Sequence[str]]]
Units: TypeAlias = Iterator[Unit]


class Absent(Exception):
    """This machine lacks what a part needs: it is not done, and that is said."""


class Found(tuple[str, ...]):  # noqa: SLOT001 - a tuple has no slots to give
    """Sentences of what went wrong, and how many of what were tried."""

    counts: Mapping[str, int]

    def __new__(cls, wrong: Iterable[str], counts: Mapping[str, int]) -> Self:
        made = super().__new__(cls, wrong)
        made.counts = counts
        return made


@dataclass(frozen=True, slots=True)
class Page:
    wrong: tuple[str, ...]
    counts: Mapping[str, int]
    seconds: float


class Book:
    """The pages of one part and seed. Several processes may write to it: a line is one write at the end."""

    def __init__(self, part: str, seed: int, home: Path = HOME) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.file = home / f"{part}-{seed}.jsonl"
        self.pages: dict[str, Page] = {}
        lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []
        for line in lines:
            page = json.loads(line)
            self.pages[page["unit"]] = Page(tuple(page["wrong"]), page["counts"], page["seconds"])

    def write(self, unit: str, page: Page) -> None:
        self.pages[unit] = page
        row = {"unit": unit, "wrong": page.wrong, "counts": dict(page.counts), "seconds": round(page.seconds, 2)}
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")

    def totals(self) -> Counter[str]:
        return sum((Counter(page.counts) for page in self.pages.values()), Counter())

    def wrong(self) -> list[tuple[str, str]]:
        return [(unit, sentence) for unit, page in self.pages.items() for sentence in page.wrong]
