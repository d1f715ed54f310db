"""What passed over a line, as text a person can check: read it, write it, record it.

golden 1                      then `profile id@revision` and `origin documented|constructed|captured …`
case NAME                     then `run identify` or `run EXCHANGE`
> 7E 01                       bytes we send; a replay demands exactly these
< 7E 02                       bytes of the device; an empty `<` is silence until we give up
~ 250                         the device waits so many milliseconds
! unplug                      the cable is out from here on
= {"channel": 1, …}           one line per reading, or `= refused field:value`, or `= error code`
# …                           a comment, to the end of the line
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from drivers.errors import DeviceError, ProfileError, Refused
from drivers.reading import Identity, Reading

KEPT = 200  # exchanges a recorder holds; older ones are dropped


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a conversation: `>` and `<` carry data, `~` milliseconds, `!` is an unplugged cable."""

    mark: str
    data: bytes = b""
    ms: int = 0

    def __str__(self) -> str:
        told = {"~": str(self.ms), "!": "unplug"}.get(self.mark, self.data.hex(" ").upper())
        return f"{self.mark} {told}".rstrip()


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    run: str
    steps: tuple[Step, ...]
    told: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"case {self.name}", f"run {self.run}", *map(str, self.steps), *(f"= {line}" for line in self.told)]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Golden:
    profile: str
    origin: str
    cases: tuple[Case, ...]

    def __str__(self) -> str:
        head = f"golden 1\nprofile {self.profile}\norigin {self.origin}\n"
        return head + "".join(f"\n{case}\n" for case in self.cases)


def parse(text: str, file: str = "-") -> Golden:
    """ProfileError names file and line of what cannot be read."""
    lines = [(n, line.split("#")[0].strip()) for n, line in enumerate(text.splitlines(), 1)]
    filled = [(n, line) for n, line in lines if line]
    head = [line for _, line in filled[:3]]
    starts = ["golden 1", "profile ", "origin "]
    if len(head) < 3 or not all(line.startswith(start) for line, start in zip(head, starts, strict=True)):
        raise ProfileError("profile.golden.head", file=file)
    return Golden(head[1].split(maxsplit=1)[1], head[2].split(maxsplit=1)[1], tuple(_cases(filled[3:], file)))


def told(answer: Identity | tuple[Reading, ...] | DeviceError) -> tuple[str, ...]:
    """The `=` lines of an outcome."""
    if isinstance(answer, Identity):
        return (_json({"model": answer.model, "firmware": answer.firmware}),)
    if isinstance(answer, Refused) and "field" in answer.facts:
        return (f"refused {answer.facts['field']}:{answer.facts['value']}",)
    if isinstance(answer, DeviceError):
        return (f"{'refused' if isinstance(answer, Refused) else 'error'} {answer.code}",)
    return tuple(_json(facts_of(reading)) for reading in answer) or ("nothing",)


def facts_of(reading: Reading) -> dict[str, object]:
    """A reading for a JSON line: what is not there is left out, numbers that were measured are strings."""
    optional = ("record", "taken_at", "method", "device_verdict", "state")
    rest = {name: getattr(reading, name) for name in optional if getattr(reading, name) is not None}
    channel = {} if reading.channel is None else {"channel": reading.channel}
    value = None if reading.value is None else str(reading.value)
    return {**channel, "quantity": reading.quantity, "value": value, "unit": reading.unit, **rest}


class Recorder:
    """Writes a conversation down while it happens. An exchange that repeats the one before byte by byte is counted."""

    def __init__(self, profile: str) -> None:
        self._profile = profile
        self._cases: list[tuple[str, list[Step], tuple[str, ...]]] = []
        self._again: list[int] = []

    def begin(self, run: str) -> None:
        self._cases.append((run, [], ()))
        self._again.append(0)
        del self._cases[:-KEPT], self._again[:-KEPT]

    def said(self, data: bytes) -> None:
        self._step(Step(">", data))

    def heard(self, data: bytes) -> None:
        """Bytes that arrive one after the other stand on one line; nothing heard is silence."""
        steps = self._cases[-1][1]
        if data and steps and steps[-1].mark == "<" and steps[-1].data:
            steps[-1] = Step("<", steps[-1].data + data)
        else:
            self._step(Step("<", data))

    def lost(self) -> None:
        self._step(Step("!"))

    def end(self, lines: tuple[str, ...]) -> None:
        run, steps, _ = self._cases[-1]
        self._cases[-1] = (run, steps, lines)
        if self._cases[-1:] == self._cases[-2:-1]:
            del self._cases[-1], self._again[-1]
            self._again[-1] += 1

    def forget(self) -> None:
        self._cases.clear()
        self._again.clear()

    @property
    def text(self) -> str:
        head = str(Golden(self._profile, "captured", ()))
        return head + "".join(self._case(n) for n in range(len(self._cases)))

    def _case(self, n: int) -> str:
        run, steps, lines = self._cases[n]
        again = f"# the same {self._again[n]} times more\n" if self._again[n] else ""
        return f"\n{Case(f'{run}_{n + 1}', run, tuple(steps), lines)}\n{again}"

    def _step(self, step: Step) -> None:
        self._cases[-1][1].append(step)


def _cases(lines: list[tuple[int, str]], file: str) -> Iterator[Case]:
    number = 0
    numbered = []
    for n, line in lines:
        number += line.startswith("case ")
        numbered.append((number, n, line))
    for _, group in groupby(numbered, key=lambda entry: entry[0]):
        yield _case([(n, line) for _, n, line in group], file)


def _case(lines: list[tuple[int, str]], file: str) -> Case:
    words = dict(line.split(maxsplit=1) for _, line in lines[:2] if " " in line)
    if "case" not in words or "run" not in words:
        raise ProfileError("profile.golden.line", file=file, line=lines[0][0], text=lines[0][1])
    steps = tuple(_step(n, line, file) for n, line in lines[2:] if line[0] != "=")
    return Case(words["case"], words["run"], steps, tuple(line[1:].strip() for _, line in lines[2:] if line[0] == "="))


def _step(n: int, line: str, file: str) -> Step:
    mark, rest = line[0], line[1:].strip()
    try:
        if mark in "><":
            return Step(mark, bytes.fromhex(rest))
        if mark == "~":
            return Step("~", ms=int(rest))
    except ValueError:
        mark = "?"
    if line == "! unplug":
        return Step("!")
    raise ProfileError("profile.golden.line", file=file, line=n, text=line)


def _json(facts: dict[str, object]) -> str:
    return json.dumps(facts, ensure_ascii=False)
