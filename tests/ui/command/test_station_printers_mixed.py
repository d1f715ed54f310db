"""Two printers that a person has mixed up, moved to another socket, or left with the end of a roll: each paper once."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from drivers.printer.job import job_id
from drivers.simulated.printer import PrinterTwin
from drivers.simulated.printer_tspl import TsplTwin
from drivers.simulated.pty import PtyDevice
from kiosk.config import load
from kiosk.devices import PrintEnded, PrinterReady, PrintJob
from tests.house.test_configuration import STATION
from tests.support.waiting import wait_for
from ui.command.station_config import StationConfig
from ui.command.station_printers import lines_of

LONG = 60.0  # seconds: the shipped models wait as long as a slow printer needs


class Desk:
    """A roll printer and a label printer behind one station's configuration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.roll = PrinterTwin(folder / "tray")
        self.labels = TsplTwin(folder / "labels", width=480)
        self.heard: list[object] = []

    def config(self) -> StationConfig:
        file = self.folder / "station.toml"
        tables = f'[printer]\nport = "{self.folder}/roll"\n[label_printer]\nport = "{self.folder}/label"\n'
        file.write_text(STATION + tables + 'paper = "60x40"\n', encoding="utf-8")
        return load(file, StationConfig)

    @contextmanager
    def printing(self) -> Iterator[Callable[[PrintJob], None]]:
        with ExitStack() as stack:
            yield lines_of(self.config(), self.heard.append, stack)

    def ends(self) -> list[PrintEnded]:
        return [event for event in self.heard if isinstance(event, PrintEnded)]

    def ready(self) -> set[str]:
        return {event.part for event in self.heard if isinstance(event, PrinterReady)}

    def end_of(self, count: int) -> PrintEnded:
        wait_for(lambda: len(self.ends()) >= count, "an end of every job", LONG)
        return self.ends()[-1]


def job(number: str, *, label: bool = False) -> PrintJob:
    image = Image.new("1", (480, 320) if label else (576, 400), 1)
    ImageDraw.Draw(image).rectangle((9, 9, 400, 300), fill=0)
    return PrintJob(number, 1, image, job_id(number, 1), label=label)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_printers_whose_cables_were_swapped_print_nothing_until_they_are_put_right(desk: Desk) -> None:
    with ExitStack() as stack:
        swapped = [stack.enter_context(PtyDevice(desk.labels, desk.folder / "roll"))]
        swapped.append(stack.enter_context(PtyDevice(desk.roll, desk.folder / "label")))
        with desk.printing() as send:
            send(job("C1"))
            send(job("C2", label=True))
            desk.end_of(2)
            assert [(end.begun, end.done) for end in desk.ends()] == [(False, False)] * 2
            assert (desk.roll.papers, desk.labels.roll.papers) == ([], [])
            for device in swapped:
                device.close()
            stack.enter_context(PtyDevice(desk.roll, desk.folder / "roll"))
            stack.enter_context(PtyDevice(desk.labels, desk.folder / "label"))
            wait_for(lambda: desk.ready() == {"printer", "label_printer"}, "both printers", LONG)
            send(job("C1"))
            send(job("C2", label=True))
            desk.end_of(4)
    assert all(end.done for end in desk.ends()[2:])
    assert (len(desk.roll.papers), len(desk.labels.roll.papers)) == (1, 1)


def test_a_label_printer_that_was_moved_goes_on_with_the_label_that_was_refused(desk: Desk) -> None:
    with PtyDevice(desk.roll, desk.folder / "roll"), desk.printing() as send:
        with PtyDevice(desk.labels, desk.folder / "label"):
            wait_for(lambda: "label_printer" in desk.ready(), "the label printer", LONG)
            send(job("C36", label=True))
            assert desk.end_of(1).done
        desk.heard.clear()
        send(job("C37", label=True))
        refused = desk.end_of(1)
        assert (refused.begun, refused.printer) == (False, "label_printer")
        with PtyDevice(desk.labels, desk.folder / "label"):
            wait_for(lambda: "label_printer" in desk.ready(), "the label printer", LONG)
            assert len(desk.labels.roll.papers) == 1
            send(job("C37", label=True))
            assert desk.end_of(2).done
    assert len(desk.labels.roll.papers) == 2


def test_the_end_of_a_roll_that_is_near_stops_nothing(desk: Desk) -> None:
    desk.roll.near_end = True
    with PtyDevice(desk.roll, desk.folder / "roll"), desk.printing() as send:
        wait_for(lambda: "printer" in desk.ready(), "the printer", LONG)
        send(job("C1"))
        assert desk.end_of(1).done
    assert len(desk.roll.papers) == 1
