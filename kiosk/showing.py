"""What the touch screen is to draw now: made by the attendant's thread, read by the pages' threads."""

import threading
from collections.abc import Mapping
from dataclasses import replace

from drivers.scanner.wire import Hint
from kiosk.board import Board
from kiosk.clock import Clock
from kiosk.counter import Counter
from kiosk.desk_counts import counts
from kiosk.rules.drug_use.intervals import Question
from kiosk.rules.goods.quantity import kilograms
from kiosk.rules.messages import Basis, Staff
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import drug_turn, issue
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Turn
from kiosk.runs_shown import RunsShown
from kiosk.screen import DeviceState, House, Link, Screen, StaffShown
from kiosk.serving import Settings

AWAITING = (Stage.IDLE, Stage.BASKET)  # where a code is to be held up


class Showing:
    def __init__(self, counter: Counter, settings: Settings, clock: Clock, link: Link) -> None:
        self._counter = counter
        self._open = counter.open
        self._board = Board(counter.open.record)
        self._goods = counter.goods
        self._runs = counter.runs
        self._aside = RunsShown(counter.open, counter.runs, counter.bench, settings, clock)
        self._settings = settings
        self._clock = clock
        self._changed = threading.Condition()
        self._phases = self._aside.phases()
        self._screen = self._drawn(0, (), link, None, None, House())

    def screen(self) -> Screen:
        """Its clock is read at this moment."""
        return replace(self._screen, now=self._clock.now())

    def wait(self, version: int, timeout: float) -> Screen:
        """The screen as soon as it is newer than `version`, or as it is after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._screen.version > version, timeout)
        return self.screen()

    def late(self) -> bool:
        """A clock of a step has come further than what is drawn says."""
        return self._aside.phases() != self._phases

    def show(
        self,
        devices: tuple[DeviceState, ...],
        link: Link,
        halted: Sentence | None,
        hint: Hint | None,
        house: House,
    ) -> None:
        with self._changed:
            self._phases = self._aside.phases()
            self._screen = self._drawn(self._screen.version + 1, devices, link, halted, hint, house)
            self._changed.notify_all()

    def _drawn(
        self,
        version: int,
        devices: tuple[DeviceState, ...],
        link: Link,
        halted: Sentence | None,
        hint: Hint | None,
        house: House,
    ) -> Screen:
        visit, rules = self._open.visit, self._open.rules()
        offered, why = self._promise()
        listed = self._goods.listed()
        return Screen(
            version=version,
            visit=visit if why is None or visit.notice is not None else turn.noticed(visit, why),
            offered=offered,
            may_go_back=turn.may_go_back(visit, rules),
            may_abandon=turn.may_abandon(visit) and visit.stage is not Stage.IDLE,
            run_ready=self._runs.may_load,
            kilograms=None if visit.quantity is None else kilograms(visit.quantity),
            products=tuple(self._settings.products.values()),
            devices=devices,
            link=link,
            now=self._clock.now(),
            unconfirmed=self._settings.unconfirmed(),
            drugs=rules.drugs,
            question=self._question(),
            led=self._runs.front.led,
            step=self._runs.step,
            halted=halted,
            hint="" if hint is None or not self._awaits_code() else hint.value,
            house=house,
            parts=self._parts(),
            listed=None if listed is None else listed.say,
            board=self._board.lines(self._clock.now().text[:10]) if rules.settings.public_board else None,
            checked=self._open.checked if visit.stage is Stage.IDLE else None,
            place=self._counter.place,
            looked=self._goods.looking.now,
            trace=self._counter.trace,
            staff=self._staff(),
            helper=None if (helper := self._counter.staffing.helper) is None else shown_staff(helper),
            may_vouch=self._counter.staffing.may_vouch,
            proof=self._proof(),
            counts=self._counts(),
            agreements=self._agreements(),
            sheet=None if self._counter.filling is None else self._counter.filling.shown,
            tool=self._tool(),
            queue=self._aside.queue(),
            back_at=self._aside.back_at(),
            may_park=self._counter.asides.may_park,
            loading=self._aside.loading(),
            timers=self._aside.timers(),
            runs=self._aside.runs(),
            aside=self._aside.aside(),
            alarms=self._aside.alarms(),
            slips=() if self._counter.slips is None else self._counter.slips.shown,
            training=self._settings.training,
            basket=self._counter.basket.shown,
            own=self._counter.own.shown,
            pieces=self._counter.pieces.shown,
        )

    def _awaits_code(self) -> bool:
        filling = self._counter.filling
        asked = filling is not None and filling.wants_code
        return asked or self._open.stage in AWAITING or self._goods.wants_bottle

    def _staff(self) -> StaffShown | None:
        known = self._open.record.tables.orders.staff() if self._open.visit.staff else ()
        one = next((one for one in known if one.id == self._open.visit.staff), None)
        return None if one is None else shown_staff(one)

    def _proof(self) -> str:
        visit = self._open.visit
        return "badge" if visit.turn is Turn.STAFF else str(turn.proof_of(visit, self._open.rules()))

    def _counts(self) -> Mapping[str, int]:
        """Only where they are shown: they are counted anew at each drawing."""
        if self._open.stage is not Stage.DESK:
            return {}
        return counts(self._open.record.tables, self._clock.now().at.date())

    def _agreements(self) -> tuple[str, ...]:
        visit, tables = self._open.visit, self._open.record.tables
        if visit.stage is not Stage.PRODUCT or visit.subject is None:
            return ()
        wanted = self._open.rules().settings.agreements
        return tables.people.missing_agreements(wanted, *tables.orders.same(visit.subject.id))

    def _tool(self) -> object:
        opened = self._counter.open_tool
        return None if opened is None else opened[0].shown(opened[1])

    def _parts(self) -> tuple[str, ...]:
        visit = self._open.visit
        if visit.stage not in (Stage.DONE, Stage.MINE) or not visit.part:
            return ()
        return tuple(dict.fromkeys(copy.part for copy in self._open.record.tables.prints.copies(visit.number)))

    def _promise(self) -> tuple[tuple[tuple[Basis, ...], ...], Sentence | None]:
        """The boxes that may be ticked, or why there are none."""
        if self._open.stage is not Stage.PROMISE or not self._goods.sold:
            return (), None
        visit, rules, known = self._open.visit, self._open.rules(), self._goods.known()
        return issue.offered(visit, rules, known), issue.hindered(visit, rules, known)

    def _question(self) -> Question | None:
        if self._open.stage is not Stage.DRUGS or not self._goods.sold:
            return None
        return drug_turn.open_question(self._open.visit, self._open.rules(), self._goods.product())


def shown_staff(person: Staff) -> StaffShown:
    return StaffShown(person.id, person.name, tuple(person.roles))
