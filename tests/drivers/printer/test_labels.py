"""Label printers over a terminal and over TCP: printed once, refused before the first byte, or honestly unknown."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from drivers.errors import DeviceError, LinkError
from drivers.printer.labels import LabelPrinter
from drivers.printer.model import PrinterModel
from drivers.printer.outcome import Printed, Unknown
from drivers.printer.places import open_printer
from drivers.printer.render import render_job, render_pages
from drivers.printer.shelf import load_model
from drivers.simulated.printer_tspl import TsplTwin
from drivers.simulated.printer_zpl import ZplTwin, graphic
from drivers.simulated.pty import PtyDevice
from drivers.simulated.tcp import TcpDevice
from tests.drivers.printer.readers import ink
from tests.support.waiting import wait_for

OURS = b"J0b!"
SECOND = 1.0
MODELS = {
    name: replace(load_model(name), answers_within=0.3, settles=0.3, prints_within=3.0, takes_within=1.0)
    for name in ("tspl-203", "zpl-203")
}
EVIDENCE = {"tspl-203": "status", "zpl-203": "counter"}


def picture(mark: str = "1") -> Image.Image:
    image = Image.new("1", (480, 320), 1)
    pen = ImageDraw.Draw(image)
    pen.rectangle((3, 3, 476, 316), outline=0, width=2)
    pen.text((200, 150), mark, fill=0)
    return image


class Bench:
    def __init__(self, name: str, folder: Path) -> None:
        self.model: PrinterModel = MODELS[name]
        self.evidence = EVIDENCE[name]
        self.twin: TsplTwin | ZplTwin = (TsplTwin if name == "tspl-203" else ZplTwin)(folder / "tray", width=480)
        self.device = PtyDevice(self.twin, folder / "ttyUSB0")
        self.place = str(folder / "ttyUSB0")

    def print(self, *marks: str) -> Printed | Unknown:
        job = render_pages(map(picture, marks or ("1",)), OURS, self.model)
        with closing(open_printer(self.place, self.model)) as printer:
            return printer.print_job(job, OURS)

    @property
    def papers(self) -> list[list[str]]:
        return [held(paper) for paper in self.twin.roll.papers]


def hasty(model: PrinterModel) -> PrinterModel:
    """For a job that will not end: the sooner it is given up, the sooner the test goes on."""
    return replace(model, prints_within=0.4, takes_within=0.4)


def held(paper: Path) -> list[str]:
    with Image.open(paper) as image:
        return ink(image)


@pytest.fixture(params=MODELS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(request.param, tmp_path)
    yield bench
    bench.device.close()


def test_labels_come_out_as_they_were_drawn(bench: Bench) -> None:
    assert bench.print("1", "2", "3") == Printed(bench.evidence)
    assert bench.papers == [ink(picture(mark)) for mark in ("1", "2", "3")]
    assert set(bench.twin.unknown) <= {b'""'}  # what spoils half a line


def test_over_the_network_too(bench: Bench) -> None:
    with TcpDevice(bench.twin) as device:
        bench.place = f"tcp://127.0.0.1:{device.port}"
        assert bench.print() == Printed(bench.evidence)
    assert len(bench.papers) == 1


@pytest.mark.parametrize(
    ("fault", "code"), [("paper-out", "printer.paper_out"), ("cover-open", "printer.cover_open"), ("silent", "silent")]
)
def test_one_that_cannot_print_gets_no_byte_of_the_job(bench: Bench, fault: str, code: str) -> None:
    bench.twin.fate.fault = fault
    with pytest.raises(DeviceError) as refused:
        bench.print()
    silent = "printer.mum" if bench.model.language == "zpl" else "printer.silent"
    assert refused.value.code == (silent if code == "silent" else code)
    bench.twin.fate.fault = ""
    assert bench.print() == Printed(bench.evidence)
    assert len(bench.papers) == 1


def test_a_roll_that_ends_inside_is_unknown_and_the_rest_never_comes_out(bench: Bench) -> None:
    bench.twin.roll.labels_left = 1
    bench.twin.fate.fault = "paper-out-mid"
    assert bench.print("1", "2", "3") == Unknown("printer.paper_out")
    first, torn = bench.papers
    assert first == ink(picture("1"))
    assert len(torn) < 320
    bench.twin.roll.load()
    assert bench.print("4") == Printed(bench.evidence)
    assert bench.papers[2:] == [ink(picture("4"))]


def test_a_count_that_never_ends_is_unknown(bench: Bench) -> None:
    bench.twin.fate.fault = "no-completion"
    bench.model = hasty(bench.model)
    assert bench.print() == Unknown("printer.no_completion")


def test_a_slow_one_is_waited_for(bench: Bench) -> None:
    bench.twin.fate.fault = "slow"
    bench.model = replace(bench.model, prints_within=20.0)
    assert bench.print() == Printed(bench.evidence)
    assert len(bench.papers) == 1


@pytest.mark.parametrize("fault", ["unplug", "power-cut", "silent", "cover-open", "paper-out"])
def test_a_fault_at_any_byte_is_unknown_or_printed_but_never_both(bench: Bench, fault: str) -> None:
    """Printed is only claimed of what hangs out of the slot; after it is mended nothing comes by itself."""
    size, patient = sum(map(len, render_job(picture(), OURS, bench.model))), bench.model
    for after in (0, size // 3, size - 2, size + 5):
        before = len(bench.papers)
        bench.twin.fate.strike(fault, after)
        bench.model = hasty(patient)
        try:
            end: Printed | Unknown | None = bench.print()
        except DeviceError:
            end = None
        come = len(bench.papers) - before
        assert end is not None or come == 0, after
        assert not isinstance(end, Printed) or come == 1, after
        bench.twin.fate.strike("", 0)
        bench.twin.fate.fault = ""
        bench.twin.roll.load()
        if not bench.device.plugged:
            bench.device.replug()
        bench.model = patient
        assert bench.print("x") == Printed(bench.evidence), after
        assert bench.papers[-1] == ink(picture("x"))
        assert len(bench.papers) - before - come == 1, after


def test_labels_of_somebody_else_are_waited_for(bench: Bench) -> None:
    bench.twin.fate.fault = "slow"
    bench.twin.answer(b"".join(render_job(picture("old"), OURS, bench.model)))
    bench.twin.fate.fault = "" if bench.model.language == "zpl" else "slow"
    bench.model = replace(bench.model, prints_within=20.0)
    assert bench.print("new") == Printed(bench.evidence)
    assert bench.papers[-1] == ink(picture("new"))


def test_newer_zpl_firmware_says_nothing_without_labels(tmp_path: Path) -> None:
    twin = ZplTwin(tmp_path / "tray", fault="paper-out", mum=True)
    with PtyDevice(twin, tmp_path / "ttyUSB0"), pytest.raises(LinkError, match=r"printer\.mum"):
        open_printer(str(tmp_path / "ttyUSB0"), MODELS["zpl-203"]).require_ready()


class Script:
    """A line that says what it is told to; writing after `stuck` bytes does not end."""

    def __init__(self, says: Callable[[bytes], bytes], stuck: int = 1 << 30) -> None:
        self.sent = b""
        self._says = says
        self._stuck = stuck
        self._waiting = b""

    def write(self, data: bytes) -> None:
        if len(self.sent) + len(data) > self._stuck:
            self._stuck = 1 << 30
            raise LinkError("link.stuck", port="script")
        self.sent += data
        self._waiting += self._says(data)

    def read(self, size: int, timeout: float) -> bytes:
        given, self._waiting = self._waiting[:size], self._waiting[size:]
        return given

    def drain(self) -> bytes:
        return self.read(len(self._waiting), 0)

    def close(self) -> None:
        self.sent += b"closed"


def test_one_that_takes_no_more_tells_why_and_forgets_the_rest() -> None:
    port = Script(lambda data: (b"\x04" if b"BIT" in port.sent else b"\x00") if data == b"\x1b!?" else b"", stuck=2600)
    printer = LabelPrinter(port, MODELS["tspl-203"])
    assert printer.print_job([b"BIT" + bytes(300), bytes(300)], OURS) == Unknown("printer.paper_out")
    assert port.sent.endswith(b"\x1b!R")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (b"A,2,2,1,F00F", [b"\xf0", b"\x0f"]),
        (b"A,6,6,3,HF,:", [b"\xff\x00\x00"] * 2),
        (b"A,24,24,24,hLFH0", [b"\xff" * 23 + b"\x00"]),
        (b"A,4,4,2,1!,", [b"\x1f\xff", b"\x00\x00"]),
    ],
)
def test_the_twin_reads_zebras_short_forms(text: bytes, rows: list[bytes]) -> None:
    assert list(graphic(text)) == rows


@pytest.mark.parametrize("twin", [TsplTwin, ZplTwin])
def test_what_a_twin_does_not_know_is_remembered(twin: type[TsplTwin] | type[ZplTwin], tmp_path: Path) -> None:
    made = twin(tmp_path)
    made.answer(b"EXPLODE 1\r\n" if twin is TsplTwin else b"^XA^PW8^LL8^QQ^XZ")
    made.tick()
    wait_for(lambda: made.unknown, "it says what it did not understand", SECOND)
    assert made.unknown in ([b"EXPLODE 1"], [b"QQ"])
