"""Why an order that is the county's word cannot be done here: it does not fit what stands. Rows in, words out.

An order that cannot be done whole is refused whole. What is merely new, or undoes what is not there, is done.
"""

from collections.abc import Callable, Iterable
from datetime import date

from kiosk import pack_in_force
from kiosk.order_table import OrderTable
from kiosk.rules.messages import (
    CreditPut,
    KeysPut,
    NoticePut,
    NoticeWithdrawn,
    OrderBody,
    StaffPut,
    SubjectsMerged,
    SubjectsSnapshot,
    SubjectsUpsert,
    SubjectsWithdrawn,
    TaskGiven,
    TaskWithdrawn,
)
from kiosk.rules.sentence import Sentence
from kiosk.staff_pin import is_kept
from kiosk.tables import Tables
from kiosk.words import Words

MOST_PARTS = 1000  # of a list: at 200 producers each more than a county has


def hindrance(words: Words) -> Callable[[Tables, OrderBody, date], str]:
    """For the record: why an order cannot be done, in these words; empty when it can."""
    of_packs = pack_in_force.hindrance(words)

    def why(tables: Tables, order: OrderBody, today: date) -> str:
        found = misfit(tables.orders, order)
        return of_packs(tables, order, today) if found is None else words.say(found.key, **found.facts)

    return why


def misfit(orders: OrderTable, order: OrderBody) -> Sentence | None:
    """What keeps an order from being done; packs and settings are weighed elsewhere (kiosk.pack_order)."""
    if _is_empty(order):
        return Sentence("order.refused.empty")
    match order:
        case SubjectsMerged():
            return _merge(orders, order)
        case SubjectsSnapshot():
            return _snapshot(orders, order)
        case CreditPut():
            return _credit(order)
        case StaffPut():
            return _staff(orders, order)
    return _task_or_notice(orders, order)


def _is_empty(order: OrderBody) -> bool:
    """Nothing in it. A list of nobody would take everybody off the list."""
    match order:
        case SubjectsUpsert(some, more) | KeysPut(some, more) | StaffPut(some, more):
            return not some and not more
        case SubjectsWithdrawn(subjects) | SubjectsMerged(subjects=subjects):
            return not subjects
        case SubjectsSnapshot():
            return order.of == 1 and not order.subjects
        case CreditPut(graded):
            return not graded
    return False


def _merge(orders: OrderTable, order: SubjectsMerged) -> Sentence | None:
    if order.into in order.subjects:
        return Sentence("order.refused.merge_itself", {"subject": order.into})
    known = orders.subjects.subject(order.into)  # a newcomer on a box's word is nobody whom others could be
    if known is None or known.id != order.into:
        return Sentence("order.refused.merge_into", {"subject": order.into})
    return None


def _snapshot(orders: OrderTable, order: SubjectsSnapshot) -> Sentence | None:
    """Parts come one after the other: who misses one would withdraw people."""
    facts = {"edition": order.edition, "part": str(order.part), "of": str(order.of)}
    come, parts = orders.subjects.parts(order.edition), orders.subjects.of(order.edition)
    if not 1 <= order.part <= order.of <= MOST_PARTS or (order.part > 1 and order.of != parts):
        return Sentence("order.refused.part", facts)
    if order.part not in (1, come + 1):
        return Sentence("order.refused.part_order", facts | {"next": str(come + 1)})
    return _twice(subject.id for subject in order.subjects)


def _credit(order: CreditPut) -> Sentence | None:
    back = next((one.subject for one in order.credits if one.until and one.until < one.since), None)
    if back is not None:
        return Sentence("order.refused.days", {"name": back})
    return _twice(one.subject for one in order.credits)


def _staff(orders: OrderTable, order: StaffPut) -> Sentence | None:
    unfit = next((person.id for person in order.staff if person.pin and not is_kept(person.pin)), None)
    if unfit is not None:
        return Sentence("order.refused.pin", {"name": unfit})
    leaving = {*order.withdrawn, *(person.id for person in order.staff)}
    badges = [person.badge for person in (*orders.staff(), *order.staff) if person.badge and person.id not in leaving]
    badges += [person.badge for person in order.staff if person.badge]
    return _twice([*(person.id for person in order.staff), *(f"badge {badge}" for badge in badges)])


def _task_or_notice(orders: OrderTable, order: OrderBody) -> Sentence | None:
    match order:
        case TaskGiven(count=count):
            return Sentence("order.refused.count", {"count": str(count)}) if count < 1 else None
        case TaskWithdrawn():
            known = orders.task(order.task) is not None
            return None if known else Sentence("order.refused.no_task", {"task": order.task})
        case NoticePut():
            return Sentence("order.refused.days", {"name": order.notice}) if order.until < order.since else None
        case NoticeWithdrawn():
            known = orders.notice(order.notice) is not None
            return None if known else Sentence("order.refused.no_notice", {"notice": order.notice})
    return None


def _twice(names: Iterable[str]) -> Sentence | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return Sentence("order.refused.twice", {"name": name})
        seen.add(name)
    return None
