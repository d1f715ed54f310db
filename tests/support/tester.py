"""A box whose tester, and whatever stands beside it, is a twin on a pty behind the real driver."""

from collections.abc import Container, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from drivers.binding import Binder, Bound
from drivers.ports import open_port
from drivers.profile.folder import shipped
from drivers.simulated.pty import PtyDevice, Twin
from kiosk.attendant import Attendant, Hardware
from kiosk.devices import AnalyzerLine
from kiosk.rules import messages
from kiosk.rules.messages import Observation, RunEnded, SampleType, Scene
from kiosk.rules.settings import Proof
from kiosk.rules.visits.turn import Stage, VisitRules
from kiosk.run import Place
from kiosk.serving import Settings, Tester
from tests.kiosk.test_attendant import Box, Served
from tests.support.law import METHOD, PACKS, law
from ui.command.station_analyzers import dated, lines_of

TESTER = "tester"


@dataclass(frozen=True, slots=True)
class Beside:
    """Another instrument of the box, read by itself every so many seconds."""

    name: str
    profile: str
    twin: Twin
    every: float


def method_of(seconds: int) -> VisitRules:
    """A method whose reading takes so long; nobody has to prove who he is."""
    steps = tuple(replace(step, least=seconds) if step.id == "read" else step for step in METHOD.steps)
    return replace(law(proof=Proof.NONE), method=replace(METHOD, steps=steps))


@contextmanager
def lines_at_work(
    attendant: Attendant, bound: Sequence[Bound], testers: Container[str], tapes: Path
) -> Iterator[list[AnalyzerLine]]:
    """The real drivers at these instruments, until the box ends."""
    lines = lines_of(bound, testers, Binder(bound, open_port), tapes, 0, attendant.day, attendant.post)
    with ExitStack() as stack:
        for line in lines:
            line.start()
            stack.callback(line.stop)
        yield lines


class BenchBox(Box):
    """`seconds` is the reaction time of the method's own step."""

    def __init__(self, folder: Path, profile: str, twin: Twin, seconds: int = 0, beside: Sequence[Beside] = ()) -> None:
        super().__init__(folder)
        self.seconds = seconds
        self.run_within = 600.0
        self._folder = folder
        self._beside = tuple(beside)
        self.device = PtyDevice(twin, folder / "ports" / TESTER)
        self._devices = [self.device, *(PtyDevice(one.twin, folder / "ports" / one.name) for one in beside)]
        named = [(TESTER, profile), *((one.name, one.profile) for one in beside)]
        self._bound = tuple(
            Bound(name, shipped().all_of(id_), str(device.link))
            for (name, id_), device in zip(named, self._devices, strict=True)
        )

    def close(self) -> None:
        for device in self._devices:
            device.close()

    def settings(self) -> Settings:
        rules = method_of(self.seconds)
        return Settings(
            rules=lambda _: rules,
            products=self.products,
            wordings=lambda: PACKS.wordings,
            place=Place(Scene.BASE, SampleType.SELF),
            testers=(Tester(TESTER, self._bound[0].profiles[0].run.control, (), dated(self._bound[0])),),
            unconfirmed=lambda: (),
            log_every={one.name: one.every for one in self._beside},
            run_within=self.run_within,
        )

    @contextmanager
    def hardware(self, attendant: Attendant) -> Iterator[Hardware]:
        with lines_at_work(attendant, self._bound, {TESTER}, self._folder / "tapes") as lines:
            reads = {line.name: line.read for line in lines if line.sequence is None}
            yield Hardware(reads, self.jobs.append, {TESTER: lines[0]} if lines[0].sequence else {})

    @property
    def judged(self) -> list[messages.Test]:
        return self.entries(messages.Test)

    @property
    def observed(self) -> list[Observation]:
        return self.entries(Observation)

    @property
    def ends(self) -> list[str]:
        return [one.reason for one in self.entries(RunEnded)]


def begins(served: Served, box: Box) -> None:
    """Card, lot, and the wish to test it."""
    served.until(lambda screen: screen.link.recorded >= 2)
    served.shows(box.card)
    served.at(Stage.PRODUCT)
    served.tap("product", "cowpea")
    served.tap("quantity", "320 jin")
    served.tap("drugs_none")
    served.at(Stage.TEST_CHOICE)
    served.tap("test")
