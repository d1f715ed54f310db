"""The technician's pages on a real record: what each tap changes, and what becomes an entry."""

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drivers.printer.shelf import known_models, load_model
from drivers.scanner.wire import Advice, Hint, Seen
from kiosk.checking import Checked
from kiosk.choices import WITHOUT, Choices
from kiosk.config import ConfigError
from kiosk.devices import PrintEnded
from kiosk.doctor import Facts
from kiosk.restart import Restart
from kiosk.rules.messages import DoctorReport, Incident
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Link
from kiosk.tools.analyzers import Analyzers, AnalyzersShown, Instrument, Looked
from kiosk.tools.changes import Changes
from kiosk.tools.checkup import Checkup
from kiosk.tools.network import Network, NetworkError, Wifi
from kiosk.tools.networking import Networking, NetworkShown
from kiosk.tools.practice_desk import PracticeDesk
from kiosk.tools.printers import TRIAL, Found, Printers, PrintersShown, Set, Stock
from kiosk.tools.records import Records, RecordsShown
from kiosk.tools.scan_test import ScanShown, ScanTest
from kiosk.tools.screen_setup import FILE, ScreenSetup, SetupShown
from kiosk.tools.touch import TARGETS
from kiosk.tools.wall_clock import ClockRefused, WallClock
from tests.kiosk.tools.at_desk import AtDesk, at_desk
from ui.command.station_printers import papers_of, trial_page

if TYPE_CHECKING:
    from kiosk.choices import Table

USB = "usb:0416:5011"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AtDesk]:
    with at_desk(tmp_path) as made:
        yield made


def changes(desk: AtDesk, folder: Path, refused: str = "") -> tuple[Changes, Choices, Restart]:
    def fits(table: "Table") -> None:
        if refused:
            raise ConfigError(folder, [("printer.model", refused)])

    choices, restart = Choices(folder / "choices.toml", fits), Restart(threading.Event())
    return Changes(desk.reach, choices, restart), choices, restart


# --- printers -----------------------------------------------------------------------------------------------------


def printers(desk: AtDesk, change: Changes, held: str = "/dev/usb/lp9") -> Printers:
    models = [load_model(name) for name in known_models()]
    stock = Stock(lambda: (Found(USB, "usb", "POS80"),), models, papers_of, trial_page)
    return Printers(desk.reach, stock, {"printer": Set(held, "escpos-80mm", "80mm")}, change)


def test_a_printer_is_chosen_by_five_taps(desk: AtDesk, tmp_path: Path) -> None:
    change, choices, restart = changes(desk, tmp_path)
    tool = printers(desk, change)
    desk.on(tool, "printer")
    found = desk.hear(tool)
    assert isinstance(found, PrintersShown)
    assert found.found[0].place == USB
    desk.tap(tool, "place", USB)
    desk.tap(tool, "model", "escpos-58mm")
    shown = desk.tap(tool, "paper", "58mm")
    assert isinstance(shown, PrintersShown)
    assert shown.papers == ("58mm",)
    after = desk.tap(tool, "take")
    assert choices.now() == {"printer": {"port": USB, "model": "escpos-58mm", "paper": "58mm", "baud": 115200}}
    assert isinstance(after, PrintersShown)
    assert after.pending
    assert after.which == ""
    desk.tap(tool, "without", "label_printer")
    assert choices.now()["label_printer"] is WITHOUT
    desk.tap(tool, "apply")
    assert restart.wanted
    assert desk.reach.open.stage is Stage.IDLE


def test_a_choice_that_does_not_fit_is_told_and_not_kept(desk: AtDesk, tmp_path: Path) -> None:
    change, choices, _ = changes(desk, tmp_path, "unknown model")
    tool = printers(desk, change)
    desk.on(tool, "printer")
    for action, value in (("place", USB), ("model", "escpos-58mm"), ("paper", "58mm")):
        desk.tap(tool, action, value)
    shown = desk.tap(tool, "take")
    assert isinstance(shown, PrintersShown)
    assert shown.told is not None
    assert shown.told.key == "tools.choice_unfit"
    assert choices.now() == {}


def test_a_page_to_try_goes_through_the_station_where_it_holds_the_printer(desk: AtDesk, tmp_path: Path) -> None:
    tool = printers(desk, changes(desk, tmp_path)[0], held=USB)
    desk.on(tool, "printer")
    for action, value in (("place", USB), ("model", "escpos-58mm"), ("paper", "58mm"), ("try", "")):
        desk.tap(tool, action, value)
    (job,) = desk.printed
    assert job.part == TRIAL
    assert tool.heard(PrintEnded("", 0, True, True, "printer.done", part=TRIAL))
    assert not tool.heard(PrintEnded("530427", 1, True, True, "printer.done"))


def test_a_printer_that_is_not_there_is_said_in_words(desk: AtDesk, tmp_path: Path) -> None:
    tool = printers(desk, changes(desk, tmp_path)[0])
    desk.on(tool, "printer")
    desk.hear(tool)
    for action, value in (("place", USB), ("model", "escpos-58mm"), ("paper", "58mm"), ("try", "")):
        desk.tap(tool, action, value)
    shown = desk.hear(tool)
    assert isinstance(shown, PrintersShown)
    assert shown.told is not None
    assert shown.told.key == "problem.link.absent"


# --- analyzers ----------------------------------------------------------------------------------------------------


def test_an_instrument_that_answers_is_enabled_renamed_and_disabled(desk: AtDesk, tmp_path: Path) -> None:
    change, choices, _ = changes(desk, tmp_path)
    old = Instrument("old", "dayuan-tl310", "/dev/ttyUSB0", True, (("serial", "A1"),))
    look = Looked("/dev/ttyUSB1", "CH340", "globalwater-cl500", "CL500", "B2")
    tool = Analyzers(desk.reach, lambda: (look,), ("N1", "N2", "N3"), (old,), change)
    desk.on(tool)
    desk.tap(tool, "find")
    desk.hear(tool)
    desk.tap(tool, "enable", "/dev/ttyUSB1")
    fresh = {"name": "N1", "profile": "globalwater-cl500", "port": "/dev/ttyUSB1", "serial": "B2"}
    assert choices.now() == {"analyzer": [old.table(), fresh]}
    desk.tap(tool, "enable", "/dev/ttyUSB1")
    desk.tap(tool, "rename", "1 N3")
    desk.tap(tool, "tests", "1")
    shown = desk.tap(tool, "disable", "0")
    assert isinstance(shown, AnalyzersShown)
    assert [(one.name, one.tests) for one in shown.instruments] == [("N3", True)]
    for action, value in (("disable", "7"), ("rename", "0 nonsense"), ("tests", "x"), ("enable", "/dev/null")):
        desk.tap(tool, action, value)
    assert choices.now() == {"analyzer": [{**fresh, "name": "N3", "tests": True}]}
    desk.tap(tool, "take_back")
    assert choices.now() == {}


# --- network ------------------------------------------------------------------------------------------------------


class Air(Network):
    """A network without a program behind it."""

    def __init__(self) -> None:
        super().__init__("/nowhere")
        self.joined: list[tuple[str, str]] = []
        self.absent = False

    def plugs(self) -> tuple[()]:
        if self.absent:
            raise NetworkError("absent")
        return ()

    def wifis(self) -> tuple[Wifi, ...]:
        return ()

    def join(self, name: str, password: str) -> None:
        self.joined.append((name, password))


def test_a_password_is_typed_by_our_own_keys_and_forgotten(desk: AtDesk) -> None:
    air = Air()
    tool = Networking(desk.reach, air)
    desk.on(tool)
    desk.hear(tool)
    desk.on(tool, "wifi my net")
    for key in (*"secret1", "erase", *"2 3", "12#", "#"):
        desk.tap(tool, "key", key)
    shown = tool.shown("wifi my net")
    assert (shown.name, shown.typed, shown.board, shown.visible) == ("my net", "secret2 3#", "12#", False)
    desk.tap(tool, "join", "my net")
    after = desk.hear(tool)
    assert air.joined == [("my net", "secret2 3#")]
    assert isinstance(after, NetworkShown)
    assert (after.page, after.typed) == ("", "")


def test_without_a_network_program_the_page_says_so(desk: AtDesk) -> None:
    air = Air()
    air.absent = True
    tool = Networking(desk.reach, air)
    desk.on(tool)
    shown = desk.hear(tool)
    assert isinstance(shown, NetworkShown)
    assert shown.told is not None
    assert shown.told.key == "network.problem.absent"


# --- screen, codes, records ---------------------------------------------------------------------------------------


def test_five_touches_write_what_udev_reads(desk: AtDesk, tmp_path: Path) -> None:
    tool = ScreenSetup(desk.reach, tmp_path, tmp_path / "backlight")
    for x, y in TARGETS:
        shown = desk.on(tool, "touch")
        assert isinstance(shown, SetupShown)
        desk.tap(tool, "touched", f"{round(10_000 * x)} {round(10_000 * y)}")
    assert (tmp_path / FILE).read_text("ascii").startswith("LIBINPUT_CALIBRATION_MATRIX=1.0")
    desk.on(tool)
    desk.tap(tool, "straight")
    assert not (tmp_path / FILE).exists()
    desk.tap(tool, "touched", "nonsense")


def test_brightness_is_set_where_there_is_a_backlight(desk: AtDesk, tmp_path: Path) -> None:
    light = tmp_path / "backlight" / "panel"
    light.mkdir(parents=True)
    (light / "max_brightness").write_text("200\n", "ascii")
    (light / "brightness").write_text("200\n", "ascii")
    tool = ScreenSetup(desk.reach, tmp_path, tmp_path / "backlight")
    shown = desk.on(tool)
    assert isinstance(shown, SetupShown)
    assert shown.bright == 100
    after = desk.tap(tool, "bright", "25")
    assert isinstance(after, SetupShown)
    assert after.bright == 25


def test_a_code_is_only_read_on_the_page_of_the_scan_test(desk: AtDesk) -> None:
    tool = ScanTest(desk.reach)
    seen = Seen(b"T7K3M9QXA", "", "gun", None, 1, 4)
    assert not tool.heard(seen), "elsewhere a code is somebody's"
    desk.on(tool)
    assert tool.heard(seen)
    assert not tool.heard(Advice(Hint.NEARER)), "advice is everybody's"
    shown = tool.shown("")
    assert isinstance(shown, ScanShown)
    assert (shown.gun, shown.camera, shown.hint) == (True, False, "nearer")
    assert shown.readings[0].text == "T7K3M9QXA"


class Wall(WallClock):
    def __init__(self, said: str = "") -> None:
        super().__init__("/nowhere")
        self.to: list[datetime] = []
        self._said = said

    def set(self, to: datetime) -> None:
        if self._said:
            raise ClockRefused(self._said)
        self.to.append(to)


def facts(desk: AtDesk) -> Facts:
    checked = Checked(1, 1, "", "")
    return Facts(desk.house.clock.now(), checked, Link(1, 1, ""), None, None, (), "0.1", "", 0)


def test_a_clock_set_by_hand_is_an_entry_and_only_where_nothing_vouches(desk: AtDesk) -> None:
    wall = Wall()
    tool = Records(desk.reach, lambda: facts(desk), wall)
    desk.on(tool, "clock")
    desk.tap(tool, "clock_by", "+day")
    shown = desk.tap(tool, "clock_by", "-ten")
    assert isinstance(shown, RecordsShown)
    assert shown.off == 1430
    desk.tap(tool, "clock_set")
    desk.hear(tool)
    (told,) = desk.house.entries(Incident)
    assert isinstance(told, Incident)
    assert (told.problem, told.facts["minutes"], told.facts["by"]) == ("clock.set_by_hand", "1430", "li")
    desk.house.synchronised.touch()
    desk.on(tool, "clock")
    desk.tap(tool, "clock_by", "+day")
    desk.tap(tool, "clock_set")
    assert len(wall.to) == 1


def test_a_clock_that_cannot_be_set_leaves_no_entry(desk: AtDesk) -> None:
    tool = Records(desk.reach, lambda: facts(desk), Wall("Failed to set time: Access denied"))
    desk.on(tool, "clock")
    desk.tap(tool, "clock_by", "+hour")
    desk.tap(tool, "clock_set")
    shown = desk.hear(tool)
    assert isinstance(shown, RecordsShown)
    assert shown.told is not None
    assert "Access denied" in str(shown.told.facts["said"])
    assert not desk.house.entries(Incident)


def test_a_checkup_is_recorded_before_it_is_printed(desk: AtDesk) -> None:
    tool = Checkup(desk.reach, lambda: facts(desk))
    desk.on(tool)
    desk.tap(tool, "print_checkup")
    desk.tap(tool, "print_acceptance")
    assert [type(one) for one in desk.house.entries(DoctorReport)] == [DoctorReport]
    assert desk.slips == [("checkup", desk.reach.record.last), ("acceptance", 1)]


def test_a_practice_is_begun_when_nobody_is_served(desk: AtDesk) -> None:
    stopping = threading.Event()
    restart = Restart(stopping)
    tool = PracticeDesk(desk.reach, restart, None, printer=False)
    desk.on(tool)
    tool.steps()["practise"]("paper")
    assert restart.into is not None
    assert (restart.into.person, restart.into.paper) == ("li", False), "there is no printer to practise on"
    assert desk.reach.open.stage is Stage.IDLE
    assert not restart.chore(lambda: True), "a test is running"
    assert not stopping.is_set()
    assert restart.chore(lambda: False)
    assert stopping.is_set()
