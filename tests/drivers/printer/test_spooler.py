"""A page printer behind a real CUPS: the job is followed to its end, and called off where it cannot reach it."""

import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.errors import DeviceError, FrameError, LinkError, Refused
from drivers.printer import ipp
from drivers.printer.outcome import Printed, Unknown
from drivers.printer.render import render_pages
from drivers.printer.shelf import load_model
from drivers.printer.spooler import CupsPrinter, queues
from drivers.printer.status import State, trouble, well
from tests.support.spooler import QUEUE, Spooler, spooling
from tests.support.waiting import wait_for

OURS = b"J0b!"
MODEL = replace(load_model("cups"), quiet=0.05, settles=0.5, prints_within=20.0)
PAGE = Image.new("1", (800, 400), 1)


@pytest.fixture(scope="module")
def running() -> Iterator[Spooler]:
    with spooling() as spooler:
        yield spooler


@pytest.fixture
def cups(running: Spooler) -> Spooler:
    running.behave("")
    return running


def printed(spooler: Spooler, within: float = 20.0) -> Printed | Unknown:
    job = render_pages([PAGE, PAGE], OURS, MODEL)
    return CupsPrinter(QUEUE, replace(MODEL, prints_within=within), spooler.server).print_job(job, OURS)


def has_paper_again(spooler: Spooler) -> None:
    """CUPS needs a moment to end the backend of a job that was called off, and until then says what that one lacked."""
    spooler.behave("")
    printer = CupsPrinter(QUEUE, MODEL, spooler.server)
    wait_for(lambda: trouble(printer.status()) is None, "the backend of the job called off has ended")


def test_what_it_took_is_our_document(cups: Spooler) -> None:
    printer = CupsPrinter(QUEUE, MODEL, cups.server)
    assert well(printer.status())
    before = len(cups.documents)
    assert printed(cups) == Printed("spooler")
    *_, document = cups.documents
    assert len(cups.documents) == before + 1
    assert document.startswith(b"%PDF-")
    assert b"/Count 2" in document
    assert queues(cups.server) == (QUEUE,)


def test_low_paper_is_told_and_prints(cups: Spooler) -> None:
    cups.behave("low")
    assert printed(cups) == Printed("spooler")
    assert CupsPrinter(QUEUE, MODEL, cups.server).status().near_end is State.BAD


def test_no_paper_inside_the_job_calls_it_off_for_good(cups: Spooler) -> None:
    before = len(cups.documents)
    cups.behave("empty")
    assert printed(cups) == Unknown("printer.paper_out")
    has_paper_again(cups)
    assert printed(cups) == Printed("spooler")
    assert len(cups.documents) == before + 1


def test_a_job_that_the_printer_gives_up_is_unknown(cups: Spooler) -> None:
    cups.behave("cancel")
    assert printed(cups) == Unknown("printer.called_off")


def test_a_job_that_does_not_end_is_called_off(cups: Spooler) -> None:
    cups.behave("empty")
    before = len(cups.documents)
    assert printed(cups, within=0.1) in (Unknown("printer.no_completion"), Unknown("printer.paper_out"))
    has_paper_again(cups)
    assert printed(cups) == Printed("spooler")
    assert len(cups.documents) == before + 1


def test_a_printer_that_breaks_stops_the_queue_and_the_next_job_is_refused() -> None:
    with spooling() as cups:
        cups.behave("stop")
        assert printed(cups) == Unknown("printer.offline")
        with pytest.raises(Refused, match=r"printer\.offline"):
            printed(cups)
        assert cups.documents == []


def test_a_queue_that_takes_nothing_is_refused() -> None:
    with spooling(accepting=False) as cups, pytest.raises(Refused, match=r"printer\.offline"):
        printed(cups)


def test_no_such_queue_and_no_cups_are_told_apart(cups: Spooler, tmp_path: Path) -> None:
    with pytest.raises(LinkError, match=r"printer\.queue"):
        CupsPrinter("nosuch", MODEL, cups.server).require_ready()
    with pytest.raises(LinkError, match=r"printer\.spooler"):
        CupsPrinter(QUEUE, MODEL, str(tmp_path / "sock")).require_ready()
    assert queues(str(tmp_path / "sock")) == ()


@contextmanager
def saying(answer: bytes, folder: Path) -> Iterator[str]:
    """Something on a Unix socket that gives every question the same answer."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "sock"))
        server.listen()

        def serve() -> None:
            line, _ = server.accept()
            with line:
                heard = b""
                while not heard.endswith(b"0\r\n\r\n") and (more := line.recv(1 << 16)):
                    heard += more
                line.sendall(answer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield str(folder / "sock")
        thread.join(10)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", FrameError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", FrameError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n\x02\x00\x00\x00\x00\x00\x00\x01\x03", FrameError),
        (b"nonsense\r\n\r\n", LinkError),
        (b"", LinkError),
    ],
)
def test_what_is_no_cups_is_refused(answer: bytes, kind: type[DeviceError], tmp_path: Path) -> None:
    with saying(answer, tmp_path) as server, pytest.raises(kind):
        CupsPrinter(QUEUE, MODEL, server).require_ready()


def test_the_words_of_ipp() -> None:
    asked = ipp.request(ipp.GET_JOB, {"printer-uri": "ipp://localhost/printers/office", "job-id": 7})
    assert asked.startswith(b"\x02\x00\x00\x09\x00\x00\x00\x01\x01\x47\x00\x12attributes-charset\x00\x05utf-8")
    assert asked.endswith(b"\x21\x00\x06job-id\x00\x04\x00\x00\x00\x07\x03")
    state = b"\x23\x00\x09job-state\x00\x04\x00\x00\x00\x09"
    reasons = b"\x44\x00\x11job-state-reasons\x00\x04none\x44\x00\x00\x00\x03two"
    told = ipp.answer(b"\x02\x00\x00\x01\x00\x00\x00\x01\x01\x02" + state + reasons + b"\x03")
    assert told.done
    assert told.number("job-state") == 9
    assert told.words("job-state-reasons") == ("none", "two")


@given(st.binary(max_size=80))
def test_no_bytes_upset_the_reader_of_answers(data: bytes) -> None:
    for head in (b"", b"\x02\x00\x00\x00\x00\x00\x00\x01\x01"):
        with contextlib.suppress(FrameError):
            ipp.answer(head + data)
