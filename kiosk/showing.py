"""What the touch screen is to draw now: made by the attendant's thread, read by the pages' threads."""

import threading
from dataclasses import replace

from drivers.scanner.wire import Hint
from kiosk.clock import Clock
from kiosk.goods import Goods
from kiosk.open_visit import OpenVisit
from kiosk.rules.drug_use.intervals import Question
from kiosk.rules.goods.quantity import kilograms
from kiosk.rules.messages import Basis
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import drug_turn, issue
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage
from kiosk.screen import DeviceState, House, Link, Screen
from kiosk.serving import Settings
from kiosk.testing import Testing

AWAITING = (Stage.IDLE, Stage.BASKET)  # where a code is to be held up


class Showing:
    def __init__(
        self, open_visit: OpenVisit, goods: Goods, testing: Testing, settings: Settings, clock: Clock, link: Link
    ) -> None:
        self._open = open_visit
        self._goods = goods
        self._testing = testing
        self._settings = settings
        self._clock = clock
        self._changed = threading.Condition()
        self._screen = self._drawn(0, (), link, None, None, House())

    def screen(self) -> Screen:
        """Its clock is read at this moment."""
        return replace(self._screen, now=self._clock.now())

    def wait(self, version: int, timeout: float) -> Screen:
        """The screen as soon as it is newer than `version`, or as it is after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._screen.version > version, timeout)
        return self.screen()

    def show(
        self,
        devices: tuple[DeviceState, ...],
        link: Link,
        halted: Sentence | None,
        hint: Hint | None,
        house: House,
    ) -> None:
        with self._changed:
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
            run_ready=self._testing.ready,
            kilograms=None if visit.quantity is None else kilograms(visit.quantity),
            products=tuple(self._settings.products.values()),
            devices=devices,
            link=link,
            now=self._clock.now(),
            unconfirmed=self._settings.unconfirmed(),
            drugs=rules.drugs,
            question=self._question(),
            led=self._testing.led,
            step=self._testing.step,
            halted=halted,
            hint="" if hint is None or visit.stage not in AWAITING else hint.value,
            house=house,
            parts=self._parts(),
            listed=None if listed is None else listed.say,
            checked=self._open.checked if visit.stage is Stage.IDLE else None,
        )

    def _parts(self) -> tuple[str, ...]:
        visit = self._open.visit
        if visit.stage is not Stage.DONE or not visit.part:
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
