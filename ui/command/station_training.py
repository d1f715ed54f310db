"""A station in training mode: a place of its own, twins in place of the devices, marks over whatever is printed."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.attendant import Hardware
from kiosk.clock import Clock, build_time
from kiosk.devices import PrintJob
from kiosk.paper.fonts import load_fonts
from kiosk.paper.practice import marked_over
from kiosk.practice import METHOD, Place, make
from kiosk.restart import Restart
from kiosk.training import FOLDER, HOST, MINUTES, Training, keep
from kiosk.words import Words, load_words
from ui.command.station_analyzers import AnalyzerConfig
from ui.command.station_config import PrinterConfig, StationConfig

if TYPE_CHECKING:
    from drivers.simulated.analyzer import ResidueTwin
    from drivers.simulated.printer import PrinterTwin

PROFILE = "dayuan-tl310"
RUN_SECONDS = 6.0


def place_of(config: StationConfig) -> Path:
    return config.state / FOLDER


@contextmanager
def practising(
    config: StationConfig, training: Training, restart: Restart, words: Words
) -> Iterator[tuple[StationConfig, Training]]:
    """A station that is none, with its devices plugged in; the real ones stay closed. Its time is MINUTES.

    Raises OSError.
    """
    from drivers.simulated.analyzer import ResidueTwin  # a station that serves has no use for twins
    from drivers.simulated.printer import PrinterTwin

    folder, clock = place_of(config), Clock(build_time())
    keep(folder, training)
    place = Place(folder)
    cards = make(place, config.county, config.station, clock.now(), words)
    with ExitStack() as stack:
        stack.enter_context(bell(restart, 60.0 * MINUTES))
        residue = stack.enter_context(_plugged(ResidueTwin(run_seconds=RUN_SECONDS, auto=True), folder / "residue"))
        paper = stack.enter_context(_plugged(PrinterTwin(folder / "papers"), folder / "printer"))
        named = words.say("training.analyzer")
        analyzer = AnalyzerConfig(name=named, profile=PROFILE, port=str(residue), serial=None, tests=True)
        printer = config.printer if training.paper and config.printer else PrinterConfig(port=str(paper))
        yield _config(config, place, analyzer, printer), replace(training, cards=cards)


@contextmanager
def bell(restart: Restart, seconds: float) -> Iterator[None]:
    """Nobody forgets a practice: after its time the station begins anew, as itself."""
    timer = threading.Timer(seconds, restart.now)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def marking(hardware: Hardware) -> Hardware:
    """Nothing leaves the printer that is not marked all over; paper is always Chinese."""
    word, fonts = load_words("zh").say("training.on_paper"), load_fonts()

    def send(job: PrintJob) -> None:
        hardware.print(replace(job, raster=marked_over(job.raster, word, fonts), label=False))

    return replace(hardware, print=send)


def _config(config: StationConfig, place: Place, analyzer: AnalyzerConfig, printer: PrinterConfig) -> StationConfig:
    folder = place.folder
    return config.model_copy(
        update={
            "host": HOST,
            "state": folder / "state",
            "blobs": folder / "blobs",
            "up": folder / "up",
            "down": place.down,
            "key": place.key,
            "trust": place.trust,
            "method": METHOD,
            "analyzer": (analyzer,),
            "printer": printer,
            "label_printer": None,
        }
    )


@contextmanager
def _plugged(twin: "ResidueTwin | PrinterTwin", link: Path) -> Iterator[Path]:
    from drivers.simulated.pty import PtyDevice

    device = PtyDevice(twin, link)
    try:
        yield link
    finally:
        device.close()
