"""The station's printers, from its configuration: where they are, what they are, which paper is in them."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.errors import DeviceError, LinkError, ProfileError
from drivers.printer.job import job_id
from drivers.printer.labels import LabelPrinter
from drivers.printer.model import PrinterModel
from drivers.printer.outcome import AnyPrinter
from drivers.printer.places import PLACE, open_printer
from drivers.printer.printer import Printer
from drivers.printer.render import render_job
from drivers.printer.shelf import load_model
from kiosk.config import ConfigError
from kiosk.devices import Post, PrinterLine, PrintJob, unprinted
from kiosk.housekeeping import Chore
from kiosk.issuing import Press
from kiosk.memory import give_back
from kiosk.paper.certificate import Size
from kiosk.paper.fonts import load_fonts
from kiosk.paper.trial import TrialFace, TrialPress
from kiosk.words import Words, load_words
from ui.command.station_config import PrinterConfig, StationConfig

if TYPE_CHECKING:
    from PIL.Image import Image

LABEL = re.compile(r"([1-9][0-9]{1,2})x([1-9][0-9]{1,2})")  # millimetres

# What a printer of each language may have in it; the first one that is narrow enough is taken when nothing is said.
PAPERS: dict[str, dict[Size, int]] = {  # dots at 8 to the millimetre
    "escpos": {"80mm": 576, "58mm": 384},
    "tspl": {"75x65": 600, "100x70": 800, "60x40": 480, "50x30": 400},
    "zpl": {"75x65": 600, "100x70": 800, "60x40": 480, "50x30": 400},
    "cups": {"a5": 1184, "a4": 1680},
}


def printers(config: StationConfig) -> Iterator[tuple[str, PrinterConfig]]:
    """By their name on the screen and in incidents."""
    if config.printer is not None:
        yield "printer", config.printer
    if config.label_printer is not None:
        yield "label_printer", config.label_printer


def fit(file: Path, config: StationConfig, words: Words) -> None:
    """Raises ConfigError with everything that is wrong with the printers."""
    wrong = [problem for name, printer in printers(config) for problem in _wrong(name, printer, words)]
    if wrong:
        raise ConfigError(file, wrong)


def paper_of(printer: PrinterConfig) -> Size:
    """The size in it: as it is set, or as its model has it. Raises ProfileError."""
    return next(paper for paper in _takes(load_model(printer.model)) if printer.paper in ("", paper))


def papers_of(model: PrinterModel) -> tuple[str, ...]:
    """Sizes that it takes."""
    return tuple(_takes(model))


def trial_page(model: PrinterModel, place: str, paper: str) -> "Image":
    """The page that shows whether a printer does what its model says. Raises PaperError."""
    size = LABEL.fullmatch(paper)
    width = model.width if size is None else min(model.width, int(size[1]) * model.dots_per_mm)
    height = None if size is None else int(size[2]) * model.dots_per_mm
    press = TrialPress(load_fonts(), width, model.dots_per_mm, height)
    return press.draw(trial_face(place, model, width, load_words("zh")))  # paper is always Chinese


def trial_face(place: str, model: PrinterModel, width: int, paper: Words) -> TrialFace:
    return TrialFace(
        title=paper.say("printer.trial.title"),
        lines=(
            paper.say("printer.trial.model", model=model.name),
            paper.say("printer.trial.place", place=place),
            paper.say("printer.trial.dots", width=width, density=model.dots_per_mm),
        ),
        steps=paper.say("printer.trial.steps"),
        code=f"LIANGZHENG {model.name}".upper(),
        end=paper.say("printer.trial.end"),
    )


def press_sizes(config: StationConfig) -> tuple[Size, Size | None]:
    """Sizes of the certificates of this station: on its printer, and on its label printer.

    Raises ProfileError.
    """
    sizes = {name: paper_of(printer) for name, printer in printers(config)}
    return sizes.get("printer", "80mm"), sizes.get("label_printer")


def place_of(printer: PrinterConfig) -> str:
    """A path may be written from the folder that the station runs in."""
    return printer.port if PLACE.fullmatch(printer.port) or ":" in printer.port else str(Path(printer.port).absolute())


def lines_of(config: StationConfig, post: Post, stack: ExitStack) -> Callable[[PrintJob], None]:
    """Start the printers; what prints a job on the one that it is for, a label on the other where there is only one."""
    lines = {name: _line(name, printer, post) for name, printer in printers(config)}
    for line in lines.values():
        line.start()
        stack.callback(line.stop)

    def send(job: PrintJob) -> None:
        name = "label_printer" if job.label and "label_printer" in lines else "printer"
        if name in lines:
            lines[name].print(job)
        else:
            post(unprinted(job, LinkError("printer.absent"), name))

    return send


def rehearsal(config: StationConfig, press: Press) -> Chore:
    """A paper a tick, drawn and made into bytes that go nowhere; False when all are done."""
    models = [load_model(printer.model) for _, printer in printers(config)]

    def papers() -> Iterator[object]:
        for raster in press.rehearse():
            for model in models:
                if raster.width <= model.width:
                    yield list(render_job(raster, job_id("", 0), model))
        give_back()

    left = papers()
    return lambda: next(left, None) is not None


def cleared(printer: AnyPrinter, model: PrinterModel) -> AnyPrinter:
    """An opened printer forgets what it still holds: one that comes back prints nothing by itself."""
    try:
        if model.clears and isinstance(printer, Printer | LabelPrinter):
            printer.clear()
    except DeviceError:
        printer.close()
        raise
    return printer


def _line(name: str, printer: PrinterConfig, post: Post) -> PrinterLine:
    model = load_model(printer.model)
    return PrinterLine(
        lambda: cleared(open_printer(place_of(printer), model, printer.baud), model),
        lambda raster, job_id: render_job(raster, job_id, model),
        post,
        name,
    )


def _takes(model: PrinterModel) -> dict[Size, int]:
    return {paper: width for paper, width in PAPERS[model.language].items() if width <= model.width}


def _wrong(name: str, printer: PrinterConfig, words: Words) -> Iterator[tuple[str, str]]:
    if not PLACE.fullmatch(place_of(printer)):
        yield f"{name}.port", words.say("command.station.printer_place", port=printer.port)
    try:
        model = load_model(printer.model)
    except ProfileError as unknown:
        yield f"{name}.model", words.say(f"problem.{unknown.code}", **unknown.facts)
        return
    takes = _takes(model)
    if printer.paper and printer.paper not in takes:
        facts = {"paper": printer.paper, "model": printer.model, "takes": ", ".join(takes)}
        yield f"{name}.paper", words.say("command.station.printer_paper", **facts)
    if printer.port.startswith("cups:") is not (model.language == "cups") and PLACE.fullmatch(place_of(printer)):
        yield f"{name}.model", words.say("command.station.printer_line", port=printer.port, model=printer.model)
