"""A certificate from its words to the paper: drawing, bytes, the first band, the wire, and sixty of them in a row."""

import queue
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from drivers.printer.bands import ink_rows
from drivers.printer.job import job_id
from drivers.printer.outcome import Printed
from drivers.printer.printer import Printer
from drivers.printer.render import render_job
from drivers.printer.shelf import load_model
from drivers.scanner.codes.decoders import read_codes
from kiosk.devices import PrinterLine, PrintJob
from kiosk.issuing import Press
from kiosk.pack import load_packs
from kiosk.paper.certificate import CertificateFace, CertificatePress, load_press
from kiosk.record import Record
from kiosk.words import load_words
from tests.bench import naive_paper
from tests.bench.commit import record_in
from tests.bench.row import Row, alternating, milliseconds
from tests.bench.slow_printer import Pace, SlowPrinter, Time
from tests.kiosk.paper.conftest import FACE
from tests.support.bodies import HOST, County, a_test

PAIRS = 25
STARTS = 7
FIRSTS = 60
IN_A_ROW = 60
BUILD = Path(__file__).parents[2] / "build"
MODEL = load_model("escpos-80mm")
USUAL = "USB, 150 mm/s"
USB, SERIAL = 1_000_000.0, 11_520.0  # bytes a second
PACES = {
    USUAL: Pace(USB, 150),
    "USB, 250 mm/s": Pace(USB, 250),
    "115200 baud, 150 mm/s": Pace(SERIAL, 150),
}


def rows() -> Iterator[Row]:
    press = load_press()
    drawn = press.draw(FACE)
    mine, naive = alternating(lambda: _ours(press, FACE), lambda: naive_paper.job(naive_paper.picture(FACE)), PAIRS)
    yield Row("certificate: drawn and encoded", "ms", tuple(mine), "naive", tuple(naive))
    yield _first_of_the_day()
    size, full = len(_job(drawn)), len(naive_paper.job(drawn))
    yield Row("certificate: bytes to the printer", "B", (float(size),), "full width GS v 0", (float(full),))
    yield Row("certificate: bytes to the printer", "B", (float(size),), "trimmed rows alone", (_trimmed(drawn),))
    yield _first_band(drawn)
    for nth, (name, pace) in enumerate(PACES.items()):
        yield _streamed(drawn, name, pace, nth)
    yield _in_a_row(press)


def _ours(press: CertificatePress, face: CertificateFace) -> bytes:
    return _job(press.draw(face))


def _job(raster: Image.Image) -> bytes:
    return b"".join(render_job(raster, job_id(FACE.number, 1), MODEL))


def _trimmed(raster: Image.Image) -> float:
    """The floor of GS v 0, which feeds as it prints and so takes each row once: from its first inked byte to its last,
    and a byte for a white one. Words beside the code make it more than 0.40 of the full width."""
    return float(sum(max(1, len(row.strip(b"\0"))) for row in ink_rows(raster)))


def _first_of_the_day() -> Row:
    """A new process has its press; its first certificate, beside the median of those that follow."""
    firsts, later = [], []
    for _ in range(STARTS):
        done = subprocess.run(
            [sys.executable, "-c", "from tests.bench.paper import morning; morning()"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        first, warm = map(float, done.stdout.split())
        firsts.append(first)
        later.append(warm)
    return Row("certificate: first of the day", "ms", tuple(firsts), "a warm one", tuple(later))


def morning() -> None:
    """Runs in a process of its own. The station has drawn all forms once before anybody comes."""
    press, county, words = load_press(), County(), load_words("zh")
    wordings = {wording.id: wording for wording in load_packs().wordings}
    idle = Press(county.name, HOST, county.enrol("gasa-01").key, words, wordings, press, read_codes)
    for raster in idle.rehearse():
        _job(raster)
    took = [milliseconds(lambda: _ours(press, FACE)) for _ in range(11)]
    sys.stdout.write(f"{took[0]} {sorted(took[1:])[5]}\n")


# --- the wire and the paper -------------------------------------------------------------------------------------------


def _first_band(drawn: Image.Image) -> Row:
    """From the return of the commit to the first row of the picture at the printer; its own answers take no time."""
    with TemporaryDirectory(dir=BUILD) as folder, record_in(Path(folder)) as record:
        took = tuple(_began(drawn, record, job_id(FACE.number, nth)) for nth in range(FIRSTS))
    return Row("certificate: commit to the first band", "ms", took)


def _began(drawn: Image.Image, record: Record, number: bytes) -> float:
    """Milliseconds, through the printer's own thread."""
    time, heard = Time(), queue.SimpleQueue[object]()
    port = SlowPrinter(time, PACES[USUAL])
    line = PrinterLine(lambda: Printer(port, MODEL, time.now), _render, heard.put)
    line.start()
    heard.get(timeout=10)  # it is ready
    record.append(a_test())
    committed = time.now()
    line.print(PrintJob(FACE.number, 1, drawn, number))
    heard.get(timeout=10)
    line.stop()
    if port.first is None:
        raise ValueError("nothing was printed")
    return (port.first - committed) * 1000


def _render(raster: Image.Image, number: bytes) -> Iterator[bytes]:
    return render_job(raster, number, MODEL)


def _streamed(drawn: Image.Image, name: str, pace: Pace, nth: int) -> Row:
    """All of one certificate, beside the larger of wire and paper alone: the last feed comes after the last byte."""
    totals, floors = [], []
    for copy in range(9):
        time = Time()
        port, number = SlowPrinter(time, pace), job_id(FACE.number, 100 * nth + copy)
        began = time.now()
        if Printer(port, MODEL, time.now).print_job(render_job(drawn, number, MODEL), number) != Printed("completion"):
            raise ValueError("not printed")
        totals.append((time.now() - began) * 1000)
        floors.append(max(port.bytes / pace.wire + port.white * pace.row, port.rows * pace.row) * 1000)
    return Row(f"certificate: printed ({name})", "ms", tuple(totals), "wire or paper alone", tuple(floors))


def _in_a_row(press: CertificatePress) -> Row:
    """One certificate a box (一箱一证): each is drawn, committed and printed after the one before came out."""
    time, pace = Time(), PACES[USUAL]
    port = SlowPrinter(time, pace)
    printer, starved, stood = Printer(port, MODEL, time.now), [], 0.0
    with TemporaryDirectory(dir=BUILD) as folder, record_in(Path(folder)) as record:
        for nth in range(IN_A_ROW):
            rows, stood = port.rows, port.idle
            raster, number = press.draw(replace(FACE, number=f"{nth:06}-7K3M9-QX2VH-A")), job_id(f"{nth}", 1)
            record.append(a_test())
            printer.print_job(render_job(raster, number, MODEL), number)
            starved.append((port.idle - stood) / ((port.rows - rows) * pace.row) * 100)
    return Row(f"{IN_A_ROW} certificates in a row: head stands still", "%", tuple(starved[1:]))
