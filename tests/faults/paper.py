"""Part `paper`: the job of a certificate is stopped at every byte, by whatever may stop it; then a person acts.

The real attendant, record, press and printer driver against the printer twin, in one thread and with time made here. A
unit is some hundred bytes; what has to hold after each: one original at most, an end for every copy, reprints marked.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from drivers.printer.model import PrinterModel
from kiosk.paper.certificate import Size
from tests.faults.book import Found, Units
from tests.faults.paper_desk import Desk, PowerCut, Scene, Telling
from tests.faults.paper_port import FAULTS, Cable

STEP = 200  # bytes in a unit
REPLUGS = 100
SPARSE = 41  # bytes between two stops of what is not tried at every one
FULL = PrinterModel()
SMALL = PrinterModel(name="small", width=480)
MODEST = PrinterModel(name="modest", completes=False, clears=False)  # neither asks nor forgets
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made there; a flush costs nothing


def units(seed: int, count: int | None) -> Units:
    """Every byte of a small paper, then of a roll; `count` units of each, or all, and what is tried now and then."""
    with scenes() as roll:
        yield "replugs", lambda: replugged(roll, REPLUGS)
        if count is None:
            yield from _now_and_then(roll)
        with scenes("60x40") as small:
            yield from _every_byte("60x40", small, SMALL, seed, count)
        yield from _every_byte("80mm", roll, FULL, seed, count)


def _every_byte(size: str, scene: Scene, model: PrinterModel, seed: int, count: int | None) -> Units:
    length = scene.job(model)
    begins = list(range(0, length + 1, STEP))
    for begin in begins if count is None else begins[seed % 5 :: max(len(begins) // count, 1)][:count]:
        stops = range(begin, min(begin + STEP, length + 1))
        yield f"{size} bytes {begin}", _run(scene, stops, model, ())


def _now_and_then(scene: Scene) -> Units:
    length = min(scene.job(FULL), scene.job(MODEST))
    for begin in range(0, length, STEP * 10):
        stops = range(begin, min(begin + STEP * 10, length + 1), SPARSE)
        yield f"from the promise {begin}", _run(scene, stops, FULL, (), "before")
        yield f"second part {begin}", _run(scene, stops, FULL, ("goods", "stub"), "before")
        yield f"modest printer {begin}", _run(scene, stops, MODEST, ())


@contextmanager
def scenes(size: Size = "80mm") -> Iterator[Scene]:
    folder = Path(tempfile.mkdtemp(prefix="liangzheng-paper-", dir=MEMORY if MEMORY.is_dir() else None))
    try:
        yield Scene(folder, size)
    finally:
        shutil.rmtree(folder)


def _run(
    scene: Scene, stops: range, model: PrinterModel, parts: tuple[str, ...], start: str = "recorded"
) -> Callable[[], Sequence[str]]:
    return lambda: stopped(scene, stops, model, parts, start)


def stopped(
    scene: Scene, stops: range, model: PrinterModel = FULL, parts: tuple[str, ...] = (), start: str = "before"
) -> Found:
    """Stop the last part's job at each of these bytes, in each way."""
    wrong: list[str] = []
    counts = {"stops": 0, "reprints": 0, "originals": 0}
    for stop in stops:
        for fault in FAULTS:
            told = _stopped(scene, stop, fault, model, parts, start)
            wrong += [f"{fault} at byte {stop}: {sentence}" for sentence in told.wrong]
            counts["stops"] += 1
            counts["reprints"] += told.reprints
            counts["originals"] += told.originals
    return Found(wrong, counts)


def _stopped(scene: Scene, stop: int, fault: str, model: PrinterModel, parts: tuple[str, ...], start: str) -> Telling:
    cable = Cable(model, None if parts else scene.memories.setdefault(model, {}))
    with scene.laid_out(start) as folder:
        desk = Desk(scene, folder, cable, parts)
        try:
            desk.open()
            cable.arm(fault, stop, job=max(len(parts), 1))
            _until_done(desk)
            return desk.told(struck=True)
        finally:
            desk.close()


def _until_done(desk: Desk) -> None:
    """A person at the screen, truthful about paper, who mends what he finds."""
    while not desk.satisfied:
        try:
            desk.act()
        except PowerCut:
            desk.power_returns()


def replugged(scene: Scene, times: int, model: PrinterModel = FULL) -> Found:
    """The cable is pulled and put in again after a finished print; a printer that comes back prints nothing."""
    cable, extra = Cable(model), 0
    with scene.laid_out() as folder:
        desk = Desk(scene, folder, cable, ())
        try:
            desk.open()
            _until_done(desk)
            before = cable.came_out()
            for _ in range(times):
                cable.pull()
                cable.put_in()
                desk.printer_found()
                extra += cable.came_out() - before
            told = desk.told(struck=False)
        finally:
            desk.close()
    wrong = [*told.wrong, *([f"{extra} papers came out by themselves"] if extra else [])]
    return Found(wrong, {"replugs": times, "extra prints": extra})
