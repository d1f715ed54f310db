"""Slips at a box with a printer on a pty: asked for by name, printed once, never between the pieces of a paper."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from drivers.printer.model import PrinterModel
from drivers.printer.places import open_printer
from drivers.printer.render import render_job
from drivers.simulated.printer import PrinterTwin
from drivers.simulated.pty import PtyDevice
from kiosk.attendant import Attendant, Hardware
from kiosk.counter import Paperwork
from kiosk.devices import PrinterLine
from kiosk.rules.messages import Print, Voided
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen, SlipShown
from kiosk.slip_desk import Slip, SlipDesk, SlipState, read, saved
from kiosk.slip_faces import Beside, SlipFaces
from kiosk.slip_pages import Papers, drawn
from kiosk.slips.acceptance import Delivered
from kiosk.slips.desk import Desk
from kiosk.slips.hand_in import Waiting
from kiosk.tools.tool import Reach
from kiosk.words import load_words
from tests.kiosk.test_attendant import Served
from tests.support.bodies import FARMER, HOST
from tests.support.desk import BADGES, PIN, DeskBox, logs_on, ready, touch
from tests.support.law import PACKS
from tests.support.oversight import sample
from tests.support.waiting import wait_for


@dataclass(frozen=True, slots=True)
class Asked:
    name: str
    seq: int


class Hearing(SlipDesk):
    """A test asks from its own thread by an event."""

    def heard(self, event: object) -> bool:
        if isinstance(event, Asked):
            self.slip(event.name, event.seq)
            return True
        return super().heard(event)


class SlipBox(DeskBox):
    """With a printer that draws what it prints, and the slips that a station has."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.tray = folder / "paper"
        self.twin = PrinterTwin(self.tray)
        self._port = PtyDevice(self.twin, folder / "printer")
        self.desk: SlipDesk

    def close(self) -> None:
        self._port.close()

    @contextmanager
    def hardware(self, attendant: Attendant) -> Iterator[Hardware]:
        with ExitStack() as stack, super().hardware(attendant) as made:
            model = PrinterModel()
            line = PrinterLine(
                lambda: open_printer(str(self._port.link), model, 115200),
                lambda raster, name: render_job(raster, name, model),
                attendant.post,
            )
            line.start()
            stack.callback(line.stop)

            def send(job: object) -> None:
                self.jobs.append(job)  # type: ignore[arg-type]
                line.print(job)  # type: ignore[arg-type]

            yield Hardware({}, send, still=made.still)

    def paperwork(self, reach: Reach, screen: object) -> Paperwork:
        words = load_words("zh")
        desk = Desk(words, "Gasa", HOST, PACKS.products, PACKS.methods)
        beside = Beside(lambda _: Waiting("2026-11-22T10:40:00+08:00", 2), _no_shift, Delivered, lambda *_: HOST)  # type: ignore[arg-type]
        faces = SlipFaces(reach.record.tables, lambda: desk, beside)
        self.desk = Hearing(reach, faces, lambda one: drawn(one, Papers("80mm")))
        return replace(super().paperwork(reach, screen), slip=self.desk.slip, slips=self.desk)  # type: ignore[arg-type]

    @property
    def papers(self) -> int:
        return len(self.twin.papers)


def _no_shift(_: object) -> object:
    raise AssertionError("nobody hands over")


@pytest.fixture
def box(tmp_path: Path) -> Iterator[SlipBox]:
    made = SlipBox(tmp_path)
    yield made
    made.close()


@pytest.fixture
def seq(box: SlipBox) -> int:
    """A sample in the record before the box is started."""
    with closing(box.record()) as record:
        record.append(sample(sample_code="T1234567", subject=FARMER.id))
        return record.last


@pytest.fixture
def served(box: SlipBox, seq: int) -> Iterator[Served]:
    with box.serves() as served:
        yield ready(served)


def at(served: Served, state: str) -> Screen:
    return served.until(lambda screen: any(one.state == state for one in screen.slips))


def asks(served: Served, name: str, seq: int) -> None:
    """As a sheet, a tool or the line asks, in the attendant's thread."""
    served.attendant.post(Asked(name, seq))


def unprinted(box: SlipBox, served: Served, seq: int) -> SlipShown:
    """There is no paper for it."""
    box.twin.fault = "paper-out"
    asks(served, "sampling", seq)
    (failed,) = at(served, "failed").slips
    return failed


def printed(box: SlipBox, served: Served) -> None:
    at(served, "done")
    wait_for(lambda: box.papers == 1, "the slip is out")


def test_a_slip_comes_out_once_and_makes_no_entry(box: SlipBox, served: Served, seq: int) -> None:
    before = served.attendant.screen().link.recorded
    asks(served, "hand_in", seq)
    asks(served, "hand_in", seq)
    shown = at(served, "done").slips
    assert [(one.name, one.about) for one in shown] == [("hand_in", "T1234567")]
    printed(box, served)
    assert served.attendant.screen().link.recorded == before
    assert box.entries(Print) == []


def test_without_paper_it_is_told_and_a_finger_prints_it_again(box: SlipBox, served: Served, seq: int) -> None:
    failed = unprinted(box, served, seq)
    assert failed.problem is not None
    box.twin.load_paper()
    served.until(lambda screen: all(one.problem is None for one in screen.devices if one.part == "printer"))
    served.shows(box.card)
    served.at(Stage.PRODUCT)
    touch(served, "slip_again", failed.id)
    printed(box, served)


def test_a_finger_of_somebody_else_prints_nobodys_slip_again(box: SlipBox, served: Served, seq: int) -> None:
    failed = unprinted(box, served, seq)
    assert not failed.yours
    for stage in (Stage.IDLE, Stage.BASKET):
        if stage is Stage.BASKET:
            served.shows(box.buyers_card)
        served.at(stage)
        for action in ("slip_again", "slip_off"):
            (after,) = touch(served, action, failed.id).slips
            assert (after.state, after.yours) == ("failed", False)
    touch(served, "abandon")
    touch(served, "next")
    served.shows(BADGES["clerk"])
    (shown,) = served.until(lambda screen: screen.proof == "badge").slips
    assert not shown.yours  # a badge alone proves nothing
    (known,) = touch(served, "badge_pin", PIN).slips
    assert known.yours


def test_what_did_not_come_out_is_there_after_a_restart(box: SlipBox, seq: int) -> None:
    with box.serves() as served:
        failed = unprinted(box, ready(served), seq)
    box.twin.load_paper()
    with box.serves() as served:
        (kept,) = served.until(lambda screen: bool(screen.slips)).slips
        assert (kept.id, kept.state, kept.problem) == (failed.id, "failed", failed.problem)
        logs_on(served)
        touch(served, "slip_again", kept.id)
        printed(box, served)
        touch(served, "log_off")
    with closing(box.record()) as record:
        assert record.tables.open_visits() == []


@pytest.mark.parametrize(
    ("was", "now"), [("waiting", "waiting"), ("drawing", "waiting"), ("printing", "unsure"), ("unsure", "unsure")]
)
def test_of_what_was_at_the_printer_nobody_knows(was: str, now: str) -> None:
    slip = Slip("s-1", "tubes", about="2", tubes=("T1", "T2"), state=SlipState(was), page=1, tried=2)
    taken_up = read(saved(slip))
    assert taken_up == replace(slip, state=SlipState(now), since=taken_up.since if taken_up else 0.0)
    assert read("[1, 2]") is None


def test_what_nobody_wants_any_more_goes(box: SlipBox, served: Served) -> None:
    asks(served, "report", 1)
    (failed,) = at(served, "failed").slips
    assert failed.problem is not None
    assert failed.problem.key == "slips.told.gone"
    logs_on(served)
    touch(served, "slip_off", failed.id)
    served.until(lambda screen: screen.slips == ())
    assert box.entries(Voided) == []


def test_it_waits_behind_the_pieces_of_a_numbered_paper(box: SlipBox, served: Served, seq: int) -> None:
    box.twin.fault = "slow"
    served.promises(box)
    asks(served, "hand_in", seq)
    at(served, "waiting")
    assert served.attendant.screen().visit.stage is Stage.PRINTING
    box.twin.fault = ""
    served.until(lambda screen: screen.visit.stage in (Stage.DONE, Stage.CONTINUING))
    at(served, "done")
    numbers = [job.number for job in box.jobs]
    assert [number.startswith("slip/") for number in numbers] == [False] * (len(numbers) - 1) + [True]


def test_staff_at_the_desk_may_print_again_too(served: Served, seq: int) -> None:
    logs_on(served)
    asks(served, "dispatch", seq)
    at(served, "done")
    assert served.attendant.screen().visit.stage is Stage.DESK
