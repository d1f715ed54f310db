"""A transcript played as if it were the device, in virtual time, whole or damaged on purpose."""

from collections.abc import Iterator
from dataclasses import replace

from drivers.errors import LinkError, ProfileError
from drivers.transcript import Case, Step

PATIENT = 200  # times that a device of a mutated case answers again before it falls silent
ANYTHING = b""  # a `>` without bytes: the request is not known, any will do
UNPLUGGED, REPLUGGED = Step("!"), Step("!", word="replug")


class ReplayPort:
    """Plays the device side of a case. Strict: what is sent must be what stands there, and so must what a person does.

    Not strict (`loose`), for mutated cases: a request sent again is answered again, anything else by silence.
    `chunk` bytes at most arrive at once. A cable that comes back works again once its loss was noticed.
    """

    def __init__(self, case: Case, chunk: int = 1 << 20, loose: bool = False) -> None:
        self.now = 0.0
        self._turns = _turns(case.steps)
        self._chunk = chunk
        self._loose = loose
        self._turn = 0
        self._again = 0
        self._coming = list(self._turns[0][1])

    def clock(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def write(self, data: bytes) -> None:
        self._plugged()
        if self._ahead(">") in (Step(">", data), Step(">", ANYTHING)):
            self._turn += 1
        elif not self._loose:
            wanted = self._ahead(">") or Step(">")
            raise ProfileError("profile.golden.sent", sent=_hex(data), wanted=_hex(wanted.data))
        elif Step(">", data) != self._turns[self._turn][0] or self._again == PATIENT:
            return
        else:
            self._again += 1
        self._coming = list(self._turns[self._turn][1])

    def operator(self, word: str) -> None:
        """A person was asked for `word`, did it and said so."""
        if self._ahead(".") == Step(".", word=word):
            self._turn += 1
            self._coming = list(self._turns[self._turn][1])
        elif not self._loose:
            wanted = self._ahead(".") or Step(".")
            raise ProfileError("profile.golden.sent", sent=word, wanted=wanted.word or "-")

    def read(self, size: int, timeout: float) -> bytes:
        until = self.now + timeout
        while self._coming:
            self._plugged()
            step = self._coming[0]
            if step.mark == "~" and self.now + step.ms / 1000 > until:
                self._coming[0] = replace(step, ms=step.ms - round((until - self.now) * 1000))
                break
            if step.mark == "~":
                self.now += step.ms / 1000
            elif step.data:
                return self._arrive(step.data, min(size, self._chunk))
            self._coming.pop(0)
            if step.mark == "<":
                break
        self.now = until
        return b""

    def drain(self) -> bytes:
        dropped = b""
        while self._coming and self._coming[0].mark == "<":
            dropped += self._coming.pop(0).data
        return dropped

    def close(self) -> None:
        """Everything must have been asked for and heard."""
        left = sum(bool(step.data) for step in self._coming) + len(self._turns) - self._turn - 1
        if left and not self._loose:
            raise ProfileError("profile.golden.left", left=left)

    def _ahead(self, mark: str) -> Step | None:
        """What is to be said or done next, if it is of this mark."""
        ahead = self._turns[self._turn + 1][0] if self._turn + 1 < len(self._turns) else None
        return ahead if ahead is not None and ahead.mark == mark else None

    def _plugged(self) -> None:
        if not self._coming or self._coming[0] != UNPLUGGED:
            return
        if REPLUGGED in self._coming:
            back = self._coming.index(REPLUGGED) + 1
            self.now += sum(step.ms for step in self._coming[:back]) / 1000
            del self._coming[:back]
        raise LinkError("link.lost", port="replay")

    def _arrive(self, data: bytes, size: int) -> bytes:
        if len(data) > size:
            self._coming[0] = Step("<", data[size:])
        else:
            self._coming.pop(0)
        return data[:size]


def heard_only(name: str, run: str, answers: list[bytes]) -> Case:
    """A case of device bytes alone: whatever is asked, the next answer comes."""
    steps = [step for answer in answers for step in (Step(">", ANYTHING), Step("<", answer))]
    return Case(name, run, tuple(steps), ())


def flipped(case: Case) -> Iterator[Case]:
    """Every single bit of the device's bytes, wrong once."""
    for n, step in _device(case):
        for bit in range(8 * len(step.data)):
            wrong = bytearray(step.data)
            wrong[bit // 8] ^= 1 << bit % 8
            yield _with(case, n, bytes(wrong))


def truncated(case: Case) -> Iterator[Case]:
    """Every answer, cut after every byte."""
    for n, step in _device(case):
        for length in range(len(step.data)):
            yield _with(case, n, step.data[:length])


def preceded(case: Case, junk: bytes) -> Iterator[Case]:
    """`junk` in front of every answer in turn: noise, or the late answer to an earlier request."""
    for n, step in _device(case):
        yield _with(case, n, junk + step.data)


def _device(case: Case) -> list[tuple[int, Step]]:
    return [(n, step) for n, step in enumerate(case.steps) if step.mark == "<" and step.data]


def _with(case: Case, n: int, data: bytes) -> Case:
    return replace(case, steps=(*case.steps[:n], Step("<", data), *case.steps[n + 1 :]))


def _turns(steps: tuple[Step, ...]) -> list[tuple[Step, list[Step]]]:
    """What is said or done, and all that the device does until the next; the first turn begins with the device."""
    turns: list[tuple[Step, list[Step]]] = [(Step("."), [])]
    for step in steps:
        if step.mark in (">", "."):
            turns.append((step, []))
        else:
            turns[-1][1].append(step)
    return turns


def _hex(data: bytes) -> str:
    return data.hex(" ").upper() or "-"
