"""Goldens of every profile over a real terminal: pyserial, real time, a device in another thread; only shorter waits.

Of each profile one success, one refusal and one fault; all cases run in virtual time beside this file.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import DeviceError
from drivers.evidence.goldens import golden_of, ran
from drivers.ports import open_serial
from drivers.profile.folder import find, known
from drivers.profile.form import Profile
from drivers.profile.link import Astm
from drivers.simulated.pty import PtyDevice, UnpluggedError
from drivers.transcript import Case, Step, told
from tests.support.waiting import let_pass, wait_for

SHARE = 0.3  # of the profile's waits, less where it waits long for an answer
LONG_MS = 500  # a longer wait for an answer is shortened to this; the case's own delays with it
SHORT_MS = 30  # no wait is shortened below this: threads take turns


def chosen(name: str) -> Iterator[Case]:
    """The first of each kind of end. ASTM waits half a minute for what does not come: that is left to virtual time."""
    cases = golden_of(name).cases
    kinds = ("{", "refused") if isinstance(find(name).frame, Astm) else ("{", "refused", "error")
    for kind in kinds:
        yield from [case for case in cases if case.told[0].startswith(kind)][:1]


SERIAL = [name for name in known() if not find(name).link.kind.endswith("tcp")]  # a network device has no terminal
CASES = [pytest.param(name, case, id=f"{name}-{case.name}") for name in SERIAL for case in chosen(name)]


class CaseTwin:
    """Says what stands in the case once it heard what stands there; `silence` is how long an empty `<` lasts."""

    def __init__(self, case: Case, silence: float, share: float) -> None:
        self.unheard = list(case.steps)
        self._silence = silence
        self._share = share
        self._heard = b""
        self._due: list[tuple[float, Step]] = []
        self._plan()  # one that speaks by itself begins

    def asked(self, word: str) -> None:
        """The person at the device: what follows comes after it was done."""
        assert self.unheard[0] == Step(".", word=word)
        self.unheard.pop(0)
        self._plan()

    def waiting(self, seconds: int) -> float:
        """Nobody's enzyme works here."""
        return seconds / 100

    def answer(self, data: bytes) -> bytes:
        self._heard += data
        if self.unheard and self.unheard[0].data == self._heard:
            self._heard = b""
            self.unheard.pop(0)
            self._plan()
        return self.tick()

    def tick(self) -> bytes:
        said = b""
        while self._due and self._due[0][0] <= time.monotonic():
            step = self._due.pop(0)[1]
            if step.mark == "!":
                raise UnpluggedError
            said += step.data
        return said

    def _plan(self) -> None:
        due = time.monotonic()
        while self.unheard and self.unheard[0].mark not in (">", "."):
            step = self.unheard.pop(0)
            pulled = 0.1 if step.mark == "!" else 0.0  # what was said before still arrives
            due += (
                step.ms / 1000 * self._share + (self._silence if step.mark == "<" and not step.data else 0.0) + pulled
            )
            self._due.append((due, step))


def share_of(profile: Profile) -> float:
    return min(SHARE, LONG_MS / profile.link.reply_ms)


def hurried(profile: Profile) -> Profile:
    link = profile.link
    waits = {name: getattr(link, name) for name in ("gap_ms", "reply_ms", "byte_ms")}
    shorter = {name: max(min(ms, SHORT_MS), round(ms * share_of(profile))) for name, ms in waits.items()}
    return profile.model_copy(update={"link": link.model_copy(update=shorter)})


@pytest.mark.parametrize(("name", "case"), CASES)
def test_over_a_terminal(name: str, case: Case, tmp_path: Path) -> None:
    profile, share = hurried(find(name)), share_of(find(name))
    twin = CaseTwin(case, profile.link.reply_ms / 1000, share)
    with PtyDevice(twin, tmp_path / "analyzer") as device:
        port = open_serial(str(device.link), profile.link)
        analyzer = Analyzer(profile, port, pause=lambda seconds: let_pass(seconds * share))
        try:
            outcome = ran(analyzer, case.run, twin)
        except DeviceError as problem:
            outcome = told(problem)
        wait_for(lambda: not twin.unheard, "the twin has heard all: what is closed forgets the rest")
        analyzer.close()
    assert outcome == case.told
    assert twin.unheard == []
