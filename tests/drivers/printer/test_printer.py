"""The printer over a real terminal: printed once, refused before the first byte, or honestly unknown."""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from drivers.errors import DeviceError, FrameError, LinkError, Refused
from drivers.ports import Line, open_serial
from drivers.printer.escpos_status import flag, pair
from drivers.printer.job import job_id
from drivers.printer.model import PrinterModel
from drivers.printer.outcome import Printed, Unknown
from drivers.printer.printer import Printer
from drivers.printer.render import render_job
from drivers.printer.status import State
from drivers.simulated.printer import MARGIN, PrinterTwin
from drivers.simulated.pty import PtyDevice
from tests.support.users import own_users

QUICK = PrinterModel(answers_within=0.3, quiet=0.1, prints_within=1.0)
OURS = job_id("530427-7K3M9-QX2VH-A", 1)


def picture(height: int = 700) -> Image.Image:
    image = Image.new("1", (576, height), 1)
    pen = ImageDraw.Draw(image)
    pen.ellipse((10, 10, 560, height - 20), outline=0, width=3)
    pen.line((0, 0, 575, height - 1), fill=0, width=1)
    return image


class Bench:
    """A twin on its terminal and the driver at the other end."""

    def __init__(self, folder: Path) -> None:
        self.twin = PrinterTwin(folder / "tray")
        self.device = PtyDevice(self.twin, folder / "printer")
        self.port = open_serial(str(folder / "printer"), Line())
        self.printer = Printer(self.port, QUICK)

    def print(self, copy: int = 1) -> Printed | Unknown:
        ours = job_id("530427-7K3M9-QX2VH-A", copy)
        return self.printer.print_job(render_job(picture(), ours), ours)

    def close(self) -> None:
        self.printer.close()
        self.device.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def held(paper: Path) -> Image.Image:
    """What the print head put on a paper: its margins taken off."""
    with Image.open(paper) as image:
        return image.crop((MARGIN, MARGIN, image.width - MARGIN, image.height))


def test_a_well_printer_says_so(bench: Bench) -> None:
    status = bench.printer.status()
    assert {status.online, status.cover, status.error, status.paper, status.near_end} == {State.OK}
    assert not status.silent


def test_what_is_printed_is_the_picture_to_the_dot(bench: Bench) -> None:
    assert bench.print() == Printed("completion")
    (paper,) = bench.twin.papers
    assert held(paper).crop((0, 0, 576, 700)).tobytes() == picture().tobytes()
    assert not bench.twin.unknown
    job = paper.with_name("job-0001.escpos").read_bytes()
    assert job == b"".join(render_job(picture(), OURS))


def test_papers_are_numbered_on_and_never_overwritten(bench: Bench, tmp_path: Path) -> None:
    bench.print(1)
    bench.print(2)
    assert [paper.name for paper in bench.twin.papers] == ["paper-0001.png", "paper-0002.png"]
    third = PrinterTwin(tmp_path / "tray")
    third.answer(b"".join(render_job(picture(40), OURS)))
    assert [paper.name for paper in third.papers] == ["paper-0003.png"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [("paper-out", "printer.paper_out"), ("cover-open", "printer.cover_open"), ("silent", "printer.silent")],
)
def test_a_printer_that_cannot_print_gets_no_byte_of_the_job(bench: Bench, fault: str, code: str) -> None:
    bench.twin.fault = fault
    with pytest.raises(DeviceError) as refused:
        bench.print()
    assert refused.value.code == code
    bench.twin.fault = ""
    assert bench.print() == Printed("completion")
    assert len(bench.twin.papers) == 1


def test_paper_that_ends_inside_is_unknown_and_the_rest_never_comes_out(bench: Bench) -> None:
    bench.twin.fault = "paper-out-mid"
    assert bench.print() == Unknown("printer.paper_out")
    (torn,) = bench.twin.papers
    assert 0 < held(torn).height < 700
    bench.twin.load_paper()
    assert bench.print(2) == Printed("completion")
    _, whole = bench.twin.papers
    assert held(whole).crop((0, 0, 576, 700)).tobytes() == picture().tobytes()


def test_a_completion_that_never_comes_is_unknown(bench: Bench) -> None:
    bench.twin.fault = "no-completion"
    assert bench.print() == Unknown("printer.no_completion")


def test_a_cable_pulled_before_the_job_refuses_and_after_it_comes_back_nothing_prints_twice(
    bench: Bench, tmp_path: Path
) -> None:
    bench.device.unplug()
    with pytest.raises(LinkError, match=r"link\.lost"):
        bench.print()
    bench.device.replug()
    port = open_serial(str(tmp_path / "printer"), Line())
    ours = job_id("N", 1)
    assert Printer(port, QUICK).print_job(render_job(picture(), ours), ours) == Printed("completion")
    port.close()
    assert len(bench.twin.papers) == 1


NARROW = PrinterModel(
    width=384,
    profile="NT-5890K",
    band=128,
    cuts=False,
    completes=False,
    clears=False,
    answers_within=0.3,
    quiet=0.1,
    settles=0.3,
)


@pytest.mark.parametrize("model", [QUICK, NARROW], ids=["80mm", "58mm"])
@pytest.mark.parametrize("fault", ["unplug", "power-cut", "cover-open", "paper-out"])
def test_a_fault_at_any_byte_never_spoils_the_next_paper(model: PrinterModel, fault: str, tmp_path: Path) -> None:
    """A printer without DLE DC4 would take the head of the next job for the rest of the picture that broke off."""
    twin = PrinterTwin(tmp_path / "tray", width=model.width)
    drawing = picture().crop((0, 0, model.width, 700))
    whole = drawing.tobytes()
    with PtyDevice(twin, tmp_path / "printer") as device:
        for after in (3, 5003, 9000):
            twin.fate.strike(fault, after)
            printer = Printer(open_serial(str(tmp_path / "printer"), Line()), model)
            with contextlib.suppress(DeviceError):
                end = printer.print_job(render_job(drawing, OURS, model), OURS)
                assert isinstance(end, Unknown), after
            printer.close()
            twin.load_paper()
            twin.fault = ""
            if not device.plugged:
                device.replug()
            again = Printer(open_serial(str(tmp_path / "printer"), Line()), model)
            assert isinstance(again.print_job(render_job(drawing, OURS, model), OURS), Printed), after
            again.close()
            twin.answer(b"\x1dV\x00")  # a person tears it off
            ink = held(twin.papers[-1])
            rows = [ink.crop((0, top, model.width, top + 700)).tobytes() for top in range(max(1, ink.height - 700))]
            assert whole in rows, after


class Script:
    """A line that answers what it is told to, question by question, and can be cut."""

    def __init__(self, answers: dict[bytes, bytes], cut_after: int | None = None) -> None:
        self.sent: list[bytes] = []
        self._answers = answers
        self._cut_after = cut_after
        self._waiting = b""

    def write(self, data: bytes) -> None:
        if self._cut_after is not None and len(b"".join(self.sent)) >= self._cut_after:
            raise LinkError("link.lost", port="script")
        self.sent.append(data)
        self._waiting += self._answers.get(data, b"")

    def read(self, size: int, timeout: float) -> bytes:
        given, self._waiting = self._waiting[:size], self._waiting[size:]
        return given

    def drain(self) -> bytes:
        return self.read(len(self._waiting), 0.0)

    def close(self) -> None:
        self.sent.append(b"closed")


class Ticking:
    """A clock that moves on by itself, so that a silent line costs no real time."""

    def __init__(self) -> None:
        self._now = 0.0

    def __call__(self) -> float:
        self._now += 0.05
        return self._now


def asked(*answers: bytes) -> dict[bytes, bytes]:
    return {bytes((16, 4, n)): answer for n, answer in enumerate(answers, 1)}


WELL = asked(b"\x12", b"\x12", b"\x12", b"\x12")


def test_a_lost_line_inside_the_job_is_unknown_with_its_cause() -> None:
    script = Script(WELL, cut_after=5000)
    assert Printer(script, clock=Ticking()).print_job([bytes(20000)], OURS) == Unknown("link.lost")


def test_the_number_of_another_job_is_not_ours() -> None:
    job = b"job"
    other = Script(WELL | {job: b"\x37\x22" + job_id("another", 1) + b"\0"})
    assert Printer(other, QUICK, Ticking()).print_job([job], OURS) == Unknown("printer.no_completion")
    ours = Script(WELL | {job: b"\x12\x12\x37\x22" + OURS + b"\0"})
    assert Printer(ours, QUICK, Ticking()).print_job([job], OURS) == Printed("completion")


def test_a_printer_that_falls_silent_is_unknown() -> None:
    patient = PrinterModel(prints_within=1000.0)
    assert Printer(Script(WELL), patient, Ticking())._await_end(OURS) == Unknown("printer.no_completion")
    assert Printer(Script({}), patient, Ticking())._await_end(OURS) == Unknown("printer.silent")


def test_a_model_without_completion_is_believed_by_its_status() -> None:
    model = PrinterModel(completes=False, clears=False)
    job = b"".join(render_job(picture(40), OURS, model))
    assert b"\x1d(H" not in job
    assert Printer(Script(WELL), model, Ticking()).print_job([job], OURS) == Printed("status")


@pytest.mark.parametrize("noise", [b"\x00", b"\xff", b"\x10", b"\x37", b"\x93"])
def test_nonsense_is_never_taken_for_a_state(noise: bytes) -> None:
    printer = Printer(Script(asked(noise, noise, noise, noise)), QUICK, Ticking())
    status = printer.status()
    assert {status.online, status.cover, status.error, status.paper, status.near_end} == {State.UNKNOWN}
    with pytest.raises((FrameError, LinkError)):
        printer.require_ready()


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ((b"\x1a", b"\x16", b"\x12", b"\x12"), "printer.cover_open"),
        ((b"\x1a", b"\x32", b"\x12", b"\x12"), "printer.paper_out"),
        ((b"\x1a", b"\x12", b"\x12", b"\x72"), "printer.paper_out"),
        ((b"\x1a", b"\x52", b"\x1a", b"\x12"), "printer.error"),
        ((b"\x1a", b"\x12", b"\x12", b"\x12"), "printer.offline"),
    ],
)
def test_the_cause_that_a_person_can_mend_is_told_first(answers: tuple[bytes, ...], code: str) -> None:
    script = Script(asked(*answers))
    with pytest.raises(Refused) as refused:
        Printer(script, QUICK, Ticking()).print_job([b"job"], OURS)
    assert refused.value.code == code
    assert b"job" not in script.sent


def test_every_possible_answer_is_ok_bad_or_unknown_by_its_fixed_bits() -> None:
    for byte in range(256):
        formed = byte & 0x93 == 0x12
        assert (flag(byte, 0x08) is State.UNKNOWN) is not formed
        equal = byte & 0x60 in (0, 0x60)
        assert (pair(byte, 0x60) is State.UNKNOWN) is not (formed and equal)
    assert flag(None, 0x08) is pair(None, 0x60) is State.UNKNOWN


def test_job_numbers_are_printable_and_differ_between_copies() -> None:
    numbers = {job_id(f"N{n}", copy) for n in range(500) for copy in (1, 2)}
    assert len(numbers) == 1000
    assert all(32 <= byte <= 126 for number in numbers for byte in number)


@pytest.mark.parametrize(
    ("image", "number"),
    [
        (Image.new("1", (577, 10), 1), OURS),
        (Image.new("L", (576, 10), 255), OURS),
        (Image.new("1", (576, 10), 1), b"abc"),
        (Image.new("1", (576, 10), 1), b"abc\0"),
    ],
)
def test_what_cannot_be_printed_exactly_is_refused(image: Image.Image, number: bytes) -> None:
    with pytest.raises(Refused, match=r"printer\.job"):
        render_job(image, number)


DRAWN = (
    "import logging, os; from PIL import Image; from drivers.printer.render import render_job;"
    "list(render_job(Image.new('1', (8, 8), 1), b'abcd'));"
    "print(len(logging.getLogger().handlers), [name for name in os.environ if 'ESCPOS' in name])"
)


def draw_elsewhere(tmp_path: Path, user: int | None = None) -> str:
    """In a process with a cache and a temporary folder of its own."""
    (tmp_path / "tmp").mkdir(mode=0o777, exist_ok=True)
    (tmp_path / "tmp").chmod(0o777)
    environment = {
        "TMPDIR": str(tmp_path / "tmp"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "-c", DRAWN]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, user=user)
    return done.stdout.strip()


def test_escpos_leaves_the_log_and_the_temporary_folder_alone(tmp_path: Path) -> None:
    assert draw_elsewhere(tmp_path) == "0 []"
    assert list((tmp_path / "tmp").iterdir()) == []
    assert [path.suffix for path in (tmp_path / "cache" / "liangzheng-escpos").iterdir()] == [".pickle"]


def test_a_cache_of_somebody_else_is_neither_read_nor_in_the_way() -> None:
    """The same XDG_CACHE_HOME in the environment of two users: what lies there would be unpickled."""
    users = own_users()
    with tempfile.TemporaryDirectory(prefix="liangzheng-cache-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        draw_elsewhere(folder)
        (folder / "cache").chmod(0o755)
        if users:
            assert draw_elsewhere(folder, users["station"].uid) == "0 []"
            assert [path.name[:18] for path in (folder / "tmp").iterdir()] == ["liangzheng-escpos-"]
