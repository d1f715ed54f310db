"""An old capture read with the profile of today: what was told then beside what is told now. No device is asked."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from drivers.errors import DeviceError, ProfileError
from drivers.evidence import salvage
from drivers.evidence.replay import ANYTHING
from drivers.profile.form import Profile
from drivers.reading import Identity, Reading
from drivers.transcript import Case, Step, told

KEY = ("channel", "quantity", "record", "taken_at")  # what two words about one reading have in common


class Now(StrEnum):
    SAME = "same"
    DIFFERS = "differs"
    REFUSED = "refused"  # was a reading, is none now
    READABLE = "readable"  # was none, is a reading now


@dataclass(frozen=True, slots=True)
class Line:
    """One reading, or one outcome without readings, as `=` lines; `then` or `now` is empty where it was not told."""

    then: str
    now: str
    state: Now


@dataclass(frozen=True, slots=True)
class Reread:
    profile: Profile
    lines: tuple[Line, ...]
    readings: tuple[Reading, ...]

    @property
    def changed(self) -> int:
        return sum(line.state is not Now.SAME for line in self.lines)


def reread(profiles: Sequence[Profile], case: Case) -> Reread:
    """By the profile that agrees most with what was told then: a capture does not say which firmware answered."""
    found = [_reread(profile, case) for profile in profiles]
    return min(found, key=lambda one: (one.changed, len([line for line in one.lines if not line.now.startswith("{")])))


def _reread(profile: Profile, case: Case) -> Reread:
    outcome = _outcome(profile, case)
    readings = outcome if isinstance(outcome, tuple) else ()
    return Reread(profile, tuple(_compared(case.told, told(outcome))), readings)


def _outcome(profile: Profile, case: Case) -> Identity | tuple[Reading, ...] | DeviceError:
    """As it was asked then; where the profile asks otherwise now, whatever it asks is answered as then."""
    alone = salvage.alone(profile)
    attempts = ((profile, case), (alone, case), (alone, _whatever(case)))
    last: DeviceError = ProfileError("profile.golden.left", left=0)
    if not salvage.whole(case) and salvage.told_once(profile, case):
        saved = salvage.saved(profile, case)
        if saved is not None and saved:
            return saved
    for reader, said in attempts:
        try:
            return salvage.again(reader, said)
        except ProfileError as otherwise:
            last = otherwise
        except DeviceError as refused:
            return refused
    return last


def _whatever(case: Case) -> Case:
    steps = tuple(Step(">", ANYTHING) if step.mark == ">" else step for step in case.steps)
    return replace(case, steps=steps)


def _compared(then: Sequence[str], now: Sequence[str]) -> Iterator[Line]:
    """Readings are paired by what names them, and where two have one name, in their order."""
    left = list(now)
    for one in then:
        other = next((line for line in left if line == one), None) or next(
            (line for line in left if _name(line) == _name(one)), None
        )
        if other is not None:
            left.remove(other)
        yield from _line(one, other, now)
    if not any(map(_spoken, then)) and not any(map(_spoken, left)):
        return  # one outcome without readings took the place of another: told above
    yield from (Line("", line, Now.READABLE) for line in left if _spoken(line))


def _line(then: str, now: str | None, all_now: Sequence[str]) -> Iterator[Line]:
    if now is not None:
        yield Line(then, now, Now.SAME if then == now else Now.DIFFERS)
    elif _spoken(then):
        yield Line(then, next((line for line in all_now if not _spoken(line)), ""), Now.REFUSED)
    elif not any(map(_spoken, all_now)):
        yield Line(then, " ".join(all_now), Now.DIFFERS)


def _spoken(line: str) -> bool:
    return line.startswith("{")


def _name(line: str) -> object:
    if not _spoken(line):
        return line
    facts = json.loads(line)
    return tuple(str(facts.get(key)) for key in KEY)
