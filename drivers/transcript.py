"""What passed over a line, as text a person can check: read it, write it, record it.

golden 1                      then `profile id@revision` and `origin documented|constructed|captured …`
case NAME                     then `run identify`, `run EXCHANGE` or `run EXCHANGE ARGUMENTS`
> 7E 01                       bytes we send; a replay demands exactly these
< 7E 02                       bytes of the device; an empty `<` is silence until we give up
~ 250                         the device waits so many milliseconds
! unplug                      the cable is out from here on; `! replug`: it is in again
. insert_blank                the operator did this and said so
= {"channel": 1, …}           one line per reading, or `= refused field:value`, or `= error code`
# …                           a comment, to the end of the line
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from drivers.errors import DeviceError, LinkError, ProfileError, Refused
from drivers.reading import Identity, Reading

KEPT = 200  # exchanges a recorder holds; older ones are dropped
MOST_HELD = 4 << 20  # bytes both ways that a recorder holds; older exchanges are dropped, the last is always whole
HEAD = ("golden 1", "profile ", "origin ")
PLUGS = ("unplug", "replug")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a conversation: `>` and `<` carry data, `~` milliseconds, `.` and `!` a word (`!` alone: unplug)."""

    mark: str
    data: bytes = b""
    ms: int = 0
    word: str = ""

    def __str__(self) -> str:
        told = {"~": str(self.ms), "!": self.word or "unplug", ".": self.word}
        return f"{self.mark} {told.get(self.mark, self.data.hex(' ').upper())}".rstrip()


@dataclass(frozen=True, slots=True)
class Case:
    """`run` is the exchange and, after a space, what it was asked for."""

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
        return _head(self.profile, self.origin) + "".join(f"\n{case}\n" for case in self.cases)


class Tape(Protocol):
    """Where a recorder writes while it happens. Only `hold` may fail, with an OSError."""

    def write(self, text: str) -> None: ...

    def hold(self) -> None:
        """All that was written is durable when this returns."""

    def restart(self) -> None:
        """The session begins anew: empty."""


def parse(text: str, file: str = "-") -> Golden:
    """ProfileError names file and line of what cannot be read."""
    filled = _filled(text)
    head = [line for _, line in filled[: len(HEAD)]]
    if len(head) < len(HEAD) or not all(map(str.startswith, head, HEAD)):
        raise ProfileError("profile.golden.head", file=file)
    return Golden(head[1].split(maxsplit=1)[1], head[2].split(maxsplit=1)[1], tuple(_cases(filled[3:], file)))


def parse_torn(text: str, file: str = "-") -> Golden:
    """A tape that ends anywhere, even inside a line: everything whole is kept, and the whole bytes of the last line.

    A head that comes again is another opening of the same port, perhaps of the same model with another firmware.
    Without a whole head: no profile and no cases.
    """
    whole, _, rest = text.rpartition("\n")
    filled = _filled(f"{whole}\n{_mended(rest)}")
    head = [line for _, line in filled[: len(HEAD)]]
    if not all(map(str.startswith, head, HEAD)):
        raise ProfileError("profile.golden.head", file=file)
    if len(head) < len(HEAD):
        return Golden("", "captured", ())
    lines = [(n, line) for n, line in filled if not line.startswith(HEAD)]
    for word in ("run ", "case "):  # a case that has not come to its first byte says nothing
        if lines and lines[-1][1].startswith(word):
            lines.pop()
    return Golden(head[1].split(maxsplit=1)[1], head[2].split(maxsplit=1)[1], tuple(_cases(lines, file)))


def told(answer: Identity | tuple[Reading, ...] | DeviceError) -> tuple[str, ...]:
    """The `=` lines of an outcome."""
    if isinstance(answer, Identity):
        return (_json({"model": answer.model, "firmware": answer.firmware}),)
    if isinstance(answer, Refused) and "field" in answer.facts:
        return (f"refused {answer.facts['field']}:{_line(answer.facts['value'])}".rstrip(),)
    if isinstance(answer, DeviceError):
        return (f"{'refused' if isinstance(answer, Refused) else 'error'} {answer.code}",)
    return tuple(_json(facts_of(reading)) for reading in answer) or ("nothing",)


def facts_of(reading: Reading) -> dict[str, object]:
    """A reading for a JSON line: what is not there is left out, numbers that were measured are strings."""
    optional = ("record", "taken_at", "method", "item", "device_verdict", "state")
    rest = {name: getattr(reading, name) for name in optional if getattr(reading, name) is not None}
    channel = {} if reading.channel is None else {"channel": reading.channel}
    value = None if reading.value is None else str(reading.value)
    return {**channel, "quantity": reading.quantity, "value": value, "unit": reading.unit, **rest}


class Recorder:
    """Writes a conversation down while it happens, on its tape too. An exchange that repeats the one before byte by
    byte is counted."""

    def __init__(self, profile: str, tape: Tape | None = None) -> None:
        self._profile = profile
        self._tape = tape
        self._cases: list[tuple[str, list[Step], tuple[str, ...]]] = []
        self._again: list[int] = []
        self._begun = 0  # cases since the tape was restarted
        self._pending = ""  # of a case in which nothing has happened yet: not on the tape

    def begin(self, run: str) -> None:
        self._begun += 1
        self._pending = f"{_head(self._profile, 'captured')}\ncase {_named(run, self._begun)}\nrun {run}\n"
        self._cases.append((run, [], ()))
        self._again.append(0)
        while len(self._cases) > 1 and (len(self._cases) > KEPT or self._weight() > MOST_HELD):
            del self._cases[0], self._again[0]

    def said(self, data: bytes) -> None:
        self._step(Step(">", data))

    def heard(self, data: bytes) -> None:
        """Bytes that arrive one after the other stand on one line; nothing heard is silence."""
        self._write(str(Step("<", data)), waits=not data)
        _join(self._cases[-1][1], Step("<", data))

    def lost(self) -> None:
        self._step(Step("!"))

    def operator(self, word: str) -> None:
        self._step(Step(".", word=word))

    def end(self, lines: tuple[str, ...]) -> None:
        """A case in which nothing was said either way is no case."""
        run, steps, _ = self._cases[-1]
        if lines == ("nothing",) and all(step == Step("<") for step in steps):
            del self._cases[-1], self._again[-1]
            return
        self._write("\n".join(f"= {line}" for line in lines))
        self._cases[-1] = (run, steps, lines)
        if self._cases[-1:] == self._cases[-2:-1]:
            del self._cases[-1], self._again[-1]
            self._again[-1] += 1

    def hold(self) -> None:
        """All that was recorded is on disk when this returns; LinkError `analyzer.unkept` when the disk refused."""
        try:
            if self._tape is not None:
                self._tape.hold()
        except OSError as refused:
            raise LinkError("analyzer.unkept", why=refused.strerror or str(refused)) from refused

    def forget(self) -> None:
        self._cases.clear()
        self._again.clear()
        self._begun = 0
        if self._tape is not None:
            self._tape.restart()

    @property
    def text(self) -> str:
        return _head(self._profile, "captured") + "".join(self._case(n) for n in range(len(self._cases)))

    def _case(self, n: int) -> str:
        run, steps, lines = self._cases[n]
        again = f"# the same {self._again[n]} times more\n" if self._again[n] else ""
        return f"\n{Case(_named(run, n + 1), run, tuple(steps), lines)}\n{again}"

    def _weight(self) -> int:
        return sum(len(step.data) for _, steps, _ in self._cases for step in steps)

    def _step(self, step: Step) -> None:
        self._write(str(step))
        self._cases[-1][1].append(step)

    def _write(self, line: str, *, waits: bool = False) -> None:
        """`waits`: until something else happens in this case."""
        if waits and self._pending:
            self._pending += f"{line}\n"
        elif self._tape is not None and line:
            self._tape.write(f"{self._pending}{line}\n")
            self._pending = ""


def _head(profile: str, origin: str) -> str:
    return f"golden 1\nprofile {profile}\norigin {origin}\n"


def _named(run: str, n: int) -> str:
    return f"{run.split(maxsplit=1)[0]}_{n}"


def _join(steps: list[Step], step: Step) -> None:
    if step.mark == "<" and step.data and steps and steps[-1].mark == "<" and steps[-1].data:
        steps[-1] = Step("<", steps[-1].data + step.data)
    else:
        steps.append(step)


def _filled(text: str) -> list[tuple[int, str]]:
    """Numbered lines that say something. Only a line feed ends a line: a device's text may hold other separators."""
    lines = [(n, line.split("#")[0].strip()) for n, line in enumerate(text.split("\n"), 1)]
    return [(n, line) for n, line in lines if line]


def _mended(rest: str) -> str:
    """A line that was not finished: its whole bytes, if it has any."""
    mark, *pairs = rest.split(" ")
    whole = [pair for pair in pairs if len(pair) == 2]
    return " ".join((mark, *whole)) if mark in (">", "<") and whole else ""


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
    steps: list[Step] = []
    for n, line in lines[2:]:
        if line[0] != "=":
            _join(steps, _step(n, line, file))
    told = tuple(line[1:].strip() for _, line in lines[2:] if line[0] == "=")
    return Case(words["case"], words["run"], tuple(steps), told)


def _step(n: int, line: str, file: str) -> Step:
    mark, rest = line[0], line[1:].strip()
    try:
        if mark in "><":
            return Step(mark, bytes.fromhex(rest))
        if mark == "~":
            return Step("~", ms=int(rest))
    except ValueError:
        mark = "?"
    if mark == "!" and rest in PLUGS:
        return Step("!", word="" if rest == "unplug" else rest)
    if mark == "." and rest.isidentifier():
        return Step(".", word=rest)
    raise ProfileError("profile.golden.line", file=file, line=n, text=line)


def _json(facts: dict[str, object]) -> str:
    return json.dumps(facts, ensure_ascii=False).replace("#", "\\u0023")  # a bare one would begin a comment


def _line(value: object) -> str:
    """A value of the device within one line, whatever characters it holds."""
    return json.dumps(str(value), ensure_ascii=False)[1:-1].replace("#", "\\u0023")
