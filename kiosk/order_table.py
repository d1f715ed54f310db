"""What the county has ordered, as it stands: producers, packs, settings, tasks, keys, people. The caller commits.

Current state only; every row follows from orders that the station's own log says were done.
"""

import sqlite3
from datetime import date
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from kiosk.live_trust import KeyWords
from kiosk.override import Overrides, PackOverride, SettingPut, beginning
from kiosk.people_table import PeopleTable
from kiosk.rules.messages import (
    ORDER_KINDS,
    AlarmSeen,
    CardRevoked,
    CertificateRevoked,
    Credit,
    CreditPut,
    DoctorAsked,
    KeysPut,
    LotReleased,
    NoticePut,
    NoticeWithdrawn,
    OrderBody,
    PackPut,
    SettingsPut,
    Staff,
    StaffPut,
    Subject,
    SubjectsMerged,
    SubjectsSnapshot,
    SubjectsUpsert,
    SubjectsWithdrawn,
    TaskGiven,
    TaskWithdrawn,
    UpdateGiven,
)
from kiosk.subject_table import SubjectTable

COUNTY_WIDE = "all/"  # how the name of an order to all stations begins


class OrderTable:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection
        self.subjects = SubjectTable(connection)
        self.people = PeopleTable(connection)
        self.put_since_start = 0  # orders that changed packs or settings: what was read of them before is old

    # --- what changes -------------------------------------------------------------------------------------------

    def apply(self, order: OrderBody, given: str, day: str) -> None:
        """Do one order; `given` is its stream/seq."""
        match order:
            case SubjectsUpsert() | SubjectsWithdrawn() | SubjectsMerged() | SubjectsSnapshot():
                self._producers(order, given, day)
            case CreditPut():
                self.subjects.credit(order, given, day)
            case PackPut() | SettingsPut():
                self._put(order, given, day)
            case KeysPut():
                self._keys(order, given, day)
            case StaffPut():
                self._staff(order, given, day)
            case AlarmSeen():
                self._row("entry_seen", order.log, order.seq, order.by, order.at, order.note, given, day)
            case _:
                self._single(order, given, day)

    def answered(self, given: str, seq: int) -> None:
        """Entry `seq` is the doctor's answer to this order."""
        self._sql.execute("update doctor_asked set seq = ? where given = ?", (seq, given))

    def _producers(
        self, order: SubjectsUpsert | SubjectsWithdrawn | SubjectsMerged | SubjectsSnapshot, given: str, day: str
    ) -> None:
        match order:
            case SubjectsUpsert():
                self.subjects.upsert(order)
            case SubjectsWithdrawn():
                self.subjects.withdraw(order, given, day)
            case SubjectsMerged():
                self.subjects.merge(order, given, day)
            case SubjectsSnapshot():
                self.subjects.snapshot(order, given, day)
        self.people.edition += 1

    def _single(self, order: OrderBody, given: str, day: str) -> None:
        """An order that is one row."""
        match order:
            case CardRevoked(card, reason):
                self._row("revoked_card", card, reason)
            case CertificateRevoked(number, reason):
                self._row("revoked_certificate", number, reason, given, day)
            case TaskGiven():
                self._row("task", order.task, order.until, _kept(order), given, day)
            case TaskWithdrawn():
                self._sql.execute("delete from task where id = ?", (order.task,))
            case LotReleased():
                self._row("released_lot", order.lot, _kept(order), given, day)
            case NoticePut():
                self._row("notice", order.notice, order.since, order.until, _kept(order), given, day)
            case NoticeWithdrawn():
                self._sql.execute("delete from notice where id = ?", (order.notice,))
            case DoctorAsked():
                self._row("doctor_asked", given, day, None)
            case UpdateGiven(version, digest, since):
                self._row("update_given", 1, version, digest, since, given, day)

    def _row(self, table: str, *values: object) -> None:
        blanks = ", ".join("?" for _ in values)
        self._sql.execute(f"insert or replace into {table} values ({blanks})", values)  # noqa: S608  our own names

    def _put(self, order: PackPut | SettingsPut, given: str, day: str) -> None:
        if isinstance(order, PackPut):
            since = beginning(order, date.fromisoformat(day)).isoformat()
            self._row("pack_override", order.file, since, order.text, given, day)
        else:
            for name, value in order.values.items():
                self._row("setting", name, value, order.by, order.reason, given, day)
        self.put_since_start += 1

    def _keys(self, order: KeysPut, given: str, day: str) -> None:
        for grant in order.grants:
            self._row("key_word", grant.signature, 0, _kept(KeysPut((grant,))), given, day)
        for word in order.revoked:
            self._row("key_word", word.signature, 1, _kept(KeysPut((), (word,))), given, day)

    def _staff(self, order: StaffPut, given: str, day: str) -> None:
        for person in order.staff:
            self._row("staff", person.id, person.badge, _staff_form().dump_json(person).decode(), given, day)
        self._sql.executemany("delete from staff where id = ?", [(person,) for person in order.withdrawn])

    # --- what is asked of producers -----------------------------------------------------------------------------

    def subject(self, subject: str) -> Subject | None:
        """Who has this id, or whom he is one with now; a newcomer on this box's word; else None."""
        return self.subjects.subject(subject) or self.people.subject(subject)

    def subject_by_code(self, code: str) -> Subject | None:
        """The producer with this 统一社会信用代码 or 一码通."""
        return self.subjects.by_code(code)

    def holder(self, card: str) -> str | None:
        """Id of the producer to whom the county, or staff at this box, gave the card with this number."""
        return self.subjects.holder(card) or self.people.holder(card)

    def same(self, subject: str) -> tuple[str, ...]:
        """Every id that is this producer, the one of today first: his history stands under all of them."""
        return self.subjects.same(subject)

    def withdrawn(self, subject: str) -> bool:
        """Whether the county took him, or whom he was merged into, off the list."""
        return self.subjects.withdrawn(subject)

    def credit(self, subject: str) -> Credit | None:
        """The county's last word on him, in force or not."""
        return self.subjects.credit_of(subject)

    def listed(self, subject: str, today: str) -> str:
        """`watch`, `black`, or nothing: the list on which he stands on a day (ISO 8601)."""
        return self.subjects.listed(subject, today)

    def subjects_count(self) -> int:
        return self.subjects.count()

    def is_revoked(self, card: str) -> bool:
        """By the county, or because another one took its place at this box."""
        revoked = self._sql.execute("select 1 from revoked_card where card = ?", (card,)).fetchone() is not None
        return revoked or self.people.is_lost(card)

    # --- what is asked of the rest ------------------------------------------------------------------------------

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

    def key_words(self) -> KeyWords:
        """What orders have said of keys."""
        words = KeyWords()
        for given, body in self._sql.execute("select given, body from key_word order by day, length(given), given"):
            words = words.with_order(_order_form(KeysPut.kind).validate_json(body), given.startswith(COUNTY_WIDE))
        return words

    def tasks(self, today: str) -> list[TaskGiven]:
        """What the county asked for and whose end has not passed, the most urgent first."""
        rows = self._sql.execute("select body from task where until >= ? order by until, id", (today,))
        return [_order_form(TaskGiven.kind).validate_json(body) for (body,) in rows]

    def task(self, task: str) -> TaskGiven | None:
        found: TaskGiven | None = self._one(TaskGiven.kind, "select body from task where id = ?", task)
        return found

    def released(self, lot: str) -> LotReleased | None:
        """The county's last word on a lot."""
        found: LotReleased | None = self._one(LotReleased.kind, "select body from released_lot where lot = ?", lot)
        return found

    def revoked_certificate(self, number: str) -> str | None:
        """Why the county declared a certificate void; None for one that it did not."""
        row = self._sql.execute("select reason from revoked_certificate where number = ?", (number,)).fetchone()
        return None if row is None else row[0]

    def notices(self, today: str) -> list[NoticePut]:
        """What is to be shown on a day (ISO 8601), the newest first."""
        query = "select body from notice where since <= ? and until >= ? order by since desc, id"
        return [_order_form(NoticePut.kind).validate_json(body) for (body,) in self._sql.execute(query, (today, today))]

    def notice(self, notice: str) -> NoticePut | None:
        found: NoticePut | None = self._one(NoticePut.kind, "select body from notice where id = ?", notice)
        return found

    def staff(self) -> list[Staff]:
        rows = self._sql.execute("select body from staff order by id")
        return [_staff_form().validate_json(body) for (body,) in rows]

    def staff_by_badge(self, badge: str) -> Staff | None:
        """Whose badge this is; the caller looks at `until`."""
        row = self._sql.execute("select body from staff where badge = ? and badge <> ''", (badge,)).fetchone()
        return None if row is None else _staff_form().validate_json(row[0])

    def doctor_waiting(self) -> list[str]:
        """Names (stream/seq) of the orders that asked the doctor and have no answer, the oldest first."""
        rows = self._sql.execute("select given from doctor_asked where seq is null order by day, length(given), given")
        return [given for (given,) in rows]

    def update(self) -> UpdateGiven | None:
        """The software that the county wants here, its last word."""
        row = self._sql.execute("select version, digest, since from update_given").fetchone()
        return None if row is None else UpdateGiven(*row)

    def _one(self, kind: str, query: str, name: str) -> Any:
        row = self._sql.execute(query, (name,)).fetchone()
        return None if row is None else _order_form(kind).validate_json(row[0])


@cache
def _order_form(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(ORDER_KINDS[kind])


@cache
def _staff_form() -> TypeAdapter[Staff]:
    return TypeAdapter(Staff)


def _kept(order: OrderBody) -> str:
    return _order_form(order.kind).dump_json(order).decode()
