"""`liangzheng station`: devices, attendant, record and touch screen in one program. Everything is built here, once."""

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from importlib import metadata
from ipaddress import ip_address
from pathlib import Path

from starlette.applications import Starlette

from drivers.binding import Binder, Bound
from drivers.errors import DeviceError
from drivers.ports import open_port
from drivers.profile import folder
from drivers.profile.folder import Shelf
from kiosk import leftovers
from kiosk.attendant import Attendant
from kiosk.clock import Clock, build_time
from kiosk.config import ConfigError
from kiosk.enrolment import TrustFile
from kiosk.entrance import Entrance
from kiosk.live_trust import LiveTrust
from kiosk.log import Damaged, Locked
from kiosk.memory import thrifty
from kiosk.neighbours import FOLDER, Neighbours
from kiosk.notify import notify
from kiosk.order_checks import hindrance
from kiosk.pack import PackError
from kiosk.pack_in_force import PacksInForce
from kiosk.paper.errors import PaperError
from kiosk.predecessor import read_predecessor
from kiosk.record import Home, Record, RecordError
from kiosk.restart import Restart
from kiosk.rules.sentence import Sentence
from kiosk.soundness import Rechecked, told
from kiosk.training import tell
from kiosk.trust import SealError, read_key, read_trust
from kiosk.vigil import Vigil, answering
from kiosk.words import Words
from ui.command.config_help import keys_told
from ui.command.files_told import reason
from ui.command.station_analyzers import bound, lines_of, warnings
from ui.command.station_choices import chosen as chosen_at
from ui.command.station_closed import SHOWN, Closed, closed, why
from ui.command.station_config import StationConfig
from ui.command.station_desk import paperwork_of, pins_of, tools_of
from ui.command.station_house import clean_of, household_of
from ui.command.station_parts import (
    hardware_of,
    in_use,
    know_the_method,
    measured_by,
    on_paper,
    press_of,
    promise_of,
    settings_of,
    token_of,
)
from ui.command.station_printers import fit, printers, rehearsal
from ui.command.station_tools import Furnished, Workshop, technician_tools
from ui.command.station_training import marking, practising
from ui.command.station_training import place_of as training_of
from ui.command.station_voice import placeholder_made, voice_of
from ui.station.app import build_app
from ui.station.door import STRANGERS
from ui.station.serve import served

logger = logging.getLogger(__name__)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.station.help")
    keys = keys_told("station", StationConfig, words)
    parser = commands.add_parser("station", help=told, description=told, epilog=keys)
    parser.add_argument("--config", required=True, type=Path, metavar="FILE", help=words.say("command.station.config"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    """Until SIGTERM or SIGINT; 1 when it could not serve, or had to stop because the record refused."""
    thrifty()
    stopping, over = threading.Event(), threading.Event()

    def end(*_: object) -> None:
        over.set()
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    failed = _stop_when_a_thread_fails(stopping)
    restart = Restart(stopping)
    try:
        while True:
            code = started(args.config, words, stopping, restart)
            if over.is_set() or failed.is_set() or not restart.wanted:
                return code or int(failed.is_set())
            logger.info("the station begins anew, as somebody at the screen asked")
            stopping.clear()
    except ConfigError as wrong:
        print(wrong.lines(words), file=sys.stderr)
    except DeviceError as wrong:
        print(words.say(f"problem.{wrong.code}", **wrong.facts), file=sys.stderr)
    except PackError as wrong:
        print("\n".join(wrong.told(words)), file=sys.stderr)
    except (PaperError, SealError, Locked, OSError) as wrong:
        print(words.say("command.station.unfit", wrong=reason(wrong, words)), file=sys.stderr)
    return 1


def started(file: Path, words: Words, stopping: threading.Event, restart: Restart) -> int:
    """One serving, of the station or of a practice, from its start to its end."""
    chosen = chosen_at(file, words)
    config, into = chosen.config, restart.taken()
    _fit(file, config, words)
    workshop = Workshop(chosen.choices, restart, words, config.state / "screen-token", chosen.wrong)
    if into is None:
        return serve(config, words, stopping, workshop)
    with ExitStack() as stack:
        practice, training = stack.enter_context(practising(config, into, restart, words))
        code = serve(practice, words, stopping, replace(workshop, training=training))
        restart.ask()
        return code


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
    fit(file, config, words)


def serve(config: StationConfig, words: Words, stopping: threading.Event, workshop: Workshop) -> int:
    """Build everything once and serve in this thread, which owns the record. Raises what keeps it from starting."""
    shelf = folder.shelf_with(config.profile_folders)
    analyzers = bound(config.analyzer, Path("station.toml"), words, shelf)
    for warning in warnings(analyzers, words):
        logger.warning("%s", warning)
    station = _Station(config, words, shelf, analyzers, stopping, workshop)
    key, trust = read_key(config.key), LiveTrust(TrustFile(config.trust).now)
    try:
        record = Record(_home(config), key, trust, station.clock, hindrance=hindrance(words))
    except Locked:
        raise
    except (Damaged, RecordError, OSError) as wrong:
        logger.error("the record cannot be opened: %s", wrong)
        return station.closed(why(wrong))
    with ExitStack() as stack:
        stack.callback(record.close)
        ended = station.serve(record, trust, stack)
    if ended == 0:
        clean_of(config).touch()
    return ended


def _home(config: StationConfig) -> Home:
    return Home(
        config.county,
        config.station,
        metadata.version("liangzheng"),
        config.state / "record.db",
        config.up,
        config.down,
        read_predecessor(config.key.parent),
    )


class _Station:
    """What there is of a station before its record is open."""

    def __init__(
        self,
        config: StationConfig,
        words: Words,
        shelf: Shelf,
        analyzers: Sequence[Bound],
        stopping: threading.Event,
        workshop: Workshop,
    ) -> None:
        self.clock = Clock(build_time())
        self._workshop = workshop
        self._config = config
        self._words = words
        self._shelf = shelf
        self._analyzers = analyzers
        self._stopping = stopping
        self._packs = PacksInForce()
        self._settings = settings_of(config, self._packs, analyzers, self.clock)
        config.state.mkdir(parents=True, exist_ok=True)

    def serve(self, record: Record, trust: LiveTrust, stack: ExitStack) -> int:
        """Until it is to stop; 1 when it could not serve, or the record refused."""
        config, clock, packs = self._config, self.clock, self._packs
        if record.checked.problem:
            logger.error("the record is not sound: %s", record.checked.problem)
            return self.closed(told(record.checked), Rechecked(record).tick)
        shipped = packs.latest
        packs.follow(record.tables)
        packs.at(clock.now().at)
        know_the_method(config, packs, shipped)
        paper = on_paper(self._words)
        press = press_of(config, packs, paper)
        training = self._workshop.training
        if training is None:
            tell(record, training_of(config))
        household = household_of(config, record, clock, packs, rehearsal(config, press), self._workshop.restart)
        entrance = Entrance(trust, record.tables, Neighbours(config.trust.with_name(FOLDER)))
        pins = pins_of(config.state)
        settings = replace(self._settings, fits=pins.fits, training=training)
        attendant = Attendant(record, entrance, press, clock, config.captures, settings, household)
        house = Furnished(config, self._shelf, household, len(packs.left_out))
        paperwork = paperwork_of(config, packs, entrance, pins, attendant.screen, paper)
        attendant.furnish(paperwork, lambda reach: (*tools_of(reach), *technician_tools(reach, self._workshop, house)))
        tapes = config.state / "tapes"
        try:
            leftovers.recorded(record, tapes, config.captures, clock.now().text[:7], self._shelf.all_of)
        except RecordError as wrong:
            logger.error("what instruments had told cannot be recorded: %s", wrong)
            return self.closed(Sentence("problem.record.refused"))
        return self._attended(attendant, record, stack)

    def _attended(self, attendant: Attendant, record: Record, stack: ExitStack) -> int:
        config, stopping = self._config, self._stopping
        binder = Binder(self._analyzers, open_port, tuple(printer.port for _, printer in printers(config)))
        tapes, post = config.state / "tapes", attendant.post
        testers = {one.name for one in self._settings.testers}
        lines = lines_of(self._analyzers, testers, binder, tapes, record.last, attendant.day, post, self._shelf)
        try:
            hardware = hardware_of(config, lines, attendant, stack)
            attendant.begin(hardware if self._workshop.training is None else marking(hardware))
            stack.enter_context(served(self._app(attendant), *config.address(), STRANGERS))
            stack.enter_context(placeholder_made(config, self._packs))
            stack.enter_context(Vigil(lambda: attendant.beats, answering(*config.address())))
            notify("READY=1")
            logger.info("station %s/%s serves %s, log %s", config.county, config.station, config.listen, record.log)
            attendant.serve(stopping)
        except RecordError as wrong:
            logger.error("the record refused: %s", wrong)
            attendant.rest(stopping, SHOWN)
            return 1
        finally:
            notify("STOPPING=1")
        return 0

    def closed(self, reason: Sentence, mended: Callable[[], bool] = lambda: False) -> int:
        """The safe screen, until `stopping`, or until what was wrong is so no more."""
        config, unconfirmed = self._config, in_use(self._config, self._packs.latest, self.clock)
        return closed(reason, self.clock.now(), unconfirmed, self._app, config.address(), self._stopping, mended)

    def _app(self, attendant: Attendant | Closed) -> Starlette:
        config, packs, clock = self._config, self._packs, self.clock
        return build_app(
            attendant,
            self._words,
            token_of(self._workshop.token),
            lambda style: promise_of(packs.latest, style, clock),
            lambda: measured_by(config, packs.latest),
            voice_of(config, packs, clock),
        )
