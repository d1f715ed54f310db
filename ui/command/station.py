"""`liangzheng station`: devices, attendant, record and touch screen in one program. Everything is built here, once."""

import argparse
import logging
import secrets
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from importlib import metadata
from ipaddress import ip_address
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from starlette.applications import Starlette

from drivers.binding import Binder, Bound
from drivers.errors import DeviceError, LinkError
from drivers.ports import Line, open_port, open_serial
from drivers.printer import Printer, render_job
from drivers.profile import folder
from drivers.scanner.codes.decoders import read_codes
from drivers.scanner.feed import ScanFeed
from kiosk import leftovers
from kiosk.attendant import Attendant, Hardware
from kiosk.clock import Clock, build_time, system_time
from kiosk.config import ConfigError, load
from kiosk.devices import AnalyzerLine, Post, PrintEnded, PrinterLine, PrintJob
from kiosk.enrolment import install
from kiosk.entrance import Entrance
from kiosk.issuing import Press
from kiosk.log import Damaged, Locked
from kiosk.notify import notify
from kiosk.pack import PackError, Packs
from kiosk.pack_in_force import Live, PacksInForce, hindrance
from kiosk.paper.certificate import load_press
from kiosk.paper.errors import PaperError
from kiosk.record import Home, Record, RecordError, RolledBack
from kiosk.rules.certify.certificate import wording_on
from kiosk.rules.messages import SampleType, Scene
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.visits.turn import Visit, VisitRules
from kiosk.run import Place
from kiosk.screen import Link, Screen
from kiosk.serving import Settings
from kiosk.trust import SealError, read_key, read_trust
from kiosk.wire import Code
from kiosk.words import Words, load_words
from ui.command.config_help import keys_told
from ui.command.station_analyzers import AnalyzerConfig, bound, dated, lines_of, warnings
from ui.station.app import build_app
from ui.station.serve import served

logger = logging.getLogger(__name__)

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
HALTED_SHOWN = 60.0  # seconds that the safe screen stands before the service manager starts us again


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PrinterConfig(Part):
    port: Path = Field(description="its serial port or device file")
    baud: int = Field(115200, description="line speed of a serial printer")


class VisitConfig(Part):
    test_offered: bool = Field(True, description="whether the screen offers a test")
    idle_after: float = Field(120.0, gt=0, description="seconds without a touch until a visit is given up")
    ended_after: float = Field(30.0, gt=0, description="seconds that the end of a visit stays on the screen")
    run_within: float = Field(2700.0, gt=0, description="seconds a run may take before the person is told")


class StationConfig(Part):
    """station.toml."""

    county: str = Field(pattern=r"^[0-9]{6}$", description="county code, GB/T 2260")
    station: Code = Field(description="station code, given by the county")
    host: str = Field(description="host of the county's trace page, as it stands in the codes on paper")
    listen: str = Field("127.0.0.1:8480", description="where the touch screen is served; loopback only")
    state: Path = Field(description="folder of record, captures and screen token")
    up: Path = Field(description="folder of the station's log; the uplink reads it")
    down: Path = Field(description="folder of orders and receipts; the uplink writes it")
    key: Path = Field(description="the station's signing key")
    trust: Path = Field(description="trust.json of the county")
    scanner: Path = Field(description="Unix socket of the scanner program")
    method: str = Field("gbt-5009-199-2003", description="id of the method pack of the tests made here")
    scene: Scene = Field(
        Scene.BASE, description="where samples are taken: base | purchase | wholesale | retail | slaughter"
    )
    sample_type: SampleType = Field(
        SampleType.SELF, description="self | commissioned | routine | supervision | consumer"
    )
    profile_folders: tuple[Path, ...] = Field(
        (), description="folders with profiles of one's own, each with its golden; they come before ours"
    )
    analyzer: tuple[AnalyzerConfig, ...] = Field((), description="the analyzers")
    printer: PrinterConfig | None = Field(None, description="the printer")
    visit: VisitConfig = Field(VisitConfig(), description="how a visit goes")

    def address(self) -> tuple[str, int]:
        host, _, port = self.listen.rpartition(":")
        return host, int(port)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.station.help")
    keys = keys_told("station", StationConfig, words)
    parser = commands.add_parser("station", help=told, description=told, epilog=keys)
    parser.add_argument("--config", required=True, type=Path, metavar="FILE", help=words.say("command.station.config"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    """Until SIGTERM or SIGINT; 1 when it could not serve, or had to stop because the record refused."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    failed = _stop_when_a_thread_fails(stopping)
    try:
        config = load(args.config, StationConfig)
        _fit(args.config, config, words)
        return serve(config, words, stopping) or int(failed.is_set())
    except ConfigError as wrong:
        print(wrong, file=sys.stderr)
    except DeviceError as wrong:
        print(words.say(f"problem.{wrong.code}", **wrong.facts), file=sys.stderr)
    except PackError as wrong:
        print("\n".join(wrong.told(words)), file=sys.stderr)
    except (PaperError, SealError, Locked, OSError) as wrong:
        print(words.say("command.station.unfit", wrong=wrong), file=sys.stderr)
    return 1


def _stop_when_a_thread_fails(stopping: threading.Event) -> threading.Event:
    """The one broad catch of this program: a device's thread that dies of a fault of ours must not leave the rest
    waiting for it. The service manager starts us again, and the visit is taken up."""
    failed = threading.Event()

    def stop(fault: threading.ExceptHookArgs) -> None:
        name = fault.thread.name if fault.thread is not None else "?"
        logger.error("the thread %r failed", name, exc_info=fault.exc_value)
        failed.set()
        stopping.set()

    threading.excepthook = stop
    return failed


def _fit(file: Path, config: StationConfig, words: Words) -> None:
    """What a single key cannot tell. Raises ConfigError, and SealError or OSError without a readable trust list."""
    try:
        host, port = config.address()
        loopback = host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        raise ConfigError(file, [("listen", words.say("command.station.listen_form"))]) from None
    if not (loopback and 0 < port < 65536):
        raise ConfigError(file, [("listen", words.say("command.station.listen_open"))])
    county = read_trust(config.trust).county
    if county != config.county:
        told = words.say("command.station.other_county", file=config.trust, county=county)
        raise ConfigError(file, [("county", told)])


def serve(config: StationConfig, words: Words, stopping: threading.Event) -> int:
    """Build everything once and serve in this thread, which owns the record. Raises what keeps it from starting."""
    shelf = folder.shelf_with(config.profile_folders)
    analyzers = bound(config.analyzer, Path("station.toml"), words, shelf)
    for warning in warnings(analyzers, words):
        logger.warning("%s", warning)
    binder = Binder(analyzers, open_port, () if config.printer is None else (str(config.printer.port),))
    packs = PacksInForce()
    trust = read_trust(config.trust)
    clock = Clock(build_time())
    config.state.mkdir(parents=True, exist_ok=True)
    home = Home(
        config.county,
        config.station,
        metadata.version("liangzheng"),
        config.state / "record.db",
        config.up,
        config.down,
    )
    settings = _settings(config, packs, analyzers)
    try:
        record = Record(home, read_key(config.key), trust, clock, hindrance=hindrance(words))
    except (Damaged, RecordError) as wrong:
        logger.error("the record cannot be opened: %s", wrong)
        return _closed(config, packs, words, Sentence(_why(wrong)), stopping)
    shipped = packs.latest
    packs.follow(record.tables)
    with ExitStack() as stack:
        stack.callback(record.close)
        packs.at(clock.now().at)
        _know_the_method(config, packs, shipped)
        press = _press(config, packs)
        entrance = Entrance(trust, record.tables)
        tapes, captures = config.state / "tapes", config.state / "blobs"
        attendant = Attendant(record, entrance, press, clock, captures, settings)
        try:
            leftovers.recorded(record, tapes, captures, clock.now().text[:7], shelf.all_of)
        except RecordError as wrong:
            logger.error("what instruments had told cannot be recorded: %s", wrong)
            return _closed(config, packs, words, Sentence("problem.record.refused"), stopping, HALTED_SHOWN)
        try:
            lines = lines_of(
                analyzers, settings.tester, binder, tapes, record.last, attendant.day, attendant.post, shelf
            )
            attendant.begin(_hardware(config, lines, attendant, stack))
            stack.enter_context(served(build(config, packs, words, attendant), *config.address()))
            notify("READY=1")
            logger.info("station %s/%s serves %s, log %s", config.county, config.station, config.listen, record.log)
            attendant.serve(stopping)
        except RecordError as wrong:
            logger.error("the record refused: %s", wrong)
            stopping.wait(HALTED_SHOWN)
            return 1
        finally:
            notify("STOPPING=1")
    return 0


def build(config: StationConfig, packs: PacksInForce, words: Words, attendant: "Attendant | Closed") -> Starlette:
    token = _token(config.state / "screen-token")
    return build_app(
        attendant, words, token, lambda style: _promise(packs.latest, style), lambda: _measured_by(config, packs.latest)
    )


def _token(file: Path) -> str:
    """Without it nobody on this machine may touch the screen. One per boot, so that a page outlives our restart."""
    boot = BOOT_ID.read_text(encoding="ascii").strip()
    try:
        of_boot, token = file.read_text(encoding="ascii").split()
    except (FileNotFoundError, ValueError):
        of_boot, token = "", ""
    if of_boot == boot:
        return token
    token = secrets.token_urlsafe(16)
    install(file, f"{boot} {token}\n".encode(), 0o640)
    return token


class Closed:
    """Stands in for the attendant when the record cannot be opened: a safe screen, and nothing is served."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def screen(self) -> Screen:
        return self._screen

    def act(self, action: str, value: str, visit: str, stage: str) -> Screen:
        return self._screen

    def wait(self, version: int, timeout: float) -> Screen:
        time.sleep(timeout)
        return self._screen

    def preview(self) -> bytes | None:
        return None


def _closed(
    config: StationConfig,
    packs: PacksInForce,
    words: Words,
    why: Sentence,
    stopping: threading.Event,
    seconds: float | None = None,
) -> int:
    screen = Screen(
        version=1,
        visit=Visit(id="-"),
        offered=(),
        may_go_back=False,
        may_abandon=False,
        run_ready=False,
        kilograms=None,
        products=(),
        devices=(),
        link=Link(0, 0, ""),
        now=Clock(build_time()).now(),
        unconfirmed=_in_use(config, packs.latest),
        halted=why,
    )
    with served(build(config, packs, words, Closed(screen)), *config.address()):
        notify("READY=1")
        stopping.wait(seconds)
    return 1


def _why(wrong: Exception) -> str:
    return "problem.record.rolled_back" if isinstance(wrong, RolledBack) else "problem.record.damaged"


def _settings(config: StationConfig, packs: PacksInForce, analyzers: Sequence[Bound]) -> Settings:
    tester = _tester(config)
    of_tester = next((one for one in analyzers if tester is not None and one.name == tester.name), None)

    def rules(now: datetime) -> VisitRules:
        in_force = packs.at(now)
        return VisitRules(
            method=_measured_by(config, in_force),
            wording=wording_on(now.date(), in_force.wordings),
            settings=in_force.settings,
            drugs=in_force.drugs,
            at=now,
            test_offered=config.visit.test_offered,
        )

    return Settings(
        rules=rules,
        products=Live(lambda: packs.latest.products),
        place=Place(config.scene, config.sample_type),
        tester="" if tester is None else tester.name,
        control=None if of_tester is None else of_tester.profiles[0].run.control,
        dated=of_tester is not None and dated(of_tester),
        log_every={one.name: one.log_every for one in config.analyzer if one.log_every is not None},
        wordings=lambda: packs.latest.wordings,
        unconfirmed=lambda: _in_use(config, packs.latest),
        idle_after=config.visit.idle_after,
        ended_after=config.visit.ended_after,
        run_within=config.visit.run_within,
    )


def _in_use(config: StationConfig, packs: Packs) -> tuple[str, ...]:
    """What people here rely on and nobody has compared with its source; the whole list is `liangzheng pack open`."""
    wording = wording_on(system_time().date(), packs.wordings)
    used = (f"methods/{config.method}/", f"certificate/{wording.id}" if wording is not None else "-")
    return tuple(name for name in packs.unconfirmed if name.startswith(used))


def _tester(config: StationConfig) -> AnalyzerConfig | None:
    return next((analyzer for analyzer in config.analyzer if analyzer.tests), None)


def _know_the_method(config: StationConfig, packs: PacksInForce, shipped: Packs) -> None:
    """Raises ConfigError for a method that neither the shipped packs nor the county's have.

    One that the county took away, or whose pack had to be left out, does not: the box serves without tests.
    """
    methods = {**shipped.methods, **packs.latest.methods}
    if _tester(config) is not None and config.method not in methods and not packs.left_out:
        known = ", ".join(methods)
        raise ConfigError(Path("station.toml"), [("method", f"unknown method {config.method!r}; known: {known}")])


def _measured_by(config: StationConfig, packs: Packs) -> MethodPack | None:
    """What samples are tested by here; None where no analyzer tests any, or the county took the method away."""
    return None if _tester(config) is None else packs.methods.get(config.method)


def _press(config: StationConfig, packs: PacksInForce) -> Press:
    wordings = Live(lambda: {wording.id: wording for wording in packs.latest.wordings})
    key = read_key(config.key)
    return Press(config.county, config.host, key, load_words("zh"), wordings, load_press(), read_codes)


def _promise(packs: Packs, style: int) -> tuple[str, ...]:
    wording = wording_on(system_time().date(), packs.wordings)
    return () if wording is None or style not in wording.styles else wording.styles[style].promise


def _hardware(config: StationConfig, lines: Sequence[AnalyzerLine], attendant: Attendant, stack: ExitStack) -> Hardware:
    for line in lines:
        line.start()
        stack.callback(line.stop)
    feed = stack.enter_context(ScanFeed(config.scanner, attendant.post))
    feed.ask_preview(True)
    reads = {line.name: line.read for line in lines if line.sequence is None}
    tester = _tester(config)
    led = next((line for line in lines if line.sequence and tester and line.name == tester.name), None)
    if config.printer is None:
        return Hardware(reads, lambda job: attendant.post(_not_printed(job)), led, feed.still)
    printer = _printer(config.printer, attendant.post)
    printer.start()
    stack.callback(printer.stop)
    return Hardware(reads, printer.print, led, feed.still)


def _not_printed(job: PrintJob) -> PrintEnded:
    """Nobody set up a printer: the certificate stands in the record, and the person is told."""
    missing = LinkError("printer.absent")
    return PrintEnded(job.number, job.copy, begun=False, done=False, evidence="absent", problem=missing)


def _printer(config: PrinterConfig, post: Post) -> PrinterLine:
    def open_printer() -> Printer:
        return Printer(open_serial(str(config.port), Line(baud=config.baud)))

    return PrinterLine(open_printer, render_job, post)
