"""Each blocking device in its own thread: takes one job at a time, posts what came of it. Decides nothing.

A device that fails is closed, told once, and opened again until it answers; who it is is asked after every open.
"""

import queue
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from drivers.analyzer.analyzer import Person
from drivers.errors import DeviceError, FrameError, Refused
from drivers.printer.outcome import Printed, Unknown
from drivers.profile.exchange import SequenceForm
from drivers.profile.sent import Days
from drivers.reading import Identity, Reading
from kiosk.captures import Untaken
from kiosk.guide import AtInstrument
from kiosk.kept import RETRY_FIRST, Kept

if TYPE_CHECKING:
    from PIL.Image import Image

Post = Callable[[object], None]
ALIVE_EVERY = 5.0  # seconds of idleness after which a device is asked whether it is still there
HEARS_FOR = 0.3  # seconds for which an instrument that speaks first is listened to before we look up


@dataclass(frozen=True, slots=True)
class AnalyzerReady:
    name: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class AnalyzerRead:
    """Everything the analyzer holds, and every byte of the session that told it.

    An analyzer that forgets waits for `taken`: the last entry, when entries hold all of this; None, when it is still
    needed and to be told again, with what comes next. `unread`: bytes that it forgot and that we cannot read.
    `run`: the run that a person was led through, else empty.
    """

    name: str
    identity: Identity
    readings: tuple[Reading, ...]
    capture: bytes
    taken: Callable[[int | None], None] | None = None
    unread: bool = False
    run: str = ""

    @property
    def forgotten(self) -> bool:
        """Does nobody but us have it any more?"""
        return self.taken is not None


@dataclass(frozen=True, slots=True)
class PrinterReady:
    part: str = "printer"  # printer | label_printer


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One copy of one part of one paper; `raster` is black and white, `job_id` names this copy to the printer.

    `label`: for the label printer, where there is one.
    """

    number: str
    copy: int
    raster: "Image"
    job_id: bytes
    part: str = ""
    label: bool = False


@dataclass(frozen=True, slots=True)
class PrintEnded:
    """`done`: the printer returned our job's number. Begun and not done: nobody knows what came out.

    Not begun: not a byte was sent, and `problem` says why.
    """

    number: str
    copy: int
    begun: bool
    done: bool
    evidence: str
    problem: DeviceError | None = None
    part: str = ""
    printer: str = "printer"  # or label_printer: whose problem it is


@dataclass(frozen=True, slots=True)
class DeviceLost:
    part: str  # the analyzer's name, "printer" or "label_printer"
    problem: DeviceError


class Analyzer(Protocol):
    """What a line needs of drivers.analyzer.analyzer.Analyzer."""

    def identify(self) -> Identity: ...

    def read(self, name: str = "", days: Days | None = None, person: Person | None = None) -> tuple[Reading, ...]: ...

    def listen(self, patience: float) -> tuple[Reading, ...]: ...

    def forget(self) -> None: ...

    @property
    def transcript(self) -> str: ...

    def close(self) -> None: ...


class Printer(Protocol):
    """What a line needs of drivers.printer.outcome.AnyPrinter."""

    def require_ready(self) -> None: ...

    def print_job(self, job: Iterable[bytes], job_id: bytes) -> Printed | Unknown: ...

    def close(self) -> None: ...


class AnalyzerLine:
    """One analyzer's thread. `open_analyzer` opens its port; `exchange` is what reads all that it holds.

    `untaken` is for one that forgets what it told: nothing of it is let go before the attendant has taken it.
    `listens`: it speaks when it likes. `days`: which days, for one that tells one day at a time.
    `sequence`: its run, where a person has to do something in it; then nothing is read without `run`.
    """

    def __init__(
        self,
        name: str,
        exchange: str,
        open_analyzer: Callable[[], Analyzer],
        post: Post,
        untaken: Untaken | None = None,
        *,
        listens: bool = False,
        days: Callable[[], Days] | None = None,
        sequence: SequenceForm | None = None,
    ) -> None:
        self.name = name
        self.sequence = sequence
        self._exchange = exchange
        self._open = open_analyzer
        self._post = post
        self._untaken = untaken
        self._listens = listens
        self._days = days
        self._person: AtInstrument | None = None
        self._jobs: queue.SimpleQueue[float] = queue.SimpleQueue()
        self._taken: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._kept = Kept(name, self._serve, self._lost)

    def start(self) -> None:
        self._kept.start()

    def read(self, after: float = 0.0) -> None:
        """Ask for everything it holds, `after` seconds from now. Answered by AnalyzerRead, however long it is lost."""
        self._jobs.put(after)

    def run(self, run: str, seconds: int | None) -> None:
        """Lead a person through its sequence, once (kiosk.guide.Guided). Answered by AnalyzerRead with this `run`."""
        if self.sequence is not None and (self._person is None or self._person.run != run):
            self._person = AtInstrument(self.name, run, self.sequence, seconds, self._post)
        self._jobs.put(0.0)

    def did(self, word: str) -> None:
        """What was asked is done."""
        if self._person is not None:
            self._person.did(word)

    def give_up(self) -> None:
        """The run ends where it stands; what the instrument needs at the end is still done."""
        if self._person is not None:
            self._person.give_up()

    def stop(self) -> None:
        self._kept.stop(self._wake)

    def _wake(self) -> None:
        self.give_up()
        self._jobs.put(0.0)
        self._taken.put(None)

    def _lost(self, problem: DeviceError) -> None:
        self._post(DeviceLost(self.name, problem))

    def _serve(self) -> None:
        try:
            self._talk()
        except DeviceError:
            self._tell_broken()
            raise

    def _tell_broken(self) -> None:
        """What a session told before it broke counts as well."""
        if self._untaken is not None and self._untaken.broke():
            self._tell_untaken(self._untaken)

    def _talk(self) -> None:
        analyzer = self._open()
        try:
            identity = analyzer.identify()
            self._ready(identity)
            self._know(identity)
            while not self._kept.stopping:
                if self._listens:
                    self._hear(analyzer, identity)
                else:
                    self._turn(analyzer, identity)
        finally:
            analyzer.close()

    def _ready(self, identity: Identity) -> None:
        self._kept.back()
        self._post(AnalyzerReady(self.name, identity))

    def _know(self, identity: Identity) -> None:
        """What another instrument told is told first, under its own name."""
        if self._untaken is not None:
            if self._untaken.identity != identity:
                self._tell_untaken(self._untaken)
            self._untaken.know(identity)

    def _turn(self, analyzer: Analyzer, identity: Identity) -> None:
        try:
            after = self._jobs.get(timeout=ALIVE_EVERY)
        except queue.Empty:
            if self._untaken is not None:
                self._untaken.begin()
            if analyzer.identify() != identity:
                raise Refused("analyzer.changed", name=self.name) from None
            return
        if self._kept.stopped_within(after):
            return
        if self.sequence is not None:
            self._lead(analyzer, identity)
            return
        days = None if self._days is None else self._days()
        self._session(analyzer, identity, lambda: analyzer.read(self._exchange, days))

    def _lead(self, analyzer: Analyzer, identity: Identity) -> None:
        """A run that broke after its first step does not begin again by itself; one that was given up is no fault."""
        person = self._person
        if person is None or person.begun or person.given_up:
            return
        try:
            person.enter()
            self._session(analyzer, identity, lambda: analyzer.read(self._exchange, None, person), run=person.run)
        except DeviceError:
            if not person.given_up:
                raise

    def _hear(self, analyzer: Analyzer, identity: Identity) -> None:
        """What it says by itself; who asks meanwhile is told what there is.

        The line stays open after a message that we cannot use: what comes right behind it would be lost.
        """
        asked = False
        while not self._jobs.empty():
            self._jobs.get()
            asked = True
        try:
            self._session(analyzer, identity, lambda: analyzer.listen(HEARS_FOR), quiet=not asked)
        except (FrameError, Refused) as problem:
            self._tell_broken()
            self._kept.trouble(problem)
            self._kept.stopped_within(RETRY_FIRST)
            return
        if self._kept.troubled:
            self._ready(identity)

    def _session(
        self,
        analyzer: Analyzer,
        identity: Identity,
        work: Callable[[], tuple[Reading, ...]],
        *,
        quiet: bool = False,
        run: str = "",
    ) -> None:
        """`quiet`: nobody asked, so nothing heard is nothing to tell."""
        untaken = self._untaken
        if untaken is None:
            analyzer.forget()  # the capture is of this session only
            readings = work()
            if readings or not quiet:
                self._post(AnalyzerRead(self.name, identity, readings, analyzer.transcript.encode(), run=run))
            return
        untaken.begin()
        readings = work()
        if readings or not quiet:
            untaken.hear(readings)
            if self._tell(untaken, identity, run):
                analyzer.forget()

    def _tell_untaken(self, untaken: Untaken) -> None:
        """What nobody has taken yet, if there is anything."""
        if untaken and untaken.identity is not None:
            self._tell(untaken, untaken.identity)

    def _tell(self, untaken: Untaken, identity: Identity, run: str = "") -> bool:
        """Told, and waited for: is it taken? A tape that is not is found at the next start."""
        told = (untaken.readings, untaken.capture, self._taken.put, untaken.unread, run)
        self._post(AnalyzerRead(self.name, identity, *told))
        after = self._taken.get()
        if after is not None:
            untaken.taken(after)
        return after is not None


Render = Callable[["Image", bytes], Iterable[bytes]]


def printed(printer: Printer, render: Render, job: PrintJob, name: str = "printer") -> PrintEnded:
    """Print one job. Not begun: the printer said before the first byte why not, and has to be opened again."""
    try:
        end = printer.print_job(render(job.raster, job.job_id), job.job_id)
    except DeviceError as problem:
        return PrintEnded(job.number, job.copy, False, False, "status", problem, job.part, name)
    done = isinstance(end, Printed)
    evidence = end.evidence if isinstance(end, Printed) else end.cause
    return PrintEnded(job.number, job.copy, True, done, evidence, part=job.part, printer=name)


def unprinted(job: PrintJob, problem: DeviceError, name: str = "printer") -> PrintEnded:
    """There is no printer: the paper stands in the record, and the person is told."""
    return PrintEnded(job.number, job.copy, False, False, "absent", problem, job.part, name)


class PrinterLine:
    """A printer's thread. `render` makes the bytes of a job from its picture and its number.

    A printer that comes back prints nothing by itself: whoever opens it clears what it still holds.
    """

    def __init__(self, open_printer: Callable[[], Printer], render: Render, post: Post, name: str = "printer") -> None:
        self._open = open_printer
        self._render = render
        self._post = post
        self._name = name
        self._jobs: queue.SimpleQueue[PrintJob | None] = queue.SimpleQueue()
        self._kept = Kept(name, self._serve, self._lost, self._refuse_all)

    def start(self) -> None:
        self._kept.start()

    def print(self, job: PrintJob) -> None:
        """Answered by PrintEnded, at once when the printer is not there."""
        self._jobs.put(job)

    def stop(self) -> None:
        self._kept.stop(lambda: self._jobs.put(None))

    def _serve(self) -> None:
        printer = self._open()
        try:
            printer.require_ready()
            self._kept.back()
            self._post(PrinterReady(self._name))
            while not self._kept.stopping:
                self._turn(printer)
        finally:
            printer.close()

    def _turn(self, printer: Printer) -> None:
        try:
            job = self._jobs.get(timeout=ALIVE_EVERY)
        except queue.Empty:
            printer.require_ready()
            return
        if job is None:
            return
        ended = printed(printer, self._render, job, self._name)
        self._post(ended)
        if ended.problem is not None:
            raise ended.problem

    def _lost(self, problem: DeviceError) -> None:
        self._post(DeviceLost(self._name, problem))

    def _refuse_all(self, problem: DeviceError) -> None:
        """A printer that is not there answers the jobs that wait for it, so that the person is told now."""
        while not self._jobs.empty():
            job = self._jobs.get()
            if job is not None:
                self._post(unprinted(job, problem, self._name))
