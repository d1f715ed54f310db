"""The printers of station.toml: every past file loads, what cannot be is said in words, each job finds its printer."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from drivers.printer.model import PrinterModel
from drivers.printer.printer import CLEAR, Printer
from drivers.printer.spooler import CupsPrinter
from kiosk.config import ConfigError, load
from kiosk.devices import PrintEnded, PrintJob
from kiosk.pack_in_force import PacksInForce
from kiosk.trust import make_key
from kiosk.words import load_words
from tests.house.test_configuration import STATION
from tests.support.waiting import wait_for
from ui.command.station_config import StationConfig
from ui.command.station_parts import press_of
from ui.command.station_printers import cleared, fit, lines_of, place_of, press_sizes, printers, rehearsal

WORDS = load_words("zh")


@pytest.fixture
def told(tmp_path: Path) -> Callable[[str], StationConfig]:
    """A station.toml with these tables."""
    file = tmp_path / "station.toml"

    def read(tables: str) -> StationConfig:
        file.write_text(STATION + tables, encoding="utf-8")
        config = load(file, StationConfig)
        fit(file, config, WORDS)
        return config

    return read


def table(port: str, more: str = "", name: str = "printer") -> str:
    return f'[{name}]\nport = "{port}"\n{more}\n'


@pytest.mark.parametrize(
    "port",
    [
        "/dev/usb/lp0",
        "/dev/serial/by-path/platform-1",
        "devices/printer",
        "usb:0483:5743",
        "usb:0483:5743:A 1",
        "tcp://192.168.1.50:9100",
        "tcp://printer",
    ],
)
def test_every_place_of_a_printer(told: Callable[[str], StationConfig], port: str) -> None:
    config = told(table(port))
    ((name, printer),) = printers(config)
    assert (name, printer.model, printer.baud) == ("printer", "escpos-80mm", 115200)
    assert place_of(printer).startswith("/") or place_of(printer) == port
    assert press_sizes(config) == ("80mm", None)


@pytest.mark.parametrize(
    ("tables", "sizes"),
    [
        ("", ("80mm", None)),
        (table("/dev/usb/lp0", 'model = "escpos-58mm"'), ("58mm", None)),
        (table("/dev/usb/lp0", 'paper = "58mm"'), ("58mm", None)),
        (table("cups:office", 'model = "cups"'), ("a5", None)),
        (table("cups:office", 'model = "cups"\npaper = "a4"'), ("a4", None)),
        (table("/dev/usb/lp0") + table("usb:1203:0272", name="label_printer"), ("80mm", "75x65")),
        (table("usb:1203:0272", 'paper = "60x40"', "label_printer"), ("80mm", "60x40")),
        (table("usb:1203:0272", 'model = "zpl-203"\npaper = "100x70"', "label_printer"), ("80mm", "100x70")),
    ],
)
def test_the_paper_is_as_it_is_set_or_as_the_model_has_it(
    told: Callable[[str], StationConfig], tables: str, sizes: tuple[str, str | None]
) -> None:
    assert press_sizes(told(tables)) == sizes


@pytest.mark.parametrize(
    ("tables", "key", "said"),
    [
        (table("usb:printer"), "printer.port", "usb:printer"),
        (table("tcp://"), "printer.port", "tcp://"),
        (table("/dev/usb/lp0", 'model = "laser"'), "printer.model", "escpos-80mm"),
        (table("/dev/usb/lp0", 'paper = "a4"'), "printer.paper", "80mm, 58mm"),
        (table("/dev/usb/lp0", 'paper = "letter"'), "printer.paper", "letter"),
        (table("/dev/usb/lp0", 'model = "escpos-58mm"\npaper = "80mm"'), "printer.paper", "58mm"),
        (table("cups:office"), "printer.model", "cups:office"),
        (table("/dev/usb/lp0", 'model = "cups"'), "printer.model", "cups"),
        (table("/dev/usb/lp1", 'paper = "80mm"', "label_printer"), "label_printer.paper", "75x65"),
    ],
)
def test_what_cannot_be_is_said_in_words(
    told: Callable[[str], StationConfig], tables: str, key: str, said: str
) -> None:
    with pytest.raises(ConfigError) as wrong:
        told(tables)
    ((place, reason),) = wrong.value.problems
    assert place == key
    assert said in reason


def test_a_job_that_nobody_can_print_is_answered_at_once(told: Callable[[str], StationConfig]) -> None:
    heard: list[PrintEnded] = []
    job = PrintJob("C1", 2, Image.new("1", (8, 8), 1), b"abcd", "stub")
    with ExitStack() as stack:
        lines_of(told(""), _only(heard), stack)(job)
    ((ended),) = heard
    assert (ended.number, ended.copy, ended.part, ended.begun, ended.printer) == ("C1", 2, "stub", False, "printer")
    assert ended.problem is not None
    assert ended.problem.code == "printer.absent"


def test_labels_go_to_the_label_printer_and_without_one_to_the_other(
    told: Callable[[str], StationConfig], tmp_path: Path
) -> None:
    roll, label = table(str(tmp_path / "roll")), table(str(tmp_path / "label"), name="label_printer")
    picture = Image.new("1", (8, 8), 1)
    sheet, box = PrintJob("C1", 1, picture, b"abcd"), PrintJob("C2", 1, picture, b"abce", label=True)
    for tables, names in ((roll + label, ["label_printer", "printer"]), (roll, ["printer", "printer"])):
        heard: list[PrintEnded] = []
        with ExitStack() as stack:
            send = lines_of(told(tables), _only(heard), stack)
            send(sheet)
            send(box)
            wait_for(partial(_both, heard), "both are refused", 10)
        assert sorted(ended.printer for ended in heard) == names


def test_a_printer_forgets_what_it_held_when_it_is_opened() -> None:
    line = _Line()
    printer = cleared(Printer(line, PrinterModel(), _Ticking()), PrinterModel())
    assert bytes(line.written) == CLEAR
    silent = PrinterModel(clears=False)
    cleared(printer, silent)
    cleared(CupsPrinter("office", PrinterModel(language="cups")), PrinterModel(language="cups"))
    assert bytes(line.written) == CLEAR


def _both(heard: list[PrintEnded]) -> bool:
    return len(heard) == 2


def _only(heard: list[PrintEnded]) -> Callable[[object], None]:
    return lambda event: heard.append(event) if isinstance(event, PrintEnded) else None


class _Ticking:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.1
        return self.now


class _Line:
    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, data: bytes) -> None:
        self.written += data

    def read(self, size: int, timeout: float) -> bytes:
        return b""

    def drain(self) -> bytes:
        return b""

    def close(self) -> None:
        pass


def test_a_rehearsal_is_a_paper_a_tick_and_ends(told: Callable[[str], StationConfig], tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    config = told(table("/dev/usb/lp0")).model_copy(update={"key": tmp_path / "key"})
    tick = rehearsal(config, press_of(config, PacksInForce(), WORDS))
    ticks = 0
    while tick():
        ticks += 1
    assert ticks >= 3
    assert not tick()
