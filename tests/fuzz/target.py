"""What a fuzz target is, and one loop that serves all of them."""

import contextlib
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

CORPUS = Path(__file__).parent / "corpus"


class Broken(Exception):
    """The parser took what it must not, or said something wrong."""


@dataclass(frozen=True, slots=True)
class Target:
    """`breed` makes one hostile input; `check` returns True when it was accepted and raises when a promise is broken.

    An exception that `check` lets out is one that the parser did not declare. An input that costs as much as `weight`
    ordinary ones is tried so many times less often; it may take `within` seconds of our own CPU, at the best of three:
    the first may have paid for a collection of everybody's garbage. `make test` tries `smoke` of them.
    """

    name: str
    breed: Callable[[Random], bytes]
    check: Callable[[bytes], bool]
    weight: int = 1
    within: float = 1.0
    smoke: int = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """An input and what came of it."""

    data: bytes
    told: str


@dataclass(slots=True)
class Tally:
    inputs: int = 0
    accepted: int = 0
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)


MOST_FAULTS = 20  # of one target in one run: the rest says the same


def attack(target: Target, count: int, seed: int, tally: Tally | None = None) -> Tally:
    """`count` inputs; the n-th of a seed is the same in every run."""
    tally = tally or Tally()
    began = time.monotonic()
    for n in range(tally.inputs, tally.inputs + count):
        tried(target, target.breed(Random(f"{target.name}/{seed}/{n}")), tally)
        if len(tally.faults) >= MOST_FAULTS:
            break
    tally.seconds += time.monotonic() - began
    return tally


def tried(target: Target, data: bytes, tally: Tally) -> None:
    tally.inputs += 1
    began = time.process_time()
    try:
        tally.accepted += target.check(data)
    except Exception as fault:  # noqa: BLE001 - whatever the parser did not declare is what we look for
        tally.faults.append(Fault(data, f"{type(fault).__name__}: {fault}"[:300]))
    took = time.process_time() - began
    if took > target.within and (took := min(took, _took(target, data), _took(target, data))) > target.within:
        tally.faults.append(Fault(data, f"took {took:.1f} s of CPU"))


def _took(target: Target, data: bytes) -> float:
    gc.collect()
    began = time.process_time()
    with contextlib.suppress(Exception):  # it has been told already
        target.check(data)
    return time.process_time() - began


def kept(target: str) -> Sequence[Path]:
    """Inputs that once broke a promise, and those that a person thought of."""
    return sorted(shelf(target).glob("*")) if shelf(target).is_dir() else []


def shelf(target: str) -> Path:
    """Where its inputs are kept: one folder, whatever its name holds."""
    return CORPUS / target.replace("/", "_")
