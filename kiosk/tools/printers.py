"""The printers page: which there are, what model and paper, a page to try, which one the station prints on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from drivers.errors import DeviceError, FrameError, LinkError, ProfileError, Refused
from drivers.printer.job import job_id
from drivers.printer.model import PrinterModel
from drivers.printer.outcome import Printed
from drivers.printer.places import open_printer
from drivers.printer.render import render_job
from kiosk.choices import WITHOUT
from kiosk.devices import PrintEnded, PrintJob
from kiosk.paper.errors import PaperError
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import desk
from kiosk.tools.changes import Changes
from kiosk.tools.errand import Ended, Errand
from kiosk.tools.tool import Reach

if TYPE_CHECKING:
    from PIL.Image import Image

WHICH = ("printer", "label_printer")  # keys of station.toml
TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Found:
    """`place` as station.toml writes it; `says` what it says of itself."""

    place: str
    kind: str  # usb | cups | serial
    says: str


@dataclass(frozen=True, slots=True)
class Set:
    """How a printer is set, or is to be. `paper` empty: as its model has it."""

    place: str = ""
    model: str = ""
    paper: str = ""
    baud: int = 115200


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is to choose from; built by the program. `papers` of a model; `trial` draws the page to try it."""

    find: Callable[[], tuple[Found, ...]]
    models: Sequence[PrinterModel]
    papers: Callable[[PrinterModel], Sequence[str]]
    trial: Callable[[PrinterModel, str, str], "Image"]


@dataclass(frozen=True, slots=True)
class PrintersShown:
    """`which` is being set; its `draft`; `models` and `papers` that fit what is chosen so far."""

    sets: tuple[tuple[str, Set], ...]
    chosen: frozenset[str]
    pending: bool
    busy: str
    told: Sentence | None
    which: str
    draft: Set
    found: tuple[Found, ...]
    models: tuple[str, ...]
    papers: tuple[str, ...]


class Printers:
    id = "printers"
    roles = frozenset({desk.TECHNICIAN})

    def __init__(self, reach: Reach, stock: Stock, sets: Mapping[str, Set], changes: Changes) -> None:
        self._reach = reach
        self._stock = stock
        self._sets = dict(sets)
        self._changes = changes
        self._errand = Errand(reach.post, DeviceError, PaperError, OSError)
        self._found: tuple[Found, ...] = ()
        self._which, self._draft = "", Set()
        self._told: Sentence | None = changes.told

    def shown(self, about: str) -> PrintersShown:
        if about != self._which:
            self._which, self._draft = about, Set()
            if about:
                self._look()
        chosen = frozenset(key for key in WHICH if self._changes.chosen(key))
        model = next((one for one in self._stock.models if one.name == self._draft.model), None)
        return PrintersShown(
            tuple(self._sets.items()),
            chosen,
            self._changes.pending,
            self._errand.busy,
            self._told,
            self._which,
            self._draft,
            self._found,
            self._models(),
            () if model is None else tuple(self._stock.papers(model)),
        )

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {
            "look": lambda _: self._look(),
            "place": self._place,
            "model": self._model,
            "paper": self._paper,
            "anew": lambda _: self._set(Set()),
            "try": lambda _: self._try(),
            "take": lambda _: self._take(),
            "without": lambda which: self._keep(which, WITHOUT),
            "take_back": self._take_back,
            "apply": lambda _: self._changes.apply(),
        }

    def heard(self, event: object) -> bool:
        if isinstance(event, PrintEnded) and event.part == TRIAL:
            done = event.done or (event.begun and event.problem is None)
            self._tell(Sentence("tools.printers.tried") if done else _why(event.problem))
            return True
        ended = self._errand.heard(event)
        if ended is not None:
            self._ended(ended)
        return ended is not None

    def _ended(self, ended: Ended) -> None:
        if isinstance(ended.error, DeviceError):
            self._tell(_why(ended.error))
        elif ended.error is not None:
            self._tell(Sentence("tools.printers.untried"))
        elif ended.name == "look" and isinstance(ended.result, tuple):
            self._found = ended.result
            self._reach.show()
        else:
            self._tell(Sentence("tools.printers.tried" if ended.result else "tools.printers.maybe"))

    def _look(self) -> None:
        self._errand.run("look", self._stock.find)

    def _models(self) -> tuple[str, ...]:
        """Those that fit the place: a queue of CUPS prints pages, everything else does not."""
        cups = self._draft.place.startswith("cups:")
        label = self._which == "label_printer"
        fitting = [one for one in self._stock.models if (one.language == "cups") is cups]
        wanted = ("tspl", "zpl") if label else ("escpos", "cups")
        return tuple(one.name for one in sorted(fitting, key=lambda one: one.language not in wanted))

    def _place(self, place: str) -> None:
        """One that was found, or that is set."""
        known = {one.place for one in self._found} | {one.place for one in self._sets.values()}
        if place in known:
            self._set(Set(place=place))

    def _model(self, model: str) -> None:
        if model in self._models():
            self._set(replace(self._draft, model=model, paper=""))

    def _paper(self, paper: str) -> None:
        model = next((one for one in self._stock.models if one.name == self._draft.model), None)
        if model is not None and paper in self._stock.papers(model):
            self._set(replace(self._draft, paper=paper))

    def _set(self, draft: Set) -> None:
        self._draft, self._told = draft, None
        self._reach.show()

    def _try(self) -> None:
        """On the printer that the station holds, through the station; on any other, opened for this page."""
        draft = self._draft
        model = next((one for one in self._stock.models if one.name == draft.model), None)
        if model is None:
            return
        held = next((name for name, one in self._sets.items() if one.place == draft.place), "")
        if held:
            self._try_held(model, draft, label=held == "label_printer")
        else:
            self._errand.run("try", lambda: self._tried(model, draft))

    def _try_held(self, model: PrinterModel, draft: Set, *, label: bool) -> None:
        try:
            page = self._stock.trial(model, draft.place, draft.paper)
        except PaperError:
            self._tell(Sentence("tools.printers.untried"))
            return
        self._tell(Sentence("tools.printers.trying"))
        self._reach.print(PrintJob("", 0, page, job_id(TRIAL, 1), TRIAL, label=label))

    def _tried(self, model: PrinterModel, draft: Set) -> bool:
        """Whether the printer said that it came out."""
        name, page = job_id(TRIAL, 1), self._stock.trial(model, draft.place, draft.paper)
        printer = open_printer(draft.place, model, draft.baud)
        try:
            return isinstance(printer.print_job(render_job(page, name, model), name), Printed)
        finally:
            printer.close()

    def _take(self) -> None:
        draft = self._draft
        if self._which in WHICH and draft.model:
            self._keep(
                self._which,
                {"port": draft.place, "model": draft.model, "paper": draft.paper, "baud": draft.baud},
            )

    def _keep(self, which: str, value: object) -> None:
        if which in WHICH and self._changes.choose(which, value):
            self._back()
        self._tell(self._changes.told)

    def _take_back(self, which: str) -> None:
        if which in WHICH:
            self._changes.take_back(which)
            self._tell(self._changes.told)

    def _back(self) -> None:
        self._reach.open.step(desk.tool_opened(self._reach.open.visit, self.id))

    def _tell(self, told: Sentence | None) -> None:
        self._told = told
        self._reach.show()


def _why(problem: DeviceError | None) -> Sentence:
    if isinstance(problem, LinkError | FrameError | Refused | ProfileError):
        return Sentence(f"problem.{problem.code}", {name: str(value) for name, value in problem.facts.items()})
    return Sentence("tools.printers.untried")
