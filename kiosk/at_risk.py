"""今天该抽谁: whose goods are to be looked at first, and why, where the county's task names nobody. Reads only."""

from datetime import date, timedelta
from typing import Literal

from kiosk.rules.messages import TaskGiven
from kiosk.tables import Tables

Reason = Literal["black", "watch", "failed", "goods"]

FAILED_DAYS = 365  # for so long a test that failed is a reason
GOODS_DAYS = 30  # so old goods are eaten
LOOKED_AT = 60  # tests that failed last, and lots of each product
MOST = 24  # subjects


def at_risk(task: TaskGiven, today: date, tables: Tables) -> dict[str, tuple[Reason, ...]]:
    """Subjects with their reasons, the gravest first: the county's list, a test that failed, goods that it is about."""
    found: dict[str, tuple[Reason, ...]] = {}
    reasons = (*_listed(today, tables), *_failed(task, today, tables), *_with_goods(task, today, tables))
    for subject, reason in reasons:
        known = tables.orders.subject(subject)
        if known is not None and reason not in found.get(known.id, ()):
            found[known.id] = (*found.get(known.id, ()), reason)
    return dict(list(found.items())[:MOST])


def why(subject: str, today: date, tables: Tables) -> tuple[Reason, ...]:
    """Of somebody whom the task names: whether the county watches him."""
    match tables.orders.listed(subject, today.isoformat()):
        case "black":
            return ("black",)
        case "watch":
            return ("watch",)
    return ()


def _listed(today: date, tables: Tables) -> list[tuple[str, Reason]]:
    listed = [(one, reason) for one in tables.orders.subjects.all_listed() for reason in why(one, today, tables)]
    return sorted(listed, key=lambda one: one[1])


def _failed(task: TaskGiven, today: date, tables: Tables) -> list[tuple[str, Reason]]:
    since = (today - timedelta(days=FAILED_DAYS)).isoformat()
    tests = [test for _, test in tables.work.failed(LOOKED_AT) if test.started_at[:10] >= since]
    return [(one.subject, "failed") for one in tests if not task.products or one.product in task.products]


def _with_goods(task: TaskGiven, today: date, tables: Tables) -> list[tuple[str, Reason]]:
    since = (today - timedelta(days=GOODS_DAYS)).isoformat()
    return [(one, "goods") for product in task.products for one in tables.lots.growers(product, since, LOOKED_AT)]
