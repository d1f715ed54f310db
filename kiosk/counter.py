"""Everything that a finger or a code can reach at the box, put together once; each desk is a class of its own.

Owned by the attendant's thread. It routes: what a tap means is its desk's business.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from drivers.scanner.wire import Seen
from kiosk.arriving import Arriving
from kiosk.asides import Asides
from kiosk.basket import Basket
from kiosk.bench import Bench
from kiosk.clock import Clock
from kiosk.collecting import Collecting
from kiosk.devices import PrintJob
from kiosk.entrance import Entrance
from kiosk.filling import Filling, Finds, Hands
from kiosk.goods import Goods
from kiosk.guide import Guided
from kiosk.issuing import Press
from kiosk.numbered_papers import Draw
from kiosk.open_visit import OpenVisit
from kiosk.own_papers import Own
from kiosk.paper_sheets import PaperSheets
from kiosk.pictures import Pictures
from kiosk.pieces import SLIPS, PiecesDesk
from kiosk.printing import Printing
from kiosk.proving import Badges
from kiosk.rating import Rated
from kiosk.record import Record
from kiosk.rules.certify.incoming import Seen as SeenPaper
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Answer, Facts, Sheet
from kiosk.rules.visits import arrival, desk, sheet_turn
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import FINAL, Lapse, Stage, Turn, Visit, VisitRules
from kiosk.run_quality import Quality
from kiosk.runs import Machines, Runs
from kiosk.scanning import Scanning
from kiosk.serving import Settings
from kiosk.slip_desk import SlipDesk
from kiosk.slip_requests import SlipRequests
from kiosk.staffing import Staffing
from kiosk.testing import Bedside
from kiosk.tools.tool import Tool
from kiosk.tries import Tries

logger = logging.getLogger(__name__)

Steps = dict[str, Callable[[str], None]]


@dataclass(frozen=True, slots=True)
class Machine:
    """What the desks may ask of the attendant, who has the devices."""

    read: Callable[[str, float], None]  # one analyzer by its name, seconds from now
    line: Callable[[str], Guided | None]
    room: Callable[[], tuple[Decimal | None, Decimal | None] | None]
    print: Callable[[PrintJob], None]
    still: Callable[[float], bytes]
    observe: Callable[[str], None]
    camera: Callable[[Sentence | None], None]
    show: Callable[[], None]
    moved: Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class Paperwork:
    """The sheets and what they rest on; built by the program. `facts` is asked at each tap."""

    sheets: Mapping[str, Sheet]
    facts: Callable[[Visit], Facts]
    finds: Finds
    hands: Hands
    slip: Callable[[str, int], None]
    slips: SlipDesk | None = None  # that `slip` leads to
    draw: Draw | None = None  # vouchers and labels


class Counter:
    def __init__(
        self,
        record: Record,
        entrance: Entrance,
        press: Press,
        clock: Clock,
        captures: Path,
        settings: Settings,
        closed: Callable[[], Sentence | None],
        machine: Machine,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._machine = machine
        self.open = OpenVisit(record, self._rules_of, machine.moved)
        tries = Tries(record)
        self.arriving = Arriving(self.open, entrance, tries, closed, settings.fits)
        beside = Bedside(settings.place, clock, captures, machine.room)
        self.runs = Runs(self.open, settings, beside, Machines(machine.read, machine.line))
        self.rated = Rated(self.open)
        self.staffing = Staffing(self.open, Badges(record.tables.orders, self._today, tries))
        self.goods = Goods(self.open, settings.products)
        self.pictures = Pictures(machine.still, captures, lambda: clock.now().text[:7])
        collecting = Collecting(
            self.open, entrance.trust, settings.wordings, settings.products, self.pictures, self._by_hand
        )
        self.basket = Basket(self.open, self.goods, settings.products)
        self.pieces = PiecesDesk(self.open, machine.print, machine.moved)
        self.own = Own(self.open, self.goods, closed, self.pieces.begun)
        self.scanning = Scanning(
            self.open, self.arriving, collecting, entrance.proves, machine.camera, machine.show, self._awaited
        )
        self._press = press
        self.printing = Printing(self.open, self.goods, press, machine.print, clock)
        self.bench = Bench(self.open, self.runs, settings, clock, Quality(record, clock, machine.room))
        self.asides = Asides(self.open, settings.place, clock, self._park, self.slip, self.arriving.came_back)
        self.filling: Filling | None = None
        self.tools: Mapping[str, Tool] = {}
        self._slip: Callable[[str, int], None] = lambda name, seq: None
        self.slips: SlipDesk | None = None

    def furnish(self, paperwork: Paperwork | None, tools: tuple[Tool, ...]) -> None:
        """Sheets and tools need the desks that stand already."""
        if paperwork is not None:
            parts = paperwork.facts, paperwork.finds, paperwork.hands, self.slip
            self.filling = Filling(self.open, paperwork.sheets, *parts, PaperSheets(self.basket, self.pieces))
            self._slip, self.slips = paperwork.slip, paperwork.slips
            self.pieces.draw = paperwork.draw or self.pieces.draw
        self.tools = {tool.id: tool for tool in tools}

    def _today(self) -> date:
        return self._clock.now().at.date()

    def slip(self, name: str, seq: int) -> None:
        """Print the piece of paper about an entry."""
        if name in SLIPS:
            self.pieces.begin()
        else:
            self._slip(name, seq)

    def _by_hand(self, seen: SeenPaper) -> bool:
        """Somebody else's code: it is kept with its picture, and what stands on the paper is told."""
        if self.filling is None or not seen.number:
            return False
        picture = (Answer("picture", (seen.picture,)),) if seen.picture else ()
        self.filling.open(f"incoming {seen.number}", picture)
        return True

    def rules(self) -> VisitRules:
        return self.open.rules()

    def _rules_of(self, analyzer: str) -> VisitRules:
        return self._settings.rules_of(analyzer, self._clock.now().at)

    @property
    def place(self) -> str:
        """What is on the screen, exactly: a tap on another page changes nothing."""
        visit, sheet = self.open.visit, None if self.filling is None else self.filling.shown
        if (helper := self.staffing.helper) is not None:
            return f"badge/{helper.id}"
        if sheet is not None:
            return f"{visit.stage}/{'' if sheet.at is None else sheet.at.id}"
        return f"{visit.stage}/{visit.tool}" if visit.stage is Stage.TOOL else str(visit.stage)

    # --- fingers and codes --------------------------------------------------------------------------------------

    def tapped(self, action: str, value: str) -> None:
        step = self._steps().get(action)
        if step is None:
            return
        try:
            step(value)
        except OutOfTurn:
            logger.info("%s was tapped in %s", action, self.place)

    def seen(self, seen: Seen) -> bool:
        """A code was held up; whether somebody is there who waits for us."""
        tool = self.open_tool
        return (tool is not None and tool[0].heard(seen)) or self.scanning.seen(seen)

    @property
    def trace(self) -> str:
        """Link to the certificate that was issued last in this turn, once it is out."""
        visit = self.open.visit
        out = visit.stage in (Stage.DONE, Stage.MINE) and bool(visit.number)
        return self._press.short_link(visit.number) if out else ""

    def _awaited(self, data: bytes) -> bool:
        """Codes that have a meaning wherever one stands: an answer of the open sheet, a badge."""
        filling = self.filling
        if self.asides.seen(data) or self.bench.seen(data):
            return True
        if self.goods.wants_bottle:
            self.goods.scanned(data)
            return True
        if (filling is None or not filling.wants_badge) and self.staffing.scanned(data):
            return True
        if filling is None or not filling.wants_code:
            return False
        filling.scanned(data)
        return True

    def _steps(self) -> Steps:
        visit, rules = self.open.visit, self.rules()
        to = self.open.step
        return {
            "number": lambda _: to(arrival.number_wanted(visit)),
            "card": self.arriving.keyed,
            "tail": self.arriving.tail,
            "pin": self.arriving.pin,
            "vouch": lambda _: self._vouch(),
            **self.staffing.steps(),
            **self.rated.steps(),
            "present": self.arriving.present,
            **self.goods.steps(),
            "test": lambda _: self._test(turn.test_wanted(visit, rules)),
            "no_test": lambda _: to(turn.test_declined(visit)),
            "retest": lambda _: self._retest(),
            "test_again": lambda _: self._test(turn.test_again(visit, rules)),
            "cancel_test": lambda _: self.runs.cancel(),
            "did": self.runs.did,
            "result_read": lambda _: to(turn.result_read(visit)),
            **self.printing.steps(),
            **self.basket.steps(),
            **self.own.steps(),
            **self.pieces.steps(),
            "back": lambda _: self.went(turn.back(visit, rules)),
            "next": lambda _: self.open.close(),
            "read": self._machine.observe,
            "tool": self._tool,
            **self.bench.steps(),
            **self.asides.steps(),
            **({} if self.filling is None else self.filling.steps()),
            **self._tool_steps(),
            **self._slip_steps(),
        }

    def _vouch(self) -> None:
        if self.staffing.may_vouch:
            self.arriving.vouched()

    def _tool(self, wanted: str) -> None:
        """`wanted`: the tool's id, and behind a space what its page is to show."""
        name, _, about = wanted.partition(" ")
        if name in self.tools and self._may(self.tools[name]):
            self.open.step(desk.tool_opened(self.open.visit, name, about))

    def _tool_steps(self) -> Mapping[str, Callable[[str], None]]:
        """A practice can be ended from every page."""
        tool, practice = self.open_tool, self.tools.get("training") if self._settings.training is not None else None
        return {**({} if practice is None else practice.steps()), **({} if tool is None else tool[0].steps())}

    def _slip_steps(self) -> Mapping[str, Callable[[str], None]]:
        return {} if self.slips is None else {**self.slips.steps(), **SlipRequests(self.open, self.slips).steps()}

    @property
    def open_tool(self) -> tuple[Tool, str] | None:
        """The tool whose page stands open, and what it shows."""
        name, _, about = self.open.visit.tool.partition(" ")
        if self.open.stage is not Stage.TOOL or name not in self.tools:
            return None
        return self.tools[name], about

    def tool_heard(self, event: object) -> None:
        """What a tool's own thread posted, or that of the slips."""
        if self.slips is None or not self.slips.heard(event):
            any(tool.heard(event) for tool in self.tools.values())

    def _may(self, tool: Tool) -> bool:
        staff = next((one for one in self.open.record.tables.orders.staff() if one.id == self.open.visit.staff), None)
        return not tool.roles or (staff is not None and bool(tool.roles & set(staff.roles)))

    def _retest(self) -> None:
        if self.open.visit.turn is Turn.STAFF:
            self.bench.retest()
        else:
            self._test(turn.retest_started(self.open.visit, self.rules()))

    def _test(self, wanted: Visit) -> None:
        """The goods are declared before the analyzer starts: what is tested can no longer be changed."""
        self.goods.declare()
        now = self.open.visit
        self.runs.want(replace(wanted, lot=now.lot, declared=now.declared, stated=now.stated))

    # --- time and restarts --------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Now and then."""
        self.staffing.settle()
        self.asides.settle()
        self.runs.settle()
        self.scanning.settle()
        if self.slips is not None:
            self.slips.settle()

    def lapse(self, lapse: Lapse) -> None:
        """The stage waited longer than it may."""
        if lapse is Lapse.FAIL_RUN:  # each run has its own time (Runs.settle); who only waits for one waits aside
            self.asides.left()
        elif lapse is Lapse.PARK:
            self._park()
        elif self.open.stage is Stage.PIECES:
            self.pieces.lapsed()
        elif self.open.stage in FINAL:
            self.open.close()
        elif (after := turn.lapsed(self.open.visit)) is not None:
            self.went(after)

    def _park(self) -> None:
        """Nobody can ever come back for a sheet that nobody known was filling."""
        visit = self.open.visit
        if visit.stage is Stage.FILLING and visit.subject is None and not visit.staff:
            self.open.step(turn.abandon(sheet_turn.sheet_left(visit)))
        else:
            self.printing.park()

    def went(self, after: Visit) -> None:
        """Back, or away."""
        if after.stage is Stage.ABANDONED:
            self.printing.abandon(after)
        else:
            self.open.step(after)
            self.printing.go_on()

    def resume(self) -> None:
        """Take up the visit that was open when the station stopped."""
        self.open.resume()
        try:
            self.runs.take_up()
            self._take_up()
        except OutOfTurn as gone:
            logger.warning("%s", gone)
        self.printing.end_all()

    def _take_up(self) -> None:
        match self.open.stage:
            case Stage.PRINTING | Stage.VOIDING | Stage.CONTINUING:
                self.printing.take_up()
            case Stage.DRUGS:
                self.goods.take_up()
            case Stage.PIECES:
                self.pieces.take_up()
            case stage if stage in FINAL:
                self.open.close()
