"""The sheets that can be filled at a station and the tools of its desk, each with what it rests on."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from kiosk.books_of import BooksOf
from kiosk.counter import Paperwork
from kiosk.entrance import Entrance
from kiosk.finding import Finding, Listed, Lists
from kiosk.hands import SheetHands
from kiosk.pack_in_force import PacksInForce
from kiosk.private_data import PrivateData, station_secret
from kiosk.proving import Pins
from kiosk.rules.messages import Opened, Staff
from kiosk.rules.sheets.document import documents_on
from kiosk.rules.sheets.sheet import Facts
from kiosk.rules.sheets.shelf import SHEETS
from kiosk.rules.visits.turn import Visit
from kiosk.run import device_of
from kiosk.screen import Screen
from kiosk.supplies import load_items
from kiosk.tables import Tables
from kiosk.tools.cases import Cases
from kiosk.tools.samples import Samples
from kiosk.tools.tasks import Tasks
from kiosk.tools.tool import Reach, Tool
from kiosk.words import Words
from ui.command.station_config import StationConfig
from ui.command.station_slips import pieces_of, slips_of

OPENING = 1  # seq of every log's first entry
KEY_OF_PINS = "pin-key"  # file in the folder of the state
KEY_OF_PEOPLE = "person-key"  # beside it: by its hashes the station knows a seller again


def pins_of(state: Path) -> Pins:
    """Raises OSError, Broken."""
    return Pins(station_secret(state / KEY_OF_PINS))


def paperwork_of(
    config: StationConfig,
    packs: PacksInForce,
    entrance: Entrance,
    pins: Pins,
    screen: Callable[[], Screen],
    words: Words,
) -> Callable[[Reach], Paperwork]:
    """`screen`: what is drawn now, for the runs that go on; `words`: those of paper."""

    def made(reach: Reach) -> Paperwork:
        today = _today_of(reach)
        opened = reach.record.read(OPENING)
        place = opened.name if isinstance(opened, Opened) and opened.name else config.station
        books = BooksOf(reach.record.tables, lambda: packs.at(reach.clock.now().at), today, entrance.trust.now, place)
        private = PrivateData(station_secret(config.state / KEY_OF_PEOPLE))
        slips = slips_of(config, packs, reach, screen, words)
        return Paperwork(
            sheets=SHEETS,
            facts=_facts_of(config, packs, reach, books, screen),
            finds=Finding(_lists_of(reach.record.tables, packs)),
            hands=SheetHands(reach.pictures, config.captures, entrance, reach.badges, pins, today, private),
            slip=slips.slip,
            slips=slips,
            draw=pieces_of(config, packs, reach, words),
        )

    return made


def tools_of(reach: Reach) -> tuple[Tool, ...]:
    return Tasks(reach), Samples(reach), Cases(reach)


def _facts_of(
    config: StationConfig, packs: PacksInForce, reach: Reach, books: BooksOf, screen: Callable[[], Screen]
) -> Callable[[Visit], Facts]:
    items = load_items()
    supplies = {one.id: (one.names, one.kept_in) for one in items}
    supply_units = {one.id: one.unit for one in items}

    def facts(visit: Visit) -> Facts:
        now = reach.clock.now().at
        problems = {one.part: "" if one.problem is None else one.problem.key for one in reach.devices()}
        return Facts(
            now=now,
            station=config.station,
            staff=_staff(reach, visit),
            subject=visit.subject,
            settings=packs.at(now).settings,
            county=config.county,
            books=books,
            moment=reach.clock.moment(),
            visit=visit.id,
            number=visit.number,
            parts=problems,
            runs=tuple(run.run for run in screen().runs),
            documents=documents_on(now.date(), packs.at(now).agreements),
            supplies=supplies,
            supply_units=supply_units,
            presence=visit.presence,
            present=visit.present,
            trusted=reach.clock.now().trusted,
            devices={one.part: device_of(one.identity) for one in reach.devices() if one.identity is not None},
        )

    return facts


def _staff(reach: Reach, visit: Visit) -> Staff | None:
    return reach.badges.known(visit.staff) if visit.staff else None


def _lists_of(tables: Tables, packs: PacksInForce) -> Lists:
    return Lists(
        people=lambda: [Listed(*row) for row in tables.people.listed()],
        edition=lambda: tables.people.edition,
        products=lambda: tuple(packs.latest.products.values()),
        drugs=lambda: packs.latest.drugs,
    )


def _today_of(reach: Reach) -> Callable[[], date]:
    def today() -> date:
        return reach.clock.now().at.date()

    return today
