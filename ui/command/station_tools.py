"""The technician's pages of a station, each with what it rests on: configuration, choices, programs of the system."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from drivers.discovery import Search, find, safe
from drivers.errors import DeviceError
from drivers.ports import open_port
from drivers.printer.shelf import known_models, load_model
from drivers.printer.spooler import queues
from drivers.printer.usb import usb_printers
from drivers.profile.folder import Shelf
from drivers.sockets import Usb, same, sockets
from kiosk.choices import Choices
from kiosk.housekeeping import Household
from kiosk.restart import Restart
from kiosk.rules.sentence import Sentence
from kiosk.supplies import load_items
from kiosk.tools.analyzers import MOST, Analyzers, Instrument, Looked, instrument
from kiosk.tools.changes import Changes
from kiosk.tools.checkup import Checkup
from kiosk.tools.devices import Devices
from kiosk.tools.faults import Faults
from kiosk.tools.network import Network
from kiosk.tools.networking import Networking
from kiosk.tools.practice_desk import PracticeDesk
from kiosk.tools.printers import Found, Printers, Set, Stock
from kiosk.tools.records import Records
from kiosk.tools.scan_test import ScanTest
from kiosk.tools.screen_setup import ScreenSetup
from kiosk.tools.supplies import Supplies
from kiosk.tools.tool import Reach, Tool
from kiosk.tools.wall_clock import WallClock
from kiosk.training import Training
from kiosk.words import Words
from ui.command.station_config import PrinterConfig, StationConfig
from ui.command.station_printers import papers_of, place_of, printers, trial_page


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a start of the program gives its pages. `aside`: why what was chosen here does not count now."""

    choices: Choices
    restart: Restart
    words: Words
    token: Path  # file of the screen's token: a page outlives a practice
    aside: str = ""
    training: Training | None = None


@dataclass(frozen=True, slots=True)
class Furnished:
    config: StationConfig
    shelf: Shelf
    household: Household
    left_out: int  # packs of the county that this software cannot use


def technician_tools(reach: Reach, workshop: Workshop, house: Furnished) -> tuple[Tool, ...]:
    """In a practice nothing of the box itself can be changed."""
    config, restart = house.config, workshop.restart
    practice = PracticeDesk(reach, restart, workshop.training, printer=config.printer is not None)
    watching: tuple[Tool, ...] = (Devices(reach, dict(_places(config))), ScanTest(reach), Supplies(reach, load_items()))
    if workshop.training is not None:
        return (*watching, practice)
    changes = Changes(reach, workshop.choices, restart, workshop.aside)
    facts = lambda: house.household.facts(house.left_out)  # noqa: E731
    set_now = {name: _set(printer) for name, printer in printers(config)}
    names = [workshop.words.say("tools.analyzers.name", nth=nth) for nth in range(1, MOST + 1)]
    configured = [instrument(one.model_dump(mode="json", exclude_defaults=True)) for one in config.analyzer]
    return (
        *watching,
        practice,
        Networking(reach, Network()),
        Printers(reach, _stock(), set_now, changes),
        Analyzers(reach, lambda: tuple(looked(house.shelf, configured)), names, configured, changes),
        ScreenSetup(reach, config.state),
        Records(reach, facts, WallClock()),
        Checkup(reach, facts),
        Faults(reach),
    )


def looked(shelf: Shelf, configured: Sequence[Instrument]) -> Iterator[Looked]:
    """Every socket that no analyzer of the station holds, asked as `liangzheng analyzer find` asks it."""
    everyone = tuple(shelf.find(name) for name in shelf.known())
    asked = tuple(profile for name in shelf.models() for profile in shelf.all_of(name) if safe(profile))
    held = [one.port for one in configured if one.port.startswith("/")]
    free = [socket for socket in sockets() if not any(same(socket.where, port) for port in held)]
    for look in find(free, Search(asked, open_port, everyone)):
        who = None if look.found is None else look.found.identity
        problem = None if look.problem is None else _told(look.problem)
        if who is None:
            yield Looked(look.socket.where, of_itself(look.socket.usb), problem=problem)
        else:
            model = f"{who.vendor} {who.model}"
            yield Looked(look.socket.where, of_itself(look.socket.usb), who.profile, model, who.serial or "", problem)


def of_itself(usb: Usb | None) -> str:
    return "" if usb is None else " ".join(fact for fact in (usb.maker, usb.name, usb.serial) if fact) or usb.ids


def _stock() -> Stock:
    models = [load_model(name) for name in known_models()]
    return Stock(lambda: tuple(_found()), models, papers_of, trial_page)


def _found() -> Iterator[Found]:
    for printer in usb_printers():
        yield Found(printer.where, "usb", of_itself(printer.usb))
    for queue in queues():
        yield Found(f"cups:{queue}", "cups", queue)
    for socket in sockets():
        yield Found(socket.where, "serial", of_itself(socket.usb))


def _set(printer: PrinterConfig) -> Set:
    return Set(place_of(printer), printer.model, printer.paper, printer.baud)


def _places(config: StationConfig) -> Iterator[tuple[str, str]]:
    yield from ((name, place_of(printer)) for name, printer in printers(config))
    yield from ((one.name, one.port) for one in config.analyzer)


def _told(problem: DeviceError) -> Sentence:
    return Sentence(f"problem.{problem.code}", {name: str(value) for name, value in problem.facts.items()})
