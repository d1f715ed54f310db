"""Serves one visit: the only place where devices, rules and record meet. One thread, which owns the record.

Events come in through one queue (taps, scans, devices); each is taken to a transition of the visit, made durable, and
only then shown. What the screen draws is a frozen `Screen`, replaced whole.
"""

import json
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
from drivers.reading import Identity, Reading
from drivers.scan_wire import Camera, CameraState, Preview, Seen
from kiosk import blobs, resume, run
from kiosk.clock import Clock
from kiosk.devices import AnalyzerRead, AnalyzerReady, DeviceLost, PrintEnded, PrinterReady, PrintJob
from kiosk.entrance import Entrance
from kiosk.issuing import Issue, Press, PressError
from kiosk.record import Record, RecordError
from kiosk.rules import visit as turn
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Basis, EntryBody, Incident, Print, PrintOutcome, Reprint
from kiosk.rules.products import Product
from kiosk.rules.quantity import Unit, kilograms
from kiosk.rules.sentence import Sentence
from kiosk.rules.turn import FINAL, Stage, Visit, VisitRules
from kiosk.rules.visit_json import from_json, to_json
from kiosk.run import Place, Run
from kiosk.screen import DeviceState, Link, Screen

logger = logging.getLogger(__name__)

TICK = 0.2  # seconds between two looks at orders, receipts and idle visits
POLL = 0.3  # seconds between two questions to an analyzer whose run is not over
RECENT = 20  # entries at the end of the log that a resumed visit may lag behind
WAITING = (Stage.PROVING, Stage.PRODUCT, Stage.QUANTITY, Stage.TEST_CHOICE, Stage.RESULT, Stage.PROMISE)


@dataclass(frozen=True, slots=True)
class Settings:
    """How this station serves. `rules` gives the county's settings and the packs in force on a day."""

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
        self, record: Record, entrance: Entrance, press: Press, clock: Clock, blob_folder: Path, settings: Settings
    ) -> None:
        self._record = record
        self._entrance = entrance
        self._press = press
        self._clock = clock
        self._blobs = blob_folder
        self._settings = settings
        self._hardware: Hardware | None = None
        self._inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._changed = threading.Condition()
        self._devices: dict[str, DeviceState] = {}
        self._observing: set[str] = set()
        self._preview: bytes | None = None
        self._halted: Sentence | None = None
        self._receipt = Link(record.last, record.tables.receipted(), "")
        self._began = record.last
        self._run: Run | None = None
        self._visit = _nobody()
        self._touched = time.monotonic()
        self._screen = self._drawn(0)

    # --- asked from other threads -------------------------------------------------------------------------------

    def post(self, event: object) -> None:
        """Anything that happened: a device's event or a scanner's message."""
        self._inbox.put(event)

    def screen(self) -> Screen:
        return self._screen

    def act(self, action: str, value: str, visit: str, stage: str) -> Screen:
        """A finger on the screen. A tap on a page that is no longer shown changes nothing."""
        seen: Future[Screen] = Future()
        self._inbox.put(Tap(action, value, visit, stage, seen))
        return seen.result(timeout=10)

    def wait(self, version: int, timeout: float) -> Screen:
        """The screen as soon as it is newer than `version`, or as it is after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._screen.version > version, timeout)
            return self._screen

    def preview(self) -> bytes | None:
        return self._preview

    # --- the attendant's thread ---------------------------------------------------------------------------------

    def serve(self, hardware: Hardware, stopping: threading.Event) -> None:
        """Serve until `stopping`. Raises RecordError when the record refused: the program must end and start again."""
        self._hardware = hardware
        self._resume()
        while not stopping.is_set():
            try:
                self._take(self._inbox.get(timeout=TICK))
            except queue.Empty:
                self._tick()

    def _take(self, event: object) -> None:
        try:
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
            case Preview(jpeg):
                self._preview = jpeg
            case Seen(data):
                self._scanned(data)
            case Camera(state, problem):
                self._device("camera", None if state is CameraState.READY else Sentence(f"problem.{problem}"))
            case AnalyzerReady(name, identity):
                self._analyzer_ready(name, identity)
            case AnalyzerRead():
                self._analyzer_read(event)
            case PrinterReady():
                self._device("printer", None)
            case PrintEnded():
                self._print_ended(event)
            case DeviceLost(part, problem):
                self._lost(part, problem)

    def _tick(self) -> None:
        self._obey()
        idle = time.monotonic() - self._touched
        if self._visit.stage in WAITING and idle > self._settings.idle_after:
            self._move(turn.abandon(self._visit, Sentence("visit.timed_out")))
        elif self._visit.stage in FINAL and idle > self._settings.ended_after:
            self._next()
        elif self._visit.stage is Stage.TESTING and idle > self._settings.run_within:
            self._run_failed(Sentence("visit.run_too_long"))

    def _obey(self) -> None:
        """County orders and receipts that the uplink has brought."""
        done = self._record.obey()
        receipt = self._record.hear_receipts()
        if receipt is not None:
            if receipt.checkpoint.size > self._began:  # it confirms something of this start, so it is of now
                self._clock.heard_county(receipt.time)
            self._receipt = Link(self._record.last, receipt.checkpoint.size, receipt.time.isoformat())
        if done or receipt is not None:
            self._show()

    # --- people -------------------------------------------------------------------------------------------------

    def _tapped(self, tap: Tap) -> None:
        if (tap.visit, tap.stage) != (self._visit.id, self._visit.stage):
            return
        self._touched = time.monotonic()
        step = self._steps().get(tap.action)
        if step is None:
            return
        try:
            step(tap.value)
        except OutOfTurn:
            logger.info("%s was tapped in %s", tap.action, self._visit.stage)

    def _steps(self) -> dict[str, Callable[[str], None]]:
        visit, rules = self._visit, self._rules()
        return {
            "tail": lambda digits: self._move(turn.tail_given(visit, rules, digits)),
            "product": lambda product: self._chosen(product, again=False),
            "repeat_last": lambda _: self._chosen(visit.last.product if visit.last else "", again=True),
            "quantity": self._weighed,
            "test": lambda _: self._begin_run(turn.test_wanted(visit, rules)),
            "no_test": lambda _: self._move(turn.test_declined(visit)),
            "retest": lambda _: self._begin_run(turn.retest_started(visit, rules)),
            "test_again": lambda _: self._begin_run(turn.test_again(visit, rules)),
            "cancel_test": lambda _: self._run_failed(Sentence("visit.run_cancelled")),
            "result_read": lambda _: self._move(turn.result_read(visit)),
            "promise": self._promised,
            "print_again": lambda _: self._print(turn.print_again(visit)),
            "paper_whole": lambda _: self._paper_whole(),
            "paper_spoiled": lambda _: self._reprint(),
            "back": lambda _: self._move(turn.back(visit, rules)),
            "abandon": lambda _: self._move(turn.abandon(visit)),
            "next": lambda _: self._next(),
            "read": self._observe,
        }

    def _scanned(self, data: bytes) -> None:
        if self._visit.stage in FINAL:
            self._next()
        if self._visit.stage is not Stage.IDLE:
            return
        self._touched = time.monotonic()
        known = self._entrance.who(data)
        if isinstance(known, Sentence):
            self._visit = turn.noticed(self._visit, known)
            self._show()
            return
        visit, rules = self._visit, self._rules()
        self._move(turn.card_shown(visit, rules, known.subject, known.card, first_use=known.first_use, last=known.last))

    def _chosen(self, product: str, *, again: bool) -> None:
        chosen = self._settings.products.get(product)
        if chosen is None or self._visit.subject is None:
            return
        day = self._clock.now().text[:10]
        earlier = tuple(self._record.tables.tests_of_lot(self._visit.subject.id, product, day))
        if again:
            self._move(turn.repeat_last(self._visit, self._rules(), chosen, earlier))
        else:
            self._move(turn.product_chosen(self._visit, chosen, earlier))

    def _weighed(self, value: str) -> None:
        amount, _, unit = value.partition(" ")
        if unit in list(Unit):
            self._move(turn.quantity_given(self._visit, self._rules(), amount, Unit(unit)))

    def _next(self) -> None:
        if self._visit.stage in FINAL:
            self._record.close_visit(self._visit.id)
            self._visit, self._run = _nobody(), None
            self._record.checkpoint()
            self._show()

    # --- the analyzer -------------------------------------------------------------------------------------------

    def _begin_run(self, visit: Visit) -> None:
        self._run = Run(secrets.token_hex(4))
        self._move(visit)
        self._read(self._settings.tester, 0.0)

    def _run_failed(self, problem: Sentence) -> None:
        failed = turn.run_failed(self._visit, problem)
        self._run = None
        self._move(failed)

    def _observe(self, name: str) -> None:
        if name in self._devices and self._visit.stage is not Stage.TESTING:
            self._observing.add(name)
            self._read(name, 0.0)

    def _analyzer_ready(self, name: str, identity: Identity) -> None:
        self._device(name, None, identity)
        if name == self._settings.tester and self._visit.stage is Stage.TESTING:
            self._visit = turn.noticed(self._visit, None)
            self._read(name, 0.0)

    def _analyzer_read(self, event: AnalyzerRead) -> None:
        if event.name in self._observing:
            self._observed(event)
        if event.name == self._settings.tester and self._visit.stage is Stage.TESTING and self._run is not None:
            self._run_read(event, self._run)

    def _observed(self, event: AnalyzerRead) -> None:
        """What a person asked for outside a run. A tester answers with results of long ago: shown, not recorded."""
        self._observing.discard(event.name)
        if event.name != self._settings.tester:
            self._record.append(run.observation_of(event.identity, event.readings, self._kept(event)))
        known = self._devices.get(event.name)
        if known is not None:
            self._devices[event.name] = replace(known, readings=event.readings[-4:])
        self._show()

    def _run_read(self, event: AnalyzerRead, current: Run) -> None:
        if not current.based:
            self._run = run.based(current, event.identity, event.readings)
            self._move(self._visit)
            self._read(event.name, POLL)
            return
        loaded = run.loading(current, event.identity, event.readings, self._settings.control)
        missing = resume.wanted(self._visit, self._rules()) - len(current.notes)
        if missing > 0 and not loaded.complete(missing):
            self._read(event.name, POLL)
            return
        self._keep_unplanned(event, [reading for sample in loaded.samples[missing:] for reading in sample])
        self._record_tests(event, loaded.control, loaded.samples[:missing])

    def _keep_unplanned(self, event: AnalyzerRead, readings: list[Reading]) -> None:
        """Cuvettes that nobody planned are measured all the same, so they are recorded, as what they are."""
        if readings and self._run is not None:
            self._run = run.known(self._run, event.identity, readings)
            self._move(self._visit, run.observation_of(event.identity, readings, self._kept(event)))

    def _record_tests(
        self, event: AnalyzerRead, blank: tuple[Reading, ...], samples: tuple[tuple[Reading, ...], ...]
    ) -> None:
        rules, capture = self._rules(), self._kept(event)
        for sample in samples:
            if self._run is None or rules.method is None:
                return
            test = run.test_of(
                self._visit,
                self._run,
                rules.method,
                self._settings.place,
                event.identity,
                blank,
                sample,
                capture=capture,
                retest_of=turn.repeated(self._visit, rules),
            )
            self._run = run.noted(self._run, event.identity, sample, run.note_from(self._record.last + 1, test))
            self._move(self._visit, test)
        self._finish_run()

    def _finish_run(self) -> None:
        if self._run is not None:
            finished = turn.run_finished(self._visit, self._rules(), self._run.notes)
            self._run = None
            self._move(finished)

    def _kept(self, event: AnalyzerRead) -> str:
        return blobs.keep(self._blobs, self._clock.now().text[:7], event.capture)

    def _read(self, name: str, after: float) -> None:
        if self._hardware is not None and name in self._hardware.read:
            self._hardware.read[name](after)

    # --- the paper ----------------------------------------------------------------------------------------------

    def _promised(self, value: str) -> None:
        """The promise: drawn and proofread first, then recorded, then printed."""
        visit, rules = self._visit, self._rules()
        basis = tuple(Basis(word) for word in value.split("+") if word in list(Basis))
        product = self._settings.products[visit.product]
        number = self._press.number()
        promised = turn.promised(visit, rules, product, basis, number)
        if promised.stage is not Stage.PRINTING or rules.wording is None:
            self._move(promised)
            return
        try:
            issue = self._press.issue(promised, product, rules, self._clock.now())
        except PressError as refused:
            self._visit = turn.noticed(visit, refused.sentence)
            self._show()
            return
        self._move(promised, issue.certificate)
        self._send(issue)

    def _print(self, visit: Visit) -> None:
        """The same copy again: nothing of it was printed before."""
        self._move(visit)
        self._send(self._reissued(visit))

    def _reprint(self) -> None:
        spoiled = turn.paper_spoiled(self._visit)
        self._move(spoiled, Reprint(spoiled.number, spoiled.copy, "spoiled"))
        self._send(self._reissued(spoiled))

    def _reissued(self, visit: Visit) -> Issue:
        issued = self._record.tables.issued_in(visit.id)
        if issued is None:
            raise RecordError(f"certificate {visit.number} is not in the record")
        return self._press.again(self._record.read(issued.seq), visit.copy, self._settings.products[visit.product])

    def _send(self, issue: Issue) -> None:
        if self._hardware is not None:
            self._hardware.print(self._press.job(issue))

    def _print_ended(self, event: PrintEnded) -> None:
        visit = self._visit
        if event.problem is not None:
            self._device("printer", sentence_of(event.problem))
        if (event.number, event.copy) != (visit.number, visit.copy) or visit.stage is not Stage.PRINTING:
            return
        outcome = PrintOutcome.PRINTED if event.done else PrintOutcome.UNKNOWN
        outcome = outcome if event.begun else PrintOutcome.FAILED
        problem = None if event.problem is None else sentence_of(event.problem)
        ended = turn.print_ended(visit, outcome, problem)
        self._move(ended, Print(event.number, event.copy, outcome, event.evidence))

    def _paper_whole(self) -> None:
        whole = turn.paper_whole(self._visit)
        self._move(whole, Print(whole.number, whole.copy, PrintOutcome.CONFIRMED, "person"))

    # --- devices and screen -------------------------------------------------------------------------------------

    def _lost(self, part: str, problem: DeviceError) -> None:
        sentence = sentence_of(problem)
        self._device(part, sentence)
        self._observing.discard(part)
        visit = self._visit.id if self._visit.stage is not Stage.IDLE else ""
        self._record.append(Incident(part, problem.code, sentence.facts, visit))
        if part == self._settings.tester and self._visit.stage is Stage.TESTING:
            self._visit = turn.noticed(self._visit, sentence)
        self._show()

    def _device(self, part: str, problem: Sentence | None, identity: Identity | None = None) -> None:
        before = self._devices.get(part)
        state = DeviceState(part, problem, identity or (before.identity if before else None))
        if before != state:
            logger.info("%s: %s", part, problem.key if problem else "ready")
            self._devices[part] = state
            self._show()

    def _move(self, visit: Visit, body: EntryBody | None = None) -> None:
        """Make the visit's new state durable, together with the entry that brought it, and show it."""
        saved = (visit.id, json.dumps(to_json(visit), ensure_ascii=False), self._run.json() if self._run else None)
        if body is None:
            self._record.save_visit(*saved)
        else:
            self._record.append(body, saved)
        if visit.stage is not self._visit.stage:
            self._touched = time.monotonic()
        self._visit = visit
        self._show()

    def _resume(self) -> None:
        """Take up the visit that was open when the station stopped."""
        saved = self._record.tables.open_visit()
        if saved is not None:
            last = self._record.last
            recent = [(seq, self._record.read(seq)) for seq in range(max(1, last - RECENT + 1), last + 1)]
            current = None if saved[1] is None else run.run_from(saved[1])
            visit = from_json(json.loads(saved[0]))
            resumed = resume.caught_up(visit, current, recent, self._rules(), self._settings.products)
            self._visit, self._run = resumed.visit, resumed.run
            self._take_up()
        self._show()

    def _take_up(self) -> None:
        visit = self._visit
        if visit.stage is Stage.PRINTING:  # what came out of the printer, nobody knows
            unsure = turn.print_ended(visit, PrintOutcome.UNKNOWN)
            self._move(unsure, Print(visit.number, visit.copy, PrintOutcome.UNKNOWN, "restart"))
        elif visit.stage is Stage.TESTING and self._run is None:
            self._run_failed(Sentence("visit.run_interrupted"))
        elif visit.stage is Stage.TESTING and self._run is not None:
            if len(self._run.notes) >= resume.wanted(visit, self._rules()):
                self._finish_run()
        elif visit.stage in FINAL:
            self._next()

    def _rules(self) -> VisitRules:
        return self._settings.rules(self._clock.now().at)

    def _show(self) -> None:
        with self._changed:
            self._screen = self._drawn(self._screen.version + 1)
            self._changed.notify_all()

    def _drawn(self, version: int) -> Screen:
        visit, rules = self._visit, self._rules()
        weight = None if visit.quantity is None else kilograms(visit.quantity)
        return Screen(
            version=version,
            visit=visit,
            offered=turn.offered(visit, rules),
            may_go_back=turn.may_go_back(visit, rules),
            may_abandon=turn.may_abandon(visit) and visit.stage is not Stage.IDLE,
            run_ready=self._run is not None and self._run.based,
            kilograms=weight,
            products=tuple(self._settings.products.values()),
            devices=tuple(self._devices.values()),
            link=replace(self._receipt, recorded=self._record.last),
            now=self._clock.now(),
            unconfirmed=self._settings.unconfirmed,
            halted=self._halted,
        )


def sentence_of(problem: DeviceError) -> Sentence:
    return Sentence(f"problem.{problem.code}", {name: str(value) for name, value in problem.facts.items()})


def _nobody() -> Visit:
    return Visit(id=secrets.token_hex(4))
