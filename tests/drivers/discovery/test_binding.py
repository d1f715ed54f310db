"""Instruments that were written down: swapped, missing, doubled, behind another adapter."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers.analyzer.analyzer import Analyzer
from drivers.binding import AUTO, Binder, Bound, certain, indistinct, numbered
from drivers.errors import DeviceError, LinkError, Refused
from drivers.ports import open_port
from drivers.profile.folder import shipped
from drivers.profile.form import Profile
from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.analyzer_modbus import ChlorineTwin
from drivers.simulated.pty import PtyDevice, Twin
from drivers.sockets import Socket, Usb

RESIDUE, CHLORINE = (shipped().find(name) for name in ("dayuan-tl310", "globalwater-cl500"))
QUICK = {"retries": 0}  # silence is told at once


class Machine:
    """Sockets that stay, and what is plugged into them."""

    def __init__(self, folder: Path, plugged: ExitStack) -> None:
        self._folder = folder
        self._stack = plugged
        self._devices: dict[str, PtyDevice] = {}
        self.usb: dict[str, Usb] = {}

    def where(self, socket: str) -> str:
        return str(self._folder / socket)

    def plug(self, socket: str, twin: Twin) -> None:
        if socket in self._devices:
            self._devices[socket].close()
        self._devices[socket] = self._stack.enter_context(PtyDevice(twin, self._folder / socket))

    def present(self) -> tuple[Socket, ...]:
        return tuple(self.at(self.where(name)) for name in self._devices)

    def at(self, where: str) -> Socket:
        return Socket(where, self.usb.get(Path(where).name))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with ExitStack() as plugged:
        yield Machine(tmp_path, plugged)


def quick(profile: Profile, **tables: dict[str, object]) -> Profile:
    update = {name: getattr(profile, name).model_copy(update=keys) for name, keys in {"link": QUICK, **tables}.items()}
    return profile.model_copy(update=update)


def bound(profile: Profile, port: str, serial: str | None = None, usb: str | None = None) -> Bound:
    return Bound(profile.device.model, (quick(profile),), port, serial, usb)


def model_of(open_it: Callable[[], Analyzer]) -> str:
    analyzer = open_it()
    analyzer.close()
    return analyzer.profile.device.model


def refused(open_it: Callable[[], Analyzer]) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        open_it().close()
    return caught.value


def test_swapped_adapters_are_refused_by_name_and_right_again_when_put_back(machine: Machine) -> None:
    both = bound(RESIDUE, machine.where("left")), bound(CHLORINE, machine.where("right"))
    binder = Binder(both, open_port)
    machine.plug("left", ChlorineTwin())
    machine.plug("right", ResidueTwin())
    problems = [refused(lambda one=one: binder.open(one)) for one in both]  # type: ignore[misc]
    assert [(p.code, p.facts["model"], p.facts["found"], p.facts["port"]) for p in problems] == [
        ("analyzer.other", "TL-310", "CL500", machine.where("left")),
        ("analyzer.other", "CL500", "TL-310", machine.where("right")),
    ]
    machine.plug("left", ResidueTwin())
    machine.plug("right", ChlorineTwin())
    assert [model_of(lambda one=one: binder.open(one)) for one in both] == ["TL-310", "CL500"]  # type: ignore[misc]


def test_auto_finds_them_again_by_itself(machine: Machine) -> None:
    both = bound(RESIDUE, AUTO), bound(CHLORINE, AUTO)
    binder = Binder(both, open_port, present=machine.present)
    for first, second in ((ResidueTwin(), ChlorineTwin()), (ChlorineTwin(), ResidueTwin())):
        machine.plug("left", first)
        machine.plug("right", second)
        opened = [binder.open(one) for one in both]
        assert [analyzer.identify().model for analyzer in opened] == ["TL-310", "CL500"]
        for analyzer in opened:
            analyzer.close()


def test_auto_leaves_the_sockets_of_others_alone(machine: Machine) -> None:
    machine.plug("printer", ResidueTwin())
    machine.plug("bound", ResidueTwin())
    one = bound(RESIDUE, AUTO)
    named = bound(CHLORINE, machine.where("bound"))
    problem = refused(lambda: Binder((one, named), open_port, (machine.where("printer"),), machine.present).open(one))
    assert (problem.code, problem.facts["count"]) == ("analyzer.nowhere", 0)
    assert isinstance(problem, LinkError)


def test_auto_never_guesses_between_two_of_a_kind(machine: Machine) -> None:
    machine.plug("left", ResidueTwin())
    machine.plug("right", ResidueTwin(seed=2))
    one = bound(RESIDUE, AUTO)
    problem = refused(lambda: Binder((one,), open_port, present=machine.present).open(one))
    assert problem.code == "analyzer.several"
    assert machine.where("left") in str(problem.facts["found"])
    assert machine.where("right") in str(problem.facts["found"])


def told_number(profile: Profile) -> Profile:
    """The CL500's minor version stands in for a number of its own."""
    return quick(profile, identify={"serial": "minor"})


def test_the_instruments_own_number_decides(machine: Machine) -> None:
    machine.plug("left", ChlorineTwin())
    right = Bound("right", (told_number(CHLORINE),), machine.where("left"), serial="4")
    wrong = Bound("wrong", (told_number(CHLORINE),), machine.where("left"), serial="7")
    binder = Binder((right, wrong), open_port)
    assert model_of(lambda: binder.open(right)) == "CL500"
    problem = refused(lambda: binder.open(wrong))
    assert (problem.code, problem.facts["wanted"], problem.facts["found"]) == ("analyzer.swapped", "7", "4")
    assert isinstance(problem, Refused)
    assert model_of(lambda: binder.open(right)) == "CL500"  # the refused one was closed


class Other(ChlorineTwin):
    """A CL500 with another number."""

    def _input(self) -> list[int]:
        return [*(words := super()._input())[:5], 7, *words[6:]]


def test_auto_takes_the_one_with_the_number(machine: Machine) -> None:
    machine.plug("left", ChlorineTwin())
    machine.plug("right", Other())
    numbers = [Bound(name, (told_number(CHLORINE),), AUTO, serial=name) for name in ("7", "4")]
    binder = Binder(numbers, open_port, present=machine.present)
    opened = [binder.open(one) for one in numbers]
    assert [analyzer.identify().serial for analyzer in opened] == ["7", "4"]
    for analyzer in opened:
        analyzer.close()


class Deaf:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.heard = b""

    def answer(self, data: bytes) -> bytes:
        self.heard += data
        return b""

    def tick(self) -> bytes:
        return b""


def test_auto_asks_only_behind_the_adapter_that_was_written_down(machine: Machine) -> None:
    deaf = Deaf()
    machine.plug("left", deaf)
    machine.plug("right", ResidueTwin())
    machine.usb = {"left": Usb("0403", "6001"), "right": Usb("1a86", "7523")}
    one = bound(RESIDUE, AUTO, usb="1a86:7523")
    binder = Binder((one,), open_port, present=machine.present, at=machine.at)
    assert model_of(lambda: binder.open(one)) == "TL-310"
    assert deaf.heard == b""


def test_nothing_is_said_to_another_adapter(machine: Machine) -> None:
    deaf = Deaf()
    machine.plug("left", deaf)
    machine.usb = {"left": Usb("0403", "6001")}
    one = bound(RESIDUE, machine.where("left"), usb="1a86:7523")
    binder = Binder((one,), open_port, at=machine.at)
    problem = refused(lambda: binder.open(one))
    assert (problem.code, problem.facts["wanted"], problem.facts["found"]) == (
        "analyzer.adapter",
        "1a86:7523",
        "0403:6001",
    )
    assert deaf.heard == b""


def test_a_silent_one_is_silent_and_an_unplugged_one_absent(machine: Machine) -> None:
    machine.plug("left", Deaf())
    one, gone = bound(RESIDUE, machine.where("left")), bound(RESIDUE, machine.where("gone"))
    binder = Binder((one, gone), open_port)
    assert [refused(lambda b=b: binder.open(b)).code for b in (one, gone)] == [  # type: ignore[misc]
        "analyzer.silent",
        "link.absent",
    ]


def test_what_only_the_socket_tells_apart() -> None:
    left, right = bound(RESIDUE, "/dev/a"), bound(RESIDUE, "/dev/b")
    assert list(indistinct((left, right, bound(CHLORINE, "/dev/c")))) == [(left, right)]
    one, two = (Bound(n, (told_number(CHLORINE),), "/dev/a", serial=n) for n in ("1", "2"))
    assert list(indistinct((one, two))) == []
    assert (numbered((RESIDUE,)), numbered((told_number(CHLORINE),))) == (False, True)


def test_whom_the_box_takes_by_itself() -> None:
    assert certain(RESIDUE)
    assert not certain(quick(RESIDUE, identify={"weak": True}))
    assert not certain(quick(RESIDUE, identify={"safe": False}))
    assert not certain(quick(RESIDUE, link={"initiative": "device"}))
