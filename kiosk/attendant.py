"""Serves visits: the only place where devices, rules and record meet. One thread, which owns the record.

Events come in through one queue (taps, scans, devices); each is taken to a transition of the visit, made durable, and
only then shown. What the screen draws is a frozen `Screen`, replaced whole.
"""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from drivers.errors import DeviceError
from drivers.reading import Identity, Reading
from drivers.scanner.wire import Advice, Camera, Preview, Seen
from kiosk.clock import Clock
from kiosk.counter import Counter, Machine, Paperwork
from kiosk.devices import AnalyzerRead, AnalyzerReady, DeviceLost, PrintEnded, PrinterReady, PrintJob
from kiosk.entrance import Entrance
from kiosk.guide import AnalyzerAsks, AnalyzerWaits, Guided
from kiosk.housekeeping import Household
from kiosk.incidents import Incidents
from kiosk.instruments import Instruments
from kiosk.issuing import Press
from kiosk.record import Record, RecordError
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Incident
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import PATIENCE, Stage
from kiosk.screen import DeviceState, Screen
from kiosk.serving import Settings
from kiosk.showing import Showing
from kiosk.tools.tool import Reach, Tool

logger = logging.getLogger(__name__)

TICK = 0.2  # seconds between two looks at orders, receipts and idle visits
SCANS = 64  # that may wait for us: a finger shall not wait behind a flood of codes
LONGEST_TAP = 1 << 16  # characters: a signature with every point that a finger may give it takes less
ANSWERS_WITHIN = 10.0  # seconds that a finger may have to wait
HOUSE = ("camera", "printer", "label_printer")  # what the box has of its own


@dataclass(frozen=True, slots=True)
class Hardware:
    """What the attendant may ask of the devices; each answers with an event."""

    read: Mapping[str, Callable[[float], None]]  # analyzer name -> read everything, seconds from now
    print: Callable[[PrintJob], None]
    led: Mapping[str, Guided] = field(default_factory=dict)  # analyzer name -> where a person is led through a test
    still: Callable[[float], bytes] = lambda _: b""  # a JPEG of what the camera sees, within so many seconds


@dataclass(frozen=True, slots=True)
class Tap:
    """`place`: what was on the touched page (Screen.place)."""

    action: str
    value: str
    visit: str
    place: str
    seen: "Future[Screen]"


class Attendant:
    def __init__(
        self,
        record: Record,
        entrance: Entrance,
        press: Press,
        clock: Clock,
        captures: Path,
        settings: Settings,
        household: Household | None = None,
    ) -> None:
        self._record = record
        self._clock = clock
        self._settings = settings
        self._hardware = Hardware({}, lambda _: None)
        self._inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._scans = threading.BoundedSemaphore(SCANS)
        self._devices: dict[str, DeviceState] = {}
        self._incidents = Incidents(record)
        self._preview: bytes | None = None
        self._halted: Sentence | None = None
        self.beats = 0  # grows while this thread, which owns the record, gets on
        self._household = household or Household(record, clock)
        self._touched = time.monotonic()
        self._instruments = Instruments(record, settings.log_every, self._read_now, self._told)
        closed = self._household.closed
        self._counter = Counter(record, entrance, press, clock, captures, settings, closed, self._machine())
        self._showing = Showing(self._counter, settings, clock, self._household.link)

    def furnish(
        self, paperwork: Callable[[Reach], Paperwork] | None, tools: Callable[[Reach], tuple[Tool, ...]]
    ) -> None:
        """Before `begin`: the sheets that can be filled here, and the pages of the staff's desk."""
        counter = self._counter
        reach = Reach(
            open=counter.open,
            record=self._record,
            clock=self._clock,
            devices=self._parts,
            observe=self._observe,
            slip=counter.slip,
            show=self._show,
            post=self.post,
            badges=counter.staffing.badges,
            pictures=counter.pictures,
            print=self._print,
            expected=counter.runs.expected,
        )
        counter.furnish(None if paperwork is None else paperwork(reach), tools(reach))

    def _machine(self) -> Machine:
        return Machine(
            read=self._read,
            line=self._line,
            room=self._instruments.room,
            print=self._print,
            still=self._still,
            observe=self._observe,
            camera=lambda problem: self._device("camera", problem),
            show=self._show,
            moved=self._moved,
        )

    # --- asked from other threads -------------------------------------------------------------------------------

    def post(self, event: object) -> None:
        """Anything that happened: a device's event or a scanner's message. Of mirror pictures only the last counts."""
        if isinstance(event, Preview):
            self._preview = event.jpeg
        elif not isinstance(event, Seen) or self._scans.acquire(blocking=False):
            self._inbox.put(event)

    def screen(self) -> Screen:
        """What is to be drawn now; its clock is read at this moment."""
        return self._showing.screen()

    def act(self, action: str, value: str, visit: str, place: str) -> Screen:
        """A finger on the screen. A tap on a page that is no longer shown changes nothing."""
        seen: Future[Screen] = Future()
        self._inbox.put(Tap(action, value, visit, place, seen))
        try:
            return seen.result(timeout=ANSWERS_WITHIN)
        except TimeoutError:
            return self.screen()

    def wait(self, version: int, timeout: float) -> Screen:
        """The screen as soon as it is newer than `version`, or as it is after `timeout` seconds."""
        return self._showing.wait(version, timeout)

    def preview(self) -> bytes | None:
        return self._preview

    def day(self, analyzer: str) -> date:
        """The one that this analyzer is to be asked about."""
        testing = self._counter.runs.of(analyzer)
        return self._clock.now().at.date() if testing is None else testing.day()

    # --- the attendant's thread ---------------------------------------------------------------------------------

    def begin(self, hardware: Hardware) -> None:
        """Take up the visit that was open when the station stopped; nobody is shown an idle screen before."""
        self._hardware = hardware
        self._counter.resume()
        self._show()

    def serve(self, stopping: threading.Event) -> None:
        """Serve until `stopping`. Raises RecordError when the record refused: the program must end and start again."""
        ticked = time.monotonic()
        while not stopping.is_set():
            with contextlib.suppress(queue.Empty):
                self._take(self._inbox.get(timeout=TICK))
            if time.monotonic() - ticked >= TICK:  # however much there is to hear
                self._take(None)
                ticked = time.monotonic()
            self.beats += 1

    def rest(self, stopping: threading.Event, seconds: float) -> None:
        """Nothing is served any more; the screen goes on saying why."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not stopping.wait(TICK):
            self.beats += 1

    def _take(self, event: object) -> None:
        """One event, or none: then what time brings."""
        try:
            if event is None:
                self._tick()
            else:
                self._dispatch(event)
        except OutOfTurn as late:  # a device spoke of what is no longer so, or an order took away what a turn is about
            logger.warning("%s", late)
        except RecordError:
            self._halted = self._household.unsound or Sentence("problem.record.refused")
            self._show()
            raise
        finally:
            if isinstance(event, Tap):
                event.seen.set_result(self._showing.screen())

    def _dispatch(self, event: object) -> None:
        match event:
            case Tap():
                self._tapped(event)
            case Seen():
                self._scans.release()
                if self._counter.seen(event):
                    self._touched = time.monotonic()
            case Advice() | Camera():
                self._counter.scanning.told(event)
                self._counter.tool_heard(event)
            case _:
                self._device_said(event)

    def _tapped(self, tap: Tap) -> None:
        here = (self._counter.open.visit.id, self._counter.place)
        if (tap.visit, tap.place) == here and _said(tap.value):
            self._touched = time.monotonic()
            self._counter.tapped(tap.action, tap.value)

    def _device_said(self, event: object) -> None:
        runs = self._counter.runs
        match event:
            case AnalyzerReady(name, identity):
                before = self._devices.get(name, DeviceState(name, None)).identity
                self._device(name, None, identity)
                runs.ready(name, identity, same=before in (None, identity))
            case AnalyzerRead():
                self._instruments.heard(event, runs)
            case AnalyzerAsks() | AnalyzerWaits():
                runs.asked(event)
            case PrinterReady(part):
                self._device(part, None)
            case PrintEnded():
                self._print_ended(event)
            case DeviceLost(part, problem):
                self._lost(part, problem)
            case _:
                self._counter.tool_heard(event)

    def _tick(self) -> None:
        stage = self._counter.open.stage
        if self._household.tick(self._parts(), idle=stage is Stage.IDLE):
            self._show()
        self._instruments.tick()
        self._counter.settle()
        if self._showing.late():
            self._show()
        waits, lapse = PATIENCE[self._counter.open.stage]
        if time.monotonic() - self._touched > self._settings.patience(waits):
            self._counter.lapse(lapse)

    # --- devices ------------------------------------------------------------------------------------------------

    def _observe(self, name: str) -> None:
        testing = self._counter.runs.of(name)
        if name in self._hardware.read and name in self._devices and (testing is None or testing.visit is None):
            self._instruments.observe(name)

    def _told(self, name: str, readings: tuple[Reading, ...]) -> None:
        known = self._devices.get(name, DeviceState(name, None))
        self._devices[name] = replace(known, readings=readings)
        self._show()

    def _print_ended(self, event: PrintEnded) -> None:
        problem = None if event.problem is None else sentence_of(event.problem)
        if problem is not None:
            self._device(event.printer, problem)
        if not self._counter.pieces.ended(event):
            self._counter.printing.ended(event, problem or _cause(event))
        self._counter.tool_heard(event)

    def _lost(self, part: str, problem: DeviceError) -> None:
        sentence = sentence_of(problem)
        self._incidents.tell(Incident(part, problem.code, sentence.facts, self._whose(part)))
        self._device(part, sentence)
        self._instruments.lost(part)
        self._counter.runs.lost(part, sentence)
        self._show()

    def _whose(self, part: str) -> str:
        """Whom it concerns: an analyzer only the turn whose run is on it."""
        testing, visit = self._counter.runs.of(part), self._counter.open.visit
        if testing is not None:
            return "" if testing.visit is None else testing.visit.id
        return "" if visit.stage is Stage.IDLE else visit.id

    def _device(self, part: str, problem: Sentence | None, identity: Identity | None = None) -> None:
        before = self._devices.get(part)
        known = before or DeviceState(part, None)
        readable = part in self._hardware.read
        state = replace(known, problem=problem, identity=identity or known.identity, readable=readable)
        if before != state:
            logger.info("%s: %s", part, problem.key if problem else "ready")
            self._devices[part] = state
            self._show()

    def _line(self, name: str) -> Guided | None:
        return self._hardware.led.get(name)

    def _read_now(self, name: str) -> None:
        self._read(name, 0.0)

    def _read(self, name: str, after: float) -> None:
        if name in self._hardware.read:
            self._hardware.read[name](after)

    def _print(self, job: PrintJob) -> None:
        self._hardware.print(job)

    def _still(self, within: float) -> bytes:
        return self._hardware.still(within)

    # --- the screen ---------------------------------------------------------------------------------------------

    def _moved(self, stage_changed: bool) -> None:
        if stage_changed:
            self._touched = time.monotonic()
        self._show()

    def _parts(self) -> tuple[DeviceState, ...]:
        """The box's own first, then the analyzers in their order, whichever answered before another."""
        order = {name: nth for nth, name in enumerate((*HOUSE, *self._hardware.read))}
        return tuple(sorted(self._devices.values(), key=lambda state: order.get(state.part, len(order))))

    def _show(self) -> None:
        counter, household = self._counter, self._household
        closed = household.closed() if counter.open.stage is Stage.IDLE else None
        self._showing.show(
            self._parts(), household.link, self._halted or closed, counter.scanning.hint, household.house
        )


def _said(value: str) -> bool:
    """Whether a page of ours can have sent it: lone surrogates are no text that can be recorded."""
    return len(value) <= LONGEST_TAP and not any("\ud800" <= character <= "\udfff" for character in value)


def _cause(event: PrintEnded) -> Sentence | None:
    """What the printer itself said that stopped a paper in the middle."""
    told = event.begun and not event.done and event.evidence.startswith("printer.")
    return Sentence(f"problem.{event.evidence}") if told else None


def sentence_of(problem: DeviceError) -> Sentence:
    return Sentence(f"problem.{problem.code}", {name: str(value) for name, value in problem.facts.items()})
