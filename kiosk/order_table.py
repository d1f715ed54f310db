"""What the county has ordered, as it stands: producers, cards, packs, settings, tasks, revocations. The caller commits.

Current state only; every row follows from orders that the station's own log says were done.
"""

import json
import sqlite3
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from kiosk.override import Overrides, PackOverride, SettingPut, beginning
from kiosk.rules.messages import (
    ORDER_KINDS,
    CardRevoked,
    CertificateRevoked,
    LotReleased,
    OrderBody,
    PackPut,
    SettingsPut,
    Subject,
    SubjectsUpsert,
    TaskGiven,
)


class OrderTable:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection
        self.put_since_start = 0  # orders that changed packs or settings: what was read of them before is old

    # --- what changes -------------------------------------------------------------------------------------------

    def apply(self, order: OrderBody, given: str, day: str) -> None:
        match order:
            case SubjectsUpsert():
                rows = [(subject.id, json.dumps(asdict(subject), ensure_ascii=False)) for subject in order.subjects]
                self._sql.executemany("insert or replace into subject values (?, ?)", rows)
                rows = [(card.number, card.subject) for card in order.cards]
                self._sql.executemany("insert or replace into card values (?, ?)", rows)
            case CardRevoked():
                self._sql.execute("insert or replace into revoked_card values (?, ?)", (order.card, order.reason))
            case PackPut() | SettingsPut():
                self._put(order, given, day)
            case TaskGiven():
                task = (order.task, order.until, _kept(order), given, day)
                self._sql.execute("insert or replace into task values (?, ?, ?, ?, ?)", task)
            case LotReleased():
                lot = (order.lot, _kept(order), given, day)
                self._sql.execute("insert or replace into released_lot values (?, ?, ?, ?)", lot)
            case CertificateRevoked():
                revoked = (order.number, order.reason, given, day)
                self._sql.execute("insert or replace into revoked_certificate values (?, ?, ?, ?)", revoked)

    def _put(self, order: PackPut | SettingsPut, given: str, day: str) -> None:
        if isinstance(order, PackPut):
            since = beginning(order, date.fromisoformat(day)).isoformat()
            pack = (order.file, since, order.text, given, day)
            self._sql.execute("insert or replace into pack_override values (?, ?, ?, ?, ?)", pack)
        else:
            rows = [(name, value, order.by, order.reason, given, day) for name, value in order.values.items()]
            self._sql.executemany("insert or replace into setting values (?, ?, ?, ?, ?, ?)", rows)
        self.put_since_start += 1

    # --- what is asked ------------------------------------------------------------------------------------------

    def subject(self, subject: str) -> Subject | None:
        row = self._sql.execute("select body from subject where id = ?", (subject,)).fetchone()
        if row is None:
            return None
        facts = json.loads(row[0])
        return Subject(**{**facts, "products": tuple(facts["products"]), "marks": tuple(facts.get("marks", ()))})

    def subject_by_code(self, code: str) -> Subject | None:
        """The producer with this 统一社会信用代码 or 一码通."""
        row = self._sql.execute("select id from subject where body ->> 'code' = ?", (code,)).fetchone()
        return None if row is None else self.subject(row[0])

    def holder(self, card: str) -> str | None:
        """Id of the producer whom the county gave the card with this number."""
        row = self._sql.execute("select subject from card where card = ?", (card,)).fetchone()
        return None if row is None else row[0]

    def is_revoked(self, card: str) -> bool:
        return self._sql.execute("select 1 from revoked_card where card = ?", (card,)).fetchone() is not None

    def overrides(self) -> Overrides:
        """What the county has put over the shipped packs, also what is not in force yet."""
        packs = self._sql.execute("select file, text, in_force_from, given, day from pack_override order by 3, 1")
        settings = self._sql.execute("select name, value, by, reason, given, day from setting order by name")
        day = date.fromisoformat
        return Overrides(
            tuple(PackOverride(file, text, day(since), given, day(at)) for file, text, since, given, at in packs),
            tuple(
                SettingPut(name, value, by, reason, given, day(at)) for name, value, by, reason, given, at in settings
            ),
        )

    def tasks(self, today: str) -> list[TaskGiven]:
        """What the county asked for and whose end has not passed, the most urgent first."""
        rows = self._sql.execute("select body from task where until >= ? order by until, id", (today,))
        return [_order_form(TaskGiven.kind).validate_json(body) for (body,) in rows]

    def released(self, lot: str) -> LotReleased | None:
        """The county's last word on a lot."""
        row = self._sql.execute("select body from released_lot where lot = ?", (lot,)).fetchone()
        return None if row is None else _order_form(LotReleased.kind).validate_json(row[0])

    def revoked_certificate(self, number: str) -> str | None:
        """Why the county declared a certificate void; None for one that it did not."""
        row = self._sql.execute("select reason from revoked_certificate where number = ?", (number,)).fetchone()
        return None if row is None else row[0]


@cache
def _order_form(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(ORDER_KINDS[kind])


def _kept(order: OrderBody) -> str:
    return _order_form(order.kind).dump_json(order).decode()
