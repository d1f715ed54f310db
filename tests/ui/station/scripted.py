"""An attendant for the screen's tests: the real visit machine, and a script where hardware and record would be."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from drivers.reading import Identity, Reading
from kiosk.clock import BEIJING, ClockState, Now
from kiosk.own_shown import BasketShown, PaperIn, Sum
from kiosk.rules.drug_use import drugs
from kiosk.rules.drug_use.intervals import Question
from kiosk.rules.drug_use.pesticides import named
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import Unit, kilograms
from kiosk.rules.messages import Basis, DrugUse, Outcome, Present, PrintOutcome, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.visits import arrival, drug_turn, issue
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.issue import Known
from kiosk.rules.visits.turn import FINAL, LastTime, Stage, Visit
from kiosk.screen import DeviceState, Link, Looked, Screen, Way
from tests.support.law import METHOD, PACKS, known, law

AT = datetime(2026, 3, 18, 9, 41, tzinfo=BEIJING)
NUMBER = "3301067K3M9QWX2D4"
NUMBER_SHOWN = "330106-7K3M9-QWX2D-4"


class Scripted:
    """Taps go through the real visit; `show_card`, `finish_run`, `end_print` … are what devices would bring."""

    def __init__(self) -> None:
        self.rules = law(AT)
        self.method = METHOD
        self.products: dict[str, Product] = dict(PACKS.products)
        self.picture: bytes | None = None
        self.taps: list[str] = []
        self._changed = threading.Condition()
        self._turns = 0
        self._screen = Screen(
            version=1,
            visit=Visit("visit-0"),
            offered=(),
            may_go_back=False,
            may_abandon=False,
            run_ready=False,
            kilograms=None,
            products=tuple(PACKS.products.values()),
            drugs=PACKS.drugs,
            devices=(),
            link=Link(recorded=12, receipted=12, receipt_time=""),
            now=Now(AT, ClockState.NTP),
            unconfirmed=(),
            place=str(Stage.IDLE),
        )

    # --- what the app asks ---

    def screen(self) -> Screen:
        return self._screen

    def act(self, action: str, value: str, visit: str, place: str) -> Screen:
        with self._changed:
            now = self._screen.visit
            self.taps.append(action)
            if (visit, place) == (now.id, now.stage):
                self._tapped(action, value, now)
            return self._screen

    def wait(self, version: int, timeout: float) -> Screen:
        with self._changed:
            self._changed.wait_for(lambda: self._screen.version > version, timeout)
            return self._screen

    def preview(self) -> bytes | None:
        return self.picture

    # --- what devices and the county would bring ---

    def show_card(self, subject: Subject, *, first_use: bool = False, last: LastTime | None = None) -> None:
        self.move(
            lambda visit: arrival.card_shown(visit, self.rules, subject, "card-1", first_use=first_use, last=last)
        )

    def finish_run(self, *notes: TestNote) -> None:
        self.move(lambda visit: turn.run_finished(visit, self.rules, notes))

    def end_print(self, outcome: PrintOutcome, problem: Sentence | None = None) -> None:
        self.move(lambda visit: issue.print_ended(visit, outcome, problem))

    def move(self, step: Callable[[Visit], Visit]) -> None:
        with self._changed:
            self._to(step(self._screen.visit))

    def begin_anew(self) -> None:
        with self._changed:
            self._next()

    def show(self, **changed: object) -> None:
        """The screen with other devices, link, clock …"""
        with self._changed:
            fresh = replace(self._screen, version=self._screen.version + 1, **changed)  # type: ignore[arg-type]
            self._screen = replace(fresh, place=str(fresh.visit.stage) if fresh.visit else "")
            self._changed.notify_all()

    # --- within ---

    def _tapped(self, action: str, value: str, now: Visit) -> None:
        if action == "read":
            self.show(devices=tuple(_read(device, value) for device in self._screen.devices))
            return
        if action == "look":
            self.show(looked=Looked(Way(value)))
            return
        if action == "next":
            if now.stage in FINAL:
                self._next()
            return
        try:
            self._to(self._step(action, value, now))
        except (OutOfTurn, KeyError):
            return

    def _step(self, action: str, value: str, now: Visit) -> Visit:
        rules = self.rules
        amount, _, of = value.partition(" ")
        unit, _, each = of.partition(" x ")
        steps: dict[str, Callable[[], Visit]] = {
            "number": lambda: arrival.number_wanted(now),
            "tail": lambda: arrival.tail_given(now, rules, value),
            "product": lambda: turn.product_chosen(now, self.products[value]),
            "repeat_last": lambda: turn.repeat_last(now, rules, self.products[now.last.product if now.last else ""]),
            "quantity": lambda: turn.quantity_given(now, rules, amount, Unit(unit), each),
            "test": lambda: turn.test_wanted(now, rules),
            "no_test": lambda: turn.test_declined(now),
            "retest": lambda: turn.retest_started(now, rules),
            "cancel_test": lambda: turn.run_failed(now, Sentence("visit.run_lost")),
            "test_again": lambda: turn.test_again(now, rules),
            "result_read": lambda: turn.result_read(now),
            "drugs_none": lambda: drug_turn.drugs_told(now, rules, self.products[now.product], used=False),
            "drugs_unknown": lambda: drug_turn.drugs_told(now, rules, self.products[now.product], used=True),
            "drugs_told": lambda: drug_turn.drugs_told(now, rules, self.products[now.product], used=True),
            "drugs_used": lambda: drug_turn.drugs_used(now),
            "drug": lambda: drug_turn.drug_added(now, self._use(value)),
            "drug_off": lambda: drug_turn.drug_removed(now, int(value)),
            "drug_answer": lambda: self._answered(now, value),
            "split": lambda: issue.split(now, int(value)),
            "wrong": lambda: issue.wrong(now),
            "enough": lambda: issue.enough(now),
            "void": lambda: issue.voided(now, again=value.endswith("yes")),
            "paper_off": lambda: turn.paper_returned(now, int(value)),
            "basket_closed": lambda: turn.basket_closed(now),
            "promise": lambda: issue.promised(now, rules, self._known(now), _bases(value), NUMBER),
            "print_again": lambda: issue.print_again(now),
            "paper_whole": lambda: issue.paper_whole(now),
            "paper_spoiled": lambda: issue.paper_spoiled(now, value or None, now.copy + 1),
            "present": lambda: arrival.present_told(now, Present(value)),
            "rate": lambda: arrival.rated(now),
            "back": lambda: turn.back(now, rules),
            "abandon": lambda: turn.abandon(now),
        }
        return steps[action]()

    def _known(self, visit: Visit) -> Known:
        return known(visit, self.rules, self.products[visit.product])

    def _use(self, name: str) -> DrugUse:
        found = named(name, self.rules.drugs)
        return drugs.use_of(found[0], drugs.Answer.REGISTERED) if found else drugs.unknown_use("others")

    def _question(self, visit: Visit) -> Question | None:
        product = self.products.get(visit.product)
        return None if product is None else drug_turn.open_question(visit, self.rules, product)

    def _answered(self, visit: Visit, value: str) -> Visit:
        days, product = int(value or 0), self.products[visit.product]
        question = drug_turn.open_question(visit, self.rules, product)
        if question is not None and question.use is None:
            return drug_turn.harvest_told(visit, self.rules.today)
        used = self.rules.today - timedelta(days=days)
        return drug_turn.drug_answered(visit, self.rules, product, last_used=used, interval=days)

    def _next(self) -> None:
        self._turns += 1
        self._to(Visit(f"visit-{self._turns}"))

    def _to(self, visit: Visit) -> None:
        self.show(
            visit=visit,
            offered=issue.offered(visit, self.rules, self._known(visit)) if visit.stage is Stage.PROMISE else (),
            question=self._question(visit),
            proof="tail" if visit.stage is Stage.PROVING else "",
            looked=Looked(),
            basket=_basket(visit) if visit.stage is Stage.BASKET else None,
            may_go_back=turn.may_go_back(visit, self.rules),
            may_abandon=turn.may_abandon(visit) and visit.stage is not Stage.IDLE,
            run_ready=visit.stage is Stage.TESTING,
            kilograms=None if visit.quantity is None else kilograms(visit.quantity),
        )


def _basket(visit: Visit) -> BasketShown:
    """Forty kilograms on every paper, the last one taken first."""
    each, day = Decimal(40), AT.date().isoformat()
    papers = tuple(
        PaperIn(one.seq, one.number, one.product, each, "kg", "李秀英", one.verified, day, day, each)
        for one in visit.basket[::-1]
    )
    counted = Counter(one.product for one in papers)
    return BasketShown(papers, tuple(Sum(product, each * count, "kg", count) for product, count in counted.items()))


def note(seq: int, outcome: Outcome, value: str, retest_of: int | None = None) -> TestNote:
    return TestNote(seq, outcome, value, retest_of)


def _bases(value: str) -> tuple[Basis, ...]:
    return tuple(Basis(word) for word in value.split("+"))


def _read(device: DeviceState, name: str) -> DeviceState:
    return replace(device, readings=READINGS) if device.part == name else device


def _reading(channel: int, quantity: str, value: str, unit: str) -> Reading:
    raw = bytes.fromhex("7e0a00010c0200f3010000aa")
    return Reading(channel, quantity, Decimal(value), unit, raw, record=channel, taken_at="2026-03-18 09:35:00")


READINGS = (
    _reading(1, "inhibition", "0.0", "%"),
    _reading(1, "absorbance_change", "0.512", "AU"),
    _reading(2, "inhibition", "12.3", "%"),
    _reading(2, "absorbance_change", "0.449", "AU"),
)

IDENTITY = Identity("dayuan-tl310", 1, "0" * 64, "DaYuan (DY/LZ/TL family)", "TL-310", None, "documented")
