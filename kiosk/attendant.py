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
from datetime import datetime
from pathlib import Path

from drivers.errors import DeviceError
from drivers.reading import Identity
from drivers.scan_wire import Camera, CameraState, Preview, Seen
from kiosk import run
from kiosk.clock import Clock
from kiosk.devices import AnalyzerRead, AnalyzerReady, DeviceLost, PrintEnded, PrinterReady, PrintJob
from kiosk.entrance import Entrance
from kiosk.hearing import Hearing
from kiosk.incidents import Incidents
from kiosk.issuing import Press
from kiosk.open_visit import OpenVisit
from kiosk.printing import Printing
from kiosk.record import Record, RecordError
from kiosk.rules import visit as turn
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.lot import Standing, TestNote, standing
from kiosk.rules.messages import Basis, Incident, Subject
from kiosk.rules.products import Product
from kiosk.rules.quantity import Unit, kilograms
from kiosk.rules.sentence import Sentence
from kiosk.rules.turn import FINAL, Stage, VisitRules
from kiosk.run import Place
from kiosk.screen import DeviceState, Screen
from kiosk.testing import Testing

logger = logging.getLogger(__name__)

TICK = 0.2  # seconds between two looks at orders, receipts and idle visits
ANSWERS_WITHIN = 10.0  # seconds that a finger may have to wait
STOPPING = (Standing.UNSETTLED, Standing.SUSPECT, Standing.POSITIVE)
WAITING = (Stage.PROVING, Stage.PRODUCT, Stage.QUANTITY, Stage.TEST_CHOICE, Stage.RESULT, Stage.PROMISE)


@dataclass(frozen=True, slots=True)
class Settings:
    """How this station serves. `rules` gives the county's settings and the packs in force at a time."""

    rules: Callable[[datetime], VisitRules]
    products: Mapping[str, Product]
    place: Place
    tester: str  # name of the analyzer that tests samples; empty where none does
    control: int | None  # its channel of the blank cuvette
    unconfirmed: tuple[str, ...]
    idle_after: float = 120.0  # seconds without a touch until an unfinished visit is given up
    ended_after: float = 30.0  # seconds that the end of a visit stays on the screen
    run_within: float = 2700.0  # seconds a run may take before the person is told


@dataclass(frozen=True, slots=True)
class Hardware:
    """What the attendant may ask of the devices; each answers with an event."""

    read: Mapping[str, Callable[[float], None]]  # analyzer name -> read everything, seconds from now
    print: Callable[[PrintJob], None]


@dataclass(frozen=True, slots=True)
class Tap:
    action: str
    value: str
    visit: str
    stage: str
    seen: "Future[Screen]"


class Attendant:
    def __init__(
        self, record: Record, entrance: Entrance, press: Press, clock: Clock, captures: Path, settings: Settings
    ) -> None:
        self._record = record
        self._entrance = entrance
        self._clock = clock
        self._settings = settings
        self._hardware = Hardware({}, lambda _: None)
        self._inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._changed = threading.Condition()
        self._devices: dict[str, DeviceState] = {}
        self._observing: set[str] = set()
        self._incidents = Incidents(record)
        self._preview: bytes | None = None
        self._halted: Sentence | None = None
        self._hearing = Hearing(record, clock)
        self._touched = time.monotonic()
        self._open = OpenVisit(record, self._rules, self._moved)
        self._testing = Testing(self._open, self._read_tester, settings.place, settings.control, clock, captures)
        self._printing = Printing(self._open, press, self._print, settings.products, clock)
        self._screen = self._drawn(0)

    # --- asked from other threads -------------------------------------------------------------------------------

    def post(self, event: object) -> None:
        """Anything that happened: a device's event or a scanner's message. Of mirror pictures only the last counts."""
        if isinstance(event, Preview):
            self._preview = event.jpeg
        else:
            self._inbox.put(event)

    def screen(self) -> Screen:
        """What is to be drawn now; its clock is read at this moment."""
        return replace(self._screen, now=self._clock.now())

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
        with self._changed:
            self._changed.wait_for(lambda: self._screen.version > version, timeout)
        return self.screen()

    def preview(self) -> bytes | None:
        return self._preview

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

    def _take(self, event: object) -> None:
        """One event, or none: then what time brings."""
        try:
            if event is None:
                self._tick()
            else:
                self._dispatch(event)
        except RecordError:
            self._halted = Sentence("problem.record.refused")
            self._show()
            raise
        finally:
            if isinstance(event, Tap):
                event.seen.set_result(self._screen)

    def _dispatch(self, event: object) -> None:
        match event:
            case Tap():
                self._tapped(event)
            case Seen(data):
                self._scanned(data)
            case _:
                self._device_said(event)

    def _device_said(self, event: object) -> None:
        match event:
            case Camera(state, problem):
                self._device("camera", None if state is CameraState.READY else Sentence(f"problem.{problem}"))
            case AnalyzerReady(name, identity):
                before = self._devices.get(name, DeviceState(name, None)).identity
                self._device(name, None, identity)
                if name == self._settings.tester:
                    self._testing.tester_ready(same=before in (None, identity))
            case AnalyzerRead():
                self._analyzer_read(event)
            case PrinterReady():
                self._device("printer", None)
            case PrintEnded():
                self._print_ended(event)
            case DeviceLost(part, problem):
                self._lost(part, problem)

    def _tick(self) -> None:
        self._hear_county()
        idle, stage = time.monotonic() - self._touched, self._open.stage
        if stage in WAITING and idle > self._settings.idle_after:
            self._open.step(turn.abandon(self._open.visit, Sentence("visit.timed_out")))
        elif stage in FINAL and idle > self._settings.ended_after:
            self._open.close()
        elif stage is Stage.TESTING and idle > self._settings.run_within:
            self._testing.fail(Sentence("visit.run_too_long"))

    def _hear_county(self) -> None:
        if self._hearing.hear():
            if self._open.stage is Stage.IDLE:
                self._record.checkpoint()
            self._show()

    def _resume(self) -> None:
        self._open.resume()
        match self._open.stage:
            case Stage.PRINTING:
                self._printing.take_up()
            case Stage.TESTING:
                self._testing.take_up()
            case stage if stage in FINAL:
                self._open.close()
        self._show()

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
            "tail": lambda digits: to(turn.tail_given(visit, rules, digits)),
            "product": lambda product: self._chosen(product, again=False),
            "repeat_last": lambda _: self._chosen(visit.last.product if visit.last else "", again=True),
            "quantity": self._weighed,
            "test": lambda _: self._testing.begin(turn.test_wanted(visit, rules), _run_id()),
            "no_test": lambda _: to(turn.test_declined(visit)),
            "retest": lambda _: self._testing.begin(turn.retest_started(visit, rules), _run_id()),
            "test_again": lambda _: self._testing.begin(turn.test_again(visit, rules), _run_id()),
            "cancel_test": lambda _: self._testing.fail(Sentence("visit.run_cancelled")),
            "result_read": lambda _: to(turn.result_read(visit)),
            "promise": lambda words: self._printing.promised(_bases(words)),
            "print_again": lambda _: self._printing.again(),
            "paper_whole": lambda _: self._printing.whole(),
            "paper_spoiled": lambda _: self._printing.spoiled(),
            "back": lambda _: to(turn.back(visit, rules)),
            "abandon": lambda _: to(turn.abandon(visit)),
            "next": lambda _: self._open.close(),
            "read": self._observe,
        }

    def _scanned(self, data: bytes) -> None:
        known = self._entrance.who(data)
        if not isinstance(known, Sentence):  # the next person's card ends a finished visit; another code does not
            self._open.close()
        if self._open.stage is not Stage.IDLE:
            return
        self._touched, visit = time.monotonic(), self._open.visit
        if isinstance(known, Sentence):
            self._open.tell(turn.noticed(visit, known))
            return
        shown = turn.card_shown(
            visit, self._rules(), known.subject, known.card, first_use=known.first_use, last=known.last
        )
        self._open.step(shown)

    def _chosen(self, product: str, *, again: bool) -> None:
        chosen, visit = self._settings.products.get(product), self._open.visit
        if chosen is None or visit.subject is None:
            return
        rules, earlier = self._rules(), self._stopped_earlier(visit.subject, chosen)
        if again:
            self._open.step(turn.repeat_last(visit, rules, chosen, earlier))
        else:
            self._open.step(turn.product_chosen(visit, chosen, earlier))

    def _stopped_earlier(self, subject: Subject, product: Product) -> tuple[TestNote, ...]:
        """Tests of the same lot that stopped it in an earlier turn: going away does not wash a positive off."""
        tests = self._record.tables.tests_of_lot(subject.id, product.id, self._clock.now().text[:10])
        stopped = standing(tests, self._rules().repeats) in STOPPING
        return tuple(tests) if stopped else ()

    def _weighed(self, value: str) -> None:
        amount, _, unit = value.partition(" ")
        if unit in list(Unit):
            self._open.step(turn.quantity_given(self._open.visit, self._rules(), amount, Unit(unit)))

    # --- devices ------------------------------------------------------------------------------------------------

    def _observe(self, name: str) -> None:
        if name in self._hardware.read and name in self._devices and self._open.stage is not Stage.TESTING:
            self._observing.add(name)
            self._read(name, 0.0)

    def _analyzer_read(self, event: AnalyzerRead) -> None:
        tester = event.name == self._settings.tester
        if event.name in self._observing:
            self._observing.discard(event.name)
            if not tester:  # a tester answers with results of long ago: shown, not recorded
                capture = self._testing.capture(event)
                for observation in run.observations_of(event.identity, event.readings, capture):
                    self._record.append(observation)
            self._devices[event.name] = replace(self._devices[event.name], readings=event.readings[-4:])
            self._show()
        if tester:
            self._testing.heard(event)

    def _print_ended(self, event: PrintEnded) -> None:
        problem = None if event.problem is None else sentence_of(event.problem)
        if problem is not None:
            self._device("printer", problem)
        self._printing.ended(event, problem)

    def _lost(self, part: str, problem: DeviceError) -> None:
        sentence, visit = sentence_of(problem), self._open.visit
        self._incidents.tell(
            Incident(part, problem.code, sentence.facts, "" if visit.stage is Stage.IDLE else visit.id)
        )
        self._device(part, sentence)
        self._observing.discard(part)
        if part == self._settings.tester and visit.stage is Stage.TESTING:
            self._open.tell(turn.noticed(visit, sentence))
        self._show()

    def _device(self, part: str, problem: Sentence | None, identity: Identity | None = None) -> None:
        before = self._devices.get(part)
        known = before or DeviceState(part, None)
        state = replace(known, problem=problem, identity=identity or known.identity)
        if before != state:
            logger.info("%s: %s", part, problem.key if problem else "ready")
            self._devices[part] = state
            self._show()

    def _read(self, name: str, after: float) -> None:
        if name in self._hardware.read:
            self._hardware.read[name](after)

    def _read_tester(self, after: float) -> None:
        self._read(self._settings.tester, after)

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
        with self._changed:
            self._screen = self._drawn(self._screen.version + 1)
            self._changed.notify_all()

    def _drawn(self, version: int) -> Screen:
        visit, rules = self._open.visit, self._rules()
        return Screen(
            version=version,
            visit=visit,
            offered=turn.offered(visit, rules),
            may_go_back=turn.may_go_back(visit, rules),
            may_abandon=turn.may_abandon(visit) and visit.stage is not Stage.IDLE,
            run_ready=self._testing.ready,
            kilograms=None if visit.quantity is None else kilograms(visit.quantity),
            products=tuple(self._settings.products.values()),
            devices=tuple(self._devices.values()),
            link=self._hearing.link,
            now=self._clock.now(),
            unconfirmed=self._settings.unconfirmed,
            halted=self._halted,
        )


def sentence_of(problem: DeviceError) -> Sentence:
    return Sentence(f"problem.{problem.code}", {name: str(value) for name, value in problem.facts.items()})


def _bases(words: str) -> tuple[Basis, ...]:
    return tuple(Basis(word) for word in words.split("+") if word in list(Basis))


def _run_id() -> str:
    return secrets.token_hex(4)
