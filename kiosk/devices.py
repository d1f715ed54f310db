"""Each blocking device in its own thread: takes one job at a time, posts what came of it. Decides nothing.

A device that fails is closed, told once, and opened again until it answers; who it is is asked after every open.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from drivers.errors import DeviceError, Refused
from drivers.printer import Printed, Unknown
from drivers.reading import Identity, Reading

if TYPE_CHECKING:
    from PIL.Image import Image

Post = Callable[[object], None]
RETRY_FIRST, RETRY_LAST = 0.5, 5.0  # seconds between two tries to open a lost device
ALIVE_EVERY = 5.0  # seconds of idleness after which a device is asked whether it is still there


@dataclass(frozen=True, slots=True)
class AnalyzerReady:
    name: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class AnalyzerRead:
    """Everything the analyzer holds, and every byte of the session that told it."""

    name: str
    identity: Identity
    readings: tuple[Reading, ...]
    capture: bytes


@dataclass(frozen=True, slots=True)
class PrinterReady:
    pass


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One copy of one paper; `raster` is black and white, `job_id` names this copy to the printer."""

    number: str
    copy: int
    raster: "Image"
    job_id: bytes


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


@dataclass(frozen=True, slots=True)
class DeviceLost:
    part: str  # the analyzer's name, or "printer"
    problem: DeviceError


class Analyzer(Protocol):
    """What a line needs of drivers.analyzer.analyzer.Analyzer."""

    def identify(self) -> Identity: ...

    def read(self, exchange: str) -> tuple[Reading, ...]: ...

    def forget(self) -> None: ...

    @property
    def transcript(self) -> str: ...

    def close(self) -> None: ...


class Printer(Protocol):
    """What a line needs of drivers.printer.Printer."""

    def require_ready(self) -> None: ...

    def print_job(self, job: bytes, job_id: bytes) -> Printed | Unknown: ...

    def close(self) -> None: ...


class AnalyzerLine:
    """One analyzer's thread. `open_analyzer` opens its port; `exchange` is what reads all that it holds."""

    def __init__(self, name: str, exchange: str, open_analyzer: Callable[[], Analyzer], post: Post) -> None:
        self.name = name
        self._exchange = exchange
        self._open = open_analyzer
        self._post = post
        self._jobs: queue.SimpleQueue[float] = queue.SimpleQueue()
        self._kept = _Kept(name, post, self._serve)

    def start(self) -> None:
        self._kept.start()

    def read(self, after: float = 0.0) -> None:
        """Ask for everything it holds, `after` seconds from now. Answered by AnalyzerRead, however long it is lost."""
        self._jobs.put(after)

    def stop(self) -> None:
        self._kept.stop(lambda: self._jobs.put(0.0))

    def _serve(self) -> None:
        analyzer = self._open()
        try:
            identity = analyzer.identify()
            self._kept.back()
            self._post(AnalyzerReady(self.name, identity))
            while not self._kept.stopping:
                self._turn(analyzer, identity)
        finally:
            analyzer.close()

    def _turn(self, analyzer: Analyzer, identity: Identity) -> None:
        try:
            after = self._jobs.get(timeout=ALIVE_EVERY)
        except queue.Empty:
            if analyzer.identify() != identity:
                raise Refused("analyzer.changed", name=self.name) from None
            return
        if self._kept.stopped_within(after):
            return
        analyzer.forget()  # the capture is of this session only
        readings = analyzer.read(self._exchange)
        self._post(AnalyzerRead(self.name, identity, readings, analyzer.transcript.encode()))


class PrinterLine:
    """The printer's thread. `render` makes the bytes of a job from its picture and its number."""

    def __init__(
        self, open_printer: Callable[[], Printer], render: Callable[["Image", bytes], bytes], post: Post
    ) -> None:
        self._open = open_printer
        self._render = render
        self._post = post
        self._jobs: queue.SimpleQueue[PrintJob | None] = queue.SimpleQueue()
        self._kept = _Kept("printer", post, self._serve, self._refuse_all)

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
            self._post(PrinterReady())
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
        try:
            end = printer.print_job(self._render(job.raster, job.job_id), job.job_id)
        except DeviceError as problem:
            self._post(PrintEnded(job.number, job.copy, begun=False, done=False, evidence="status", problem=problem))
            raise
        done = isinstance(end, Printed)
        evidence = end.evidence if isinstance(end, Printed) else end.cause
        self._post(PrintEnded(job.number, job.copy, begun=True, done=done, evidence=evidence))

    def _refuse_all(self, problem: DeviceError) -> None:
        """A printer that is not there answers the jobs that wait for it, so that the person is told now."""
        while not self._jobs.empty():
            job = self._jobs.get()
            if job is not None:
                self._post(
                    PrintEnded(job.number, job.copy, begun=False, done=False, evidence="absent", problem=problem)
                )


class _Kept:
    """A thread that serves a device for ever: on a DeviceError it says so once and begins anew after a pause."""

    def __init__(
        self, part: str, post: Post, serve: Callable[[], None], lost: Callable[[DeviceError], None] | None = None
    ) -> None:
        self._part = part
        self._post = post
        self._serve = serve
        self._lost = lost
        self._stop = threading.Event()
        self._told = ""
        self._pause = RETRY_FIRST
        self._thread = threading.Thread(target=self._run, name=part, daemon=True)

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def start(self) -> None:
        self._thread.start()

    def stop(self, wake: Callable[[], None]) -> None:
        self._stop.set()
        wake()
        self._thread.join(timeout=ALIVE_EVERY)

    def back(self) -> None:
        self._told, self._pause = "", RETRY_FIRST

    def stopped_within(self, seconds: float) -> bool:
        return self._stop.wait(seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._serve()
            except DeviceError as problem:
                self._tell(problem)
                self._stop.wait(self._pause)
                self._pause = min(self._pause * 2, RETRY_LAST)

    def _tell(self, problem: DeviceError) -> None:
        if problem.code != self._told:
            self._told = problem.code
            self._post(DeviceLost(self._part, problem))
        if self._lost is not None:
            self._lost(problem)
