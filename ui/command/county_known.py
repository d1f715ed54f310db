"""What an office must know of before it signs an order about it: producers, products, cards, tasks; by its own lists.

A station does such an order without a word, so a slip of the pen would stand in its lists unseen.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.order_table import OrderTable
from kiosk.pack import load_packs
from kiosk.rules.messages import (
    CardRevoked,
    CreditPut,
    NoticePut,
    OrderBody,
    StaffPut,
    SubjectsWithdrawn,
    TaskGiven,
    UpdateGiven,
)
from kiosk.rules.scan.numbers import parse_card
from kiosk.rules.sentence import Sentence
from ui.county.cards import named
from ui.county.given import given
from ui.county.orders import Orders

VERSION = re.compile(r"[0-9]+([.][0-9]+)+([.+-]?[0-9A-Za-z]+)*")
SHOWN = 5  # ids of a long list


@dataclass(frozen=True, slots=True)
class Known:
    """`table` is what a station has that did every order so far."""

    orders: Orders
    table: OrderTable
    station: str
    today: date

    def doubt(self, order: OrderBody) -> Sentence | None:
        """Why the office should look again; None when there is nothing to see."""
        match order:
            case SubjectsWithdrawn(subjects):
                return self._producers(subjects, self._listed)
            case CreditPut(credits=graded):
                return self._producers((one.subject for one in graded), self._once_listed)
            case CardRevoked(card):
                known = self.table.holder(card) is not None or card in named(self.orders)
                return None if known else Sentence("office.doubt.card", {"card": card})
            case TaskGiven():
                return self._task(order)
        return _unfinished(order)

    def card(self, number: str, subject: str) -> Sentence | None:
        """The same of a card that is to be made."""
        holder = self.table.holder(number)
        if parse_card(number) is None:
            return Sentence("office.doubt.card_form", {"card": number})
        if self.table.is_revoked(number) or holder not in (None, subject):
            return Sentence("office.doubt.card_taken", {"card": number})
        return self._producers((subject,), self._listed)

    def _task(self, order: TaskGiven) -> Sentence | None:
        if order.until < self.today.isoformat():
            return Sentence("office.doubt.past", {"name": order.task, "until": order.until})
        if self.table.task(order.task) is not None:
            return Sentence("office.doubt.task_twice", {"task": order.task})
        strange = set(order.products) - set(self._products()) if order.products else set()
        if strange:
            return Sentence("office.doubt.products", {"ids": _some(strange)})
        return self._producers(order.subjects, self._listed)

    def _products(self) -> Collection[str]:
        return load_packs(put=given(self.orders, self.station).on(self.today), texts=False).products.keys()

    def _producers(self, ids: Iterable[str], known: Callable[[str], bool]) -> Sentence | None:
        strange = [one for one in ids if not known(one)]
        return Sentence("office.doubt.producers", {"ids": _some(strange)}) if strange else None

    def _listed(self, subject: str) -> bool:
        return self.table.subject(subject) is not None

    def _once_listed(self, subject: str) -> bool:
        return self._listed(subject) or self.table.subjects.withdrawn(subject)


def _unfinished(order: OrderBody) -> Sentence | None:
    match order:
        case StaffPut(staff):
            idle = [person.id for person in staff if not person.roles]
            return Sentence("office.doubt.roles", {"ids": _some(idle)}) if idle else None
        case NoticePut(notice) if not order.title.strip() or not order.text.strip():
            return Sentence("office.doubt.notice", {"notice": notice})
        case UpdateGiven(version) if VERSION.fullmatch(version) is None:
            return Sentence("office.doubt.version", {"version": version})
    return None


def _some(ids: Collection[str]) -> str:
    return ", ".join(sorted(ids)[:SHOWN]) + ("…" if len(ids) > SHOWN else "")
