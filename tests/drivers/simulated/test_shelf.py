"""A twin stands for every profile: read through the real driver over a real line, whole and with a line's faults."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.analyzer.analyzer import Analyzer
from drivers.analyzer.recognise import recognise
from drivers.errors import DeviceError
from drivers.evidence.goldens import golden_of
from drivers.ports import open_port
from drivers.profile.folder import find, known
from drivers.profile.form import Profile
from drivers.profile.sent import Days, days_from
from drivers.reading import Reading
from drivers.simulated.pty import PtyDevice
from drivers.simulated.shelf import ERASES, FAULTS, TELLING, Plan, scenarios, twin_of
from drivers.simulated.tcp import TcpDevice
from drivers.transcript import Case, told

SHARE = 0.3  # of the profile's waits, less where it waits long for an answer
LONG_MS = 500  # a longer wait for an answer is shortened to this
SHORT_MS = 30  # no wait is shortened below this: threads take turns
WAIT = 0.2  # seconds in place of a reaction


class Nobody:
    """The person at the twin: whatever is asked is done at once."""

    def asked(self, word: str) -> None:
        """The twin has put it in already."""

    def waiting(self, seconds: int) -> float:
        return min(WAIT, seconds)


def hurried(profile: Profile) -> Profile:
    """The same instrument with shorter waits, and no parity: a terminal pair has none."""
    link, share = profile.link, min(SHARE, LONG_MS / profile.link.reply_ms)
    waits = {name: getattr(link, name) for name in ("gap_ms", "reply_ms", "byte_ms", "settle_ms")}
    shorter = {name: max(min(ms, SHORT_MS), round(ms * share)) for name, ms in waits.items()}
    changed = link.model_copy(update={**shorter, "format": "8N1", "flow": "none"})
    exchanges = {
        name: one.model_copy(update={"then_ms": round(one.then_ms * share)}) for name, one in profile.exchange.items()
    }
    return profile.model_copy(update={"link": changed, "exchange": exchanges})


@contextmanager
def standing(name: str, fault: str | None, folder: Path) -> Iterator[tuple[Analyzer, Profile]]:
    """The instrument on its line, recognised before the fault comes."""
    profile = hurried(find(name))
    twin = twin_of(name, Plan(run_seconds=0.2, fault=None))
    twin.late_by = 1.3 * profile.link.reply_ms / 1000
    served = TcpDevice(twin) if profile.link.kind in ("tcp", "modbus-tcp") else PtyDevice(twin, folder / "device")
    where = f"socket://127.0.0.1:{served.port}" if isinstance(served, TcpDevice) else str(served.link)
    with served:
        analyzer, identity = recognise([profile], lambda link: open_port(where, link))
        assert identity.profile == profile.id
        twin.fault = fault
        try:
            yield analyzer, profile
        finally:
            analyzer.close()


def measured(name: str, analyzer: Analyzer) -> tuple[Reading, ...]:
    if analyzer.listens and not analyzer.profile.session.greeting:
        return analyzer.listen(8.0)
    return analyzer.read(days=days_of(name), person=Nobody())


def days_of(name: str) -> Days | None:
    """The days of which the golden's good case speaks."""
    case = good_case(name)
    return days_from(case.run.partition(" ")[2]) if " " in case.run else None


def good_case(name: str) -> Case:
    run = find(name).run
    wanted = run.exchange or run.sequence
    return next(case for case in golden_of(name).cases if case.run.split()[0] == wanted and case.told[0][0] == "{")


def results(name: str) -> set[str]:
    """Every line that the golden's good cases tell."""
    return {line for case in golden_of(name).cases for line in case.told if line.startswith("{")}


@pytest.mark.parametrize("name", known())
def test_a_twin_of_every_profile_is_read(name: str, tmp_path: Path) -> None:
    with standing(name, None, tmp_path) as (analyzer, profile):
        readings = measured(name, analyzer)
    assert readings
    assert {reading.quantity for reading in readings} == {value.quantity for value in profile.result.values}


def of_each_kind() -> list[str]:
    """One profile for each kind of line and message that we ask; a twin that tells its golden first.

    Those that speak by themselves wait for half a minute where something is missing: theirs is virtual time, in
    tests/drivers/analyzer.
    """
    kinds: dict[tuple[str, str], str] = {}
    for name in sorted(known(), key=lambda name: (scenarios(name) != (TELLING,), name.startswith("biorad"))):
        profile = find(name)
        if profile.link.initiative == "host":
            kinds.setdefault((profile.link.kind, profile.frame.kind if profile.frame else "-"), name)
    return sorted(kinds.values())


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in ("silent", ERASES)])
@pytest.mark.parametrize("name", of_each_kind())
def test_a_fault_of_the_line_is_an_error_or_the_same_result(name: str, fault: str, tmp_path: Path) -> None:
    """Where nothing on the wire shows one wrong bit, the second reading does: tests/drivers/profiles."""
    with standing(name, fault, tmp_path) as (analyzer, profile):
        try:
            readings = measured(name, analyzer)
        except DeviceError:
            return
    if scenarios(name) == (TELLING,) and not (profile.device.integrity == "none" and fault == "bad-crc"):
        assert set(told(readings)) <= results(name)
