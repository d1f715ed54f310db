"""Every way in which a line may spoil a case, what may come of it, and how much the second reading catches.

In `make test` long answers are spoilt at places chosen by a fixed seed; tests/drivers/profiles/run.py takes them all.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import groupby
from random import Random

from drivers.errors import ProfileError
from drivers.evidence.goldens import golden_of, play
from drivers.evidence.replay import ReplayPort, flipped, truncated
from drivers.profile.folder import find, known
from drivers.profile.form import Profile
from drivers.profile.link import Framed
from drivers.transcript import Case, Step

NOISE = (b"\x00", b"\xff", b"\x7e\x7e", b"\x00\xff")
BAD = ("refused", "error")
LIMITS = {"inhibition": Decimal(50)}  # GB/T 5009.199: from 50 % on a sample is positive
DERIVED = Decimal("0.03")  # AU: what 1 or 2 % of noise in the counts may do to an absorbance computed from them
ERROR_RATE = 1e-3  # wrong bits of a very bad line


@dataclass(frozen=True, slots=True)
class Trial:
    """A case of one profile, to be spoilt."""

    name: str
    profile: Profile
    case: Case

    def outcome(self, spoilt: Case, profile: Profile | None = None, chunk: int = 1 << 20) -> tuple[str, ...]:
        try:
            return play(profile or self.profile, spoilt, ReplayPort(spoilt, chunk, loose=True))
        except ProfileError as wrong:
            return (f"error {wrong.code}",)

    @property
    def run(self) -> str:
        return self.case.run.partition(" ")[0]

    @property
    def networked(self) -> bool:
        """TCP has sums of its own: no bit flips there unseen, but answers come in pieces, late or cut off."""
        return self.profile.link.kind.endswith("tcp")

    @property
    def checked(self) -> bool:
        return self.profile.device.integrity == "check"

    @property
    def confirmed(self) -> bool:
        """Is everything that this case publishes read twice?"""
        return self.run in self.profile.confirm or (self.run in self.profile.sequence and bool(self.profile.confirm))

    @property
    def protected(self) -> bool:
        """May no spoilt byte become another result? Without check and second reading nothing can see it."""
        return self.checked or self.confirmed

    @property
    def guarded(self) -> bool:
        """The same for bytes that are wrong or too many."""
        return self.protected and not self.networked

    def allowed(self, outcome: tuple[str, ...]) -> bool:
        """The same, a refusal, an error; of one that speaks by itself also that nothing was heard; of numbers that are
        never the same twice also what the noise allows, as long as no verdict changes."""
        if outcome == self.case.told or outcome[0].split()[0] in BAD:
            return True
        if outcome == ("nothing",):
            return self.profile.link.initiative == "device"
        return self.confirmed and self._noise(outcome) and judged(outcome) == judged(self.case.told)

    def _noise(self, outcome: tuple[str, ...]) -> bool:
        confirms = [confirm for confirm in self.profile.confirm.values() if not confirm.equal]
        if not confirms or shape(outcome) != shape(self.case.told):
            return False
        within = DERIVED if self.profile.derive else 2 * max(confirm.within for confirm in confirms)  # from the first
        percent = max(confirm.percent for confirm in confirms)
        pairs = zip(numbers(self.case.told), numbers(outcome), strict=True)
        return all(abs(one - other) <= within + abs(one) * percent / 50 for one, other in pairs)

    def verdict(self, outcome: tuple[str, ...]) -> str | None:
        """What an accepted outcome would change: a verdict where there is a limit, else anything beyond the noise."""
        if self.allowed(outcome):
            return None
        before, after = judged(self.case.told), judged(outcome)
        if before and any(known is not None for known in before):
            return None if before == after else f"{before} {after}"
        return " | ".join(outcome)


def trials() -> list[Trial]:
    return [Trial(name, find(name), case) for name in known() for case in golden_of(name).cases]


def is_sound(case: Case) -> bool:
    """Ends in readings, an identity, or in nothing being there."""
    return case.told[0].startswith("{") or case.told == ("nothing",)


def shape(outcome: tuple[str, ...]) -> list[object]:
    """Readings without their numbers."""
    if not outcome[0].startswith("{"):
        return list(outcome)
    return [{key: value for key, value in json.loads(line).items() if key != "value"} for line in outcome]


def numbers(outcome: tuple[str, ...]) -> list[Decimal]:
    values = [json.loads(line).get("value") for line in outcome if line.startswith("{")]
    return [Decimal(value) if value is not None else Decimal("-1e9") for value in values]


def judged(outcome: tuple[str, ...]) -> list[bool | None]:
    return [_above(json.loads(line)) for line in outcome if line.startswith("{")]


def _above(facts: dict[str, str | None]) -> bool | None:
    limit, value = LIMITS.get(str(facts.get("quantity"))), facts.get("value")
    return None if limit is None or value is None else Decimal(value) >= limit


def sampled(cases: Iterator[Case], most: int | None, seed: str) -> list[Case]:
    found = list(cases)
    return found if most is None or len(found) <= most else Random(seed).sample(found, most)


def flips(trial: Trial, most: int | None = None) -> list[Case]:
    """Of answers that count: one that the case itself has spoilt would have two faults then."""
    spoilt = [n for n, step in enumerate(trial.case.steps) if step.mark == "<" and step.data and not _counts(trial, n)]
    found = (one for one in flipped(trial.case) if all(one.steps[n] == trial.case.steps[n] for n in spoilt))
    return sampled(found, most, f"{trial.name} {trial.case.name}")


def _counts(trial: Trial, n: int) -> bool:
    """Does the case end otherwise when nothing but noise comes in place of this answer?"""
    steps = trial.case.steps
    noise = replace(steps[n], data=b"\x00")
    return trial.outcome(replace(trial.case, steps=(*steps[:n], noise, *steps[n + 1 :]))) != trial.case.told


def cuts(trial: Trial, most: int | None = None) -> list[Case]:
    return sampled(truncated(trial.case), most, f"{trial.name} {trial.case.name}")


def shaken(case: Case, seed: int) -> Case:
    """Every answer in pieces of random length."""
    random = Random(seed)
    steps: list[Step] = []
    for step in case.steps:
        rest = step.data if step.mark == "<" else b""
        while len(rest) > 1:
            size = random.randint(1, len(rest))
            steps.append(Step("<", rest[:size]))
            rest = rest[size:]
        if rest:
            steps.append(Step("<", rest))
        elif step.mark != "<" or not step.data:
            steps.append(step)
    return replace(case, steps=tuple(steps))


def junk_before(trial: Trial) -> Iterator[Case]:
    """In front of each answer in turn; not inside one that comes in pieces."""
    for places in answers(trial.case):
        yield from (_laid(trial.case, places[0], junk, b"") for junk in NOISE)


def junk_after(trial: Trial) -> Iterator[Case]:
    for places in answers(trial.case):
        yield from (_laid(trial.case, places[-1], b"", junk) for junk in NOISE)


def answers(case: Case) -> Iterator[list[int]]:
    """The steps of each answer: what the device says between two words of ours."""
    for said, group in groupby(enumerate(case.steps), key=lambda entry: entry[1].mark in (">", ".")):
        places = [n for n, step in group if step.mark == "<" and step.data]
        if places and not said:
            yield places


def _laid(case: Case, n: int, before: bytes, after: bytes) -> Case:
    step = replace(case.steps[n], data=before + case.steps[n].data + after)
    return replace(case, steps=(*case.steps[:n], step, *case.steps[n + 1 :]))


def resyncs(profile: Profile) -> bool:
    """Does the frame promise that junk before it is passed over?"""
    return isinstance(profile.frame, Framed)


def echoed(case: Case) -> Case:
    """Our own bytes come back in front of every answer."""
    steps: list[Step] = []
    for step in case.steps:
        steps += [step, Step("<", step.data)] if step.mark == ">" else [step]
    return replace(case, steps=tuple(steps))


def hearing_itself(profile: Profile, echo: bool) -> Profile:
    return profile.model_copy(update={"link": profile.link.model_copy(update={"echo": echo})})


@cache
def late_answers(name: str) -> tuple[bytes, ...]:
    """The first answer of every case: what may still be on its way."""
    answers = (
        next((step.data for step in case.steps if step.mark == "<" and step.data), b"")
        for case in golden_of(name).cases
    )
    return tuple(dict.fromkeys(answers))


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of the wrong bits that change a verdict the second reading finds, each bit of both being wrong with
    ERROR_RATE. A slip needs the same wrong bits twice, or two wrong readings within the noise."""

    bits: int  # of one pass
    tried: int
    changing: int  # of them, when both passes have them
    pairs: int  # a changing bit in one pass and another bit in the other
    slipped: int  # of the pairs

    @property
    def caught(self) -> float:
        if not self.changing:
            return 1.0
        same = ERROR_RATE * (1 - ERROR_RATE) ** (self.bits - 1)
        clean = (1 - ERROR_RATE) ** self.bits
        other = max(0.0, 1 - clean - same) * (self.slipped / self.pairs if self.pairs else 0)
        return 1 - same - other


def figure(trial: Trial, most: int | None = 400) -> Figure | None:
    """None where there are no two passes: nothing was measured."""
    places = passes(trial.case)
    if not places:
        return None
    bits = [(n, bit) for n, (one, _) in enumerate(places) for bit in range(8 * len(trial.case.steps[one].data))]
    random = Random(f"{trial.name} {trial.case.name}")
    some = bits if most is None or len(bits) <= most else random.sample(bits, most)
    changing = [place for place in some if _changes(trial, places, place, place)]
    if not changing:
        return Figure(len(bits), len(some), 0, 0, 0)
    pairs = [(random.choice(changing), random.choice(bits)) for _ in range(most or 2000)]
    pairs = [(one, other) for one, other in pairs if one != other]
    slipped = sum(_changes(trial, places, one, other) for one, other in pairs)
    return Figure(len(bits), len(some), len(changing), len(pairs), slipped)


def passes(case: Case) -> list[tuple[int, int]]:
    """Steps of the device that answer the same question in the first and in the second pass, after the last person."""
    begin = max((n for n, step in enumerate(case.steps) if step.mark == "."), default=-1) + 1
    turns = [(step.data, _answer(case, n)) for n, step in enumerate(case.steps) if n >= begin and step.mark == ">"]
    for half in range(len(turns) // 2, 0, -1):
        for end in range(len(turns), 2 * half - 1, -1):
            both = list(zip(turns[end - 2 * half : end - half], turns[end - half : end], strict=True))
            found = [(one[1], other[1]) for one, other in both if one[1] is not None and other[1] is not None]
            if found and all(one[0] == other[0] for one, other in both):
                return found
    return []


def _answer(case: Case, n: int) -> int | None:
    after = case.steps[n + 1 : n + 2]
    return n + 1 if after and after[0].mark == "<" and after[0].data else None


def _changes(trial: Trial, places: list[tuple[int, int]], one: tuple[int, int], other: tuple[int, int]) -> bool:
    spoilt = _wrong(_wrong(trial.case, places[one[0]][0], one[1]), places[other[0]][1], other[1])
    return trial.verdict(trial.outcome(spoilt)) is not None


def _wrong(case: Case, step: int, bit: int) -> Case:
    data = bytearray(case.steps[step].data)
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    return replace(case, steps=(*case.steps[:step], Step("<", bytes(data)), *case.steps[step + 1 :]))
