"""Serves one visit: the only place where devices, rules and record meet. One thread, which owns the record.

Events come in through one queue (taps, scans, devices); each is taken to a transition of the visit, made durable, and
only then shown. What the screen draws is a frozen `Screen`, replaced whole.
"""

import contextlib
import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from drivers.errors import DeviceError
from drivers.reading import Identity, Reading
from drivers.scanner.wire import Advice, Camera, Preview, Seen
from kiosk.arriving import Arriving
from kiosk.clock import Clock
from kiosk.collecting import Collecting
from kiosk.devices import AnalyzerRead, AnalyzerReady, DeviceLost, PrintEnded, PrinterReady, PrintJob
from kiosk.entrance import Entrance
from kiosk.goods import Goods
from kiosk.guide import AnalyzerAsks, AnalyzerWaits, Guided
from kiosk.housekeeping import Household
from kiosk.incidents import Incidents
from kiosk.instruments import Instruments
from kiosk.issuing import Press
from kiosk.open_visit import OpenVisit
from kiosk.pictures import Pictures
from kiosk.printing import Printing
from kiosk.record import Record, RecordError
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Incident
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import arrival
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import FINAL, PATIENCE, Lapse, Stage, Visit, VisitRules
from kiosk.scanning import Scanning
from kiosk.screen import DeviceState, Screen
from kiosk.serving import Settings
from kiosk.showing import Showing
from kiosk.testing import Testing

logger = logging.getLogger(__name__)

TICK = 0.2  # seconds between two looks at orders, receipts and idle visits
SCANS = 64  # that may wait for us: a finger shall not wait behind a flood of codes
ANSWERS_WITHIN = 10.0  # seconds that a finger may have to wait


@dataclass(frozen=True, slots=True)
class Hardware:
    """What the attendant may ask of the devices; each answers with an event."""

    read: Mapping[str, Callable[[float], None]]  # analyzer name -> read everything, seconds from now
    print: Callable[[PrintJob], None]
    tester: Guided | None = None  # where a person is led through a test
    still: Callable[[float], bytes] = lambda _: b""  # a JPEG of what the camera sees, within so many seconds


@dataclass(frozen=True, slots=True)
class Tap:
    action: str
    value: str
    visit: str
    stage: str
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
        self._open = OpenVisit(record, self._rules, self._moved)
        self._arriving = Arriving(self._open, entrance, self._household.closed)
        self._instruments = Instruments(record, settings.tester, settings.log_every, self._read_now, self._told)
        self._testing = Testing(
            self._open,
            self._read_tester,
            settings.place,
            settings.control,
            clock,
            captures,
            line=lambda: self._hardware.tester,
            air=self._instruments.room,
            dated=settings.dated,
        )
        self._goods = Goods(self._open, settings.products)
        pictures = Pictures(self._still, captures, lambda: clock.now().text[:7])
        collecting = Collecting(self._open, entrance.trust, settings.wordings, settings.products, pictures)
        self._scanning = Scanning(self._open, self._arriving, collecting, entrance.proves, self._camera, self._show)
        self._printing = Printing(self._open, self._goods, press, self._print, clock)
        self._showing = Showing(self._open, self._goods, self._testing, settings, clock, self._household.link)

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

    def act(self, action: str, value: str, visit: str, stage: str) -> Screen:
        """A finger on the screen. A tap on a page that is no longer shown changes nothing."""
        seen: Future[Screen] = Future()
        self._inbox.put(Tap(action, value, visit, stage, seen))
        try:
            return seen.result(timeout=ANSWERS_WITHIN)
        except TimeoutError:
            return self.screen()

    def wait(self, version: int, timeout: float) -> Screen:
        """The screen as soon as it is newer than `version`, or as it is after `timeout` seconds."""
        return self._showing.wait(version, timeout)

    def preview(self) -> bytes | None:
        return self._preview

    def day(self) -> date:
        """The one that the tester is to be asked about."""
        return self._testing.day()

    # --- the attendant's thread ---------------------------------------------------------------------------------

    def begin(self, hardware: Hardware) -> None:
        """Take up the visit that was open when the station stopped; nobody is shown an idle screen before."""
        self._hardware = hardware
        self._resume()

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
                if self._scanning.seen(event):
                    self._touched = time.monotonic()
            case Advice() | Camera():
                self._scanning.told(event)
            case _:
                self._device_said(event)

    def _device_said(self, event: object) -> None:
        match event:
            case AnalyzerReady(name, identity):
                before = self._devices.get(name, DeviceState(name, None)).identity
                self._device(name, None, identity)
                if name == self._settings.tester:
                    self._testing.tester_ready(same=before in (None, identity))
            case AnalyzerRead():
                self._instruments.heard(event, self._testing)
            case AnalyzerAsks() | AnalyzerWaits():
                self._testing.asked(event)
            case PrinterReady(part):
                self._device(part, None)
            case PrintEnded():
                self._print_ended(event)
            case DeviceLost(part, problem):
                self._lost(part, problem)

    def _tick(self) -> None:
        if self._household.tick(tuple(self._devices.values()), idle=self._open.stage is Stage.IDLE):
            self._show()
        self._instruments.tick()
        self._scanning.settle()
        waits, lapse = PATIENCE[self._open.stage]
        if time.monotonic() - self._touched > self._settings.patience(waits):
            self._lapse(lapse)

    def _lapse(self, lapse: Lapse) -> None:
        """The stage waited longer than it may."""
        if lapse is Lapse.FAIL_RUN:
            self._testing.too_long()
        elif lapse is Lapse.PARK:
            self._printing.park()
        elif self._open.stage in FINAL:
            self._open.close()
        elif (after := turn.lapsed(self._open.visit)) is not None:
            self._went(after)

    def _went(self, after: Visit) -> None:
        """Back, or away."""
        if after.stage is Stage.ABANDONED:
            self._printing.abandon(after)
        else:
            self._open.step(after)
            self._printing.go_on()

    def _resume(self) -> None:
        self._open.resume()
        try:
            self._take_up()
        except OutOfTurn as gone:
            logger.warning("%s", gone)
        self._printing.end_all()
        self._show()

    def _take_up(self) -> None:
        match self._open.stage:
            case Stage.PRINTING | Stage.VOIDING | Stage.CONTINUING:
                self._printing.take_up()
            case Stage.TESTING:
                self._testing.take_up()
            case Stage.DRUGS:
                self._goods.take_up()
            case stage if stage in FINAL:
                self._open.close()

    # --- people -------------------------------------------------------------------------------------------------

    def _tapped(self, tap: Tap) -> None:
        visit = self._open.visit
        if (tap.visit, tap.stage) != (visit.id, visit.stage):
            return
        self._touched = time.monotonic()
        step = self._steps().get(tap.action)
        if step is None:
            return
        try:
            step(tap.value)
        except OutOfTurn:
            logger.info("%s was tapped in %s", tap.action, visit.stage)

    def _steps(self) -> dict[str, Callable[[str], None]]:
        visit, rules = self._open.visit, self._rules()
        to = self._open.step
        return {
            "number": lambda _: to(arrival.number_wanted(visit)),
            "card": self._arriving.keyed,
            "tail": self._arriving.tail,
            **self._goods.steps(),
            "test": lambda _: self._test(turn.test_wanted(visit, rules)),
            "no_test": lambda _: to(turn.test_declined(visit)),
            "retest": lambda _: self._test(turn.retest_started(visit, rules)),
            "test_again": lambda _: self._test(turn.test_again(visit, rules)),
            "cancel_test": lambda _: self._testing.fail(Sentence("visit.run_cancelled")),
            "did": self._testing.did,
            "result_read": lambda _: to(turn.result_read(visit)),
            **self._printing.steps(),
            "back": lambda _: self._went(turn.back(visit, rules)),
            "next": lambda _: self._open.close(),
            "read": self._observe,
        }

    def _test(self, wanted: Visit) -> None:
        """The goods are declared before the analyzer starts: what is tested can no longer be changed."""
        self._goods.declare()
        now = self._open.visit
        self._testing.begin(replace(wanted, lot=now.lot, declared=now.declared, stated=now.stated), _run_id())

    # --- devices ------------------------------------------------------------------------------------------------

    def _observe(self, name: str) -> None:
        if name in self._hardware.read and name in self._devices and self._open.stage is not Stage.TESTING:
            self._instruments.observe(name)

    def _told(self, name: str, readings: tuple[Reading, ...]) -> None:
        known = self._devices.get(name, DeviceState(name, None))
        self._devices[name] = replace(known, readings=readings)
        self._show()

    def _print_ended(self, event: PrintEnded) -> None:
        problem = None if event.problem is None else sentence_of(event.problem)
        if problem is not None:
            self._device(event.printer, problem)
        self._printing.ended(event, problem or _cause(event))

    def _lost(self, part: str, problem: DeviceError) -> None:
        sentence, visit = sentence_of(problem), self._open.visit
        self._incidents.tell(
            Incident(part, problem.code, sentence.facts, "" if visit.stage is Stage.IDLE else visit.id)
        )
        self._device(part, sentence)
        self._instruments.lost(part)
        if part == self._settings.tester:
            self._testing.lost(sentence)
        self._show()

    def _device(self, part: str, problem: Sentence | None, identity: Identity | None = None) -> None:
        before = self._devices.get(part)
        known = before or DeviceState(part, None)
        readable = part in self._hardware.read
        state = replace(known, problem=problem, identity=identity or known.identity, readable=readable)
        if before != state:
            logger.info("%s: %s", part, problem.key if problem else "ready")
            self._devices[part] = state
            self._show()

    def _read(self, name: str, after: float) -> None:
        if name in self._hardware.read:
            self._hardware.read[name](after)

    def _read_now(self, name: str) -> None:
        self._read(name, 0.0)

    def _read_tester(self, after: float) -> None:
        self._read(self._settings.tester, after)

    def _camera(self, problem: Sentence | None) -> None:
        self._device("camera", problem)

    def _still(self, within: float) -> bytes:
        return self._hardware.still(within)

    def _print(self, job: PrintJob) -> None:
        self._hardware.print(job)

    # --- the screen ---------------------------------------------------------------------------------------------

    def _rules(self) -> VisitRules:
        return self._settings.rules(self._clock.now().at)

    def _moved(self, stage_changed: bool) -> None:
        if stage_changed:
            self._touched = time.monotonic()
        self._show()

    def _show(self) -> None:
        closed = self._household.closed() if self._open.stage is Stage.IDLE else None
        parts, household = tuple(self._devices.values()), self._household
        self._showing.show(parts, household.link, self._halted or closed, self._scanning.hint, household.house)


def _cause(event: PrintEnded) -> Sentence | None:
    """What the printer itself said that stopped a paper in the middle."""
    told = event.begun and not event.done and event.evidence.startswith("printer.")
    return Sentence(f"problem.{event.evidence}") if told else None


def sentence_of(problem: DeviceError) -> Sentence:
    return Sentence(f"problem.{problem.code}", {name: str(value) for name, value in problem.facts.items()})


def _run_id() -> str:
    return secrets.token_hex(4)
