"""One line of the benchmark: what was measured, beside what it is measured against, in the same run."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Row:
    """`samples` in `unit`; `reference` was measured side by side, and `ratio` is the median of the pairs."""

    name: str
    unit: str
    samples: tuple[float, ...]
    against: str = ""
    reference: tuple[float, ...] = ()

    @property
    def ratio(self) -> float | None:
        pairs = [mine / theirs for mine, theirs in zip(self.samples, self.reference, strict=False) if theirs]
        return percentile(pairs, 50) if pairs else None

    def table(self) -> dict[str, object]:
        return {
            "name": self.name,
            "unit": self.unit,
            "count": len(self.samples),
            "p50": percentile(self.samples, 50),
            "p99": percentile(self.samples, 99),
            "max": max(self.samples),
            "against": self.against,
            "reference_p50": percentile(self.reference, 50) if self.reference else None,
            "reference_p99": percentile(self.reference, 99) if self.reference else None,
            "ratio": self.ratio,
        }

    def __str__(self) -> str:
        values = f"{percentile(self.samples, 50):10.2f} {percentile(self.samples, 99):10.2f} {max(self.samples):10.2f}"
        ratio = "" if self.ratio is None else f"{self.ratio:7.2f} x {self.against}"
        theirs = (
            f" (p50 {percentile(self.reference, 50):.2f}, p99 {percentile(self.reference, 99):.2f})" if ratio else ""
        )
        return f"{self.name:44}{values} {self.unit:8}{len(self.samples):5} {ratio}{theirs}"


HEAD = f"{'':44}{'p50':>10} {'p99':>10} {'max':>10} {'':8}{'n':>5}   ratio"


def percentile(values: Sequence[float], percent: int) -> float:
    """The nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]


def milliseconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return (perf_counter() - began) * 1000


def alternating(
    mine: Callable[[], object], theirs: Callable[[], object], pairs: int
) -> tuple[list[float], list[float]]:
    """A B A B: what disturbs the machine disturbs both."""
    both = [(milliseconds(mine), milliseconds(theirs)) for _ in range(pairs)]
    return [one for one, _ in both], [other for _, other in both]


def say(line: str) -> None:
    """At once: a benchmark takes minutes."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
