"""What printers say of themselves: noise, halves, late answers and unasked ones never become a state."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DeviceError, FrameError, LinkError
from drivers.printer import tspl_status, zpl_status
from drivers.printer.escpos_status import Blocks, status_of_automatic
from drivers.printer.labels import LabelPrinter
from drivers.printer.model import PrinterModel
from drivers.printer.outcome import Printed, Unknown
from drivers.printer.printer import Printer
from drivers.printer.shelf import load_model
from drivers.printer.spooler import status_of as spooler_status
from drivers.printer.status import State, trouble, well

OURS = b"J0b!"
DONE = b"\x37\x22" + OURS + b"\x00"
ASB_WELL, ASB_COVER, ASB_PAPER = b"\x10\x00\x00\x0f", b"\x38\x00\x00\x0f", b"\x18\x00\x0f\x00"


def sorted_out(data: bytes) -> tuple[list[bytes], int | None, bytes | None]:
    blocks = Blocks()
    blocks.feed(data)
    return blocks.done, blocks.status_byte(), blocks.automatic


@pytest.mark.parametrize(
    ("data", "done", "status", "automatic"),
    [
        (DONE, [DONE], None, None),
        (b"\x12" + DONE, [DONE], 0x12, None),
        (DONE[:4] + b"\x12", [], 0x12, None),  # half a block
        (DONE[:4] + b"\x16" + DONE, [DONE], 0x16, None),
        (DONE[:3] + b"\x13" + DONE[3:], [DONE], None, None),  # XOFF in between (Epson, DLE DC4)
        (ASB_COVER, [], None, ASB_COVER),
        (b"\x12" + ASB_PAPER + DONE, [DONE], 0x12, ASB_PAPER),
        (ASB_WELL[:2] + b"\x12", [], 0x12, None),  # half an automatic status
        (ASB_WELL[:2] + b"\x11" + ASB_WELL[2:], [], None, ASB_WELL),
        (ASB_WELL[:1] + DONE, [DONE], 0x10, None),
    ],
)
def test_the_stream_is_sorted(data: bytes, done: list[bytes], status: int | None, automatic: bytes | None) -> None:
    assert sorted_out(data) == (done, status, automatic)


@given(st.binary(max_size=60))
def test_no_noise_upsets_the_sorter_and_our_number_is_heard_behind_it(noise: bytes) -> None:
    done, _, _ = sorted_out(noise + bytes(8) + DONE)
    assert DONE in done


def test_an_automatic_status_says_the_same_as_the_four_answers() -> None:
    assert trouble(status_of_automatic(ASB_WELL)) is None
    assert trouble(status_of_automatic(ASB_COVER)) == "printer.cover_open"
    assert trouble(status_of_automatic(ASB_PAPER)) == "printer.paper_out"
    assert status_of_automatic(b"\x10\x00\x03\x00").near_end is State.BAD
    assert status_of_automatic(b"\x10\x00\x01\x00").near_end is State.UNKNOWN


class Late:
    """A line whose answers come `after` further seconds; the clock stands still but for waiting."""

    def __init__(self, answer: Callable[[bytes], bytes], after: float) -> None:
        self.now = 0.0
        self.sent = b""
        self._answer = answer
        self._after = after
        self._coming: list[tuple[float, int]] = []

    def clock(self) -> float:
        self.now += 0.0001
        return self.now

    def write(self, data: bytes) -> None:
        self.sent += data
        self._coming += [(self.now + self._after, byte) for byte in self._answer(data)]

    def read(self, size: int, timeout: float) -> bytes:
        if not self._coming or self._coming[0][0] > self.now + timeout:
            self.now += timeout
            return b""
        self.now = max(self.now, self._coming[0][0])
        ready = [byte for at, byte in self._coming[:size] if at <= self.now]
        del self._coming[: len(ready)]
        return bytes(ready)

    def drain(self) -> bytes:
        return b""

    def close(self) -> None:
        self._coming.clear()


def epson(cover: bool) -> Callable[[bytes], bytes]:
    said = {1: 0x1A if cover else 0x12, 2: 0x16 if cover else 0x12, 3: 0x12, 4: 0x12}
    return lambda data: bytes([said[data[2]]]) if data[:2] == b"\x10\x04" else b""


@pytest.mark.parametrize("after", [0.1, 0.55, 0.9, 1.4])
def test_late_answers_are_not_taken_for_the_next_question(after: float) -> None:
    """One question late, an open cover would read as «all well»: 1a is no cover, 16 is no error, 12 is paper."""
    line = Late(epson(cover=True), after)
    printer = Printer(line, PrinterModel(answers_within=0.5), line.clock)
    for _ in range(6):
        assert not well(printer.status())
    with pytest.raises(DeviceError):
        printer.require_ready()


def test_noise_alone_is_garbled_and_silence_is_silent() -> None:
    quiet = Late(lambda _: b"", 0)
    with pytest.raises(LinkError, match=r"printer\.silent"):
        Printer(quiet, clock=quiet.clock).require_ready()
    babble = Late(lambda _: b"\x37\x37", 0)
    with pytest.raises(FrameError, match=r"printer\.garbled"):
        Printer(babble, clock=babble.clock).require_ready()


def test_an_automatic_status_inside_the_job_ends_it() -> None:
    """Between two of our questions the cover was open: what came out is not known."""
    line = Late(lambda data: ASB_COVER if data == b"job" else epson(cover=False)(data), 0)
    assert Printer(line, clock=line.clock).print_job([b"job"], OURS) == Unknown("printer.cover_open")


def test_one_that_has_no_sensor_for_the_end_of_the_roll_knows_nothing_of_it() -> None:
    line = Late(epson(cover=False), 0)
    assert Printer(line, PrinterModel(near_end=False), line.clock).status().near_end is State.UNKNOWN


def test_a_mute_printer_is_never_believed() -> None:
    line = Late(lambda _: b"", 0)
    printer = Printer(line, load_model("escpos-58mm-silent"), line.clock)
    printer.require_ready()
    assert printer.print_job([b"job"], OURS) == Unknown("printer.mute")
    assert line.sent.strip(b"\0") == b"job"
    printer.print_job([b"again"], OURS)
    assert line.sent.endswith(b"jobagain")


@pytest.mark.parametrize(
    ("answer", "code"),
    [(0x00, None), (0x20, None), (0x01, "cover_open"), (0x05, "cover_open"), (0x04, "paper_out"), (0x02, "error"),
     (0x08, "error"), (0x10, "offline"), (0x40, "cover_open"), (0x80, "error")],
)  # fmt: skip
def test_a_tspl_byte_by_its_bits(answer: int, code: str | None) -> None:
    status = tspl_status.status_of(bytes([answer]))
    assert trouble(status) == (None if code is None else f"printer.{code}")
    assert (status.busy is State.BAD) is bool(answer & 0x20)


@pytest.mark.parametrize("noise", [b"\xff", b"\x00\x00", b"\x12\x12\x12"])
def test_more_than_one_byte_or_all_bits_is_no_tspl_answer(noise: bytes) -> None:
    assert not well(tspl_status.status_of(noise))
    assert not tspl_status.status_of(noise).silent


def zpl(paper: int = 0, pause: int = 0, formats: int = 0, head: int = 0, ribbon: int = 0, left: int = 0) -> bytes:
    lines = (
        f"030,{paper},{pause},0320,{formats:03},0,0,0,000,0,0,0",
        f"001,0,{head},{ribbon},0,2,6,0,{left:08},1,000",
        "1234,0",
    )
    return b"".join(b"\x02" + line.encode() + b"\x03\r\n" for line in lines)


def test_zpl_strings_by_their_places() -> None:
    assert well(zpl_status.status_of(zpl()))
    assert trouble(zpl_status.status_of(zpl(paper=1))) == "printer.paper_out"
    assert trouble(zpl_status.status_of(zpl(head=1))) == "printer.cover_open"
    assert trouble(zpl_status.status_of(zpl(ribbon=1))) == "printer.error"
    assert trouble(zpl_status.status_of(zpl(pause=1))) == "printer.offline"
    assert zpl_status.status_of(zpl(left=3)).busy is zpl_status.status_of(zpl(formats=1)).busy is State.BAD


@given(st.integers(0, len(zpl()) - 1), st.binary(max_size=3))
def test_a_damaged_zpl_answer_is_no_answer(place: int, wrong: bytes) -> None:
    whole = zpl()
    cut = whole[:place] + wrong + whole[place + 1 :]
    status = zpl_status.status_of(cut)
    assert cut == whole or not well(status) or zpl_status._ANSWER.fullmatch(cut)
    assert not well(zpl_status.status_of(whole[:place]))


def test_what_a_spooler_warns_of_still_prints() -> None:
    assert well(spooler_status(3, True, ("none",)))
    assert spooler_status(3, True, ("media-low-warning",)).near_end is State.BAD
    assert well(spooler_status(4, True, ("media-low-warning", "marker-supply-low-report")))
    assert trouble(spooler_status(4, True, ("media-empty-error", "cover-open"))) == "printer.cover_open"
    assert trouble(spooler_status(4, True, ("media-empty",))) == "printer.paper_out"
    assert spooler_status(3, True, ("media-empty-error",)).paper is State.UNKNOWN  # what the last job found
    assert trouble(spooler_status(5, True, ("paused",))) == "printer.offline"
    assert trouble(spooler_status(3, False, ())) == "printer.offline"


def test_a_label_printer_that_falls_silent_after_the_last_byte_is_not_believed() -> None:
    """It may have lost its power, and the label with it."""
    asked: list[bytes] = []

    def answers(data: bytes) -> bytes:
        if data != tspl_status.ASK:
            return b""
        asked.append(data)
        return b"" if len(asked) in (4, 5) else b"\x00"

    line = Late(answers, 0)
    printer = LabelPrinter(line, load_model("tspl-203"), line.clock)
    assert printer.print_job([b"label"], OURS) == Unknown("printer.silent")
    steady = Late(lambda data: b"\x00" if data == tspl_status.ASK else b"", 0)
    assert LabelPrinter(steady, load_model("tspl-203"), steady.clock).print_job([b"label"], OURS) == Printed("status")
